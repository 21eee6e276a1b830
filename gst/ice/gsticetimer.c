/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Timers of the thread's default context. */

#include "config.h"

#include "gsticetimer.h"

#define N_STEPS 3

/* A timer that counts steps. */
typedef struct
{
  GSourceFunc function;
  gpointer user_data;
  guint n_steps;                /* that are left */
} Patience;

/* Returns: (transfer full): a source that calls @function after @delay_ms */
GSource *
gst_ice_timer_new (guint delay_ms, GSourceFunc function, gpointer user_data)
{
  GSource *source = g_timeout_source_new (delay_ms);

  g_source_set_callback (source, function, user_data, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  return source;
}

static gboolean
on_step (gpointer data)
{
  Patience *self = data;

  return --self->n_steps > 0 ? G_SOURCE_CONTINUE :
      self->function (self->user_data);
}

/* Returns: (transfer full): a source that calls @function once */
GSource *
gst_ice_timer_new_patient (guint delay_ms, GSourceFunc function,
    gpointer user_data)
{
  GSource *source = g_timeout_source_new (delay_ms / N_STEPS);
  Patience *data = g_new (Patience, 1);

  *data = (Patience) {
  function, user_data, N_STEPS};
  g_source_set_callback (source, on_step, data, g_free);
  g_source_attach (source, g_main_context_get_thread_default ());
  return source;
}

void
gst_ice_timer_clear (GSource ** timer)
{
  GSource *source = g_steal_pointer (timer);

  if (source == NULL)
    return;
  g_source_destroy (source);
  g_source_unref (source);
}

void
gst_ice_timer_restart (GSource ** timer, GMainContext * context,
    guint delay_ms, GSourceFunc function, gpointer user_data)
{
  gst_ice_timer_clear (timer);
  *timer = g_timeout_source_new (delay_ms);
  g_source_set_callback (*timer, function, user_data, NULL);
  g_source_attach (*timer, context);
}
