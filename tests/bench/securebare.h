/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SECURE_BARE_PACKET_BYTES 1200
#define SECURE_BARE_MAX_LENGTH 40

/* The least that encrypted packets can cost: OpenSSL's EVP, and one sendmsg() with
 * UDP_SEGMENT for a list, in a bare loop. No SRTP: a nonce that counts, no window. */
typedef struct _SecureBare SecureBare;

/* @suite: (nullable): "gcm": AES-128-GCM; "hmac": AES-128-CTR and HMAC-SHA1 of 80 bits;
 *     %NULL: in the clear
 * Returns: (transfer full) */
SecureBare *secure_bare_new (const gchar * suite) G_GNUC_WARN_UNUSED_RESULT;
void secure_bare_free (SecureBare * self);

/* @length: packets, at most SECURE_BARE_MAX_LENGTH. Seals a list, and sends it to a socket on
 * loopback. */
void secure_bare_send (SecureBare * self, guint length);

/* Seals a list; opens it again, in place. */
void secure_bare_seal (SecureBare * self, guint length);
void secure_bare_open (SecureBare * self, guint length);

G_END_DECLS
