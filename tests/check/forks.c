/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Calls whose offer several peers answer provisionally (forks), on loopback. */

#include "append.h"

#define L16 "application/x-rtp,media=audio,encoding-name=L16,clock-rate=8000," \
    "encoding-params=(string)1"

/* Sends and receives; the SSRC tells its packets from those of others. */
#define END "audiotestsrc is-live=true samplesperbuffer=160 ! " \
    "audio/x-raw,rate=8000,channels=1 ! rtpL16pay pt=96 ssrc=%u ! icesink " \
    "name=end network-interfaces=lo wait-for-connection=false encryption=%s %s " \
    "icesrc name=in media=audio caps=\"" L16 "\" ! " \
    "fakesink async=false sync=false"

static const gchar *const encryptions[] = { "none", "sdes", "dtls-srtp" };

/* The last byte of the SSRC. */
#define WHO_SENT 11

typedef struct
{
  AppEnd app;
  Counts counts;                /* of packets, by who sent them */
} End;

/* @more: properties of its icesink, and further elements */
static void
end_start (End * self, guint number, const gchar * encryption,
    const gchar * more)
{
  g_autofree gchar *text = g_strdup_printf (END, number, encryption, more);

  app_end_init (&self->app, text);
  counts_start_by (&self->counts, self->app.pipeline, "in", WHO_SENT);
  gst_element_set_state (self->app.pipeline, GST_STATE_PLAYING);
  app_end_wait_needed (&self->app);
}

static void
end_stop (End * self)
{
  app_end_clear (&self->app);
  counts_stop (&self->counts);
}

/* Waits for @n more packets of number @from. */
static void
wait_packets (End * self, guint from, guint n)
{
  counts_wait_more (&self->counts, from, n);
}

/* Waits until media of the caller, number 1, comes to @other, and that of number @number
 * to the caller. */
static void
wait_talk (End * caller, End * other, guint number)
{
  wait_packets (other, 1, 10);
  wait_packets (caller, number, 10);
}

/* Waits until nothing comes to @self, while packets from @from come to @other. */
static void
wait_silence (End * self, guint from, End * other)
{
  guint n;

  do {
    n = counts_get (&self->counts, from);
    wait_packets (other, from, 10);
  } while (counts_get (&self->counts, from) != n);
}

static void
wait_connected (End * self)
{
  gint64 deadline = g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND;
  g_autofree gchar *state = NULL;

  do {
    g_autoptr (GstStructure) stats = NULL;

    g_free (state);
    g_object_get (self->app.session, "stats", &stats, NULL);
    state = g_strdup (gst_structure_get_string (stats, "ice-connection-state"));
    fail_unless (g_get_monotonic_time () < deadline, "%s", state);
    g_usleep (5000);
  } while (!g_str_equal (state, "connected")
      && !g_str_equal (state, "completed"));
}

static gboolean
try_typed (End * self, const gchar * type, const gchar * sdp)
{
  g_autofree gchar *action = g_strconcat ("set-remote-description::", type,
      NULL);
  gboolean taken = FALSE;

  g_signal_emit_by_name (self->app.session, action, sdp, &taken);
  return taken;
}

static void
give_typed (End * self, const gchar * type, const gchar * sdp)
{
  fail_unless (try_typed (self, type, sdp), "%s: %s", type, sdp);
}

/* The element has the session's action, and its types. */
static gboolean
give_to_element (End * self, const gchar * type, const gchar * sdp)
{
  g_autoptr (GstElement) end =
      gst_bin_get_by_name (GST_BIN (self->app.pipeline), "end");
  g_autofree gchar *action = g_strconcat ("set-remote-description::", type,
      NULL);
  gboolean taken = FALSE;

  g_signal_emit_by_name (end, action, sdp, &taken);
  return taken;
}

/* Returns: (transfer full): the answer of @self to @offer */
static gchar *
answer (End * self, const gchar * offer)
{
  give_typed (self, "offer", offer);
  return app_end_create (&self->app, "create-answer");
}

/* Returns: (transfer full): @sdp as from a peer that has other credentials, and that
 *     nobody will reach */
static gchar *
make_strange (const gchar * sdp, guint number)
{
  g_autofree gchar *ufrag = g_strdup_printf ("a=ice-ufrag:stranger%u", number);
  g_autofree gchar *pwd =
      g_strdup_printf ("a=ice-pwd:of-a-stranger-that-is-not-there-%u", number);
  g_autofree gchar *changed = sdp_replace (sdp, "a=ice-ufrag:[^\r]*", ufrag);

  return sdp_replace (changed, "a=ice-pwd:[^\r]*", pwd);
}

static void
wait_warning (End * self, const gchar * text)
{
  gboolean found = FALSE;

  while (!found) {
    g_autoptr (GstMessage) message = app_end_wait_message (&self->app, NULL);
    g_autoptr (GError) error = NULL;

    gst_message_parse_warning (message, &error, NULL);
    found = strstr (error->message, text) != NULL;
  }
}

static guint
get_n_restarts (End * self)
{
  g_autoptr (GstStructure) stats = NULL;
  guint n = 0;

  g_object_get (self->app.session, "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint (stats, "restarts", &n));
  return n;
}

GST_START_TEST (test_answers_are_checked_side_by_side)
{
  const gchar *encryption = encryptions[__i__];
  static End caller, one, other;
  g_autofree gchar *offer = NULL;
  g_autofree gchar *early = NULL;
  g_autofree gchar *late = NULL;

  end_start (&caller, 1, encryption, "");
  end_start (&one, 2, encryption, "");
  end_start (&other, 3, encryption, "");
  offer = app_end_create (&caller.app, "create-offer");
  early = answer (&one, offer);
  late = answer (&other, offer);
  give_typed (&caller, "pranswer", early);
  wait_packets (&one, 1, 1);
  give_typed (&caller, "pranswer", late);

  /* Both are reached; media is with the one that was first. */
  wait_connected (&other);
  wait_talk (&caller, &one, 2);
  fail_unless_equals_int (counts_get (&other.counts, 1), 0);
  fail_unless_equals_int (counts_get (&caller.counts, 3), 0);

  give_typed (&caller, "answer", late);
  wait_talk (&caller, &other, 3);
  wait_silence (&one, 1, &other);
  fail_unless_equals_int (get_n_restarts (&caller), 0);
  end_stop (&caller);
  end_stop (&one);
  end_stop (&other);
}

GST_END_TEST;

/* As 183 and then 200 of one peer. */
GST_START_TEST (test_final_answer_of_the_same_peer_changes_nothing)
{
  static End caller, one, other;
  g_autofree gchar *offer = NULL;
  g_autofree gchar *early = NULL;
  g_autofree gchar *late = NULL;
  gchar *none = NULL;

  end_start (&caller, 1, encryptions[__i__], "");
  end_start (&one, 2, encryptions[__i__], "");
  end_start (&other, 3, encryptions[__i__], "");
  offer = app_end_create (&caller.app, "create-offer");
  early = answer (&one, offer);
  late = answer (&other, offer);
  give_typed (&caller, "pranswer", early);
  wait_talk (&caller, &one, 2);

  /* The offer is open until the final answer. */
  g_signal_emit_by_name (caller.app.session, "create-offer", &none);
  fail_unless (none == NULL);
  wait_warning (&caller, "provisional");
  give_typed (&caller, "pranswer", early);
  give_typed (&caller, "pranswer", late);
  wait_connected (&other);
  fail_unless (give_to_element (&caller, "pranswer", early));

  /* Without a type it is what is expected: the answer. */
  app_end_give (&caller.app, early);
  wait_talk (&caller, &one, 2);
  fail_unless_equals_int (get_n_restarts (&caller), 0);
  fail_unless_equals_int (counts_get (&other.counts, 1), 0);
  fail_unless_equals_int (counts_get (&caller.counts, 3), 0);
  fail_if (try_typed (&caller, "answer", late), "the call is with another");

  /* The next offer is as that of any call. */
  app_ends_negotiate (&caller.app, &one.app);
  wait_packets (&one, 1, 10);
  end_stop (&caller);
  end_stop (&one);
  end_stop (&other);
}

GST_END_TEST;

GST_START_TEST (test_final_answer_of_a_further_peer_is_taken)
{
  static End caller, one, other;
  g_autofree gchar *offer = NULL;
  g_autofree gchar *early = NULL;
  g_autofree gchar *late = NULL;

  end_start (&caller, 1, encryptions[__i__], "");
  end_start (&one, 2, encryptions[__i__], "");
  end_start (&other, 3, encryptions[__i__], "");
  offer = app_end_create (&caller.app, "create-offer");
  early = answer (&one, offer);
  late = answer (&other, offer);
  give_typed (&caller, "pranswer", early);
  wait_packets (&one, 1, 10);
  give_typed (&caller, "answer", late);
  wait_talk (&caller, &other, 3);
  wait_silence (&one, 1, &other);

  /* Restarts go on from what the call has. */
  g_signal_emit_by_name (caller.app.session, "restart-ice");
  app_end_wait_needed (&caller.app);
  app_ends_negotiate (&caller.app, &other.app);
  while (get_n_restarts (&other) == 0)
    wait_packets (&other, 1, 5);
  wait_talk (&caller, &other, 3);
  end_stop (&caller);
  end_stop (&one);
  end_stop (&other);
}

GST_END_TEST;

/* Media need not wait for a peer that is not there, or for the final answer. */
GST_START_TEST (test_peer_that_is_reached_goes_before_one_that_is_not)
{
  static End caller, other;
  g_autofree gchar *offer = NULL;
  g_autofree gchar *dead = NULL;
  g_autofree gchar *late = NULL;

  end_start (&caller, 1, encryptions[__i__], "");
  end_start (&other, 3, encryptions[__i__], "");
  offer = app_end_create (&caller.app, "create-offer");
  late = answer (&other, offer);
  dead = make_strange (late, 0);
  give_typed (&caller, "pranswer", dead);
  give_typed (&caller, "pranswer", late);
  wait_talk (&caller, &other, 3);
  give_typed (&caller, "answer", late);
  wait_talk (&caller, &other, 3);
  end_stop (&caller);
  end_stop (&other);
}

GST_END_TEST;

GST_START_TEST (test_peer_that_is_not_reached_is_left_out)
{
  static End caller, other;
  g_autofree gchar *offer = NULL;
  g_autofree gchar *dead = NULL;
  g_autofree gchar *late = NULL;

  end_start (&caller, 1, "none", "connect-timeout=300");
  end_start (&other, 3, "none", "");
  offer = app_end_create (&caller.app, "create-offer");
  late = answer (&other, offer);
  dead = make_strange (late, 0);

  /* The only one; the elements wait for the next. */
  give_typed (&caller, "pranswer", dead);
  wait_warning (&caller, "A peer that answered provisionally is left out");
  give_typed (&caller, "pranswer", late);
  wait_talk (&caller, &other, 3);

  /* Beside one that is reached. */
  give_typed (&caller, "pranswer", dead);
  wait_warning (&caller, "A peer that answered provisionally is left out");
  wait_packets (&other, 1, 10);
  give_typed (&caller, "answer", late);
  wait_talk (&caller, &other, 3);
  end_stop (&caller);
  end_stop (&other);
}

GST_END_TEST;

GST_START_TEST (test_number_of_peers_is_bounded)
{
  static End caller, other;
  g_autofree gchar *offer = NULL;
  g_autofree gchar *late = NULL;

  end_start (&caller, 1, "none", "");
  end_start (&other, 3, "none", "");
  offer = app_end_create (&caller.app, "create-offer");
  late = answer (&other, offer);
  for (guint i = 0; i < 9; i++) {
    g_autofree gchar *dead = make_strange (late, i);

    fail_unless_equals_int (try_typed (&caller, "pranswer", dead), i < 8);
    /* One that says it again is known. */
    fail_unless_equals_int (try_typed (&caller, "pranswer", dead), i < 8);
  }
  wait_warning (&caller, "8 peers have answered provisionally");
  give_typed (&caller, "answer", late);
  wait_talk (&caller, &other, 3);
  end_stop (&caller);
  end_stop (&other);
}

GST_END_TEST;

GST_START_TEST (test_answer_that_is_no_good_changes_nothing)
{
  static End caller, one;
  g_autofree gchar *offer = NULL;
  g_autofree gchar *early = NULL;
  g_autofree gchar *strange = NULL;
  g_autofree gchar *broken = NULL;

  end_start (&caller, 1, "none", "");
  end_start (&one, 2, "none", "");
  fail_if (try_typed (&caller, "pranswer", "v=0\r\n"), "no offer");
  offer = app_end_create (&caller.app, "create-offer");
  early = answer (&one, offer);
  fail_if (try_typed (&caller, "rollback", early), "no such type");
  wait_warning (&caller, "There is no type rollback of descriptions");
  give_typed (&caller, "pranswer", early);
  wait_packets (&one, 1, 10);
  strange = make_strange (early, 0);
  broken = sdp_replace (strange, "m=audio", "m=video");
  fail_if (try_typed (&caller, "pranswer", broken), "another m-line");
  fail_if (try_typed (&caller, "answer", broken), "another m-line");
  fail_if (try_typed (&caller, "offer", strange), "our offer is open");
  wait_packets (&one, 1, 10);
  give_typed (&caller, "answer", early);
  wait_talk (&caller, &one, 2);
  end_stop (&caller);
  end_stop (&one);
}

GST_END_TEST;

/* A lite agent answers the checks of all; it needs to hear whose nomination counts. */
GST_START_TEST (test_lite_agent_follows_the_final_answer)
{
  const gchar *encryption = encryptions[__i__ % 3];
  static End caller, one, other;
  g_autofree gchar *offer = NULL;
  g_autofree gchar *early = NULL;
  g_autofree gchar *late = NULL;

  end_start (&caller, 1, encryption, "ice-lite=true");
  end_start (&one, 2, encryption, "");
  end_start (&other, 3, encryption, "");
  offer = app_end_create (&caller.app, "create-offer");
  early = answer (&one, offer);
  late = answer (&other, offer);
  give_typed (&caller, "pranswer", early);
  wait_talk (&caller, &one, 2);
  if (__i__ < 3)
    give_typed (&caller, "pranswer", late);
  wait_connected (&other);
  /* Without keys a packet may have left for the one that nominated first. */
  if (g_str_equal (encryption, "none"))
    wait_silence (&other, 1, &one);
  else
    fail_unless_equals_int (counts_get (&other.counts, 1), 0);

  give_typed (&caller, "answer", late);
  wait_talk (&caller, &other, 3);
  wait_silence (&one, 1, &other);
  end_stop (&caller);
  end_stop (&one);
  end_stop (&other);
}

GST_END_TEST;

#define VIDEO "bundle-policy=%s videotestsrc is-live=true ! " \
    "video/x-raw,format=I420,width=16,height=16 ! rtpvrawpay pt=97 ssrc=%u ! " \
    "icesink wait-for-connection=false icesrc media=video name=video ! " \
    "fakesink async=false sync=false"

static void
start_with_video (End * self, guint number, const gchar * policy)
{
  g_autofree gchar *more = g_strdup_printf (VIDEO, policy, number + 8);

  end_start (self, number, "dtls-srtp", more);
}

/* By whatever payload type, as a group's must be distinct. */
static guint
get_n_video (Counts * video)
{
  guint n = 0;

  for (guint i = 96; i < 128; i++)
    n += counts_get (video, i);
  return n;
}

static const gchar *const policies[] = { "max-compat", "max-bundle", "none" };

GST_START_TEST (test_all_m_lines_go_to_the_peer)
{
  static End caller, one, other;
  static Counts video;
  g_autofree gchar *offer = NULL;
  g_autofree gchar *early = NULL;
  g_autofree gchar *late = NULL;

  start_with_video (&caller, 1, policies[__i__]);
  start_with_video (&one, 2, policies[__i__]);
  start_with_video (&other, 3, policies[__i__]);
  counts_start (&video, other.app.pipeline, "video");
  offer = app_end_create (&caller.app, "create-offer");
  early = answer (&one, offer);
  late = answer (&other, offer);
  give_typed (&caller, "pranswer", early);
  wait_packets (&one, 1, 10);
  give_typed (&caller, "pranswer", late);
  /* Once more, as a peer may that has something to add. */
  give_typed (&caller, "pranswer", early);
  give_typed (&caller, "pranswer", late);
  wait_connected (&other);
  fail_unless_equals_int (get_n_video (&video), 0);
  give_typed (&caller, "answer", late);
  wait_talk (&caller, &other, 3);
  while (get_n_video (&video) < 10)
    wait_packets (&other, 1, 1);
  end_stop (&caller);
  end_stop (&one);
  end_stop (&other);
  counts_stop (&video);
}

GST_END_TEST;

/* Returns: (transfer full): @sdp without its candidates, whose lines go to @candidates */
static gchar *
take_candidates (const gchar * sdp, GPtrArray * candidates)
{
  g_auto (GStrv) lines = g_strsplit (sdp, "\r\n", -1);
  GString *rest = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++) {
    if (g_str_has_prefix (lines[i], "a=candidate:"))
      g_ptr_array_add (candidates, g_strdup (lines[i]));
    else if (!g_str_equal (lines[i], "a=end-of-candidates"))
      g_string_append_printf (rest, "%s\r\n", lines[i]);
  }
  return g_string_free (rest, FALSE);
}

static gchar *
get_ufrag (const gchar * sdp)
{
  const gchar *start = strstr (sdp, "a=ice-ufrag:") + strlen ("a=ice-ufrag:");

  return g_strndup (start, strcspn (start, "\r"));
}

static void
add_candidates (End * self, GPtrArray * candidates, const gchar * ufrag)
{
  for (guint i = 0; i < candidates->len; i++) {
    const gchar *line = g_ptr_array_index (candidates, i);
    g_autofree gchar *text = ufrag != NULL ?
        g_strdup_printf ("%s ufrag %s", line, ufrag) : g_strdup (line);

    g_signal_emit_by_name (self->app.session, "add-ice-candidate", 0, text);
  }
}

/* Without candidates of a further peer its checks can't begin: that does not know the ports
 * of the agent that is for it. */
GST_START_TEST (test_candidates_go_to_the_peer_that_they_name)
{
  static End caller, one, other;
  g_autoptr (GPtrArray) of_one = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) of_other = g_ptr_array_new_with_free_func (g_free);
  g_autofree gchar *offer = NULL;
  g_autofree gchar *early = NULL;
  g_autofree gchar *late = NULL;
  g_autofree gchar *early_bare = NULL;
  g_autofree gchar *late_bare = NULL;
  g_autofree gchar *late_ufrag = NULL;

  end_start (&caller, 1, "none", "");
  end_start (&one, 2, "none", "");
  end_start (&other, 3, "none", "");
  offer = app_end_create (&caller.app, "create-offer");
  early = answer (&one, offer);
  late = answer (&other, offer);
  early_bare = take_candidates (early, of_one);
  late_bare = take_candidates (late, of_other);
  late_ufrag = get_ufrag (late);

  give_typed (&caller, "pranswer", early_bare);
  /* Before its answer; and of the one, after the answer of the other. */
  if (__i__ == 0)
    add_candidates (&caller, of_other, late_ufrag);
  give_typed (&caller, "pranswer", late_bare);
  if (__i__ == 1)
    add_candidates (&caller, of_other, NULL);
  if (__i__ == 2) {
    g_autofree gchar *ufrag = get_ufrag (early);

    add_candidates (&caller, of_one, ufrag);
    add_candidates (&caller, of_other, late_ufrag);
  }
  wait_connected (&other);
  give_typed (&caller, "answer", late_bare);
  wait_talk (&caller, &other, 3);
  end_stop (&caller);
  end_stop (&one);
  end_stop (&other);
}

GST_END_TEST;

static Suite *
forks_suite (void)
{
  const gint n = G_N_ELEMENTS (encryptions);
  Suite *suite = suite_create ("forks");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_set_timeout (tcase, 120);
  tcase_add_loop_test (tcase, test_answers_are_checked_side_by_side, 0, n);
  tcase_add_loop_test (tcase,
      test_final_answer_of_the_same_peer_changes_nothing, 0, n);
  tcase_add_loop_test (tcase, test_final_answer_of_a_further_peer_is_taken, 0,
      n);
  tcase_add_loop_test (tcase,
      test_peer_that_is_reached_goes_before_one_that_is_not, 0, n);
  tcase_add_test (tcase, test_peer_that_is_not_reached_is_left_out);
  tcase_add_test (tcase, test_number_of_peers_is_bounded);
  tcase_add_test (tcase, test_answer_that_is_no_good_changes_nothing);
  tcase_add_loop_test (tcase, test_lite_agent_follows_the_final_answer, 0,
      2 * n);
  tcase_add_loop_test (tcase, test_all_m_lines_go_to_the_peer, 0,
      G_N_ELEMENTS (policies));
  tcase_add_loop_test (tcase, test_candidates_go_to_the_peer_that_they_name, 0,
      3);
  return suite;
}

GST_CHECK_MAIN (forks);
