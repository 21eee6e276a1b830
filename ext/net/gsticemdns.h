/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Asks the local link for the addresses of names (RFC 6762, 5.1). It has sockets only
 * while something is asked. One thread. */
typedef struct _GstIceMdns GstIceMdns;

/* @addresses: (transfer none): of GInetAddress; none if nobody answered within 3 s.
 * Never from inside a call. May ask more, and free it. */
typedef void (*GstIceMdnsDone) (const gchar * name, GPtrArray * addresses,
    gpointer user_data);

/* @interfaces: (nullable): as gst_ice_addresses_list() */
GstIceMdns *gst_ice_mdns_new (const gchar * interfaces, GMainContext * context,
    GstIceMdnsDone done, gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_mdns_free (GstIceMdns * self);

/* @name: which is not being asked for
 * Returns: whether it is asked for; if so, an answer comes */
gboolean gst_ice_mdns_ask (GstIceMdns * self, const gchar * name);

/* The answer is no longer wanted. */
void gst_ice_mdns_forget (GstIceMdns * self, const gchar * name);

G_END_DECLS
