/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Offer and answer with one peer (RFC 3264), and ICE restarts: which
 * description may come or go when, and what follows from it. */

#include "config.h"

#include "gsticenegotiation.h"

#include "gsticeaddressing.h"
#include "gsticebundle.h"
#include "gsticeerror.h"
#include "gsticelocaldescription.h"
#include "gsticematch.h"
#include "gsticereoffer.h"

/* Like W3C's signalling state, reduced to what is needed here. */
typedef enum
{
  STATE_STABLE,
  STATE_HAVE_LOCAL_OFFER,
  STATE_HAVE_REMOTE_OFFER,
} State;

struct _GstIceNegotiation
{
  GstIceMlines *mlines;         /* (transfer none) */
  gboolean rtcp_mux;
  GstIceBundlePolicy bundle_policy;
  GQueue actions;               /* of GstIceAction */
  GstIceChecks *checks;
  GstIceLocalDescription *local;
  State state;
  gboolean restarting;          /* our offer is a restart */
  gboolean unsent;              /* our offer was not described yet */
  gboolean described;           /* the first description was sent */
  gboolean answerer;
  gboolean peer_is_lite;        /* as its last description says */
  gboolean is_lite;             /* our agents are lite */
  guint n_settled;              /* m-lines before our open offer */
  guint64 refused;              /* a bit for each m-line: REFUSED was pushed */
  GstIceDescription *offer;     /* ours, as described last, or repeated; NULL: none */
  gboolean repeated;            /* it is that of another call */
  gboolean provisional;         /* so is the answer to it that came last */
};

/* Returns: (transfer full): a negotiation before the first offer */
GstIceNegotiation *
gst_ice_negotiation_new (GstIceMlines * mlines, gboolean rtcp_mux)
{
  GstIceNegotiation *self = g_new0 (GstIceNegotiation, 1);

  self->mlines = mlines;
  self->rtcp_mux = rtcp_mux;
  self->bundle_policy = GST_ICE_BUNDLE_MAX_COMPAT;
  self->checks = gst_ice_checks_new (&self->actions);
  self->local = gst_ice_local_description_new (mlines, self->checks);
  return self;
}

/* @self: (transfer full) */
void
gst_ice_negotiation_free (GstIceNegotiation * self)
{
  g_queue_clear_full (&self->actions, (GDestroyNotify) gst_ice_action_free);
  g_clear_pointer (&self->offer, gst_ice_description_unref);
  gst_ice_local_description_free (self->local);
  gst_ice_checks_free (self->checks);
  g_free (self);
}

void
gst_ice_negotiation_set_bundle_policy (GstIceNegotiation * self,
    GstIceBundlePolicy policy)
{
  self->bundle_policy = policy;
}

GstIceChecks *
gst_ice_negotiation_get_checks (GstIceNegotiation * self)
{
  return self->checks;
}

void
gst_ice_negotiation_get_wanted_credentials (GstIceNegotiation * self,
    guint index, const gchar ** ufrag, const gchar ** pwd)
{
  *ufrag = *pwd = NULL;
  if (self->repeated && index < self->offer->media->len) {
    const GstIceMediaDescription *media =
        gst_ice_description_get_media (self->offer, index);

    *ufrag = media->ufrag;
    *pwd = media->pwd;
  } else if (gst_ice_bundle_is_separate (self->mlines, index))
    gst_ice_stream_get_credentials (gst_ice_checks_get_stream (self->checks,
            (guint) gst_ice_mlines_get (self->mlines, index)->group), ufrag,
        pwd);
}

GstIceAction *
gst_ice_negotiation_next_action (GstIceNegotiation * self)
{
  return g_queue_pop_head (&self->actions);
}

gboolean
gst_ice_negotiation_has_action (GstIceNegotiation * self)
{
  return !g_queue_is_empty (&self->actions);
}

static GstIceStream *
get_stream (GstIceNegotiation * self, guint index)
{
  return gst_ice_checks_get_stream (self->checks, index);
}

static gboolean
is_carried (GstIceNegotiation * self, guint index)
{
  return index < gst_ice_mlines_get_size (self->mlines) &&
      gst_ice_bundle_is_carried (self->mlines, index);
}

static void
refuse (GstIceNegotiation * self, guint index)
{
  const guint64 bit = G_GUINT64_CONSTANT (1) << index;

  if (!gst_ice_bundle_carries (self->mlines, index))
    gst_ice_checks_set_dead (self->checks, index);
  if (self->refused & bit)
    return;
  self->refused |= bit;
  gst_ice_action_push (&self->actions, GST_ICE_ACTION_REFUSED, index);
}

/* An m-line without a transport of its own has no checks that others could
 * wait for. */
static void
carry (GstIceNegotiation * self, guint index)
{
  gst_ice_checks_skip (self->checks, index);
  gst_ice_action_push (&self->actions, GST_ICE_ACTION_CARRY, index);
}

/* Asks for agents for the m-lines from @first on. */
static void
open_agents (GstIceNegotiation * self, guint first)
{
  for (guint i = first; i < gst_ice_mlines_get_size (self->mlines); i++) {
    if (gst_ice_mlines_get (self->mlines, i)->rejected) {
      refuse (self, i);
    } else if (is_carried (self, i)) {
      carry (self, i);
    } else {
      gst_ice_action_push (&self->actions, GST_ICE_ACTION_OPEN_AGENT, i);
    }
  }
}

gboolean
gst_ice_negotiation_begin_offer (GstIceNegotiation * self, GError ** error)
{
  guint first_new = gst_ice_mlines_get_size (self->mlines);

  if (self->state == STATE_HAVE_REMOTE_OFFER) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
        "The peer's offer waits for an answer; create that first");
    return FALSE;
  }
  if (self->provisional) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
        "The answer to the last offer is provisional; set the final one first");
    return FALSE;
  }
  /* The same offer again, updated, as no answer has come. */
  if (self->state == STATE_HAVE_LOCAL_OFFER)
    return TRUE;

  if (!gst_ice_mlines_place (self->mlines, self->rtcp_mux, error)) {
    gst_ice_mlines_truncate (self->mlines, first_new);
    return FALSE;
  }
  gst_ice_bundle_offer (self->mlines, self->bundle_policy, first_new);
  gst_ice_reoffer_prepare (self->mlines, first_new);
  self->n_settled = first_new;
  self->unsent = TRUE;
  self->state = STATE_HAVE_LOCAL_OFFER;
  gst_ice_local_description_begin_version (self->local);
  open_agents (self, first_new);
  return TRUE;
}

gboolean
gst_ice_negotiation_repeat_offer (GstIceNegotiation * self,
    GstIceDescription * offer, GError ** error)
{
  if (!gst_ice_negotiation_begin_offer (self, error) ||
      !gst_ice_mlines_repeat (self->mlines, offer, error))
    return FALSE;
  gst_ice_local_description_continue (self->local, offer);
  self->offer = gst_ice_description_ref (offer);
  self->repeated = self->described = TRUE;
  self->unsent = FALSE;
  return TRUE;
}

gboolean
gst_ice_negotiation_needs_offer (GstIceNegotiation * self)
{
  return gst_ice_mlines_has_unplaced (self->mlines) ||
      gst_ice_reoffer_is_needed (self->mlines);
}

gboolean
gst_ice_negotiation_is_reoffering (GstIceNegotiation * self)
{
  return self->state == STATE_HAVE_LOCAL_OFFER && !self->restarting &&
      self->n_settled > 0;
}

/* What was asked for on the m-lines from @first on, and not carried out. */
static void
forget_actions (GstIceNegotiation * self, guint first)
{
  for (guint n = g_queue_get_length (&self->actions); n > 0; n--) {
    GstIceAction *action = g_queue_pop_head (&self->actions);

    if (action->mline < first)
      g_queue_push_tail (&self->actions, action);
    else
      gst_ice_action_free (action);
  }
}

void
gst_ice_negotiation_roll_back (GstIceNegotiation * self)
{
  const guint first = self->n_settled;

  if (self->state != STATE_HAVE_LOCAL_OFFER)
    return;
  if (self->restarting) {
    gst_ice_negotiation_abandon_restart (self);
    return;
  }

  forget_actions (self, first);
  for (guint i = gst_ice_mlines_get_size (self->mlines); i > first; i--) {
    gst_ice_action_push (&self->actions, GST_ICE_ACTION_CLOSE_AGENT, i - 1);
    self->refused &= ~(G_GUINT64_CONSTANT (1) << (i - 1));
  }
  gst_ice_checks_renew (self->checks, first);
  gst_ice_mlines_retire (self->mlines, first);
  gst_ice_reoffer_undo (self->mlines);
  self->state = STATE_STABLE;
  self->unsent = FALSE;
  /* Who answers first is the answerer (RFC 8445, 6.1.1). */
  self->described = self->described && first > 0;
}

/* Whether m-line @index has a transport of its own that is in use. */
static gboolean
has_transport (GstIceNegotiation * self, guint index)
{
  return !is_carried (self, index) &&
      (!gst_ice_mlines_get (self->mlines, index)->rejected ||
      gst_ice_bundle_carries (self->mlines, index));
}

/* Generations. */

/* Whether m-line @index is agreed and not rejected. */
static gboolean
can_restart (GstIceNegotiation * self, guint index)
{
  return has_transport (self, index) &&
      !gst_ice_checks_is_dead (self->checks, index) &&
      gst_ice_stream_is_agreed (get_stream (self, index));
}

static void
begin_generation (GstIceNegotiation * self, guint index)
{
  gst_ice_stream_begin_generation (get_stream (self, index));
  self->repeated = FALSE;
  /* M-lines that wait for their turn need not wait any more. */
  gst_ice_checks_skip (self->checks, index);
  gst_ice_action_push (&self->actions, GST_ICE_ACTION_RESTART_AGENT, index);
}

/* Takes the ICE values of @media for m-line @index, which has its own
 * transport. */
static void
take_stream (GstIceNegotiation * self, guint index,
    const GstIceMediaDescription * media)
{
  GstIceStream *stream = get_stream (self, index);

  if (gst_ice_stream_is_restarted_by (stream, media) &&
      can_restart (self, index))
    begin_generation (self, index);
  if (gst_ice_stream_take_credentials (stream, media))
    gst_ice_action_push (&self->actions, GST_ICE_ACTION_AGREED, index);
  else if (gst_ice_mlines_get (self->mlines, index)->encryption ==
      GST_ICE_ENCRYPTION_SDES)
    gst_ice_action_push (&self->actions, GST_ICE_ACTION_REKEY, index);
  gst_ice_stream_add_remote_media (stream, media);
  gst_ice_checks_hold (self->checks, index);
}

/* The peer's descriptions. */

/* A peer that starts a negotiation assumes that the elements do all that
 * they can. */
static void
follow_direction (GstIceNegotiation * self, guint index, gboolean known)
{
  GstIceMline *mline = gst_ice_mlines_get (self->mlines, index);
  const GstIceDirection before = known ? mline->told_direction :
      gst_ice_mline_get_claimed_direction (mline);

  mline->told_direction = mline->direction;
  if (before != mline->direction)
    gst_ice_action_push (&self->actions, GST_ICE_ACTION_DIRECTION, index);
}

static void
follow_formats (GstIceNegotiation * self, guint index, gboolean known)
{
  GstIceMline *mline = gst_ice_mlines_get (self->mlines, index);

  if (known && mline->formats_changed)
    gst_ice_action_push (&self->actions, GST_ICE_ACTION_FORMATS, index);
  mline->formats_changed = FALSE;
}

/* Takes what the peer says of m-line @index. @known: the m-line was there
 * before. */
static void
take_over (GstIceNegotiation * self, guint index,
    const GstIceDescription * description, gboolean known)
{
  const GstIceMediaDescription *media =
      gst_ice_description_get_media (description, index);

  if (has_transport (self, index))
    take_stream (self, index, gst_ice_addressing_find_transport (self->mlines,
            description, index));
  if (gst_ice_mlines_get (self->mlines, index)->rejected)
    refuse (self, index);
  /* Everything but the formats belongs to the m-line whose transport it
   * uses. */
  else if (is_carried (self, index) &&
      gst_ice_stream_take_credentials (get_stream (self, index), media))
    gst_ice_action_push (&self->actions, GST_ICE_ACTION_AGREED, index);
  if (!gst_ice_mlines_get (self->mlines, index)->rejected) {
    follow_direction (self, index, known);
    follow_formats (self, index, known);
  }
  gst_ice_addressing_take_candidates (self->mlines, self->checks, index, media);
}

static gboolean
set_remote_offer (GstIceNegotiation * self, GstIceDescription * offer,
    GError ** error)
{
  guint first_new = gst_ice_mlines_get_size (self->mlines);

  if (!gst_ice_match_offer (self->mlines, offer, self->rtcp_mux, error))
    return FALSE;

  self->state = STATE_HAVE_REMOTE_OFFER;
  if (!self->described)
    self->answerer = TRUE;
  open_agents (self, first_new);
  return TRUE;
}

/* Whether @offer has new credentials for all transports, and no m-line more or less. */
static gboolean
is_mere_restart (GstIceNegotiation * self, const GstIceDescription * offer)
{
  const guint n = gst_ice_mlines_get_size (self->mlines);

  for (guint i = 0; i < n && offer->media->len == n; i++) {
    if (can_restart (self, i) && gst_ice_stream_is_known (get_stream (self, i),
            gst_ice_addressing_find_transport (self->mlines, offer, i)))
      return FALSE;
  }
  return offer->media->len == n;
}

/* Whether our offer and the peer's, which crossed, are both restarts. They
 * answer each other: each side has the other's new credentials, and all else
 * was agreed before. */
static gboolean
is_crossing (GstIceNegotiation * self, const GstIceDescription * offer)
{
  return offer->type == GST_ICE_DESCRIPTION_OFFER && self->restarting &&
      self->state == STATE_HAVE_LOCAL_OFFER && !self->unsent &&
      is_mere_restart (self, offer);
}

gboolean
gst_ice_negotiation_collides (GstIceNegotiation * self,
    const GstIceDescription * offer)
{
  return offer->type == GST_ICE_DESCRIPTION_OFFER &&
      self->state == STATE_HAVE_LOCAL_OFFER && !is_crossing (self, offer);
}

static gboolean
set_remote_answer (GstIceNegotiation * self, GstIceDescription * answer,
    GError ** error)
{
  guint64 carried = 0;

  for (guint i = 0; i < gst_ice_mlines_get_size (self->mlines); i++)
    carried |= (guint64) is_carried (self, i) << i;
  if (!gst_ice_match_next_answer (self->mlines,
          self->provisional ? self->offer : NULL, answer, error))
    return FALSE;

  /* The peer accepted the group, so the agents that were made in case it
   * would not can go. */
  for (guint i = 0; i < gst_ice_mlines_get_size (self->mlines); i++) {
    if (is_carried (self, i) && !(carried >> i & 1))
      carry (self, i);
  }

  self->provisional = answer->provisional;
  if (self->provisional)
    return TRUE;
  self->state = STATE_STABLE;
  self->restarting = FALSE;
  return TRUE;
}

static gboolean
check_turn (GstIceNegotiation * self, gboolean offer, GError ** error)
{
  if (offer ? self->state == STATE_STABLE :
      self->state == STATE_HAVE_LOCAL_OFFER && self->described && !self->unsent)
    return TRUE;
  g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
      offer ? "An offer came while another one was open" :
      "An answer came, but no offer of ours waits for one");
  return FALSE;
}

static gboolean
check_credentials (GstIceNegotiation * self, guint index,
    const GstIceMediaDescription * media, gboolean offer, GError ** error)
{
  return is_carried (self, index) ||
      gst_ice_stream_check_credentials (get_stream (self, index), index, media,
      offer, error);
}

gboolean
gst_ice_negotiation_set_remote (GstIceNegotiation * self,
    GstIceDescription * description, GError ** error)
{
  const guint n_streams = gst_ice_checks_get_n_streams (self->checks);
  const guint n_mlines = gst_ice_mlines_get_size (self->mlines);
  gboolean offer = description->type == GST_ICE_DESCRIPTION_OFFER &&
      !is_crossing (self, description);
  gboolean taken;
  guint64 known = 0;

  if (!check_turn (self, offer, error))
    return FALSE;
  for (guint i = 0; i < n_mlines; i++)
    known |= (guint64) gst_ice_mlines_get (self->mlines, i)->settled << i;
  for (guint i = 0; i < MIN (description->media->len, n_streams); i++) {
    if (!check_credentials (self, i, i < n_mlines ?
            gst_ice_addressing_find_transport (self->mlines, description, i) :
            gst_ice_description_get_media (description, i), offer, error))
      return FALSE;
  }

  if (offer)
    taken = set_remote_offer (self, description, error);
  else
    taken = set_remote_answer (self, description, error);

  if (taken)
    self->peer_is_lite = description->ice_lite;
  for (guint i = 0; taken && i < description->media->len; i++)
    take_over (self, i, description, known >> i & 1);
  return taken;
}

/* The peer's candidates. */

void
gst_ice_negotiation_add_remote (GstIceNegotiation * self, guint mline,
    const GstIceCandidate * candidate)
{
  const guint carrier = gst_ice_addressing_get_carrier (self->mlines, mline);

  if (mline >= GST_ICE_MAX_MLINES)
    return;
  gst_ice_stream_add_remote (get_stream (self, carrier), candidate);
  gst_ice_checks_pass_on (self->checks, carrier);
}

void
gst_ice_negotiation_add_fragment (GstIceNegotiation * self,
    const GstIceDescription * fragment)
{
  for (guint i = 0; i < fragment->media->len; i++) {
    GstIceMediaDescription *media = gst_ice_description_get_media (fragment, i);
    gint index = gst_ice_addressing_find (self->mlines, self->checks, media, i);

    if (index < 0 || !gst_ice_stream_is_addressed (get_stream (self,
                (guint) index), media))
      continue;
    gst_ice_stream_add_remote_media (get_stream (self, (guint) index), media);
    gst_ice_checks_pass_on (self->checks, (guint) index);
  }
}

/* Our descriptions. */

gboolean
gst_ice_negotiation_can_describe (GstIceNegotiation * self, gboolean complete)
{
  return gst_ice_local_description_is_ready (self->local, complete);
}

/* Our answer leaves. */
static void
conclude (GstIceNegotiation * self)
{
  self->state = STATE_STABLE;
  gst_ice_local_description_begin_version (self->local);
}

GstIceDescription *
gst_ice_negotiation_describe (GstIceNegotiation * self,
    GstIceDescriptionType type, GError ** error)
{
  gboolean offer = type == GST_ICE_DESCRIPTION_OFFER;
  GstIceDescription *description;

  if (self->state != (offer ? STATE_HAVE_LOCAL_OFFER : STATE_HAVE_REMOTE_OFFER)) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
        offer ? "No offer was begun" :
        "There is no offer to answer: set the remote description first");
    return NULL;
  }

  description = gst_ice_local_description_make (self->local, type);
  description->ice_lite = self->is_lite;
  self->described = TRUE;
  self->unsent = FALSE;
  if (!offer) {
    conclude (self);
  } else {
    g_clear_pointer (&self->offer, gst_ice_description_unref);
    self->offer = gst_ice_description_ref (description);
  }
  return description;
}

GstIceDescription *
gst_ice_negotiation_take_trickle (GstIceNegotiation * self)
{
  if (!self->described || self->unsent ||
      self->state == STATE_HAVE_REMOTE_OFFER)
    return NULL;
  return gst_ice_local_description_make_trickle (self->local);
}

/* Restarts. */

gboolean
gst_ice_negotiation_begin_restart (GstIceNegotiation * self, GError ** error)
{
  gboolean begun = FALSE;

  if (self->state != STATE_STABLE || !self->described) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
        "ICE can't restart while an offer is open");
    return FALSE;
  }

  for (guint i = 0; i < gst_ice_mlines_get_size (self->mlines); i++) {
    if (can_restart (self, i)) {
      begin_generation (self, i);
      begun = TRUE;
    }
  }
  if (!begun) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
        "There is no m-line whose ICE could be restarted");
    return FALSE;
  }

  self->state = STATE_HAVE_LOCAL_OFFER;
  self->restarting = TRUE;
  self->unsent = TRUE;
  gst_ice_local_description_begin_version (self->local);
  return TRUE;
}

/* Returns: how many m-lines have a generation that does not work yet */
static guint
count_restarting (GstIceNegotiation * self)
{
  guint n = 0;

  for (guint i = 0; i < gst_ice_checks_get_n_streams (self->checks); i++)
    n += gst_ice_stream_is_restarting (get_stream (self, i));
  return n;
}

gboolean
gst_ice_negotiation_is_restarting (GstIceNegotiation * self)
{
  return count_restarting (self) > 0;
}

void
gst_ice_negotiation_abandon_restart (GstIceNegotiation * self)
{
  gboolean any = FALSE;

  for (guint i = 0; i < gst_ice_checks_get_n_streams (self->checks); i++)
    any |= gst_ice_stream_abandon_generation (get_stream (self, i));
  if (!any)
    return;

  self->state = STATE_STABLE;
  self->restarting = FALSE;
  self->provisional = FALSE;
  self->unsent = FALSE;
}

GstIceDescription *
gst_ice_negotiation_describe_restart (GstIceNegotiation * self)
{
  GstIceDescription *fragment;

  if (self->state == STATE_STABLE || !gst_ice_negotiation_is_restarting (self))
    return NULL;

  fragment = gst_ice_local_description_make_restart (self->local);
  self->unsent = FALSE;
  if (self->state == STATE_HAVE_REMOTE_OFFER)
    conclude (self);
  return fragment;
}

/* Returns: the m-line of @media, number @place of a fragment; -1: none, or
 *     one that can't restart */
static gint
find_restarted (GstIceNegotiation * self, const GstIceMediaDescription * media,
    guint place)
{
  gint index = gst_ice_mlines_find (self->mlines, media->mid, place);

  return media->ufrag != NULL && media->pwd != NULL && index >= 0 &&
      can_restart (self, (guint) index) ? index : -1;
}

static gboolean
check_fragment (GstIceNegotiation * self, const GstIceDescription * fragment,
    gboolean offer, GError ** error)
{
  guint n_restarted = 0;

  for (guint i = 0; i < fragment->media->len; i++) {
    GstIceMediaDescription *media = gst_ice_description_get_media (fragment, i);
    gint index = find_restarted (self, media, i);

    if (index < 0)
      continue;
    if (!check_credentials (self, (guint) index, media, offer, error))
      return FALSE;
    n_restarted += !offer || gst_ice_stream_is_restarted_by (get_stream
        (self, (guint) index), media);
  }

  if (n_restarted == 0 || (!offer && n_restarted < count_restarting (self))) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_DESCRIPTION,
        offer ? "No m-line has new ICE credentials" :
        "Not all m-lines have new ICE credentials");
    return FALSE;
  }
  return TRUE;
}

gboolean
gst_ice_negotiation_set_remote_restart (GstIceNegotiation * self,
    const GstIceDescription * fragment, GError ** error)
{
  gboolean offer = self->state != STATE_HAVE_LOCAL_OFFER;

  if (!self->described || self->state == STATE_HAVE_REMOTE_OFFER ||
      (!offer && (!self->restarting || self->unsent))) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
        "The peer restarts ICE while an offer is open");
    return FALSE;
  }
  if (!check_fragment (self, fragment, offer, error))
    return FALSE;

  for (guint i = 0; i < fragment->media->len; i++) {
    GstIceMediaDescription *media = gst_ice_description_get_media (fragment, i);
    gint index = find_restarted (self, media, i);

    if (index >= 0)
      take_stream (self, (guint) index, media);
  }
  self->state = offer ? STATE_HAVE_REMOTE_OFFER : STATE_STABLE;
  self->restarting = FALSE;
  return TRUE;
}

/* Questions. */

gboolean
gst_ice_negotiation_is_stable (GstIceNegotiation * self)
{
  return self->state == STATE_STABLE;
}

gboolean
gst_ice_negotiation_has_remote_offer (GstIceNegotiation * self)
{
  return self->state == STATE_HAVE_REMOTE_OFFER;
}

gboolean
gst_ice_negotiation_is_lite (GstIceNegotiation * self)
{
  return self->is_lite;
}

void
gst_ice_negotiation_change_peer (GstIceNegotiation * self)
{
  gst_ice_checks_forget_peer (self->checks);
  for (guint i = 0; i < gst_ice_mlines_get_size (self->mlines); i++) {
    GstIceMline *mline = gst_ice_mlines_get (self->mlines, i);

    g_clear_pointer (&mline->theirs, gst_ice_keying_free);
    mline->peer++;
  }
}

GstIceDescription *
gst_ice_negotiation_get_offer (GstIceNegotiation * self)
{
  return self->offer;
}

gboolean
gst_ice_negotiation_is_answerer (GstIceNegotiation * self)
{
  return self->answerer;
}

gboolean
gst_ice_negotiation_is_peer_lite (GstIceNegotiation * self)
{
  return self->peer_is_lite;
}

void
gst_ice_negotiation_set_lite (GstIceNegotiation * self, gboolean is_lite)
{
  self->is_lite = is_lite;
}

gboolean
gst_ice_negotiation_is_controlling (GstIceNegotiation * self,
    const GstIceConfig * config)
{
  if (self->peer_is_lite)
    return TRUE;
  if (gst_ice_config_is_set (config, "controlling-mode"))
    return gst_ice_config_get_boolean (config, "controlling-mode");
  return !self->answerer;
}

void
gst_ice_negotiation_follow_stream (GstIceNegotiation * self, guint index)
{
  gst_ice_action_push (&self->actions, GST_ICE_ACTION_FORMATS, index);
}
