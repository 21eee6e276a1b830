/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>
#include <openssl/x509.h>

G_BEGIN_DECLS

/* Certificates for DTLS-SRTP (RFC 5763, 5): self-signed, and identified by
 * the fingerprint in a description. Any thread. */

/* The lifetime of a certificate: W3C's default. */
#define GST_ICE_CERTIFICATE_LIFETIME_S (30 * 24 * 60 * 60)

/* @key: (transfer none): signs the certificate, which is for this key
 * @now_s: seconds since 1970; the certificate is valid from the day before
 * Returns: (transfer full) (nullable): for X509_free(); %NULL: OpenSSL
 *     refuses */
X509 *gst_ice_certificate_new (EVP_PKEY * key, gint64 now_s)
    G_GNUC_WARN_UNUSED_RESULT;

/* @hash: "sha-256" or another name of RFC 8122, 5
 * Returns: (transfer full) (nullable): "AB:CD:…"; %NULL: the hash is unknown */
gchar *gst_ice_certificate_compute_fingerprint (const X509 * certificate,
    const gchar * hash) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
