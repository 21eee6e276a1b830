/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Which of a peer's candidates are checked (issue 15, 5). */

#include "config.h"

#include "fakemember.h"
#include "gsticeniceremote.h"
#include "icetest.h"

#include <agent.h>

#define PASSWORD "asd88fgpdd777uzjYhagZg"

/* What libnice is told of, by what is told of a peer. */
typedef struct
{
  GMainContext *context;
  FakeMember *settings;
  NiceAgent *nice;
  guint stream;
  GstIceNiceRemote *remote;
} Fixture;

static Fixture f;

static void
setup (void)
{
  f.context = g_main_context_new ();
  g_main_context_push_thread_default (f.context);
  f.settings = fake_member_new ("a", GST_ICE_DIRECTION_RECVONLY, NULL);
  f.nice = nice_agent_new (f.context, NICE_COMPATIBILITY_RFC5245);
  f.stream = nice_agent_add_stream (f.nice, 2);
  f.remote = gst_ice_nice_remote_new (f.nice, f.stream, 2, f.context,
      f.settings->config);
  fail_unless (gst_ice_nice_remote_set_credentials (f.remote, "8hhY",
          PASSWORD));
}

static void
teardown (void)
{
  gst_ice_nice_remote_free (f.remote);
  g_object_unref (f.nice);
  fake_member_free (f.settings);
  g_main_context_pop_thread_default (f.context);
  g_main_context_unref (f.context);
}

/* Returns: how many candidates of @component libnice knows */
static guint
count_known (guint component)
{
  GSList *known = nice_agent_get_remote_candidates (f.nice, f.stream,
      component);
  guint n = g_slist_length (known);

  g_slist_free_full (known, (GDestroyNotify) nice_candidate_free);
  return n;
}

/* Tells of @n candidates at @address, of ports from @port and priorities from 1 on. */
static void
add (const gchar * address, guint component, guint port, guint n)
{
  g_autoptr (GPtrArray) candidates =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_ice_candidate_free);

  for (guint i = 0; i < n; i++) {
    GstIceCandidate *candidate = candidate_new (address, port + i, component);

    candidate->priority = i + 1;
    g_ptr_array_add (candidates, candidate);
  }
  gst_ice_nice_remote_add_candidates (f.remote, candidates);
}

static const struct
{
  const gchar *address;
  gboolean checked;
} addresses[] = {
  {"192.0.2.1", TRUE},
  {"10.255.255.255", TRUE},
  {"2001:db8::1", TRUE},
  {"fe80::1", TRUE},
  {"127.0.0.1", TRUE},
  {"0.0.0.0", FALSE},
  {"::", FALSE},
  {"255.255.255.255", FALSE},
  {"224.0.0.1", FALSE},
  {"239.255.255.250", FALSE},
  {"ff02::fb", FALSE},
  {"ff0e::1", FALSE},
  {"::ffff:224.0.0.251", FALSE},
  {"::ffff:0.0.0.0", FALSE},
  {"::ffff:255.255.255.255", FALSE},
};

GST_START_TEST (test_addresses_of_one_host_are_checked)
{
  add (addresses[__i__].address, 1, 5000, 1);
  fail_unless_equals_int (count_known (1), addresses[__i__].checked);
}

GST_END_TEST;

/* Of each component 16, the best of those that come together. */
GST_START_TEST (test_what_one_peer_has_checked_is_bounded)
{
  GSList *known;

  add ("192.0.2.1", 1, 5000, 128);
  fail_unless_equals_int (count_known (1), 16);
  known = nice_agent_get_remote_candidates (f.nice, f.stream, 1);
  for (GSList * k = known; k != NULL; k = k->next)
    fail_unless (((NiceCandidate *) k->data)->priority > 128 - 16);
  g_slist_free_full (known, (GDestroyNotify) nice_candidate_free);

  add ("192.0.2.2", 1, 5000, 1);
  fail_unless_equals_int (count_known (1), 16);
  add ("192.0.2.1", 2, 5000, 3);
  fail_unless_equals_int (count_known (2), 3);
  /* There is no such component. */
  add ("192.0.2.1", 3, 5000, 1);
}

GST_END_TEST;

static Suite *
iceniceremote_suite (void)
{
  Suite *suite = suite_create ("iceniceremote");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, test_addresses_of_one_host_are_checked, 0,
      G_N_ELEMENTS (addresses));
  tcase_add_test (tcase, test_what_one_peer_has_checked_is_bounded);
  return suite;
}

GST_CHECK_MAIN (iceniceremote);
