/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the kernel knows of this machine's IPv6 addresses: whether they are
 * usable, and how long they will be. A snapshot. */
typedef struct _GstIceAddressFlags GstIceAddressFlags;

/* Returns: (transfer full): empty if the kernel does not tell */
GstIceAddressFlags *gst_ice_address_flags_new (void)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_address_flags_free (GstIceAddressFlags * self);

/* The same from a text in the form of Linux's /proc/net/if_inet6. */
GstIceAddressFlags *gst_ice_address_flags_new_from_text (const gchar * text)
    G_GNUC_WARN_UNUSED_RESULT;

/* Returns: whether @address can't be used to send, because another machine
 *     has it, or may have it */
gboolean gst_ice_address_flags_is_unusable (GstIceAddressFlags * self,
    const gchar * address);

/* Returns: whether @a is in the same network as @b and better: @b is
 *     deprecated and @a is not, or @a is temporary and @b is not (RFC 6724,
 *     5) */
gboolean gst_ice_address_flags_is_better (GstIceAddressFlags * self,
    const gchar * a, const gchar * b);

G_END_DECLS
