/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedtlsconnection.h"
#include "gsticekeying.h"

/* Two ends of a DTLS connection and the network between them, in the time of
 * fakeclock.h. An end is ours, or OpenSSL's with settings of its own
 * (foreign). */
#define DTLS_CLIENT 0
#define DTLS_SERVER 1

typedef struct _DtlsPair DtlsPair;

typedef struct
{
  DtlsPair *pair;
  guint which;                  /* DTLS_CLIENT or DTLS_SERVER */
  GstIceDtlsConnection *ours;   /* NULL: the end is foreign */
  GstIceKeying *expected;       /* the fingerprints that our end accepts */
  gboolean is_told;             /* set by dtls_pair_expect() */
  GstIceDtlsKeys keys;
  gboolean has_keys;
  gint64 keyed_ms;              /* time from the start until it had keys */
  GstIceDtlsState state;

  SSL *ssl;                     /* NULL: the end is ours */
  BIO *bio;
  gchar *error;                 /* of a foreign end, or NULL */
} DtlsEnd;

/* What the network does to a datagram: changes it, or returns FALSE to lose
 * it. */
typedef gboolean (*DtlsMeddleFunc) (DtlsPair * pair, guint from,
    GByteArray * datagram);

struct _DtlsPair
{
  DtlsEnd ends[2];
  GQueue network;               /* of Datagram, in the order of arrival */

  gint64 delay_ms;              /* one way */
  guint round_trip_us;          /* reported to our ends */
  guint loss_percent;
  DtlsMeddleFunc meddle;        /* NULL: changes nothing */
  gpointer meddle_data;
  GRand *rand;

  gint64 started_ms;
  guint n_flights;
  gint last_sender;
  guint n_sent[2];              /* datagrams, by sender */
  gsize max_bytes;
};

/* @client, @server: (transfer none) (nullable): contexts of our ends; %NULL:
 *     the end is set with dtls_pair_set_other() */
DtlsPair *dtls_pair_new (GstIceDtlsContext * client, GstIceDtlsContext * server);
void dtls_pair_free (DtlsPair * pair);

/* Before the start: sets what our end @which accepts: "sha-256", "AB:CD:…".
 * Replaces the real fingerprint of the other end. */
void dtls_pair_expect (DtlsPair * pair, guint which, const gchar * hash,
    const gchar * fingerprint);

/* @ssl: (transfer none): makes a foreign end, which shows the certificate in
 *     it, if there is one; our end accepts that */
void dtls_pair_set_other (DtlsPair * pair, guint which, SSL_CTX * ssl);

/* @key_type: "P-256", "P-384", "RSA-2048", "RSA-1024", "secp256k1", "DSA";
 *     %NULL: no certificate
 * @days: how long the certificate is valid; < 0: how long ago it expired
 * @extra_bytes: how much longer the certificate is
 * Returns: (transfer full): for dtls_pair_set_other(): all SRTP suites, HMAC
 *     first, DTLS 1.0 to 1.2, no security level */
SSL_CTX *dtls_other_new (const gchar * key_type, gint days, gsize extra_bytes);

/* Runs until both ends are done or @ms have passed.
 * Returns: milliseconds that passed */
gint64 dtls_pair_run (DtlsPair * pair, gint64 ms);

/* Sends a datagram to the end @to. */
void dtls_pair_inject (DtlsPair * pair, guint to, const guint8 * data, gsize size);

/* Returns: (transfer full): the next datagram, removed from the network */
GBytes *dtls_pair_take (DtlsPair * pair);

/* Whether both ends are connected, with the same keys. */
gboolean dtls_pair_is_connected (const DtlsPair * pair);
const gchar *dtls_pair_get_message (const DtlsPair * pair, guint which);
