/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Timers of the thread's default context. */

#include "config.h"

#include "gsticetimer.h"

/* Returns: (transfer full): a source that calls @function after @delay_ms */
GSource *
gst_ice_timer_new (guint delay_ms, GSourceFunc function, gpointer user_data)
{
  GSource *source = g_timeout_source_new (delay_ms);

  g_source_set_callback (source, function, user_data, NULL);
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
