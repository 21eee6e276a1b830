/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "rdvcontext.h"

G_BEGIN_DECLS

/* The listening port, and the connections that are not peers yet. Each has a
 * time limit for TLS and HTTP, and there is a limit on their number. */
typedef struct _RdvAcceptor RdvAcceptor;

/* @context, @soup: (transfer none): outlive the acceptor; @soup gets the
 *     connections
 *
 * Returns: (transfer full) (nullable): listening, or NULL with @error set */
RdvAcceptor *rdv_acceptor_new (RdvContext * context, SoupServer * soup,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;

/* To be called after soup_server_disconnect(). */
void rdv_acceptor_free (RdvAcceptor * acceptor);

guint rdv_acceptor_get_port (RdvAcceptor * acceptor);

/* Takes the connection of @msg away from HTTP.
 *
 * @gsocket: (out) (transfer full): the socket under the stream
 *
 * Returns: (transfer full): the stream of the connection */
GIOStream *rdv_acceptor_take (RdvAcceptor * acceptor, SoupServerMessage * msg,
    GSocket ** gsocket) G_GNUC_WARN_UNUSED_RESULT;

/* Once a second: hangs up on connections whose time is over. */
void rdv_acceptor_tick (RdvAcceptor * acceptor, gint64 now_us);

G_END_DECLS
