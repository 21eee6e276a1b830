/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticenegotiation.h"

#include "gsticeerror.h"
#include "gsticegate.h"
#include "gsticeline.h"
#include "gsticematch.h"

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
  GPtrArray *lines;             /* of GstIceLine; may be ahead of mlines */
  GstIceGate *gate;
  GQueue actions;               /* of GstIceAction */
  State state;
  gboolean described;           /* the first description has left */
  gboolean answerer;
  guint64 session_id;
  guint64 version;
};

/* Returns: (transfer full): a negotiation in which nothing was said yet */
GstIceNegotiation *
gst_ice_negotiation_new (GstIceMlines * mlines, gboolean rtcp_mux)
{
  GstIceNegotiation *self = g_new0 (GstIceNegotiation, 1);

  self->mlines = mlines;
  self->rtcp_mux = rtcp_mux;
  self->lines = g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_ice_line_free);
  self->gate = gst_ice_gate_new ();
  /* RFC 8866, 5.2: unique; positive also for readers with a signed type. */
  self->session_id = ((guint64) g_random_int () << 31) | g_random_int ();
  return self;
}

/* @self: (transfer full) */
void
gst_ice_negotiation_free (GstIceNegotiation * self)
{
  g_queue_clear_full (&self->actions, (GDestroyNotify) gst_ice_action_free);
  gst_ice_gate_free (self->gate);
  g_ptr_array_unref (self->lines);
  g_free (self);
}

/* Returns: (transfer none): the ICE side of m-line @index, made if need be */
static GstIceLine *
get_line (GstIceNegotiation * self, guint index)
{
  while (self->lines->len <= index)
    g_ptr_array_add (self->lines, gst_ice_line_new ());
  return g_ptr_array_index (self->lines, index);
}

static GstIceAction *
push_action (GstIceNegotiation * self, GstIceActionType type, guint mline)
{
  GstIceAction *action = gst_ice_action_new (type, mline);

  g_queue_push_tail (&self->actions, action);
  return action;
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

static void
refuse (GstIceNegotiation * self, guint mline)
{
  if (gst_ice_gate_get (self->gate, mline) == GST_ICE_GATE_DEAD)
    return;
  gst_ice_gate_set (self->gate, mline, GST_ICE_GATE_DEAD);
  push_action (self, GST_ICE_ACTION_REFUSED, mline);
}

/* Has agents made for the m-lines from @first on. */
static void
open_agents (GstIceNegotiation * self, guint first)
{
  for (guint i = first; i < gst_ice_mlines_get_size (self->mlines); i++) {
    get_line (self, i);
    if (gst_ice_mlines_get (self->mlines, i)->rejected)
      refuse (self, i);
    else
      push_action (self, GST_ICE_ACTION_OPEN_AGENT, i);
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
  /* Asked again before the answer came: the same offer, as it is by now. */
  if (self->state == STATE_HAVE_LOCAL_OFFER)
    return TRUE;

  if (!gst_ice_mlines_place (self->mlines, self->rtcp_mux, error)) {
    gst_ice_mlines_truncate (self->mlines, first_new);
    return FALSE;
  }
  self->state = STATE_HAVE_LOCAL_OFFER;
  self->version++;
  open_agents (self, first_new);
  return TRUE;
}

/* Candidates that came after the checks began go straight on. */
static void
pass_on_candidates (GstIceNegotiation * self, guint mline)
{
  GPtrArray *candidates;

  if (gst_ice_gate_get (self->gate, mline) < GST_ICE_GATE_CHECKING)
    return;

  candidates = gst_ice_line_take_remote (get_line (self, mline), NULL);
  if (candidates->len > 0)
    push_action (self, GST_ICE_ACTION_ADD_CANDIDATES, mline)->candidates =
        candidates;
  else
    g_ptr_array_unref (candidates);
}

/* Whether @description keeps the ICE credentials that were agreed: others mean a
 * restart (RFC 8839, 4.4.1.1.1). */
static gboolean
check_credentials (GstIceNegotiation * self,
    const GstIceDescription * description, GError ** error)
{
  for (guint i = 0; i < description->media->len; i++) {
    GstIceMediaDescription *media =
        gst_ice_description_get_media (description, i);
    GstIceLine *line = i < self->lines->len ? get_line (self, i) : NULL;

    if (line != NULL && !gst_ice_line_has_same_credentials (line, media)) {
      g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_UNSUPPORTED,
          "The peer wants to restart ICE on m-line %u, which is not supported",
          i + 1);
      return FALSE;
    }
  }
  return TRUE;
}

/* Takes over what the peer said of m-line @index. */
static void
take_over (GstIceNegotiation * self, guint index,
    const GstIceMediaDescription * media)
{
  GstIceLine *line = get_line (self, index);

  if (gst_ice_mlines_get (self->mlines, index)->rejected) {
    refuse (self, index);
    return;
  }
  if (line->remote_ufrag == NULL) {
    gst_ice_line_set_remote_credentials (line, media->ufrag, media->pwd);
    push_action (self, GST_ICE_ACTION_AGREED, index);
  }
  gst_ice_line_add_remote_media (line, media);
  gst_ice_gate_set (self->gate, index, GST_ICE_GATE_HELD);
  pass_on_candidates (self, index);
}

static gboolean
set_remote_offer (GstIceNegotiation * self, GstIceDescription * offer,
    GError ** error)
{
  guint first_new = gst_ice_mlines_get_size (self->mlines);

  if (self->state != STATE_STABLE) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
        "An offer came while another one was open");
    return FALSE;
  }
  if (!gst_ice_match_offer (self->mlines, offer, self->rtcp_mux, error))
    return FALSE;

  self->state = STATE_HAVE_REMOTE_OFFER;
  if (!self->described)
    self->answerer = TRUE;
  open_agents (self, first_new);
  return TRUE;
}

static gboolean
set_remote_answer (GstIceNegotiation * self, GstIceDescription * answer,
    GError ** error)
{
  if (self->state != STATE_HAVE_LOCAL_OFFER || !self->described) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
        "An answer came, but no offer of ours waits for one");
    return FALSE;
  }
  if (!gst_ice_match_answer (self->mlines, answer, error))
    return FALSE;

  self->state = STATE_STABLE;
  return TRUE;
}

gboolean
gst_ice_negotiation_set_remote (GstIceNegotiation * self,
    GstIceDescription * description, GError ** error)
{
  gboolean taken;

  if (!check_credentials (self, description, error))
    return FALSE;

  if (description->type == GST_ICE_DESCRIPTION_OFFER)
    taken = set_remote_offer (self, description, error);
  else
    taken = set_remote_answer (self, description, error);

  for (guint i = 0; taken && i < description->media->len; i++)
    take_over (self, i, gst_ice_description_get_media (description, i));
  return taken;
}

gboolean
gst_ice_negotiation_can_describe (GstIceNegotiation * self, gboolean complete)
{
  for (guint i = 0; i < gst_ice_mlines_get_size (self->mlines); i++) {
    GstIceLine *line = get_line (self, i);

    if (gst_ice_gate_get (self->gate, i) == GST_ICE_GATE_DEAD)
      continue;
    if (line->ufrag == NULL ||
        !(line->gathered_enough || (!complete && line->candidates->len > 0)))
      return FALSE;
  }
  return TRUE;
}

static void
describe_mline (GstIceNegotiation * self, guint index,
    GstIceDescription * description)
{
  GstIceMline *mline = gst_ice_mlines_get (self->mlines, index);
  GstIceMediaDescription *media = gst_ice_description_add_media (description);
  GstIceLine *line = get_line (self, index);

  media->kind = mline->kind;
  media->media = g_strdup (mline->media);
  media->protocol = g_strdup (mline->protocol);
  media->mid = g_strdup (mline->mid);
  media->rejected = mline->rejected;
  gst_caps_replace (&media->formats, mline->formats);
  if (mline->rejected)
    return;

  media->direction = mline->direction;
  media->rtcp_mux = mline->rtcp_mux;
  gst_ice_line_describe (line, mline->n_components, media);
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

  description = gst_ice_description_new (type);
  description->session_id = self->session_id;
  description->version = self->version;
  for (guint i = 0; i < gst_ice_mlines_get_size (self->mlines); i++)
    describe_mline (self, i, description);

  self->described = TRUE;
  if (!offer) {
    self->state = STATE_STABLE;
    self->version++;
  }
  return description;
}

/* Adds what is new of m-line @index to @fragment. */
static void
trickle_mline (GstIceNegotiation * self, guint index,
    GstIceDescription * fragment)
{
  GstIceMline *mline = gst_ice_mlines_get (self->mlines, index);
  GstIceMediaDescription *media = gst_ice_description_add_media (fragment);

  media->kind = mline->kind;
  media->media = g_strdup (mline->media);
  media->mid = g_strdup (mline->mid);
  gst_ice_line_trickle (get_line (self, index), media);
}

GstIceDescription *
gst_ice_negotiation_take_trickle (GstIceNegotiation * self)
{
  g_autoptr (GstIceDescription) fragment = NULL;

  if (!self->described || self->state == STATE_HAVE_REMOTE_OFFER)
    return NULL;

  fragment = gst_ice_description_new (GST_ICE_DESCRIPTION_FRAGMENT);
  for (guint i = 0; i < gst_ice_mlines_get_size (self->mlines); i++) {
    if (gst_ice_gate_get (self->gate, i) != GST_ICE_GATE_DEAD &&
        gst_ice_line_has_news (get_line (self, i)))
      trickle_mline (self, i, fragment);
  }
  return fragment->media->len > 0 ? g_steal_pointer (&fragment) : NULL;
}

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
gst_ice_negotiation_is_answerer (GstIceNegotiation * self)
{
  return self->answerer;
}

void
gst_ice_negotiation_add_remote (GstIceNegotiation * self, guint mline,
    const GstIceCandidate * candidate)
{
  if (mline >= GST_ICE_MAX_MLINES)
    return;

  gst_ice_line_add_remote (get_line (self, mline), candidate);
  pass_on_candidates (self, mline);
}

void
gst_ice_negotiation_add_fragment (GstIceNegotiation * self,
    const GstIceDescription * fragment)
{
  for (guint i = 0; i < fragment->media->len; i++) {
    GstIceMediaDescription *media = gst_ice_description_get_media (fragment, i);
    gint index = gst_ice_mlines_find (self->mlines, media->mid, i);
    GstIceLine *line;

    if (index < 0)
      continue;

    /* RFC 8838, 11: candidates of another generation are not for this one. */
    line = get_line (self, (guint) index);
    if (!gst_ice_line_is_of_generation (line, media))
      continue;

    gst_ice_line_add_remote_media (line, media);
    pass_on_candidates (self, (guint) index);
  }
}

void
gst_ice_negotiation_set_credentials (GstIceNegotiation * self, guint mline,
    const gchar * ufrag, const gchar * pwd)
{
  gst_ice_line_set_credentials (get_line (self, mline), ufrag, pwd);
}

void
gst_ice_negotiation_add_local (GstIceNegotiation * self, guint mline,
    const GstIceCandidate * candidate)
{
  gst_ice_line_add_local (get_line (self, mline), candidate);
}

void
gst_ice_negotiation_set_gathered (GstIceNegotiation * self, guint mline)
{
  GstIceLine *line = get_line (self, mline);

  line->gathered = line->gathered_enough = TRUE;
}

void
gst_ice_negotiation_set_gathered_enough (GstIceNegotiation * self, guint mline)
{
  get_line (self, mline)->gathered_enough = TRUE;
}

void
gst_ice_negotiation_set_selected (GstIceNegotiation * self, guint mline,
    const GstIceCandidate * local, const GstIceCandidate * remote)
{
  gst_ice_line_set_selected (get_line (self, mline), local, remote);
}

void
gst_ice_negotiation_set_working (GstIceNegotiation * self, guint mline)
{
  gst_ice_gate_set (self->gate, mline, GST_ICE_GATE_WORKING);
}

void
gst_ice_negotiation_set_dead (GstIceNegotiation * self, guint mline)
{
  gst_ice_gate_set (self->gate, mline, GST_ICE_GATE_DEAD);
}

gboolean
gst_ice_negotiation_has_remote_end (GstIceNegotiation * self, guint mline)
{
  return get_line (self, mline)->remote_end;
}

guint
gst_ice_negotiation_get_n_local (GstIceNegotiation * self, guint mline)
{
  return get_line (self, mline)->candidates->len;
}

guint
gst_ice_negotiation_get_n_remote (GstIceNegotiation * self, guint mline)
{
  return get_line (self, mline)->remote_candidates->len;
}

/* Returns: (transfer none) (nullable): a remote candidate that is known to work */
static const GstIceCandidate *
find_working_remote (GstIceNegotiation * self)
{
  for (guint i = 0; i < self->lines->len; i++) {
    const GstIceLine *line = get_line (self, i);

    if (line->selected_remote[0] != NULL)
      return line->selected_remote[0];
  }
  return NULL;
}

gint
gst_ice_negotiation_run_gate (GstIceNegotiation * self, gint64 now_ms)
{
  gint index;

  while ((index = gst_ice_gate_open (self->gate, now_ms)) >= 0) {
    GstIceLine *line = get_line (self, (guint) index);
    GstIceAction *action = push_action (self, GST_ICE_ACTION_START_CHECKS,
        (guint) index);

    action->ufrag = g_strdup (line->remote_ufrag);
    action->pwd = g_strdup (line->remote_pwd);
    action->candidates = gst_ice_line_take_remote (line,
        find_working_remote (self));
  }
  return gst_ice_gate_get_wait (self->gate, now_ms);
}
