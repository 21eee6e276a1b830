/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>
#include <openssl/bio.h>

G_BEGIN_DECLS

/* OpenSSL reads and writes the datagrams of one connection here: a BIO
 * without a socket. The memory BIO of OpenSSL 3.0 would join datagrams. One
 * thread at a time. */

/* @datagram: at most the MTU; not kept */
typedef void (*GstIceDtlsSendFunc) (const guint8 * datagram, gsize size_bytes,
    gpointer user_data);

/* @send: called for each datagram, from inside OpenSSL
 * Returns: (transfer full) (nullable): for SSL_set_bio() or BIO_free() */
BIO *gst_ice_dtls_bio_new (GstIceDtlsSendFunc send, gpointer user_data)
    G_GNUC_WARN_UNUSED_RESULT;

/* Sets what OpenSSL reads next, once.
 * @datagram: (transfer none) (nullable): must live until it is read; %NULL:
 *     nothing
 * @size_bytes: above 0 if there is a datagram, as OpenSSL takes an empty one
 *     for the end of the connection */
void gst_ice_dtls_bio_set_incoming (BIO * self, const guint8 * datagram,
    gsize size_bytes);

G_END_DECLS
