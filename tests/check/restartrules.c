/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticerestartpolicy.h"
#include "gsticemediasilence.h"
#include "negotiationside.h"

/* What the agents of generation @n tell: credentials and a candidate each. */
static void
gather_again (Side * side, guint n)
{
  for (guint i = 0; i < 2; i++) {
    g_autofree gchar *ufrag = g_strdup_printf ("R%u%c%u", n, side->name, i);
    g_autofree gchar *pwd = g_strdup_printf ("%s-password-of-22-chars", ufrag);

    gst_ice_stream_set_credentials (stream_of (side->negotiation, i), ufrag,
        pwd);
    add_local (side, i, 7000 + 10 * n + i);
    gst_ice_stream_set_gathered (stream_of (side->negotiation, i));
  }
}

static void
begin (Side * side)
{
  GError *error = NULL;

  fail_unless (gst_ice_negotiation_begin_restart (side->negotiation, &error));
  g_assert_no_error (error);
}

static gboolean
is_restarting (Side * side)
{
  return gst_ice_negotiation_is_restarting (side->negotiation);
}

/* All that comes to be done, by the check_order too. */
static void
assert_done (Side * side, const gchar * expected)
{
  gst_ice_checks_run (gst_ice_negotiation_get_checks (side->negotiation), 1000);
  assert_actions (side, expected);
}

static void
works (Side * side)
{
  gst_ice_checks_set_working (gst_ice_negotiation_get_checks
      (side->negotiation), 0);
  gst_ice_checks_set_working (gst_ice_negotiation_get_checks
      (side->negotiation), 1);
}

/* Two that have talked, and whose paths work. */
static void
init_call (Side * caller, Side * listener)
{
  init_both (caller, listener);
  agree (caller, listener);
  for (guint i = 0; i < 2; i++) {
    g_autofree gchar *ours = NULL;
    g_autofree gchar *theirs = NULL;

    gst_ice_checks_run (gst_ice_negotiation_get_checks (caller->negotiation),
        0);
    gst_ice_checks_run (gst_ice_negotiation_get_checks (listener->negotiation),
        0);
    ours = get_actions (caller);
    theirs = get_actions (listener);
    works (caller);
    works (listener);
  }
}

/* Returns: (transfer full) (nullable): what HTTP would carry */
static GstIceDescription *
describe_restart (Side * side)
{
  return gst_ice_negotiation_describe_restart (side->negotiation);
}

static void
take_restart (Side * side, GstIceDescription * fragment)
{
  GError *error = NULL;

  gst_ice_negotiation_set_remote_restart (side->negotiation, fragment, &error);
  g_assert_no_error (error);
}

static void
refuse_restart (Side * side, GstIceDescription * fragment, gint code)
{
  g_autoptr (GError) error = NULL;

  fail_if (gst_ice_negotiation_set_remote_restart (side->negotiation, fragment,
          &error));
  g_assert_error (error, GST_ICE_ERROR, code);
}

GST_START_TEST (test_offer_and_answer_with_new_credentials)
{
  Side caller, listener;
  g_autoptr (GstIceDescription) offer = NULL;
  g_autoptr (GstIceDescription) answer = NULL;

  init_call (&caller, &listener);
  begin (&caller);
  works (&caller);
  fail_unless (is_restarting (&caller));
  assert_done (&caller, "restart:0 restart:1");
  fail_if (gst_ice_negotiation_can_describe (caller.negotiation, FALSE));
  gather_again (&caller, 1);
  offer = describe (&caller, OFFER);
  fail_unless_equals_string (gst_ice_description_get_media (offer, 0)->ufrag,
      "R1a0");

  take (&listener, offer);
  assert_done (&listener, "restart:0 restart:1 check:0:R1a0:1 check:1:R1a1:1");
  gather_again (&listener, 1);
  answer = describe (&listener, ANSWER);
  take (&caller, answer);
  assert_done (&caller, "check:0:R1b0:1 check:1:R1b1:1");

  fail_unless (is_restarting (&caller) && is_restarting (&listener));
  works (&caller);
  works (&listener);
  fail_if (is_restarting (&caller) || is_restarting (&listener));

  /* The old ones come back no more: RFC 8445, 9. */
  begin (&listener);
  gather (&listener);
  g_clear_pointer (&offer, gst_ice_description_unref);
  offer = describe (&listener, OFFER);
  refuse (&caller, offer, GST_ICE_ERROR_BAD_DESCRIPTION);
  fail_unless (gst_ice_negotiation_is_stable (caller.negotiation));
  clear_both (&caller, &listener);
}

GST_END_TEST;

GST_START_TEST (test_fragments_with_new_credentials)
{
  Side caller, listener;
  g_autoptr (GstIceDescription) ours = NULL;
  g_autoptr (GstIceDescription) theirs = NULL;

  init_call (&caller, &listener);
  fail_unless (describe_restart (&caller) == NULL);
  begin (&caller);
  gather_again (&caller, 1);
  /* Not before the restart itself. */
  fail_unless (gst_ice_negotiation_take_trickle (caller.negotiation) == NULL);
  ours = describe_restart (&caller);
  assert_done (&caller, "restart:0 restart:1");

  take_restart (&listener, ours);
  assert_done (&listener, "restart:0 restart:1 check:0:R1a0:1 check:1:R1a1:1");
  /* The same again; one while it is open. */
  refuse_restart (&listener, ours, GST_ICE_ERROR_BAD_STATE);
  gather_again (&listener, 1);
  theirs = describe_restart (&listener);
  fail_unless (gst_ice_negotiation_is_stable (listener.negotiation));
  refuse_restart (&listener, ours, GST_ICE_ERROR_BAD_DESCRIPTION);

  take_restart (&caller, theirs);
  assert_done (&caller, "check:0:R1b0:1 check:1:R1b1:1");
  fail_unless (gst_ice_negotiation_is_stable (caller.negotiation));
  clear_both (&caller, &listener);
}

GST_END_TEST;

GST_START_TEST (test_crossing_offers_answer_each_other)
{
  Side caller, listener;
  g_autoptr (GstIceDescription) ours = NULL;
  g_autoptr (GstIceDescription) theirs = NULL;

  init_call (&caller, &listener);
  begin (&caller);
  begin (&listener);
  gather_again (&caller, 1);
  gather_again (&listener, 1);
  ours = describe (&caller, OFFER);
  theirs = describe (&listener, OFFER);
  take (&caller, theirs);
  take (&listener, ours);
  assert_done (&caller, "restart:0 restart:1 check:0:R1b0:1 check:1:R1b1:1");
  assert_done (&listener, "restart:0 restart:1 check:0:R1a0:1 check:1:R1a1:1");
  fail_unless (gst_ice_negotiation_is_stable (caller.negotiation));
  fail_unless (gst_ice_negotiation_is_stable (listener.negotiation));
  clear_both (&caller, &listener);
}

GST_END_TEST;

/* The peer answers as it did before, or not at all. */
GST_START_TEST (test_abandoned_restart_leaves_all_as_it_was)
{
  Side caller, listener;
  g_autoptr (GstIceDescription) offer = NULL;
  g_autoptr (GstIceDescription) again = NULL;
  g_autoptr (GstIceDescription) answer = NULL;

  init_call (&caller, &listener);
  begin (&listener);
  gather_again (&listener, 1);
  offer = describe (&listener, OFFER);
  g_clear_pointer (&offer, gst_ice_description_unref);
  gst_ice_negotiation_abandon_restart (listener.negotiation);
  fail_if (is_restarting (&listener));

  fail_unless (gst_ice_negotiation_begin_offer (caller.negotiation, NULL));
  offer = describe (&caller, OFFER);
  take (&listener, offer);
  answer = describe (&listener, ANSWER);
  fail_unless_equals_string (gst_ice_description_get_media (answer, 0)->ufrag,
      "bfrag0");
  take (&caller, answer);

  begin (&caller);
  gather_again (&caller, 2);
  again = describe (&caller, OFFER);
  refuse (&caller, answer, GST_ICE_ERROR_BAD_DESCRIPTION);
  fail_unless (is_restarting (&caller));
  gst_ice_negotiation_abandon_restart (caller.negotiation);
  fail_unless (gst_ice_negotiation_is_stable (caller.negotiation));
  refuse (&caller, answer, GST_ICE_ERROR_BAD_STATE);
  clear_both (&caller, &listener);
}

GST_END_TEST;

static GstIceDescription *
fragment_new (const gchar * ufrag, guint port)
{
  GstIceDescription *fragment = gst_ice_description_new (FRAGMENT);
  GstIceMediaDescription *media = gst_ice_description_add_media (fragment);
  GstIceCandidate *candidate = gst_ice_candidate_new ("127.0.0.1", port);

  candidate->component = 1;
  candidate->priority = 1;
  media->mid = g_strdup ("0");
  media->ufrag = g_strdup (ufrag);
  media->pwd = g_strdup ("0123456789abcdefghijkl");
  g_ptr_array_add (media->candidates, candidate);
  return fragment;
}

GST_START_TEST (test_candidates_of_other_generations_are_dropped)
{
  Side caller, listener;
  g_autoptr (GstIceDescription) offer = NULL;
  g_autoptr (GstIceDescription) answer = NULL;
  g_autoptr (GstIceDescription) old = fragment_new ("bfrag0", 9000);
  g_autoptr (GstIceDescription) fresh = fragment_new ("R1b0", 9001);
  g_autoptr (GstIceDescription) strange = fragment_new ("who", 9002);

  init_call (&caller, &listener);
  begin (&caller);
  gather_again (&caller, 1);
  offer = describe (&caller, OFFER);
  gst_ice_negotiation_add_fragment (caller.negotiation, old);
  /* Ahead of its answer. */
  gst_ice_negotiation_add_fragment (caller.negotiation, fresh);
  assert_done (&caller, "restart:0 restart:1");

  take (&listener, offer);
  gather_again (&listener, 1);
  answer = describe (&listener, ANSWER);
  take (&caller, answer);
  assert_done (&caller, "check:0:R1b0:2 check:1:R1b1:1");
  gst_ice_negotiation_add_fragment (caller.negotiation, old);
  gst_ice_negotiation_add_fragment (caller.negotiation, strange);
  assert_done (&caller, "");
  clear_both (&caller, &listener);
}

GST_END_TEST;

GST_START_TEST (test_half_of_new_credentials_is_refused)
{
  Side caller, listener;
  g_autoptr (GstIceDescription) offer = NULL;
  GstIceMediaDescription *media;

  init_call (&caller, &listener);
  fail_unless (gst_ice_negotiation_begin_offer (caller.negotiation, NULL));
  offer = describe (&caller, OFFER);
  media = gst_ice_description_get_media (offer, 1);
  g_free (media->ufrag);
  media->ufrag = g_strdup ("other");
  refuse (&listener, offer, GST_ICE_ERROR_BAD_DESCRIPTION);
  fail_unless (gst_ice_negotiation_is_stable (listener.negotiation));
  assert_done (&listener, "");
  clear_both (&caller, &listener);
}

GST_END_TEST;

GST_START_TEST (test_no_restart_out_of_turn)
{
  Side caller, listener;
  g_autoptr (GError) error = NULL;

  side_init (&caller, 'a');
  fail_if (gst_ice_negotiation_begin_restart (caller.negotiation, &error));
  g_assert_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE);
  side_clear (&caller);

  init_call (&caller, &listener);
  begin (&caller);
  g_clear_error (&error);
  fail_if (gst_ice_negotiation_begin_restart (caller.negotiation, &error));
  g_assert_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE);
  clear_both (&caller, &listener);
}

GST_END_TEST;

/* What happens while nothing gets better is further and further apart. */
GST_START_TEST (test_restarts_are_bounded)
{
  GstIceRestartPolicy restarts = { 0 };
  gint64 now_ms = 50000;
  guint gap_ms = GST_ICE_RESTART_POLICY_MIN_GAP_MS;

  fail_unless_equals_int (gst_ice_restart_policy_get_wait (&restarts, now_ms),
      -1);
  for (guint i = 0; i < 8; i++) {
    gint wait_ms;

    gst_ice_restart_policy_want (&restarts, GST_ICE_RESTART_SUSPECT);
    wait_ms = gst_ice_restart_policy_get_wait (&restarts, now_ms);
    fail_unless_equals_int (wait_ms, i == 0 ? 0 : gap_ms);
    now_ms += wait_ms;
    if (i > 0)
      gap_ms = MIN (2 * gap_ms, GST_ICE_RESTART_POLICY_MAX_GAP_MS);
    gst_ice_restart_policy_begin (&restarts, GST_ICE_RESTART_SUSPECT, now_ms);
  }
  fail_unless_equals_int (gap_ms, GST_ICE_RESTART_POLICY_MAX_GAP_MS);

  /* Who asks need not wait, and a success ends the waiting of the others. */
  gst_ice_restart_policy_want (&restarts, GST_ICE_RESTART_REQUESTED);
  gst_ice_restart_policy_want (&restarts, GST_ICE_RESTART_SUSPECT);
  fail_unless_equals_int (gst_ice_restart_policy_get_wait (&restarts, now_ms),
      0);
  gst_ice_restart_policy_begin (&restarts, restarts.wanted, now_ms);
  fail_unless_equals_int (restarts.last, GST_ICE_RESTART_REQUESTED);
  gst_ice_restart_policy_succeed (&restarts, now_ms);
  gst_ice_restart_policy_want (&restarts, GST_ICE_RESTART_SUSPECT);
  /* But not that of a path that dies as it begins. */
  fail_unless_equals_int (gst_ice_restart_policy_get_wait (&restarts, now_ms),
      GST_ICE_RESTART_POLICY_MAX_GAP_MS);
  now_ms += GST_ICE_RESTART_POLICY_HOLD_MS;
  fail_unless_equals_int (gst_ice_restart_policy_get_wait (&restarts, now_ms),
      0);
  fail_unless_equals_int (restarts.n_begun, 9);
  gst_ice_restart_policy_begin (&restarts, GST_ICE_RESTART_SUSPECT, now_ms);
  gst_ice_restart_policy_want (&restarts, GST_ICE_RESTART_SUSPECT);
  fail_unless_equals_int (gst_ice_restart_policy_get_wait (&restarts, now_ms),
      GST_ICE_RESTART_POLICY_MIN_GAP_MS);
}

GST_END_TEST;

static gint
want (GstIceRestartPolicy * restarts, GstIceRestartReason reason, gint64 now_ms)
{
  gst_ice_restart_policy_want (restarts, reason);
  return gst_ice_restart_policy_get_wait (restarts, now_ms);
}

/* Addresses that change all the time: each change is a new chance, so that a call is back
 * soon after the last one; but not for ever. */
GST_START_TEST (test_changes_of_addresses_do_not_wait_long)
{
  const GstIceRestartReason change = GST_ICE_RESTART_NETWORK_CHANGE;
  GstIceRestartPolicy restarts = { 0 };
  gint64 now_ms = 50000;

  for (guint i = 0; i < GST_ICE_RESTART_POLICY_MAX_CHANGES; i++) {
    gint wait_ms = want (&restarts, change, now_ms);

    fail_unless_equals_int (wait_ms, i == 0 ? 0 :
        GST_ICE_RESTART_POLICY_MIN_GAP_MS);
    /* What else is wrong meanwhile does not make it wait, nor end the wish. */
    if (i > 0)
      fail_unless_equals_int (want (&restarts, GST_ICE_RESTART_SUSPECT, now_ms),
          wait_ms);
    gst_ice_restart_policy_forget_suspicion (&restarts);
    fail_unless_equals_int (restarts.wanted, change);
    now_ms += wait_ms;
    gst_ice_restart_policy_begin (&restarts, change, now_ms);
  }
  now_ms += want (&restarts, change, now_ms);
  gst_ice_restart_policy_begin (&restarts, change, now_ms);
  fail_unless_equals_int (want (&restarts, change, now_ms),
      2 * GST_ICE_RESTART_POLICY_MIN_GAP_MS);

  /* A path was found. Then four restarts find none, and the addresses change. */
  gst_ice_restart_policy_begin (&restarts, change, now_ms);
  gst_ice_restart_policy_succeed (&restarts, now_ms);
  now_ms += GST_ICE_RESTART_POLICY_HOLD_MS;
  for (guint i = 0; i < 4; i++) {
    now_ms += want (&restarts, GST_ICE_RESTART_SUSPECT, now_ms);
    gst_ice_restart_policy_begin (&restarts, GST_ICE_RESTART_SUSPECT, now_ms);
  }
  fail_unless (want (&restarts, GST_ICE_RESTART_SUSPECT, now_ms) >
      GST_ICE_RESTART_POLICY_MIN_GAP_MS);
  fail_unless_equals_int (want (&restarts, change, now_ms),
      GST_ICE_RESTART_POLICY_MIN_GAP_MS);
}

GST_END_TEST;

/* Looks at @silence for @ms in which @n packets come at each look.
 * Returns: how often it was suspicious */
static guint
look (GstIceMediaSilence * silence, gint64 * now_ms, guint n, guint ms)
{
  guint n_suspicious = 0;

  for (guint t = 0; t < ms; t += GST_ICE_MEDIA_SILENCE_LOOK_MS) {
    *now_ms += GST_ICE_MEDIA_SILENCE_LOOK_MS;
    n_suspicious +=
        gst_ice_media_silence_look (silence, silence->n_received + n, *now_ms);
  }
  return n_suspicious;
}

GST_START_TEST (test_steady_media_that_stops_is_suspicious)
{
  GstIceMediaSilence silence = { 0 };
  gint64 now_ms = 1000;

  /* Nothing ever came; a little came now and then. */
  fail_unless_equals_int (look (&silence, &now_ms, 0, 60000), 0);
  for (guint i = 0; i < 10; i++) {
    fail_unless_equals_int (look (&silence, &now_ms, 3, 600), 0);
    fail_unless_equals_int (look (&silence, &now_ms, 0, 2000), 0);
  }

  fail_unless_equals_int (look (&silence, &now_ms, 10, 4000), 0);
  fail_unless_equals_int (look (&silence, &now_ms, 0, 600), 0);
  fail_unless_equals_int (look (&silence, &now_ms, 0, 400), 1);
  /* Another path was found, and the next time is as the first. */
  fail_unless_equals_int (look (&silence, &now_ms, 10, 4000), 0);
  fail_unless_equals_int (look (&silence, &now_ms, 0, 1000), 1);
  fail_unless_equals_int (look (&silence, &now_ms, 0, 60000), 0);
  /* It was a pause: the next is not suspected so soon. */
  fail_unless_equals_int (look (&silence, &now_ms, 10, 4000), 0);
  fail_unless_equals_int (look (&silence, &now_ms, 0, 2400), 0);
  fail_unless_equals_int (look (&silence, &now_ms, 0, 60000), 1);
}

GST_END_TEST;

static Suite *
restartrules_suite (void)
{
  Suite *s = suite_create ("restartrules");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_offer_and_answer_with_new_credentials);
  tcase_add_test (tc, test_fragments_with_new_credentials);
  tcase_add_test (tc, test_crossing_offers_answer_each_other);
  tcase_add_test (tc, test_abandoned_restart_leaves_all_as_it_was);
  tcase_add_test (tc, test_candidates_of_other_generations_are_dropped);
  tcase_add_test (tc, test_half_of_new_credentials_is_refused);
  tcase_add_test (tc, test_no_restart_out_of_turn);
  tcase_add_test (tc, test_restarts_are_bounded);
  tcase_add_test (tc, test_changes_of_addresses_do_not_wait_long);
  tcase_add_test (tc, test_steady_media_that_stops_is_suspicious);
  return s;
}

GST_CHECK_MAIN (restartrules);
