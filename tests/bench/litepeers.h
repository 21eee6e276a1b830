/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agents.h"

G_BEGIN_DECLS

/* Peers of lite ends: a socket each, that nominates by one check, and whose packets are
 * read and counted by the thread of the agents, so that they are woken as these are. */

typedef struct
{
  AgentsWay way;
  gchar *ufrag, *password;      /* of the lite end; NULL: it is no lite end */
} LitePeer;

/* A peer of a plain socket at @port. */
void lite_peer_open (LitePeer * self, const gchar * address, guint16 port);

/* @offer: SDP of a lite end
 * Returns: (transfer full): what it is answered with, lines of SDP */
gchar *lite_peer_open_for (LitePeer * self, const gchar * address,
    const gchar * offer) G_GNUC_WARN_UNUSED_RESULT;

/* Nominates. Returns: microseconds until the answer */
gint64 lite_peer_nominate (LitePeer * self);

/* Has what comes read and counted (agents_get_received()). */
void lite_peer_attach (LitePeer * self);

/* Sends a check; nobody waits for the answer. */
void lite_peer_check (LitePeer * self);

/* Sends @n checks that are no good from @n_sockets sockets in turn, spread over
 * @seconds: of a user name that nobody has, or, every other one, with a wrong password.
 * Returns: how many the kernel took */
guint lite_peer_flood (const LitePeer * self, guint n, guint n_sockets,
    guint seconds);

G_END_DECLS
