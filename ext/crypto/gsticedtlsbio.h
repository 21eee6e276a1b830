/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>
#include <openssl/bio.h>

G_BEGIN_DECLS

/* Where OpenSSL reads and writes the datagrams of one connection: a BIO without a socket.
 * OpenSSL 3.0's own BIO in memory joins what was written. One thread at a time. */

/* @datagram: at most the MTU; not kept */
typedef void (*GstIceDtlsSendFunc) (const guint8 * datagram, gsize size_bytes,
    gpointer user_data);

/* @send: called for each datagram, from inside OpenSSL
 * Returns: (transfer full) (nullable): for SSL_set_bio() or BIO_free() */
BIO *gst_ice_dtls_bio_new (GstIceDtlsSendFunc send, gpointer user_data)
    G_GNUC_WARN_UNUSED_RESULT;

/* What OpenSSL reads next, once, %NULL: nothing.
 * @datagram: (transfer none) (nullable): outlives the reading; @size_bytes: not 0 with
 * a datagram, as OpenSSL takes an empty one for the end of the connection */
void gst_ice_dtls_bio_set_incoming (BIO * self, const guint8 * datagram,
    gsize size_bytes);

G_END_DECLS
