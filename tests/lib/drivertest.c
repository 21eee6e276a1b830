/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "drivertest.h"

GMainContext *party_context;

void
party_setup (void)
{
  party_context = g_main_context_new ();
  g_main_context_push_thread_default (party_context);
  fake_agents_start ();
  fake_signallers_start ();
}

void
party_teardown (void)
{
  while (g_main_context_iteration (party_context, FALSE));
  fake_agents_stop ();
  fake_signallers_stop ();
  g_main_context_pop_thread_default (party_context);
  g_clear_pointer (&party_context, g_main_context_unref);
}

static gboolean
on_patience_over (gpointer what)
{
  g_error ("waited in vain until %s", (const gchar *) what);
  return G_SOURCE_REMOVE;
}

GSource *
start_patience (const gchar * what)
{
  GSource *source = g_timeout_source_new_seconds (15);

  g_source_set_callback (source, on_patience_over, (gpointer) what, NULL);
  g_source_attach (source, party_context);
  return source;
}

void
end_patience (GSource * source)
{
  g_source_destroy (source);
  g_source_unref (source);
}

void
settle (void)
{
  while (g_main_context_iteration (party_context, FALSE));
}

void
party_init (Party * party)
{
  party->driver = gst_ice_session_driver_new (party_context);
  party->members =
      g_ptr_array_new_with_free_func ((GDestroyNotify) fake_member_free);
}

FakeMember *
party_add (Party * party, const gchar * name, GstIceDirection direction,
    const gchar * caps)
{
  FakeMember *member = fake_member_new (name, direction, caps);

  g_ptr_array_add (party->members, member);
  return member;
}

void
party_join (Party * party, FakeMember * member)
{
  member->member = gst_ice_member_new (NULL, member->config,
      fake_member_on_notice, member, NULL);
  gst_ice_session_driver_join (party->driver, member->member, &member->claim);
}

void
party_set_ready (Party * party, FakeMember * member)
{
  gst_ice_session_driver_set_ready (party->driver, member->member, member->kind,
      member->formats);
}

void
party_leave (Party * party, FakeMember * member)
{
  gst_ice_session_driver_leave (party->driver, member->member);
  g_clear_pointer (&member->member, gst_ice_member_unref);
}

void
party_start (Party * party, const gchar * uri)
{
  if (uri != NULL)
    fake_member_set_string (g_ptr_array_index (party->members, 0),
        "signalling-uri", uri);
  for (guint i = 0; i < party->members->len; i++)
    party_join (party, g_ptr_array_index (party->members, i));
  for (guint i = 0; i < party->members->len; i++)
    party_set_ready (party, g_ptr_array_index (party->members, i));
}

static void
count_closed (gpointer data)
{
  (*(guint *) data)++;
}

void
party_end (Party * party)
{
  guint n_closed = 0;

  for (guint i = 0; i < party->members->len; i++) {
    FakeMember *member = g_ptr_array_index (party->members, i);

    if (member->member != NULL)
      party_leave (party, member);
  }
  gst_ice_session_driver_close (party->driver, count_closed, &n_closed);
  WAIT_UNTIL (n_closed > 0);
  settle ();
  fail_unless_equals_int (n_closed, 1);
  g_ptr_array_unref (party->members);
}

void
send_packets (FakeMember * member, guint seqnum, guint n)
{
  g_autoptr (GstBufferList) list = packets_new (seqnum, n);

  fail_unless_equals_int (gst_ice_sender_send_list (member->sender, list),
      GST_FLOW_OK);
}

void
assert_receives (FakeMember * member, const gchar * expected)
{
  g_autoptr (GstBufferList) list = NULL;
  g_autoptr (GstCaps) caps = NULL;
  g_autofree gchar *text = NULL;

  fail_unless_equals_int (gst_ice_receiver_receive (member->receiver, 15000,
          &list, &caps), GST_FLOW_OK);
  text = packets_to_string (list);
  fail_unless_equals_string (text, expected);
}

GstFlowReturn
receive_flow (FakeMember * member)
{
  GstBufferList *list = NULL;
  GstCaps *caps = NULL;
  GstFlowReturn flow = gst_ice_receiver_receive (member->receiver, 1, &list,
      &caps);

  fail_unless (list == NULL);
  return flow;
}
