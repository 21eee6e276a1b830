/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The sockets of multicast DNS, on up to eight of the interfaces that
 * candidates are gathered on. Questions leave from ports of our own, so that
 * answers come to us alone (RFC 6762, 5.1). Answers that go to everybody
 * anyway are received at the group's address. One thread. */
typedef struct _GstIceMdnsLink GstIceMdnsLink;

/* A packet came from the local link, from the port of multicast DNS. Must not
 * free the link.
 * @to_all: it was sent to the group, not to us */
typedef void (*GstIceMdnsLinkReceived) (const guint8 * data, gsize size,
    gboolean to_all, gpointer user_data);

/* @interfaces: (nullable): as in gst_ice_addresses_list()
 * Returns: (transfer full) (nullable): %NULL if no socket can be opened, or
 *     too many are in use in this process */
GstIceMdnsLink *gst_ice_mdns_link_new (const gchar * interfaces,
    GMainContext * context, GstIceMdnsLinkReceived received,
    gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_mdns_link_free (GstIceMdnsLink * self);

/* Whether this machine has an address of @family. If not, one of the peer's
 * is useless. */
gboolean gst_ice_mdns_link_has_family (const GstIceMdnsLink * self,
    GSocketFamily family);

/* Sends @message to all, on every interface. A message that can't be sent
 * counts as lost. */
void gst_ice_mdns_link_send (GstIceMdnsLink * self, const GByteArray * message);

G_END_DECLS
