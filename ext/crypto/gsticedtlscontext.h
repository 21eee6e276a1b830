/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticesrtpsuite.h"

#include <openssl/ssl.h>

G_BEGIN_DECLS

/* What all our DTLS connections share: a certificate with its key, the SRTP profiles that
 * we take, and OpenSSL's settings. Never changed; any thread. */
typedef struct _GstIceDtlsContext GstIceDtlsContext;

/* @suites: the SRTP profiles that are offered and taken (RFC 5764, 4.1.2; RFC 7714,
 *     14.2), the preferred first, @n_suites of them
 * @now_s: seconds since 1970, for the certificate
 * Returns: (transfer full) (nullable): %NULL: OpenSSL does not allow it */
GstIceDtlsContext *gst_ice_dtls_context_new (const GstIceSrtpSuite * suites,
    guint n_suites, gint64 now_s) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full) (nullable): the process's, with all suites, made when it is first asked for,
 *     and made anew a week before its certificate ends; who holds the one before
 *     goes on with it. %NULL: OpenSSL does not allow it */
GstIceDtlsContext *gst_ice_dtls_context_get_shared (gint64 now_s)
    G_GNUC_WARN_UNUSED_RESULT;

GstIceDtlsContext *gst_ice_dtls_context_ref (GstIceDtlsContext * self);
void gst_ice_dtls_context_unref (GstIceDtlsContext * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceDtlsContext, gst_ice_dtls_context_unref)

/* Returns: (transfer none): by sha-256, "AB:CD:…" */
const gchar *gst_ice_dtls_context_get_fingerprint (const GstIceDtlsContext * self);

/* @verify: looks at the peer's certificate, once, and says whether it is the peer's
 * Returns: (transfer full) (nullable): for SSL_free() */
SSL *gst_ice_dtls_context_new_ssl (GstIceDtlsContext * self, SSL_verify_cb verify)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
