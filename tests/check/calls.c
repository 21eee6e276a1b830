/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Whole calls over HTTP and libnice, many in one process, on loopback. */

#include "entries.h"
#include "listening.h"
#include <gst/check/gstcheck.h>

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#define TIMEOUT (20 * GST_SECOND)
#define BYTES_PER_MS (192 * 4)  /* of what the pipelines below play */

/* The packets that passed a pad, in their order. */
typedef struct
{
  GMutex lock;
  GPtrArray *packets;           /* of GBytes; protected by lock */
} Record;

static void
record_init (Record * record)
{
  g_mutex_init (&record->lock);
  record->packets = g_ptr_array_new_with_free_func ((GDestroyNotify)
      g_bytes_unref);
}

static void
record_clear (Record * record)
{
  g_ptr_array_unref (record->packets);
  g_mutex_clear (&record->lock);
}

static gboolean
record_buffer (GstBuffer ** buffer, guint index, gpointer user_data)
{
  Record *record = user_data;
  gpointer data;
  gsize size;

  gst_buffer_extract_dup (*buffer, 0, (gsize) - 1, &data, &size);
  g_mutex_lock (&record->lock);
  g_ptr_array_add (record->packets, g_bytes_new_take (data, size));
  g_mutex_unlock (&record->lock);
  return TRUE;
}

static GstPadProbeReturn
on_packets (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER_LIST) {
    gst_buffer_list_foreach (GST_PAD_PROBE_INFO_BUFFER_LIST (info),
        record_buffer, user_data);
  } else {
    GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);

    record_buffer (&buffer, 0, user_data);
  }
  return GST_PAD_PROBE_OK;
}

static void
record_pad (GstElement * pipeline, const gchar * element, const gchar * pad,
    Record * record)
{
  GstElement *found = gst_bin_get_by_name (GST_BIN (pipeline), element);
  GstPad *found_pad = gst_element_get_static_pad (found, pad);

  gst_pad_add_probe (found_pad,
      GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_packets,
      record, NULL);
  gst_object_unref (found_pad);
  gst_object_unref (found);
}

static GstElement *
parse (const gchar * format, ...)
{
  va_list args;
  GError *error = NULL;
  GstElement *pipeline;
  gchar *description;

  va_start (args, format);
  description = g_strdup_vprintf (format, args);
  va_end (args);
  pipeline = gst_parse_launch (description, &error);
  fail_unless (error == NULL, "%s: %s", description,
      error ? error->message : "");
  g_free (description);
  return pipeline;
}

/* Waits for @pipeline's EOS. */
static void
wait_eos (GstElement * pipeline)
{
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message = gst_bus_timed_pop_filtered (bus, TIMEOUT,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  GError *error = NULL;

  fail_unless (message != NULL, "neither EOS nor an error");
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, NULL);
  fail_unless (error == NULL, "%s", error ? error->message : "");
  gst_message_unref (message);
  gst_object_unref (bus);
}

/* Plays the file @path to an icesrc, until that has EOS. @context: as icesrc's */
static void
call_with_file (const gchar * path, gboolean sync, const gchar * context,
    Record * sent, Record * received)
{
  GstElement *receiver =
      parse
      ("icesrc name=end signalling-uri=http://127.0.0.1:0/call?mode=listener "
      "network-interfaces=lo context=\"%s\" ! rtpL16depay ! "
      "fakesink async=false sync=false", context);
  GstElement *sender;

  record_pad (receiver, "end", "src", received);
  gst_element_set_state (receiver, GST_STATE_PLAYING);

  sender = parse ("filesrc location=%s ! "
      "rawaudioparse pcm-format=s16be sample-rate=192000 num-channels=2 ! "
      "rtpL16pay ! icesink name=end network-interfaces=lo sync=%s "
      "signalling-uri=http://127.0.0.1:%u/call", path, sync ? "true" : "false",
      wait_listening (receiver));
  record_pad (sender, "end", "sink", sent);
  gst_element_set_state (sender, GST_STATE_PLAYING);

  wait_eos (sender);
  gst_element_set_state (sender, GST_STATE_NULL);
  wait_eos (receiver);
  gst_element_set_state (receiver, GST_STATE_NULL);
  gst_object_unref (sender);
  gst_object_unref (receiver);
}

/* Returns: (transfer full): the path of a new file of @duration_ms of noise */
static gchar *
make_file (guint duration_ms)
{
  gsize size = (gsize) duration_ms * BYTES_PER_MS;
  guint8 *data = g_malloc (size);
  gchar *path = NULL;
  gint fd = g_file_open_tmp ("calls-XXXXXX", &path, NULL);

  fail_unless (fd >= 0);
  close (fd);
  for (gsize i = 0; i < size; i++)
    data[i] = (guint8) g_random_int ();
  fail_unless (g_file_set_contents (path, (gchar *) data, (gssize) size, NULL));
  g_free (data);
  return path;
}

/* RFC 3550, 5.1: the third and fourth byte. */
static guint
get_sequence_number (Record * record, guint index)
{
  const guint8 *data =
      g_bytes_get_data (g_ptr_array_index (record->packets, index), NULL);

  return GST_READ_UINT16_BE (data + 2);
}

static void
check_same (Record * sent, Record * received)
{
  fail_unless (sent->packets->len > 0);
  fail_unless_equals_int (received->packets->len, sent->packets->len);
  for (guint i = 0; i < sent->packets->len; i++)
    fail_unless (g_bytes_equal (g_ptr_array_index (sent->packets, i),
            g_ptr_array_index (received->packets, i)),
        "packet %u of %u: number %u was sent, number %u came", i,
        sent->packets->len, get_sequence_number (sent, i),
        get_sequence_number (received, i));
}

/* In real time, and every fourth call as fast as it goes. */
GST_START_TEST (test_file_loses_nothing_over_100_calls)
{
  gchar *path = make_file (60);

  for (guint i = 0; i < 100; i++) {
    Record sent, received;

    record_init (&sent);
    record_init (&received);
    call_with_file (path, i % 4 != 0, i % 3 == 0 ? "shared" : "", &sent,
        &received);
    check_same (&sent, &received);
    record_clear (&sent);
    record_clear (&received);
  }
  g_unlink (path);
  g_free (path);
}

GST_END_TEST;

/* Threads of GStreamer's and GLib's pools end by and by. */
static void
wait_count (const gchar * path, guint at_most)
{
  gint64 deadline = g_get_monotonic_time () + 30 * G_TIME_SPAN_SECOND;

  while (count_entries (path) > at_most) {
    fail_unless (g_get_monotonic_time () < deadline, "%s: %u, was %u", path,
        count_entries (path), at_most);
    g_usleep (10 * G_TIME_SPAN_MILLISECOND);
  }
}

GST_START_TEST (test_200_calls_leave_nothing_behind)
{
  gchar *path = make_file (2);
  guint n_fds = 0, n_threads = 0;

  for (guint i = 0; i < 200; i++) {
    Record sent, received;

    record_init (&sent);
    record_init (&received);
    call_with_file (path, TRUE, i % 2 == 0 ? "shared" : "", &sent, &received);
    check_same (&sent, &received);
    record_clear (&sent);
    record_clear (&received);
    if (i == 9) {
      n_fds = count_entries ("/proc/self/fd");
      n_threads = count_entries ("/proc/self/task");
    }
  }
  /* What a few calls leave for a moment, two hundred may. */
  wait_count ("/proc/self/fd", n_fds + 4);
  wait_count ("/proc/self/task", n_threads + 2);
  g_unlink (path);
  g_free (path);
}

GST_END_TEST;

static Suite *
calls_suite (void)
{
  Suite *s = suite_create ("calls");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 600);
  tcase_add_test (tc, test_file_loses_nothing_over_100_calls);
  tcase_add_test (tc, test_200_calls_leave_nothing_behind);
  return s;
}

GST_CHECK_MAIN (calls);
