/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What a DTLS handshake makes of peers that send what they should not, or do not go on: it
 * ends with one clear message, or goes on as if nothing had come. */

#include "config.h"

#include "dtlspair.h"
#include "fakeclock.h"

#include <gst/check/gstcheck.h>
#include <openssl/srtp.h>
#include <string.h>

#define LONG_MS 60000

/* Handshakes in one of the runs, which make 2,000; a sanitizer makes each thirty times
 * as long. */
#ifdef __SANITIZE_ADDRESS__
#define N_DAMAGED 5
#else
#define N_DAMAGED 50
#endif

/* RFC 6347, 4.1 and 4.2.2. */
#define RECORD_HEAD 13
#define FRAGMENT_HEAD 12
#define TYPE_HANDSHAKE 22
#define CLIENT_HELLO 1

/* Of the fragments that messages are cut into here. */
#define FRAGMENT_BYTES 90
#define OVERLAP_BYTES 40

static const GstIceSrtpSuite suites[] = {
  GST_ICE_SRTP_SUITE_AEAD_AES_128_GCM,
  GST_ICE_SRTP_SUITE_AES_CM_128_HMAC_SHA1_80
};

static GstIceDtlsContext *client_context, *server_context;

static void
make_contexts (void)
{
  const gint64 now_s = fake_clock_get_ms () / 1000;

  client_context = gst_ice_dtls_context_new (suites, 2, now_s);
  server_context = gst_ice_dtls_context_new (suites, 2, now_s);
}

static void
drop_contexts (void)
{
  gst_ice_dtls_context_unref (client_context);
  gst_ice_dtls_context_unref (server_context);
}

static DtlsPair *
pair_with_other (guint ours, SSL_CTX * other)
{
  DtlsPair *pair = dtls_pair_new (ours == DTLS_CLIENT ? client_context : NULL,
      ours == DTLS_SERVER ? server_context : NULL);

  dtls_pair_set_other (pair, !ours, other);
  return pair;
}

static void
assert_failed (const DtlsPair * pair, guint which, const gchar * text)
{
  const gchar *message = dtls_pair_get_message (pair, which);

  fail_unless_equals_int (pair->ends[which].state, GST_ICE_DTLS_FAILED);
  fail_unless (strstr (message, text) != NULL, "\"%s\" has no \"%s\"", message,
      text);
}

/* Each end that is over has keys, or a message. A client's keys may come first; if it fails
 * then, it says so in an alert, which ends the server. */
static void
assert_clear (const DtlsPair * pair)
{
  for (guint i = 0; i < 2; i++) {
    const DtlsEnd *end = &pair->ends[i];

    fail_unless_equals_int (*dtls_pair_get_message (pair, i) != '\0',
        end->state == GST_ICE_DTLS_FAILED);
    if (end->state == GST_ICE_DTLS_CONNECTED || i == DTLS_SERVER)
      fail_unless_equals_int (end->has_keys,
          end->state == GST_ICE_DTLS_CONNECTED ||
          end->state == GST_ICE_DTLS_ENDED);
    if (end->state == GST_ICE_DTLS_ENDED)
      fail_unless_equals_int (pair->ends[!i].state, GST_ICE_DTLS_FAILED);
  }
}

/* Damage. */

static gboolean
damage (DtlsPair * pair, guint from, GByteArray * datagram)
{
  GRand *rand = pair->rand;

  switch (g_rand_int_range (rand, 0, 9)) {
    case 0:
      datagram->data[g_rand_int_range (rand, 0, (gint) datagram->len)] ^=
          (guint8) (1 << g_rand_int_range (rand, 0, 8));
      break;
    case 1:
      g_byte_array_set_size (datagram, (guint) g_rand_int_range (rand, 1,
              (gint) datagram->len + 1));
      break;
    case 2:
      for (guint i = 0; i < 8; i++)
        datagram->data[g_rand_int_range (rand, 0, (gint) datagram->len)] =
            (guint8) g_rand_int (rand);
      break;
    default:
      break;
  }
  return TRUE;
}

GST_START_TEST (test_damaged_datagrams)
{
  guint n_connected = 0, n_failed = 0;

  for (guint i = 0; i < N_DAMAGED; i++) {
    DtlsPair *pair = dtls_pair_new (client_context, server_context);

    g_rand_set_seed (pair->rand, (guint) __i__ * N_DAMAGED + i);
    pair->meddle = damage;
    pair->round_trip_us = 10000;
    dtls_pair_run (pair, LONG_MS);
    assert_clear (pair);
    fail_unless (pair->ends[0].state > GST_ICE_DTLS_KEYED);
    n_connected += dtls_pair_is_connected (pair);
    n_failed += pair->ends[0].state == GST_ICE_DTLS_FAILED;
    dtls_pair_free (pair);
  }
  /* OpenSSL takes some damage for the end, though nobody has proved to be the peer yet. */
  GST_INFO ("%u connected, %u failed", n_connected, n_failed);
  fail_unless (n_connected > 0 || N_DAMAGED < 50);
}

GST_END_TEST;

/* Fragments. */

typedef enum
{
  OVERLAPPING,
  REPEATED,
  BACKWARDS,
  CUT,                          /* fragments end before they say */
  TOO_LONG,                     /* a fragment goes beyond its message */
  HUGE,                         /* a message of 16 MB is announced */
  OTHER_LENGTH,                 /* fragments of one message have different lengths of it */
  N_WAYS
} Way;

typedef struct
{
  Way way;
  guint64 n_records[2];         /* of epoch 0, by who sent them */
} Cutter;

/* Big-endian, at any address. */
static guint
read_bytes (const guint8 * at, guint n)
{
  guint number = 0;

  for (guint i = 0; i < n; i++)
    number = number << 8 | at[i];
  return number;
}

static void
write_bytes (guint8 * at, guint n, guint number)
{
  for (guint i = 0; i < n; i++)
    at[i] = (guint8) (number >> 8 * (n - 1 - i));
}

/* Sends what would be the record @record, with a number of its own. */
static void
send_record (DtlsPair * pair, guint from, const guint8 * record, gsize size)
{
  Cutter *cutter = pair->meddle_data;
  g_autofree guint8 *copy = g_memdup2 (record, size);

  write_bytes (copy + 5, 2, 0);
  write_bytes (copy + 7, 4, (guint) cutter->n_records[from]++);
  write_bytes (copy + 11, 2, (guint) size - RECORD_HEAD);
  dtls_pair_inject (pair, !from, copy, size);
}

/* Of the message at @message: its bytes from @offset on, @n of them. */
static void
send_fragment (DtlsPair * pair, guint from, const guint8 * record,
    guint offset, guint n)
{
  const Way way = ((Cutter *) pair->meddle_data)->way;
  guint8 out[RECORD_HEAD + FRAGMENT_HEAD + 2048];
  guint8 *head = out + RECORD_HEAD;
  const guint total = read_bytes (record + RECORD_HEAD + 1, 3);

  memcpy (out, record, RECORD_HEAD + FRAGMENT_HEAD);
  write_bytes (head + 6, 3, offset);
  write_bytes (head + 9, 3, n);
  if (way == TOO_LONG)
    write_bytes (head + 9, 3, total + 1000);
  if (way == HUGE)
    write_bytes (head + 1, 3, 0xffffff);
  if (way == OTHER_LENGTH)
    write_bytes (head + 1, 3, total + offset);
  memcpy (out + RECORD_HEAD + FRAGMENT_HEAD,
      record + RECORD_HEAD + FRAGMENT_HEAD + offset, n);
  send_record (pair, from, out, RECORD_HEAD + FRAGMENT_HEAD +
      (way == CUT ? n / 2 : n));
}

static void
send_fragments (DtlsPair * pair, guint from, const guint8 * record)
{
  const Way way = ((Cutter *) pair->meddle_data)->way;
  const guint total = read_bytes (record + RECORD_HEAD + 1, 3);
  const guint step = way == OVERLAPPING ? FRAGMENT_BYTES - OVERLAP_BYTES :
      FRAGMENT_BYTES;
  const guint n = MAX ((total + step - 1) / step, 1);

  for (guint i = 0; i < n; i++) {
    const guint at = (way == BACKWARDS ? n - 1 - i : i) * step;

    for (guint j = 0; j < (way == REPEATED ? 3 : 1); j++)
      send_fragment (pair, from, record, at, MIN (FRAGMENT_BYTES, total - at));
  }
}

/* Whether @record is a whole message of a handshake, in the clear. */
static gboolean
is_message (const guint8 * record)
{
  return record[0] == TYPE_HANDSHAKE && record[3] == 0 && record[4] == 0 &&
      read_bytes (record + RECORD_HEAD + 9,
      3) == read_bytes (record + RECORD_HEAD + 1, 3);
}

static gboolean
cut (DtlsPair * pair, guint from, GByteArray * datagram)
{
  gsize at = 0;

  while (at + RECORD_HEAD <= datagram->len) {
    const guint8 *record = datagram->data + at;
    const gsize size = RECORD_HEAD + read_bytes (record + 11, 2);

    if (is_message (record))
      send_fragments (pair, from, record);
    else if (record[4] == 0)
      send_record (pair, from, record, size);
    else
      dtls_pair_inject (pair, !from, record, size);
    at += size;
  }
  return FALSE;
}

GST_START_TEST (test_fragments)
{
  Cutter cutter = {.way = (Way) __i__ };
  DtlsPair *pair = dtls_pair_new (client_context, server_context);

  pair->meddle = cut;
  pair->meddle_data = &cutter;
  dtls_pair_run (pair, LONG_MS);
  assert_clear (pair);
  fail_unless_equals_int (pair->ends[DTLS_CLIENT].state,
      __i__ <= BACKWARDS ? GST_ICE_DTLS_CONNECTED : GST_ICE_DTLS_FAILED);
  fail_unless_equals_int (dtls_pair_is_connected (pair), __i__ <= BACKWARDS);
  dtls_pair_free (pair);
}

GST_END_TEST;

/* Floods and noise. */

/* Another ClientHello each time: a random number of its own. */
GST_START_TEST (test_client_hello_flood)
{
  DtlsPair *pair = dtls_pair_new (client_context, server_context);
  GstIceDtlsConnection *server = pair->ends[DTLS_SERVER].ours;
  g_autoptr (GBytes) hello = NULL;
  gboolean taken;
  gsize size;

  gst_ice_dtls_connection_start (pair->ends[DTLS_CLIENT].ours);
  hello = dtls_pair_take (pair);
  size = g_bytes_get_size (hello);
  gst_ice_dtls_connection_start (server);
  for (guint i = 0; i < 10000; i++) {
    g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (hello, NULL), size);

    write_bytes (copy + 7, 4, i);
    write_bytes (copy + RECORD_HEAD + FRAGMENT_HEAD + 2, 4, i);
    gst_ice_dtls_connection_receive (server, copy, size, &taken);
  }
  fail_unless_equals_int (pair->ends[DTLS_SERVER].state,
      GST_ICE_DTLS_CONNECTING);
  /* One is answered; the others cost a look each. */
  fail_unless (pair->n_sent[DTLS_SERVER] <= 2, "%u", pair->n_sent[DTLS_SERVER]);
  dtls_pair_free (pair);
}

GST_END_TEST;

/* What is no DTLS at all, before, between and after. */
static void
send_noise (DtlsPair * pair, guint from)
{
  static const gsize sizes[] = { 0, 1, 2, 12, 13, 14, 100, 1200, 1500, 17000,
    65507
  };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    for (guint type = 20; type <= 63; type += i < 8 ? 1 : 10) {
      g_autofree guint8 *noise = g_malloc (sizes[i] + 1);

      for (gsize j = 0; j < sizes[i]; j++)
        noise[j] = (guint8) g_rand_int (pair->rand);
      noise[0] = (guint8) type;
      dtls_pair_inject (pair, !from, noise, sizes[i]);
    }
  }
}

static gboolean
add_noise (DtlsPair * pair, guint from, GByteArray * datagram)
{
  send_noise (pair, from);
  return TRUE;
}

GST_START_TEST (test_noise)
{
  DtlsPair *pair = dtls_pair_new (client_context, server_context);

  pair->meddle = add_noise;
  dtls_pair_run (pair, LONG_MS);
  fail_unless (dtls_pair_is_connected (pair), "%s, %s",
      dtls_pair_get_message (pair, 0), dtls_pair_get_message (pair, 1));
  send_noise (pair, 0);
  send_noise (pair, 1);
  dtls_pair_run (pair, LONG_MS);
  fail_unless (dtls_pair_is_connected (pair));
  dtls_pair_free (pair);
}

GST_END_TEST;

/* What comes when the handshake is over is told apart, and answered a few times at most. */
GST_START_TEST (test_late_packets_are_ignored)
{
  static const guint8 change[] = { 20, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0, 1,
    1
  };
  static const guint8 alert[] = { 21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2,
    2, 40
  };
  static const guint8 cut_off[] =
      { 22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0xff,
    0xff
  };
  DtlsPair *pair = dtls_pair_new (client_context, server_context);
  guint n_sent, n_taken = 0;
  gboolean taken;

  dtls_pair_run (pair, LONG_MS);
  fail_unless (dtls_pair_is_connected (pair));
  for (guint which = 0; which < 2; which++) {
    GstIceDtlsConnection *ours = pair->ends[which].ours;

    fail_unless_equals_int (gst_ice_dtls_connection_receive (ours, alert,
            sizeof alert, &taken), GST_ICE_DTLS_CONNECTED);
    fail_if (taken);
    gst_ice_dtls_connection_receive (ours, cut_off, sizeof cut_off, &taken);
    fail_if (taken);
  }
  n_sent = pair->n_sent[DTLS_SERVER];
  for (guint i = 0; i < 1000; i++) {
    gst_ice_dtls_connection_receive (pair->ends[DTLS_SERVER].ours, change,
        sizeof change, &taken);
    n_taken += taken;
    gst_ice_dtls_connection_receive (pair->ends[DTLS_CLIENT].ours, change,
        sizeof change, &taken);
    fail_if (taken);
  }
  fail_unless_equals_int (n_taken, 16);
  fail_unless_equals_int (pair->n_sent[DTLS_SERVER] - n_sent, 16);
  dtls_pair_free (pair);
}

GST_END_TEST;

/* Nothing in common. */

typedef struct
{
  const gchar *what;
  void (*change) (SSL_CTX * other);
  const gchar *key_type;
  const gchar *as_client, *as_server;   /* our message; NULL: connected */
} Misfit;

static void
only_old (SSL_CTX * other)
{
  SSL_CTX_set_max_proto_version (other, DTLS1_VERSION);
}

static void
only_static_keys (SSL_CTX * other)
{
  SSL_CTX_set_cipher_list (other, "AES128-SHA:@SECLEVEL=0");
}

static void
only_other_profile (SSL_CTX * other)
{
  SSL_CTX_set_tlsext_use_srtp (other, "SRTP_AES128_CM_SHA1_32");
}

static void
only_other_groups (SSL_CTX * other)
{
  SSL_CTX_set1_groups_list (other, "P-521");
}

static void
nothing (SSL_CTX * other)
{
}

static const Misfit misfits[] = {
  {"DTLS 1.0", only_old, "P-256",
        "we sent the alert \"protocol version\": unsupported protocol",
      "we sent the alert \"protocol version\": unsupported protocol"},
  {"no common cipher", only_static_keys, "RSA-1024",
        "the peer sent the alert \"handshake failure\"",
      "we sent the alert \"handshake failure\": no shared cipher"},
  {"no common profile", only_other_profile, "P-256",
      "no SRTP profile in common", "no SRTP profile in common"},
  {"no common group", only_other_groups, "P-256",
        "the peer sent the alert \"handshake failure\"",
      "we sent the alert \"handshake failure\": no shared cipher"},
  {"an unknown curve", nothing, "secp256k1", "alert \"", "alert \""},
  /* A server can't use it with ECDHE; a client proves by it that it is the peer. */
  {"a key of another kind", nothing, "DSA",
      "the peer sent the alert \"handshake failure\"", NULL},
};

GST_START_TEST (test_nothing_in_common)
{
  const Misfit *misfit = &misfits[__i__];
  const gchar *const messages[] = { misfit->as_client, misfit->as_server };

  for (guint ours = 0; ours < 2; ours++) {
    SSL_CTX *other = dtls_other_new (misfit->key_type, 30, 0);
    DtlsPair *pair;

    misfit->change (other);
    pair = pair_with_other (ours, other);
    dtls_pair_run (pair, LONG_MS);
    if (messages[ours] != NULL)
      assert_failed (pair, ours, messages[ours]);
    fail_unless_equals_int (dtls_pair_is_connected (pair),
        messages[ours] == NULL);
    dtls_pair_free (pair);
    SSL_CTX_free (other);
  }
}

GST_END_TEST;

GST_START_TEST (test_no_srtp_and_no_certificate)
{
  SSL_CTX *plain = SSL_CTX_new (DTLS_method ());
  DtlsPair *pair = pair_with_other (DTLS_SERVER, plain);

  dtls_pair_run (pair, LONG_MS);
  assert_failed (pair, DTLS_SERVER, "we sent the alert \"handshake failure\": "
      "peer did not return a certificate");
  dtls_pair_free (pair);
  SSL_CTX_free (plain);
}

GST_END_TEST;

/* 40 kB of certificate are more than is kept of a stranger. */
GST_START_TEST (test_certificate_too_long)
{
  for (guint ours = 0; ours < 2; ours++) {
    SSL_CTX *other = dtls_other_new ("P-256", 30, 40000);
    DtlsPair *pair = pair_with_other (ours, other);

    dtls_pair_run (pair, LONG_MS);
    assert_failed (pair, ours, "longer than is taken");
    dtls_pair_free (pair);
    SSL_CTX_free (other);
  }
}

GST_END_TEST;

/* Silence. */

/* Nothing from the message number meddle_data of all on gets through. */
static gboolean
stop_at (DtlsPair * pair, guint from, GByteArray * datagram)
{
  Cutter *cutter = pair->meddle_data;
  gsize at = 0;

  while (at + RECORD_HEAD <= datagram->len) {
    const guint8 *record = datagram->data + at;

    if (cutter->n_records[0] == 0)
      break;
    cutter->n_records[0]--;
    at += RECORD_HEAD + read_bytes (record + 11, 2);
  }
  g_byte_array_set_size (datagram, (guint) at);
  return at > 0;
}

/* A handshake has 13 messages: a client's hello, five of the server, five of the
 * client, two of the server. */
GST_START_TEST (test_handshake_that_stops_at_each_message)
{
  Cutter cutter = {.n_records = {(guint64) __i__, 0}
  };
  DtlsPair *pair = dtls_pair_new (client_context, server_context);
  gint64 ms;

  pair->meddle = stop_at;
  pair->meddle_data = &cutter;
  pair->round_trip_us = 10000;
  ms = dtls_pair_run (pair, LONG_MS);
  assert_failed (pair, DTLS_CLIENT, "the peer does not answer");
  fail_unless (ms > 10000 && ms < 25000, "%" G_GINT64_FORMAT " ms", ms);
  assert_clear (pair);
  if (__i__ > 0 && __i__ < 11)
    assert_failed (pair, DTLS_SERVER, "the peer does not answer");
  else
    fail_unless_equals_int (pair->ends[DTLS_SERVER].state,
        __i__ == 0 ? GST_ICE_DTLS_CONNECTING : GST_ICE_DTLS_CONNECTED);
  dtls_pair_free (pair);
}

GST_END_TEST;

static Suite *
dtlsbadinput_suite (void)
{
  Suite *s = suite_create ("dtlsbadinput");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, make_contexts, drop_contexts);
  tcase_add_loop_test (tc, test_damaged_datagrams, 0, 40);
  tcase_add_loop_test (tc, test_fragments, 0, N_WAYS);
  tcase_add_test (tc, test_client_hello_flood);
  tcase_add_test (tc, test_noise);
  tcase_add_test (tc, test_late_packets_are_ignored);
  tcase_add_loop_test (tc, test_nothing_in_common, 0, G_N_ELEMENTS (misfits));
  tcase_add_test (tc, test_no_srtp_and_no_certificate);
  tcase_add_test (tc, test_certificate_too_long);
  tcase_add_loop_test (tc, test_handshake_that_stops_at_each_message, 0, 13);
  return s;
}

GST_CHECK_MAIN (dtlsbadinput);
