/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Derives SRTP session keys from a master key, and seals and opens packets
 * with them (RFC 3711, 4; RFC 7714, 8 and 9), on OpenSSL's EVP. */

#include "config.h"

#include "gsticesrtpkey.h"

#include "gsticeerror.h"
#include "gsticesrtpbytes.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <string.h>

#define HMAC_KEY_BYTES 20
#define SHA1_BYTES 20
#define GCM_TAG_BYTES 16
#define ROC_BYTES 4
#define INDEX_BYTES 4
#define BLOCK_BYTES 16
#define E_FLAG 0x80000000u

/* RFC 3711, 9.2: the most packets under one key. */
#define MAX_RTP_PACKETS (G_GUINT64_CONSTANT (1) << 48)
#define MAX_RTCP_PACKETS (G_GUINT64_CONSTANT (1) << 31)

/* RFC 3711, 4.3.2; the labels of SRTCP follow in the same order. */
enum
{
  LABEL_CIPHER,
  LABEL_HMAC,
  LABEL_SALT,
  FIRST_LABEL_OF_RTCP
};

/* Session keys for RTP or for RTCP. The contexts keep the key schedules, so
 * that a packet only sets its nonce: no look-up of a cipher, no key
 * schedule. */
typedef struct
{
  EVP_CIPHER_CTX *cipher;
  EVP_MAC_CTX *hmac;            /* NULL: GCM */
  guint8 salt[GST_ICE_SRTP_MAX_SALT_BYTES];
} SessionKeys;

struct _GstIceSrtpKey
{
  /* Set at construction. */
  const GstIceSrtpSuiteInfo *suite;
  guint8 mki[GST_ICE_SRTP_MAX_MKI_BYTES];
  guint mki_bytes;

  SessionKeys rtp;
  SessionKeys rtcp;
  guint64 n_rtp_left;           /* how many more packets may use the key */
  guint64 n_rtcp_left;
};

/* --- Keys --- */

gboolean
gst_ice_srtp_key_derive (const GstIceSrtpSuiteInfo * suite,
    const guint8 * secret, guint8 label, guint8 * out, guint n_bytes)
{
  static const guint8 zeros[BLOCK_BYTES * 8];
  const EVP_CIPHER *counter_mode = suite->key_bytes == 32 ?
      EVP_aes_256_ctr () : EVP_aes_128_ctr ();
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new ();
  guint8 start[BLOCK_BYTES] = { 0 };
  int n;
  gboolean ok;

  /* The salt here has 112 bits: RFC 7714, 11 pads GCM's 96 bits at the end. */
  memcpy (start, secret + suite->key_bytes, suite->salt_bytes);
  start[7] ^= label;
  ok = n_bytes <= sizeof zeros && context != NULL &&
      EVP_EncryptInit_ex (context, counter_mode, NULL, secret, start) &&
      EVP_EncryptUpdate (context, out, &n, zeros, (int) n_bytes);
  EVP_CIPHER_CTX_free (context);
  OPENSSL_cleanse (start, sizeof start);
  return ok;
}

/* Returns: (transfer full) (nullable) */
static EVP_CIPHER_CTX *
new_cipher (const GstIceSrtpSuiteInfo * suite, const guint8 * key,
    gboolean protects)
{
  const EVP_CIPHER *cipher = !suite->aead ? EVP_aes_128_ctr () :
      suite->key_bytes == 32 ? EVP_aes_256_gcm () : EVP_aes_128_gcm ();
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new ();

  if (context != NULL &&
      !EVP_CipherInit_ex (context, cipher, NULL, key, NULL, protects))
    g_clear_pointer (&context, EVP_CIPHER_CTX_free);
  return context;
}

/* Returns: (transfer full) (nullable) */
static EVP_MAC_CTX *
new_hmac (const guint8 * key)
{
  OSSL_PARAM params[] = {
    OSSL_PARAM_construct_utf8_string (OSSL_MAC_PARAM_DIGEST,
        (gchar *) "SHA1", 0),
    OSSL_PARAM_construct_end ()
  };
  EVP_MAC *mac = EVP_MAC_fetch (NULL, "HMAC", NULL);
  /* EVP_MAC_CTX_new (NULL) crashes in OpenSSL 3.0. */
  EVP_MAC_CTX *context = mac != NULL ? EVP_MAC_CTX_new (mac) : NULL;

  if (context != NULL && !EVP_MAC_init (context, key, HMAC_KEY_BYTES, params))
    g_clear_pointer (&context, EVP_MAC_CTX_free);
  EVP_MAC_free (mac);
  return context;
}

static void
session_keys_clear (SessionKeys * self)
{
  g_clear_pointer (&self->cipher, EVP_CIPHER_CTX_free);
  g_clear_pointer (&self->hmac, EVP_MAC_CTX_free);
  OPENSSL_cleanse (self->salt, sizeof self->salt);
}

static gboolean
session_keys_set (SessionKeys * self, const GstIceSrtpSuiteInfo * suite,
    const guint8 * cipher_key, const guint8 * hmac_key, const guint8 * salt,
    gboolean protects)
{
  memcpy (self->salt, salt, suite->salt_bytes);
  self->cipher = new_cipher (suite, cipher_key, protects);
  if (!suite->aead)
    self->hmac = new_hmac (hmac_key);
  return self->cipher != NULL && (suite->aead || self->hmac != NULL);
}

/* @first_label: 0, or FIRST_LABEL_OF_RTCP */
static gboolean
session_keys_derive (SessionKeys * self, const GstIceSrtpSuiteInfo * suite,
    const guint8 * secret, guint8 first_label, gboolean protects)
{
  guint8 cipher_key[GST_ICE_SRTP_MAX_KEY_BYTES];
  guint8 hmac_key[HMAC_KEY_BYTES];
  guint8 salt[GST_ICE_SRTP_MAX_SALT_BYTES];
  gboolean ok =
      gst_ice_srtp_key_derive (suite, secret, first_label + LABEL_CIPHER,
      cipher_key, suite->key_bytes) &&
      gst_ice_srtp_key_derive (suite, secret, first_label + LABEL_HMAC,
      hmac_key, sizeof hmac_key) &&
      gst_ice_srtp_key_derive (suite, secret, first_label + LABEL_SALT,
      salt, suite->salt_bytes) &&
      session_keys_set (self, suite, cipher_key, hmac_key, salt, protects);

  OPENSSL_cleanse (cipher_key, sizeof cipher_key);
  OPENSSL_cleanse (hmac_key, sizeof hmac_key);
  OPENSSL_cleanse (salt, sizeof salt);
  return ok;
}

static GstIceSrtpKey *
new_key (GstIceSrtpSuite suite)
{
  GstIceSrtpKey *self = g_new0 (GstIceSrtpKey, 1);

  self->suite = gst_ice_srtp_suite_get_info (suite);
  self->n_rtp_left = MAX_RTP_PACKETS;
  self->n_rtcp_left = MAX_RTCP_PACKETS;
  return self;
}

/* @self: (transfer full)
 * Returns: (transfer full): @self if @made is TRUE; else %NULL with @error
 *     set */
static GstIceSrtpKey *
finish_key (GstIceSrtpKey * self, gboolean made, GError ** error)
{
  if (made)
    return self;
  g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
      "OpenSSL does not have the cipher %s here", self->suite->name);
  ERR_clear_error ();
  gst_ice_srtp_key_free (self);
  return NULL;
}

GstIceSrtpKey *
gst_ice_srtp_key_new (GstIceSrtpSuite suite, const GstIceSrtpMasterKey * master,
    gboolean protects, GError ** error)
{
  GstIceSrtpKey *self = new_key (suite);
  gboolean made;

  memcpy (self->mki, master->mki, master->mki_bytes);
  self->mki_bytes = master->mki_bytes;
  if (master->max_packets > 0) {
    self->n_rtp_left = MIN (self->n_rtp_left, master->max_packets);
    self->n_rtcp_left = MIN (self->n_rtcp_left, master->max_packets);
  }
  made = session_keys_derive (&self->rtp, self->suite, master->secret, 0,
      protects) && session_keys_derive (&self->rtcp, self->suite,
      master->secret, FIRST_LABEL_OF_RTCP, protects);
  return finish_key (self, made, error);
}

GstIceSrtpKey *
gst_ice_srtp_key_new_from_session_keys (GstIceSrtpSuite suite,
    const guint8 * cipher_key, const guint8 * hmac_key, const guint8 * salt,
    gboolean protects, GError ** error)
{
  GstIceSrtpKey *self = new_key (suite);
  gboolean made = session_keys_set (&self->rtp, self->suite, cipher_key,
      hmac_key, salt, protects) && session_keys_set (&self->rtcp, self->suite,
      cipher_key, hmac_key, salt, protects);

  return finish_key (self, made, error);
}

void
gst_ice_srtp_key_free (GstIceSrtpKey * self)
{
  session_keys_clear (&self->rtp);
  session_keys_clear (&self->rtcp);
  g_free (self);
}

const GstIceSrtpSuiteInfo *
gst_ice_srtp_key_get_suite (const GstIceSrtpKey * self)
{
  return self->suite;
}

guint
gst_ice_srtp_key_get_mki_bytes (const GstIceSrtpKey * self)
{
  return self->mki_bytes;
}

gsize
gst_ice_srtp_key_get_overhead (const GstIceSrtpKey * self, gboolean rtcp)
{
  return gst_ice_srtp_packet_get_overhead (self->suite, self->mki_bytes, rtcp);
}

gboolean
gst_ice_srtp_key_is_of (const GstIceSrtpKey * self,
    const GstIceSrtpPacket * packet)
{
  /* The MKI is public, so the comparison need not take constant time. */
  return self->mki_bytes == 0 ||
      memcmp (packet->mki, self->mki, self->mki_bytes) == 0;
}

gboolean
gst_ice_srtp_key_is_spent (const GstIceSrtpKey * self, gboolean rtcp)
{
  return (rtcp ? self->n_rtcp_left : self->n_rtp_left) == 0;
}

void
gst_ice_srtp_key_spend (GstIceSrtpKey * self, gboolean rtcp)
{
  guint64 *left = rtcp ? &self->n_rtcp_left : &self->n_rtp_left;

  if (*left > 0)
    -- * left;
}

/* --- One packet --- */

static SessionKeys *
get_keys (GstIceSrtpKey * self, const GstIceSrtpPacket * packet)
{
  return packet->rtcp ? &self->rtcp : &self->rtp;
}

/* XORs SSRC and index (80 bits) with the salt: in GCM from byte 2 of 12 on
 * (RFC 7714, 8.1 and 9.1); in counter mode from byte 4 of 16, whose last two
 * bytes count blocks (RFC 3711, 4.1.1). The index of SRTCP is without E. */
static gboolean
set_nonce (const GstIceSrtpKey * self, const SessionKeys * keys,
    const GstIceSrtpPacket * packet)
{
  guint8 nonce[BLOCK_BYTES] = { 0 };
  guint8 *at = nonce + (self->suite->aead ? 2 : 4);

  gst_ice_srtp_write_32 (at, packet->ssrc);
  gst_ice_srtp_write_16 (at + 4, (guint16) (packet->index >> 32));
  gst_ice_srtp_write_32 (at + 6, (guint32) packet->index);
  for (guint i = 0; i < self->suite->salt_bytes; i++)
    nonce[i] ^= keys->salt[i];

  /* -1 keeps the direction. */
  return EVP_CipherInit_ex (keys->cipher, NULL, NULL, NULL, nonce, -1);
}

static gboolean
encrypt (const SessionKeys * keys, const GstIceSrtpPacket * packet,
    GstIceSrtpReader * in)
{
  guint8 *out = packet->data + packet->head_bytes;
  gsize left = packet->clear_bytes - packet->head_bytes;

  while (left > 0) {
    gsize size;
    const guint8 *data = gst_ice_srtp_reader_next (in, left, &size);
    int n;

    if (!EVP_CipherUpdate (keys->cipher, out, &n, data, (int) size))
      return FALSE;
    out += size;
    left -= size;
  }
  return TRUE;
}

static gboolean
decrypt (const SessionKeys * keys, const GstIceSrtpPacket * packet)
{
  guint8 *payload = packet->data + packet->head_bytes;
  const gsize size = packet->clear_bytes - packet->head_bytes;
  int n;

  return size == 0 ||
      EVP_CipherUpdate (keys->cipher, payload, &n, payload, (int) size);
}

/* RFC 7714, 8.2 and 9.2: the head; for SRTCP also E and the index, which lie
 * behind the tag. */
static gboolean
authenticate_head (const SessionKeys * keys, const GstIceSrtpPacket * packet)
{
  int n;

  return EVP_CipherUpdate (keys->cipher, NULL, &n, packet->data,
      (int) packet->head_bytes) && (!packet->rtcp ||
      EVP_CipherUpdate (keys->cipher, NULL, &n, packet->index_field,
          INDEX_BYTES));
}

/* RFC 3711, 4.2: the authenticated part ends with E and the index, or with
 * the roll-over counter, which is not sent. The counter is written behind
 * the payload for this time, where every layout has four bytes, so that one
 * update is enough. */
static gboolean
compute_hmac (const SessionKeys * keys, const GstIceSrtpPacket * packet,
    guint8 mac[SHA1_BYTES])
{
  guint8 *end = packet->data + packet->clear_bytes;
  guint8 kept[ROC_BYTES] = { 0 };
  size_t n;
  gboolean ok;

  if (!packet->rtcp) {
    memcpy (kept, end, ROC_BYTES);
    gst_ice_srtp_write_32 (end, (guint32) (packet->index >> 16));
  }
  /* A NULL key keeps the present one. */
  ok = EVP_MAC_init (keys->hmac, NULL, 0, NULL) &&
      EVP_MAC_update (keys->hmac, packet->data,
      packet->clear_bytes + ROC_BYTES) &&
      EVP_MAC_final (keys->hmac, mac, &n, SHA1_BYTES);
  if (!packet->rtcp)
    memcpy (end, kept, ROC_BYTES);
  return ok;
}

/* The same as EVP_CIPHER_CTX_ctrl() with EVP_CTRL_AEAD_GET_TAG and _SET_TAG,
 * without its detours, which cost as much as the tag. */
static gboolean
get_gcm_tag (const SessionKeys * keys, guint8 * tag)
{
  OSSL_PARAM params[] = {
    OSSL_PARAM_octet_string (OSSL_CIPHER_PARAM_AEAD_TAG, tag, GCM_TAG_BYTES),
    OSSL_PARAM_END
  };

  return EVP_CIPHER_CTX_get_params (keys->cipher, params);
}

static gboolean
set_gcm_tag (const SessionKeys * keys, guint8 * tag)
{
  const OSSL_PARAM params[] = {
    OSSL_PARAM_octet_string (OSSL_CIPHER_PARAM_AEAD_TAG, tag, GCM_TAG_BYTES),
    OSSL_PARAM_END
  };

  return EVP_CIPHER_CTX_set_params (keys->cipher, params);
}

static guint
get_tag_bytes (const GstIceSrtpKey * self, const GstIceSrtpPacket * packet)
{
  return packet->rtcp ? self->suite->rtcp_tag_bytes :
      self->suite->rtp_tag_bytes;
}

gboolean
gst_ice_srtp_key_seal (GstIceSrtpKey * self, const GstIceSrtpPacket * packet,
    GstIceSrtpReader * in)
{
  const SessionKeys *keys = get_keys (self, packet);
  guint8 mac[SHA1_BYTES];
  int n;

  if (packet->rtcp)
    gst_ice_srtp_write_32 (packet->index_field,
        E_FLAG | (guint32) packet->index);
  memcpy (packet->mki, self->mki, self->mki_bytes);
  if (!set_nonce (self, keys, packet))
    return FALSE;

  if (self->suite->aead)
    return authenticate_head (keys, packet) && encrypt (keys, packet, in) &&
        EVP_CipherFinal_ex (keys->cipher, packet->tag, &n) &&
        get_gcm_tag (keys, packet->tag);

  if (!encrypt (keys, packet, in) || !compute_hmac (keys, packet, mac))
    return FALSE;
  memcpy (packet->tag, mac, get_tag_bytes (self, packet));
  return TRUE;
}

static gboolean
open_gcm (const GstIceSrtpKey * self, const SessionKeys * keys,
    const GstIceSrtpPacket * packet)
{
  guint8 rest[BLOCK_BYTES];
  int n;

  if (!set_nonce (self, keys, packet) || !authenticate_head (keys, packet) ||
      !set_gcm_tag (keys, packet->tag) || !decrypt (keys, packet))
    return FALSE;
  if (EVP_CipherFinal_ex (keys->cipher, rest, &n))
    return TRUE;

  /* The payload was decrypted before the tag was found to be wrong. The same
   * key stream restores it, so that another key can be tried. */
  if (set_nonce (self, keys, packet))
    (void) decrypt (keys, packet);
  return FALSE;
}

gboolean
gst_ice_srtp_key_open (GstIceSrtpKey * self, const GstIceSrtpPacket * packet)
{
  const SessionKeys *keys = get_keys (self, packet);
  guint8 mac[SHA1_BYTES];

  if (self->suite->aead)
    return open_gcm (self, keys, packet);
  return compute_hmac (keys, packet, mac) &&
      CRYPTO_memcmp (mac, packet->tag, get_tag_bytes (self, packet)) == 0 &&
      set_nonce (self, keys, packet) && decrypt (keys, packet);
}
