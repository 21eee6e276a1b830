/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedtlsconnection.h"
#include "gsticekeying.h"

/* Two ends of a DTLS connection and the network between them, in the time of fakeclock.h.
 * An end is ours, or OpenSSL's with settings of its own. */
#define DTLS_CLIENT 0
#define DTLS_SERVER 1

typedef struct _DtlsPair DtlsPair;

typedef struct
{
  DtlsPair *pair;
  guint which;                  /* DTLS_CLIENT or DTLS_SERVER */
  GstIceDtlsConnection *ours;   /* NULL: the end is another's */
  GstIceKeying *expected;       /* fingerprints that ours takes */
  gboolean is_told;             /* by dtls_pair_expect() */
  GstIceDtlsKeys keys;
  gboolean has_keys;
  gint64 keyed_ms;              /* when it had them, after the start */
  GstIceDtlsState state;

  SSL *ssl;                     /* NULL: the end is ours */
  BIO *bio;
  gchar *error;                 /* of another's end, or NULL */
} DtlsEnd;

/* What a network makes of a datagram: changes it, or returns FALSE: it is lost. */
typedef gboolean (*DtlsMeddleFunc) (DtlsPair * pair, guint from,
    GByteArray * datagram);

struct _DtlsPair
{
  DtlsEnd ends[2];
  GQueue network;               /* of Datagram, the first to arrive first */

  gint64 delay_ms;              /* one way */
  guint round_trip_us;          /* that ours are told */
  guint loss_percent;
  DtlsMeddleFunc meddle;        /* NULL: it does not */
  gpointer meddle_data;
  GRand *rand;

  gint64 started_ms;
  guint n_flights;
  gint last_sender;
  guint n_sent[2];              /* datagrams, by who sent them */
  gsize max_bytes;
};

/* @client, @server: (transfer none) (nullable): contexts of ours; %NULL: the end is set
 *     with dtls_pair_set_other() */
DtlsPair *dtls_pair_new (GstIceDtlsContext * client, GstIceDtlsContext * server);
void dtls_pair_free (DtlsPair * pair);

/* What our end @which takes, before the start: "sha-256", "AB:CD:…". The first call is in the
 * place of what the other end really has. */
void dtls_pair_expect (DtlsPair * pair, guint which, const gchar * hash,
    const gchar * fingerprint);

/* @ssl: (transfer none): the end is made of it, and shows its certificate, if it has one;
 * ours at the other end takes that */
void dtls_pair_set_other (DtlsPair * pair, guint which, SSL_CTX * ssl);

/* @key_type: "P-256", "P-384", "RSA-2048", "RSA-1024", "secp256k1", "DSA"; %NULL: no certificate
 * @days: that its certificate is valid for from now on; < 0: it was valid so long ago
 * @extra_bytes: that the certificate is longer
 * Returns: (transfer full): for dtls_pair_set_other(), with all suites of SRTP, HMAC first,
 *     DTLS 1.0 to 1.2, and no level of security */
SSL_CTX *dtls_other_new (const gchar * key_type, gint days, gsize extra_bytes);

/* Begins, and goes on until both ends are over or @ms have passed.
 * Returns: milliseconds that passed */
gint64 dtls_pair_run (DtlsPair * pair, gint64 ms);

/* Puts a datagram on the way to the end @to. */
void dtls_pair_inject (DtlsPair * pair, guint to, const guint8 * data, gsize size);

/* Returns: (transfer full): what is under way, taken away from the network */
GBytes *dtls_pair_take (DtlsPair * pair);

/* Whether both ends are connected, with the same keys. */
gboolean dtls_pair_is_connected (const DtlsPair * pair);
const gchar *dtls_pair_get_message (const DtlsPair * pair, guint which);
