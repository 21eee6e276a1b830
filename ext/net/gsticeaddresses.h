/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Lists the addresses that an agent gathers on, 16 at most, in libnice's order:
 * the preferred one last. Of IPv6 addresses only usable ones, and one for each
 * network.
 * @interfaces: (nullable): names with commas between: all their addresses
 *     except link-local ones. %NULL: those of all interfaces but loopback and
 *     the virtual ones of virtual machines and containers; those of loopback if
 *     there are no others.
 * Returns: (transfer full): address texts; may be empty */
GPtrArray *gst_ice_addresses_list (const gchar * interfaces)
    G_GNUC_WARN_UNUSED_RESULT;

/* Explains why the list is empty.
 * Returns: (transfer full): the rest of a sentence for users */
gchar *gst_ice_addresses_explain (const gchar * interfaces)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
