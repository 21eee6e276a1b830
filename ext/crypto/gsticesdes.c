/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The key exchange of SDES, where descriptions carry the keys: makes our
 * keys, reads the peer's, and makes a cipher of both. Later keys of the peer
 * go into the same cipher. */

#include "config.h"

#include "gsticesdes.h"

#include "gsticeerror.h"
#include "gsticesrtpcipher.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <string.h>
#include <unistd.h>

struct _GstIceSdes
{
  GstIceKeyExchange parent;

  GstIceKeyExchangeSettings settings;   /* set at construction; name is NULL */
  GstIceKeying *ours;
  GstIceKeying *theirs;         /* the a=crypto that was agreed, or NULL */
  gchar *suite;                 /* of both directions, or NULL */
  GstIceCipher *cipher;         /* NULL: not agreed yet */
  GError *failure;              /* why there is no cipher, or NULL */
  GSource *teller;              /* reports the result later, or NULL */
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
  g_clear_pointer (&self->theirs, gst_ice_keying_free);
  g_free (self->suite);
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
  stop_telling (self);
  self->teller = g_idle_source_new ();
  g_source_set_priority (self->teller, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->teller, on_tell, self, NULL);
  g_source_attach (self->teller, self->settings.context);
}

/* @master: (out): the key in binary form; wipe it after use */
static void
read_master_key (const GstIceCryptoKey * key, GstIceSrtpMasterKey * master)
{
  gsize size = 0;
  guchar *secret = g_base64_decode (key->secret, &size);

  memset (master, 0, sizeof *master);
  memcpy (master->secret, secret, MIN (size, sizeof master->secret));
  OPENSSL_cleanse (secret, size);
  g_free (secret);
  master->max_packets = key->max_packets;
  master->mki_bytes = key->mki_bytes;
  for (guint i = 0; i < MIN (key->mki_bytes, sizeof key->mki); i++)
    master->mki[key->mki_bytes - 1 - i] = (guint8) (key->mki >> 8 * i);
}

static GstIceKeying *
gst_ice_sdes_get_keying (GstIceKeyExchange * key_exchange)
{
  return gst_ice_keying_copy (GST_ICE_SDES (key_exchange)->ours);
}

/* @ours: (nullable): protects; %NULL: our key stays
 * @theirs: unprotects */
static gboolean
use_keys (GstIceSdes * self, GstIceSrtpSuite suite,
    const GstIceCryptoKey * ours, const GstIceCryptoKey * theirs)
{
  GstIceSrtpMasterKey our_key, their_key;
  gboolean ok;

  if (ours != NULL)
    read_master_key (ours, &our_key);
  read_master_key (theirs, &their_key);
  if (self->cipher == NULL) {
    self->cipher = gst_ice_srtp_cipher_new (suite, &our_key, &their_key,
        &self->failure);
    ok = self->cipher != NULL;
  } else {
    ok = gst_ice_srtp_cipher_rekey (GST_ICE_SRTP_CIPHER (self->cipher), suite,
        ours != NULL ? &our_key : NULL, &their_key, &self->failure);
  }
  OPENSSL_cleanse (&our_key, sizeof our_key);
  OPENSSL_cleanse (&their_key, sizeof their_key);
  return ok;
}

/* Returns: whether the cipher already has @key of @suite */
static gboolean
is_in_use (const GstIceSdes * self, const gchar * suite,
    const GstIceCryptoKey * key)
{
  const GstIceCrypto *used = self->theirs == NULL ? NULL :
      g_ptr_array_index (self->theirs->cryptos, 0);

  for (guint i = 0; used != NULL && i < used->keys->len; i++) {
    const GstIceCryptoKey *other = g_ptr_array_index (used->keys, i);

    if (g_str_equal (used->suite, suite) && key->mki == other->mki &&
        key->mki_bytes == other->mki_bytes &&
        g_str_equal (other->secret, key->secret))
      return TRUE;
  }
  return FALSE;
}

/* Our key is new only when the suite is: there is one key for each suite. */
static gboolean
use_cryptos (GstIceSdes * self, const GstIceCrypto * ours,
    const GstIceCrypto * theirs)
{
  const GstIceCryptoKey *our_key = g_ptr_array_index (ours->keys, 0);
  GstIceSrtpSuite suite;

  if (!gst_ice_srtp_suite_from_name (theirs->suite, &suite)) {
    self->failure = g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_UNSUPPORTED,
        "The suite %s of the peer's a=crypto is not known here", theirs->suite);
    return FALSE;
  }
  if (self->suite != NULL && g_str_equal (self->suite, theirs->suite))
    our_key = NULL;
  for (guint i = 0; i < theirs->keys->len; i++) {
    const GstIceCryptoKey *their_key = g_ptr_array_index (theirs->keys, i);

    if (is_in_use (self, theirs->suite, their_key))
      continue;
    if (!use_keys (self, suite, our_key, their_key))
      return FALSE;
    our_key = NULL;
  }
  g_free (self->suite);
  self->suite = g_strdup (theirs->suite);
  return TRUE;
}

/* Returns: %FALSE: there are no keys; self->failure says why */
static gboolean
settle (GstIceSdes * self, const GstIceKeying * theirs, gboolean answering)
{
  g_autoptr (GstIceKeying) chosen = gst_ice_keying_new ();
  g_autoptr (GstIceKeying) said = gst_ice_keying_new ();
  const GstIceCrypto *our_crypto, *their_crypto;

  if (!gst_ice_keying_settle (self->ours, theirs, answering, &our_crypto,
          &their_crypto)) {
    self->failure = g_error_new_literal (GST_ICE_ERROR,
        GST_ICE_ERROR_UNSUPPORTED, "The peer's a=crypto and ours have no suite "
        "in common");
    return FALSE;
  }
  if (answering)
    our_crypto = gst_ice_keying_answer_crypto (said, our_crypto, their_crypto);
  if (!use_cryptos (self, our_crypto, their_crypto))
    return FALSE;

  gst_ice_keying_add_copy (chosen, their_crypto);
  g_clear_pointer (&self->theirs, gst_ice_keying_free);
  self->theirs = g_steal_pointer (&chosen);
  return TRUE;
}

static void
gst_ice_sdes_agree (GstIceKeyExchange * key_exchange,
    const GstIceKeying * theirs, gboolean answering)
{
  GstIceSdes *self = GST_ICE_SDES (key_exchange);
  const gboolean first = self->theirs == NULL;

  /* The cipher alone needs to know later keys. */
  if (!settle (self, theirs, answering) || first)
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

static gboolean
make_key (GstIceSdes * self, guint tag, GstIceSrtpSuite suite, GError ** error)
{
  const GstIceSrtpSuiteInfo *info = gst_ice_srtp_suite_get_info (suite);
  guint8 secret[GST_ICE_SRTP_MAX_KEY_BYTES + GST_ICE_SRTP_MAX_SALT_BYTES];
  g_autofree gchar *text = NULL;

  if (getentropy (secret, sizeof secret) != 0) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
        "The system has no random numbers for a key: %s", g_strerror (errno));
    return FALSE;
  }
  text = g_base64_encode (secret, info->key_bytes + info->salt_bytes);
  OPENSSL_cleanse (secret, sizeof secret);
  gst_ice_keying_add_crypto (self->ours, tag, info->name, text);
  return TRUE;
}

/* Makes a key for each suite. In an offer the suites with HMAC come first:
 * baresip (1.0) fails where GCM comes first. The answerer may still choose
 * GCM, as we do. */
static gboolean
make_keys (GstIceSdes * self, GError ** error)
{
  GstIceSrtpSuite suites[GST_ICE_SRTP_N_SUITES];
  const guint n_suites = gst_ice_srtp_suite_get_enabled (suites);
  guint tag = 0;

  for (gint aead = FALSE; aead <= TRUE; aead++) {
    for (guint i = 0; i < n_suites; i++) {
      if (gst_ice_srtp_suite_get_info (suites[i])->aead == aead &&
          !make_key (self, ++tag, suites[i], error))
        return FALSE;
    }
  }
  return TRUE;
}

/* Returns: (transfer full): a key exchange with the keys that were offered, or
 *     new ones, or %NULL with @error set */
GstIceKeyExchange *
gst_ice_sdes_new (const GstIceKeyExchangeSettings * settings, GError ** error)
{
  g_autoptr (GstIceSdes) self = g_object_new (GST_TYPE_ICE_SDES, NULL);

  self->settings = *settings;
  self->settings.name = NULL;
  self->settings.ours = NULL;
  g_main_context_ref (self->settings.context);
  if (settings->ours != NULL) {
    gst_ice_keying_free (self->ours);
    self->ours = gst_ice_keying_copy (settings->ours);
  } else if (!make_keys (self, error)) {
    return NULL;
  }

  return GST_ICE_KEY_EXCHANGE (g_steal_pointer (&self));
}
