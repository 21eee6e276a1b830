/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "entries.h"
#include "fakeagent.h"
#include "fakemember.h"
#include "fakesignaller.h"
#include "gsticeerror.h"
#include "gsticeregistry.h"
#include "icetest.h"


#define OFFER GST_ICE_DESCRIPTION_OFFER
#define ANSWER GST_ICE_DESCRIPTION_ANSWER
#define SENDONLY GST_ICE_DIRECTION_SENDONLY
#define RECVONLY GST_ICE_DIRECTION_RECVONLY

/* Only a hang takes that long. */
#define PATIENCE_MS 15000

/* A session with audio and video, its video element there first. */
typedef struct
{
  const gchar *name;
  GstIceSession *session;
  FakeMember *video, *audio;
} Side;

static void
setup (void)
{
  fake_agents_start ();
  fake_signallers_start ();
}

static void
teardown (void)
{
  fail_unless (gst_ice_registry_wait_closed (PATIENCE_MS));
  fail_unless_equals_int (fake_agents_get_n_open (), 0);
  fake_agents_stop ();
  fake_signallers_stop ();
}

static FakeMember *
join (Side * side, const gchar * name, GstIceDirection direction,
    const gchar * caps, const gchar * uri)
{
  FakeMember *member = fake_member_new (name, direction, caps);
  GstIceSession *session = gst_ice_registry_join (side->name, NULL);

  fail_unless (side->session == NULL || session == side->session);
  side->session = session;
  fake_member_set_string (member, "signalling-uri", uri);
  member->member = gst_ice_session_join (session, &member->claim,
      member->config, fake_member_on_notice, member, NULL);
  return member;
}

static void
set_ready (Side * side, FakeMember * member)
{
  gst_ice_session_set_ready (side->session, member->member, member->kind,
      member->formats);
}

static void
side_join (Side * side, const gchar * name, GstIceDirection direction,
    const gchar * uri)
{
  side->name = name;
  side->session = NULL;
  side->video = join (side, "video", direction, VP8, uri);
  side->audio = join (side, "audio", direction, OPUS, uri);
}

static void
side_set_ready (Side * side)
{
  set_ready (side, side->video);
  set_ready (side, side->audio);
}

/* @member: (transfer full). Notices may come until the session is closed. */
static void
leave (Side * side, FakeMember * member)
{
  gst_ice_session_leave (side->session, g_steal_pointer (&member->member));
  gst_ice_registry_leave (side->name);
}

static void
side_leave (Side * side)
{
  leave (side, side->video);
  leave (side, side->audio);
}

static void
side_free (Side * side)
{
  fail_unless (gst_ice_registry_wait_closed (PATIENCE_MS));
  g_object_unref (side->session);
  g_object_unref (side->session);
  fake_member_free (side->video);
  fake_member_free (side->audio);
}

static void
wait_told (FakeMember * member, const gchar * start)
{
  g_free (fake_member_wait (member, start));
}

static void
wait_connected (Side * side)
{
  wait_told (side->audio, "pair");
  wait_told (side->video, "pair");
}

/* Sends on @from and looks at what comes out of @to. */
static void
assert_flows (FakeMember * from, FakeMember * to)
{
  g_autoptr (GstBufferList) sent = packets_new (1, 3);
  g_autoptr (GstBufferList) received = NULL;
  g_autoptr (GstCaps) caps = NULL;
  g_autofree gchar *text = NULL;

  fail_unless_equals_int (gst_ice_sender_wait_route (from->sender),
      GST_FLOW_OK);
  fail_unless_equals_int (gst_ice_sender_send_list (from->sender, sent),
      GST_FLOW_OK);
  fail_unless_equals_int (gst_ice_receiver_receive (to->receiver, PATIENCE_MS,
          &received, &caps), GST_FLOW_OK);
  text = packets_to_string (received);
  fail_unless_equals_string (text, "1 2 3");
}

static GstIceDescription *
create (Side * side, GstIceDescriptionType type)
{
  GError *error = NULL;
  GstIceDescription *description =
      gst_ice_session_create_description (side->session, type, &error);

  g_assert_no_error (error);
  return description;
}

static void
set_remote (Side * side, GstIceDescription * description)
{
  GError *error = NULL;

  gst_ice_session_set_remote_description (side->session, description, &error);
  g_assert_no_error (error);
}

GST_START_TEST (test_call_by_signaller)
{
  Side caller, listener;

  side_join (&listener, "listener", RECVONLY, "fake:listen/x");
  side_set_ready (&listener);
  fake_signallers_wait ("fake:listen/x");
  side_join (&caller, "caller", SENDONLY, "fake:call/x");
  side_set_ready (&caller);
  wait_connected (&caller);
  wait_connected (&listener);
  assert_flows (caller.audio, listener.audio);
  assert_flows (caller.video, listener.video);

  side_leave (&caller);
  wait_told (listener.audio, "state 0 closed");
  wait_told (listener.video, "state 1 closed");
  side_leave (&listener);
  side_free (&caller);
  side_free (&listener);
}

GST_END_TEST;

GST_START_TEST (test_call_by_application)
{
  Side caller, listener;
  g_autoptr (GstIceDescription) offer = NULL;
  g_autoptr (GstIceDescription) answer = NULL;
  g_autoptr (GstStructure) stats = NULL;

  side_join (&caller, "caller", SENDONLY, NULL);
  side_join (&listener, "listener", RECVONLY, NULL);
  side_set_ready (&caller);
  wait_told (caller.audio, "needed");
  offer = create (&caller, OFFER);
  fail_unless_equals_string (gst_ice_description_get_media (offer, 0)->media,
      "audio");
  fail_unless_equals_int (gst_ice_description_get_media (offer,
          0)->candidates->len, 1);

  /* The offer may be there before the elements know their formats. */
  set_remote (&listener, offer);
  side_set_ready (&listener);
  answer = create (&listener, ANSWER);
  set_remote (&caller, answer);
  wait_connected (&caller);
  wait_connected (&listener);
  assert_flows (caller.audio, listener.audio);
  stats = gst_ice_session_get_stats (caller.session);
  fail_unless (gst_structure_has_field (stats, "mline-0"));
  fail_unless (gst_structure_has_field (stats, "mline-1"));
  side_leave (&caller);
  side_leave (&listener);
  side_free (&caller);
  side_free (&listener);
}

GST_END_TEST;

/* An application that negotiates from within notices, with the other side. */
typedef struct
{
  Side *caller, *listener;
  GMutex lock;
  GCond cond;
  GstIceDescription *offer;     /* protected by lock, as the next */
  GstIceDescription *answer;
} Application;

/* @description: (transfer full) (nullable) */
static void
keep (Application * app, GstIceDescription ** where,
    GstIceDescription * description)
{
  g_mutex_lock (&app->lock);
  /* Each element of a session is told. */
  if (*where == NULL)
    *where = g_steal_pointer (&description);
  g_cond_broadcast (&app->cond);
  g_mutex_unlock (&app->lock);
  g_clear_pointer (&description, gst_ice_description_unref);
}

/* Returns: (transfer none) */
static GstIceDescription *
wait_kept (Application * app, GstIceDescription ** where)
{
  GstIceDescription *description;

  g_mutex_lock (&app->lock);
  while (*where == NULL)
    g_cond_wait (&app->cond, &app->lock);
  description = *where;
  g_mutex_unlock (&app->lock);
  return description;
}

static void
on_caller_notice (GstIceSession * session, const GstIceNotice * notice,
    gpointer data)
{
  Application *app = data;

  if (notice->type == GST_ICE_NOTICE_NEGOTIATION_NEEDED)
    keep (app, &app->offer, gst_ice_session_create_description (session, OFFER,
            NULL));
  else if (notice->type == GST_ICE_NOTICE_CANDIDATE)
    gst_ice_session_add_remote_candidate (app->listener->session,
        (guint) notice->mline, notice->candidate);
}

static void
on_listener_notice (GstIceSession * session, const GstIceNotice * notice,
    gpointer data)
{
  Application *app = data;

  /* The first thing that is known of the offer. */
  if (notice->type == GST_ICE_NOTICE_MLINE && notice->mline == 0)
    keep (app, &app->answer, gst_ice_session_create_description (session,
            ANSWER, NULL));
  else if (notice->type == GST_ICE_NOTICE_CANDIDATE)
    gst_ice_session_add_remote_candidate (app->caller->session,
        (guint) notice->mline, notice->candidate);
}

static void
hook (FakeMember * member, Application * app, gpointer func)
{
  member->hook_data = app;
  member->hook = func;
}

GST_START_TEST (test_application_negotiates_in_notices_and_trickles)
{
  Side caller, listener;
  Application app = {.caller = &caller,.listener = &listener };

  g_mutex_init (&app.lock);
  g_cond_init (&app.cond);
  caller.name = "caller";
  listener.name = "listener";
  caller.session = listener.session = NULL;
  caller.video = join (&caller, "video", SENDONLY, VP8, NULL);
  caller.audio = join (&caller, "audio", SENDONLY, OPUS, NULL);
  listener.video = join (&listener, "video", RECVONLY, VP8, NULL);
  listener.audio = join (&listener, "audio", RECVONLY, OPUS, NULL);
  hook (caller.audio, &app, on_caller_notice);
  hook (caller.video, &app, on_caller_notice);
  hook (listener.audio, &app, on_listener_notice);
  hook (listener.video, &app, on_listener_notice);

  side_set_ready (&listener);
  side_set_ready (&caller);
  set_remote (&listener, wait_kept (&app, &app.offer));
  set_remote (&caller, wait_kept (&app, &app.answer));
  wait_connected (&caller);
  wait_connected (&listener);
  assert_flows (caller.video, listener.video);

  side_leave (&caller);
  side_leave (&listener);
  side_free (&caller);
  side_free (&listener);
  gst_ice_description_unref (app.offer);
  gst_ice_description_unref (app.answer);
  g_cond_clear (&app.cond);
  g_mutex_clear (&app.lock);
}

GST_END_TEST;

static void
assert_cant_create (Side * side, GstIceDescriptionType type, gint code)
{
  g_autoptr (GError) error = NULL;

  fail_unless (gst_ice_session_create_description (side->session, type,
          &error) == NULL);
  g_assert_error (error, GST_ICE_ERROR, code);
}

GST_START_TEST (test_descriptions_out_of_turn_are_refused)
{
  Side side;
  g_autoptr (GstIceDescription) offer = gst_ice_description_new (OFFER);

  add_media (offer, "0", "application/x-rtp, media=audio, payload=0, "
      "encoding-name=PCMU, clock-rate=8000");
  side_join (&side, "side", SENDONLY, NULL);
  assert_cant_create (&side, OFFER, GST_ICE_ERROR_BAD_STATE);
  assert_cant_create (&side, ANSWER, GST_ICE_ERROR_BAD_STATE);

  /* An offer of nothing that is here, found out when the elements are ready. */
  set_remote (&side, offer);
  side_set_ready (&side);
  wait_told (side.video, "warning");
  assert_cant_create (&side, ANSWER, GST_ICE_ERROR_BAD_STATE);
  side_leave (&side);
  side_free (&side);
}

GST_END_TEST;

GST_START_TEST (test_signalling_uri_leaves_nothing_to_the_application)
{
  Side side;

  side_join (&side, "side", SENDONLY, "fake:call/x");
  side_set_ready (&side);
  fake_signallers_wait ("fake:call/x");
  assert_cant_create (&side, OFFER, GST_ICE_ERROR_BAD_STATE);
  side_leave (&side);
  side_free (&side);
}

GST_END_TEST;

static void
pass_candidate (Side * side, guint mline)
{
  g_autoptr (GstIceCandidate) candidate =
      gst_ice_candidate_new ("127.0.0.1", 5000);

  candidate->component = 1;
  gst_ice_session_add_remote_candidate (side->session, mline, candidate);
}

/* @words: of the warning */
static void
assert_not_used (Side * side, guint mline, const gchar * words)
{
  g_autofree gchar *start = g_strdup_printf ("warning %d: The candidate for "
      "m-line %u is not used: ", GST_ICE_ERROR_BAD_STATE, mline);
  g_autofree gchar *text = NULL;

  pass_candidate (side, mline);
  /* One element speaks for the session: the first one. */
  text = fake_member_wait (side->video, start);
  fail_unless (strstr (text, words) != NULL, "%s lacks %s", text, words);
}

/* Issue 15: it would be of a peer that nobody has heard of, and whose place it took. */
GST_START_TEST (test_candidate_of_an_application_begins_no_call)
{
  Side caller, listener;

  side_join (&listener, "listener", RECVONLY, "fake:listen/x");
  side_set_ready (&listener);
  fake_signallers_wait ("fake:listen/x");
  assert_not_used (&listener, 0, "signalling-uri");
  side_join (&caller, "caller", SENDONLY, "fake:call/x");
  side_set_ready (&caller);
  wait_connected (&caller);
  wait_connected (&listener);
  assert_flows (caller.audio, listener.audio);

  side_leave (&caller);
  side_leave (&listener);
  side_free (&caller);
  side_free (&listener);
}

GST_END_TEST;

GST_START_TEST (test_candidate_without_an_mline_is_a_warning)
{
  static const guint beyond[] = { 2, GST_ICE_MAX_MLINES + 1, G_MAXUINT };
  Side side;
  g_autoptr (GstIceDescription) offer = NULL;

  side_join (&side, "side", SENDONLY, NULL);
  /* Before there is a description, only what none can have. */
  assert_not_used (&side, GST_ICE_MAX_MLINES, "at most");
  pass_candidate (&side, 1);
  pass_candidate (&side, GST_ICE_MAX_MLINES - 1);
  side_set_ready (&side);
  wait_told (side.audio, "needed");
  offer = create (&side, OFFER);
  fail_unless_equals_int (offer->media->len, 2);
  wait_told (side.video, "warning 3: The candidate for m-line 63 is not used: "
      "the call has 2 m-lines");
  fail_unless_equals_int (fake_member_count (side.video, "warning"), 2);
  assert_not_used (&side, beyond[__i__], __i__ == 0 ? "2 m-lines" : "at most");
  side_leave (&side);
  side_free (&side);
}

GST_END_TEST;

static gpointer
run_create (gpointer data)
{
  GError *error = NULL;

  fail_unless (gst_ice_session_create_description (data, OFFER,
          &error) == NULL);
  g_assert_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE);
  g_error_free (error);
  return NULL;
}

GST_START_TEST (test_closing_ends_who_waits_for_an_offer)
{
  Side side;
  GThread *thread;

  fake_agents_set_behaviour (NULL, FAKE_AGENT_OBEYS);
  side_join (&side, "side", SENDONLY, NULL);
  side_set_ready (&side);
  wait_told (side.audio, "needed");
  thread = g_thread_new ("application", run_create, side.session);
  fake_agents_wait ("video", 0);
  side_leave (&side);
  g_thread_join (thread);
  assert_cant_create (&side, OFFER, GST_ICE_ERROR_BAD_STATE);
  side_free (&side);
}

GST_END_TEST;

/* Whoever is the last to leave may take GStreamer down right then. */
static void
make_call (void)
{
  Side caller, listener;

  side_join (&listener, "listener", RECVONLY, "fake:listen/x");
  side_set_ready (&listener);
  fake_signallers_wait ("fake:listen/x");
  side_join (&caller, "caller", SENDONLY, "fake:call/x");
  side_set_ready (&caller);
  wait_connected (&caller);
  wait_connected (&listener);
  fail_unless_equals_int (fake_agents_get_n_open (), 4);
  side_leave (&caller);
  fail_unless_equals_int (fake_agents_get_n_open (), 2);
  side_leave (&listener);
  fail_unless_equals_int (fake_agents_get_n_open (), 0);
  side_free (&caller);
  side_free (&listener);
  /* They keep their agents and signallers. */
  fake_agents_start ();
  fake_signallers_start ();
}

GST_START_TEST (test_200_sessions_leave_nothing)
{
  guint n_fds, n_threads;

  for (guint i = 0; i < 4; i++)
    make_call ();
  n_fds = count_entries ("/proc/self/fd");
  n_threads = count_entries ("/proc/self/task");
  for (guint i = 0; i < 100; i++)
    make_call ();
  fail_unless_equals_int (count_entries ("/proc/self/fd"), n_fds);
  fail_unless_equals_int (count_entries ("/proc/self/task"), n_threads);
}

GST_END_TEST;

static Suite *
icesession_suite (void)
{
  Suite *s = suite_create ("icesession");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, teardown);
  tcase_add_test (tc, test_call_by_signaller);
  tcase_add_test (tc, test_call_by_application);
  tcase_add_test (tc, test_application_negotiates_in_notices_and_trickles);
  tcase_add_test (tc, test_descriptions_out_of_turn_are_refused);
  tcase_add_test (tc, test_signalling_uri_leaves_nothing_to_the_application);
  tcase_add_test (tc, test_candidate_of_an_application_begins_no_call);
  tcase_add_loop_test (tc, test_candidate_without_an_mline_is_a_warning, 0, 3);
  tcase_add_test (tc, test_closing_ends_who_waits_for_an_offer);
  tcase_add_test (tc, test_200_sessions_leave_nothing);
  return s;
}

GST_CHECK_MAIN (icesession);
