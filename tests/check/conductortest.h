/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "fakeagent.h"
#include "fakemember.h"
#include "fakesignaller.h"
#include "gsticeconductor.h"
#include "gsticeerror.h"
#include "icetest.h"

/* A conductor and its members, all on the test's own thread and context. */
typedef struct
{
  GstIceConductor *conductor;
  GPtrArray *members;           /* of FakeMember */
} Party;

static GMainContext *context;

static inline void
setup (void)
{
  context = g_main_context_new ();
  g_main_context_push_thread_default (context);
  fake_agents_start ();
  fake_signallers_start ();
}

static inline void
teardown (void)
{
  while (g_main_context_iteration (context, FALSE));
  fake_agents_stop ();
  fake_signallers_stop ();
  g_main_context_pop_thread_default (context);
  g_clear_pointer (&context, g_main_context_unref);
}

static inline gboolean
on_patience_over (gpointer what)
{
  g_error ("waited in vain until %s", (const gchar *) what);
  return G_SOURCE_REMOVE;
}

static inline GSource *
start_patience (const gchar * what)
{
  GSource *source = g_timeout_source_new_seconds (15);

  g_source_set_callback (source, on_patience_over, (gpointer) what, NULL);
  g_source_attach (source, context);
  return source;
}

static inline void
end_patience (GSource * source)
{
  g_source_destroy (source);
  g_source_unref (source);
}

#define WAIT_UNTIL(condition) G_STMT_START {                    \
  GSource *patience = start_patience (#condition);              \
  while (!(condition))                                          \
    g_main_context_iteration (context, TRUE);                   \
  end_patience (patience);                                      \
} G_STMT_END

/* Lets all happen that can happen by now. */
static inline void
settle (void)
{
  while (g_main_context_iteration (context, FALSE));
}

static inline void
party_init (Party * party)
{
  party->conductor = gst_ice_conductor_new (context);
  party->members =
      g_ptr_array_new_with_free_func ((GDestroyNotify) fake_member_free);
}

/* Returns: (transfer none): a member, not yet in */
static inline FakeMember *
party_add (Party * party, const gchar * name, GstIceDirection direction,
    const gchar * caps)
{
  FakeMember *member = fake_member_new (name, direction, caps);

  g_ptr_array_add (party->members, member);
  return member;
}

static inline void
party_join (Party * party, FakeMember * member)
{
  member->seat = gst_ice_seat_new (NULL, member->config,
      fake_member_on_notice, member, NULL);
  gst_ice_conductor_join (party->conductor, member->seat, &member->claim);
}

static inline void
party_set_ready (Party * party, FakeMember * member)
{
  gst_ice_conductor_set_ready (party->conductor, member->seat, member->kind,
      member->formats);
}

static inline void
party_leave (Party * party, FakeMember * member)
{
  gst_ice_conductor_leave (party->conductor, member->seat);
  g_clear_pointer (&member->seat, gst_ice_seat_unref);
}

/* All that were added join, then are ready, in their order. @uri: (nullable) */
static inline void
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

static inline void
count_closed (gpointer data)
{
  (*(guint *) data)++;
}

/* All leave, as elements do, and the conductor closes. */
static inline void
party_end (Party * party)
{
  guint n_closed = 0;

  for (guint i = 0; i < party->members->len; i++) {
    FakeMember *member = g_ptr_array_index (party->members, i);

    if (member->seat != NULL)
      party_leave (party, member);
  }
  gst_ice_conductor_close (party->conductor, count_closed, &n_closed);
  WAIT_UNTIL (n_closed > 0);
  settle ();
  fail_unless_equals_int (n_closed, 1);
  g_ptr_array_unref (party->members);
}

static inline void
send_packets (FakeMember * member, guint seqnum, guint n)
{
  g_autoptr (GstBufferList) list = packets_new (seqnum, n);

  fail_unless_equals_int (gst_ice_channel_send_list (member->channel, list),
      GST_FLOW_OK);
}

/* What comes next is these packets. */
static inline void
assert_receives (FakeMember * member, const gchar * expected)
{
  g_autoptr (GstBufferList) list = NULL;
  g_autoptr (GstCaps) caps = NULL;
  g_autofree gchar *text = NULL;

  fail_unless_equals_int (gst_ice_channel_receive (member->channel, 15000,
          &list, &caps), GST_FLOW_OK);
  text = packets_to_string (list);
  fail_unless_equals_string (text, expected);
}

/* What comes next, by now, is no packet. */
static inline GstFlowReturn
receive_flow (FakeMember * member)
{
  GstBufferList *list = NULL;
  GstCaps *caps = NULL;
  GstFlowReturn flow = gst_ice_channel_receive (member->channel, 1, &list,
      &caps);

  fail_unless (list == NULL);
  return flow;
}

#define SENDONLY GST_ICE_DIRECTION_SENDONLY
#define RECVONLY GST_ICE_DIRECTION_RECVONLY
#define CALL "fake:call/room"
#define LISTEN "fake:listen/room"
