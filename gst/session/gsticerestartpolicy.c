/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Decides how long a wanted restart has to wait. */

#include "config.h"

#include "gsticerestartpolicy.h"

void
gst_ice_restart_policy_want (GstIceRestartPolicy * self,
    GstIceRestartReason reason)
{
  if (self->wanted == GST_ICE_RESTART_REQUESTED ||
      (self->wanted == GST_ICE_RESTART_NETWORK_CHANGE &&
          reason != GST_ICE_RESTART_REQUESTED))
    return;
  self->wanted = reason;
}

void
gst_ice_restart_policy_forget_suspicion (GstIceRestartPolicy * self)
{
  if (self->wanted == GST_ICE_RESTART_SUSPECT)
    self->wanted = GST_ICE_RESTART_NONE;
}

static gboolean
holds (const GstIceRestartPolicy * self, gint64 now_ms)
{
  return self->found_ms != 0 &&
      now_ms - self->found_ms >= GST_ICE_RESTART_POLICY_HOLD_MS;
}

/* Whether @reason is a new chance, whatever was found before. */
static gboolean
is_new_chance (const GstIceRestartPolicy * self, GstIceRestartReason reason)
{
  return reason == GST_ICE_RESTART_NETWORK_CHANGE &&
      self->n_changes < GST_ICE_RESTART_POLICY_MAX_CHANGES;
}

gint
gst_ice_restart_policy_get_wait (const GstIceRestartPolicy * self,
    gint64 now_ms)
{
  gint64 due_ms = self->begun_ms + MAX (is_new_chance (self, self->wanted) ||
      holds (self, now_ms) ? 0 : self->gap_ms,
      GST_ICE_RESTART_POLICY_MIN_GAP_MS);

  if (self->wanted == GST_ICE_RESTART_NONE)
    return -1;
  if (self->wanted == GST_ICE_RESTART_REQUESTED || self->n_begun == 0)
    return 0;
  return (gint) CLAMP (due_ms - now_ms, 0, GST_ICE_RESTART_POLICY_MAX_GAP_MS);
}

void
gst_ice_restart_policy_begin (GstIceRestartPolicy * self,
    GstIceRestartReason reason, gint64 now_ms)
{
  if (holds (self, now_ms))
    self->gap_ms = self->n_changes = 0;
  self->found_ms = 0;
  self->wanted = GST_ICE_RESTART_NONE;
  self->last = reason;
  self->n_begun++;
  self->gap_ms = is_new_chance (self, reason) ?
      GST_ICE_RESTART_POLICY_MIN_GAP_MS : CLAMP (2 * self->gap_ms,
      GST_ICE_RESTART_POLICY_MIN_GAP_MS, GST_ICE_RESTART_POLICY_MAX_GAP_MS);
  if (reason == GST_ICE_RESTART_NETWORK_CHANGE)
    self->n_changes++;
  self->begun_ms = now_ms;
}

void
gst_ice_restart_policy_succeed (GstIceRestartPolicy * self, gint64 now_ms)
{
  self->found_ms = now_ms;
}
