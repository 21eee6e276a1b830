/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticesdes.h"

#include "gsticeerror.h"
#include "gsticesrtp.h"

#include <errno.h>
#include <unistd.h>

/* RFC 3711: master key and salt. */
#define KEY_BYTES 30

static const gchar *const suites[] = {
  "AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32"
};

struct _GstIceSdes
{
  GstIceKeyExchange parent;

  GstIceKeyExchangeSettings settings;   /* set at construction; name is NULL */
  GstIceKeying *ours;
  GstIceCipher *cipher;         /* NULL: not agreed */
  GError *failure;              /* why there is none, or NULL */
  GSource *teller;              /* of how it ended, or NULL */
};

G_DEFINE_TYPE (GstIceSdes, gst_ice_sdes, GST_TYPE_ICE_KEY_EXCHANGE);

static void
stop_telling (GstIceSdes * self)
{
  if (self->teller != NULL)
    g_source_destroy (self->teller);
  g_clear_pointer (&self->teller, g_source_unref);
}

static void
gst_ice_sdes_finalize (GObject * object)
{
  GstIceSdes *self = GST_ICE_SDES (object);

  stop_telling (self);
  g_clear_pointer (&self->ours, gst_ice_keying_free);
  g_clear_object (&self->cipher);
  g_clear_error (&self->failure);
  g_main_context_unref (self->settings.context);

  G_OBJECT_CLASS (gst_ice_sdes_parent_class)->finalize (object);
}

static gboolean
on_tell (gpointer user_data)
{
  GstIceSdes *self = user_data;
  GstIceKeyExchange *key_exchange = GST_ICE_KEY_EXCHANGE (self);
  const GstIceKeyExchangeEvents *events = self->settings.events;

  g_object_ref (self);
  g_clear_pointer (&self->teller, g_source_unref);
  if (self->failure != NULL)
    events->failed (key_exchange, self->failure, self->settings.user_data);
  else
    events->ready (key_exchange, self->cipher, self->settings.user_data);
  g_object_unref (self);
  return G_SOURCE_REMOVE;
}

static void
tell_soon (GstIceSdes * self)
{
  self->teller = g_idle_source_new ();
  g_source_set_priority (self->teller, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->teller, on_tell, self, NULL);
  g_source_attach (self->teller, self->settings.context);
}

/* Returns: (transfer full): the key that @text, base64, stands for */
static GstBuffer *
decode_key (const gchar * text)
{
  gsize size = 0;
  guchar *key = g_base64_decode (text, &size);

  return gst_buffer_new_wrapped (key, size);
}

static GstIceKeying *
gst_ice_sdes_get_keying (GstIceKeyExchange * key_exchange)
{
  return gst_ice_keying_copy (GST_ICE_SDES (key_exchange)->ours);
}

static void
gst_ice_sdes_agree (GstIceKeyExchange * key_exchange,
    const GstIceKeying * theirs, gboolean answering)
{
  GstIceSdes *self = GST_ICE_SDES (key_exchange);
  const GstIceCrypto *our_crypto, *their_crypto;
  g_autoptr (GstBuffer) our_key = NULL;
  g_autoptr (GstBuffer) their_key = NULL;

  if (gst_ice_keying_settle (self->ours, theirs, answering, &our_crypto,
          &their_crypto)) {
    our_key = decode_key (our_crypto->key);
    their_key = decode_key (their_crypto->key);
    self->cipher = gst_ice_srtp_new (our_crypto->suite, our_key, their_key,
        &self->failure);
  } else {
    self->failure = g_error_new_literal (GST_ICE_ERROR,
        GST_ICE_ERROR_UNSUPPORTED, "The peer's a=crypto and ours have no suite "
        "in common");
  }
  tell_soon (self);
}

static void
gst_ice_sdes_start (GstIceKeyExchange * key_exchange)
{
}

static void
gst_ice_sdes_receive (GstIceKeyExchange * key_exchange, GstBuffer * packet)
{
  gst_buffer_unref (packet);
}

static void
gst_ice_sdes_add_stats (GstIceKeyExchange * key_exchange, GstStructure * stats)
{
}

static void
gst_ice_sdes_close (GstIceKeyExchange * key_exchange)
{
  GstIceSdes *self = GST_ICE_SDES (key_exchange);

  stop_telling (self);
  self->settings.events = NULL;
}

static void
gst_ice_sdes_class_init (GstIceSdesClass * klass)
{
  GstIceKeyExchangeClass *security_class = GST_ICE_KEY_EXCHANGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_ice_sdes_finalize;
  security_class->get_keying = gst_ice_sdes_get_keying;
  security_class->agree = gst_ice_sdes_agree;
  security_class->start = gst_ice_sdes_start;
  security_class->receive = gst_ice_sdes_receive;
  security_class->add_stats = gst_ice_sdes_add_stats;
  security_class->close = gst_ice_sdes_close;
}

static void
gst_ice_sdes_init (GstIceSdes * self)
{
  self->ours = gst_ice_keying_new ();
}

/* A key of its own for each suite. */
static gboolean
make_keys (GstIceSdes * self, GError ** error)
{
  for (guint i = 0; i < G_N_ELEMENTS (suites); i++) {
    guint8 key[KEY_BYTES];
    g_autofree gchar *text = NULL;

    if (getentropy (key, sizeof key) != 0) {
      g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
          "The system has no random numbers for a key: %s", g_strerror (errno));
      return FALSE;
    }
    text = g_base64_encode (key, sizeof key);
    gst_ice_keying_add_crypto (self->ours, i + 1, suites[i], text);
  }
  return TRUE;
}

/* Returns: (transfer full): keys of ours, or %NULL with @error set */
GstIceKeyExchange *
gst_ice_sdes_new (const GstIceKeyExchangeSettings * settings, GError ** error)
{
  g_autoptr (GstIceSdes) self = g_object_new (GST_TYPE_ICE_SDES, NULL);

  self->settings = *settings;
  self->settings.name = NULL;
  g_main_context_ref (self->settings.context);
  if (!gst_ice_srtp_has_element ("srtpenc", error) || !make_keys (self, error))
    return NULL;

  return GST_ICE_KEY_EXCHANGE (g_steal_pointer (&self));
}
