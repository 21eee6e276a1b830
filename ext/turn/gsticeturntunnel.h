/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeserver.h"

#include "gsticeturntap.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* A way to a TURN server over TCP that begins at a port on loopback: for TLS, which
 * libnice 0.1.21 does not have, so that what it says in clear is passed on through TLS,
 * and back; without TLS to see what the server relays. Session thread only. */
typedef struct _GstIceTurnTunnel GstIceTurnTunnel;

/* Never called from inside a call. */
typedef struct
{
  /* The server could not be reached, or is not who it should be. Perhaps several
   * times. */
  void (*failed) (const GError * error, gpointer user_data);
  GstIceTurnTapFunc response;   /* relayed, passed on as well */
} GstIceTurnTunnelEvents;

/* @database: (nullable): whose certificates are trusted; %NULL: the system's
 * @family: of the loopback address
 * @max_connections: of libnice; more are not taken
 * @events: static
 * Returns: (transfer full): a listener, or %NULL with @error set */
GstIceTurnTunnel *gst_ice_turn_tunnel_new (const GstIceServer * server,
    GTlsDatabase * database, GSocketFamily family, guint max_connections,
    const GstIceTurnTunnelEvents * events, gpointer user_data, GError ** error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Closes all connections; no event follows. */
void gst_ice_turn_tunnel_free (GstIceTurnTunnel * self);

/* Where libnice is to connect to. */
const gchar *gst_ice_turn_tunnel_get_address (const GstIceTurnTunnel * self);
guint gst_ice_turn_tunnel_get_port (const GstIceTurnTunnel * self);

/* A client that does the same for connections of our own; it connects in the end,
 * or fails in words for users. @untrusted: (out caller-allocates): why @server was
 * not trusted; lives as long as the client is used */
GSocketClient *gst_ice_turn_tunnel_client_new (GTlsDatabase * database,
    GTlsCertificateFlags * untrusted) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): @error, with the reason why @server is of no use */
GError *gst_ice_turn_tunnel_explain (const GstIceServer * server,
    GTlsCertificateFlags untrusted, const GError * error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
