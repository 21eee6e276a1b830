/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Calls of audio and video whose m-lines share a transport, or do not, on loopback. */

#include <gst/check/gstcheck.h>

#include <stdlib.h>
#include <string.h>

#define TIMEOUT (20 * GST_SECOND)
#define N_PACKETS 20

/* Both payloaders write 96, which a group can't have twice (RFC 9143, 10.1.1). */
#define SENDER "audiotestsrc is-live=true ! audioconvert ! " \
    "audio/x-raw,rate=48000,channels=1 ! rtpL16pay pt=96 mtu=300 ! " \
    "icesink media=audio network-interfaces=lo bundle-policy=%s encryption=%s " \
    "signalling-uri=http://127.0.0.1:%u/call " \
    "videotestsrc is-live=true ! video/x-raw,format=I420,width=16,height=16 ! " \
    "rtpvrawpay pt=96 ! icesink media=video"
#define RECEIVER "icesrc name=audio media=audio network-interfaces=lo " \
    "encryption=%s signalling-uri=http://:0/call ! rtpL16depay ! " \
    "fakesink async=false sync=false " \
    "icesrc name=video media=video ! rtpvrawdepay ! " \
    "fakesink async=false sync=false"

static const struct
{
  const gchar *policy, *encryption;
  gboolean shared;
} rows[] = {
  {"max-compat", "none", FALSE},
  {"max-compat", "dtls-srtp", FALSE},
  {"none", "none", FALSE},
  {"max-bundle", "none", TRUE},
  {"max-bundle", "dtls-srtp", TRUE},
};

/* What came out of an icesrc. */
typedef struct
{
  GMutex lock;
  GCond cond;
  guint n_packets;              /* protected by lock, as are all below */
  guint n_with_extension;
  guint payload_types;          /* a bit for each above 95 */
} Received;

static gboolean
note_packet (GstBuffer ** packet, guint index, gpointer user_data)
{
  Received *received = user_data;
  guint8 head[2];

  fail_unless_equals_int (gst_buffer_extract (*packet, 0, head, 2), 2);
  g_mutex_lock (&received->lock);
  received->n_packets++;
  received->n_with_extension += (head[0] & 0x10) != 0;
  received->payload_types |= 1u << ((head[1] & 0x7f) - 96);
  g_cond_signal (&received->cond);
  g_mutex_unlock (&received->lock);
  return TRUE;
}

static GstPadProbeReturn
on_packets (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER_LIST) {
    gst_buffer_list_foreach (GST_PAD_PROBE_INFO_BUFFER_LIST (info),
        note_packet, user_data);
  } else {
    GstBuffer *packet = GST_PAD_PROBE_INFO_BUFFER (info);

    note_packet (&packet, 0, user_data);
  }
  return GST_PAD_PROBE_OK;
}

static void
watch (GstElement * pipeline, const gchar * name, Received * received)
{
  g_autoptr (GstElement) src = gst_bin_get_by_name (GST_BIN (pipeline), name);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (src, "src");

  g_mutex_init (&received->lock);
  g_cond_init (&received->cond);
  gst_pad_add_probe (pad,
      GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_packets,
      received, NULL);
}

static void
wait_packets (Received * received)
{
  gint64 until = g_get_monotonic_time () + TIMEOUT / GST_USECOND;

  g_mutex_lock (&received->lock);
  while (received->n_packets < N_PACKETS)
    fail_unless (g_cond_wait_until (&received->cond, &received->lock, until),
        "%u packets came", received->n_packets);
  g_mutex_unlock (&received->lock);
}

static void
received_clear (Received * received)
{
  g_mutex_clear (&received->lock);
  g_cond_clear (&received->cond);
}

static GstElement *
launch (gchar * description)
{
  GError *error = NULL;
  GstElement *pipeline = gst_parse_launch (description, &error);

  fail_unless (error == NULL, "%s", error != NULL ? error->message : "");
  g_free (description);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  return pipeline;
}

static guint
wait_listening (GstElement * receiver)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (receiver);
  guint port = 0;

  while (port == 0) {
    g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus, TIMEOUT,
        GST_MESSAGE_PROGRESS);
    g_autofree gchar *text = NULL;
    const gchar *found;

    fail_unless (message != NULL);
    gst_message_parse_progress (message, NULL, NULL, &text);
    found = strstr (text, "http://0.0.0.0:");
    if (found != NULL)
      port = (guint) atoi (found + strlen ("http://0.0.0.0:"));
  }
  return port;
}

/* Returns: (transfer full): the pair that the m-line of @name goes by */
static gchar *
get_pair (GstElement * pipeline, const gchar * name)
{
  g_autoptr (GstElement) src = gst_bin_get_by_name (GST_BIN (pipeline), name);
  g_autoptr (GstStructure) pair = NULL;

  g_object_get (src, "selected-pair", &pair, NULL);
  fail_unless (pair != NULL);
  return gst_structure_to_string (pair);
}

static void
end (GstElement * pipeline)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

GST_START_TEST (test_media_is_told_apart)
{
  Received audio = { 0, }, video = { 0, };
  g_autofree gchar *audio_pair = NULL;
  g_autofree gchar *video_pair = NULL;
  GstElement *receiver, *sender;

  receiver = launch (g_strdup_printf (RECEIVER, rows[__i__].encryption));
  watch (receiver, "audio", &audio);
  watch (receiver, "video", &video);
  sender = launch (g_strdup_printf (SENDER, rows[__i__].policy,
          rows[__i__].encryption, wait_listening (receiver)));
  wait_packets (&audio);
  wait_packets (&video);
  audio_pair = get_pair (receiver, "audio");
  video_pair = get_pair (receiver, "video");
  end (sender);
  end (receiver);

  fail_unless_equals_int (g_str_equal (audio_pair, video_pair),
      rows[__i__].shared);
  fail_unless_equals_int (audio.n_with_extension,
      rows[__i__].shared ? audio.n_packets : 0);
  fail_unless_equals_int (video.n_with_extension,
      rows[__i__].shared ? video.n_packets : 0);
  fail_unless_equals_int (audio.payload_types, 1);
  fail_unless_equals_int (video.payload_types,
      g_str_equal (rows[__i__].policy, "none") ? 1 : 2);
  received_clear (&audio);
  received_clear (&video);
}

GST_END_TEST;

static Suite *
bundlecalls_suite (void)
{
  Suite *suite = suite_create ("bundlecalls");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_set_timeout (tcase, 60);
  tcase_add_loop_test (tcase, test_media_is_told_apart, 0, G_N_ELEMENTS (rows));
  return suite;
}

GST_CHECK_MAIN (bundlecalls);
