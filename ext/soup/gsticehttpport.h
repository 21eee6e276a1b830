/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A TCP port that listeners of this process share, each with a path of its
 * own. Any thread. */
typedef struct _GstIceHttpPort GstIceHttpPort;

/* Listens, or joins the listener on the same host and port.
 * @host: an IP address of this host, "localhost": IPv6 and IPv4, or "": all
 *     addresses
 * @number: 0: any free port
 * @path: of @owner, not escaped
 * @is_open: whether the accepting side can read the request: a port with TLS
 *     has one owner only
 * @owner: (transfer none): of g_atomic_rc_box_new(), until
 *     gst_ice_http_port_leave()
 * Returns: (transfer full): a listening port, or %NULL with @error set to
 *     GST_ICE_ERROR_LOCAL: port or path are in use; or
 *     GST_ICE_ERROR_SETTINGS */
GstIceHttpPort *gst_ice_http_port_join (const gchar * host, guint number,
    const gchar * path, gboolean is_open, gpointer owner,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;

/* @self: (transfer full): the port is free when the last owner has left and
 *     this returns */
void gst_ice_http_port_leave (GstIceHttpPort * self, gpointer owner);

guint gst_ice_http_port_get_number (const GstIceHttpPort * self);

/* Returns: (transfer none) (nullable): listening socket number @i,
 *     non-blocking; %NULL: there are not so many */
GSocket *gst_ice_http_port_get_socket (GstIceHttpPort * self, guint i);

/* Returns: whether the port has several paths */
gboolean gst_ice_http_port_is_shared (GstIceHttpPort * self);

/* @path: of a request, not escaped
 * Returns: (transfer full) (nullable): the owner of this path, or of one
 *     that leads to it */
gpointer gst_ice_http_port_find (GstIceHttpPort * self, const gchar * path)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
