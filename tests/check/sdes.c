/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Two ends whose keys are in their descriptions: which suite they agree on, MKIs, and new
 * keys in mid-call. */

#include "config.h"

#include "gsticeerror.h"
#include "gsticesdes.h"
#include "gsticesdp.h"
#include "gsticesrtpcipher.h"
#include "srtptest.h"

#define HEAD "v=0\r\nm=audio 9 RTP/SAVP 0\r\na=ice-ufrag:8hhY\r\n" \
    "a=ice-pwd:asd88fgpdd777uzjYhagZg\r\na=rtcp-mux\r\n"
/* Keys of 30 bytes, and of GCM's 28 and 44. */
#define KEY_A "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB"
#define KEY_B "QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJC"
#define KEY_28 "R0NNR0NNR0NNR0NNR0NNR0NNR0NNR0NNR0NNRw=="
#define KEY_44 "R0NNR0NNR0NNR0NNR0NNR0NNR0NNR0NNR0NNR0NNR0NNR0NNR0NNR0NNR0M="
#define HMAC_80 "AES_CM_128_HMAC_SHA1_80 "

/* One end, and what it told. */
typedef struct
{
  GstIceKeyExchange *key_exchange;
  GstIceCipher *cipher;         /* or NULL */
  GError *error;                /* or NULL */
  guint n_told;
} End;

static void
on_packet (GstIceKeyExchange * key_exchange, GstBuffer * packet,
    gpointer user_data)
{
  fail ("SDES has no handshake");
}

static void
on_ready (GstIceKeyExchange * key_exchange, GstIceCipher * cipher,
    gpointer user_data)
{
  End *self = user_data;

  self->n_told++;
  g_set_object (&self->cipher, cipher);
}

static void
on_failed (GstIceKeyExchange * key_exchange, const GError * error,
    gpointer user_data)
{
  End *self = user_data;

  self->n_told++;
  g_set_error_literal (&self->error, error->domain, error->code,
      error->message);
}

static const GstIceKeyExchangeEvents events = {
  .packet = on_packet,
  .ready = on_ready,
  .failed = on_failed,
};

static void
end_init (End * self)
{
  GstIceKeyExchangeSettings settings = {
    .name = "audio",
    .encryption = GST_ICE_ENCRYPTION_SDES,
    .context = g_main_context_default (),
    .events = &events,
    .user_data = self,
  };

  memset (self, 0, sizeof *self);
  self->key_exchange = gst_ice_sdes_new (&settings, NULL);
  fail_unless (self->key_exchange != NULL);
}

static void
end_clear (End * self)
{
  gst_ice_key_exchange_close (self->key_exchange);
  g_clear_object (&self->key_exchange);
  g_clear_object (&self->cipher);
  g_clear_error (&self->error);
}

static void
run (void)
{
  while (g_main_context_iteration (NULL, FALSE));
}

/* @cryptos: lines of a=crypto
 * Returns: (transfer full) (nullable): what they say, as it is read from a description */
static GstIceKeying *
parse (const gchar * cryptos)
{
  g_autofree gchar *text = g_strconcat (HEAD, cryptos, NULL);
  g_autoptr (GstIceDescription) offer =
      gst_ice_sdp_parse (text, -1, GST_ICE_DESCRIPTION_OFFER, NULL);
  const GstIceKeying *keying;

  fail_unless (offer != NULL);
  keying = gst_ice_description_get_media (offer, 0)->keying;
  return keying != NULL ? gst_ice_keying_copy (keying) : NULL;
}

/* Offer of @offerer, answer of @answerer: as two sessions do it.
 * @edit: (nullable): the suites that the offer keeps */
static void
agree (End * offerer, End * answerer, const gchar * const *edit)
{
  g_autoptr (GstIceKeying) ours =
      gst_ice_key_exchange_get_keying (offerer->key_exchange);
  g_autoptr (GstIceKeying) theirs =
      gst_ice_key_exchange_get_keying (answerer->key_exchange);
  g_autoptr (GstIceKeying) offer = gst_ice_keying_describe (ours, NULL);
  g_autoptr (GstIceKeying) answer = NULL;

  for (guint i = offer->cryptos->len; edit != NULL && i-- > 0;) {
    const GstIceCrypto *crypto = g_ptr_array_index (offer->cryptos, i);

    if (!g_strv_contains (edit, crypto->suite))
      g_ptr_array_remove_index (offer->cryptos, i);
  }
  answer = gst_ice_keying_describe (theirs, offer);
  gst_ice_key_exchange_agree (answerer->key_exchange, offer, TRUE);
  gst_ice_key_exchange_agree (offerer->key_exchange, answer, FALSE);
  run ();
}

/* Returns: (transfer full): one packet */
static GstBufferList *
packet_new (guint16 seqnum)
{
  GstBufferList *list = gst_buffer_list_new ();
  guint8 *data = g_malloc (100);

  srtp_test_write_rtp (data, 100, 7, seqnum);
  gst_buffer_list_add (list, gst_buffer_new_wrapped (data, 100));
  return list;
}

static void
assert_hears (End * from, End * to, guint16 seqnum)
{
  g_autoptr (GstBufferList) back = gst_ice_cipher_unprotect (to->cipher,
      gst_ice_cipher_protect (from->cipher, packet_new (seqnum)));

  fail_unless_equals_int (gst_buffer_list_length (back), 1);
}

static void
assert_suite (End * self, const gchar * suite)
{
  g_autoptr (GstStructure) stats = gst_structure_new_empty ("stats");

  gst_ice_cipher_add_stats (self->cipher, stats);
  fail_unless_equals_string (gst_structure_get_string (stats, "srtp-cipher"),
      suite);
}

/* Issue 16: of two that have both, GCM is what is agreed, whatever is offered first. */
GST_START_TEST (test_the_suite_that_is_agreed)
{
  static const struct
  {
    const gchar *kept[4];
    const gchar *agreed;
  } rows[] = {
    {{"AEAD_AES_128_GCM", "AEAD_AES_256_GCM", "AES_CM_128_HMAC_SHA1_80"},
        "AEAD_AES_128_GCM"},
    {{"AES_CM_128_HMAC_SHA1_80", "AEAD_AES_256_GCM"}, "AEAD_AES_256_GCM"},
    {{"AES_CM_128_HMAC_SHA1_32", "AES_CM_128_HMAC_SHA1_80"},
        "AES_CM_128_HMAC_SHA1_80"},
    {{"AES_CM_128_HMAC_SHA1_32"}, "AES_CM_128_HMAC_SHA1_32"},
  };
  End a, b;

  end_init (&a);
  end_init (&b);
  agree (&a, &b, rows[__i__].kept);
  fail_unless (a.cipher != NULL && b.cipher != NULL);
  assert_suite (&a, rows[__i__].agreed);
  assert_suite (&b, rows[__i__].agreed);
  assert_hears (&a, &b, 1);
  assert_hears (&b, &a, 1);
  end_clear (&a);
  end_clear (&b);
}

GST_END_TEST;

/* As baresip (1.0) answers: the suite is ours, the tag is that of another. */
GST_START_TEST (test_an_answer_with_another_tag)
{
  g_autoptr (GstIceKeying) answer = parse ("a=crypto:1 " HMAC_80
      "inline:" KEY_A "\r\n");
  End end;

  end_init (&end);
  gst_ice_key_exchange_agree (end.key_exchange, answer, FALSE);
  run ();
  fail_unless (end.cipher != NULL);
  assert_suite (&end, "AES_CM_128_HMAC_SHA1_80");
  end_clear (&end);
}

GST_END_TEST;

GST_START_TEST (test_without_a_suite_in_common)
{
  g_autoptr (GstIceKeying) nothing = gst_ice_keying_new ();
  End end;

  end_init (&end);
  gst_ice_key_exchange_agree (end.key_exchange, nothing, TRUE);
  run ();
  fail_unless_equals_int (end.n_told, 1);
  fail_unless (g_error_matches (end.error, GST_ICE_ERROR,
          GST_ICE_ERROR_UNSUPPORTED));
  end_clear (&end);
}

GST_END_TEST;

/* What a=crypto says, and what is written back. RFC 4568, 6.1 and 6.3. */
GST_START_TEST (test_lines_of_crypto)
{
  static const struct
  {
    const gchar *line;
    const gchar *refused;       /* NULL: it is taken */
  } rows[] = {
    {"1 " HMAC_80 "inline:" KEY_A, NULL},
    {"1 " HMAC_80 "inline:" KEY_A "|2^31", NULL},
    {"1 " HMAC_80 "inline:" KEY_A "|2^31|1:1", NULL},
    {"1 " HMAC_80 "inline:" KEY_A "|1:1", NULL},
    {"1 " HMAC_80 "inline:" KEY_A "|1000000|65535:2", NULL},
    {"1 " HMAC_80 "inline:" KEY_A "|2^20|1:4;inline:" KEY_B "|2^20|2:4", NULL},
    {"1 " HMAC_80 "inline:" KEY_A "|2^48|18446744073709551615:128", NULL},
    {"1 AEAD_AES_128_GCM inline:" KEY_28, NULL},
    {"1 AEAD_AES_256_GCM inline:" KEY_44 "|2^31|1:1", NULL},
    /* rtpengine's, without padding. */
    {"1 AEAD_AES_128_GCM inline:R0NNR0NNR0NNR0NNR0NNR0NNR0NNR0NNR0NNRw", NULL},
    {"1 AEAD_AES_128_GCM inline:R0NNR0NNR0NNR0NNR0NNR0NNR0NNR0NNR0NNRw=", NULL},
    {"1 AEAD_AES_256_GCM inline:R0NNR0NNR0NNR0NNR0NNR0NNR0NNR0NNR0NNR0NNR0NN"
          "R0NNR0NNR0NNR0M|1:1", NULL},
    {"1 " HMAC_80 "inline:" KEY_A "A",
        "a key of another length than its suite's"},
    {"1 " HMAC_80 "inline:" KEY_A " WSH=64", NULL},
    {"1 " HMAC_80 "inline:" KEY_A " WSH=4096 -UNKNOWN=1", NULL},
    {"1 " HMAC_80 "inline:" KEY_A " KDR=2", "KDR"},
    {"1 " HMAC_80 "inline:" KEY_A " UNENCRYPTED_SRTP", "UNENCRYPTED_SRTP"},
    {"1 " HMAC_80 "inline:" KEY_A " UNENCRYPTED_SRTCP", "UNENCRYPTED_SRTCP"},
    {"1 " HMAC_80 "inline:" KEY_A " WSH=64 UNAUTHENTICATED_SRTP",
        "UNAUTHENTICATED_SRTP"},
    {"1 " HMAC_80 "inline:" KEY_A " FEC_KEY=inline:" KEY_B, "FEC_KEY"},
    {"1 " HMAC_80 "inline:" KEY_A " FEC_ORDER=FEC_SRTP", "FEC_ORDER"},
    {"1 " HMAC_80 "inline:" KEY_A " inline:" KEY_B, "an unknown parameter"},
    {"1 F8_128_HMAC_SHA1_80 inline:" KEY_A, "F8_128_HMAC_SHA1_80"},
    {"1 inline:" KEY_A " x", "an unknown suite"},
    {"1 AEAD_AES_128_GCM inline:" KEY_A,
        "a key of another length than its suite's"},
    {"1 " HMAC_80 "inline:", "a key of another length than its suite's"},
    {"1 " HMAC_80 "uri:" KEY_A, "another method than inline"},
    {"1 " HMAC_80 "inline:" KEY_A "|2^49", "a lifetime that is none"},
    {"1 " HMAC_80 "inline:" KEY_A "|0", "a lifetime that is none"},
    {"1 " HMAC_80 "inline:" KEY_A "|", "a lifetime that is none"},
    {"1 " HMAC_80 "inline:" KEY_A "|2^31|256:1", "an MKI that is none"},
    {"1 " HMAC_80 "inline:" KEY_A "|1:0", "an MKI that is none"},
    {"1 " HMAC_80 "inline:" KEY_A "|1:129", "an MKI that is none"},
    {"1 " HMAC_80 "inline:" KEY_A "|2^31|1", "an MKI that is none"},
    {"1 " HMAC_80 "inline:" KEY_A "|2^31|1:1|x", "what follows the MKI"},
    {"1 " HMAC_80 "inline:" KEY_A ";inline:" KEY_B,
        "several keys without MKIs of one length"},
    {"1 " HMAC_80 "inline:" KEY_A "|1:1;inline:" KEY_B "|2:2",
        "several keys without MKIs of one length"},
    {"x " HMAC_80 "inline:" KEY_A, "a line without tag, suite and key"},
    {"1 " HMAC_80, "a line without tag, suite and key"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *line = g_strdup_printf ("a=crypto:%s\r\n", rows[i].line);
    g_autoptr (GstIceKeying) keying = parse (line);
    g_autoptr (GError) error = NULL;

    fail_unless (keying != NULL, "%s", line);
    fail_unless_equals_string (keying->refused, rows[i].refused);
    fail_unless_equals_int (keying->cryptos->len, rows[i].refused == NULL);
    if (rows[i].refused == NULL) {
      const GstIceCrypto *crypto = g_ptr_array_index (keying->cryptos, 0);
      const GstIceCryptoKey *key = g_ptr_array_index (crypto->keys, 0);
      gsize size;

      g_free (g_base64_decode (key->secret, &size));
      fail_unless_equals_uint64 (size,
          gst_ice_keying_get_secret_bytes (crypto->suite));
      continue;
    }
    /* The error has what is refused by its name, and nothing of a key. */
    fail_unless (!gst_ice_keying_check (GST_ICE_ENCRYPTION_SDES, "audio",
            "RTP/SAVP", keying, TRUE, &error));
    fail_unless (strstr (error->message, rows[i].refused) != NULL);
    fail_unless (strstr (error->message, "QUFB") == NULL &&
        strstr (error->message, "QkJC") == NULL, "%s", error->message);
  }
}

GST_END_TEST;

/* As Teams' gateways write it: our packets have the MKI as well, and it is checked. */
GST_START_TEST (test_mki_is_sent_and_checked)
{
  g_autoptr (GstIceKeying) offer = parse ("a=crypto:2 " HMAC_80
      "inline:" KEY_A "|2^31|258:3\r\n");
  const GstIceSrtpMasterKey zero = { {0} };
  GstIceSrtpMasterKey theirs = zero, ours = zero;
  g_autoptr (GstIceKeying) all = NULL;
  g_autoptr (GstIceKeying) answer = NULL;
  g_autoptr (GstIceCipher) peer = NULL;
  g_autoptr (GstBufferList) sent = NULL;
  g_autoptr (GstBufferList) back = NULL;
  g_autofree guchar *secret = NULL;
  const GstIceCrypto *crypto;
  const GstIceCryptoKey *key;
  guint8 mki[3];
  gsize size;
  End end;

  end_init (&end);
  all = gst_ice_key_exchange_get_keying (end.key_exchange);
  answer = gst_ice_keying_describe (all, offer);
  fail_unless_equals_int (answer->cryptos->len, 1);
  crypto = g_ptr_array_index (answer->cryptos, 0);
  key = g_ptr_array_index (crypto->keys, 0);
  fail_unless_equals_int (crypto->tag, 2);
  fail_unless_equals_uint64 (key->mki, 258);
  fail_unless_equals_int (key->mki_bytes, 3);
  fail_unless_equals_uint64 (key->max_packets, G_GUINT64_CONSTANT (1) << 31);
  gst_ice_key_exchange_agree (end.key_exchange, offer, TRUE);
  run ();

  secret = g_base64_decode (key->secret, &size);
  memcpy (ours.secret, secret, size);
  memset (theirs.secret, 'A', 30);
  theirs.mki_bytes = ours.mki_bytes = 3;
  memcpy (theirs.mki, "\0\1\2", 3);
  memcpy (ours.mki, "\0\1\2", 3);
  peer = gst_ice_srtp_cipher_new (GST_ICE_SRTP_SUITE_AES_CM_128_HMAC_SHA1_80,
      &theirs, &ours, NULL);
  back = gst_ice_cipher_unprotect (end.cipher, gst_ice_cipher_protect (peer,
          packet_new (1)));
  fail_unless_equals_int (gst_buffer_list_length (back), 1);

  sent = gst_ice_cipher_protect (end.cipher, packet_new (1));
  gst_buffer_extract (gst_buffer_list_get (sent, 0), 100, mki, 3);
  fail_unless (memcmp (mki, "\0\1\2", 3) == 0);
  end_clear (&end);
}

GST_END_TEST;

/* A peer may use any of the keys that its line has. */
GST_START_TEST (test_several_keys_of_a_peer)
{
  g_autoptr (GstIceKeying) offer = parse ("a=crypto:1 " HMAC_80
      "inline:" KEY_A "|2^20|1:4;inline:" KEY_B "|2^20|2:4\r\n");
  End end;

  end_init (&end);
  gst_ice_key_exchange_agree (end.key_exchange, offer, TRUE);
  run ();
  fail_unless (end.cipher != NULL);
  for (guint16 i = 1; i <= 4; i++) {
    GstIceSrtpMasterKey theirs = { {0}
    };
    g_autoptr (GstIceCipher) peer = NULL;
    g_autoptr (GstBufferList) back = NULL;

    memset (theirs.secret, i % 2 == 1 ? 'A' : 'B', 30);
    theirs.mki_bytes = 4;
    theirs.mki[3] = i % 2 == 1 ? 1 : 2;
    peer = gst_ice_srtp_cipher_new (GST_ICE_SRTP_SUITE_AES_CM_128_HMAC_SHA1_80,
        &theirs, &theirs, NULL);
    back = gst_ice_cipher_unprotect (end.cipher, gst_ice_cipher_protect (peer,
            packet_new (i)));
    fail_unless_equals_int (gst_buffer_list_length (back), 1);
  }
  end_clear (&end);
}

GST_END_TEST;

/* Issue 16, 5: other keys of the peer in mid-call. Nothing is told, nothing is lost. */
GST_START_TEST (test_new_keys_in_mid_call)
{
  g_autoptr (GstIceKeying) first_keys G_GNUC_UNUSED = NULL;
  g_autoptr (GstIceKeying) next_keys G_GNUC_UNUSED = NULL;
  g_autoptr (GstIceKeying) offer G_GNUC_UNUSED = NULL;
  GstBufferList *late;
  g_autoptr (GstBufferList) back = NULL;
  End a, b, a_again;

  end_init (&a);
  end_init (&b);
  end_init (&a_again);
  agree (&a, &b, NULL);
  assert_hears (&a, &b, 1);
  late = gst_ice_cipher_protect (a.cipher, packet_new (2));

  /* The offerer begins anew, with other keys. The answerer's stay. */
  agree (&a_again, &b, NULL);
  fail_unless_equals_int (b.n_told, 1);
  assert_hears (&a_again, &b, 3);
  back = gst_ice_cipher_unprotect (b.cipher, late);
  fail_unless_equals_int (gst_buffer_list_length (back), 1);
  assert_hears (&b, &a_again, 1);

  /* The same once more changes nothing. */
  agree (&a_again, &b, NULL);
  fail_unless_equals_int (b.n_told, 1);
  assert_hears (&a_again, &b, 4);
  assert_hears (&b, &a_again, 2);
  end_clear (&a);
  end_clear (&b);
  end_clear (&a_again);
}

GST_END_TEST;

/* To another suite: both directions change. */
GST_START_TEST (test_another_suite_in_mid_call)
{
  static const gchar *const first_suite[] = { "AES_CM_128_HMAC_SHA1_80", NULL };
  static const gchar *const next_suite[] = { "AEAD_AES_256_GCM", NULL };
  End a, b;

  end_init (&a);
  end_init (&b);
  agree (&a, &b, first_suite);
  assert_hears (&a, &b, 1);
  assert_hears (&b, &a, 1);
  agree (&a, &b, next_suite);
  assert_suite (&a, "AEAD_AES_256_GCM");
  assert_suite (&b, "AEAD_AES_256_GCM");
  assert_hears (&a, &b, 2);
  assert_hears (&b, &a, 2);
  end_clear (&a);
  end_clear (&b);
}

GST_END_TEST;

/* Of the two tables, one is in the plane of values. */
GST_START_TEST (test_suites_are_known_in_descriptions)
{
  for (guint i = 0; i < GST_ICE_SRTP_N_SUITES; i++) {
    const GstIceSrtpSuiteInfo *suite =
        gst_ice_srtp_suite_get_info ((GstIceSrtpSuite) i);

    fail_unless_equals_uint64 (gst_ice_keying_get_secret_bytes (suite->name),
        suite->key_bytes + suite->salt_bytes);
  }
}

GST_END_TEST;

static Suite *
sdes_suite (void)
{
  Suite *s = suite_create ("sdes");
  TCase *tc = tcase_create ("keys");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_the_suite_that_is_agreed, 0, 4);
  tcase_add_test (tc, test_an_answer_with_another_tag);
  tcase_add_test (tc, test_without_a_suite_in_common);
  tcase_add_test (tc, test_lines_of_crypto);
  tcase_add_test (tc, test_mki_is_sent_and_checked);
  tcase_add_test (tc, test_several_keys_of_a_peer);
  tcase_add_test (tc, test_new_keys_in_mid_call);
  tcase_add_test (tc, test_another_suite_in_mid_call);
  tcase_add_test (tc, test_suites_are_known_in_descriptions);
  return s;
}

GST_CHECK_MAIN (sdes);
