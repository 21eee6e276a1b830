/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "entries.h"
#include "gsticemdns.h"
#include "gsticeniceresolver.h"
#include "icetest.h"
#include "mdnsresponder.h"
#include "niceend.h"


#define KNOWN "host.example"    /* to the resolver */

/* The system's resolver, as far as these tests go: nothing leaves this machine. */
#define TEST_TYPE_RESOLVER (test_resolver_get_type ())
G_DECLARE_FINAL_TYPE (TestResolver, test_resolver, TEST, RESOLVER, GResolver);

struct _TestResolver
{
  GResolver parent;
  guint n_asked;
};

G_DEFINE_TYPE (TestResolver, test_resolver, G_TYPE_RESOLVER);

static void
test_resolver_lookup_by_name_async (GResolver * resolver, const gchar * name,
    GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback,
      user_data);

  TEST_RESOLVER (resolver)->n_asked++;
  if (g_str_equal (name, KNOWN))
    g_task_return_pointer (task, g_list_append (NULL,
            g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4)),
        (GDestroyNotify) g_resolver_free_addresses);
  else
    g_task_return_new_error (task, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND,
        "%s is not known", name);
}

static GList *
test_resolver_lookup_by_name_finish (GResolver * resolver,
    GAsyncResult * result, GError ** error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
test_resolver_class_init (TestResolverClass * klass)
{
  GResolverClass *resolver_class = G_RESOLVER_CLASS (klass);

  resolver_class->lookup_by_name_async = test_resolver_lookup_by_name_async;
  resolver_class->lookup_by_name_finish = test_resolver_lookup_by_name_finish;
}

static void
test_resolver_init (TestResolver * self)
{
}

static TestResolver *resolver;

static void
setup (void)
{
  nice_ends_setup ();
  resolver = g_object_new (TEST_TYPE_RESOLVER, NULL);
  g_resolver_set_default (G_RESOLVER (resolver));
}

static void
teardown (void)
{
  nice_ends_teardown ();
  g_object_unref (resolver);
}

/* What was found, for one name. */
typedef struct
{
  guint n_told;
  GPtrArray *addresses;         /* of GInetAddress */
} Found;

static void
on_done (const gchar * name, GPtrArray * addresses, gpointer user_data)
{
  Found *found = user_data;

  found->n_told++;
  g_clear_pointer (&found->addresses, g_ptr_array_unref);
  found->addresses = g_ptr_array_ref (addresses);
}

GST_START_TEST (test_link_is_asked)
{
  MdnsResponder responder;
  Found found = { 0, NULL };
  GstIceMdns *mdns = gst_ice_mdns_new ("lo", nice_end_context, on_done, &found);
  MdnsAnswer how = (MdnsAnswer) __i__;
  g_autofree gchar *name = NULL;
  guint n_asked = how == MDNS_ANSWER_SECOND || how == MDNS_ANSWER_NOT ? 2 : 1;

  mdns_responder_init (&responder, how, nice_end_context);
  name = mdns_responder_make_name (&responder, 1);
  fail_unless (gst_ice_mdns_ask (mdns, name));
  fail_unless_equals_int (found.n_told, 0);
  WAIT_UNTIL (found.n_told > 0);

  fail_unless_equals_int (mdns_responder_count (&responder, name), n_asked);
  fail_unless_equals_int (found.addresses->len, how == MDNS_ANSWER_NOT ? 0 : 1);
  if (how != MDNS_ANSWER_NOT) {
    g_autofree gchar *text =
        g_inet_address_to_string (g_ptr_array_index (found.addresses, 0));

    fail_unless_equals_string (text, "127.0.0.1");
  }
  g_ptr_array_unref (found.addresses);
  gst_ice_mdns_free (mdns);
  mdns_responder_clear (&responder);
}

GST_END_TEST;

GST_START_TEST (test_sockets_are_there_only_while_something_is_asked)
{
  MdnsResponder responder;
  Found found = { 0, NULL };
  GstIceMdns *mdns = gst_ice_mdns_new ("lo", nice_end_context, on_done, &found);
  g_autofree gchar *one = NULL;
  g_autofree gchar *other = NULL;
  guint n_fds;

  mdns_responder_init (&responder, MDNS_ANSWER_US, nice_end_context);
  one = mdns_responder_make_name (&responder, 1);
  other = mdns_responder_make_name (&responder, 2);
  n_fds = count_entries ("/proc/self/fd");
  fail_unless (gst_ice_mdns_ask (mdns, one));
  fail_unless (gst_ice_mdns_ask (mdns, other));
  fail_unless (count_entries ("/proc/self/fd") > n_fds);
  WAIT_UNTIL (found.n_told == 2);
  fail_unless_equals_int (count_entries ("/proc/self/fd"), n_fds);

  /* What is given up, or forgotten, leaves nothing either. */
  fail_unless (gst_ice_mdns_ask (mdns, one));
  gst_ice_mdns_forget (mdns, one);
  fail_unless_equals_int (count_entries ("/proc/self/fd"), n_fds);
  fail_unless (gst_ice_mdns_ask (mdns, one));
  gst_ice_mdns_free (mdns);
  fail_unless_equals_int (count_entries ("/proc/self/fd"), n_fds);
  nice_ends_let_timers_run ();
  fail_unless_equals_int (found.n_told, 2);
  g_ptr_array_unref (found.addresses);
  mdns_responder_clear (&responder);
}

GST_END_TEST;

/* The peer's candidates get names; only this end knows of the other. */
static void
connect_by_name (const gchar * name, gboolean resolve, gboolean expect)
{
  FakeMember *settings = nice_end_settings_new ();
  GstIceLeftOut left_out = { {0} };
  NiceEnd a, b;

  fake_member_set_boolean (settings, "resolve-names", resolve);
  fail_unless (nice_end_init (&a, settings, 1, TRUE, NULL));
  fail_unless (nice_end_init (&b, nice_end_settings_new (), 1, FALSE, NULL));
  nice_end_gather (&a);
  nice_end_gather (&b);
  WAIT_UNTIL (a.gathered && b.gathered);
  for (guint i = 0; i < b.candidates->len; i++) {
    GstIceCandidate *candidate = g_ptr_array_index (b.candidates, i);

    g_free (candidate->address);
    candidate->address = g_strdup (name);
  }
  g_ptr_array_set_size (a.candidates, 0);
  nice_end_introduce (&b, &a);
  nice_end_introduce (&a, &b);
  if (expect) {
    WAIT_UNTIL (nice_end_is_connected (&a) && nice_end_is_connected (&b));
    nice_end_assert_flows (&a, &b, 1, 10);
    nice_end_assert_flows (&b, &a, 1, 10);
  } else {
    nice_ends_let_timers_run ();
    fail_if (nice_end_is_connected (&a));
    gst_ice_agent_count_left_out (a.agent, &left_out);
    fail_unless_equals_int (left_out.n[resolve ? GST_ICE_LEFT_OUT_NAME :
            GST_ICE_LEFT_OUT_NAME_UNASKED], b.candidates->len);
  }
  nice_end_clear (&a);
  nice_end_clear (&b);
}

GST_START_TEST (test_call_with_names_of_the_link)
{
  MdnsResponder responder;
  g_autofree gchar *name = NULL;

  mdns_responder_init (&responder, (MdnsAnswer) __i__, nice_end_context);
  name = mdns_responder_make_name (&responder, 1);
  connect_by_name (name, FALSE, TRUE);
  /* The candidates of both families, and of all components, have one question. */
  fail_unless_equals_int (mdns_responder_count (&responder, name), 1);
  mdns_responder_clear (&responder);
}

GST_END_TEST;

GST_START_TEST (test_call_with_names_the_system_knows)
{
  connect_by_name (KNOWN, TRUE, TRUE);
  fail_unless_equals_int (resolver->n_asked, 1);
}

GST_END_TEST;

/* Issue 15, 5: a peer does not choose what the system's resolver is asked. */
GST_START_TEST (test_names_are_not_resolved_unless_asked_for)
{
  connect_by_name (KNOWN, FALSE, FALSE);
  fail_unless_equals_int (resolver->n_asked, 0);
}

GST_END_TEST;

GST_START_TEST (test_names_nobody_knows_are_left_out)
{
  connect_by_name (__i__ == 0 ? "nobody.invalid" : "a..local", TRUE, FALSE);
}

GST_END_TEST;

GST_START_TEST (test_who_is_relayed_asks_for_no_name)
{
  NiceEnd end;
  FakeMember *settings = nice_end_settings_new ();
  MdnsResponder responder;
  g_autofree gchar *name = NULL;
  g_autoptr (GPtrArray) candidates =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_ice_candidate_free);

  mdns_responder_init (&responder, MDNS_ANSWER_US, nice_end_context);
  name = mdns_responder_make_name (&responder, 1);
  g_ptr_array_add (candidates, candidate_new (name, 5000, 1));
  fake_member_set_enum (settings, "ice-transport-policy", GST_TYPE_ICE_POLICY,
      GST_ICE_POLICY_RELAY);
  fail_unless (nice_end_init (&end, settings, 1, TRUE, NULL));
  gst_ice_agent_add_remote_candidates (end.agent, candidates);
  nice_ends_let_timers_run ();
  fail_unless_equals_int (mdns_responder_count (&responder, name), 0);
  fail_unless_equals_int (resolver->n_asked, 0);
  nice_end_clear (&end);
  mdns_responder_clear (&responder);
}

GST_END_TEST;

static void
count_found (GPtrArray * candidates, gpointer user_data)
{
  *(guint *) user_data += candidates->len;
}

GST_START_TEST (test_what_is_looked_up_at_once_is_limited)
{
  MdnsResponder responder;
  guint n_found = 0;
  GstIceNiceResolver *names =
      gst_ice_nice_resolver_new ("lo", TRUE, nice_end_context,
      count_found, &n_found);

  mdns_responder_init (&responder, MDNS_ANSWER_US, nice_end_context);
  for (guint i = 0; i < 40; i++) {
    g_autofree gchar *name = mdns_responder_make_name (&responder, i);
    g_autoptr (GstIceCandidate) candidate = candidate_new (name, 5000, 1);

    for (guint k = 0; k < (i == 0 ? 40 : 1); k++)
      gst_ice_nice_resolver_add (names, candidate);
  }
  WAIT_UNTIL (n_found == 16 + 15);
  nice_ends_let_timers_run ();
  fail_unless_equals_int (n_found, 16 + 15);
  fail_unless_equals_int (g_hash_table_size (responder.asked), 16);
  gst_ice_nice_resolver_free (names);
  mdns_responder_clear (&responder);
}

GST_END_TEST;

GST_START_TEST (test_close_while_names_are_looked_up)
{
  MdnsResponder responder;
  guint n_found = 0;

  mdns_responder_init (&responder, MDNS_ANSWER_NOT, nice_end_context);
  for (guint i = 0; i < 3; i++) {
    g_autofree gchar *name = mdns_responder_make_name (&responder, i);
    g_autoptr (GstIceCandidate) local = candidate_new (name, 5000, 1);
    g_autoptr (GstIceCandidate) known = candidate_new (KNOWN, 5000, 1);
    GstIceNiceResolver *names =
        gst_ice_nice_resolver_new ("lo", TRUE, nice_end_context,
        count_found, &n_found);

    gst_ice_nice_resolver_add (names, local);
    gst_ice_nice_resolver_add (names, known);
    if (i == 1)
      g_main_context_iteration (nice_end_context, FALSE);
    gst_ice_nice_resolver_free (names);
  }
  nice_ends_let_timers_run ();
  mdns_responder_clear (&responder);
}

GST_END_TEST;

static Suite *
icenicenames_suite (void)
{
  Suite *suite = suite_create ("iceniceresolver");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, test_link_is_asked, 0, MDNS_ANSWER_NOT + 1);
  tcase_add_test (tcase, test_sockets_are_there_only_while_something_is_asked);
  tcase_add_loop_test (tcase, test_call_with_names_of_the_link, 0,
      MDNS_ANSWER_ALL + 1);
  tcase_add_test (tcase, test_call_with_names_the_system_knows);
  tcase_add_test (tcase, test_names_are_not_resolved_unless_asked_for);
  tcase_add_loop_test (tcase, test_names_nobody_knows_are_left_out, 0, 2);
  tcase_add_test (tcase, test_who_is_relayed_asks_for_no_name);
  tcase_add_test (tcase, test_what_is_looked_up_at_once_is_limited);
  tcase_add_test (tcase, test_close_while_names_are_looked_up);
  return suite;
}

GST_CHECK_MAIN (icenicenames);
