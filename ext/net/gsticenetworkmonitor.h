/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Watches this machine's addresses. One thread. */
typedef struct _GstIceNetworkMonitor GstIceNetworkMonitor;

/* @interfaces: (nullable): as gst_ice_addresses_list()
 * @context: where @changed is called, each time that list is another than it was
 *     and has been the same for a moment
 * Returns: (transfer full): a watch; without netlink one that sees nothing */
GstIceNetworkMonitor *gst_ice_network_monitor_new (const gchar * interfaces,
    GMainContext * context, void (*changed) (gpointer user_data),
    gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_network_monitor_free (GstIceNetworkMonitor * self);

G_END_DECLS
