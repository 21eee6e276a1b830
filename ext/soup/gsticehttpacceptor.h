/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A TCP port that is listened on. Session thread. */
typedef struct _GstIceHttpAcceptor GstIceHttpAcceptor;

/* @socket: (transfer none): of a client, not blocking */
typedef void (*GstIceHttpAcceptorFunc) (GSocket * socket, gpointer user_data);

/* @host: an IP address of this host, "localhost": IPv6 and IPv4, or "": all addresses
 * @port: 0: any that is free
 * Returns: (transfer full): a port that is listened on, or %NULL with @error set
 *     to GST_ICE_ERROR_LOCAL */
GstIceHttpAcceptor *gst_ice_http_acceptor_new (const gchar * host, guint port,
    GstIceHttpAcceptorFunc function, gpointer user_data, GError ** error) G_GNUC_WARN_UNUSED_RESULT;

/* The port is free when this returns. */
void gst_ice_http_acceptor_free (GstIceHttpAcceptor * self);

guint gst_ice_http_acceptor_get_port (const GstIceHttpAcceptor * self);

G_END_DECLS
