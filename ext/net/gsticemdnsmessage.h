/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What is said in multicast DNS, RFC 6762, as far as it is about addresses. No I/O. */

/* What an answer may be long (RFC 6762, 17). */
#define GST_ICE_MDNS_MAX_BYTES 9000

/* Returns: whether multicast DNS is asked for @name: one that ends in ".local"
 *     (RFC 6762, 3) */
gboolean gst_ice_mdns_message_is_name (const gchar * name);

/* @id: which an answer to us alone repeats (RFC 6762, 6.7)
 * Returns: (transfer full) (nullable): what asks for the addresses of @family that @name
 *     has, or %NULL if it is no name (RFC 1035, 2.3.4) */
GByteArray *gst_ice_mdns_message_new_query (const gchar * name,
    GSocketFamily family, guint16 id) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: what the message begins with, 0 if it has no beginning */
guint16 gst_ice_mdns_message_get_id (const guint8 * data, gsize size);

/* @data: whatever came
 * Returns: (transfer full): of GInetAddress, those that it says @name has; none if it is
 *     no answer or not one about @name */
GPtrArray *gst_ice_mdns_message_read_answer (const guint8 * data, gsize size,
    const gchar * name) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
