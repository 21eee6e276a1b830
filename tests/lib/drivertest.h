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

/* The test's own; made by party_setup(). */
extern GMainContext *party_context;

void party_setup (void);
void party_teardown (void);

/* A source that ends the test, loudly, if it is not ended itself. */
GSource *start_patience (const gchar * what);
void end_patience (GSource * source);

#define WAIT_UNTIL(condition) G_STMT_START {                    \
  GSource *patience = start_patience (#condition);              \
  while (!(condition))                                          \
    g_main_context_iteration (party_context, TRUE);             \
  end_patience (patience);                                      \
} G_STMT_END

/* Lets all happen that can happen by now. */
void settle (void);
void party_init (Party * party);

/* Returns: (transfer none): a member, not yet in */
FakeMember *party_add (Party * party, const gchar * name,
    GstIceDirection direction, const gchar * caps);
void party_join (Party * party, FakeMember * member);
void party_set_ready (Party * party, FakeMember * member);
void party_leave (Party * party, FakeMember * member);

/* All that were added join, then are ready, in their order. @uri: (nullable) */
void party_start (Party * party, const gchar * uri);

/* All leave, as elements do, and the driver closes. */
void party_end (Party * party);
void send_packets (FakeMember * member, guint seqnum, guint n);

/* What comes next is these packets. */
void assert_receives (FakeMember * member, const gchar * expected);

/* What comes next, by now, is no packet. */
GstFlowReturn receive_flow (FakeMember * member);

#define SENDONLY GST_ICE_DIRECTION_SENDONLY
#define RECVONLY GST_ICE_DIRECTION_RECVONLY
#define CALL "fake:call/room"
#define LISTEN "fake:listen/room"
