/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Encrypts and decrypts the packets of one transport (RFC 3711). Any thread,
 * several at once. */
#define GST_TYPE_ICE_CIPHER (gst_ice_cipher_get_type ())
G_DECLARE_DERIVABLE_TYPE (GstIceCipher, gst_ice_cipher, GST, ICE_CIPHER, GObject)

struct _GstIceCipherClass
{
  GObjectClass parent_class;

  GstBufferList *(*protect) (GstIceCipher * self, GstBufferList * list);
  GstBufferList *(*unprotect) (GstIceCipher * self, GstBufferList * list);
  void (*add_stats) (GstIceCipher * self, GstStructure * stats);

  /* May be NULL: repeats are no matter. */
  void (*allow_repeats) (GstIceCipher * self);
};

/* @list: (transfer full): RTP and RTCP packets. They are only read, so that
 *     several ciphers may protect the same list at once.
 * Returns: (transfer full): the packets encrypted and authenticated. Packets
 *     that can't be protected are left out and counted. */
GstBufferList *gst_ice_cipher_protect (GstIceCipher * self,
    GstBufferList * list) G_GNUC_WARN_UNUSED_RESULT;

/* @list: (transfer full): packets as received
 * Returns: (transfer full): the authentic packets, decrypted. Forged,
 *     damaged and repeated packets are left out and counted. */
GstBufferList *gst_ice_cipher_unprotect (GstIceCipher * self,
    GstBufferList * list) G_GNUC_WARN_UNUSED_RESULT;

/* Packets may be protected once more, when they are the same: for what is sent again because
 * it was lost. One that differs and has the same number is refused, as always. */
void gst_ice_cipher_allow_repeats (GstIceCipher * self);

void gst_ice_cipher_add_stats (GstIceCipher * self, GstStructure * stats);

G_END_DECLS
