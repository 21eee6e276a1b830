/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "fakeagent.h"
#include "fakemember.h"
#include "fakesignaller.h"
#include "gsticesessiondriver.h"
#include "gsticeerror.h"
#include "icetest.h"

/* A driver and its members, all on the test's own thread and context. */
typedef struct
{
  GstIceSessionDriver *driver;
  GPtrArray *members;           /* of FakeMember */
} Party;

/* The context of the test, made by party_setup(). */
extern GMainContext *party_context;

void party_setup (void);
void party_teardown (void);

/* A source that fails the test if it is not destroyed in time. */
GSource *start_patience (const gchar * what);
void end_patience (GSource * source);

#define WAIT_UNTIL(condition) G_STMT_START {                    \
  GSource *patience = start_patience (#condition);              \
  while (!(condition))                                          \
    g_main_context_iteration (party_context, TRUE);             \
  end_patience (patience);                                      \
} G_STMT_END

/* Lets everything happen that can happen without waiting. */
void settle (void);
void party_init (Party * party);

/* Returns: (transfer none): a member that has not joined */
FakeMember *party_add (Party * party, const gchar * name,
    GstIceDirection direction, const gchar * caps);
void party_join (Party * party, FakeMember * member);
void party_set_ready (Party * party, FakeMember * member);
void party_leave (Party * party, FakeMember * member);

/* Lets all added members join and become ready, in order. @uri: (nullable) */
void party_start (Party * party, const gchar * uri);

/* All members leave, as elements do, and the driver closes. */
void party_end (Party * party);
void send_packets (FakeMember * member, guint seqnum, guint n);

/* Asserts that these packets come next. */
void assert_receives (FakeMember * member, const gchar * expected);

/* Asserts that no packet comes next.
 * Returns: the result of receiving */
GstFlowReturn receive_flow (FakeMember * member);

#define SENDONLY GST_ICE_DIRECTION_SENDONLY
#define RECVONLY GST_ICE_DIRECTION_RECVONLY
#define CALL "fake:call/room"
#define LISTEN "fake:listen/room"
