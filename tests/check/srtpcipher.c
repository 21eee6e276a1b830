/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The cipher of an m-line: lists of packets, whose memory they lie in, what is refused and
 * counted, several consumers of one list. */

#include "config.h"

#include "gsticesrtpcipher.h"
#include "srtptest.h"

#define N_PACKETS 40
#define SIZE 200
/* Of what is no packet, in bytes. */
#define LONGEST 48
#define N_CONSUMERS 8
#define N_LISTS 100

/* Two ciphers whose keys fit each other. */
static void
make_pair (guint suite, GstIceCipher ** a, GstIceCipher ** b)
{
  const GstIceSrtpMasterKey first = srtp_test_make_master (1);
  const GstIceSrtpMasterKey second = srtp_test_make_master (2);

  *a = gst_ice_srtp_cipher_new ((GstIceSrtpSuite) suite, &first, &second, NULL);
  *b = gst_ice_srtp_cipher_new ((GstIceSrtpSuite) suite, &second, &first, NULL);
  fail_unless (*a != NULL && *b != NULL);
}

/* Returns: (transfer full) */
static GstBuffer *
rtp_new (guint16 seqnum, guint32 ssrc, gsize size)
{
  guint8 *data = g_malloc (size);

  srtp_test_write_rtp (data, size, ssrc, seqnum);
  return gst_buffer_new_wrapped (data, size);
}

/* Returns: (transfer full) */
static GstBuffer *
rtcp_new (guint32 ssrc, gsize size)
{
  guint8 *data = g_malloc (size);

  srtp_test_write_rtcp (data, size, ssrc);
  return gst_buffer_new_wrapped (data, size);
}

/* Returns: (transfer full): @n packets of one source */
static GstBufferList *
list_new (guint first, guint n, guint32 ssrc)
{
  GstBufferList *list = gst_buffer_list_new ();

  for (guint i = 0; i < n; i++)
    gst_buffer_list_add (list, rtp_new ((guint16) (first + i), ssrc, SIZE));
  return list;
}

static guint
get_stat (GstIceCipher * cipher, const gchar * name)
{
  g_autoptr (GstStructure) stats = gst_structure_new_empty ("stats");
  guint n = 0;

  gst_ice_cipher_add_stats (cipher, stats);
  fail_unless (gst_structure_get_uint (stats, name, &n), "no %s", name);
  return n;
}

static void
assert_same (GstBuffer * one, GstBuffer * other)
{
  GstMapInfo map;

  fail_unless (gst_buffer_map (one, &map, GST_MAP_READ));
  fail_unless_equals_uint64 (gst_buffer_get_size (other), map.size);
  fail_unless (gst_buffer_memcmp (other, 0, map.data, map.size) == 0);
  gst_buffer_unmap (one, &map);
}

static void
assert_same_lists (GstBufferList * one, GstBufferList * other)
{
  fail_unless_equals_int (gst_buffer_list_length (one),
      gst_buffer_list_length (other));
  for (guint i = 0; i < gst_buffer_list_length (one); i++)
    assert_same (gst_buffer_list_get (one, i), gst_buffer_list_get (other, i));
}

GST_START_TEST (test_lists_come_back_as_they_were)
{
  static const gsize tag_bytes[] = { 16, 16, 10, 4 };
  g_autoptr (GstIceCipher) a = NULL;
  g_autoptr (GstIceCipher) b = NULL;
  g_autoptr (GstBufferList) clear = list_new (1, N_PACKETS, 7);
  g_autoptr (GstBufferList) back = NULL;
  GstBufferList *sent;

  make_pair (__i__, &a, &b);
  sent = gst_ice_cipher_protect (a, gst_buffer_list_ref (clear));
  fail_unless_equals_int (gst_buffer_list_length (sent), N_PACKETS);
  /* Of one size still: a run for the kernel to segment. */
  for (guint i = 0; i < N_PACKETS; i++)
    fail_unless_equals_uint64 (gst_buffer_get_size (gst_buffer_list_get (sent,
                i)), SIZE + tag_bytes[__i__]);

  back = gst_ice_cipher_unprotect (b, sent);
  assert_same_lists (clear, back);
  fail_unless_equals_int (get_stat (b, "srtp-packets-refused"), 0);
  fail_unless_equals_int (get_stat (a, "srtp-packets-unprotectable"), 0);
}

GST_END_TEST;

/* A run with GSO is then one piece. */
/* Each loop is a process of its own, in which no memory was used before. */
GST_START_TEST (test_empty_list_stays_empty)
{
  GstIceCipher *a, *b;
  GstBufferList *list;

  make_pair (__i__, &a, &b);
  list = gst_ice_cipher_protect (a, gst_buffer_list_new ());
  fail_unless_equals_int (gst_buffer_list_length (list), 0);
  list = gst_ice_cipher_unprotect (b, list);
  fail_unless_equals_int (gst_buffer_list_length (list), 0);
  gst_buffer_list_unref (list);
  g_object_unref (a);
  g_object_unref (b);
}

GST_END_TEST;

GST_START_TEST (test_packets_lie_end_to_end)
{
  g_autoptr (GstIceCipher) a = NULL;
  g_autoptr (GstIceCipher) b = NULL;
  g_autoptr (GstBufferList) sent = NULL;
  const guint8 *end = NULL;

  make_pair (GST_ICE_SRTP_SUITE_AEAD_AES_128_GCM, &a, &b);
  sent = gst_ice_cipher_protect (a, list_new (1, N_PACKETS, 7));
  for (guint i = 0; i < N_PACKETS; i++) {
    GstBuffer *packet = gst_buffer_list_get (sent, i);
    GstMapInfo map;

    fail_unless_equals_int (gst_buffer_n_memory (packet), 1);
    gst_buffer_map (packet, &map, GST_MAP_READ);
    fail_unless (end == NULL || map.data == end);
    end = map.data + map.size;
    gst_buffer_unmap (packet, &map);
  }
}

GST_END_TEST;

/* Memory is used again once nobody holds a packet of it, and no sooner. */
GST_START_TEST (test_memory_is_used_again)
{
  g_autoptr (GstIceCipher) a = NULL;
  g_autoptr (GstIceCipher) b = NULL;
  static const guint lengths[] = { 40, 40, 8, 1, 40, 64, 3 };
  GstBuffer *held = NULL;
  guint next = 1;

  make_pair (GST_ICE_SRTP_SUITE_AEAD_AES_128_GCM, &a, &b);
  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++) {
    g_autoptr (GstBufferList) clear = list_new (next, lengths[i], 7);
    g_autoptr (GstBufferList) back = NULL;
    GstBufferList *sent = gst_ice_cipher_protect (a,
        gst_buffer_list_ref (clear));
    g_autoptr (GstBuffer) copy = NULL;

    if (held != NULL)
      copy = gst_buffer_copy_deep (held);
    /* As who sends does it: the list goes, one packet of it stays. */
    back = gst_ice_cipher_unprotect (b, gst_buffer_list_copy_deep (sent));
    assert_same_lists (clear, back);
    if (copy != NULL)
      assert_same (held, copy);
    gst_clear_buffer (&held);
    if (i % 2 == 0)
      held = gst_buffer_ref (gst_buffer_list_get (sent, 0));
    gst_buffer_list_unref (sent);
    next += lengths[i];
  }
  gst_clear_buffer (&held);
}

GST_END_TEST;

/* Packets of an earlier list are still to be sent while the next one is protected. */
GST_START_TEST (test_lists_do_not_share_memory)
{
  g_autoptr (GstIceCipher) a = NULL;
  g_autoptr (GstIceCipher) b = NULL;
  GstBufferList *clear[10], *sent[10];

  make_pair (__i__, &a, &b);
  for (guint i = 0; i < 10; i++) {
    clear[i] = list_new (1 + 5 * i, 5, 7);
    sent[i] = gst_ice_cipher_protect (a, gst_buffer_list_ref (clear[i]));
  }
  for (guint i = 0; i < 10; i++) {
    g_autoptr (GstBufferList) back = gst_ice_cipher_unprotect (b,
        gst_buffer_list_copy_deep (sent[i]));

    assert_same_lists (clear[i], back);
    gst_buffer_list_unref (clear[i]);
    gst_buffer_list_unref (sent[i]);
  }
}

GST_END_TEST;

/* The head, the rest and nothing: as payloaders make them, and worse. */
GST_START_TEST (test_packets_in_pieces)
{
  static const gsize cuts[] = { 0, 1, 2, 11, 12, 13, 100, SIZE };
  g_autoptr (GstIceCipher) a = NULL;
  g_autoptr (GstIceCipher) b = NULL;

  make_pair (__i__, &a, &b);
  for (guint i = 0; i < G_N_ELEMENTS (cuts); i++) {
    g_autoptr (GstBuffer) whole = rtp_new ((guint16) (i + 1), 7, SIZE);
    g_autoptr (GstBufferList) back = NULL;
    GstBufferList *list = gst_buffer_list_new ();
    GstBuffer *pieces = gst_buffer_copy_region (whole, GST_BUFFER_COPY_MEMORY,
        0, cuts[i]);

    gst_buffer_copy_into (pieces, whole, GST_BUFFER_COPY_MEMORY, cuts[i], -1);
    gst_buffer_list_add (list, pieces);
    back = gst_ice_cipher_unprotect (b, gst_ice_cipher_protect (a, list));
    fail_unless_equals_int (gst_buffer_list_length (back), 1);
    assert_same (whole, gst_buffer_list_get (back, 0));
  }
}

GST_END_TEST;

GST_START_TEST (test_rtcp_goes_among_rtp)
{
  g_autoptr (GstIceCipher) a = NULL;
  g_autoptr (GstIceCipher) b = NULL;
  g_autoptr (GstBufferList) list = list_new (1, 4, 7);
  g_autoptr (GstBufferList) back = NULL;

  make_pair (__i__, &a, &b);
  gst_buffer_list_insert (list, 2, rtcp_new (7, 32));
  back = gst_ice_cipher_unprotect (b, gst_ice_cipher_protect (a,
          gst_buffer_list_ref (list)));
  assert_same_lists (list, back);
}

GST_END_TEST;

/* Whoever holds a packet keeps it as it came. */
GST_START_TEST (test_packets_of_others_are_not_changed)
{
  g_autoptr (GstIceCipher) a = NULL;
  g_autoptr (GstIceCipher) b = NULL;
  g_autoptr (GstBufferList) clear = list_new (1, 2, 7);
  g_autoptr (GstBufferList) clear_before = gst_buffer_list_copy_deep (clear);
  g_autoptr (GstBufferList) sent = NULL;
  g_autoptr (GstBufferList) sent_before = NULL;
  g_autoptr (GstBufferList) back = NULL;

  make_pair (__i__, &a, &b);
  sent = gst_ice_cipher_protect (a, gst_buffer_list_ref (clear));
  assert_same_lists (clear, clear_before);
  sent_before = gst_buffer_list_copy_deep (sent);
  back = gst_ice_cipher_unprotect (b, gst_buffer_list_ref (sent));
  assert_same_lists (back, clear);
  assert_same_lists (sent, sent_before);
}

GST_END_TEST;

/* A part of somebody's larger memory, too. */
GST_START_TEST (test_memory_of_others_is_not_changed)
{
  g_autoptr (GstIceCipher) a = NULL;
  g_autoptr (GstIceCipher) b = NULL;
  g_autoptr (GstBufferList) sent = NULL;
  g_autoptr (GstBuffer) whole = NULL;
  g_autoptr (GstBuffer) before = NULL;
  g_autoptr (GstBufferList) back = NULL;
  GstBufferList *list = gst_buffer_list_new ();

  make_pair (__i__, &a, &b);
  sent = gst_ice_cipher_protect (a, list_new (1, 1, 7));
  whole = gst_buffer_copy_deep (gst_buffer_list_get (sent, 0));
  before = gst_buffer_copy_deep (whole);
  gst_buffer_list_add (list, gst_buffer_copy_region (whole,
          GST_BUFFER_COPY_MEMORY, 0, -1));
  back = gst_ice_cipher_unprotect (b, list);
  fail_unless_equals_int (gst_buffer_list_length (back), 1);
  assert_same (whole, before);
}

GST_END_TEST;

/* What only the list holds is opened where it is. */
GST_START_TEST (test_packets_are_opened_in_place)
{
  g_autoptr (GstIceCipher) a = NULL;
  g_autoptr (GstIceCipher) b = NULL;
  g_autoptr (GstBufferList) sent = NULL;
  g_autoptr (GstBufferList) back = NULL;
  GstBufferList *list = gst_buffer_list_new ();
  gpointer data;
  gsize size;
  GstMapInfo map;

  make_pair (__i__, &a, &b);
  sent = gst_ice_cipher_protect (a, list_new (1, 1, 7));
  gst_buffer_extract_dup (gst_buffer_list_get (sent, 0), 0, -1, &data, &size);
  gst_buffer_list_add (list, gst_buffer_new_wrapped (data, size));
  back = gst_ice_cipher_unprotect (b, list);
  fail_unless (back == list);
  gst_buffer_map (gst_buffer_list_get (back, 0), &map, GST_MAP_READ);
  fail_unless (map.data == data);
  fail_unless_equals_uint64 (map.size, SIZE);
  gst_buffer_unmap (gst_buffer_list_get (back, 0), &map);
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

static void
assert_refuses (GstIceCipher * cipher, GstBufferList * list)
{
  g_autoptr (GstBufferList) back = gst_ice_cipher_unprotect (cipher, list);

  fail_unless_equals_int (gst_buffer_list_length (back), 0);
}

GST_START_TEST (test_what_is_refused_is_counted_by_reason)
{
  static const gsize places[] = { 4, 100, SIZE };
  g_autoptr (GstIceCipher) a = NULL;
  g_autoptr (GstIceCipher) b = NULL;
  g_autoptr (GstBufferList) old = NULL;
  g_autoptr (GstBufferList) fresh = NULL;
  g_autoptr (GstBufferList) back = NULL;
  GstBufferList *clear, *sent;

  make_pair (__i__, &a, &b);
  /* In the clear; head, payload and tag. */
  assert_refuses (b, list_new (1, 1, 7));
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    assert_refuses (b, damage (gst_ice_cipher_protect (a, list_new (10 + i, 1,
                    7)), places[i]));
  fail_unless_equals_int (get_stat (b, "srtp-packets-refused-tag"), 4);

  /* Once it is good; among others, these stay. */
  old = gst_ice_cipher_protect (a, list_new (20, 1, 7));
  gst_buffer_list_unref (gst_ice_cipher_unprotect (b,
          gst_buffer_list_copy_deep (old)));
  clear = list_new (21, 2, 7);
  fresh = gst_ice_cipher_protect (a, gst_buffer_list_ref (clear));
  sent = gst_buffer_list_copy_deep (fresh);
  gst_buffer_list_insert (sent, 1,
      gst_buffer_copy_deep (gst_buffer_list_get (old, 0)));
  back = gst_ice_cipher_unprotect (b, sent);
  assert_same_lists (back, clear);
  gst_buffer_list_unref (clear);
  fail_unless_equals_int (get_stat (b, "srtp-packets-refused-replay"), 1);

  gst_buffer_list_unref (gst_ice_cipher_unprotect (b,
          gst_ice_cipher_protect (a, list_new (2000, 1, 7))));
  assert_refuses (b, gst_buffer_list_copy_deep (old));
  fail_unless_equals_int (get_stat (b, "srtp-packets-refused-too-old"), 1);
  fail_unless_equals_int (get_stat (b, "srtp-packets-refused"), 6);
}

GST_END_TEST;

/* Packets too short for a head, and of nothing. */
GST_START_TEST (test_fragments_are_refused)
{
  g_autoptr (GstIceCipher) a = NULL;
  g_autoptr (GstIceCipher) b = NULL;

  make_pair (__i__, &a, &b);
  for (gsize size = 0; size < LONGEST; size++) {
    GstBufferList *list = gst_buffer_list_new ();

    for (guint type = 0; type < 256; type++) {
      GstBuffer *packet = gst_buffer_new_allocate (NULL, size, NULL);
      guint8 byte = (guint8) type;

      gst_buffer_memset (packet, 0, type % 2 == 0 ? 0x80 : 0xbf, size);
      if (size > 1)
        gst_buffer_fill (packet, 1, &byte, 1);
      gst_buffer_list_add (list, packet);
    }
    assert_refuses (b, list);
  }
  fail_unless_equals_int (get_stat (b, "srtp-packets-refused"), 256 * LONGEST);
}

GST_END_TEST;

/* A forger may name as many sources as he likes: none is remembered, and the peer
 * that speaks then is heard. */
GST_START_TEST (test_forged_sources_are_not_kept)
{
  g_autoptr (GstIceCipher) a = NULL;
  g_autoptr (GstIceCipher) b = NULL;

  make_pair (__i__, &a, &b);
  for (guint32 ssrc = 1000; ssrc < 4000; ssrc++)
    assert_refuses (b, list_new (1, 1, ssrc));
  for (guint32 ssrc = 1000; ssrc < 1010; ssrc++) {
    g_autoptr (GstBufferList) clear = list_new (1, 3, ssrc);
    g_autoptr (GstBufferList) back = gst_ice_cipher_unprotect (b,
        gst_ice_cipher_protect (a, gst_buffer_list_ref (clear)));

    assert_same_lists (clear, back);
  }
  fail_unless_equals_int (get_stat (b, "srtp-packets-refused"), 3000);
  fail_unless_equals_int (get_stat (b, "srtp-sources-received"), 10);
}

GST_END_TEST;

/* The peer itself has the memory of a bounded number of sources; beyond it, all that it
 * sends is heard all the same. */
GST_START_TEST (test_sources_of_a_peer_are_bounded)
{
  g_autoptr (GstIceCipher) b = NULL;

  for (guint32 i = 0; i < 10; i++) {
    const GstIceSrtpMasterKey ours = srtp_test_make_master (1);
    const GstIceSrtpMasterKey theirs = srtp_test_make_master (2);
    /* Each sends less than a sender may. */
    g_autoptr (GstIceCipher) a = gst_ice_srtp_cipher_new (__i__, &ours,
        &theirs, NULL);

    if (b == NULL)
      b = gst_ice_srtp_cipher_new (__i__, &theirs, &ours, NULL);
    for (guint32 ssrc = 0; ssrc < 1000; ssrc++) {
      g_autoptr (GstBufferList) back = gst_ice_cipher_unprotect (b,
          gst_ice_cipher_protect (a, list_new (1, 1, 1000 * i + ssrc)));

      fail_unless_equals_int (gst_buffer_list_length (back), 1);
    }
  }
  fail_unless_equals_int (get_stat (b, "srtp-sources-received"), 96);
  fail_unless_equals_int (get_stat (b, "srtp-sources-forgotten"), 10000 - 96);
  fail_unless_equals_int (get_stat (b, "srtp-packets-refused"), 0);
}

GST_END_TEST;

/* A nonce is never used twice: what would need it to be is not sent. */
GST_START_TEST (test_a_sender_refuses_sources_beyond_its_bound)
{
  g_autoptr (GstIceCipher) a = NULL;
  g_autoptr (GstIceCipher) b = NULL;
  guint n_sent = 0;

  make_pair (__i__, &a, &b);
  for (guint32 ssrc = 0; ssrc < 1030; ssrc++) {
    g_autoptr (GstBufferList) sent =
        gst_ice_cipher_protect (a, list_new (1, 2, ssrc));

    n_sent += gst_buffer_list_length (sent);
  }
  fail_unless_equals_int (n_sent, 2 * 1024);
  fail_unless_equals_int (get_stat (a,
          "srtp-packets-unprotectable-source-limit"), 2 * 6);
  fail_unless_equals_int (get_stat (a, "srtp-packets-unprotectable"), 2 * 6);

  /* The same packet again. */
  gst_buffer_list_unref (gst_ice_cipher_protect (a, list_new (1, 2, 1)));
  fail_unless_equals_int (get_stat (a, "srtp-packets-unprotectable-replay"), 2);
}

GST_END_TEST;

/* What is sent again because it was lost is the same bytes; another packet of the same number
 * never leaves. Issue 17. */
GST_START_TEST (test_the_same_packet_may_be_sent_again)
{
  g_autoptr (GstIceCipher) a = NULL;
  g_autoptr (GstIceCipher) b = NULL;
  g_autoptr (GstBufferList) sent = NULL;
  g_autoptr (GstBufferList) again = NULL;
  g_autoptr (GstBufferList) other = gst_buffer_list_new ();
  guint8 forged[100] = { 0x80, 96, 0, 7, 0, 0, 0, 0, 0, 0, 0, 1, 42 };

  make_pair (__i__, &a, &b);
  gst_ice_cipher_allow_repeats (a);
  sent = gst_ice_cipher_protect (a, list_new (7, 1, 1));
  /* Also from behind the window, up to what is kept. */
  for (guint n = 0; n < 2; n++) {
    gst_buffer_list_unref (gst_ice_cipher_protect (a,
            list_new ((guint16) (8 + n * 1000), 1000, 1)));
    g_clear_pointer (&again, gst_buffer_list_unref);
    again = gst_ice_cipher_protect (a, list_new (7, 1, 1));
    fail_unless_equals_int (gst_buffer_list_length (again), 1);
    assert_same (gst_buffer_list_get (sent, 0), gst_buffer_list_get (again, 0));
  }
  again = gst_ice_cipher_unprotect (b, g_steal_pointer (&again));
  fail_unless_equals_int (gst_buffer_list_length (again), 1);

  gst_buffer_list_add (other, gst_buffer_new_memdup (forged, sizeof (forged)));
  other = gst_ice_cipher_protect (a, g_steal_pointer (&other));
  fail_unless_equals_int (gst_buffer_list_length (other), 0);
  fail_unless_equals_int (get_stat (a, "srtp-packets-unprotectable"), 1);

  gst_buffer_list_unref (gst_ice_cipher_protect (a, list_new (2008, 100, 1)));
  g_clear_pointer (&again, gst_buffer_list_unref);
  again = gst_ice_cipher_protect (a, list_new (7, 1, 1));
  fail_unless_equals_int (gst_buffer_list_length (again), 0);
}

GST_END_TEST;

/* Many ciphers, one clear list, a thread each. */

typedef struct
{
  GstIceCipher *cipher;
  GPtrArray *lists;             /* of GstBufferList, in the clear */
  GPtrArray *sent;              /* of GstBufferList */
} Consumer;

static gpointer
consume (gpointer data)
{
  Consumer *self = data;

  for (guint i = 0; i < self->lists->len; i++)
    g_ptr_array_add (self->sent, gst_ice_cipher_protect (self->cipher,
            gst_buffer_list_ref (g_ptr_array_index (self->lists, i))));
  return NULL;
}

GST_START_TEST (test_many_consumers_of_one_list)
{
  const GstIceSrtpMasterKey theirs = srtp_test_make_master (99);
  g_autoptr (GPtrArray) lists = g_ptr_array_new_with_free_func (
      (GDestroyNotify) gst_buffer_list_unref);
  Consumer consumers[N_CONSUMERS];
  GThread *threads[N_CONSUMERS];

  for (guint i = 0; i < N_LISTS; i++)
    g_ptr_array_add (lists, list_new (1 + 5 * i, 5, 7));
  for (guint i = 0; i < N_CONSUMERS; i++) {
    const GstIceSrtpMasterKey ours = srtp_test_make_master ((guint8) i);

    consumers[i].cipher = gst_ice_srtp_cipher_new (__i__, &ours, &theirs, NULL);
    consumers[i].lists = lists;
    consumers[i].sent = g_ptr_array_new_with_free_func (
        (GDestroyNotify) gst_buffer_list_unref);
    threads[i] = g_thread_new ("consumer", consume, &consumers[i]);
  }
  for (guint i = 0; i < N_CONSUMERS; i++) {
    const GstIceSrtpMasterKey ours = srtp_test_make_master ((guint8) i);
    g_autoptr (GstIceCipher) b =
        gst_ice_srtp_cipher_new (__i__, &theirs, &ours, NULL);

    g_thread_join (threads[i]);
    for (guint j = 0; j < N_LISTS; j++) {
      g_autoptr (GstBufferList) back = gst_ice_cipher_unprotect (b,
          gst_buffer_list_copy_deep (g_ptr_array_index (consumers[i].sent, j)));

      assert_same_lists (g_ptr_array_index (lists, j), back);
    }
    g_object_unref (consumers[i].cipher);
    g_ptr_array_unref (consumers[i].sent);
  }
}

GST_END_TEST;

/* The keys change with packets under way, to another suite, and nothing is lost. */
GST_START_TEST (test_rekey_without_a_gap)
{
  const GstIceSrtpMasterKey third = srtp_test_make_master (3);
  const guint next_suite = (__i__ + 1) % GST_ICE_SRTP_N_SUITES;
  g_autoptr (GstIceCipher) a = NULL;
  g_autoptr (GstIceCipher) b = NULL;
  GstBufferList *old_sent, *new_sent;
  g_autoptr (GstStructure) stats = gst_structure_new_empty ("stats");

  make_pair (__i__, &a, &b);
  old_sent = gst_ice_cipher_protect (a, list_new (1, 3, 7));
  fail_unless (gst_ice_srtp_cipher_rekey (GST_ICE_SRTP_CIPHER (a), next_suite,
          &third, NULL, NULL));
  fail_unless (gst_ice_srtp_cipher_rekey (GST_ICE_SRTP_CIPHER (b), next_suite,
          NULL, &third, NULL));
  new_sent = gst_ice_cipher_protect (a, list_new (4, 3, 7));
  for (guint i = 0; i < 3; i++) {
    GstBufferList *list = gst_buffer_list_new ();
    g_autoptr (GstBufferList) back = NULL;

    gst_buffer_list_add (list,
        gst_buffer_copy_deep (gst_buffer_list_get (new_sent, i)));
    gst_buffer_list_add (list,
        gst_buffer_copy_deep (gst_buffer_list_get (old_sent, i)));
    back = gst_ice_cipher_unprotect (b, list);
    fail_unless_equals_int (gst_buffer_list_length (back), 2);
  }
  gst_buffer_list_unref (old_sent);
  gst_buffer_list_unref (new_sent);
  gst_ice_cipher_add_stats (a, stats);
  fail_unless_equals_string (gst_structure_get_string (stats, "srtp-cipher"),
      srtp_test_get_name (next_suite));
}

GST_END_TEST;

static Suite *
srtpcipher_suite (void)
{
  Suite *s = suite_create ("srtpcipher");
  TCase *tc = tcase_create ("lists");
  const gint n = GST_ICE_SRTP_N_SUITES;

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_lists_come_back_as_they_were, 0, n);
  tcase_add_loop_test (tc, test_empty_list_stays_empty, 0, n);
  tcase_add_test (tc, test_packets_lie_end_to_end);
  tcase_add_test (tc, test_memory_is_used_again);
  tcase_add_loop_test (tc, test_lists_do_not_share_memory, 0, n);
  tcase_add_loop_test (tc, test_packets_in_pieces, 0, n);
  tcase_add_loop_test (tc, test_rtcp_goes_among_rtp, 0, n);
  tcase_add_loop_test (tc, test_packets_of_others_are_not_changed, 0, n);
  tcase_add_loop_test (tc, test_memory_of_others_is_not_changed, 0, n);
  tcase_add_loop_test (tc, test_packets_are_opened_in_place, 0, n);
  tcase_add_loop_test (tc, test_what_is_refused_is_counted_by_reason, 0, n);
  tcase_add_loop_test (tc, test_fragments_are_refused, 0, n);
  tcase_add_loop_test (tc, test_forged_sources_are_not_kept, 0, n);
  tcase_add_loop_test (tc, test_sources_of_a_peer_are_bounded, 0, n);
  tcase_add_loop_test (tc, test_a_sender_refuses_sources_beyond_its_bound, 0,
      n);
  tcase_add_loop_test (tc, test_the_same_packet_may_be_sent_again, 0, n);
  tcase_add_loop_test (tc, test_many_consumers_of_one_list, 0, n);
  tcase_add_loop_test (tc, test_rekey_without_a_gap, 0, n);
  return s;
}

GST_CHECK_MAIN (srtpcipher);
