/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The abstract key exchange: calls the functions of its class. */

#include "config.h"

#include "gsticekeyexchange.h"

#include "gsticeerror.h"

G_DEFINE_ABSTRACT_TYPE (GstIceKeyExchange, gst_ice_key_exchange, G_TYPE_OBJECT);

static const GstIceKeyExchangeBackend *security_backend;

static void
gst_ice_key_exchange_class_init (GstIceKeyExchangeClass * klass)
{
}

static void
gst_ice_key_exchange_init (GstIceKeyExchange * self)
{
}

GstIceKeying *
gst_ice_key_exchange_get_keying (GstIceKeyExchange * self)
{
  return GST_ICE_KEY_EXCHANGE_GET_CLASS (self)->get_keying (self);
}

void
gst_ice_key_exchange_agree (GstIceKeyExchange * self,
    const GstIceKeying * theirs, gboolean answering)
{
  GST_ICE_KEY_EXCHANGE_GET_CLASS (self)->agree (self, theirs, answering);
}

void
gst_ice_key_exchange_start (GstIceKeyExchange * self)
{
  GST_ICE_KEY_EXCHANGE_GET_CLASS (self)->start (self);
}

void
gst_ice_key_exchange_receive (GstIceKeyExchange * self, GstBuffer * packet)
{
  GST_ICE_KEY_EXCHANGE_GET_CLASS (self)->receive (self, packet);
}

void
gst_ice_key_exchange_add_stats (GstIceKeyExchange * self, GstStructure * stats)
{
  GST_ICE_KEY_EXCHANGE_GET_CLASS (self)->add_stats (self, stats);
}

void
gst_ice_key_exchange_close (GstIceKeyExchange * self)
{
  GST_ICE_KEY_EXCHANGE_GET_CLASS (self)->close (self);
}

void
gst_ice_key_exchange_set_backend (const GstIceKeyExchangeBackend * backend)
{
  security_backend = backend;
}

void
gst_ice_key_exchange_prepare (GstIceEncryption encryption)
{
  if (security_backend != NULL && encryption != GST_ICE_ENCRYPTION_NONE)
    security_backend->prepare (encryption);
}

/**
 * gst_ice_key_exchange_new:
 *
 * Returns: (transfer full): what the backend makes, or %NULL with @error set
 */
GstIceKeyExchange *
gst_ice_key_exchange_new (const GstIceKeyExchangeSettings * settings,
    GError ** error)
{
  if (security_backend == NULL) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
        "encryption=%s can not be had: the plugin was built without it",
        gst_ice_encryption_to_string (settings->encryption));
    return NULL;
  }
  return security_backend->make (settings, error);
}
