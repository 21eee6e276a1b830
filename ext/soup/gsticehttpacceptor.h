/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Accepts connections for one path of a port. Session thread. */
typedef struct _GstIceHttpAcceptor GstIceHttpAcceptor;

/* @socket: (transfer none): of a client, non-blocking; nothing was read from
 *     it */
typedef void (*GstIceHttpAcceptorFunc) (GSocket * socket, gpointer user_data);

/* @host, @port, @path, @is_open: see gst_ice_http_port_join()
 * Returns: (transfer full): which listens, or %NULL with @error set */
GstIceHttpAcceptor *gst_ice_http_acceptor_new (const gchar * host, guint port,
    const gchar * path, gboolean is_open, GstIceHttpAcceptorFunc function,
    gpointer user_data, GError ** error) G_GNUC_WARN_UNUSED_RESULT;

/* The port is free when this returns, unless it is shared. */
void gst_ice_http_acceptor_free (GstIceHttpAcceptor * self);

guint gst_ice_http_acceptor_get_port (const GstIceHttpAcceptor * self);

G_END_DECLS
