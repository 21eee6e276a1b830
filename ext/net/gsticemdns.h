/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Asks the local link for the addresses of names (RFC 6762, 5.1). Has
 * sockets only while a question is open. One thread. */
typedef struct _GstIceMdns GstIceMdns;

/* Never called from inside a call. May ask more, and may free the GstIceMdns.
 * @addresses: (transfer none): of GInetAddress; empty if there was no answer
 *     within 3 s */
typedef void (*GstIceMdnsDone) (const gchar * name, GPtrArray * addresses,
    gpointer user_data);

/* @interfaces: (nullable): as in gst_ice_addresses_list() */
GstIceMdns *gst_ice_mdns_new (const gchar * interfaces, GMainContext * context,
    GstIceMdnsDone done, gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_mdns_free (GstIceMdns * self);

/* @name: no question for it may be open
 * Returns: whether the question was asked; if so, @done will be called */
gboolean gst_ice_mdns_ask (GstIceMdns * self, const gchar * name);

/* Withdraws the question for @name. */
void gst_ice_mdns_forget (GstIceMdns * self, const gchar * name);

G_END_DECLS
