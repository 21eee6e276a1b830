/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticesrtpsuite.h"

#include <openssl/ssl.h>

G_BEGIN_DECLS

/* What all our DTLS connections share: a certificate with its key, the
 * accepted SRTP profiles, and OpenSSL's settings. Immutable; any thread. */
typedef struct _GstIceDtlsContext GstIceDtlsContext;

/* @suites: the SRTP profiles to offer and accept (RFC 5764, 4.1.2; RFC 7714,
 *     14.2), @n_suites of them, in order of preference
 * @now_s: seconds since 1970, for the certificate
 * Returns: (transfer full) (nullable): %NULL: OpenSSL refuses */
GstIceDtlsContext *gst_ice_dtls_context_new (const GstIceSrtpSuite * suites,
    guint n_suites, gint64 now_s) G_GNUC_WARN_UNUSED_RESULT;

/* Returns the context of the process, with all suites. It is made at the first
 * call, and replaced a week before its certificate ends. Users of the old one
 * keep it.
 * Returns: (transfer full) (nullable): %NULL: OpenSSL refuses */
GstIceDtlsContext *gst_ice_dtls_context_get_shared (gint64 now_s)
    G_GNUC_WARN_UNUSED_RESULT;

GstIceDtlsContext *gst_ice_dtls_context_ref (GstIceDtlsContext * self);
void gst_ice_dtls_context_unref (GstIceDtlsContext * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceDtlsContext, gst_ice_dtls_context_unref)

/* Returns: (transfer none): the sha-256 fingerprint, "AB:CD:…" */
const gchar *gst_ice_dtls_context_get_fingerprint (const GstIceDtlsContext * self);

/* @verify: called once: says whether a certificate is the peer's
 * Returns: (transfer full) (nullable): for SSL_free() */
SSL *gst_ice_dtls_context_new_ssl (GstIceDtlsContext * self, SSL_verify_cb verify)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
