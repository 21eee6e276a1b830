/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* SRTP against the test vectors of RFC 3711, appendix B, and RFC 7714, 16 and 17. */

#include "config.h"

#include "srtptest.h"

#define HMAC_SUITE GST_ICE_SRTP_SUITE_AES_CM_128_HMAC_SHA1_80

GST_START_TEST (test_suites_have_their_names)
{
  static const gchar *const names[] = {
    "AEAD_AES_128_GCM", "AEAD_AES_256_GCM", "AES_CM_128_HMAC_SHA1_80",
    "AES_CM_128_HMAC_SHA1_32"
  };
  GstIceSrtpSuite suite;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    fail_unless (gst_ice_srtp_suite_from_name (names[i], &suite));
    fail_unless_equals_int (suite, (gint) i);
    fail_unless_equals_string (srtp_test_get_name (i), names[i]);
  }
  fail_unless (!gst_ice_srtp_suite_from_name ("F8_128_HMAC_SHA1_80", &suite));
  fail_unless (!gst_ice_srtp_suite_from_name ("", &suite));
}

GST_END_TEST;

/* All, or those that the environment names; never another order. */
GST_START_TEST (test_suites_that_are_enabled)
{
  static const struct
  {
    const gchar *text;          /* or NULL: not set */
    guint n;
    GstIceSrtpSuite first_one;
  } rows[] = {
    {NULL, 4, GST_ICE_SRTP_SUITE_AEAD_AES_128_GCM},
    {"AES_CM_128_HMAC_SHA1_80", 1, GST_ICE_SRTP_SUITE_AES_CM_128_HMAC_SHA1_80},
    {"AES_CM_128_HMAC_SHA1_32,AEAD_AES_256_GCM,X", 2,
        GST_ICE_SRTP_SUITE_AEAD_AES_256_GCM},
    {"", 0, GST_ICE_SRTP_SUITE_AEAD_AES_128_GCM},
  };
  GstIceSrtpSuite suites[GST_ICE_SRTP_N_SUITES];
  guint n;

  if (rows[__i__].text != NULL)
    g_setenv ("GST_ICE_SRTP_SUITES", rows[__i__].text, TRUE);
  n = gst_ice_srtp_suite_get_enabled (suites);
  g_unsetenv ("GST_ICE_SRTP_SUITES");
  fail_unless_equals_int (n, rows[__i__].n);
  fail_unless (n == 0 || suites[0] == rows[__i__].first_one);
}

GST_END_TEST;

/* RFC 3711, B.2: the key stream is what zeros are encrypted to. */
GST_START_TEST (test_key_stream_of_counter_mode)
{
  guint8 key[16], hmac_key[20] = { 0 }, salt[14];
  guint8 clear[12 + 48] = { 0x80 };
  guint8 packet[SRTP_TEST_MAX_BYTES];
  GstIceSrtpTransform *transform = gst_ice_srtp_transform_new_protector (1);
  gsize size;

  srtp_test_parse_hex ("2B7E151628AED2A6ABF7158809CF4F3C", key);
  srtp_test_parse_hex ("F0F1F2F3F4F5F6F7F8F9FAFBFCFD", salt);
  gst_ice_srtp_transform_add_key (transform,
      gst_ice_srtp_key_new_from_session_keys (HMAC_SUITE, key, hmac_key, salt,
          TRUE, NULL));
  fail_unless_equals_int (srtp_test_protect (transform, clear, sizeof clear,
          packet, &size), GST_ICE_SRTP_OK);
  fail_unless_equals_uint64 (size, sizeof clear + 10);
  srtp_test_assert_hex (packet + 12, 48, "E03EAD0935C95E80E166B16DD92B4EB4"
      "D23513162B02D0F72A43A2FE4A5F97AB" "41E95B3BB0A2E8DD477901E4FCA894C0");
  gst_ice_srtp_transform_free (transform);
}

GST_END_TEST;

/* RFC 3711, B.3. */
GST_START_TEST (test_key_derivation)
{
  static const struct
  {
    guint8 label;
    guint size;
    const gchar *hex;
  } rows[] = {
    {0, 16, "C61E7A93744F39EE10734AFE3FF7A087"},
    {2, 14, "30CBBC08863D8C85D49DB34A9AE1"},
    {1, 94, "CEBE321F6FF7716B6FD4AB49AF256A156D38BAA48F0A0ACF3C34E2359E6CDBCE"
          "E049646C43D9327AD175578EF72270986371C10C9A369AC2F94A8C5FBCDDDC25"
          "6D6E919A48B610EF17C2041E474035766B68642C59BBFC2F34DB60DBDFB2"},
  };
  guint8 secret[30], out[94];

  srtp_test_parse_hex ("E1F97A0D3E018BE0D64FA32C06DE4139"
      "0EC675AD498AFEEBB6960B3AABE6", secret);
  fail_unless (gst_ice_srtp_key_derive (gst_ice_srtp_suite_get_info
          (HMAC_SUITE), secret, rows[__i__].label, out, rows[__i__].size));
  srtp_test_assert_hex (out, rows[__i__].size, rows[__i__].hex);
}

GST_END_TEST;

typedef struct
{
  GstIceSrtpSuite suite;
  const gchar *rtp;
  const gchar *rtcp;
} GcmRow;

/* RFC 7714, 16.1.1 and 17.1, 16.2.1 and 17.2: the same keys for RTP and RTCP, and RTCP's
 * index is 0x5d4. */
static const GcmRow gcm_rows[] = {
  {GST_ICE_SRTP_SUITE_AEAD_AES_128_GCM,
        "8040f17b 8041f8d3 5501a0b2 f24de3a3 fb34de6c acba861c 9d7e4bca"
        "be633bd5 0d294e6f 42a5f47a 51c7d19b 36de3adf 8833899d 7f27beb1"
        "6a9152cf 765ee439 0cce",
      "81c8000d 4d617273 63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7"
        "6c06f32d c676a5f1 730d6fda 4ce09b46 86303ded 0bb9275b c84aa458"
        "96cf4d2f c5abf872 45d9eade 800005d4"},
  {GST_ICE_SRTP_SUITE_AEAD_AES_256_GCM,
        "8040f17b 8041f8d3 5501a0b2 32b1de78 a822fe12 ef9f78fa 332e33aa"
        "b1801238 9a58e2f3 b50b2a02 76ffae0f 1ba63799 b87b7aa3 db36dfff"
        "d6b0f9bb 7878d7a7 6c13",
      "81c8000d 4d617273 d50ae4d1 f5ce5d30 4ba297e4 7d470c28 2c3ece5d"
        "bffe0a50 a2eaa5c1 110555be 8415f658 c61de047 6f1b6fad 1d1eb30c"
        "4446839f 57ff6f6c b26ac3be 800005d4"},
};

static void
make_gcm_ends (GstIceSrtpSuite suite, GstIceSrtpTransform * ends[2])
{
  guint8 key[GST_ICE_SRTP_MAX_KEY_BYTES];

  for (guint i = 0; i < sizeof key; i++)
    key[i] = (guint8) i;
  ends[0] = gst_ice_srtp_transform_new_protector (2);
  ends[1] = gst_ice_srtp_transform_new_unprotector (2);
  for (guint i = 0; i < 2; i++)
    gst_ice_srtp_transform_add_key (ends[i],
        gst_ice_srtp_key_new_from_session_keys (suite, key, NULL,
            (const guint8 *) "Quid pro quo", i == 0, NULL));
}

static void
assert_opens (GstIceSrtpTransform * transform, guint8 * packet, gsize size,
    const guint8 * clear, gsize clear_size)
{
  fail_unless_equals_int (gst_ice_srtp_transform_unprotect (transform, packet,
          &size), GST_ICE_SRTP_OK);
  fail_unless_equals_uint64 (size, clear_size);
  fail_unless (memcmp (packet, clear, size) == 0);
}

GST_START_TEST (test_gcm)
{
  const GcmRow *row = &gcm_rows[__i__];
  static const gchar text[] = "Gallia est omnis divisa in partes tres";
  guint8 clear[64], packet[SRTP_TEST_MAX_BYTES];
  GstIceSrtpTransform *ends[2];
  gsize size, written;

  make_gcm_ends (row->suite, ends);
  size = srtp_test_parse_hex ("8040f17b 8041f8d3 5501a0b2", clear);
  memcpy (clear + size, text, strlen (text));
  size += strlen (text);
  fail_unless_equals_int (srtp_test_protect (ends[0], clear, size, packet,
          &written), GST_ICE_SRTP_OK);
  srtp_test_assert_hex (packet, written, row->rtp);
  assert_opens (ends[1], packet, written, clear, size);

  size = srtp_test_parse_hex ("81c8000d 4d617273 4e545031 4e545032 52545020"
      "0000042a 0000e930 4c756e61 deadbeef deadbeef deadbeef deadbeef"
      "deadbeef", clear);
  for (guint i = 0; i <= 0x5d4; i++)
    fail_unless_equals_int (srtp_test_protect (ends[0], clear, size, packet,
            &written), GST_ICE_SRTP_OK);
  srtp_test_assert_hex (packet, written, row->rtcp);
  assert_opens (ends[1], packet, written, clear, size);
  gst_ice_srtp_transform_free (ends[0]);
  gst_ice_srtp_transform_free (ends[1]);
}

GST_END_TEST;

static Suite *
srtpvectors_suite (void)
{
  Suite *s = suite_create ("srtpvectors");
  TCase *tc = tcase_create ("vectors");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_suites_have_their_names);
  tcase_add_loop_test (tc, test_suites_that_are_enabled, 0, 4);
  tcase_add_test (tc, test_key_stream_of_counter_mode);
  tcase_add_loop_test (tc, test_key_derivation, 0, 3);
  tcase_add_loop_test (tc, test_gcm, 0, G_N_ELEMENTS (gcm_rows));
  return s;
}

GST_CHECK_MAIN (srtpvectors);
