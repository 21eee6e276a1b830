/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Calls that negotiate again in the middle (RFC 3264, 8): other formats, media that come and
 * go, offers that cross. An application carries the descriptions, on loopback. */

#include "changing.h"
#include "restartcall.h"

#include <string.h>

/* Audio that must not notice, and video that the test writes. */
#define CALLER AUDIO "media=audio session-name=caller wait-for-connection=false " \
    "bundle-policy=%s "
#define CALLEE "icesrc name=end media=audio network-interfaces=lo " \
    "session-name=callee ! fakesink async=false sync=false "
#define BY_CALLER "session-name=caller"
#define BY_CALLEE "session-name=callee"

static AppEnd caller, callee;
static Call call;               /* of the audio */
static Counts counts;           /* of what comes out of the callee's "video" */

/* A call in which audio flows. */
static void
start_with (const gchar * policy, const gchar * at_caller,
    const gchar * at_callee)
{
  g_autofree gchar *ours = g_strdup_printf (CALLER "%s", policy, at_caller);
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
    change_push (caller.pipeline, "video", 96);
  wait_packets (&call, 10);
  begin_check (&call);
}

static void
start (const gchar * at_caller, const gchar * at_callee)
{
  start_with ("max-compat", at_caller, at_callee);
}

/* Audio has not noticed: nothing is lost. */
static void
stop (void)
{
  wait_packets (&call, 10);
  check_nothing_lost (&call);
  app_ends_clear (&caller, &callee);
  call_stop (&call);
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

  start (SENDS ("video", VP8 ",payload=96", BY_CALLER),
      TAKES ("video", VP8 ";" H264, BY_CALLEE));
  counts_start (&counts, callee.pipeline, "video");
  change_push_until (caller.pipeline, "video", 96, &counts, 96);
  opening = app_end_create (&caller, "create-offer");
  app_end_give (&callee, opening);
  answer = app_end_create (&callee, "create-answer");
  app_end_give (&caller, answer);
  g_clear_pointer (&answer, g_free);

  change_caps (caller.pipeline, "video", H264 ",payload=96");
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

  change_push_until (caller.pipeline, "video", 96, &counts, 97);
  encoding = change_get_encoding (callee.pipeline, "video");
  fail_unless_equals_string (encoding, "H264");
  stop ();
  counts_stop (&counts);
}

GST_END_TEST;

/* And what was agreed before is not negotiated again: both ends know it. */
GST_START_TEST (test_codec_goes_back)
{
  start (SENDS ("video", VP8 ",payload=96", BY_CALLER),
      TAKES ("video", VP8 ";" H264, BY_CALLEE));
  counts_start (&counts, callee.pipeline, "video");
  change_push_until (caller.pipeline, "video", 96, &counts, 96);
  change_caps (caller.pipeline, "video", H264 ",payload=98");
  app_end_wait_needed (&caller);
  app_ends_negotiate (&caller, &callee);
  change_push_until (caller.pipeline, "video", 98, &counts, 98);

  change_caps (caller.pipeline, "video", VP8 ",payload=98");
  change_push_until (caller.pipeline, "video", 98, &counts, 96);
  fail_unless (g_async_queue_try_pop (caller.needed) == NULL);
  stop ();
  counts_stop (&counts);
}

GST_END_TEST;

/* The callee's stream changes, and it offers. */
GST_START_TEST (test_callee_offers_another_codec)
{
  start (TAKES ("video", VP8 ";" H264, BY_CALLER),
      SENDS ("video", VP8 ",payload=96", BY_CALLEE));
  counts_start (&counts, caller.pipeline, "video");
  change_push_until (callee.pipeline, "video", 96, &counts, 96);
  change_caps (callee.pipeline, "video", H264 ",payload=102");
  app_end_wait_needed (&callee);
  app_ends_negotiate (&callee, &caller);
  change_push_until (callee.pipeline, "video", 102, &counts, 102);
  stop ();
  counts_stop (&counts);
}

GST_END_TEST;

/* The m-line stays with what the peer takes. */
GST_START_TEST (test_codec_that_the_peer_lacks)
{
  start (SENDS ("video", VP8 ",payload=96", BY_CALLER),
      TAKES ("video", VP8, BY_CALLEE));
  counts_start (&counts, callee.pipeline, "video");
  change_push_until (caller.pipeline, "video", 96, &counts, 96);
  change_caps (caller.pipeline, "video", H264 ",payload=97");
  app_end_wait_needed (&caller);
  app_ends_negotiate (&caller, &callee);
  change_wait_warning (caller.pipeline, "sends H264", "the peer has VP8");

  change_caps (caller.pipeline, "video", VP8 ",payload=96");
  change_push_until (caller.pipeline, "video", 96, &counts, 96);
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

  start (SENDS ("video", VP8 ",payload=96", BY_CALLER),
      TAKES ("video", VP8, BY_CALLEE));
  offer = app_end_create (&caller, "create-offer");
  changed = sdp_replace (offer, "rtpmap:96 VP8", "rtpmap:96 AV1");
  app_end_give (&callee, changed);
  answer = app_end_create (&callee, "create-answer");
  fail_unless (strstr (answer, "m=video 0 ") != NULL, "%s", answer);
  change_wait_warning (callee.pipeline, "takes VP8", "the peer has AV1");
  app_end_give (&caller, answer);
  stop ();
}

GST_END_TEST;

/* Adds video to the call, offered by @from. */
static void
add_video (AppEnd * from, AppEnd * to)
{
  change_add (callee.pipeline, TAKES ("video", VP8, BY_CALLEE));
  counts_start (&counts, callee.pipeline, "video");
  change_add (caller.pipeline, SENDS ("video", VP8 ",payload=96", BY_CALLER));
  app_end_wait_needed (&callee);
  app_end_wait_needed (&caller);
  app_ends_negotiate (from, to);
  change_push_until (caller.pipeline, "video", 96, &counts, 96);
}

GST_START_TEST (test_medium_comes_and_goes)
{
  g_autofree gchar *offer = NULL;
  g_autofree gchar *answer = NULL;

  start ("", "");
  add_video (&caller, &callee);
  change_take_out (caller.pipeline);
  app_end_wait_needed (&caller);
  offer = app_end_create (&caller, "create-offer");
  fail_unless (strstr (offer, "m=video 0 ") != NULL, "%s", offer);
  app_end_give (&callee, offer);
  answer = app_end_create (&callee, "create-answer");
  app_end_give (&caller, answer);
  change_wait_eos (callee.pipeline, "video");
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

/* All of it on one transport, which stays when the audio's elements do. */
GST_START_TEST (test_changes_in_a_group)
{
  start_with ("max-bundle", "", "");
  add_video (&caller, &callee);
  change_caps (caller.pipeline, "video", VP8 ",payload=99");
  change_push_until (caller.pipeline, "video", 99, &counts, 96);
  change_take_out (caller.pipeline);
  app_end_wait_needed (&caller);
  app_ends_negotiate (&caller, &callee);
  change_wait_eos (callee.pipeline, "video");
  stop ();
  counts_stop (&counts);
}

GST_END_TEST;

/* A new number in a group is nobody else's (RFC 9143, 10.1.1). */
GST_START_TEST (test_other_codec_in_a_group)
{
  start_with ("max-bundle", SENDS ("video", VP8 ",payload=96", BY_CALLER),
      TAKES ("video", VP8 ";" H264, BY_CALLEE));
  counts_start (&counts, callee.pipeline, "video");
  change_push_until (caller.pipeline, "video", 96, &counts, 96);
  change_caps (caller.pipeline, "video", H264 ",payload=96");
  app_end_wait_needed (&caller);
  app_ends_negotiate (&caller, &callee);
  change_push_until (caller.pipeline, "video", 96, &counts, 97);
  stop ();
  counts_stop (&counts);
}

GST_END_TEST;

/* A medium that the peer has no element for. */
GST_START_TEST (test_medium_that_the_peer_does_not_want)
{
  start ("", "");
  change_add (caller.pipeline, SENDS ("video", VP8 ",payload=96", BY_CALLER));
  app_end_wait_needed (&caller);
  app_ends_negotiate (&caller, &callee);
  change_wait_warning (caller.pipeline, "refused video", "goes on");
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

  start (SENDS ("video", VP8 ",payload=96", BY_CALLER) TAKES ("back",
          VP8 ";" H264, BY_CALLER), SENDS ("from-callee", VP8 ",payload=96",
          BY_CALLEE)
      TAKES ("video", VP8 ";" H264, BY_CALLEE));
  counts_start (&counts, callee.pipeline, "video");
  counts_start (&back, caller.pipeline, "back");
  change_push_until (caller.pipeline, "video", 96, &counts, 96);
  change_push_until (callee.pipeline, "from-callee", 96, &back, 96);
  change_caps (caller.pipeline, "video", H264 ",payload=100");
  change_caps (callee.pipeline, "from-callee", H264 ",payload=101");
  app_end_wait_needed (&caller);
  app_end_wait_needed (&callee);
  cross_offers ();

  /* Where the first offer has brought what both want, none follows. */
  change_push_until (caller.pipeline, "video", 100, &counts, 100);
  change_push_until (callee.pipeline, "from-callee", 101, &back, 100);
  stop ();
  counts_stop (&counts);
  counts_stop (&back);
}

GST_END_TEST;

/* Each adds video that it sends, and an icesrc for the other's. */
GST_START_TEST (test_media_that_cross)
{
  static Counts back;

  start ("", "");
  change_add (caller.pipeline, SENDS ("video", VP8 ",payload=96", BY_CALLER)
      TAKES ("back", VP8, BY_CALLER));
  change_add (callee.pipeline, SENDS ("from-callee", VP8 ",payload=96",
          BY_CALLEE) TAKES ("video", VP8, BY_CALLEE));
  counts_start (&counts, callee.pipeline, "video");
  counts_start (&back, caller.pipeline, "back");
  app_end_wait_needed (&caller);
  app_end_wait_needed (&callee);
  cross_offers ();
  change_push_until (caller.pipeline, "video", 96, &counts, 96);
  change_push_until (callee.pipeline, "from-callee", 96, &back, 96);
  stop ();
  counts_stop (&counts);
  counts_stop (&back);
}

GST_END_TEST;

/* What the polite end's offer was for is offered after the other. */
GST_START_TEST (test_no_wish_is_lost)
{
  static Counts back;

  start (SENDS ("video", VP8 ",payload=96", BY_CALLER), TAKES ("video",
          VP8 ";" H264, BY_CALLEE));
  counts_start (&counts, callee.pipeline, "video");
  change_caps (caller.pipeline, "video", H264 ",payload=97");
  change_add (callee.pipeline, SENDS ("from-callee", VP8 ",payload=96",
          BY_CALLEE));
  app_end_wait_needed (&caller);
  app_end_wait_needed (&callee);
  cross_offers ();
  change_push_until (caller.pipeline, "video", 97, &counts, 97);

  change_add (caller.pipeline, TAKES ("back", VP8, BY_CALLER));
  counts_start (&back, caller.pipeline, "back");
  app_end_wait_needed (&callee);
  app_end_wait_needed (&caller);
  app_ends_negotiate (&callee, &caller);
  change_push_until (callee.pipeline, "from-callee", 96, &back, 96);
  stop ();
  counts_stop (&counts);
  counts_stop (&back);
}

GST_END_TEST;

/* The restart goes on, and finds its path. */
GST_START_TEST (test_change_in_the_middle_of_a_restart)
{
  guint port;

  start (SENDS ("video", VP8 ",payload=96", BY_CALLER), TAKES ("video",
          VP8 ";" H264, BY_CALLEE));
  counts_start (&counts, callee.pipeline, "video");
  change_push_until (caller.pipeline, "video", 96, &counts, 96);
  port = get_remote_port (callee.pipeline);
  restart (caller.pipeline);
  app_end_wait_needed (&caller);
  app_ends_negotiate (&caller, &callee);
  change_caps (caller.pipeline, "video", H264 ",payload=97");
  app_end_wait_needed (&caller);
  app_ends_negotiate (&caller, &callee);
  change_push_until (caller.pipeline, "video", 97, &counts, 97);
  wait_other_pair (callee.pipeline, port);
  fail_unless_equals_int (get_n_restarts (caller.pipeline, NULL), 1);
  stop ();
  counts_stop (&counts);
}

GST_END_TEST;

/* The callee's restart gives way to the caller's change, and begins again. */
GST_START_TEST (test_restart_that_crosses_a_change)
{
  guint port;

  start (SENDS ("video", VP8 ",payload=96", BY_CALLER), TAKES ("video",
          VP8 ";" H264, BY_CALLEE));
  counts_start (&counts, callee.pipeline, "video");
  port = get_remote_port (callee.pipeline);
  restart (callee.pipeline);
  change_caps (caller.pipeline, "video", H264 ",payload=97");
  app_end_wait_needed (&caller);
  app_end_wait_needed (&callee);
  cross_offers ();
  change_push_until (caller.pipeline, "video", 97, &counts, 97);

  app_end_wait_needed (&callee);
  app_ends_negotiate (&callee, &caller);
  wait_other_pair (callee.pipeline, port);
  stop ();
  counts_stop (&counts);
}

GST_END_TEST;

/* As fast as two ends can, by turns. */
GST_START_TEST (test_hundred_offers)
{
  start (SENDS ("video", VP8 ",payload=96", BY_CALLER), TAKES ("video", VP8,
          BY_CALLEE));
  counts_start (&counts, callee.pipeline, "video");
  for (guint i = 0; i < 50; i++) {
    app_ends_negotiate (&caller, &callee);
    app_ends_negotiate (&callee, &caller);
  }
  change_push_until (caller.pipeline, "video", 96, &counts, 96);
  fail_unless_equals_int (get_n_restarts (caller.pipeline, NULL), 0);
  stop ();
  counts_stop (&counts);
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
  tcase_add_test (tcase, test_changes_in_a_group);
  tcase_add_test (tcase, test_other_codec_in_a_group);
  tcase_add_test (tcase, test_medium_that_the_peer_does_not_want);
  tcase_add_test (tcase, test_changes_that_cross);
  tcase_add_test (tcase, test_media_that_cross);
  tcase_add_test (tcase, test_no_wish_is_lost);
  tcase_add_test (tcase, test_change_in_the_middle_of_a_restart);
  tcase_add_test (tcase, test_restart_that_crosses_a_change);
  tcase_add_test (tcase, test_hundred_offers);
  return suite;
}

GST_CHECK_MAIN (changecalls);
