/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Reads and writes the STUN messages of ICE: Binding requests and their
 * answers. OpenSSL computes the HMAC; each thread keeps a context for it. */

#include "config.h"

#include "gsticeudpstun.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/random.h>

#define HEADER_SIZE 20
#define ATTRIBUTE_SIZE 4        /* type and length */
#define INTEGRITY_SIZE 20       /* an HMAC-SHA1 */
#define FINGERPRINT_SIZE 4
#define MAGIC_COOKIE 0x2112a442u        /* RFC 8489, 5 */
#define FINGERPRINT_XOR 0x5354554eu     /* RFC 8489, 14.7 */
#define MAPPED4_SIZE 8          /* RFC 8489, 14.2 */
#define MAPPED6_SIZE 20
#define MAX_UFRAG_SIZE 256      /* RFC 8839, 5.4 */

typedef enum
{
  ATTRIBUTE_USERNAME = 0x0006,
  ATTRIBUTE_INTEGRITY = 0x0008,
  ATTRIBUTE_ERROR_CODE = 0x0009,
  ATTRIBUTE_UNKNOWN_ATTRIBUTES = 0x000a,
  ATTRIBUTE_XOR_MAPPED_ADDRESS = 0x0020,
  ATTRIBUTE_PRIORITY = 0x0024,
  ATTRIBUTE_USE_CANDIDATE = 0x0025,
  ATTRIBUTE_FINGERPRINT = 0x8028,
  ATTRIBUTE_CONTROLLED = 0x8029,
  ATTRIBUTE_CONTROLLING = 0x802a,
  ATTRIBUTE_NOMINATION = 0xc001,        /* draft-thatcher-ice-renomination */
} Attribute;

void
gst_ice_udp_stun_randomise (gpointer bytes, gsize size)
{
  guint8 *byte = bytes;

  if (getrandom (bytes, size, GRND_NONBLOCK) == (gssize) size)
    return;
  for (gsize i = 0; i < size; i++)
    byte[i] = g_random_int ();
}

static gsize
pad (gsize size)
{
  return (size + 3) & ~(gsize) 3;
}

/* The table of CRC-32, ITU V.42 (RFC 8489, 14.7). */
static const guint32 *
get_crc_table (void)
{
  static guint32 table[256];
  static gsize done = 0;

  if (g_once_init_enter (&done)) {
    for (guint32 i = 0; i < G_N_ELEMENTS (table); i++) {
      table[i] = i;
      for (guint bit = 0; bit < 8; bit++)
        table[i] = (table[i] >> 1) ^ ((table[i] & 1) ? 0xedb88320u : 0);
    }
    g_once_init_leave (&done, 1);
  }
  return table;
}

static guint32
crc32 (const guint8 * data, gsize size)
{
  const guint32 *table = get_crc_table ();
  guint32 crc = 0xffffffffu;

  for (gsize i = 0; i < size; i++)
    crc = (crc >> 8) ^ table[(crc ^ data[i]) & 0xff];
  return ~crc;
}

/* Returns: (transfer full): an HMAC-SHA1 context without a key */
static EVP_MAC_CTX *
new_hmac (void)
{
  gchar digest[] = "SHA1";
  OSSL_PARAM params[] = {
    OSSL_PARAM_construct_utf8_string (OSSL_MAC_PARAM_DIGEST, digest, 0),
    OSSL_PARAM_construct_end ()
  };
  EVP_MAC *mac = EVP_MAC_fetch (NULL, OSSL_MAC_NAME_HMAC, NULL);
  EVP_MAC_CTX *hmac;

  g_assert (mac != NULL);
  hmac = EVP_MAC_CTX_new (mac);
  EVP_MAC_free (mac);
  EVP_MAC_CTX_set_params (hmac, params);
  return hmac;
}

/* Returns: (transfer none): the context of this thread; keeping one saves
 *     the look-up of the digest */
static EVP_MAC_CTX *
get_hmac (void)
{
  static GPrivate hmacs = G_PRIVATE_INIT ((GDestroyNotify) EVP_MAC_CTX_free);
  EVP_MAC_CTX *hmac = g_private_get (&hmacs);

  if (hmac == NULL) {
    hmac = new_hmac ();
    g_private_set (&hmacs, hmac);
  }
  return hmac;
}

/* Computes the HMAC of all before the attribute at @offset. The length in
 * the header is taken as if that attribute were the last (RFC 8489, 14.5). */
static void
compute_integrity (const guint8 * data, gsize offset, const gchar * password,
    guint8 digest[INTEGRITY_SIZE])
{
  guint8 head[4];
  gsize size = INTEGRITY_SIZE;
  EVP_MAC_CTX *hmac = get_hmac ();

  memcpy (head, data, 2);
  GST_WRITE_UINT16_BE (head + 2,
      offset + ATTRIBUTE_SIZE + INTEGRITY_SIZE - HEADER_SIZE);
  if (!EVP_MAC_init (hmac, (const guchar *) password, strlen (password), NULL)
      || !EVP_MAC_update (hmac, head, sizeof (head))
      || !EVP_MAC_update (hmac, data + sizeof (head), offset - sizeof (head))
      || !EVP_MAC_final (hmac, digest, &size, INTEGRITY_SIZE))
    /* When memory runs out, no integrity matches. */
    gst_ice_udp_stun_randomise (digest, INTEGRITY_SIZE);
}

static void
take_attribute (GstIceUdpStun * self, guint type, const guint8 * value,
    gsize size)
{
  switch (type) {
    case ATTRIBUTE_USERNAME:
      self->username = (const gchar *) value;
      self->username_size = size;
      break;
    case ATTRIBUTE_INTEGRITY:
      if (size == INTEGRITY_SIZE)
        self->integrity = value;
      break;
    case ATTRIBUTE_ERROR_CODE:
      if (size >= 4)
        self->error_code = (value[2] & 7) * 100 + value[3];
      break;
    case ATTRIBUTE_XOR_MAPPED_ADDRESS:
      if ((size == MAPPED4_SIZE && value[1] == 1) ||
          (size == MAPPED6_SIZE && value[1] == 2))
        self->mapped = value;
      break;
    case ATTRIBUTE_PRIORITY:
      if (size == 4)
        self->priority = GST_READ_UINT32_BE (value);
      break;
    case ATTRIBUTE_USE_CANDIDATE:
      self->use_candidate = TRUE;
      break;
    case ATTRIBUTE_CONTROLLED:
      self->controlled = TRUE;
      break;
    case ATTRIBUTE_CONTROLLING:
      self->controlling = TRUE;
      break;
    case ATTRIBUTE_NOMINATION:
      self->has_nomination = size == 4;
      self->nomination = size == 4 ? GST_READ_UINT32_BE (value) & 0xffffff : 0;
      break;
    default:
      /* RFC 8489, 5: attributes below 0x8000 must be understood. The consent
       * code answers anyway, as a peer that knows the password consents. */
      if (type < 0x8000 && self->unknown == 0)
        self->unknown = type;
      break;
  }
}

gboolean
gst_ice_udp_stun_read (GstIceUdpStun * self, const guint8 * data,
    gsize size_bytes)
{
  gsize offset = HEADER_SIZE;

  memset (self, 0, sizeof (*self));
  if (size_bytes < HEADER_SIZE || size_bytes > GST_ICE_UDP_STUN_MAX_SIZE
      || size_bytes % 4 != 0 || data[0] > 3
      || GST_READ_UINT16_BE (data + 2) != size_bytes - HEADER_SIZE
      || GST_READ_UINT32_BE (data + 4) != MAGIC_COOKIE)
    return FALSE;

  self->data = data;
  self->size_bytes = size_bytes;
  self->type = GST_READ_UINT16_BE (data);
  self->id = data + 8;

  while (offset < size_bytes) {
    guint type = GST_READ_UINT16_BE (data + offset);
    gsize size = GST_READ_UINT16_BE (data + offset + 2);

    /* Attributes are padded to 4 bytes, so the head of one always fits. */
    if (offset + ATTRIBUTE_SIZE + pad (size) > size_bytes)
      return FALSE;
    if (type == ATTRIBUTE_FINGERPRINT) {
      self->fingerprint = data + offset + ATTRIBUTE_SIZE;
      /* RFC 8489, 14.7: the fingerprint is the last attribute. */
      return size == FINGERPRINT_SIZE
          && offset + ATTRIBUTE_SIZE + FINGERPRINT_SIZE == size_bytes;
    }
    /* RFC 8489, 14.5: attributes after the integrity are ignored. */
    if (self->integrity == NULL)
      take_attribute (self, type, data + offset + ATTRIBUTE_SIZE, size);
    offset += ATTRIBUTE_SIZE + pad (size);
  }
  return TRUE;
}

gboolean
gst_ice_udp_stun_check_fingerprint (const GstIceUdpStun * self)
{
  gsize size;

  if (self->fingerprint == NULL)
    return FALSE;
  size = self->fingerprint - self->data - ATTRIBUTE_SIZE;
  return GST_READ_UINT32_BE (self->fingerprint) ==
      (crc32 (self->data, size) ^ FINGERPRINT_XOR);
}

gboolean
gst_ice_udp_stun_parse (GstIceUdpStun * self, const guint8 * data,
    gsize size_bytes)
{
  return gst_ice_udp_stun_read (self, data, size_bytes)
      && (self->fingerprint == NULL
      || gst_ice_udp_stun_check_fingerprint (self));
}

gboolean
gst_ice_udp_stun_check_integrity (const GstIceUdpStun * self,
    const gchar * password)
{
  guint8 digest[INTEGRITY_SIZE];

  if (self->integrity == NULL)
    return FALSE;

  compute_integrity (self->data, self->integrity - self->data - ATTRIBUTE_SIZE,
      password, digest);
  /* In constant time: the time must not tell how many bytes match. */
  return CRYPTO_memcmp (digest, self->integrity, INTEGRITY_SIZE) == 0;
}

/* RFC 8489, 14.2: the mask for an IPv6 address and its port. */
static void
make_mask (const guint8 * id, guint8 mask[16])
{
  GST_WRITE_UINT32_BE (mask, MAGIC_COOKIE);
  memcpy (mask + 4, id, GST_ICE_UDP_STUN_ID_SIZE);
}

gboolean
gst_ice_udp_stun_get_mapped (const GstIceUdpStun * self,
    GstIceUdpAddress * address)
{
  guint8 mask[16], *bytes;
  guint16 port;

  memset (address, 0, sizeof (*address));
  if (self->mapped == NULL)
    return FALSE;

  port = g_htons (GST_READ_UINT16_BE (self->mapped + 2) ^ (MAGIC_COOKIE >> 16));
  make_mask (self->id, mask);
  if (self->mapped[1] == 1) {
    address->in.sin_family = AF_INET;
    address->in.sin_port = port;
    bytes = (guint8 *) & address->in.sin_addr;
  } else {
    address->in6.sin6_family = AF_INET6;
    address->in6.sin6_port = port;
    bytes = address->in6.sin6_addr.s6_addr;
  }
  for (guint i = 0; i < (self->mapped[1] == 1 ? 4 : 16); i++)
    bytes[i] = self->mapped[4 + i] ^ mask[i];
  return TRUE;
}

gboolean
gst_ice_udp_stun_check_username (const GstIceUdpStun * self,
    const gchar * to_ufrag, const gchar * from_ufrag)
{
  gsize to_size = strlen (to_ufrag), from_size = strlen (from_ufrag);

  return self->username != NULL
      && self->username_size == to_size + 1 + from_size
      && memcmp (self->username, to_ufrag, to_size) == 0
      && self->username[to_size] == ':'
      && memcmp (self->username + to_size + 1, from_ufrag, from_size) == 0;
}

/* A message under construction. */
typedef struct
{
  guint8 *data;
  gsize size;
} Writer;

static void
write_header (Writer * self, guint8 * data, GstIceUdpStunType type,
    const guint8 id[GST_ICE_UDP_STUN_ID_SIZE])
{
  self->data = data;
  self->size = HEADER_SIZE;
  GST_WRITE_UINT16_BE (data, type);
  GST_WRITE_UINT32_BE (data + 4, MAGIC_COOKIE);
  memcpy (data + 8, id, GST_ICE_UDP_STUN_ID_SIZE);
}

/* Returns: where the value of the attribute goes, all zero; the header
 *     counts it */
static guint8 *
write_attribute (Writer * self, Attribute type, gsize size)
{
  guint8 *at = self->data + self->size;

  GST_WRITE_UINT16_BE (at, type);
  GST_WRITE_UINT16_BE (at + 2, size);
  memset (at + ATTRIBUTE_SIZE, 0, pad (size));
  self->size += ATTRIBUTE_SIZE + pad (size);
  GST_WRITE_UINT16_BE (self->data + 2, self->size - HEADER_SIZE);
  return at + ATTRIBUTE_SIZE;
}

static void
write_address (Writer * self, const GstIceUdpAddress * address,
    const guint8 id[GST_ICE_UDP_STUN_ID_SIZE])
{
  const guint8 *bytes = (const guint8 *) &address->in.sin_addr;
  gboolean ip6 = address->any.sa_family == AF_INET6;
  guint n_bytes = ip6 ? 16 : 4;
  guint8 *value, mask[16];

  if (ip6)
    bytes = address->in6.sin6_addr.s6_addr;
  if (ip6 && IN6_IS_ADDR_V4MAPPED (&address->in6.sin6_addr)) {
    bytes += 12;
    n_bytes = 4;
  }

  make_mask (id, mask);
  value = write_attribute (self, ATTRIBUTE_XOR_MAPPED_ADDRESS, 4 + n_bytes);
  value[1] = n_bytes == 4 ? 1 : 2;
  GST_WRITE_UINT16_BE (value + 2,
      gst_ice_udp_address_port (address) ^ (MAGIC_COOKIE >> 16));
  for (guint i = 0; i < n_bytes; i++)
    value[4 + i] = bytes[i] ^ mask[i];
}

/* @password: (nullable): %NULL: without integrity
 * Returns: the size of the message */
static gsize
write_end (Writer * self, const gchar * password)
{
  gsize at = self->size;
  guint8 *value;

  if (password != NULL) {
    value = write_attribute (self, ATTRIBUTE_INTEGRITY, INTEGRITY_SIZE);
    compute_integrity (self->data, at, password, value);
    at = self->size;
  }
  value = write_attribute (self, ATTRIBUTE_FINGERPRINT, FINGERPRINT_SIZE);
  GST_WRITE_UINT32_BE (value, crc32 (self->data, at) ^ FINGERPRINT_XOR);
  return self->size;
}

gsize
gst_ice_udp_stun_build_request (const GstIceUdpStunRequest * self,
    guint8 message[GST_ICE_UDP_STUN_MAX_SIZE])
{
  gsize to_size = strlen (self->to_ufrag), from_size =
      strlen (self->from_ufrag);
  Writer writer;
  guint8 *value;

  if (to_size > MAX_UFRAG_SIZE || from_size > MAX_UFRAG_SIZE)
    return 0;

  write_header (&writer, message, GST_ICE_UDP_STUN_REQUEST, self->id);
  value = write_attribute (&writer, ATTRIBUTE_USERNAME,
      to_size + 1 + from_size);
  memcpy (value, self->to_ufrag, to_size);
  value[to_size] = ':';
  memcpy (value + to_size + 1, self->from_ufrag, from_size);

  value = write_attribute (&writer, ATTRIBUTE_PRIORITY, 4);
  GST_WRITE_UINT32_BE (value, self->priority);
  value = write_attribute (&writer, self->controlling ? ATTRIBUTE_CONTROLLING
      : ATTRIBUTE_CONTROLLED, 8);
  /* Attributes lie at multiples of 4, not of 8. */
  GST_WRITE_UINT32_BE (value, (guint32) (self->tie_breaker >> 32));
  GST_WRITE_UINT32_BE (value + 4, (guint32) self->tie_breaker);
  if (self->use_candidate)
    write_attribute (&writer, ATTRIBUTE_USE_CANDIDATE, 0);
  return write_end (&writer, self->password);
}

gsize
gst_ice_udp_stun_build_response (const GstIceUdpStun * request,
    const GstIceUdpAddress * from, const gchar * password,
    guint8 message[GST_ICE_UDP_STUN_MAX_SIZE])
{
  Writer writer;

  write_header (&writer, message, GST_ICE_UDP_STUN_SUCCESS, request->id);
  write_address (&writer, from, request->id);
  return write_end (&writer, password);
}

gsize
gst_ice_udp_stun_build_error (const GstIceUdpStun * request, guint code,
    const gchar * password, guint8 message[GST_ICE_UDP_STUN_MAX_SIZE])
{
  Writer writer;
  guint8 *value;

  write_header (&writer, message, GST_ICE_UDP_STUN_ERROR, request->id);
  value = write_attribute (&writer, ATTRIBUTE_ERROR_CODE, 4);
  value[2] = code / 100;
  value[3] = code % 100;
  if (code == GST_ICE_UDP_STUN_UNKNOWN_ATTRIBUTE) {
    value = write_attribute (&writer, ATTRIBUTE_UNKNOWN_ATTRIBUTES, 2);
    GST_WRITE_UINT16_BE (value, request->unknown);
  }
  return write_end (&writer, password);
}
