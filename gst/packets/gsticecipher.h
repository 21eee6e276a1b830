/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Protects the packets of one transport, both ways (RFC 3711). Any thread, several at
 * once. */
#define GST_TYPE_ICE_CIPHER (gst_ice_cipher_get_type ())
G_DECLARE_DERIVABLE_TYPE (GstIceCipher, gst_ice_cipher, GST, ICE_CIPHER, GObject)

struct _GstIceCipherClass
{
  GObjectClass parent_class;

  GstBufferList *(*protect) (GstIceCipher * self, GstBufferList * list);
  GstBufferList *(*unprotect) (GstIceCipher * self, GstBufferList * list);
  void (*add_stats) (GstIceCipher * self, GstStructure * stats);
};

/* @list: (transfer full): of RTP and RTCP packets, which are only read: several ciphers
 *     may protect the same list at once
 * Returns: (transfer full): the same encrypted and authenticated; without those that
 *     can't be, which are counted */
GstBufferList *gst_ice_cipher_protect (GstIceCipher * self,
    GstBufferList * list) G_GNUC_WARN_UNUSED_RESULT;

/* @list: (transfer full): as it came in
 * Returns: (transfer full): what is the peer's, in the clear; the rest, forged,
 *     damaged or repeated, is counted */
GstBufferList *gst_ice_cipher_unprotect (GstIceCipher * self,
    GstBufferList * list) G_GNUC_WARN_UNUSED_RESULT;

void gst_ice_cipher_add_stats (GstIceCipher * self, GstStructure * stats);

G_END_DECLS
