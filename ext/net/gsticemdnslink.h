/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The sockets that multicast DNS goes by, on the interfaces that candidates are gathered
 * on, eight at most. Questions leave from ports of our own, so that who answers
 * answers them alone (RFC 6762, 5.1); those that answer everybody all the same are heard
 * at the group. One thread. */
typedef struct _GstIceMdnsLink GstIceMdnsLink;

/* Something came from the local link, from the port that answers come from.
 * @to_all: it was sent to everybody; else to us. May not free the link. */
typedef void (*GstIceMdnsLinkReceived) (const guint8 * data, gsize size,
    gboolean to_all, gpointer user_data);

/* @interfaces: (nullable): as gst_ice_addresses_list()
 * Returns: (transfer full) (nullable): %NULL if there is no socket to be had, or if too
 *     many are in use in this process */
GstIceMdnsLink *gst_ice_mdns_link_new (const gchar * interfaces,
    GMainContext * context, GstIceMdnsLinkReceived received,
    gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_mdns_link_free (GstIceMdnsLink * self);

/* Whether there is an address of @family here: what else would one of the peer's be of
 * use for? */
gboolean gst_ice_mdns_link_has_family (const GstIceMdnsLink * self,
    GSocketFamily family);

/* Sends @message to all, on every interface. What can't be sent is as good as lost. */
void gst_ice_mdns_link_send (GstIceMdnsLink * self, const GByteArray * message);

G_END_DECLS
