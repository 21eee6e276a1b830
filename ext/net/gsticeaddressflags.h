/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the kernel tells of this machine's IPv6 addresses beside what they are: whether
 * they are in use, and how long they will be. A picture of one moment. */
typedef struct _GstIceAddressFlags GstIceAddressFlags;

/* Returns: (transfer full): empty where the kernel does not tell */
GstIceAddressFlags *gst_ice_address_flags_new (void)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_address_flags_free (GstIceAddressFlags * self);

/* The same, of a text like that of Linux's /proc/net/if_inet6. */
GstIceAddressFlags *gst_ice_address_flags_new_from_text (const gchar * text)
    G_GNUC_WARN_UNUSED_RESULT;

/* Returns: whether the literal @address can't be sent from, as it is another
 *     machine's as well, or may be */
gboolean gst_ice_address_flags_is_unusable (GstIceAddressFlags * self,
    const gchar * address);

/* Returns: whether @a is of the same network as @b and to be used in its place:
 *     preferred where @b is deprecated, or temporary where @b is not (RFC 6724, 5) */
gboolean gst_ice_address_flags_is_better (GstIceAddressFlags * self,
    const gchar * a, const gchar * b);

G_END_DECLS
