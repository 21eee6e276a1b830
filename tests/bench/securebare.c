/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Encrypts and sends, or opens, packets in a bare loop: what the benchmarks of encryption
 * stand beside. */

#include "securebare.h"

#include <arpa/inet.h>
#include <netinet/udp.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SIZE SECURE_BARE_PACKET_BYTES
#define HEAD 12
#define GCM_TAG 16
#define HMAC_TAG 10

struct _SecureBare
{
  EVP_CIPHER_CTX *seals;        /* or NULL: in the clear */
  EVP_CIPHER_CTX *opens;
  EVP_MAC_CTX *hmac;            /* NULL: GCM */
  gint fd;
  gint to_fd;                   /* nobody reads it */
  guint64 number;               /* of the next packet */
  guint tag;                    /* bytes */
  guint8 clear[SECURE_BARE_MAX_LENGTH * SIZE];
  guint8 sealed[SECURE_BARE_MAX_LENGTH * (SIZE + GCM_TAG)];
};

static EVP_CIPHER_CTX *
new_cipher (gboolean gcm, gboolean seals)
{
  EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new ();

  g_assert_true (EVP_CipherInit_ex (cipher, gcm ? EVP_aes_128_gcm () :
          EVP_aes_128_ctr (), NULL, (const guint8 *) "0123456789abcdef", NULL,
          seals));
  return cipher;
}

static EVP_MAC_CTX *
new_hmac (void)
{
  OSSL_PARAM params[] = {
    OSSL_PARAM_construct_utf8_string (OSSL_MAC_PARAM_DIGEST,
        (gchar *) "SHA1", 0),
    OSSL_PARAM_construct_end ()
  };
  EVP_MAC *mac = EVP_MAC_fetch (NULL, "HMAC", NULL);
  EVP_MAC_CTX *hmac = EVP_MAC_CTX_new (mac);

  g_assert_true (EVP_MAC_init (hmac, (const guint8 *) "0123456789abcdefghij",
          20, params));
  EVP_MAC_free (mac);
  return hmac;
}

static void
connect_sockets (SecureBare * self)
{
  struct sockaddr_in to = {.sin_family = AF_INET };
  socklen_t size = sizeof to;

  to.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  self->to_fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  self->fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (self->to_fd, (struct sockaddr *) &to, size), ==, 0);
  g_assert_cmpint (getsockname (self->to_fd, (struct sockaddr *) &to, &size),
      ==, 0);
  g_assert_cmpint (connect (self->fd, (struct sockaddr *) &to, size), ==, 0);
}

SecureBare *
secure_bare_new (const gchar * suite)
{
  SecureBare *self = g_new0 (SecureBare, 1);
  const gboolean gcm = g_strcmp0 (suite, "gcm") == 0;

  if (suite != NULL) {
    self->seals = new_cipher (gcm, TRUE);
    self->opens = new_cipher (gcm, FALSE);
    self->tag = gcm ? GCM_TAG : HMAC_TAG;
    if (!gcm)
      self->hmac = new_hmac ();
  }
  connect_sockets (self);
  return self;
}

/* @self: (transfer full) */
void
secure_bare_free (SecureBare * self)
{
  EVP_CIPHER_CTX_free (self->seals);
  EVP_CIPHER_CTX_free (self->opens);
  EVP_MAC_CTX_free (self->hmac);
  close (self->fd);
  close (self->to_fd);
  g_free (self);
}

static void
compute_hmac (SecureBare * self, const guint8 * packet, guint8 mac[20])
{
  size_t n;

  EVP_MAC_init (self->hmac, NULL, 0, NULL);
  EVP_MAC_update (self->hmac, packet, SIZE);
  EVP_MAC_final (self->hmac, mac, &n, 20);
}

static void
set_nonce (EVP_CIPHER_CTX * cipher, guint64 number)
{
  guint8 nonce[16] = { 0 };

  memcpy (nonce, &number, sizeof number);
  EVP_CipherInit_ex (cipher, NULL, NULL, NULL, nonce, -1);
}

static void
seal_packet (SecureBare * self, const guint8 * clear, guint8 * out)
{
  guint8 mac[20];
  int n;

  memcpy (out, clear, HEAD);
  set_nonce (self->seals, self->number++);
  if (self->hmac == NULL)
    EVP_CipherUpdate (self->seals, NULL, &n, out, HEAD);
  EVP_CipherUpdate (self->seals, out + HEAD, &n, clear + HEAD, SIZE - HEAD);
  if (self->hmac == NULL) {
    EVP_CipherFinal_ex (self->seals, out + SIZE, &n);
    EVP_CIPHER_CTX_ctrl (self->seals, EVP_CTRL_AEAD_GET_TAG, GCM_TAG,
        out + SIZE);
  } else {
    compute_hmac (self, out, mac);
    memcpy (out + SIZE, mac, HMAC_TAG);
  }
}

static gboolean
open_packet (SecureBare * self, guint8 * packet, guint64 number)
{
  guint8 mac[20];
  gboolean ok = TRUE;
  int n;

  if (self->hmac != NULL) {
    compute_hmac (self, packet, mac);
    ok = CRYPTO_memcmp (mac, packet + SIZE, HMAC_TAG) == 0;
  }
  set_nonce (self->opens, number);
  if (self->hmac == NULL) {
    EVP_CipherUpdate (self->opens, NULL, &n, packet, HEAD);
    EVP_CIPHER_CTX_ctrl (self->opens, EVP_CTRL_AEAD_SET_TAG, GCM_TAG,
        packet + SIZE);
  }
  EVP_CipherUpdate (self->opens, packet + HEAD, &n, packet + HEAD, SIZE - HEAD);
  return ok && (self->hmac != NULL ||
      EVP_CipherFinal_ex (self->opens, mac, &n));
}

void
secure_bare_seal (SecureBare * self, guint length)
{
  for (guint i = 0; i < length; i++)
    seal_packet (self, self->clear + i * SIZE,
        self->sealed + i * (SIZE + self->tag));
}

void
secure_bare_open (SecureBare * self, guint length)
{
  for (guint i = 0; i < length; i++)
    g_assert_true (open_packet (self, self->sealed + i * (SIZE + self->tag),
            self->number - length + i));
}

void
secure_bare_send (SecureBare * self, guint length)
{
  const guint16 segment = (guint16) (SIZE + self->tag);
  struct iovec run = { self->clear, (gsize) segment * length };
  union
  {
    gchar bytes[CMSG_SPACE (sizeof (guint16))];
    struct cmsghdr align;
  } control = { {0} };
  struct msghdr message = {
    .msg_iov = &run,.msg_iovlen = 1,.msg_control = &control,
    .msg_controllen = sizeof control
  };
  struct cmsghdr *header = CMSG_FIRSTHDR (&message);

  if (self->seals != NULL) {
    secure_bare_seal (self, length);
    run.iov_base = self->sealed;
  }
  header->cmsg_level = SOL_UDP;
  header->cmsg_type = UDP_SEGMENT;
  header->cmsg_len = CMSG_LEN (sizeof segment);
  memcpy (CMSG_DATA (header), &segment, sizeof segment);
  if (length == 1)
    message.msg_controllen = 0;
  g_assert_cmpint (sendmsg (self->fd, &message, 0), >, 0);
}
