/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What two ends of a DTLS handshake agree on, with whom, and how fast, over networks that are
 * sound, lose packets or take long. */

#include "config.h"

#include "dtlspair.h"
#include "fakeclock.h"
#include "gsticecertificate.h"

#include <gst/check/gstcheck.h>
#include <malloc.h>

#define DAY_S (24 * 60 * 60)

/* Longer than any handshake. */
#define LONG_MS 60000

/* Handshakes in one of the runs, which make 400; a sanitizer makes each thirty times as
 * long. */
#ifdef __SANITIZE_ADDRESS__
#define N_LOSSES 5
#else
#define N_LOSSES 50
#endif

static const GstIceSrtpSuite all[] = {
  GST_ICE_SRTP_SUITE_AEAD_AES_128_GCM, GST_ICE_SRTP_SUITE_AEAD_AES_256_GCM,
  GST_ICE_SRTP_SUITE_AES_CM_128_HMAC_SHA1_80,
  GST_ICE_SRTP_SUITE_AES_CM_128_HMAC_SHA1_32
};

static GstIceDtlsContext *client_context, *server_context;
static gsize openssl_bytes;     /* that OpenSSL holds now */

static gint64
now_s (void)
{
  return fake_clock_get_ms () / 1000;
}

static void
make_contexts (void)
{
  client_context = gst_ice_dtls_context_new (all, 4, now_s ());
  server_context = gst_ice_dtls_context_new (all, 4, now_s ());
  fail_unless (client_context != NULL && server_context != NULL);
}

static void
drop_contexts (void)
{
  gst_ice_dtls_context_unref (client_context);
  gst_ice_dtls_context_unref (server_context);
}

static void
assert_message_has (const DtlsPair * pair, guint which, const gchar * text)
{
  const gchar *message = dtls_pair_get_message (pair, which);

  fail_unless (strstr (message, text) != NULL, "\"%s\" has no \"%s\"", message,
      text);
}

/* What is agreed. */

static const struct
{
  GstIceSrtpSuite clients[2], servers[2];
  GstIceSrtpSuite agreed;
} orders[] = {
  /* Each alone, in one of the two. */
  {{0, 0}, {0, 1}, 0}, {{1, 1}, {0, 1}, 1}, {{2, 2}, {3, 2}, 2}, {{3, 3}, {2,
          3},
      3},
  {{0, 1}, {0, 0}, 0}, {{0, 1}, {1, 1}, 1}, {{3, 2}, {2, 2}, 2}, {{2, 3}, {3,
          3},
      3},
  /* The server's order counts. */
  {{2, 0}, {0, 2}, 0}, {{0, 2}, {2, 0}, 2}, {{1, 0}, {0, 1}, 0},
};

static GstIceDtlsContext *
new_context (const GstIceSrtpSuite suites[2])
{
  return gst_ice_dtls_context_new (suites, suites[0] == suites[1] ? 1 : 2,
      now_s ());
}

GST_START_TEST (test_servers_order_decides)
{
  g_autoptr (GstIceDtlsContext) client = new_context (orders[__i__].clients);
  g_autoptr (GstIceDtlsContext) server = new_context (orders[__i__].servers);
  DtlsPair *pair = dtls_pair_new (client, server);

  fail_unless_equals_int64 (dtls_pair_run (pair, LONG_MS), 0);
  fail_unless (dtls_pair_is_connected (pair));
  fail_unless_equals_int (pair->ends[0].keys.suite, orders[__i__].agreed);
  for (guint i = 0; i < 2; i++) {
    GstIceDtlsConnection *ours = pair->ends[i].ours;

    fail_unless_equals_string (gst_ice_dtls_connection_get_cipher (ours),
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
    fail_unless_equals_int (gst_ice_dtls_connection_get_version (ours), 0xfefd);
    fail_unless_equals_string (gst_ice_dtls_connection_get_peer_fingerprint
        (ours),
        gst_ice_dtls_context_get_fingerprint (i == 0 ? server : client));
    fail_unless_equals_string (dtls_pair_get_message (pair, i), "");
  }
  dtls_pair_free (pair);
}

GST_END_TEST;

/* Both ends of another make, which ranks GCM last: as servers we have it. */
GST_START_TEST (test_other_ranks_gcm_last)
{
  SSL_CTX *other = dtls_other_new ("P-256", 30, 0);
  const guint ours = __i__ == 0 ? DTLS_SERVER : DTLS_CLIENT;
  DtlsPair *pair = dtls_pair_new (ours == DTLS_CLIENT ? client_context : NULL,
      ours == DTLS_SERVER ? server_context : NULL);

  dtls_pair_set_other (pair, !ours, other);
  dtls_pair_run (pair, LONG_MS);
  fail_unless (dtls_pair_is_connected (pair));
  fail_unless_equals_int (pair->ends[ours].keys.suite, ours == DTLS_SERVER ?
      GST_ICE_SRTP_SUITE_AEAD_AES_128_GCM :
      GST_ICE_SRTP_SUITE_AES_CM_128_HMAC_SHA1_80);
  dtls_pair_free (pair);
  SSL_CTX_free (other);
}

GST_END_TEST;

static const struct
{
  const gchar *key_type;
  gint days;
  gsize extra_bytes;
} certificates[] = {
  {"P-256", 30, 0}, {"P-384", 30, 0}, {"RSA-2048", 30, 0}, {"RSA-1024", 30, 0},
  /* Dates are not looked at (RFC 8122, 6.2). */
  {"P-256", -10, 0}, {"RSA-2048", -10, 0},
  {"P-256", 30, 16000}, {"RSA-2048", 30, 16000},
};

/* Peers have certificates of all kinds, at either end. */
GST_START_TEST (test_certificates_of_others)
{
  for (guint ours = 0; ours < 2; ours++) {
    SSL_CTX *other = dtls_other_new (certificates[__i__].key_type,
        certificates[__i__].days, certificates[__i__].extra_bytes);
    DtlsPair *pair = dtls_pair_new (ours == DTLS_CLIENT ? client_context : NULL,
        ours == DTLS_SERVER ? server_context : NULL);

    dtls_pair_set_other (pair, !ours, other);
    dtls_pair_run (pair, LONG_MS);
    fail_unless (dtls_pair_is_connected (pair), "%s, we are %s: %s",
        certificates[__i__].key_type, ours == DTLS_CLIENT ? "client" : "server",
        dtls_pair_get_message (pair, ours));
    dtls_pair_free (pair);
    SSL_CTX_free (other);
  }
}

GST_END_TEST;

/* Who is let in. */

GST_START_TEST (test_fingerprints_by_all_hashes)
{
  static const gchar *const hashes[] = { "sha-1", "sha-224", "sha-256",
    "sha-384", "sha-512"
  };
  SSL_CTX *other = dtls_other_new ("P-256", 30, 0);
  g_autofree gchar *right = gst_ice_certificate_compute_fingerprint
      (SSL_CTX_get0_certificate (other), hashes[__i__]);
  g_autofree gchar *lower = g_ascii_strdown (right, -1);
  g_autofree gchar *wrong = g_strdup (right);

  wrong[0] = wrong[0] == '0' ? '1' : '0';
  for (guint i = 0; i < 4; i++) {
    DtlsPair *pair = dtls_pair_new (NULL, server_context);

    dtls_pair_set_other (pair, DTLS_CLIENT, other);
    /* Alone, after one that is wrong, in lower case; and wrong. */
    dtls_pair_expect (pair, DTLS_SERVER, hashes[__i__], i == 0 ? right :
        i == 1 ? wrong : i == 2 ? lower : wrong);
    if (i == 1)
      dtls_pair_expect (pair, DTLS_SERVER, hashes[__i__], right);
    dtls_pair_run (pair, LONG_MS);
    fail_unless_equals_int (dtls_pair_is_connected (pair), i < 3);
    dtls_pair_free (pair);
  }
  SSL_CTX_free (other);
}

GST_END_TEST;

static const struct
{
  const gchar *hash, *fingerprint;
} strangers[] = {
  {"sha-256", "00:11"}, {"sha-256", ""}, {"md5", "00:11"}, {"", ""},
  {"sha-1", "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33"},
};

/* Neither as client nor as server does an end go on with another than was named, and the
 * other hears why. */
GST_START_TEST (test_strangers_are_refused)
{
  for (guint deceived = 0; deceived < 2; deceived++) {
    DtlsPair *pair = dtls_pair_new (client_context, server_context);

    dtls_pair_expect (pair, deceived, strangers[__i__].hash,
        strangers[__i__].fingerprint);
    dtls_pair_run (pair, LONG_MS);
    fail_unless_equals_int (pair->ends[deceived].state, GST_ICE_DTLS_FAILED);
    fail_unless (gst_ice_dtls_connection_is_of_another (pair->ends
            [deceived].ours));
    assert_message_has (pair, deceived,
        "we sent the alert \"bad certificate\"");
    fail_unless_equals_int (pair->ends[!deceived].state, GST_ICE_DTLS_FAILED);
    fail_unless_equals_string (dtls_pair_get_message (pair, !deceived),
        "the peer sent the alert \"bad certificate\"");
    fail_if (pair->ends[deceived].has_keys);
    dtls_pair_free (pair);
  }
}

GST_END_TEST;

/* Time. */

static const struct
{
  guint round_trip_us;
  guint first_ms;
} round_trips[] = {
  {0, 100}, {1, 50}, {300, 50}, {10000, 50}, {40000, 60}, {100000, 150},
  {200000, 300}, {300000, 400}, {5000000, 400}, {G_MAXUINT, 400},
};

GST_START_TEST (test_first_retransmission_by_the_round_trip)
{
  DtlsPair *pair = dtls_pair_new (client_context, server_context);
  GstIceDtlsConnection *client = pair->ends[DTLS_CLIENT].ours;
  guint expected = round_trips[__i__].first_ms;

  pair->round_trip_us = round_trips[__i__].round_trip_us;
  gst_ice_dtls_connection_start (client);
  /* Doubled each time, and given up with the thirteenth. */
  for (guint n = 1; n <= 13; n++) {
    fail_unless_equals_int (pair->n_sent[DTLS_CLIENT], n);
    fail_unless_equals_int (gst_ice_dtls_connection_get_timeout_ms (client),
        expected);
    fake_clock_advance (expected);
    gst_ice_dtls_connection_time_out (client);
    expected = MIN (expected * 2, 2000);
  }
  fail_unless_equals_int (pair->n_sent[DTLS_CLIENT], 13);
  fail_unless_equals_int (gst_ice_dtls_connection_get_timeout_ms (client), -1);
  assert_message_has (pair, DTLS_CLIENT, "the peer does not answer");
  dtls_pair_free (pair);
}

GST_END_TEST;

/* Two round trips, and a datagram a flight: nothing is sent twice on a sound path. */
GST_START_TEST (test_two_round_trips)
{
  static const guint delays_ms[] = { 0, 5, 25, 50, 100, 150 };
  DtlsPair *pair = dtls_pair_new (client_context, server_context);

  pair->delay_ms = delays_ms[__i__];
  pair->round_trip_us = 2000 * delays_ms[__i__] + 100;
  fail_unless_equals_int64 (dtls_pair_run (pair, LONG_MS),
      4 * delays_ms[__i__]);
  fail_unless (dtls_pair_is_connected (pair));
  fail_unless_equals_int (pair->n_flights, 4);
  fail_unless_equals_int (pair->n_sent[0] + pair->n_sent[1], 4);
  fail_unless (pair->max_bytes <= 1200);
  /* A client does not wait for the end. */
  fail_unless_equals_int64 (pair->ends[DTLS_CLIENT].keyed_ms,
      2 * delays_ms[__i__]);
  fail_unless_equals_int64 (pair->ends[DTLS_SERVER].keyed_ms,
      3 * delays_ms[__i__]);
  dtls_pair_free (pair);
}

GST_END_TEST;

static gboolean
lose_flight (DtlsPair * pair, guint from, GByteArray * datagram)
{
  const guint lost = GPOINTER_TO_UINT (pair->meddle_data);

  return pair->n_flights != lost || pair->n_sent[from] > (lost + 1) / 2;
}

GST_START_TEST (test_each_flight_may_get_lost)
{
  DtlsPair *pair = dtls_pair_new (client_context, server_context);
  gint64 ms;

  pair->round_trip_us = 10000;
  pair->meddle = lose_flight;
  pair->meddle_data = GUINT_TO_POINTER (__i__);
  ms = dtls_pair_run (pair, LONG_MS);
  fail_unless (dtls_pair_is_connected (pair));
  fail_unless_equals_int64 (ms, 50);
  dtls_pair_free (pair);
}

GST_END_TEST;

/* An end gives its memory back when it has its keys, and the other may not have its own
 * yet. */
GST_START_TEST (test_loss)
{
  guint n_connected = 0;

  for (guint i = 0; i < N_LOSSES; i++) {
    DtlsPair *pair = dtls_pair_new (client_context, server_context);

    g_rand_set_seed (pair->rand, (guint) __i__ * N_LOSSES + i);
    pair->loss_percent = __i__ % 2 == 0 ? 20 : 30;
    pair->delay_ms = 20;
    pair->round_trip_us = 40000;
    dtls_pair_run (pair, LONG_MS);
    n_connected += dtls_pair_is_connected (pair);
    dtls_pair_free (pair);
  }
  fail_unless_equals_int (n_connected, N_LOSSES);
}

GST_END_TEST;

/* On a path that carries little, sizes go down after a while. */
static gboolean
lose_large (DtlsPair * pair, guint from, GByteArray * datagram)
{
  return datagram->len <= 548;
}

GST_START_TEST (test_narrow_path)
{
  DtlsPair *pair = dtls_pair_new (client_context, server_context);

  pair->meddle = lose_large;
  pair->round_trip_us = 10000;
  dtls_pair_run (pair, LONG_MS);
  fail_unless (dtls_pair_is_connected (pair));
  fail_unless (pair->max_bytes > 548);
  dtls_pair_free (pair);
}

GST_END_TEST;

/* What is left. */

GST_START_TEST (test_memory_is_given_back)
{
  enum
  { N = 50 };
  DtlsPair *pairs[N];
  gsize before, during;

  for (guint i = 0; i < 3; i++) {
    DtlsPair *warm = dtls_pair_new (client_context, server_context);

    dtls_pair_run (warm, LONG_MS);
    dtls_pair_free (warm);
  }
  before = openssl_bytes;
  fail_unless (before > 0);
  for (guint i = 0; i < N; i++)
    pairs[i] = dtls_pair_new (client_context, server_context);
  during = openssl_bytes;
  fail_unless (during > before + 2 * N * 5000);
  for (guint i = 0; i < N; i++) {
    dtls_pair_run (pairs[i], LONG_MS);
    fail_unless (dtls_pair_is_connected (pairs[i]));
  }
  fail_unless (openssl_bytes < before + 2 * N * 100, "%zu bytes an end",
      (openssl_bytes - before) / (2 * N));
  for (guint i = 0; i < N; i++)
    dtls_pair_free (pairs[i]);
}

GST_END_TEST;

/* close_notify was made when the memory was still there, and is good when it is gone. */
GST_START_TEST (test_other_hears_of_the_end)
{
  SSL_CTX *other = dtls_other_new ("P-256", 30, 0);
  const guint ours = __i__ == 0 ? DTLS_SERVER : DTLS_CLIENT;
  DtlsPair *pair = dtls_pair_new (ours == DTLS_CLIENT ? client_context : NULL,
      ours == DTLS_SERVER ? server_context : NULL);

  dtls_pair_set_other (pair, !ours, other);
  dtls_pair_run (pair, LONG_MS);
  fail_unless_equals_int (pair->ends[!ours].state, GST_ICE_DTLS_CONNECTED);
  gst_ice_dtls_connection_close (pair->ends[ours].ours);
  dtls_pair_run (pair, LONG_MS);
  fail_unless_equals_int (pair->ends[!ours].state, GST_ICE_DTLS_CLOSED);
  dtls_pair_free (pair);
  SSL_CTX_free (other);
}

GST_END_TEST;

static const struct
{
  const gchar *cipher;
  gboolean heard;
} end_rows[] = {
  {"ECDHE-ECDSA-AES128-GCM-SHA256", TRUE},
  {"ECDHE-ECDSA-AES256-GCM-SHA384", TRUE},
  {"ECDHE-ECDSA-CHACHA20-POLY1305", TRUE},
  {"ECDHE-ECDSA-AES128-SHA", FALSE},
};

static void
assert_not_heard (DtlsPair * pair, guint ours, const guint8 * datagram,
    gsize size)
{
  dtls_pair_inject (pair, ours, datagram, size);
  dtls_pair_run (pair, LONG_MS);
  fail_unless_equals_int (pair->ends[ours].state, GST_ICE_DTLS_CONNECTED);
}

/* The end of a peer of another make is heard when OpenSSL's memory is gone. */
GST_START_TEST (test_end_of_other_is_heard)
{
  SSL_CTX *other = dtls_other_new ("P-256", 30, 0);

  SSL_CTX_set_cipher_list (other, end_rows[__i__].cipher);
  for (guint ours = 0; ours < 2; ours++) {
    DtlsPair *pair = dtls_pair_new (ours == DTLS_CLIENT ? client_context : NULL,
        ours == DTLS_SERVER ? server_context : NULL);

    dtls_pair_set_other (pair, !ours, other);
    dtls_pair_run (pair, LONG_MS);
    fail_unless (dtls_pair_is_connected (pair));
    SSL_shutdown (pair->ends[!ours].ssl);
    dtls_pair_run (pair, LONG_MS);
    fail_unless_equals_int (pair->ends[ours].state, end_rows[__i__].heard ?
        GST_ICE_DTLS_ENDED : GST_ICE_DTLS_CONNECTED);
    dtls_pair_free (pair);
  }
  SSL_CTX_free (other);
}

GST_END_TEST;

/* The close_notify of another connection, one that is changed in any bit or cut, and alerts
 * that nobody encrypted end nothing. */
GST_START_TEST (test_forged_end_is_not_heard)
{
  const guint ours = __i__ == 0 ? DTLS_SERVER : DTLS_CLIENT;
  DtlsPair *pair = dtls_pair_new (client_context, server_context);
  DtlsPair *another = dtls_pair_new (client_context, server_context);
  g_autoptr (GBytes) theirs = NULL, strange = NULL;
  guint8 plain[] = { 21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 5, 0, 2, 1, 0 };
  const guint8 *data;
  gsize size;

  dtls_pair_run (pair, LONG_MS);
  dtls_pair_run (another, LONG_MS);
  gst_ice_dtls_connection_close (another->ends[!ours].ours);
  strange = dtls_pair_take (another);
  assert_not_heard (pair, ours, g_bytes_get_data (strange, NULL),
      g_bytes_get_size (strange));
  for (guint fatal = 0; fatal < 2; fatal++) {
    for (guint epoch = 0; epoch < 3; epoch++) {
      plain[4] = (guint8) epoch;
      plain[13] = fatal ? 2 : 1;
      assert_not_heard (pair, ours, plain, sizeof plain);
    }
  }

  gst_ice_dtls_connection_close (pair->ends[!ours].ours);
  theirs = dtls_pair_take (pair);
  data = g_bytes_get_data (theirs, &size);
  for (guint bit = 0; bit < 8 * size; bit++) {
    g_autofree guint8 *changed = g_memdup2 (data, size);

    changed[bit / 8] ^= (guint8) (1 << bit % 8);
    assert_not_heard (pair, ours, changed, size);
  }
  for (gsize n = 0; n < size; n++)
    assert_not_heard (pair, ours, data, n);

  dtls_pair_inject (pair, ours, data, size);
  dtls_pair_run (pair, LONG_MS);
  fail_unless_equals_int (pair->ends[ours].state, GST_ICE_DTLS_ENDED);
  dtls_pair_free (another);
  dtls_pair_free (pair);
}

GST_END_TEST;

/* Certificates. */

GST_START_TEST (test_certificate_is_renewed_in_time)
{
  const gint64 begun = now_s ();
  g_autoptr (GstIceDtlsContext) old = gst_ice_dtls_context_get_shared (begun);
  static const struct
  {
    gint64 days;
    gboolean is_old;
  } rows[] = {
    {0, TRUE}, {22, TRUE}, {24, FALSE}, {31, FALSE}, {400, FALSE},
    {-2, FALSE},
  };
  g_autoptr (GstIceDtlsContext) later = gst_ice_dtls_context_get_shared
      (begun + rows[__i__].days * DAY_S);
  g_autoptr (GstIceDtlsContext) again = gst_ice_dtls_context_get_shared
      (begun + rows[__i__].days * DAY_S);
  DtlsPair *pair = dtls_pair_new (old, later);

  fail_unless_equals_int (later == old, rows[__i__].is_old);
  fail_unless_equals_int (g_str_equal (gst_ice_dtls_context_get_fingerprint
          (old), gst_ice_dtls_context_get_fingerprint (later)),
      rows[__i__].is_old);
  fail_unless (again == later);
  /* A call that has the one before goes on with it. */
  dtls_pair_run (pair, LONG_MS);
  fail_unless (dtls_pair_is_connected (pair));
  dtls_pair_free (pair);
}

GST_END_TEST;

GST_START_TEST (test_certificate_says_when_it_ends)
{
  EVP_PKEY *key = EVP_EC_gen ("P-256");
  X509 *certificate = gst_ice_certificate_new (key, now_s ());
  time_t day_before = now_s () - DAY_S - 1, begun = now_s ();
  time_t end = now_s () + 30 * DAY_S;

  fail_unless (X509_cmp_time (X509_get0_notBefore (certificate),
          &day_before) > 0);
  fail_unless (X509_cmp_time (X509_get0_notBefore (certificate), &begun) < 0);
  end -= 1;
  fail_unless (X509_cmp_time (X509_get0_notAfter (certificate), &end) > 0);
  end += 2;
  fail_unless (X509_cmp_time (X509_get0_notAfter (certificate), &end) < 0);
  fail_unless (X509_verify (certificate, key) == 1);
  X509_free (certificate);
  EVP_PKEY_free (key);
}

GST_END_TEST;

/* Before OpenSSL has allocated anything: counts what it holds. */

static void *
count_malloc (size_t size, const char *file, int line)
{
  void *made = malloc (size);

  openssl_bytes += malloc_usable_size (made);
  return made;
}

static void *
count_realloc (void *old, size_t size, const char *file, int line)
{
  const gsize before = malloc_usable_size (old);
  void *made = realloc (old, size);

  if (made != NULL)
    openssl_bytes += malloc_usable_size (made) - before;
  return made;
}

static void
count_free (void *old, const char *file, int line)
{
  openssl_bytes -= malloc_usable_size (old);
  free (old);
}

static Suite *
dtls_suite (void)
{
  Suite *s = suite_create ("dtls");
  TCase *tc = tcase_create ("general");

  g_assert (CRYPTO_set_mem_functions (count_malloc, count_realloc, count_free));
  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, make_contexts, drop_contexts);
  tcase_add_loop_test (tc, test_servers_order_decides, 0,
      G_N_ELEMENTS (orders));
  tcase_add_loop_test (tc, test_other_ranks_gcm_last, 0, 2);
  tcase_add_loop_test (tc, test_certificates_of_others, 0,
      G_N_ELEMENTS (certificates));
  tcase_add_loop_test (tc, test_fingerprints_by_all_hashes, 0, 5);
  tcase_add_loop_test (tc, test_strangers_are_refused, 0,
      G_N_ELEMENTS (strangers));
  tcase_add_loop_test (tc, test_first_retransmission_by_the_round_trip, 0,
      G_N_ELEMENTS (round_trips));
  tcase_add_loop_test (tc, test_two_round_trips, 0, 6);
  tcase_add_loop_test (tc, test_each_flight_may_get_lost, 1, 5);
  tcase_add_loop_test (tc, test_loss, 0, 8);
  tcase_add_test (tc, test_narrow_path);
  tcase_add_test (tc, test_memory_is_given_back);
  tcase_add_loop_test (tc, test_other_hears_of_the_end, 0, 2);
  tcase_add_loop_test (tc, test_end_of_other_is_heard, 0,
      G_N_ELEMENTS (end_rows));
  tcase_add_loop_test (tc, test_forged_end_is_not_heard, 0, 2);
  tcase_add_loop_test (tc, test_certificate_is_renewed_in_time, 0, 6);
  tcase_add_test (tc, test_certificate_says_when_it_ends);
  return s;
}

GST_CHECK_MAIN (dtls);
