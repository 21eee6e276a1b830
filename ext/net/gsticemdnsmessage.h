/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The messages of multicast DNS (RFC 6762), as far as addresses need them.
 * No I/O. */

/* The largest answer (RFC 6762, 17). */
#define GST_ICE_MDNS_MAX_BYTES 9000

/* Returns: whether @name is looked up by multicast DNS: it ends in ".local"
 *     (RFC 6762, 3) */
gboolean gst_ice_mdns_message_is_name (const gchar * name);

/* @id: an answer to us alone repeats it (RFC 6762, 6.7)
 * Returns: (transfer full) (nullable): a question for the addresses of @name
 *     of this @family, or %NULL if @name is not a name (RFC 1035, 2.3.4) */
GByteArray *gst_ice_mdns_message_new_query (const gchar * name,
    GSocketFamily family, guint16 id) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: the id of the message, 0 if it is too short */
guint16 gst_ice_mdns_message_get_id (const guint8 * data, gsize size);

/* @data: any packet
 * Returns: (transfer full): of GInetAddress: the addresses of @name in it;
 *     empty if it is not an answer, or not one about @name */
GPtrArray *gst_ice_mdns_message_read_answer (const guint8 * data, gsize size,
    const gchar * name) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
