/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticenegotiationprivate.h"

#include "gsticebundle.h"
#include "gsticeerror.h"
#include "gsticeformats.h"
#include "gsticematch.h"

/* Returns: (transfer full): a negotiation in which nothing was said yet */
GstIceNegotiation *
gst_ice_negotiation_new (GstIceMlines * mlines, gboolean rtcp_mux)
{
  GstIceNegotiation *self = g_new0 (GstIceNegotiation, 1);

  self->mlines = mlines;
  self->rtcp_mux = rtcp_mux;
  self->lines = g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_ice_stream_free);
  self->kept = g_ptr_array_new ();
  self->check_order = gst_ice_check_order_new ();
  /* RFC 7022, 4.2: another one for each call. */
  self->cname = g_uuid_string_random ();
  /* RFC 8866, 5.2: unique; positive also for readers with a signed type. */
  self->session_id = ((guint64) g_random_int () << 31) | g_random_int ();
  return self;
}

/* @self: (transfer full) */
void
gst_ice_negotiation_free (GstIceNegotiation * self)
{
  g_queue_clear_full (&self->actions, (GDestroyNotify) gst_ice_action_free);
  gst_ice_check_order_free (self->check_order);
  g_ptr_array_unref (self->lines);
  for (guint i = 0; i < self->kept->len; i++)
    gst_ice_negotiation_let_go (self, i);
  g_ptr_array_unref (self->kept);
  g_queue_clear_full (&self->spent, g_free);
  g_free (self->cname);
  g_free (self);
}

GstIceStream *
gst_ice_negotiation_get_line (GstIceNegotiation * self, guint index)
{
  while (self->lines->len <= index)
    g_ptr_array_add (self->lines, gst_ice_stream_new ());
  return g_ptr_array_index (self->lines, index);
}

GstIceAction *
gst_ice_negotiation_push_action (GstIceNegotiation * self,
    GstIceActionType type, guint mline)
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
  if (gst_ice_check_order_get (self->check_order,
          mline) == GST_ICE_CHECK_ORDER_DEAD)
    return;
  gst_ice_check_order_set (self->check_order, mline, GST_ICE_CHECK_ORDER_DEAD);
  gst_ice_negotiation_push_action (self, GST_ICE_ACTION_REFUSED, mline);
}

/* It has no checks of its own for others to wait for. */
static void
carry (GstIceNegotiation * self, guint mline)
{
  gst_ice_check_order_set (self->check_order, mline,
      GST_ICE_CHECK_ORDER_WORKING);
  gst_ice_negotiation_push_action (self, GST_ICE_ACTION_CARRY, mline);
}

/* Has agents made for the m-lines from @first on. */
static void
open_agents (GstIceNegotiation * self, guint first)
{
  for (guint i = first; i < gst_ice_mlines_get_size (self->mlines); i++) {
    gst_ice_negotiation_get_line (self, i);
    if (gst_ice_mlines_get (self->mlines, i)->rejected)
      refuse (self, i);
    else if (gst_ice_bundle_is_carried (self->mlines, i))
      carry (self, i);
    else
      gst_ice_negotiation_push_action (self, GST_ICE_ACTION_OPEN_AGENT, i);
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

/* All but its formats is its carrier's. */
static void
agree_carried (GstIceNegotiation * self, guint index,
    const GstIceMediaDescription * media)
{
  GstIceStream *line = gst_ice_negotiation_get_line (self, index);

  if (line->remote_ufrag != NULL)
    return;
  gst_ice_stream_set_remote_credentials (line, media->ufrag, media->pwd);
  gst_ice_negotiation_push_action (self, GST_ICE_ACTION_AGREED, index);
}

/* Takes over what the peer said of m-line @index. */
static void
take_over (GstIceNegotiation * self, guint index,
    const GstIceMediaDescription * media)
{
  GstIceStream *line;

  if (gst_ice_mlines_get (self->mlines, index)->rejected) {
    refuse (self, index);
    return;
  }
  if (gst_ice_bundle_is_carried (self->mlines, index)) {
    agree_carried (self, index, media);
    return;
  }
  gst_ice_negotiation_follow_restart (self, index, media);
  line = gst_ice_negotiation_get_line (self, index);
  if (line->remote_ufrag == NULL) {
    gst_ice_stream_set_remote_credentials (line, media->ufrag, media->pwd);
    if (!line->restarted)
      gst_ice_negotiation_push_action (self, GST_ICE_ACTION_AGREED, index);
  }
  gst_ice_stream_add_remote_media (line, media);
  gst_ice_check_order_set (self->check_order, index, GST_ICE_CHECK_ORDER_HELD);
  gst_ice_negotiation_pass_on_candidates (self, index);
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

/* Two offers of a restart that cross answer each other: both sides have the other's
 * new credentials then, and all else was agreed before. */
static gboolean
is_crossing (GstIceNegotiation * self, const GstIceDescription * offer)
{
  return offer->type == GST_ICE_DESCRIPTION_OFFER && self->restarting &&
      self->state == STATE_HAVE_LOCAL_OFFER && !self->unsent;
}

static gboolean
set_remote_answer (GstIceNegotiation * self, GstIceDescription * answer,
    GError ** error)
{
  if (!gst_ice_match_answer (self->mlines, answer, error))
    return FALSE;

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

gboolean
gst_ice_negotiation_set_remote (GstIceNegotiation * self,
    GstIceDescription * description, GError ** error)
{
  gboolean offer = description->type == GST_ICE_DESCRIPTION_OFFER &&
      !is_crossing (self, description);
  gboolean taken;

  if (!check_turn (self, offer, error))
    return FALSE;
  for (guint i = 0; i < MIN (description->media->len, self->lines->len); i++) {
    if (!gst_ice_negotiation_check_credentials (self, i,
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
    take_over (self, i, gst_ice_description_get_media (description, i));
  return taken;
}

static gboolean
lacks_keying (const GstIceMline * mline)
{
  return mline->encryption != GST_ICE_ENCRYPTION_NONE && mline->ours == NULL;
}

gboolean
gst_ice_negotiation_can_describe (GstIceNegotiation * self, gboolean complete)
{
  for (guint i = 0; i < gst_ice_mlines_get_size (self->mlines); i++) {
    GstIceStream *line = gst_ice_negotiation_get_line (self, i);

    if (gst_ice_check_order_get (self->check_order,
            i) == GST_ICE_CHECK_ORDER_DEAD
        || gst_ice_bundle_is_carried (self->mlines, i))
      continue;
    if (lacks_keying (gst_ice_mlines_get (self->mlines, i)) ||
        line->ufrag == NULL || !(line->gathered_enough || (!complete
                && line->candidates->len > 0)))
      return FALSE;
  }
  return TRUE;
}

/* @line: its carrier's. Credentials are told again, as browsers do, for peers that
 * look for them in each m-line (RFC 9143, 7.1.3, has them in the first only). */
static void
describe_carried (const GstIceStream * line, gboolean answering,
    GstIceMediaDescription * media)
{
  media->ufrag = g_strdup (line->ufrag);
  media->pwd = g_strdup (line->pwd);
  media->bundle_only = !answering;
}

/* Says which source is ours (RFC 5576). Its CNAME is that of RTCP (6.1), so where there
 * is RTCP whose CNAME nobody told us, nothing is said. */
static void
describe_source (GstIceNegotiation * self, const GstIceMline * mline,
    GstIceMediaDescription * media)
{
  const GstIceClaim *sender = mline->send[GST_ICE_COMPONENT_RTP - 1];
  const GstIceClaim *rtcp = mline->send[GST_ICE_COMPONENT_RTCP - 1];
  const gchar *cname;
  guint32 ssrc;

  if (!(mline->direction & GST_ICE_DIRECTION_SENDONLY) || sender == NULL ||
      !gst_ice_formats_get_source (sender->formats, &ssrc, &cname) ||
      (cname == NULL && rtcp != NULL))
    return;

  media->ssrcs = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_array_append_val (media->ssrcs, ssrc);
  media->cname = g_strdup (cname != NULL ? cname : self->cname);
}

static void
describe_mline (GstIceNegotiation * self, guint index,
    GstIceDescription * description)
{
  GstIceMline *mline = gst_ice_mlines_get (self->mlines, index);
  GstIceMediaDescription *media = gst_ice_description_add_media (description);
  const GstIceMline *carrier = gst_ice_mlines_get (self->mlines,
      mline->carrier);
  const gboolean answering = description->type == GST_ICE_DESCRIPTION_ANSWER;
  GstIceStream *line = gst_ice_negotiation_get_line (self, mline->carrier);

  media->kind = mline->kind;
  media->media = g_strdup (mline->media);
  media->protocol = g_strdup (mline->protocol);
  media->mid = g_strdup (mline->mid);
  media->rejected = mline->rejected;
  gst_caps_replace (&media->formats, mline->formats);
  if (mline->rejected)
    return;

  media->direction = mline->direction;
  describe_source (self, mline, media);
  media->rtcp_mux = mline->rtcp_mux;
  if (mline->grouped)
    media->bundle = (gint) mline->carrier;
  if (carrier->ours != NULL)
    media->keying = gst_ice_keying_describe (carrier->ours,
        answering ? carrier->theirs : NULL);
  if (mline == carrier)
    gst_ice_stream_describe (line, mline->n_components, media);
  else
    describe_carried (line, answering, media);
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
  self->unsent = FALSE;
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
  gst_ice_stream_trickle (gst_ice_negotiation_get_line (self, index), media);
}

GstIceDescription *
gst_ice_negotiation_take_trickle (GstIceNegotiation * self)
{
  g_autoptr (GstIceDescription) fragment = NULL;

  if (!self->described || self->unsent ||
      self->state == STATE_HAVE_REMOTE_OFFER)
    return NULL;

  fragment = gst_ice_description_new (GST_ICE_DESCRIPTION_FRAGMENT);
  for (guint i = 0; i < gst_ice_mlines_get_size (self->mlines); i++) {
    if (gst_ice_check_order_get (self->check_order,
            i) != GST_ICE_CHECK_ORDER_DEAD
        && gst_ice_stream_has_news (gst_ice_negotiation_get_line (self, i)))
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

gboolean
gst_ice_negotiation_is_peer_lite (GstIceNegotiation * self)
{
  return self->peer_is_lite;
}
