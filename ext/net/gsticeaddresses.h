/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The addresses that an agent gathers on, 16 at most, in the order of rising preference,
 * which is libnice's own. Of IPv6 addresses only those that are in use, and of each
 * network one.
 * @interfaces: (nullable): names, comma separated: all their addresses but
 *     link-local ones; %NULL: of all interfaces but loopback and those that virtual
 *     machines and containers make, or of loopback when there is no other
 * Returns: (transfer full): address literals; perhaps none */
GPtrArray *gst_ice_addresses_list (const gchar * interfaces)
    G_GNUC_WARN_UNUSED_RESULT;

/* Why that list is empty. Returns: (transfer full): as the rest of a sentence for users */
gchar *gst_ice_addresses_explain (const gchar * interfaces)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
