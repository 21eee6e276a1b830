/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* The certificate that this process shows to its peers (RFC 5763, 5): made when it is
 * first asked for, signed by itself, gone with the process. Any thread. */

/* Returns: (transfer none) (nullable): it and its private key, which is secret, as PEM;
 *     %NULL: it can't be made */
const gchar *gst_ice_certificate_get_pem (void);

/* @pem: a certificate; @hash: "sha-256" or another of RFC 8122, 5
 * Returns: (transfer full) (nullable): its fingerprint, %NULL when that can't be told */
gchar *gst_ice_certificate_compute_fingerprint (const gchar * pem,
    const gchar * hash) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
