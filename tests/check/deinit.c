/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* gst_deinit() as soon as a pipeline is in NULL, as gst-launch-1.0 does it. */

#include "listening.h"

#include <gst/gst.h>

#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>

/* Of an application that has something else to do in a message's handler: much longer
 * than GStreamer takes to be taken down. */
#define BUSY_MS 100

/* Keeps a control thread from closing the session at once. */
typedef struct
{
  GMutex lock;
  GCond cond;
  gboolean held, leaving;       /* protected by lock */
} Hold;

/* Control thread. */
static GstBusSyncReply
on_message (GstBus * bus, GstMessage * message, gpointer user_data)
{
  Hold *hold = user_data;
  gint64 until;

  g_mutex_lock (&hold->lock);
  if (!hold->held && gst_message_has_name (message, "ice-selected-pair")) {
    hold->held = TRUE;
    g_cond_broadcast (&hold->cond);
    while (!hold->leaving)
      g_cond_wait (&hold->cond, &hold->lock);
    until = g_get_monotonic_time () + BUSY_MS * G_TIME_SPAN_MILLISECOND;
    while (g_cond_wait_until (&hold->cond, &hold->lock, until));
  }
  g_mutex_unlock (&hold->lock);
  return GST_BUS_PASS;
}

static void
hold_up (Hold * hold, GstElement * receiver)
{
  GstBus *bus = gst_element_get_bus (receiver);

  g_mutex_init (&hold->lock);
  g_cond_init (&hold->cond);
  gst_bus_set_sync_handler (bus, on_message, hold, NULL);
  gst_object_unref (bus);
}

static void
hold_until_left (Hold * hold)
{
  g_mutex_lock (&hold->lock);
  while (!hold->held)
    g_cond_wait (&hold->cond, &hold->lock);
  hold->leaving = TRUE;
  g_cond_broadcast (&hold->cond);
  g_mutex_unlock (&hold->lock);
}

static GSubprocess *caller;     /* who sends, in a process of its own, or NULL */

static void
kill_caller (void)
{
  if (caller == NULL)
    return;
  g_subprocess_force_exit (caller);
  g_subprocess_wait (caller, NULL, NULL);
  g_clear_object (&caller);
}

static void
spawn_caller (guint port)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *line = g_strdup_printf ("gst-launch-1.0 -q audiotestsrc "
      "is-live=true samplesperbuffer=80 ! mulawenc ! rtppcmupay ! icesink "
      "encryption=none network-interfaces=lo "
      "signalling-uri=http://127.0.0.1:%u/call", port);
  g_auto (GStrv) words = g_strsplit (line, " ", -1);

  caller = g_subprocess_newv ((const gchar * const *) words,
      G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
      &error);
  g_assert_no_error (error);
}

/* Not one of GstCheck's programs, which take GStreamer down by themselves. */
int
main (int argc, char **argv)
{
  static Hold hold;
  GstElement *receiver;

  if (g_getenv ("GST_ICE_SANITIZER") != NULL) {
    g_print ("gst-launch-1.0 can't load what a sanitizer was built into\n");
    return 77;
  }
  /* Before the plugin's, so that it runs after that, and media comes to the last. */
  atexit (kill_caller);
  gst_init (&argc, &argv);
  receiver = gst_parse_launch ("icesrc signalling-uri=http://:0/call "
      "encryption=none network-interfaces=lo ! fakesink async=false", NULL);
  gst_element_set_state (receiver, GST_STATE_PLAYING);
  hold_up (&hold, receiver);
  spawn_caller (wait_listening (receiver));
  hold_until_left (&hold);

  gst_element_set_state (receiver, GST_STATE_NULL);
  gst_object_unref (receiver);
  /* What has come meanwhile must not be made buffers of from here on: that ends the
   * process, as warnings are fatal. */
  gst_deinit ();
  return 0;
}
