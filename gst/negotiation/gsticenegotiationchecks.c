/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticenegotiationprivate.h"

#include "gsticebundle.h"

void
gst_ice_negotiation_pass_on_candidates (GstIceNegotiation * self, guint mline)
{
  GstIceStream *line = gst_ice_negotiation_get_line (self, mline);
  GPtrArray *candidates;

  if (line->restarted ? !line->checking :
      gst_ice_check_order_get (self->check_order,
          mline) < GST_ICE_CHECK_ORDER_CHECKING)
    return;

  candidates = gst_ice_stream_take_remote (line, NULL);
  if (candidates->len > 0)
    gst_ice_negotiation_push_action (self, GST_ICE_ACTION_ADD_CANDIDATES,
        mline)->candidates = candidates;
  else
    g_ptr_array_unref (candidates);
}

void
gst_ice_negotiation_add_remote (GstIceNegotiation * self, guint mline,
    const GstIceCandidate * candidate)
{
  if (mline >= GST_ICE_MAX_MLINES || (mline <
          gst_ice_mlines_get_size (self->mlines) &&
          gst_ice_bundle_is_carried (self->mlines, mline)))
    return;

  gst_ice_stream_add_remote (gst_ice_negotiation_get_line (self, mline),
      candidate);
  gst_ice_negotiation_pass_on_candidates (self, mline);
}

void
gst_ice_negotiation_add_fragment (GstIceNegotiation * self,
    const GstIceDescription * fragment)
{
  for (guint i = 0; i < fragment->media->len; i++) {
    GstIceMediaDescription *media = gst_ice_description_get_media (fragment, i);
    gint index = gst_ice_mlines_find (self->mlines, media->mid, i);
    GstIceStream *line, *kept;

    if (index < 0 || gst_ice_bundle_is_carried (self->mlines, (guint) index))
      continue;

    /* RFC 8838, 11: candidates of another generation are not for this one. */
    line = gst_ice_negotiation_get_line (self, (guint) index);
    kept = gst_ice_negotiation_get_kept (self, (guint) index);
    if (!gst_ice_stream_is_of_generation (line, media) ||
        (kept != NULL && line->remote_ufrag == NULL && media->ufrag != NULL &&
            gst_ice_stream_is_of_generation (kept, media)))
      continue;

    gst_ice_stream_add_remote_media (line, media);
    gst_ice_negotiation_pass_on_candidates (self, (guint) index);
  }
}

void
gst_ice_negotiation_set_credentials (GstIceNegotiation * self, guint mline,
    const gchar * ufrag, const gchar * pwd)
{
  gst_ice_stream_set_credentials (gst_ice_negotiation_get_line (self, mline),
      ufrag, pwd);
}

void
gst_ice_negotiation_set_keying (GstIceNegotiation * self, guint mline,
    const GstIceKeying * keying)
{
  GstIceMline *described = gst_ice_mlines_get (self->mlines, mline);

  g_clear_pointer (&described->ours, gst_ice_keying_free);
  described->ours = gst_ice_keying_copy (keying);
}

void
gst_ice_negotiation_add_local (GstIceNegotiation * self, guint mline,
    const GstIceCandidate * candidate)
{
  gst_ice_stream_add_local (gst_ice_negotiation_get_line (self, mline),
      candidate);
}

void
gst_ice_negotiation_set_gathered (GstIceNegotiation * self, guint mline)
{
  GstIceStream *line = gst_ice_negotiation_get_line (self, mline);

  line->gathered = line->gathered_enough = TRUE;
}

void
gst_ice_negotiation_set_gathered_enough (GstIceNegotiation * self, guint mline)
{
  gst_ice_negotiation_get_line (self, mline)->gathered_enough = TRUE;
}

void
gst_ice_negotiation_set_selected (GstIceNegotiation * self, guint mline,
    const GstIceCandidate * local, const GstIceCandidate * remote)
{
  gst_ice_stream_set_selected (gst_ice_negotiation_get_line (self, mline),
      local, remote);
}

void
gst_ice_negotiation_set_working (GstIceNegotiation * self, guint mline)
{
  gst_ice_check_order_set (self->check_order, mline,
      GST_ICE_CHECK_ORDER_WORKING);
  /* It is still the one before that says so, while the newest is not there. */
  if (gst_ice_negotiation_get_line (self, mline)->checking)
    gst_ice_negotiation_let_go (self, mline);
}

void
gst_ice_negotiation_set_dead (GstIceNegotiation * self, guint mline)
{
  gst_ice_check_order_set (self->check_order, mline, GST_ICE_CHECK_ORDER_DEAD);
}

gboolean
gst_ice_negotiation_has_remote_end (GstIceNegotiation * self, guint mline)
{
  return gst_ice_negotiation_get_line (self, mline)->remote_end;
}

guint
gst_ice_negotiation_get_n_local (GstIceNegotiation * self, guint mline)
{
  return gst_ice_negotiation_get_line (self, mline)->candidates->len;
}

guint
gst_ice_negotiation_get_n_remote (GstIceNegotiation * self, guint mline)
{
  return gst_ice_negotiation_get_line (self, mline)->remote_candidates->len;
}

/* Returns: (transfer none) (nullable): a remote candidate that is known to work */
static const GstIceCandidate *
find_working_remote (GstIceNegotiation * self)
{
  for (guint i = 0; i < self->lines->len; i++) {
    const GstIceStream *line = gst_ice_negotiation_get_line (self, i);

    if (line->selected_remote[0] != NULL)
      return line->selected_remote[0];
  }
  return NULL;
}

static void
start_checks (GstIceNegotiation * self, guint index, GstIceStream * line)
{
  GstIceAction *action = gst_ice_negotiation_push_action (self,
      GST_ICE_ACTION_START_CHECKS, index);

  action->ufrag = g_strdup (line->remote_ufrag);
  action->pwd = g_strdup (line->remote_pwd);
  action->candidates = gst_ice_stream_take_remote (line,
      find_working_remote (self));
}

/* The first generation's checks wait for their turn, a restarted m-line's don't:
 * that order was kept once, and its media may be cut off. */
static void
start_restarted (GstIceNegotiation * self)
{
  for (guint i = 0; i < self->lines->len; i++) {
    GstIceStream *line = gst_ice_negotiation_get_line (self, i);

    if (line->restarted && !line->checking && line->remote_ufrag != NULL) {
      line->checking = TRUE;
      start_checks (self, i, line);
    }
  }
}

gint
gst_ice_negotiation_run_gate (GstIceNegotiation * self, gint64 now_ms)
{
  gint index;

  start_restarted (self);
  while ((index = gst_ice_check_order_open (self->check_order, now_ms)) >= 0)
    start_checks (self, (guint) index,
        gst_ice_negotiation_get_line (self, (guint) index));
  return gst_ice_check_order_get_wait (self->check_order, now_ms);
}
