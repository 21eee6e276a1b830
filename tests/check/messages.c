/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What elements say on the bus, from the session's thread. */

#include <gst/check/gstcheck.h>

#define TIMEOUT_US (15 * G_TIME_SPAN_SECOND)

/* A bin that does not let the first message of a child pass before it is told to. */
typedef struct
{
  GstBin parent;
} SlowBin;

typedef GstBinClass SlowBinClass;

static GType slow_bin_get_type (void);

G_DEFINE_TYPE (SlowBin, slow_bin, GST_TYPE_BIN);

static GMutex lock;
static GCond cond;

/* Protected by lock. */
static gboolean inside;
static gboolean let_go;         /* by the application */
static gboolean freed;
static gboolean freed_inside;   /* while a message passed */

static gboolean
wait_until_locked (const gboolean * what)
{
  gint64 deadline = g_get_monotonic_time () + TIMEOUT_US;

  while (!*what) {
    if (!g_cond_wait_until (&cond, &lock, deadline))
      return FALSE;
  }
  return TRUE;
}

static void
tell (gboolean * what)
{
  g_mutex_lock (&lock);
  *what = TRUE;
  g_cond_broadcast (&cond);
  g_mutex_unlock (&lock);
}

static void
slow_bin_handle_message (GstBin * bin, GstMessage * message)
{
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_PROGRESS) {
    tell (&inside);
    g_mutex_lock (&lock);
    if (!wait_until_locked (&let_go) || freed)
      freed_inside = TRUE;
    g_mutex_unlock (&lock);
  }
  if (!freed_inside)
    GST_BIN_CLASS (slow_bin_parent_class)->handle_message (bin, message);
  else
    gst_message_unref (message);
}

static void
slow_bin_finalize (GObject * object)
{
  tell (&freed);
  G_OBJECT_CLASS (slow_bin_parent_class)->finalize (object);
}

static void
slow_bin_class_init (SlowBinClass * klass)
{
  GST_BIN_CLASS (klass)->handle_message = slow_bin_handle_message;
  G_OBJECT_CLASS (klass)->finalize = slow_bin_finalize;
}

static void
slow_bin_init (SlowBin * self)
{
}

/* The application may be done with a pipeline while a message is on its way up. */
GST_START_TEST (test_message_keeps_what_it_passes)
{
  GstElement *pipeline = gst_pipeline_new (NULL);
  GstElement *bin = g_object_new (slow_bin_get_type (), NULL);
  GstElement *src = gst_element_factory_make ("icesrc", NULL);
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);

  g_object_set (src, "network-interfaces", "lo", "signalling-uri",
      "http://:0/call", NULL);
  gst_bin_add_many (GST_BIN (bin), src, sink, NULL);
  fail_unless (gst_element_link (src, sink));
  gst_bin_add (GST_BIN (pipeline), bin);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);

  g_mutex_lock (&lock);
  fail_unless (wait_until_locked (&inside));
  g_mutex_unlock (&lock);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
  tell (&let_go);

  g_mutex_lock (&lock);
  fail_unless (wait_until_locked (&freed));
  fail_if (freed_inside);
  g_mutex_unlock (&lock);
}

GST_END_TEST;

static Suite *
messages_suite (void)
{
  Suite *s = suite_create ("messages");
  TCase *tc = tcase_create ("messages");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_message_keeps_what_it_passes);
  return s;
}

GST_CHECK_MAIN (messages);
