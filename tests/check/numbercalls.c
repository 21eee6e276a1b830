/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Calls whose peer answers, or offers, other payload types and header extensions than ours
 * (RFC 3264, 5.1 and 6.1), on loopback. */

#include "append.h"

#include <string.h>

#define VP8 "application/x-rtp,media=video,encoding-name=VP8,clock-rate=90000"
#define RTX "application/x-rtp,media=video,encoding-name=RTX,clock-rate=90000"
#define L16 "application/x-rtp,media=audio,encoding-name=L16,clock-rate=8000," \
    "encoding-params=(string)1"

/* Packets of two payload types on one m-line, both ways. */
#define END "appsrc name=packets format=time is-live=true caps=\"" VP8 \
    ",payload=96\" ! icesink name=end network-interfaces=lo " \
    "wait-for-connection=false formats=\"" VP8 ",payload=96;" RTX \
    ",payload=97,apt=(string)96\" icesrc name=in media=video caps=\"" VP8 ";" \
    RTX ",apt=(string)96\" ! fakesink async=false sync=false"

/* Pushes packets of @payload_type until one has come to @counts as @expected. */
static void
push_until (AppEnd * end, guint8 payload_type, Counts * counts, guint expected)
{
  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN (end->pipeline),
      "packets");
  gint64 deadline = g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND;
  guint8 packet[16] = { 0x80, payload_type };
  static guint16 seqnum = 0;

  while (counts_get (counts, expected) == 0) {
    g_autoptr (GstBuffer) buffer = NULL;
    GstFlowReturn flow;

    GST_WRITE_UINT16_BE (packet + 2, seqnum++);
    buffer = gst_buffer_new_memdup (packet, sizeof (packet));
    fail_unless (g_get_monotonic_time () < deadline, "%u does not come as %u",
        payload_type, expected);
    g_signal_emit_by_name (source, "push-buffer", buffer, &flow);
    fail_unless_equals_int (flow, GST_FLOW_OK);
    g_usleep (5000);
  }
}

/* What the caps of @end's icesrc say. */
static gint
get_caps_payload (AppEnd * end)
{
  g_autoptr (GstElement) in = gst_bin_get_by_name (GST_BIN (end->pipeline),
      "in");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (in, "src");
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  gint payload = -1;

  fail_unless (caps != NULL);
  gst_structure_get_int (gst_caps_get_structure (caps, 0), "payload", &payload);
  return payload;
}

/* Returns: (transfer full): @sdp with 120 and 121 for 96 and 97 */
static gchar *
renumber (const gchar * sdp)
{
  static const gchar *const changes[][2] = {
    {" 96 97(?=\r)", " 120 121"}, {"a=rtpmap:96", "a=rtpmap:120"},
    {"a=rtpmap:97", "a=rtpmap:121"}, {"a=fmtp:97 apt=96", "a=fmtp:121 apt=120"}
  };
  g_autofree gchar *text = g_strdup (sdp);

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++) {
    gchar *changed = sdp_replace (text, changes[i][0], changes[i][1]);

    g_free (text);
    text = changed;
  }
  return g_steal_pointer (&text);
}

static void
assert_none (Counts * counts, guint payload_type)
{
  fail_unless_equals_int (counts_get (counts, payload_type), 0);
}

GST_START_TEST (test_answer_has_other_numbers)
{
  static AppEnd caller, callee;
  static Counts to_caller, to_callee;
  g_autofree gchar *offer = NULL;
  g_autofree gchar *answer = NULL;
  g_autofree gchar *changed = NULL;

  app_end_init (&caller, END);
  app_end_init (&callee, END);
  counts_start (&to_caller, caller.pipeline, "in");
  counts_start (&to_callee, callee.pipeline, "in");
  app_ends_connect (&caller, &callee);
  app_ends_play (&caller, &callee);

  offer = app_end_create (&caller, "create-offer");
  app_end_give (&callee, offer);
  answer = app_end_create (&callee, "create-answer");
  changed = renumber (answer);
  app_end_give (&caller, changed);

  /* What goes out has the answer's numbers, */
  push_until (&caller, 96, &to_callee, 120);
  push_until (&caller, 97, &to_callee, 121);
  /* and what comes in has ours. */
  push_until (&callee, 96, &to_caller, 96);
  push_until (&callee, 97, &to_caller, 97);
  assert_none (&to_callee, 96);
  assert_none (&to_callee, 97);
  assert_none (&to_caller, 120);
  fail_unless_equals_int (get_caps_payload (&caller), 96);
  app_ends_clear (&caller, &callee);
  counts_stop (&to_caller);
  counts_stop (&to_callee);
}

GST_END_TEST;

GST_START_TEST (test_offer_has_other_numbers)
{
  static AppEnd caller, callee;
  static Counts to_caller, to_callee;
  g_autofree gchar *offer = NULL;
  g_autofree gchar *changed = NULL;
  g_autofree gchar *answer = NULL;

  app_end_init (&caller, END);
  app_end_init (&callee, END);
  counts_start (&to_caller, caller.pipeline, "in");
  counts_start (&to_callee, callee.pipeline, "in");
  app_ends_connect (&caller, &callee);
  app_ends_play (&caller, &callee);

  offer = app_end_create (&caller, "create-offer");
  changed = renumber (offer);
  app_end_give (&callee, changed);
  answer = app_end_create (&callee, "create-answer");
  fail_unless (strstr (answer, " 120") != NULL, "%s", answer);
  app_end_give (&caller, answer);

  /* An answer repeats the numbers of the offer: both ways have them. */
  push_until (&callee, 96, &to_caller, 120);
  push_until (&callee, 97, &to_caller, 121);
  push_until (&caller, 96, &to_callee, 120);
  fail_unless_equals_int (get_caps_payload (&callee), 120);
  app_ends_clear (&caller, &callee);
  counts_stop (&to_caller);
  counts_stop (&to_callee);
}

GST_END_TEST;

/* Of the first header extension of a packet, 0: there is none. */
static gint extension_at_caller, extension_at_callee;

static GstPadProbeReturn
note_extension (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  GstBuffer *packet = info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST ?
      gst_buffer_list_get (GST_PAD_PROBE_INFO_BUFFER_LIST (info), 0) :
      GST_PAD_PROBE_INFO_BUFFER (info);
  guint8 head[17];

  if (gst_buffer_extract (packet, 0, head, sizeof (head)) == sizeof (head) &&
      (head[0] & 0x10))
    g_atomic_int_set ((gint *) user_data, head[16] >> 4);
  return GST_PAD_PROBE_OK;
}

static void
watch_extensions (AppEnd * end, gint * extension)
{
  g_autoptr (GstElement) in = gst_bin_get_by_name (GST_BIN (end->pipeline),
      "in");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (in, "src");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER |
      GST_PAD_PROBE_TYPE_BUFFER_LIST, note_extension, extension, NULL);
}

#define GROUPED "audiotestsrc is-live=true samplesperbuffer=160 ! " \
    "audio/x-raw,rate=8000,channels=1 ! rtpL16pay pt=96 ! icesink name=end " \
    "bundle-policy=max-bundle network-interfaces=lo wait-for-connection=false " \
    "icesrc name=in media=audio caps=\"" L16 "\" ! " \
    "fakesink async=false sync=false videotestsrc is-live=true ! " \
    "video/x-raw,format=I420,width=16,height=16 ! rtpvrawpay ! icesink " \
    "wait-for-connection=false icesrc media=video ! " \
    "fakesink async=false sync=false"

/* RFC 8285, 7, has ids stay; who answers others means to get those. */
GST_START_TEST (test_answer_has_other_extensions)
{
  static AppEnd caller, callee;
  static Counts to_caller, to_callee;
  g_autofree gchar *offer = NULL;
  g_autofree gchar *answer = NULL;
  g_autofree gchar *changed = NULL;

  app_end_init (&caller, GROUPED);
  app_end_init (&callee, GROUPED);
  counts_start (&to_caller, caller.pipeline, "in");
  counts_start (&to_callee, callee.pipeline, "in");
  watch_extensions (&caller, &extension_at_caller);
  watch_extensions (&callee, &extension_at_callee);
  app_ends_connect (&caller, &callee);
  app_ends_play (&caller, &callee);

  offer = app_end_create (&caller, "create-offer");
  fail_unless (strstr (offer, "a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid")
      != NULL, "%s", offer);
  app_end_give (&callee, offer);
  answer = app_end_create (&callee, "create-answer");
  changed = sdp_replace (answer, "a=extmap:1(?=[ /])", "a=extmap:5");
  app_end_give (&caller, changed);

  counts_wait_more (&to_callee, 96, 10);
  counts_wait_more (&to_caller, 96, 10);
  fail_unless_equals_int (g_atomic_int_get (&extension_at_callee), 5);
  fail_unless_equals_int (g_atomic_int_get (&extension_at_caller), 1);
  app_ends_clear (&caller, &callee);
  counts_stop (&to_caller);
  counts_stop (&to_callee);
}

GST_END_TEST;

static Suite *
numbercalls_suite (void)
{
  Suite *suite = suite_create ("numbercalls");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_set_timeout (tcase, 120);
  tcase_add_test (tcase, test_answer_has_other_numbers);
  tcase_add_test (tcase, test_offer_has_other_numbers);
  tcase_add_test (tcase, test_answer_has_other_extensions);
  return suite;
}

GST_CHECK_MAIN (numbercalls);
