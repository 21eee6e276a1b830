/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "niceend.h"

#include <gst/check/gstcheck.h>

/* A caller whose only pair is with a port where nobody answers. */
static GSocket *
call_nobody (NiceEnd * caller, NiceEnd * listener)
{
  guint port;
  GSocket *nobody = nice_end_take_port (&port);
  GPtrArray *known = listener->candidates;
  GstIceCandidate *dead = gst_ice_candidate_copy (g_ptr_array_index (known, 0));

  g_free (dead->address);
  dead->address = g_strdup ("127.0.0.1");
  dead->port = port;
  listener->candidates =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_ice_candidate_free);
  g_ptr_array_add (listener->candidates, dead);
  nice_end_introduce (caller, listener);
  g_ptr_array_unref (listener->candidates);
  listener->candidates = known;
  return nobody;
}

/* libnice says FAILED when all the pairs that it knows have failed, and an agent that
 * did is good for those that it gets to know after: what comes late is tried, here
 * after 11 s, and media passes both ways. */
GST_START_TEST (test_candidates_that_come_after_failed_connect)
{
  NiceEnd caller, listener;
  g_autoptr (GSocket) nobody = NULL;

  fail_unless (nice_end_init (&caller, nice_end_settings_new (), 1, TRUE,
          NULL));
  fail_unless (nice_end_init (&listener, nice_end_settings_new (), 1, FALSE,
          NULL));
  nice_end_gather (&caller);
  nice_end_gather (&listener);
  WAIT_UNTIL (caller.gathered && listener.gathered);
  nobody = call_nobody (&caller, &listener);
  WAIT_UNTIL (caller.states[0] == GST_ICE_AGENT_FAILED);
  fail_unless (caller.routes[0] == NULL);

  gst_ice_agent_add_remote_candidates (caller.agent, listener.candidates);
  nice_end_introduce (&listener, &caller);
  WAIT_UNTIL (nice_end_is_connected (&caller)
      && nice_end_is_connected (&listener));
  nice_end_assert_flows (&caller, &listener, 1, 20);
  nice_end_assert_flows (&listener, &caller, 1, 20);
  nice_end_clear (&caller);
  nice_end_clear (&listener);
}

GST_END_TEST;

static Suite *
nicelate_suite (void)
{
  Suite *s = suite_create ("nicelate");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, nice_ends_setup, nice_ends_teardown);
  tcase_add_test (tc, test_candidates_that_come_after_failed_connect);
  return s;
}

GST_CHECK_MAIN (nicelate);
