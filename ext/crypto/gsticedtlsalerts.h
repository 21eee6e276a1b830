/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>
#include <openssl/ssl.h>

G_BEGIN_DECLS

/* Hears by a DTLS 1.2 connection that the peer ends it, without OpenSSL's
 * memory for the connection. One thread at a time. */
typedef struct _GstIceDtlsAlerts GstIceDtlsAlerts;

/* @ssl: (transfer none): its handshake is over
 * Returns: (transfer full) (nullable): %NULL: the cipher suite is none of
 *     AEAD, or OpenSSL does not give its keys */
GstIceDtlsAlerts *gst_ice_dtls_alerts_new (SSL * ssl) G_GNUC_WARN_UNUSED_RESULT;

/* @self: (transfer full) */
void gst_ice_dtls_alerts_free (GstIceDtlsAlerts * self);

/* Returns: whether @datagram has a close_notify or a fatal alert, encrypted
 *     with the peer's key */
gboolean gst_ice_dtls_alerts_have_end (const GstIceDtlsAlerts * self,
    const guint8 * datagram, gsize size_bytes);

G_END_DECLS
