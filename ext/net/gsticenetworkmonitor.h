/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Watches this machine's addresses. Only the thread of its context uses it. Monitors of one
 * context share a socket. */
typedef struct _GstIceNetworkMonitor GstIceNetworkMonitor;

/* @interfaces: (nullable): as in gst_ice_addresses_list()
 * @context: where @changed is called when that list has changed and then stayed
 *     the same for a moment
 * Returns: (transfer full): a monitor; without netlink it never calls
 *     @changed */
GstIceNetworkMonitor *gst_ice_network_monitor_new (const gchar * interfaces,
    GMainContext * context, void (*changed) (gpointer user_data),
    gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_network_monitor_free (GstIceNetworkMonitor * self);

G_END_DECLS
