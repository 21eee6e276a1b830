/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticenicehold.h"

struct _GstIceNiceHold
{
  GMainContext *context;
  guint hold_ms;
  GstIceNiceHoldFunc func;
  gpointer user_data;

  GPtrArray *held;              /* of GstIceCandidate */
  gint64 release_time;          /* of relayed ones, 0: no other is known yet */
  GSource *timer;               /* NULL: none is held */
};

static GPtrArray *
candidates_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_ice_candidate_free);
}

/* Returns: (transfer full): nothing held */
GstIceNiceHold *
gst_ice_nice_hold_new (GMainContext * context, guint hold_ms,
    GstIceNiceHoldFunc func, gpointer user_data)
{
  GstIceNiceHold *self = g_new0 (GstIceNiceHold, 1);

  self->context = g_main_context_ref (context);
  self->hold_ms = hold_ms;
  self->func = func;
  self->user_data = user_data;
  self->held = candidates_new ();
  return self;
}

static void
stop_timer (GstIceNiceHold * self)
{
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

/* @self: (transfer full) */
void
gst_ice_nice_hold_free (GstIceNiceHold * self)
{
  stop_timer (self);
  g_ptr_array_unref (self->held);
  g_main_context_unref (self->context);
  g_free (self);
}

static gboolean
on_release (gpointer data)
{
  GstIceNiceHold *self = data;
  g_autoptr (GPtrArray) released = self->held;

  stop_timer (self);
  self->held = candidates_new ();
  self->func (released, self->user_data);
  return G_SOURCE_REMOVE;
}

static void
start_timer (GstIceNiceHold * self, gint64 delay_ms)
{
  self->timer = g_timeout_source_new ((guint) delay_ms);
  g_source_set_callback (self->timer, on_release, self, NULL);
  g_source_attach (self->timer, self->context);
}

void
gst_ice_nice_hold_push (GstIceNiceHold * self, GPtrArray * candidates)
{
  g_autoptr (GPtrArray) direct = candidates_new ();
  gint64 now = g_get_monotonic_time ();

  for (guint i = 0; i < candidates->len; i++) {
    const GstIceCandidate *candidate = g_ptr_array_index (candidates, i);

    g_ptr_array_add (candidate->type == GST_ICE_CANDIDATE_RELAY ?
        self->held : direct, gst_ice_candidate_copy (candidate));
  }

  if (direct->len > 0) {
    if (self->release_time == 0)
      self->release_time = now + self->hold_ms * G_TIME_SPAN_MILLISECOND;
    self->func (direct, self->user_data);
  }
  if (self->held->len == 0)
    return;

  /* Where there is nothing to wait for, or the time for it is over. */
  if (self->release_time <= now)
    on_release (self);
  else if (self->timer == NULL)
    start_timer (self, (self->release_time - now) / G_TIME_SPAN_MILLISECOND);
}
