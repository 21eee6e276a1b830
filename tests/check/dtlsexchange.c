/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The key exchange of DTLS-SRTP on its thread: what it tells, when, what comes too early, too
 * late or too often, and what is in its statistics. */

#include "config.h"

#include "gsticedtls.h"
#include "gsticedtlsconnection.h"
#include "gsticeerror.h"

#include <gst/check/gstcheck.h>

typedef struct _Side Side;

struct _Side
{
  Side *peer;
  GstIceKeyExchange *exchange;
  GstIceCipher *cipher;
  gchar *error;
  guint n_told;                 /* ready and failed */
  guint n_ended;
  GPtrArray *sent;              /* of GBytes */
  gboolean holds;               /* what it sends does not arrive */
  gboolean closes;              /* when it is told */
};

static GMainContext *context;

static void
on_packet (GstIceKeyExchange * exchange, GstBuffer * packet, gpointer user_data)
{
  Side *side = user_data;
  GstMapInfo map;

  gst_buffer_map (packet, &map, GST_MAP_READ);
  g_ptr_array_add (side->sent, g_bytes_new (map.data, map.size));
  gst_buffer_unmap (packet, &map);
  if (!side->holds && side->peer->exchange != NULL)
    gst_ice_key_exchange_receive (side->peer->exchange, gst_buffer_copy_deep
        (packet));
}

static void
close_side (Side * side)
{
  if (side->exchange != NULL)
    gst_ice_key_exchange_close (side->exchange);
  g_clear_object (&side->exchange);
}

static void
on_ready (GstIceKeyExchange * exchange, GstIceCipher * cipher,
    gpointer user_data)
{
  Side *side = user_data;

  side->n_told++;
  g_set_object (&side->cipher, cipher);
  if (side->closes)
    close_side (side);
}

static void
on_failed (GstIceKeyExchange * exchange, const GError * error,
    gpointer user_data)
{
  Side *side = user_data;

  side->n_told++;
  fail_unless (error->domain == GST_ICE_ERROR);
  side->error = g_strdup (error->message);
  if (side->closes)
    close_side (side);
}

static void
on_ended (GstIceKeyExchange * exchange, gpointer user_data)
{
  Side *side = user_data;

  side->n_ended++;
  if (side->closes)
    close_side (side);
}

static const GstIceKeyExchangeEvents events = {
  .packet = on_packet,
  .ready = on_ready,
  .failed = on_failed,
  .ended = on_ended,
};

static void
open_side (Side * side, Side * peer)
{
  GstIceKeyExchangeSettings settings = {
    .name = "audio",
    .encryption = GST_ICE_ENCRYPTION_DTLS_SRTP,
    .context = context,
    .events = &events,
    .user_data = side,
  };

  side->peer = peer;
  side->sent = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  side->exchange = gst_ice_dtls_new (&settings, NULL);
  fail_unless (side->exchange != NULL);
}

static void
open_sides (Side sides[2])
{
  context = g_main_context_new ();
  g_main_context_push_thread_default (context);
  open_side (&sides[0], &sides[1]);
  open_side (&sides[1], &sides[0]);
}

static void
drop_sides (Side sides[2])
{
  for (guint i = 0; i < 2; i++) {
    close_side (&sides[i]);
    g_clear_object (&sides[i].cipher);
    g_free (sides[i].error);
    g_ptr_array_unref (sides[i].sent);
  }
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
}

/* @forged: (nullable): a fingerprint that the @deceived is told in the place of the
 *     other's */
static void
agree_deceived (Side sides[2], guint deceived, const gchar * forged)
{
  g_autoptr (GstIceKeying) offered =
      gst_ice_key_exchange_get_keying (sides[0].exchange);
  g_autoptr (GstIceKeying) ours =
      gst_ice_key_exchange_get_keying (sides[1].exchange);
  g_autoptr (GstIceKeying) offer = gst_ice_keying_describe (offered, NULL);
  g_autoptr (GstIceKeying) answer = gst_ice_keying_describe (ours, offer);

  fail_unless_equals_int (offer->setup, GST_ICE_SETUP_ACTPASS);
  fail_unless_equals_int (answer->setup, GST_ICE_SETUP_PASSIVE);
  if (forged != NULL) {
    GstIceKeying *said = deceived == 0 ? answer : offer;

    g_ptr_array_set_size (said->fingerprints, 0);
    gst_ice_keying_add_fingerprint (said, "sha-256", forged);
  }
  gst_ice_key_exchange_agree (sides[0].exchange, answer, FALSE);
  gst_ice_key_exchange_agree (sides[1].exchange, offer, TRUE);
}

static void
agree (Side sides[2], const gchar * forged)
{
  agree_deceived (sides, 0, forged);
}

static void
start (Side sides[2])
{
  for (guint i = 0; i < 2; i++)
    gst_ice_key_exchange_start (sides[i].exchange);
}

static gboolean
on_give_up (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Until both were told, or for the time that a test may take. */
static void
run (Side sides[2], guint n_told)
{
  gboolean given_up = FALSE;
  GSource *limit = g_timeout_source_new_seconds (5);

  g_source_set_callback (limit, on_give_up, &given_up, NULL);
  g_source_attach (limit, context);
  while (!given_up && sides[0].n_told + sides[1].n_told < n_told)
    g_main_context_iteration (context, TRUE);
  g_source_destroy (limit);
  g_source_unref (limit);
  fail_if (given_up);
  /* What was under way to them. */
  while (g_main_context_iteration (context, FALSE));
}

static GstStructure *
get_stats (const Side * side)
{
  GstStructure *stats = gst_structure_new_empty ("stats");

  gst_ice_key_exchange_add_stats (side->exchange, stats);
  return stats;
}

static void
assert_stat (const Side * side, const gchar * name, const gchar * value)
{
  g_autoptr (GstStructure) stats = get_stats (side);

  fail_unless_equals_string (gst_structure_get_string (stats, name), value);
}

static guint
get_ignored (const Side * side)
{
  g_autoptr (GstStructure) stats = get_stats (side);
  guint n = 0;

  fail_unless (gst_structure_get_uint (stats, "dtls-packets-ignored", &n));
  return n;
}

GST_START_TEST (test_both_have_keys_that_fit)
{
  Side sides[2] = { 0, };
  GstBuffer *clear = gst_buffer_new_memdup ("\x80\x60\0\1\0\0\0\0\0\0\0\7media",
      17);

  open_sides (sides);
  assert_stat (&sides[0], "dtls-state", "new");
  assert_stat (&sides[0], "dtls-role", "unknown");
  agree (sides, NULL);
  start (sides);
  start (sides);
  assert_stat (&sides[0], "dtls-state", "new");
  run (sides, 2);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GstBufferList) back = NULL;
    GstBufferList *list = gst_buffer_list_new ();

    gst_buffer_list_add (list, gst_buffer_ref (clear));
    back = gst_ice_cipher_unprotect (sides[!i].cipher,
        gst_ice_cipher_protect (sides[i].cipher, list));
    fail_unless_equals_int (gst_buffer_list_length (back), 1);
    fail_unless (gst_buffer_memcmp (gst_buffer_list_get (back, 0), 12, "media",
            5) == 0);
    assert_stat (&sides[i], "dtls-state", "connected");
    assert_stat (&sides[i], "dtls-cipher",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
    assert_stat (&sides[i], "tls-version", "FEFD");
    fail_unless_equals_int (sides[i].n_told, 1);
  }
  assert_stat (&sides[0], "dtls-role", "client");
  assert_stat (&sides[1], "dtls-role", "server");
  gst_buffer_unref (clear);
  drop_sides (sides);
}

GST_END_TEST;

/* The peer's path is there first: what it says waits. */
GST_START_TEST (test_packets_before_the_start_are_kept)
{
  Side sides[2] = { 0, };

  open_sides (sides);
  agree (sides, NULL);
  gst_ice_key_exchange_start (sides[0].exchange);
  while (sides[0].sent->len == 0)
    g_main_context_iteration (context, TRUE);
  for (guint i = 0; i < 10; i++)
    g_main_context_iteration (context, FALSE);
  fail_unless_equals_int (sides[1].sent->len, 0);
  gst_ice_key_exchange_start (sides[1].exchange);
  run (sides, 2);
  fail_unless (sides[0].cipher != NULL && sides[1].cipher != NULL);
  drop_sides (sides);
}

GST_END_TEST;

/* From other threads, faster than the session takes them. */
GST_START_TEST (test_too_many_packets_are_counted)
{
  Side sides[2] = { 0, };
  guint n_ignored;

  open_sides (sides);
  for (guint i = 0; i < 1000; i++)
    gst_ice_key_exchange_receive (sides[1].exchange, gst_buffer_new_memdup
        ("\x16\xfe\xfd", 3));
  fail_unless_equals_int (get_ignored (&sides[1]), 1000 - 32);
  agree (sides, NULL);
  start (sides);
  run (sides, 2);
  fail_unless (sides[1].cipher != NULL);
  n_ignored = get_ignored (&sides[1]);
  /* And when it is over, none is taken. */
  for (guint i = 0; i < 10; i++)
    gst_ice_key_exchange_receive (sides[1].exchange, gst_buffer_new_memdup
        ("\x16\xfe\xfd", 3));
  while (g_main_context_iteration (context, FALSE));
  fail_unless_equals_int (get_ignored (&sides[1]), n_ignored + 10);
  drop_sides (sides);
}

GST_END_TEST;

GST_START_TEST (test_another_certificate_is_an_error)
{
  Side sides[2] = { 0, };

  open_sides (sides);
  agree (sides, "00:11");
  start (sides);
  run (sides, 2);
  fail_unless (strstr (sides[0].error, "Who answers for audio shows another "
          "certificate") != NULL);
  fail_unless_equals_string (sides[1].error, "The DTLS handshake with the peer "
      "for audio failed: the peer sent the alert \"bad certificate\"");
  for (guint i = 0; i < 2; i++) {
    fail_unless (sides[i].cipher == NULL);
    assert_stat (&sides[i], "dtls-state", "failed");
  }
  assert_stat (&sides[0], "remote-fingerprint", NULL);
  drop_sides (sides);
}

GST_END_TEST;

/* A client knows the server before the server knows the client. */
GST_START_TEST (test_server_refuses_who_has_keys)
{
  Side sides[2] = { 0, };

  open_sides (sides);
  agree_deceived (sides, 1, "00:11");
  start (sides);
  run (sides, 3);
  fail_unless (sides[0].cipher != NULL && sides[1].cipher == NULL);
  fail_unless (sides[0].error != NULL && sides[1].error != NULL);
  assert_stat (&sides[0], "dtls-state", "failed");
  drop_sides (sides);
}

GST_END_TEST;

/* Who hears of the keys, or that there are none, may close at once. */
GST_START_TEST (test_closed_from_inside_of_an_event)
{
  Side sides[2] = { 0, };

  open_sides (sides);
  agree (sides, __i__ == 0 ? NULL : "00:11");
  sides[0].closes = sides[1].closes = TRUE;
  start (sides);
  run (sides, 2);
  drop_sides (sides);
}

GST_END_TEST;

/* An alert is the last thing that a connected end sends. */
GST_START_TEST (test_the_end_is_told)
{
  static const guint8 alert = 21;
  Side sides[2] = { 0, };
  guint n_sent;

  open_sides (sides);
  agree (sides, NULL);
  start (sides);
  run (sides, 2);
  for (guint i = 0; i < 2; i++) {
    n_sent = sides[i].sent->len;
    gst_ice_key_exchange_close (sides[i].exchange);
    gst_ice_key_exchange_close (sides[i].exchange);
    assert_stat (&sides[i], "dtls-state", "closed");
    fail_unless_equals_int (sides[i].sent->len, n_sent + 1);
    fail_unless (*(const guint8 *) g_bytes_get_data (g_ptr_array_index
            (sides[i].sent, n_sent), NULL) == alert);
  }
  drop_sides (sides);
}

GST_END_TEST;

static void
repeat_last (Side * side)
{
  GBytes *last = g_ptr_array_index (side->sent, side->sent->len - 1);

  gst_ice_key_exchange_receive (side->peer->exchange,
      gst_buffer_new_wrapped_bytes (last));
}

/* Once, and only from the peer. Who hears it may close at once. */
GST_START_TEST (test_end_of_the_peer_is_told)
{
  static const guint8 forged[] = { 21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2,
    1, 0
  };
  Side sides[2] = { 0, };

  open_sides (sides);
  agree (sides, NULL);
  start (sides);
  run (sides, 2);
  gst_ice_key_exchange_receive (sides[0].exchange,
      gst_buffer_new_memdup (forged, sizeof forged));
  while (g_main_context_iteration (context, FALSE));
  fail_unless_equals_int (sides[0].n_ended, 0);
  assert_stat (&sides[0], "dtls-state", "connected");

  gst_ice_key_exchange_close (sides[1].exchange);
  sides[0].closes = __i__ == 1;
  while (sides[0].n_ended == 0)
    g_main_context_iteration (context, TRUE);
  if (__i__ == 0) {
    assert_stat (&sides[0], "dtls-state", "closed");
    repeat_last (&sides[1]);
    while (g_main_context_iteration (context, FALSE));
  }
  fail_unless_equals_int (sides[0].n_ended, 1);
  fail_unless_equals_int (sides[0].n_told, 1);
  drop_sides (sides);
}

GST_END_TEST;

GST_START_TEST (test_nothing_is_sent_without_keys)
{
  Side sides[2] = { 0, };

  open_sides (sides);
  agree (sides, NULL);
  close_side (&sides[1]);
  gst_ice_key_exchange_start (sides[0].exchange);
  while (sides[0].sent->len == 0)
    g_main_context_iteration (context, TRUE);
  close_side (&sides[0]);
  fail_unless_equals_int (sides[0].sent->len, 1);
  fail_unless_equals_int (sides[1].sent->len, 0);
  drop_sides (sides);
}

GST_END_TEST;

/* The first flight is sent again, without a thread of its own. */
GST_START_TEST (test_lost_flight_is_sent_again)
{
  Side sides[2] = { 0, };

  open_sides (sides);
  agree (sides, NULL);
  sides[0].holds = TRUE;
  start (sides);
  while (sides[0].sent->len < 2)
    g_main_context_iteration (context, TRUE);
  sides[0].holds = FALSE;
  run (sides, 2);
  fail_unless (sides[0].cipher != NULL && sides[1].cipher != NULL);
  drop_sides (sides);
}

GST_END_TEST;

/* An end of which the test knows the keys. */
static void
on_raw_packet (GstIceKeyExchange * exchange, GstBuffer * packet,
    gpointer user_data)
{
  g_ptr_array_add (user_data, gst_buffer_ref (packet));
}

static void
on_raw_ready (GstIceKeyExchange * exchange, GstIceCipher * cipher,
    gpointer user_data)
{
  g_autoptr (GstBufferList) sent = NULL;
  GstBufferList *list = gst_buffer_list_new ();

  gst_buffer_list_add (list, gst_buffer_new_memdup
      ("\x80\x60\0\1\0\0\0\0\0\0\0\7media", 17));
  sent = gst_ice_cipher_protect (cipher, list);
  fail_unless_equals_int (gst_buffer_list_length (sent), 1);
}

static void
on_raw_failed (GstIceKeyExchange * exchange, const GError * error,
    gpointer user_data)
{
  fail ("%s", error->message);
}

static void
on_raw_send (const guint8 * datagram, gsize size_bytes, gpointer user_data)
{
  gst_ice_key_exchange_receive (user_data, gst_buffer_new_memdup (datagram,
          size_bytes));
}

static guint
get_raw_round_trip_us (gpointer user_data)
{
  return 100000;
}

/* The test's end is the server; @exchange has been told so. */
static void
shake_hands_with (GstIceKeyExchange * exchange, GPtrArray * sent,
    GstIceDtlsKeys * keys)
{
  g_autoptr (GstIceDtlsContext) shared =
      gst_ice_dtls_context_get_shared (g_get_real_time () / G_USEC_PER_SEC);
  g_autoptr (GstIceKeying) expected =
      gst_ice_key_exchange_get_keying (exchange);
  GstIceDtlsConnectionSettings settings = {
    .context = shared,
    .fingerprints = expected->fingerprints,
    .send = on_raw_send,
    .get_round_trip_us = get_raw_round_trip_us,
    .user_data = exchange,
  };
  g_autoptr (GstIceDtlsConnection) server =
      gst_ice_dtls_connection_new (&settings);
  GstIceDtlsState state = gst_ice_dtls_connection_start (server);

  while (state != GST_ICE_DTLS_CONNECTED) {
    while (sent->len == 0)
      g_main_context_iteration (context, TRUE);
    while (sent->len > 0) {
      g_autoptr (GstBuffer) packet = g_ptr_array_steal_index (sent, 0);
      GstMapInfo map;
      gboolean taken;

      gst_buffer_map (packet, &map, GST_MAP_READ);
      state = gst_ice_dtls_connection_receive (server, map.data, map.size,
          &taken);
      gst_buffer_unmap (packet, &map);
    }
  }
  while (g_main_context_iteration (context, FALSE));
  fail_unless (gst_ice_dtls_connection_get_keys (server, keys));
}

static void
on_log (GstDebugCategory * category, GstDebugLevel level, const gchar * file,
    const gchar * function, gint line, GObject * object,
    GstDebugMessage * message, gpointer user_data)
{
  g_string_append (user_data, gst_debug_message_get (message));
  g_string_append_c (user_data, '\n');
}

static void
assert_not_in (const gchar * log, const guint8 * secret, gsize size)
{
  g_autofree gchar *base64 = g_base64_encode (secret, size);
  g_autoptr (GString) hex = g_string_new (NULL);
  g_autofree gchar *lower = g_ascii_strdown (log, -1);

  for (gsize i = 0; i < size; i++)
    g_string_append_printf (hex, "%02x", secret[i]);
  fail_if (strstr (log, base64) != NULL || strstr (lower, hex->str) != NULL);
}

GST_START_TEST (test_keys_are_in_no_log)
{
  static const GstIceKeyExchangeEvents raw = {
    .packet = on_raw_packet,
    .ready = on_raw_ready,
    .failed = on_raw_failed,
  };
  g_autoptr (GPtrArray) sent = g_ptr_array_new_with_free_func
      ((GDestroyNotify) gst_buffer_unref);
  GstIceKeyExchangeSettings settings = {
    .name = "audio",
    .encryption = GST_ICE_ENCRYPTION_DTLS_SRTP,
    .events = &raw,
    .user_data = sent,
  };
  GString *log = g_string_new (NULL);
  g_autoptr (GstIceKeyExchange) exchange = NULL;
  g_autoptr (GstIceKeying) theirs = NULL;
  const GstIceSrtpSuiteInfo *info;
  GstIceDtlsKeys keys;

  gst_debug_remove_log_function (gst_debug_log_default);
  gst_debug_add_log_function (on_log, log, NULL);
  gst_debug_set_active (TRUE);
  gst_debug_set_threshold_from_string ("*:9", TRUE);
  settings.context = context = g_main_context_new ();
  g_main_context_push_thread_default (context);
  exchange = gst_ice_dtls_new (&settings, NULL);
  theirs = gst_ice_key_exchange_get_keying (exchange);
  theirs->setup = GST_ICE_SETUP_PASSIVE;
  gst_ice_key_exchange_agree (exchange, theirs, FALSE);
  gst_ice_key_exchange_start (exchange);
  shake_hands_with (exchange, sent, &keys);
  gst_ice_key_exchange_close (exchange);
  gst_debug_remove_log_function (on_log);
  gst_debug_set_threshold_from_string ("*:1", TRUE);

  info = gst_ice_srtp_suite_get_info (keys.suite);
  fail_unless (strstr (log->str, info->name) != NULL);
  for (guint i = 0; i < 2; i++) {
    const guint8 *secret = i == 0 ? keys.ours.secret : keys.theirs.secret;

    assert_not_in (log->str, secret, info->key_bytes);
    assert_not_in (log->str, secret, info->key_bytes + info->salt_bytes);
    assert_not_in (log->str, secret + info->key_bytes, info->salt_bytes);
  }
  g_string_free (log, TRUE);
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
}

GST_END_TEST;

static Suite *
dtlsexchange_suite (void)
{
  Suite *s = suite_create ("dtlsexchange");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_both_have_keys_that_fit);
  tcase_add_test (tc, test_packets_before_the_start_are_kept);
  tcase_add_test (tc, test_too_many_packets_are_counted);
  tcase_add_test (tc, test_another_certificate_is_an_error);
  tcase_add_test (tc, test_server_refuses_who_has_keys);
  tcase_add_loop_test (tc, test_closed_from_inside_of_an_event, 0, 2);
  tcase_add_test (tc, test_the_end_is_told);
  tcase_add_loop_test (tc, test_end_of_the_peer_is_told, 0, 2);
  tcase_add_test (tc, test_nothing_is_sent_without_keys);
  tcase_add_test (tc, test_lost_flight_is_sent_again);
  tcase_add_test (tc, test_keys_are_in_no_log);
  return s;
}

GST_CHECK_MAIN (dtlsexchange);
