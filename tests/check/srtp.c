/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticesrtp.h"

#include <gst/check/gstcheck.h>

#define KEY_BYTES 30
/* Of what is no packet, in bytes. */
#define LONGEST 48
#define SUITE "AES_CM_128_HMAC_SHA1_80"

static GstBuffer *
key_new (guint8 seed)
{
  GstBuffer *key = gst_buffer_new_allocate (NULL, KEY_BYTES, NULL);

  gst_buffer_memset (key, 0, seed, KEY_BYTES);
  return key;
}

/* Two ciphers whose keys fit each other. */
static void
make_pair (const gchar * suite, GstIceCipher ** a, GstIceCipher ** b)
{
  g_autoptr (GstBuffer) first = key_new (1);
  g_autoptr (GstBuffer) second = key_new (2);

  *a = gst_ice_srtp_new (suite, first, second, NULL);
  *b = gst_ice_srtp_new (suite, second, first, NULL);
  fail_unless (*a != NULL && *b != NULL);
}

/* Returns: (transfer full): an RTP packet, or a receiver report, of @size */
static GstBuffer *
packet_new (gboolean rtcp, guint16 seqnum, guint32 ssrc, gsize size)
{
  GstBuffer *packet = gst_buffer_new_allocate (NULL, size, NULL);
  GstMapInfo map;

  gst_buffer_map (packet, &map, GST_MAP_WRITE);
  memset (map.data, 0x55, size);
  map.data[0] = 0x80;
  map.data[1] = rtcp ? 201 : 96;
  GST_WRITE_UINT16_BE (map.data + 2, rtcp ? size / 4 - 1 : seqnum);
  GST_WRITE_UINT32_BE (map.data + (rtcp ? 4 : 8), ssrc);
  gst_buffer_unmap (packet, &map);
  return packet;
}

/* Returns: (transfer full): @n packets of one source */
static GstBufferList *
list_new (guint first, guint n, guint32 ssrc)
{
  GstBufferList *list = gst_buffer_list_new ();

  for (guint i = 0; i < n; i++)
    gst_buffer_list_add (list, packet_new (FALSE, (guint16) (first + i), ssrc,
            200));
  return list;
}

static guint
get_refused (GstIceCipher * cipher)
{
  g_autoptr (GstStructure) stats = gst_structure_new_empty ("stats");
  guint n = 0;

  gst_ice_cipher_add_stats (cipher, stats);
  fail_unless (gst_structure_get_uint (stats, "srtp-packets-refused", &n));
  return n;
}

GST_START_TEST (test_lists_come_back_as_they_were)
{
  static const struct
  {
    const gchar *suite;
    gsize tag_bytes;
  } suites[] = { {SUITE, 10}, {"AES_CM_128_HMAC_SHA1_32", 4} };
  g_autoptr (GstIceCipher) a = NULL;
  g_autoptr (GstIceCipher) b = NULL;
  g_autoptr (GstBufferList) clear = list_new (1, 40, 7);
  g_autoptr (GstBufferList) back = NULL;
  GstBufferList *sent;

  make_pair (suites[__i__].suite, &a, &b);
  sent = gst_ice_cipher_protect (a, gst_buffer_list_ref (clear));
  fail_unless_equals_int (gst_buffer_list_length (sent), 40);
  /* Of one size still: a run for the kernel to segment. */
  for (guint i = 0; i < 40; i++)
    fail_unless_equals_int (gst_buffer_get_size (gst_buffer_list_get (sent,
                i)), 200 + suites[__i__].tag_bytes);

  back = gst_ice_cipher_unprotect (b, sent);
  fail_unless_equals_int (gst_buffer_list_length (back), 40);
  for (guint i = 0; i < 40; i++) {
    GstMapInfo map;

    gst_buffer_map (gst_buffer_list_get (clear, i), &map, GST_MAP_READ);
    fail_unless_equals_int (gst_buffer_get_size (gst_buffer_list_get (back,
                i)), map.size);
    fail_unless (gst_buffer_memcmp (gst_buffer_list_get (back, i), 0, map.data,
            map.size) == 0);
    gst_buffer_unmap (gst_buffer_list_get (clear, i), &map);
  }
  fail_unless_equals_int (get_refused (b), 0);
}

GST_END_TEST;

GST_START_TEST (test_rtcp_goes_beside_rtp)
{
  g_autoptr (GstIceCipher) a = NULL;
  g_autoptr (GstIceCipher) b = NULL;
  g_autoptr (GstBufferList) back = NULL;
  GstBufferList *list = list_new (1, 2, 7);
  GstBuffer *report;
  guint8 type;

  make_pair (SUITE, &a, &b);
  gst_buffer_list_insert (list, 0, packet_new (TRUE, 0, 7, 32));
  back = gst_ice_cipher_unprotect (b, gst_ice_cipher_protect (a, list));
  fail_unless_equals_int (gst_buffer_list_length (back), 3);
  report = gst_buffer_list_get (back, 2);
  fail_unless_equals_int (gst_buffer_get_size (report), 32);
  gst_buffer_extract (report, 1, &type, 1);
  fail_unless_equals_int (type, 201);
}

GST_END_TEST;

/* Whoever holds a packet keeps it as it came. */
GST_START_TEST (test_packets_of_others_are_not_changed)
{
  g_autoptr (GstIceCipher) a = NULL;
  g_autoptr (GstIceCipher) b = NULL;
  g_autoptr (GstBufferList) sent = NULL;
  g_autoptr (GstBufferList) back = NULL;
  g_autoptr (GstBuffer) before = NULL;
  GstMapInfo map;

  make_pair (SUITE, &a, &b);
  sent = gst_ice_cipher_protect (a, list_new (1, 1, 7));
  before = gst_buffer_copy_deep (gst_buffer_list_get (sent, 0));
  back = gst_ice_cipher_unprotect (b, gst_buffer_list_ref (sent));
  fail_unless_equals_int (gst_buffer_list_length (back), 1);
  gst_buffer_map (before, &map, GST_MAP_READ);
  fail_unless (gst_buffer_memcmp (gst_buffer_list_get (sent, 0), 0, map.data,
          map.size) == 0);
  gst_buffer_unmap (before, &map);
}

GST_END_TEST;

static GstBufferList *
damage (GstBufferList * list, gsize at)
{
  GstBufferList *damaged = gst_buffer_list_copy_deep (list);
  guint8 byte;

  gst_buffer_extract (gst_buffer_list_get (damaged, 0), at, &byte, 1);
  byte ^= 1;
  gst_buffer_fill (gst_buffer_list_get (damaged, 0), at, &byte, 1);
  gst_buffer_list_unref (list);
  return damaged;
}

GST_START_TEST (test_what_is_not_the_peers_is_refused)
{
  g_autoptr (GstIceCipher) a = NULL;
  g_autoptr (GstIceCipher) b = NULL;
  GstBufferList *back, *sent;

  make_pair (SUITE, &a, &b);
  /* In the clear. */
  back = gst_ice_cipher_unprotect (b, list_new (1, 1, 7));
  fail_unless_equals_int (gst_buffer_list_length (back), 0);
  gst_buffer_list_unref (back);
  /* Head, payload and tag. */
  for (guint i = 0; i < 3; i++) {
    static const gsize places[] = { 4, 100, 209 };

    back = gst_ice_cipher_unprotect (b, damage (gst_ice_cipher_protect (a,
                list_new (10 + i, 1, 7)), places[i]));
    fail_unless_equals_int (gst_buffer_list_length (back), 0);
    gst_buffer_list_unref (back);
  }
  fail_unless_equals_int (get_refused (b), 4);

  /* Good once, and not when it is repeated. */
  sent = gst_ice_cipher_protect (a, list_new (20, 1, 7));
  back = gst_ice_cipher_unprotect (b, gst_buffer_list_copy_deep (sent));
  fail_unless_equals_int (gst_buffer_list_length (back), 1);
  gst_buffer_list_unref (back);
  back = gst_ice_cipher_unprotect (b, sent);
  fail_unless_equals_int (gst_buffer_list_length (back), 0);
  gst_buffer_list_unref (back);
  fail_unless_equals_int (get_refused (b), 5);
}

GST_END_TEST;

/* Packets too short for a head, and of nothing, are counted, too. */
GST_START_TEST (test_fragments_are_refused)
{
  g_autoptr (GstIceCipher) a = NULL;
  g_autoptr (GstIceCipher) b = NULL;

  make_pair (SUITE, &a, &b);
  for (gsize size = 0; size < LONGEST; size++) {
    GstBufferList *list = gst_buffer_list_new ();
    GstBufferList *back;

    for (guint type = 0; type < 256; type++) {
      GstBuffer *packet = gst_buffer_new_allocate (NULL, size, NULL);
      guint8 byte = (guint8) type;

      gst_buffer_memset (packet, 0, type % 2 == 0 ? 0x80 : 0xbf, size);
      if (size > 1)
        gst_buffer_fill (packet, 1, &byte, 1);
      gst_buffer_list_add (list, packet);
    }
    back = gst_ice_cipher_unprotect (b, list);
    fail_unless_equals_int (gst_buffer_list_length (back), 0);
    gst_buffer_list_unref (back);
  }
  fail_unless_equals_int (get_refused (b), 256 * LONGEST);
}

GST_END_TEST;

/* A forger may name as many sources as he likes: none is remembered, and the peer
 * that speaks then is heard. */
GST_START_TEST (test_forged_sources_are_forgotten)
{
  g_autoptr (GstIceCipher) a = NULL;
  g_autoptr (GstIceCipher) b = NULL;
  GstBufferList *back;

  make_pair (SUITE, &a, &b);
  for (guint32 ssrc = 1000; ssrc < 4000; ssrc++) {
    back = gst_ice_cipher_unprotect (b, list_new (1, 1, ssrc));
    fail_unless_equals_int (gst_buffer_list_length (back), 0);
    gst_buffer_list_unref (back);
  }
  for (guint32 ssrc = 1000; ssrc < 1010; ssrc++) {
    back = gst_ice_cipher_unprotect (b, gst_ice_cipher_protect (a, list_new (1,
                3, ssrc)));
    fail_unless_equals_int (gst_buffer_list_length (back), 3);
    gst_buffer_list_unref (back);
  }
  fail_unless_equals_int (get_refused (b), 3000);
}

GST_END_TEST;

static Suite *
srtp_suite (void)
{
  Suite *s = suite_create ("srtp");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_lists_come_back_as_they_were, 0, 2);
  tcase_add_test (tc, test_rtcp_goes_beside_rtp);
  tcase_add_test (tc, test_packets_of_others_are_not_changed);
  tcase_add_test (tc, test_what_is_not_the_peers_is_refused);
  tcase_add_test (tc, test_fragments_are_refused);
  tcase_add_test (tc, test_forged_sources_are_forgotten);
  return s;
}

GST_CHECK_MAIN (srtp);
