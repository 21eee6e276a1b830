/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Telephone events (RFC 4733) beside audio: several payload types on one m-line. */

#include "restartcall.h"

#define PCMA "application/x-rtp,media=audio,encoding-name=PCMA,clock-rate=8000," \
    "payload=8"
#define EVENTS "application/x-rtp,media=audio,encoding-name=TELEPHONE-EVENT," \
    "clock-rate=8000,payload=101"

/* What came to the receiver, by payload type. */
typedef struct
{
  GMutex lock;
  GCond cond;

  /* Protected by lock. */
  guint n[128];
} Counts;

static GstPadProbeReturn
count (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Counts *counts = user_data;
  GstBufferList *list = info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST ?
      gst_buffer_list_ref (GST_PAD_PROBE_INFO_BUFFER_LIST (info)) :
      gst_buffer_list_new ();

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER)
    gst_buffer_list_add (list,
        gst_buffer_ref (GST_PAD_PROBE_INFO_BUFFER (info)));
  g_mutex_lock (&counts->lock);
  for (guint i = 0; i < gst_buffer_list_length (list); i++) {
    guint8 byte = 0;

    gst_buffer_extract (gst_buffer_list_get (list, i), 1, &byte, 1);
    counts->n[byte & 127]++;
  }
  g_cond_broadcast (&counts->cond);
  g_mutex_unlock (&counts->lock);
  gst_buffer_list_unref (list);
  return GST_PAD_PROBE_OK;
}

/* Waits for @n packets of @payload more than there were. */
static void
wait_more (Counts * counts, guint payload, guint n)
{
  gint64 deadline = g_get_monotonic_time () + TIMEOUT / GST_USECOND;
  guint enough;

  g_mutex_lock (&counts->lock);
  enough = counts->n[payload] + n;
  while (counts->n[payload] < enough)
    fail_unless (g_cond_wait_until (&counts->cond, &counts->lock, deadline),
        "%u packets of %u", counts->n[payload], payload);
  g_mutex_unlock (&counts->lock);
}

static void
press (GstElement * pipeline, gboolean start)
{
  GstStructure *structure = gst_structure_new ("dtmf-event",
      "type", G_TYPE_INT, 1, "number", G_TYPE_INT, 5, "volume", G_TYPE_INT, 20,
      "start", G_TYPE_BOOLEAN, start, NULL);

  fail_unless (gst_element_send_event (pipeline,
          gst_event_new_custom (GST_EVENT_CUSTOM_UPSTREAM, structure)));
}

/* What the receiver takes, and whether events come. */
static const struct
{
  const gchar *caps;
  gboolean events;
  const gchar *encryption;
} receivers[] = {
  {"", TRUE, "none"},
  {"caps=\"" PCMA ";" EVENTS "\"", TRUE, "none"},
  {"caps=\"" PCMA "\"", FALSE, "none"},
  /* What is left out leaves nothing to encrypt. */
  {"caps=\"" PCMA "\"", FALSE, "dtls-srtp"},
};

GST_START_TEST (test_events_beside_audio)
{
  static Call call;
  Counts counts = { 0 };
  g_autofree gchar *more = g_strdup_printf ("encryption=%s %s",
      receivers[__i__].encryption, receivers[__i__].caps);
  guint port = listen_by_http (&call, more);

  gst_pad_add_probe (call.pad, GST_PAD_PROBE_TYPE_BUFFER |
      GST_PAD_PROBE_TYPE_BUFFER_LIST, count, &counts, NULL);
  call.sender = parse ("audiotestsrc is-live=true samplesperbuffer=160 ! "
      "audio/x-raw,rate=8000,channels=1 ! alawenc ! rtppcmapay ! " PCMA " ! "
      "mux.sink_0 rtpdtmfsrc pt=101 ! mux.priority_sink_0 rtpdtmfmux name=mux ! "
      "icesink name=end network-interfaces=lo encryption=%s "
      "formats=\"" PCMA ";" EVENTS "\" "
      "signalling-uri=http://127.0.0.1:%u/call",
      receivers[__i__].encryption, port);
  gst_element_set_state (call.sender, GST_STATE_PLAYING);
  wait_more (&counts, 8, 5);

  press (call.sender, TRUE);
  if (receivers[__i__].events)
    wait_more (&counts, 101, 3);
  press (call.sender, FALSE);
  /* The audio goes on. */
  wait_more (&counts, 8, 50);
  fail_unless_equals_int (counts.n[101] > 0, receivers[__i__].events);
  call_stop (&call);
}

GST_END_TEST;

static Suite *
events_suite (void)
{
  Suite *suite = suite_create ("events");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_set_timeout (tcase, 60);
  tcase_add_loop_test (tcase, test_events_beside_audio, 0,
      G_N_ELEMENTS (receivers));
  return suite;
}

GST_CHECK_MAIN (events);
