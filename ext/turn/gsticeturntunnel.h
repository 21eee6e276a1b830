/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeserver.h"

#include "gsticeturntap.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* A port on loopback that leads to a TURN server over TCP. For TLS, which
 * libnice 0.1.21 does not have: what libnice sends in the clear is passed on
 * over TLS, and back. Without TLS, to see what the server relays. Session
 * thread only. */
typedef struct _GstIceTurnTunnel GstIceTurnTunnel;

/* Never called from inside a call. */
typedef struct
{
  /* The server can't be reached, or is not trusted. May be called several
   * times. */
  void (*failed) (const GError * error, gpointer user_data);
  GstIceTurnTapFunc response;   /* of relayed responses, which are passed on
                                 * as well */
} GstIceTurnTunnelEvents;

/* @database: (nullable): the trusted authorities; %NULL: the system's
 * @family: of the loopback address
 * @max_connections: from libnice; further ones are not accepted
 * @events: static
 * Returns: (transfer full): a listener, or %NULL with @error set */
GstIceTurnTunnel *gst_ice_turn_tunnel_new (const GstIceServer * server,
    GTlsDatabase * database, GSocketFamily family, guint max_connections,
    const GstIceTurnTunnelEvents * events, gpointer user_data, GError ** error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Closes all connections. No event follows. */
void gst_ice_turn_tunnel_free (GstIceTurnTunnel * self);

/* Returns: (transfer none): the address that libnice has to connect to */
const gchar *gst_ice_turn_tunnel_get_address (const GstIceTurnTunnel * self);
guint gst_ice_turn_tunnel_get_port (const GstIceTurnTunnel * self);

/* A client that connects in the same way for connections of our own, and fails
 * with a message for users.
 * @untrusted: (out caller-allocates): why @server is not trusted; must live
 *     as long as the client */
GSocketClient *gst_ice_turn_tunnel_client_new (const GstIceServer * server,
    GTlsDatabase * database, GTlsCertificateFlags * untrusted) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): @error, with the reason why @server can't be
 *     used */
GError *gst_ice_turn_tunnel_explain (const GstIceServer * server,
    GTlsCertificateFlags untrusted, const GError * error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
