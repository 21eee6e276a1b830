/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Calls that negotiate again in the middle (RFC 3264, 8): other formats, media that come and
 * go, offers that cross. An application carries the descriptions, on loopback. */

#include "append.h"
#include "restartcall.h"

#include <string.h>

#define VP8 "application/x-rtp,media=video,encoding-name=VP8,clock-rate=90000"
#define H264 "application/x-rtp,media=video,encoding-name=H264,clock-rate=90000"

/* Audio that must not notice, and video that the test writes. */
#define CALLER AUDIO "media=audio session-name=caller wait-for-connection=false "
#define CALLEE "icesrc name=end media=audio network-interfaces=lo " \
    "session-name=callee ! fakesink async=false sync=false "
#define SENDS(name, session, caps) "appsrc name=" name " format=time is-live=true " \
    "caps=\"" caps "\" ! icesink name=" name "-sink media=video session-name=" \
    session " network-interfaces=lo wait-for-connection=false "
#define TAKES(name, session, caps) "icesrc name=" name " media=video session-name=" \
    session " network-interfaces=lo caps=\"" caps "\" ! " \
    "fakesink async=false sync=false "

static AppEnd caller, callee;
static Call call;               /* of the audio */
static Counts counts;           /* of what comes out of the callee's "video" */

static void
push (AppEnd * end, const gchar * name, guint8 payload_type)
{
  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN (end->pipeline),
      name);
  static guint16 seqnum = 0;
  guint8 packet[16] = { 0x80, payload_type };
  g_autoptr (GstBuffer) buffer = NULL;
  GstFlowReturn flow;

  GST_WRITE_UINT16_BE (packet + 2, seqnum++);
  buffer = gst_buffer_new_memdup (packet, sizeof (packet));
  g_signal_emit_by_name (source, "push-buffer", buffer, &flow);
  fail_unless_equals_int (flow, GST_FLOW_OK);
}

/* A call in which audio flows. */
static void
start (const gchar * at_caller, const gchar * at_callee)
{
  g_autofree gchar *ours = g_strconcat (CALLER, at_caller, NULL);
  g_autofree gchar *theirs = g_strconcat (CALLEE, at_callee, NULL);

  memset (&call, 0, sizeof (call));
  app_end_init (&callee, theirs);
  app_end_init (&caller, ours);
  call.receiver = gst_object_ref (callee.pipeline);
  call.sender = gst_object_ref (caller.pipeline);
  call_start (&call);
  app_ends_connect (&caller, &callee);
  app_ends_play (&callee, &caller);
  app_ends_negotiate (&caller, &callee);
  /* A pipeline begins when all its sinks have something. */
  if (strstr (at_caller, "appsrc name=video") != NULL)
    push (&caller, "video", 96);
  wait_packets (&call, 10);
}

/* Audio has not noticed: nothing lost, no restart. */
static void
stop (void)
{
  wait_packets (&call, 10);
  check_nothing_lost (&call);
  fail_unless_equals_int (get_n_restarts (caller.pipeline, NULL), 0);
  app_ends_clear (&caller, &callee);
  call_stop (&call);
}

/* Pushes packets of @payload_type until one has come as @expected. */
static void
push_until (AppEnd * end, const gchar * name, guint8 payload_type,
    Counts * received, guint expected)
{
  const guint before = counts_get (received, expected);
  gint64 deadline = g_get_monotonic_time () + TIMEOUT / 1000;

  while (counts_get (received, expected) == before) {
    fail_unless (g_get_monotonic_time () < deadline, "%u does not come as %u",
        payload_type, expected);
    push (end, name, payload_type);
    g_usleep (5000);
  }
}

/* The stream of @name goes on with @caps. */
static void
change_caps (AppEnd * end, const gchar * name, const gchar * caps)
{
  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN (end->pipeline),
      name);
  g_autoptr (GstCaps) other = gst_caps_from_string (caps);
  gint payload = 0;

  g_object_set (source, "caps", other, NULL);
  gst_structure_get_int (gst_caps_get_structure (other, 0), "payload",
      &payload);
  push (end, name, (guint8) payload);
}

/* Returns: (transfer full): the encoding that the caps of icesrc @name have */
static gchar *
get_encoding (AppEnd * end, const gchar * name)
{
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (end->pipeline),
      name);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "src");
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);

  return caps == NULL ? NULL : g_strdup (gst_structure_get_string
      (gst_caps_get_structure (caps, 0), "encoding-name"));
}

/* Returns: (transfer full): the first "a=ice-ufrag" of @sdp */
static gchar *
get_ufrag (const gchar * sdp)
{
  const gchar *line = strstr (sdp, "a=ice-ufrag:");

  fail_unless (line != NULL);
  return g_strndup (line, strcspn (line, "\r\n"));
}

GST_START_TEST (test_other_codec_is_offered_again)
{
  g_autofree gchar *opening = NULL;
  g_autofree gchar *offer = NULL;
  g_autofree gchar *answer = NULL;
  g_autofree gchar *encoding = NULL;
  g_autofree gchar *old_ufrag = NULL;
  g_autofree gchar *ufrag = NULL;

  start (SENDS ("video", "caller", VP8 ",payload=96"),
      TAKES ("video", "callee", VP8 ";" H264));
  counts_start (&counts, callee.pipeline, "video");
  push_until (&caller, "video", 96, &counts, 96);
  opening = app_end_create (&caller, "create-offer");
  app_end_give (&callee, opening);
  answer = app_end_create (&callee, "create-answer");
  app_end_give (&caller, answer);
  g_clear_pointer (&answer, g_free);

  change_caps (&caller, "video", H264 ",payload=96");
  app_end_wait_needed (&caller);
  offer = app_end_create (&caller, "create-offer");
  /* RFC 3264, 8.3.2: 96 keeps its meaning. RFC 8445, 9: no restart. */
  fail_unless (strstr (offer, "a=rtpmap:97 H264/90000") != NULL, "%s", offer);
  fail_unless (strstr (offer, "a=rtpmap:96 VP8/90000") != NULL, "%s", offer);
  old_ufrag = get_ufrag (opening);
  ufrag = get_ufrag (offer);
  fail_unless_equals_string (ufrag, old_ufrag);
  app_end_give (&callee, offer);
  answer = app_end_create (&callee, "create-answer");
  app_end_give (&caller, answer);

  push_until (&caller, "video", 96, &counts, 97);
  encoding = get_encoding (&callee, "video");
  fail_unless_equals_string (encoding, "H264");
  stop ();
  counts_stop (&counts);
}

GST_END_TEST;

/* And what was agreed before is not negotiated again: both ends know it. */
GST_START_TEST (test_codec_goes_back)
{
  start (SENDS ("video", "caller", VP8 ",payload=96"),
      TAKES ("video", "callee", VP8 ";" H264));
  counts_start (&counts, callee.pipeline, "video");
  push_until (&caller, "video", 96, &counts, 96);
  change_caps (&caller, "video", H264 ",payload=98");
  app_end_wait_needed (&caller);
  app_ends_negotiate (&caller, &callee);
  push_until (&caller, "video", 98, &counts, 98);

  change_caps (&caller, "video", VP8 ",payload=98");
  push_until (&caller, "video", 98, &counts, 96);
  fail_unless (g_async_queue_try_pop (caller.needed) == NULL);
  stop ();
  counts_stop (&counts);
}

GST_END_TEST;

/* The callee's stream changes, and it offers. */
GST_START_TEST (test_callee_offers_another_codec)
{
  start (TAKES ("video", "caller", VP8 ";" H264),
      SENDS ("video", "callee", VP8 ",payload=96"));
  counts_start (&counts, caller.pipeline, "video");
  push_until (&callee, "video", 96, &counts, 96);
  change_caps (&callee, "video", H264 ",payload=102");
  app_end_wait_needed (&callee);
  app_ends_negotiate (&callee, &caller);
  push_until (&callee, "video", 102, &counts, 102);
  stop ();
  counts_stop (&counts);
}

GST_END_TEST;

/* Waits for a warning that has both. */
static void
wait_warning (AppEnd * end, const gchar * one, const gchar * other)
{
  gboolean told = FALSE;

  while (!told) {
    g_autoptr (GstMessage) message = app_end_wait_message (end, NULL);
    g_autoptr (GError) error = NULL;

    gst_message_parse_warning (message, &error, NULL);
    told = strstr (error->message, one) != NULL &&
        strstr (error->message, other) != NULL;
  }
}

/* The m-line stays with what the peer takes. */
GST_START_TEST (test_codec_that_the_peer_lacks)
{
  start (SENDS ("video", "caller", VP8 ",payload=96"),
      TAKES ("video", "callee", VP8));
  counts_start (&counts, callee.pipeline, "video");
  push_until (&caller, "video", 96, &counts, 96);
  change_caps (&caller, "video", H264 ",payload=97");
  app_end_wait_needed (&caller);
  app_ends_negotiate (&caller, &callee);
  wait_warning (&caller, "sends H264", "the peer has VP8");

  change_caps (&caller, "video", VP8 ",payload=96");
  push_until (&caller, "video", 96, &counts, 96);
  fail_unless (g_async_queue_try_pop (caller.needed) == NULL);
  fail_unless_equals_int (counts_get (&counts, 97), 0);
  stop ();
  counts_stop (&counts);
}

GST_END_TEST;

/* Peers that offer the new codec only get port 0 for it, and hear both sides' formats. */
GST_START_TEST (test_offer_of_a_codec_that_we_lack)
{
  g_autofree gchar *offer = NULL;
  g_autofree gchar *changed = NULL;
  g_autofree gchar *answer = NULL;

  start (SENDS ("video", "caller", VP8 ",payload=96"),
      TAKES ("video", "callee", VP8));
  offer = app_end_create (&caller, "create-offer");
  changed = sdp_replace (offer, "rtpmap:96 VP8", "rtpmap:96 AV1");
  app_end_give (&callee, changed);
  answer = app_end_create (&callee, "create-answer");
  fail_unless (strstr (answer, "m=video 0 ") != NULL, "%s", answer);
  wait_warning (&callee, "takes VP8", "the peer has AV1");
  app_end_give (&caller, answer);
  stop ();
}

GST_END_TEST;

static void
add (AppEnd * end, const gchar * description)
{
  GError *error = NULL;
  GstElement *bin = gst_parse_bin_from_description (description, FALSE, &error);

  fail_unless (error == NULL, "%s", error != NULL ? error->message : "");
  gst_object_set_name (GST_OBJECT (bin), "added");
  gst_bin_add (GST_BIN (end->pipeline), bin);
  gst_element_sync_state_with_parent (bin);
}

static void
take_out (AppEnd * end)
{
  GstElement *bin = gst_bin_get_by_name (GST_BIN (end->pipeline), "added");

  gst_bin_remove (GST_BIN (end->pipeline), bin);
  gst_element_set_state (bin, GST_STATE_NULL);
  gst_object_unref (bin);
}

/* Adds video to the call, offered by @from. */
static void
add_video (AppEnd * from, AppEnd * to)
{
  add (&callee, TAKES ("video", "callee", VP8));
  counts_start (&counts, callee.pipeline, "video");
  add (&caller, SENDS ("video", "caller", VP8 ",payload=96"));
  app_end_wait_needed (&callee);
  app_end_wait_needed (&caller);
  app_ends_negotiate (from, to);
  push_until (&caller, "video", 96, &counts, 96);
}

static void
wait_eos (AppEnd * end, const gchar * name)
{
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (end->pipeline),
      name);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "src");
  gint64 deadline = g_get_monotonic_time () + TIMEOUT / 1000;
  g_autoptr (GstEvent) eos = NULL;

  while ((eos = gst_pad_get_sticky_event (pad, GST_EVENT_EOS, 0)) == NULL) {
    fail_unless (g_get_monotonic_time () < deadline, "no EOS");
    g_usleep (5000);
  }
}

GST_START_TEST (test_medium_comes_and_goes)
{
  g_autofree gchar *offer = NULL;
  g_autofree gchar *answer = NULL;

  start ("", "");
  add_video (&caller, &callee);
  take_out (&caller);
  app_end_wait_needed (&caller);
  offer = app_end_create (&caller, "create-offer");
  fail_unless (strstr (offer, "m=video 0 ") != NULL, "%s", offer);
  app_end_give (&callee, offer);
  answer = app_end_create (&callee, "create-answer");
  app_end_give (&caller, answer);
  wait_eos (&callee, "video");
  stop ();
  counts_stop (&counts);
}

GST_END_TEST;

GST_START_TEST (test_callee_adds_a_medium)
{
  start ("", "");
  add_video (&callee, &caller);
  stop ();
  counts_stop (&counts);
}

GST_END_TEST;

/* A medium that the peer has no element for. */
GST_START_TEST (test_medium_that_the_peer_does_not_want)
{
  start ("", "");
  add (&caller, SENDS ("video", "caller", VP8 ",payload=96"));
  app_end_wait_needed (&caller);
  app_ends_negotiate (&caller, &callee);
  wait_warning (&caller, "refused video", "goes on");
  stop ();
}

GST_END_TEST;

static gboolean
give_as (AppEnd * end, const gchar * kind, const gchar * sdp)
{
  g_autofree gchar *name = g_strconcat ("set-remote-description::", kind, NULL);
  gboolean taken = FALSE;

  g_signal_emit_by_name (end->session, name, sdp, &taken);
  return taken;
}

/* Both ends offer at once, as perfect negotiation has it: the callee gives way. Its wish is
 * fulfilled by the next offer. */
static void
cross_offers (void)
{
  g_autofree gchar *ours = app_end_create (&caller, "create-offer");
  g_autofree gchar *theirs = app_end_create (&callee, "create-offer");
  g_autofree gchar *answer = NULL;

  fail_if (give_as (&caller, "offer", theirs));
  fail_unless (give_as (&callee, "offer", ours));
  answer = app_end_create (&callee, "create-answer");
  fail_unless (give_as (&caller, "answer", answer));
}

/* Each changes the codec of what it sends. */
GST_START_TEST (test_changes_that_cross)
{
  static Counts back;

  start (SENDS ("video", "caller", VP8 ",payload=96") TAKES ("back", "caller",
          VP8 ";" H264), SENDS ("from-callee", "callee", VP8 ",payload=96")
      TAKES ("video", "callee", VP8 ";" H264));
  counts_start (&counts, callee.pipeline, "video");
  counts_start (&back, caller.pipeline, "back");
  push_until (&caller, "video", 96, &counts, 96);
  push_until (&callee, "from-callee", 96, &back, 96);
  change_caps (&caller, "video", H264 ",payload=100");
  change_caps (&callee, "from-callee", H264 ",payload=101");
  app_end_wait_needed (&caller);
  app_end_wait_needed (&callee);
  cross_offers ();

  /* Where the first offer has brought what both want, none follows. */
  push_until (&caller, "video", 100, &counts, 100);
  push_until (&callee, "from-callee", 101, &back, 100);
  stop ();
  counts_stop (&counts);
  counts_stop (&back);
}

GST_END_TEST;

static Suite *
changecalls_suite (void)
{
  Suite *suite = suite_create ("changecalls");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_set_timeout (tcase, 120);
  tcase_add_test (tcase, test_other_codec_is_offered_again);
  tcase_add_test (tcase, test_codec_goes_back);
  tcase_add_test (tcase, test_callee_offers_another_codec);
  tcase_add_test (tcase, test_codec_that_the_peer_lacks);
  tcase_add_test (tcase, test_offer_of_a_codec_that_we_lack);
  tcase_add_test (tcase, test_medium_comes_and_goes);
  tcase_add_test (tcase, test_callee_adds_a_medium);
  tcase_add_test (tcase, test_medium_that_the_peer_does_not_want);
  tcase_add_test (tcase, test_changes_that_cross);
  return suite;
}

GST_CHECK_MAIN (changecalls);
