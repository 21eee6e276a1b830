/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A listening icesink whose stream changes while several watch: those who agreed on the new
 * format go on, each with its own payload type, and the call of each other ends. */

#include "changing.h"
#include "listening.h"
#include "restartcall.h"

#include <string.h>

#define PATIENCE_US (90 * G_TIME_SPAN_SECOND)
#define CAM "appsrc name=video format=time is-live=true caps=\"%s\" ! " \
    "icesink name=end media=video network-interfaces=lo " \
    "wait-for-connection=false " \
    "signalling-uri=http://127.0.0.1:0/cam?mode=listener "
#define VIEWER "icesrc name=end media=%s network-interfaces=lo caps=\"%s\" " \
    "signalling-uri=http://127.0.0.1:%u/cam ! fakesink async=false sync=false"
#define ANY_VIDEO "formats=application/x-rtp,media=video "
#define PROFILE(id) H264 ",packetization-mode=(string)1," \
    "profile-level-id=(string)" id
#define MODE_0 H264 ",packetization-mode=(string)0," \
    "profile-level-id=(string)42e01f"
#define VP9 "application/x-rtp,media=video,encoding-name=VP9,clock-rate=90000"

typedef struct
{
  GstElement *pipeline;
  Counts counts;
} Viewer;

static GstElement *cam;
static guint port;

static void
cam_start (const gchar * caps, const gchar * more)
{
  g_autofree gchar *line = g_strconcat (CAM, more, NULL);
  GstStateChangeReturn ret;

  cam = parse (line, caps);
  ret = gst_element_set_state (cam, GST_STATE_PLAYING);
  fail_if (ret == GST_STATE_CHANGE_FAILURE);
  port = wait_listening (cam);
  change_push (cam, "video", 96);
}

static void
cam_stop (void)
{
  gst_element_set_state (cam, GST_STATE_NULL);
  gst_clear_object (&cam);
}

static void
come_for (Viewer * viewer, const gchar * media, const gchar * caps)
{
  viewer->pipeline = parse (VIEWER, media, caps, port);
  counts_start (&viewer->counts, viewer->pipeline, "end");
  gst_element_set_state (viewer->pipeline, GST_STATE_PLAYING);
}

static void
come (Viewer * viewer, const gchar * caps)
{
  come_for (viewer, "video", caps);
}

static void
leave (Viewer * viewer)
{
  gst_element_set_state (viewer->pipeline, GST_STATE_NULL);
  gst_clear_object (&viewer->pipeline);
  counts_stop (&viewer->counts);
}

static void
push_until (Viewer * viewer, guint8 written, guint expected)
{
  change_push_until (cam, "video", written, &viewer->counts, expected);
}

/* Waits until @n are there, in the order of their calls. */
static void
wait_added (guint n)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (cam);
  guint n_there = 0;

  while (n_there != n) {
    g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus,
        PATIENCE_US * GST_USECOND, GST_MESSAGE_ELEMENT);

    fail_unless (message != NULL, "%u are not there", n);
    if (gst_message_has_name (message, "ice-consumer-added"))
      gst_structure_get_uint (gst_message_get_structure (message), "consumers",
          &n_there);
  }
}

/* The caps go down before the packets that have them. */
static void
assert_encoding (const Viewer * viewer, const gchar * expected)
{
  g_autofree gchar *encoding = change_get_encoding (viewer->pipeline, "end");

  fail_unless_equals_string (encoding, expected);
}

/* Returns: how many warnings have come by the time that consumer @removed is gone; 0: until
 *     now. Each has both texts. */
static guint
count_warnings (guint removed, const gchar * one, const gchar * other)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (cam);
  guint n = 0, consumer = 0;

  while (removed == 0 || consumer != removed) {
    g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus,
        removed == 0 ? 0 : PATIENCE_US * GST_USECOND,
        GST_MESSAGE_WARNING | GST_MESSAGE_ERROR | GST_MESSAGE_ELEMENT);
    g_autoptr (GError) warning = NULL;

    fail_unless (message != NULL || removed == 0, "%u is not gone", removed);
    if (message == NULL)
      break;
    fail_if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR);
    if (gst_message_has_name (message, "ice-consumer-removed")) {
      gst_structure_get_uint (gst_message_get_structure (message), "consumer",
          &consumer);
      continue;
    }
    if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_WARNING)
      continue;
    gst_message_parse_warning (message, &warning, NULL);
    /* Of GStreamer itself: the test has one thread, and its buffers have no time. */
    if (strstr (warning->message, "add queues") != NULL ||
        g_error_matches (warning, GST_CORE_ERROR, GST_CORE_ERROR_CLOCK))
      continue;
    fail_unless (strstr (warning->message, one) != NULL
        && strstr (warning->message, other) != NULL, "%s", warning->message);
    n++;
  }
  return n;
}

static void
assert_no_warning (void)
{
  fail_unless_equals_int (count_warnings (0, "no warning", "at all"), 0);
}

GST_START_TEST (test_who_agreed_on_both_goes_on)
{
  static Viewer both, old, late;
  static Call call;

  cam_start (VP8 ",payload=96", ANY_VIDEO);
  come (&old, VP8 ",payload=100");
  push_until (&old, 96, 100);
  wait_added (1);
  come (&both, VP8 ",payload=101;" H264 ",payload=102");
  push_until (&both, 96, 101);
  wait_added (2);
  assert_encoding (&both, "VP8");
  memset (&call, 0, sizeof (call));
  call.receiver = gst_object_ref (both.pipeline);
  call_start (&call);
  push_until (&both, 96, 101);
  begin_check (&call);
  assert_no_warning ();

  /* The one who has no H.264 ends, and is told apart by its number. */
  change_caps (cam, "video", H264 ",payload=97");
  push_until (&both, 97, 102);
  assert_encoding (&both, "H264");
  fail_unless_equals_int (count_warnings (1, "The viewer 1 (127.0.0.1) is gone",
          "end sends H264 from now on, and the call was made for VP8;"), 1);
  fail_unless_equals_int (counts_get (&old.counts, 97), 0);
  fail_unless_equals_int (counts_get (&old.counts, 102), 0);

  /* A new call agrees on what comes now. */
  leave (&old);
  come (&late, H264 ",payload=105");
  push_until (&late, 97, 105);
  wait_added (2);

  change_caps (cam, "video", VP8 ",payload=98");
  push_until (&both, 98, 101);
  assert_encoding (&both, "VP8");
  fail_unless_equals_int (count_warnings (3, "The viewer 3 (127.0.0.1) is gone",
          "end sends VP8 from now on, and the call was made for H264"), 1);
  check_nothing_lost (&call);
  gst_element_set_state (call.receiver, GST_STATE_NULL);
  call_stop (&call);
  leave (&both);
  leave (&late);
  cam_stop ();
}

GST_END_TEST;

/* Without "formats" a payloader's line agrees on one format with each. */
GST_START_TEST (test_all_end_for_one_format_that_all_lack)
{
  static Viewer viewers[2];

  cam_start (VP8 ",payload=96", "");
  for (guint i = 0; i < G_N_ELEMENTS (viewers); i++) {
    come (&viewers[i], VP8 ",payload=101;" H264 ",payload=102");
    push_until (&viewers[i], 96, 101);
    wait_added (i + 1);
  }
  change_caps (cam, "video", H264 ",payload=97");
  for (guint i = 0; i < G_N_ELEMENTS (viewers); i++)
    fail_unless_equals_int (count_warnings (i + 1, "is gone: end sends H264",
            "for VP8"), 1);
  for (guint i = 0; i < G_N_ELEMENTS (viewers); i++) {
    leave (&viewers[i]);
    come (&viewers[i], VP8 ",payload=101;" H264 ",payload=102");
    push_until (&viewers[i], 97, 102);
    assert_encoding (&viewers[i], "H264");
  }
  assert_no_warning ();
  for (guint i = 0; i < G_N_ELEMENTS (viewers); i++)
    leave (&viewers[i]);
  cam_stop ();
}

GST_END_TEST;

/* The same codec with other parameters (see "Which formats go together" in
 * docs/signalling.md). */
static const struct
{
  const gchar *before, *after;
  const gchar *offered;
  gboolean goes_on;
} parameters[] = {
  {VP8, VP8, VP8, TRUE},
  /* Another level; a profile that the viewer decodes as well, and one that it does not. */
  {PROFILE ("42e01f"), PROFILE ("42e028"), PROFILE ("42e01f"), TRUE},
  {PROFILE ("42e01f"), PROFILE ("4d001f"), PROFILE ("64001f"), TRUE},
  {PROFILE ("42e01f"), PROFILE ("64001f"), PROFILE ("42e01f"), FALSE},
  {PROFILE ("42e01f"), MODE_0, PROFILE ("42e01f"), FALSE},
  {VP9 ",profile-id=(string)0", VP9 ",profile-id=(string)2",
      VP9 ",profile-id=(string)0", FALSE},
};

GST_START_TEST (test_other_parameters)
{
  g_autofree gchar *before = g_strconcat (parameters[__i__].before,
      ",payload=96", NULL);
  g_autofree gchar *after = g_strconcat (parameters[__i__].after, ",payload=99",
      NULL);
  g_autofree gchar *offered = g_strconcat (parameters[__i__].offered,
      ",payload=111", NULL);
  static Viewer viewer;

  cam_start (before, "");
  come (&viewer, offered);
  push_until (&viewer, 96, 111);
  wait_added (1);
  change_caps (cam, "video", after);
  if (parameters[__i__].goes_on) {
    push_until (&viewer, 99, 111);
    assert_no_warning ();
  } else {
    fail_unless_equals_int (count_warnings (1,
            "The viewer 1 (127.0.0.1) is gone", "from now on"), 1);
  }
  leave (&viewer);
  cam_stop ();
}

GST_END_TEST;

/* Who did not want the picture does not end with it. */
GST_START_TEST (test_viewer_of_the_sound_alone_stays)
{
  static Viewer sound, picture;

  cam_start (VP8 ",payload=96",
      "audiotestsrc is-live=true samplesperbuffer=160 ! mulawenc ! "
      "rtppcmupay ! icesink media=audio");
  come_for (&sound, "audio",
      "application/x-rtp,media=audio,encoding-name=PCMU,clock-rate=8000,"
      "payload=0");
  counts_wait_more (&sound.counts, 0, 10);
  wait_added (1);
  come (&picture, VP8 ",payload=100");
  push_until (&picture, 96, 100);
  wait_added (2);
  change_caps (cam, "video", H264 ",payload=97");
  fail_unless_equals_int (count_warnings (2, "The viewer 2 (127.0.0.1) is gone",
          "H264"), 1);
  counts_wait_more (&sound.counts, 0, 10);
  assert_no_warning ();
  leave (&sound);
  leave (&picture);
  cam_stop ();
}

GST_END_TEST;

static Suite *
viewerchanges_suite (void)
{
  Suite *suite = suite_create ("viewerchanges");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_set_timeout (tcase, 120);
  tcase_add_test (tcase, test_who_agreed_on_both_goes_on);
  tcase_add_test (tcase, test_all_end_for_one_format_that_all_lack);
  tcase_add_loop_test (tcase, test_other_parameters, 0,
      G_N_ELEMENTS (parameters));
  tcase_add_test (tcase, test_viewer_of_the_sound_alone_stays);
  return suite;
}

GST_CHECK_MAIN (viewerchanges);
