/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeconfig.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The identity of a TLS listener: the certificate in "tls-certificate-file"
 * and the key in "tls-private-key-file". Both are read again when the files
 * change, as when a certificate is renewed. One thread at a time. */
typedef struct _GstIceTlsIdentity GstIceTlsIdentity;

/* Returns: (transfer full): %NULL with @error set to GST_ICE_ERROR_SETTINGS:
 *     a file is not named, can't be read, or has the wrong contents */
GstIceTlsIdentity *gst_ice_tls_identity_new (const GstIceConfig * config,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_tls_identity_free (GstIceTlsIdentity * self);

/* @trouble: (out) (transfer full) (nullable): the changed files can't be used.
 *     This is told once; the last good certificate stays in use.
 * Returns: (transfer none): the certificate for the next connection */
GTlsCertificate *gst_ice_tls_identity_get (GstIceTlsIdentity * self,
    GError ** trouble);

G_END_DECLS
