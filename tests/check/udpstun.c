/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "gsticeudpstun.h"

#include "udptest.h"

#define PASSWORD "VOkJxbRl1RmTxUk/WvJxBt"

/* RFC 5769, 2.1 to 2.3. */
static const guint8 sample_request[] = {
  0x00, 0x01, 0x00, 0x58, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01,
  0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae, 0x80, 0x22, 0x00, 0x10,
  0x53, 0x54, 0x55, 0x4e, 0x20, 0x74, 0x65, 0x73, 0x74, 0x20, 0x63, 0x6c,
  0x69, 0x65, 0x6e, 0x74, 0x00, 0x24, 0x00, 0x04, 0x6e, 0x00, 0x01, 0xff,
  0x80, 0x29, 0x00, 0x08, 0x93, 0x2f, 0xf9, 0xb1, 0x51, 0x26, 0x3b, 0x36,
  0x00, 0x06, 0x00, 0x09, 0x65, 0x76, 0x74, 0x6a, 0x3a, 0x68, 0x36, 0x76,
  0x59, 0x20, 0x20, 0x20, 0x00, 0x08, 0x00, 0x14, 0x9a, 0xea, 0xa7, 0x0c,
  0xbf, 0xd8, 0xcb, 0x56, 0x78, 0x1e, 0xf2, 0xb5, 0xb2, 0xd3, 0xf2, 0x49,
  0xc1, 0xb5, 0x71, 0xa2, 0x80, 0x28, 0x00, 0x04, 0xe5, 0x7a, 0x3b, 0xcf
};

static const guint8 sample_response_ip4[] = {
  0x01, 0x01, 0x00, 0x3c, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01,
  0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae, 0x80, 0x22, 0x00, 0x0b,
  0x74, 0x65, 0x73, 0x74, 0x20, 0x76, 0x65, 0x63, 0x74, 0x6f, 0x72, 0x20,
  0x00, 0x20, 0x00, 0x08, 0x00, 0x01, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43,
  0x00, 0x08, 0x00, 0x14, 0x2b, 0x91, 0xf5, 0x99, 0xfd, 0x9e, 0x90, 0xc3,
  0x8c, 0x74, 0x89, 0xf9, 0x2a, 0xf9, 0xba, 0x53, 0xf0, 0x6b, 0xe7, 0xd7,
  0x80, 0x28, 0x00, 0x04, 0xc0, 0x7d, 0x4c, 0x96
};

static const guint8 sample_response_ip6[] = {
  0x01, 0x01, 0x00, 0x48, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01,
  0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae, 0x80, 0x22, 0x00, 0x0b,
  0x74, 0x65, 0x73, 0x74, 0x20, 0x76, 0x65, 0x63, 0x74, 0x6f, 0x72, 0x20,
  0x00, 0x20, 0x00, 0x14, 0x00, 0x02, 0xa1, 0x47, 0x01, 0x13, 0xa9, 0xfa,
  0xa5, 0xd3, 0xf1, 0x79, 0xbc, 0x25, 0xf4, 0xb5, 0xbe, 0xd2, 0xb9, 0xd9,
  0x00, 0x08, 0x00, 0x14, 0xa3, 0x82, 0x95, 0x4e, 0x4b, 0xe6, 0x7b, 0xf1,
  0x17, 0x84, 0xc9, 0x7c, 0x82, 0x92, 0xc2, 0x75, 0xbf, 0xe3, 0xed, 0x41,
  0x80, 0x28, 0x00, 0x04, 0xc8, 0xfb, 0x0b, 0x4c
};

static const struct
{
  const guint8 *data;
  gsize size;
  guint type;
} samples[] = {
  {sample_request, sizeof (sample_request), GST_ICE_UDP_STUN_REQUEST},
  {sample_response_ip4, sizeof (sample_response_ip4), GST_ICE_UDP_STUN_SUCCESS},
  {sample_response_ip6, sizeof (sample_response_ip6), GST_ICE_UDP_STUN_SUCCESS},
};

GST_START_TEST (test_sample_is_read)
{
  GstIceUdpStun stun;

  fail_unless (gst_ice_udp_stun_parse (&stun, samples[__i__].data,
          samples[__i__].size));
  fail_unless_equals_int (stun.type, samples[__i__].type);
  fail_unless (memcmp (stun.id, sample_request + 8, 12) == 0);
  fail_unless (gst_ice_udp_stun_check_integrity (&stun, PASSWORD));
  fail_if (gst_ice_udp_stun_check_integrity (&stun, "other"));
  fail_if (gst_ice_udp_stun_check_integrity (&stun, ""));
  fail_unless_equals_int (gst_ice_udp_stun_check_username (&stun, "evtj",
          "h6vY"), __i__ == 0);
  fail_if (gst_ice_udp_stun_check_username (&stun, "h6vY", "evtj"));
  fail_if (gst_ice_udp_stun_check_username (&stun, "evtj", "h6v"));
  fail_if (gst_ice_udp_stun_check_username (&stun, "", "evtj:h6vY"));
}

GST_END_TEST;

/* Any bit that is wrong is noticed, by the fingerprint at the latest; and a message
 * that is cut off is none. Valgrind and ASan see reads behind it: it is copied. */
GST_START_TEST (test_sample_with_an_error_is_refused)
{
  gsize size = samples[__i__].size;
  GstIceUdpStun stun;

  for (gsize i = 0; i < size * 8; i++) {
    g_autofree guint8 *bad = g_memdup2 (samples[__i__].data, size);

    bad[i / 8] ^= 1 << i % 8;
    fail_if (gst_ice_udp_stun_parse (&stun, bad, size)
        && gst_ice_udp_stun_check_integrity (&stun, PASSWORD)
        && i < (size - 8) * 8, "bit %u", (guint) i);
  }
  for (gsize i = 0; i < size; i++) {
    g_autofree guint8 *cut = g_memdup2 (samples[__i__].data, MAX (i, 1));

    fail_if (gst_ice_udp_stun_parse (&stun, cut, i));
    /* The same with a length that says so. */
    if (i >= 20) {
      GST_WRITE_UINT16_BE (cut + 2, i - 20);
      fail_if (gst_ice_udp_stun_parse (&stun, cut, i)
          && gst_ice_udp_stun_check_integrity (&stun, PASSWORD)
          && i + 8 != size);
    }
  }
}

GST_END_TEST;

GST_START_TEST (test_bad_fingerprint_is_refused)
{
  guint8 bad[sizeof (sample_request)];
  GstIceUdpStun stun;

  memcpy (bad, sample_request, sizeof (bad));
  bad[sizeof (bad) - 1] ^= 1;
  fail_if (gst_ice_udp_stun_parse (&stun, bad, sizeof (bad)));
}

GST_END_TEST;

/* What is not protected does not count: a name behind the integrity is none. */
GST_START_TEST (test_attribute_after_integrity_is_ignored)
{
  guint8 bad[sizeof (sample_request)];
  const gsize name = 60, integrity = 76;
  GstIceUdpStun stun;

  memcpy (bad, sample_request, sizeof (bad));
  memcpy (bad + name, sample_request + integrity, 24);
  memcpy (bad + name + 24, sample_request + name, 16);
  GST_WRITE_UINT16_BE (bad + 2, sizeof (bad) - 20 - 8);
  fail_unless (gst_ice_udp_stun_parse (&stun, bad, sizeof (bad) - 8));
  fail_unless (stun.integrity != NULL);
  fail_unless (stun.username == NULL);
}

GST_END_TEST;

GST_START_TEST (test_short_integrity_is_none)
{
  guint8 data[20 + 4 + 12] = { 0, 1, 0, 16, 0x21, 0x12, 0xa4, 0x42 };
  GstIceUdpStun stun;

  data[21] = 8;
  data[23] = 12;
  fail_unless (gst_ice_udp_stun_parse (&stun, data, sizeof (data)));
  fail_if (gst_ice_udp_stun_check_integrity (&stun, PASSWORD));
}

GST_END_TEST;

static gboolean
find_bytes (const guint8 * data, gsize size, const gchar * wanted, gsize n)
{
  for (gsize i = 0; i + n <= size; i++) {
    if (memcmp (data + i, wanted, n) == 0)
      return TRUE;
  }
  return FALSE;
}

/* What comes after the names lies at a multiple of 4, and of 8 with one of the two
 * lengths only: UndefinedBehaviorSanitizer looks. */
GST_START_TEST (test_request_is_built)
{
  const gchar *own = __i__ & 2 ? "h6vYh6vY" : "h6vY";
  GstIceUdpStunRequest request = {.to_ufrag = "evtj",.from_ufrag = own,
    .password = PASSWORD,.priority = 0x6e0001ff,.controlling = __i__ & 1,
    .tie_breaker = G_GUINT64_CONSTANT (0x932ff9b151263b36)
  };
  guint8 message[GST_ICE_UDP_STUN_MAX_SIZE];
  GstIceUdpStun stun;
  gsize size;

  memset (request.id, 0xa5, sizeof (request.id));
  size = gst_ice_udp_stun_build_request (&request, message);
  fail_unless_equals_int (size % 4, 0);
  fail_unless (gst_ice_udp_stun_parse (&stun, message, size));
  fail_unless_equals_int (stun.type, GST_ICE_UDP_STUN_REQUEST);
  fail_unless (gst_ice_udp_stun_check_integrity (&stun, PASSWORD));
  fail_unless (gst_ice_udp_stun_check_username (&stun, "evtj", own));
  fail_unless (find_bytes (message, size, "\x93\x2f\xf9\xb1\x51\x26\x3b\x36",
          8));
  fail_unless (memcmp (stun.id, request.id, sizeof (request.id)) == 0);
}

GST_END_TEST;

GST_START_TEST (test_longest_names_fit_and_longer_are_refused)
{
  g_autofree gchar *longest = g_strnfill (256, 'a');
  g_autofree gchar *longer = g_strnfill (257, 'a');
  GstIceUdpStunRequest request = {.to_ufrag = longest,.from_ufrag = longest,
    .password = PASSWORD
  };
  guint8 message[GST_ICE_UDP_STUN_MAX_SIZE];
  GstIceUdpStun stun;
  gsize size = gst_ice_udp_stun_build_request (&request, message);

  fail_unless (size > 0 && size <= sizeof (message));
  fail_unless (gst_ice_udp_stun_parse (&stun, message, size));
  fail_unless (gst_ice_udp_stun_check_username (&stun, longest, longest));
  request.to_ufrag = longer;
  fail_unless_equals_int (gst_ice_udp_stun_build_request (&request, message),
      0);
}

GST_END_TEST;

/* The address attributes of the samples, made from the addresses they stand for. */
GST_START_TEST (test_response_has_the_address)
{
  static const struct
  {
    const gchar *address;
    const guint8 *expected;
    gsize size;
  } rows[] = {
    {"192.0.2.1", sample_response_ip4 + 36, 12},
    {"::ffff:192.0.2.1", sample_response_ip4 + 36, 12},
    {"2001:db8:1234:5678:11:2233:4455:6677", sample_response_ip6 + 36, 24},
  };
  guint8 message[GST_ICE_UDP_STUN_MAX_SIZE];
  GstIceUdpStun request, response;
  GstIceUdpAddress from, mapped;
  gsize size;

  fail_unless (gst_ice_udp_stun_parse (&request, sample_request,
          sizeof (sample_request)));
  fail_if (gst_ice_udp_stun_get_mapped (&request, &mapped));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    fail_unless (gst_ice_udp_address_set_text (&from, rows[i].address, 32853));
    size = gst_ice_udp_stun_build_response (&request, &from, PASSWORD, message);
    fail_unless (gst_ice_udp_stun_parse (&response, message, size));
    fail_unless_equals_int (response.type, GST_ICE_UDP_STUN_SUCCESS);
    fail_unless (gst_ice_udp_stun_check_integrity (&response, PASSWORD));
    fail_unless (memcmp (message + 20, rows[i].expected, rows[i].size) == 0);
    fail_unless (gst_ice_udp_stun_get_mapped (&response, &mapped));
    if (i != 1)
      fail_unless (gst_ice_udp_address_equal (&mapped, &from));
  }
}

GST_END_TEST;

static Suite *
udpstun_suite (void)
{
  Suite *s = suite_create ("udpstun");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_sample_is_read, 0, G_N_ELEMENTS (samples));
  tcase_add_loop_test (tc, test_sample_with_an_error_is_refused, 0,
      G_N_ELEMENTS (samples));
  tcase_add_test (tc, test_bad_fingerprint_is_refused);
  tcase_add_test (tc, test_attribute_after_integrity_is_ignored);
  tcase_add_test (tc, test_short_integrity_is_none);
  tcase_add_loop_test (tc, test_request_is_built, 0, 4);
  tcase_add_test (tc, test_longest_names_fit_and_longer_are_refused);
  tcase_add_test (tc, test_response_has_the_address);
  return s;
}

GST_CHECK_MAIN (udpstun);
