/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The abstract cipher: calls the functions of its class. */

#include "config.h"

#include "gsticecipher.h"

G_DEFINE_ABSTRACT_TYPE (GstIceCipher, gst_ice_cipher, G_TYPE_OBJECT);

static void
gst_ice_cipher_class_init (GstIceCipherClass * klass)
{
}

static void
gst_ice_cipher_init (GstIceCipher * self)
{
}

GstBufferList *
gst_ice_cipher_protect (GstIceCipher * self, GstBufferList * list)
{
  return GST_ICE_CIPHER_GET_CLASS (self)->protect (self, list);
}

GstBufferList *
gst_ice_cipher_unprotect (GstIceCipher * self, GstBufferList * list)
{
  return GST_ICE_CIPHER_GET_CLASS (self)->unprotect (self, list);
}

void
gst_ice_cipher_allow_repeats (GstIceCipher * self)
{
  GstIceCipherClass *klass = GST_ICE_CIPHER_GET_CLASS (self);

  if (klass->allow_repeats != NULL)
    klass->allow_repeats (self);
}

void
gst_ice_cipher_add_stats (GstIceCipher * self, GstStructure * stats)
{
  GST_ICE_CIPHER_GET_CLASS (self)->add_stats (self, stats);
}
