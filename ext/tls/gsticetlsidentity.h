/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeconfig.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Who a listener by TLS is: the certificate in "tls-certificate-file" and the key in
 * "tls-private-key-file", read again when the files change, as they do when a certificate is
 * renewed. One thread at a time. */
typedef struct _GstIceTlsIdentity GstIceTlsIdentity;

/* Returns: (transfer full): it, or %NULL with @error set to GST_ICE_ERROR_SETTINGS: a file is
 *     not named, can't be read, or has not what it should have */
GstIceTlsIdentity *gst_ice_tls_identity_new (const GstIceConfig * config,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_tls_identity_free (GstIceTlsIdentity * self);

/* @trouble: (out) (transfer full) (nullable): files that have changed are no good, which is
 *     told once; the certificate is the last good one then
 * Returns: (transfer none): for the next connection */
GTlsCertificate *gst_ice_tls_identity_get (GstIceTlsIdentity * self,
    GError ** trouble);

G_END_DECLS
