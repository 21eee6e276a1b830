/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>
#include <openssl/x509.h>

G_BEGIN_DECLS

/* Certificates of DTLS-SRTP (RFC 5763, 5): signed by themselves, known by the fingerprint
 * that a description carries. Any thread. */

/* How long a certificate is valid: W3C's default. */
#define GST_ICE_CERTIFICATE_LIFETIME_S (30 * 24 * 60 * 60)

/* @key: (transfer none): of the certificate, which it signs
 * @now_s: seconds since 1970; the certificate is valid from a day before that on
 * Returns: (transfer full) (nullable): for X509_free(); %NULL: OpenSSL does not allow it */
X509 *gst_ice_certificate_new (EVP_PKEY * key, gint64 now_s)
    G_GNUC_WARN_UNUSED_RESULT;

/* @hash: "sha-256" or another of RFC 8122, 5
 * Returns: (transfer full) (nullable): "AB:CD:…"; %NULL: the hash is not known here */
gchar *gst_ice_certificate_compute_fingerprint (const X509 * certificate,
    const gchar * hash) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
