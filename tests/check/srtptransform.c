/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* SRTP of one direction: windows, sources, keys and counters at their edges. */

#include "config.h"

#include "gsticesrtpsources.h"
#include "srtptest.h"

#define SIZE 100
#define N_SUITES GST_ICE_SRTP_N_SUITES

/* --- Windows --- */

GST_START_TEST (test_window)
{
  static const struct
  {
    guint64 top;                /* marked before */
    guint64 index;
    GstIceSrtpStatus status;
  } rows[] = {
    {0, 0, GST_ICE_SRTP_REPLAYED},
    {0, 1, GST_ICE_SRTP_OK},
    {5, 4, GST_ICE_SRTP_OK},
    {5, 5, GST_ICE_SRTP_REPLAYED},
    {1023, 0, GST_ICE_SRTP_OK},
    {1024, 0, GST_ICE_SRTP_TOO_OLD},
    {1024, 1, GST_ICE_SRTP_OK},
    {70000, 70000 - 1023, GST_ICE_SRTP_OK},
    {70000, 70000 - 1024, GST_ICE_SRTP_TOO_OLD},
    {70000, 0, GST_ICE_SRTP_TOO_OLD},
  };
  GstIceSrtpWindow window = { 0 };

  fail_unless (gst_ice_srtp_window_is_empty (&window));
  fail_unless_equals_int (gst_ice_srtp_window_check (&window, 0),
      GST_ICE_SRTP_OK);
  gst_ice_srtp_window_mark (&window, rows[__i__].top);
  fail_unless (!gst_ice_srtp_window_is_empty (&window));
  fail_unless_equals_int (gst_ice_srtp_window_check (&window,
          rows[__i__].index), rows[__i__].status);
}

GST_END_TEST;

/* Each index once, in any order, with leaps of all lengths. */
GST_START_TEST (test_window_forgets_nothing)
{
  static const guint leaps[] =
      { 1, 2, 63, 64, 65, 1022, 1023, 1024, 1025, 5000 };
  GstIceSrtpWindow window = { 0 };
  guint64 top = 0;

  for (guint i = 0; i < 200; i++) {
    top += leaps[i % G_N_ELEMENTS (leaps)];
    gst_ice_srtp_window_mark (&window, top);
    for (guint back = 0; back < GST_ICE_SRTP_WINDOW && back <= top; back += 7) {
      if (gst_ice_srtp_window_check (&window, top - back) == GST_ICE_SRTP_OK)
        gst_ice_srtp_window_mark (&window, top - back);
      fail_unless_equals_int (gst_ice_srtp_window_check (&window, top - back),
          GST_ICE_SRTP_REPLAYED);
    }
  }
  fail_unless_equals_uint64 (window.top, top);

  gst_ice_srtp_window_close (&window, top + 10);
  fail_unless_equals_int (gst_ice_srtp_window_check (&window, top + 9),
      GST_ICE_SRTP_REPLAYED);
  fail_unless_equals_int (gst_ice_srtp_window_check (&window, top + 11),
      GST_ICE_SRTP_OK);
}

GST_END_TEST;

/* RFC 3711, appendix A. */
GST_START_TEST (test_index_guess)
{
  static const struct
  {
    guint64 top;
    guint16 seqnum;
    guint64 index;
  } rows[] = {
    {0, 0, 0},
    {0, 0x7fff, 0x7fff},
    {0, 0xffff, 0xffff},        /* there is none before 0 */
    {0x10000, 0xffff, 0xffff},
    {0x10000, 0x8000, 0x18000},
    {0x10000, 0x8001, 0x8001},
    {0x17fff, 0xffff, 0x1ffff},
    {0x18000, 0x0000, 0x10000},
    {0x18001, 0x0000, 0x20000},
    {0x1ffff, 0x7ffe, 0x27ffe},
    {0x1ffff, 0x7fff, 0x17fff},
    {0xffff, 0, 0x10000},
    {0xffffffff0000, 1, 0xffffffff0001},
  };
  const GstIceSrtpWindow window = {.top = rows[__i__].top };

  fail_unless_equals_uint64_hex (gst_ice_srtp_window_guess (&window,
          rows[__i__].seqnum), rows[__i__].index);
}

GST_END_TEST;

/* --- Two ends --- */

typedef struct
{
  GstIceSrtpTransform *from;
  GstIceSrtpTransform *to;
} Ends;

static void
ends_init (Ends * self, guint suite, const GstIceSrtpMasterKey * master,
    guint max_sources)
{
  self->from = gst_ice_srtp_transform_new_protector (64);
  self->to = gst_ice_srtp_transform_new_unprotector (max_sources);
  if (master != NULL) {
    srtp_test_add_key (self->from, suite, master, TRUE);
    srtp_test_add_key (self->to, suite, master, FALSE);
  }
}

static void
ends_clear (Ends * self)
{
  gst_ice_srtp_transform_free (self->from);
  gst_ice_srtp_transform_free (self->to);
}

typedef struct
{
  guint8 data[SRTP_TEST_MAX_BYTES];
  gsize size;
} Packet;

static GstIceSrtpStatus
send_rtp (Ends * self, guint32 ssrc, guint16 seqnum, Packet * out)
{
  guint8 clear[SIZE];

  srtp_test_write_rtp (clear, SIZE, ssrc, seqnum);
  return srtp_test_protect (self->from, clear, SIZE, out->data, &out->size);
}

static GstIceSrtpStatus
send_rtcp (Ends * self, guint32 ssrc, Packet * out)
{
  guint8 clear[SIZE];

  srtp_test_write_rtcp (clear, SIZE, ssrc);
  return srtp_test_protect (self->from, clear, SIZE, out->data, &out->size);
}

/* @packet: stays as it is
 * Returns: what becomes of it; when it is opened it is what was sent, when it is refused
 *     it is as it was */
static GstIceSrtpStatus
receive (Ends * self, const Packet * packet)
{
  Packet copy = *packet;
  GstIceSrtpStatus status = gst_ice_srtp_transform_unprotect (self->to,
      copy.data, &copy.size);

  if (status == GST_ICE_SRTP_OK) {
    fail_unless_equals_uint64 (copy.size, SIZE);
    fail_unless_equals_int (copy.data[SIZE - 1],
        gst_ice_srtp_packet_is_rtcp (copy.data) ? 9 : 7);
  } else {
    fail_unless_equals_uint64 (copy.size, packet->size);
    fail_unless (memcmp (copy.data, packet->data, copy.size) == 0);
  }
  return status;
}

static void
exchange_rtp (Ends * self, guint32 ssrc, guint16 seqnum)
{
  Packet packet;

  fail_unless_equals_int (send_rtp (self, ssrc, seqnum, &packet),
      GST_ICE_SRTP_OK);
  fail_unless_equals_int (receive (self, &packet), GST_ICE_SRTP_OK);
}

/* --- Keys --- */

GST_START_TEST (test_without_a_key_nothing_passes)
{
  const GstIceSrtpMasterKey master = srtp_test_make_master (1);
  Packet packet;
  Ends ends, keyless;

  ends_init (&ends, __i__, &master, 4);
  ends_init (&keyless, __i__, NULL, 4);
  fail_unless_equals_int (send_rtp (&keyless, 1, 1, &packet),
      GST_ICE_SRTP_FAILED);
  fail_unless_equals_uint64 (packet.size, 0);
  fail_unless_equals_int (send_rtp (&ends, 1, 1, &packet), GST_ICE_SRTP_OK);
  fail_unless_equals_int (receive (&keyless, &packet), GST_ICE_SRTP_FAILED);
  ends_clear (&ends);
  ends_clear (&keyless);
}

GST_END_TEST;

/* Without MKI, old and new keys stand side by side until the new one was heard for as
 * long as packets can be late. */
GST_START_TEST (test_old_and_new_keys_side_by_side)
{
  const GstIceSrtpMasterKey old = srtp_test_make_master (1);
  const GstIceSrtpMasterKey new = srtp_test_make_master (2);
  Packet of_old[3], of_new, forged;
  Ends ends;

  ends_init (&ends, __i__, &old, 4);
  for (guint i = 0; i < 3; i++)
    send_rtp (&ends, 1, (guint16) (10 + i), &of_old[i]);
  srtp_test_add_key (ends.from, __i__, &new, TRUE);
  srtp_test_add_key (ends.to, __i__, &new, FALSE);
  fail_unless_equals_int (gst_ice_srtp_transform_get_n_keys (ends.from), 1);

  fail_unless_equals_int (receive (&ends, &of_old[0]), GST_ICE_SRTP_OK);
  send_rtp (&ends, 1, 13, &of_new);
  forged = of_new;
  forged.data[50] ^= 1;
  fail_unless_equals_int (receive (&ends, &forged), GST_ICE_SRTP_BAD_TAG);
  fail_unless_equals_int (receive (&ends, &of_new), GST_ICE_SRTP_OK);
  fail_unless_equals_int (receive (&ends, &of_old[1]), GST_ICE_SRTP_OK);
  fail_unless_equals_int (receive (&ends, &of_old[1]), GST_ICE_SRTP_REPLAYED);
  fail_unless_equals_int (gst_ice_srtp_transform_get_n_keys (ends.to), 2);

  for (guint i = 0; i < GST_ICE_SRTP_WINDOW - 1; i++)
    exchange_rtp (&ends, 2, (guint16) i);
  fail_unless_equals_int (gst_ice_srtp_transform_get_n_keys (ends.to), 1);
  fail_unless_equals_int (receive (&ends, &of_old[2]), GST_ICE_SRTP_BAD_TAG);
  ends_clear (&ends);
}

GST_END_TEST;

/* RFC 3711, 3.3.1: a new key does not reset the counter. */
GST_START_TEST (test_counters_go_on_with_a_new_key)
{
  const GstIceSrtpMasterKey old = srtp_test_make_master (1);
  const GstIceSrtpMasterKey new = srtp_test_make_master (2);
  Packet before, after;
  Ends ends;

  ends_init (&ends, __i__, &old, 4);
  exchange_rtp (&ends, 1, 0xfff0);
  exchange_rtp (&ends, 1, 5);
  send_rtcp (&ends, 1, &before);
  srtp_test_add_key (ends.from, __i__, &new, TRUE);
  srtp_test_add_key (ends.to, __i__, &new, FALSE);
  exchange_rtp (&ends, 1, 6);
  send_rtcp (&ends, 1, &after);
  fail_unless_equals_int (receive (&ends, &after), GST_ICE_SRTP_OK);
  fail_unless_equals_int (receive (&ends, &before), GST_ICE_SRTP_OK);
  ends_clear (&ends);
}

GST_END_TEST;

/* Peers that make a new context count from 0 again. They are understood, and what came
 * before can't be repeated. */
GST_START_TEST (test_counters_that_begin_again_with_a_new_key)
{
  const GstIceSrtpMasterKey old = srtp_test_make_master (1);
  const GstIceSrtpMasterKey new = srtp_test_make_master (2);
  GstIceSrtpTransform *first_from;
  Packet early, rtcp[5], of_new, late;
  Ends ends;

  ends_init (&ends, __i__, &old, 4);
  send_rtp (&ends, 1, 0x6000, &early);
  fail_unless_equals_int (receive (&ends, &early), GST_ICE_SRTP_OK);
  exchange_rtp (&ends, 1, 0xc000);
  exchange_rtp (&ends, 1, 0x1000);
  exchange_rtp (&ends, 1, 0x5000);
  for (guint i = 0; i < G_N_ELEMENTS (rtcp); i++) {
    send_rtcp (&ends, 1, &rtcp[i]);
    fail_unless_equals_int (receive (&ends, &rtcp[i]), GST_ICE_SRTP_OK);
  }

  first_from = ends.from;
  ends.from = gst_ice_srtp_transform_new_protector (4);
  srtp_test_add_key (ends.from, __i__, &new, TRUE);
  srtp_test_add_key (ends.to, __i__, &new, FALSE);
  exchange_rtp (&ends, 1, 0x5001);
  send_rtcp (&ends, 1, &of_new);
  fail_unless_equals_int (receive (&ends, &of_new), GST_ICE_SRTP_OK);
  fail_unless_equals_int (receive (&ends, &of_new), GST_ICE_SRTP_REPLAYED);
  exchange_rtp (&ends, 1, 0x5002);

  /* Of the old key and counter 0, ahead of what the new one has. */
  fail_unless_equals_int (receive (&ends, &early), GST_ICE_SRTP_BAD_TAG);
  fail_unless_equals_int (receive (&ends, &rtcp[4]), GST_ICE_SRTP_BAD_TAG);
  /* A second time it does not begin again. */
  gst_ice_srtp_transform_free (ends.from);
  ends.from = gst_ice_srtp_transform_new_protector (4);
  srtp_test_add_key (ends.from, __i__, &new, TRUE);
  send_rtp (&ends, 1, 0x5000, &late);
  fail_unless_equals_int (receive (&ends, &late), GST_ICE_SRTP_OK);
  send_rtp (&ends, 1, 0x5001, &late);
  fail_unless_equals_int (receive (&ends, &late), GST_ICE_SRTP_REPLAYED);
  gst_ice_srtp_transform_free (first_from);
  ends_clear (&ends);
}

GST_END_TEST;

/* A key for each MKI; the peer may choose another for each packet. */
GST_START_TEST (test_keys_by_their_mki)
{
  static const guint lengths[] = { 1, 4, 128 };
  GstIceSrtpMasterKey masters[2];
  Packet packet, other;
  Ends ends;

  for (guint l = 0; l < G_N_ELEMENTS (lengths); l++) {
    ends_init (&ends, __i__, NULL, 4);
    for (guint i = 0; i < 2; i++) {
      masters[i] = srtp_test_make_master ((guint8) (1 + i));
      masters[i].mki_bytes = lengths[l];
      masters[i].mki[lengths[l] - 1] = (guint8) (1 + i);
      srtp_test_add_key (ends.to, __i__, &masters[i], FALSE);
    }
    for (guint16 i = 0; i < 3000; i++) {
      srtp_test_add_key (ends.from, __i__, &masters[i % 2], TRUE);
      exchange_rtp (&ends, 1, i);
      if (i > 4 && l > 0)
        break;
    }
    fail_unless_equals_int (gst_ice_srtp_transform_get_n_keys (ends.to), 2);

    send_rtp (&ends, 1, 3001, &packet);
    fail_unless_equals_uint64 (packet.size, SIZE + lengths[l] +
        gst_ice_srtp_suite_get_info (__i__)->rtp_tag_bytes);
    other = packet;
    other.data[other.size - 1 - (gst_ice_srtp_suite_get_info (__i__)->aead ? 0 :
            gst_ice_srtp_suite_get_info (__i__)->rtp_tag_bytes)] ^= 0x80;
    fail_unless_equals_int (receive (&ends, &other), GST_ICE_SRTP_UNKNOWN_MKI);
    fail_unless_equals_int (receive (&ends, &packet), GST_ICE_SRTP_OK);
    ends_clear (&ends);
  }
}

GST_END_TEST;

/* RFC 4568, 6.1: "2^20" ends a key of either end. */
GST_START_TEST (test_a_key_ends_with_its_lifetime)
{
  GstIceSrtpMasterKey master = srtp_test_make_master (1);
  const GstIceSrtpMasterKey next = srtp_test_make_master (2);
  Packet packet, beyond;
  Ends ends, endless;

  ends_init (&endless, __i__, &master, 4);
  master.max_packets = 8;
  ends_init (&ends, __i__, &master, 4);
  for (guint16 i = 0; i < 8; i++) {
    exchange_rtp (&ends, 1 + i % 2, i);
    send_rtp (&endless, 1 + i % 2, i, &packet);
  }
  fail_unless_equals_int (send_rtp (&ends, 1, 8, &packet),
      GST_ICE_SRTP_KEY_EXPIRED);
  send_rtp (&endless, 1, 8, &beyond);
  fail_unless_equals_int (receive (&ends, &beyond), GST_ICE_SRTP_KEY_EXPIRED);
  for (guint16 i = 0; i < 8; i++) {
    fail_unless_equals_int (send_rtcp (&ends, 1, &packet), GST_ICE_SRTP_OK);
    fail_unless_equals_int (receive (&ends, &packet), GST_ICE_SRTP_OK);
  }
  fail_unless_equals_int (send_rtcp (&ends, 1, &packet),
      GST_ICE_SRTP_KEY_EXPIRED);

  srtp_test_add_key (ends.from, __i__, &next, TRUE);
  srtp_test_add_key (ends.to, __i__, &next, FALSE);
  exchange_rtp (&ends, 1, 8);
  ends_clear (&ends);
  ends_clear (&endless);
}

GST_END_TEST;

/* A peer that never rekeys: the last index of 48 bits, and none behind it. */
GST_START_TEST (test_the_index_ends_at_2_to_the_48)
{
  const GstIceSrtpMasterKey master = srtp_test_make_master (1);
  Packet packet;
  Ends ends;

  ends_init (&ends, __i__, &master, 4);
  fail_unless (gst_ice_srtp_transform_set_counter (ends.from, 1, G_MAXUINT32,
          65500));
  fail_unless (gst_ice_srtp_transform_set_counter (ends.to, 1, G_MAXUINT32,
          65500));
  for (guint i = 65501; i <= 65535; i++)
    exchange_rtp (&ends, 1, (guint16) i);
  fail_unless_equals_int (send_rtp (&ends, 1, 0, &packet),
      GST_ICE_SRTP_KEY_EXPIRED);
  /* Others, and RTCP, go on. */
  exchange_rtp (&ends, 2, 0);
  fail_unless_equals_int (send_rtcp (&ends, 1, &packet), GST_ICE_SRTP_OK);

  /* Who sends on with a counter of 0 is refused. */
  fail_unless (gst_ice_srtp_transform_set_counter (ends.from, 1, 0, 0));
  send_rtp (&ends, 1, 1, &packet);
  fail_unless_equals_int (receive (&ends, &packet), GST_ICE_SRTP_KEY_EXPIRED);
  ends_clear (&ends);
}

GST_END_TEST;

/* All 31 bits of SRTCP's index count. */
GST_START_TEST (test_rtcp_beyond_16_bits_of_index)
{
  const GstIceSrtpMasterKey master = srtp_test_make_master (1);
  Packet early, packet;
  Ends ends;

  ends_init (&ends, __i__, &master, 4);
  send_rtcp (&ends, 1, &early);
  for (guint i = 0; i < 0x10000; i++)
    fail_unless_equals_int (send_rtcp (&ends, 1, &packet), GST_ICE_SRTP_OK);
  fail_unless_equals_int (receive (&ends, &packet), GST_ICE_SRTP_OK);
  fail_unless_equals_int (receive (&ends, &packet), GST_ICE_SRTP_REPLAYED);
  fail_unless_equals_int (receive (&ends, &early), GST_ICE_SRTP_TOO_OLD);
  ends_clear (&ends);
}

GST_END_TEST;

/* --- Sources --- */

/* A source that a peer comes back to after its state was dropped: with the counter that
 * it had, and without its old packets. */
GST_START_TEST (test_a_source_comes_back)
{
  const GstIceSrtpMasterKey master = srtp_test_make_master (1);
  Packet old, rtcp, next;
  Ends ends;

  ends_init (&ends, __i__, &master, 3);
  exchange_rtp (&ends, 1, 0xfff0);
  for (guint i = 0; i < 5; i++)
    exchange_rtp (&ends, 1, (guint16) (0x5000 * i + 0x4000));
  send_rtp (&ends, 1, 0x9000, &old);
  send_rtcp (&ends, 1, &rtcp);
  fail_unless_equals_int (receive (&ends, &old), GST_ICE_SRTP_OK);
  fail_unless_equals_int (receive (&ends, &rtcp), GST_ICE_SRTP_OK);
  for (guint32 ssrc = 2; ssrc < 20; ssrc++)
    exchange_rtp (&ends, ssrc, 1);
  fail_unless_equals_int (gst_ice_srtp_transform_get_n_sources (ends.to), 3);
  fail_unless_equals_int (gst_ice_srtp_transform_get_n_forgotten (ends.to), 16);

  fail_unless_equals_int (receive (&ends, &old), GST_ICE_SRTP_REPLAYED);
  fail_unless_equals_int (receive (&ends, &rtcp), GST_ICE_SRTP_REPLAYED);
  exchange_rtp (&ends, 1, 0x9001);
  send_rtcp (&ends, 1, &next);
  fail_unless_equals_int (receive (&ends, &next), GST_ICE_SRTP_OK);
  fail_unless_equals_int (receive (&ends, &old), GST_ICE_SRTP_REPLAYED);
  /* Its neighbours as well, one after the other. */
  for (guint i = 0; i < 3; i++) {
    for (guint32 ssrc = 2; ssrc < 20; ssrc++)
      exchange_rtp (&ends, ssrc, (guint16) (2 + i));
  }
  exchange_rtp (&ends, 1, 0x9002);
  ends_clear (&ends);
}

GST_END_TEST;

/* The one that is unused for longest goes. */
GST_START_TEST (test_the_unused_source_is_forgotten)
{
  const GstIceSrtpSource fresh = { {{0}} };
  GstIceSrtpSources *sources = gst_ice_srtp_sources_new (3, TRUE);
  GstIceSrtpSource *source;

  for (guint32 ssrc = 1; ssrc <= 3; ssrc++)
    gst_ice_srtp_sources_touch (sources, gst_ice_srtp_sources_add (sources,
            ssrc, &fresh));
  gst_ice_srtp_sources_touch (sources, gst_ice_srtp_sources_find (sources, 1));
  source = gst_ice_srtp_sources_add (sources, 4, &fresh);
  gst_ice_srtp_sources_touch (sources, source);
  fail_unless (gst_ice_srtp_sources_find (sources, 4) == source);
  fail_unless (gst_ice_srtp_sources_find (sources, 1) != NULL);
  fail_unless (gst_ice_srtp_sources_find (sources, 2) == NULL);
  fail_unless (gst_ice_srtp_sources_find (sources, 3) != NULL);
  fail_unless_equals_int (gst_ice_srtp_sources_get_n (sources), 3);
  gst_ice_srtp_sources_free (sources);
}

GST_END_TEST;

/* What is left of those that are forgotten is bounded as well; 1,024 can come back. */
GST_START_TEST (test_what_is_recalled_is_bounded)
{
  GstIceSrtpSources *sources = gst_ice_srtp_sources_new (1, TRUE);
  GstIceSrtpSource fresh = { {{0}
      }
  };
  GstIceSrtpSource back;

  for (guint32 ssrc = 0; ssrc <= 3000; ssrc++) {
    gst_ice_srtp_window_close (&fresh.rtp.window, 1000 + ssrc);
    gst_ice_srtp_sources_add (sources, ssrc, &fresh);
  }
  gst_ice_srtp_sources_recall (sources, 3000 - 1024, &back);
  fail_unless_equals_uint64 (back.rtp.window.top, 1000 + 3000 - 1024);
  fail_unless (gst_ice_srtp_window_is_empty (&back.rtcp.window));
  gst_ice_srtp_sources_recall (sources, 3000 - 1025, &back);
  fail_unless (gst_ice_srtp_window_is_empty (&back.rtp.window));
  gst_ice_srtp_sources_free (sources);
}

GST_END_TEST;

GST_START_TEST (test_a_protector_refuses_one_source_too_many)
{
  const GstIceSrtpMasterKey master = srtp_test_make_master (1);
  Packet packet;
  Ends ends;

  ends_init (&ends, __i__, &master, 64);
  for (guint32 ssrc = 0; ssrc < 64; ssrc++)
    exchange_rtp (&ends, ssrc, 1);
  fail_unless_equals_int (send_rtp (&ends, 64, 1, &packet),
      GST_ICE_SRTP_SOURCE_LIMIT);
  fail_unless_equals_int (send_rtcp (&ends, 64, &packet),
      GST_ICE_SRTP_SOURCE_LIMIT);
  exchange_rtp (&ends, 0, 2);
  fail_unless_equals_int (send_rtp (&ends, 0, 2, &packet),
      GST_ICE_SRTP_REPLAYED);
  fail_unless_equals_uint64 (packet.size, 0);
  ends_clear (&ends);
}

GST_END_TEST;

/* The first packets of a source that begins at 65530 do not arrive. */
GST_START_TEST (test_a_lost_wrap)
{
  const GstIceSrtpMasterKey master = srtp_test_make_master (1);

  for (guint n_lost = 0; n_lost <= 200; n_lost += 4) {
    for (guint tries = 0; tries < 2; tries++) {
      guint n_opened = 0;
      Ends ends;

      ends_init (&ends, __i__, &master, 4);
      gst_ice_srtp_transform_set_tries_wrap (ends.to, tries == 1);
      for (guint i = 0; i < 300; i++) {
        Packet packet;

        fail_unless_equals_int (send_rtp (&ends, 1, (guint16) (65530 + i),
                &packet), GST_ICE_SRTP_OK);
        if (i >= n_lost && receive (&ends, &packet) == GST_ICE_SRTP_OK)
          n_opened++;
      }
      fail_unless_equals_int (n_opened, tries == 1 || n_lost < 6 ?
          300 - n_lost : 0);
      ends_clear (&ends);
    }
  }
}

GST_END_TEST;

/* --- Bad input --- */

/* Each length, each kind, cut and not: refused, and unchanged. */
GST_START_TEST (test_packets_that_are_cut)
{
  GstIceSrtpMasterKey master = srtp_test_make_master (1);
  Packet whole[2], cut;
  Ends ends;

  for (guint mki_bytes = 0; mki_bytes <= 20; mki_bytes += 5) {
    master.mki_bytes = mki_bytes;
    ends_init (&ends, __i__, &master, 4);
    send_rtp (&ends, 1, 1, &whole[0]);
    send_rtcp (&ends, 1, &whole[1]);
    for (guint kind = 0; kind < 2; kind++) {
      for (cut = whole[kind], cut.size = 0; cut.size < whole[kind].size;
          cut.size++)
        fail_unless (receive (&ends, &cut) != GST_ICE_SRTP_OK);
      fail_unless_equals_int (receive (&ends, &whole[kind]), GST_ICE_SRTP_OK);
    }
    ends_clear (&ends);
  }
}

GST_END_TEST;

/* Right in all but that E is 0, as of a peer with UNENCRYPTED_SRTCP. */
GST_START_TEST (test_rtcp_in_the_clear_is_refused)
{
  const GstIceSrtpMasterKey master = srtp_test_make_master (1);
  const gboolean aead = gst_ice_srtp_suite_get_info (__i__)->aead;
  Packet packet;
  Ends ends;

  ends_init (&ends, __i__, &master, 4);
  send_rtcp (&ends, 1, &packet);
  packet.data[SIZE + (aead ? 16 : 0)] ^= 0x80;
  fail_unless_equals_int (receive (&ends, &packet), GST_ICE_SRTP_NOT_ENCRYPTED);
  ends_clear (&ends);
}

GST_END_TEST;

/* To be protected: shorter than its head, of another version, too long. */
GST_START_TEST (test_what_is_no_packet_is_not_protected)
{
  const GstIceSrtpMasterKey master = srtp_test_make_master (1);
  g_autofree guint8 *clear = g_malloc0 (70000);
  g_autofree guint8 *out = g_malloc (70000 + GST_ICE_SRTP_MAX_OVERHEAD_BYTES);
  gsize longest = 65535, size;
  Ends ends;

  ends_init (&ends, __i__, &master, 4);
  longest -= gst_ice_srtp_transform_get_overhead (ends.from, FALSE);
  srtp_test_write_rtp (clear, SIZE, 1, 1);
  for (gsize n = 0; n < 12; n++)
    fail_unless_equals_int (srtp_test_protect (ends.from, clear, n, out, &size),
        GST_ICE_SRTP_MALFORMED);
  clear[0] = 0x8f;
  fail_unless_equals_int (srtp_test_protect (ends.from, clear, 71, out, &size),
      GST_ICE_SRTP_MALFORMED);
  clear[0] = 0x90;
  fail_unless_equals_int (srtp_test_protect (ends.from, clear, SIZE, out,
          &size), GST_ICE_SRTP_MALFORMED);
  for (guint version = 0; version < 4; version++) {
    clear[0] = (guint8) (version << 6);
    fail_unless_equals_int (srtp_test_protect (ends.from, clear, SIZE, out,
            &size), version == 2 ? GST_ICE_SRTP_OK : GST_ICE_SRTP_MALFORMED);
  }
  clear[0] = 0x80;
  clear[3] = 2;
  fail_unless_equals_int (srtp_test_protect (ends.from, clear, longest + 1, out,
          &size), GST_ICE_SRTP_MALFORMED);
  fail_unless_equals_int (srtp_test_protect (ends.from, clear, longest, out,
          &size), GST_ICE_SRTP_OK);
  fail_unless_equals_int (gst_ice_srtp_transform_unprotect (ends.to, out,
          &size), GST_ICE_SRTP_OK);
  fail_unless_equals_uint64 (size, longest);
  ends_clear (&ends);
}

GST_END_TEST;

static Suite *
srtptransform_suite (void)
{
  Suite *s = suite_create ("srtptransform");
  TCase *tc = tcase_create ("edges");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_window, 0, 10);
  tcase_add_test (tc, test_window_forgets_nothing);
  tcase_add_loop_test (tc, test_index_guess, 0, 13);
  tcase_add_loop_test (tc, test_without_a_key_nothing_passes, 0, N_SUITES);
  tcase_add_loop_test (tc, test_old_and_new_keys_side_by_side, 0, N_SUITES);
  tcase_add_loop_test (tc, test_counters_go_on_with_a_new_key, 0, N_SUITES);
  tcase_add_loop_test (tc, test_counters_that_begin_again_with_a_new_key, 0,
      N_SUITES);
  tcase_add_loop_test (tc, test_keys_by_their_mki, 0, N_SUITES);
  tcase_add_loop_test (tc, test_a_key_ends_with_its_lifetime, 0, N_SUITES);
  tcase_add_loop_test (tc, test_the_index_ends_at_2_to_the_48, 0, N_SUITES);
  tcase_add_loop_test (tc, test_rtcp_beyond_16_bits_of_index, 0, N_SUITES);
  tcase_add_loop_test (tc, test_a_source_comes_back, 0, N_SUITES);
  tcase_add_test (tc, test_the_unused_source_is_forgotten);
  tcase_add_test (tc, test_what_is_recalled_is_bounded);
  tcase_add_loop_test (tc, test_a_protector_refuses_one_source_too_many, 0,
      N_SUITES);
  tcase_add_loop_test (tc, test_a_lost_wrap, 0, N_SUITES);
  tcase_add_loop_test (tc, test_packets_that_are_cut, 0, N_SUITES);
  tcase_add_loop_test (tc, test_rtcp_in_the_clear_is_refused, 0, N_SUITES);
  tcase_add_loop_test (tc, test_what_is_no_packet_is_not_protected, 0,
      N_SUITES);
  return s;
}

GST_CHECK_MAIN (srtptransform);
