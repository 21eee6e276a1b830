/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <nice/agent.h>
#include <sys/socket.h>

G_BEGIN_DECLS

/* Agents of libnice, one stream with one component each, all served by one thread of
 * this process; with consent as a program that is not a benchmark has it. */

/* Exits with what is wrong. */
void agents_die (const gchar * why) G_GNUC_NORETURN;

/* Returns: (transfer none): of the thread that serves them, there for ever */
GMainContext *agents_get_context (void);

/* Returns: (transfer full): one that has gathered on @address, for @media */
NiceAgent *agents_make (const gchar * address, const gchar * media,
    gboolean controlling) G_GNUC_WARN_UNUSED_RESULT;

/* Has what comes read and counted; else nobody reads the answers to its checks. */
void agents_attach (NiceAgent * agent);
guint agents_get_received (void);

/* That thread: one more packet has come. RTCP and STUN do not count. */
void agents_count_received (const guint8 * packet, gsize size_bytes);

gboolean agents_is_connected (NiceAgent * agent);

/* How the kernel is asked to send what an agent would. */
typedef struct
{
  gint fd;
  struct sockaddr_storage to;
  socklen_t to_size;
} AgentsWay;

void agents_get_way (NiceAgent * agent, AgentsWay * way);

G_END_DECLS
