/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* libsrtp2 judges our SRTP: both protect and open the same random traffic, and agree in
 * each byte and on each refusal.
 *
 * A round is some thousand packets of a few sources, with or without MKI; its seed is said
 * when they differ. GST_ICE_SRTP_PACKETS: how many packets are protected, of all suites
 * together; 1,000,000 if it is not set. GST_ICE_SRTP_SEED: that of the first round. */

#include "config.h"

#include "srtpjudge.h"
#include "srtptest.h"

#define DEFAULT_PACKETS 1000000
#define ROUND_PACKETS 3000

#define MAX_CLEAR 1500
#define MAX_SOURCES 4
#define MAX_LIST 40
#define MAX_PIECES 6
#define MAX_PENDING 64          /* packets under way */
#define HISTORY 4096            /* packets that an attacker kept */

typedef struct
{
  gsize size;
  guint8 data[SRTP_TEST_MAX_BYTES];
} Packet;

typedef struct
{
  guint32 ssrc;
  guint16 seqnum;
} Sender;

typedef struct
{
  guint suite;
  guint64 seed;
  guint64 random;

  GstIceSrtpMasterKey masters[2];
  guint master;                 /* that protects */
  Sender senders[MAX_SOURCES];
  guint n_senders;

  GstIceSrtpTransform *from;
  GstIceSrtpTransform *to;
  SrtpJudge *judge;

  Packet pending[MAX_PENDING];
  guint n_pending;
  Packet history[HISTORY];
  guint64 n_history;
} Round;

/* What happened in all rounds of a suite: a test of what never happens proves nothing. */
typedef struct
{
  guint64 n_protected, n_not_protected, n_rtcp, n_wraps, n_rekeys;
  guint64 n_opened, n_rtcp_opened, n_replayed, n_too_old, n_bad, n_malformed;
  guint64 n_damaged, n_cut, n_other_reason, n_behind_its_window, n_not_asked;
} Counts;

static Round self;
static Counts counts;

/* --- Chance --- */

static guint64
next_random (void)
{
  guint64 z = self.random += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  z = (z ^ z >> 30) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ z >> 31;
}

static guint
below (gsize n)
{
  return (guint) (next_random () % n);
}

static gboolean
percent (guint n)
{
  return below (100) < n;
}

static void
fill (guint8 * out, gsize size)
{
  for (; size >= 8; out += 8, size -= 8) {
    const guint64 random = GUINT64_TO_LE (next_random ());

    memcpy (out, &random, sizeof random);
  }
  for (; size > 0; size--)
    *out++ = (guint8) next_random ();
}

#define CHECK(what, ...) G_STMT_START { if (G_UNLIKELY (!(what))) { \
    g_autofree gchar *text = g_strdup_printf (__VA_ARGS__); \
    g_error ("%s, seed %" G_GUINT64_FORMAT ": %s", \
        srtp_test_get_name (self.suite), self.seed, text); } } G_STMT_END

/* --- Clear packets --- */

static guint16
next_seqnum (Sender * sender)
{
  const guint dice = below (1000);
  const guint16 before = sender->seqnum;

  if (dice < 30)                /* that was left out, or was sent */
    return (guint16) (before - below (50));
  if (dice < 32)                /* far behind */
    return (guint16) (before - below (3000));
  if (dice < 40)
    sender->seqnum = (guint16) (before + 1 + below (0x7fff));
  else if (dice < 140)
    sender->seqnum = (guint16) (before + 1 + below (20));
  else
    sender->seqnum++;
  counts.n_wraps += sender->seqnum < before;
  return sender->seqnum;
}

static void
make_rtp (Packet * out)
{
  Sender *sender = &self.senders[below (self.n_senders)];
  const guint n_csrcs = percent (20) ? below (16) : 0;
  const gboolean extended = percent (40);
  guint n_words = extended ? below (12) : 0;
  const gsize head = 12 + 4 * n_csrcs + (extended ? 4 + 4 * n_words : 0);
  guint8 type;

  out->size = head + (percent (5) ? 0 : percent (75) ? below (160) :
      below (MAX_CLEAR - head + 1));
  fill (out->data, out->size);
  do
    type = (guint8) below (256);
  while (type >= 192 && type <= 223);
  out->data[0] = (guint8) (0x80 | (out->data[0] & 0x20) |
      (extended ? 0x10 : 0) | n_csrcs);
  out->data[1] = type;
  gst_ice_srtp_write_16 (out->data + 2, next_seqnum (sender));
  gst_ice_srtp_write_32 (out->data + 8, sender->ssrc);
  if (extended) {
    guint8 *at = out->data + 12 + 4 * n_csrcs;

    /* RFC 8285: one byte, or two. */
    memcpy (at, percent (50) ? "\xbe\xde" : "\x10\x00", 2);
    if (percent (2))            /* longer than the packet */
      n_words = (guint) out->size;
    gst_ice_srtp_write_16 (at + 2, (guint16) n_words);
  }
}

static void
make_rtcp (Packet * out)
{
  const Sender *sender = &self.senders[below (self.n_senders)];

  out->size = 8 + (percent (80) ? below (120) : below (MAX_CLEAR - 7));
  fill (out->data, out->size);
  out->data[0] = (guint8) (0x80 | (out->data[0] & 0x1f));
  out->data[1] = (guint8) (200 + below (8));
  gst_ice_srtp_write_32 (out->data + 4, sender->ssrc);
}

/* Cut anywhere, some of it empty, each piece in memory of its own for the sanitizer.
 * Returns: how many there are; end it with free_pieces() */
static guint
cut_up (const Packet * packet, GstIceSrtpPiece pieces[MAX_PIECES])
{
  const guint n = 1 + (percent (50) ? 0 : below (MAX_PIECES));
  gsize left = packet->size;

  for (guint i = 0; i < n; i++) {
    gsize size = i + 1 == n ? left : below (left + 1);

    if (percent (30) && i + 1 < n && left >= 12)
      size = 12;
    pieces[i].data = g_memdup2 (packet->data + packet->size - left, size);
    pieces[i].size = size;
    left -= size;
  }
  return n;
}

static void
free_pieces (GstIceSrtpPiece * pieces, guint n)
{
  for (guint i = 0; i < n; i++)
    g_free ((gpointer) pieces[i].data);
}

/* --- Sending --- */

static gboolean
is_same_reason (GstIceSrtpStatus ours, GstIceSrtpStatus theirs)
{
  return ours == theirs || (ours == GST_ICE_SRTP_NOT_ENCRYPTED &&
      theirs == GST_ICE_SRTP_MALFORMED);
}

static void
keep (const guint8 * data, gsize size)
{
  Packet *kept = &self.history[self.n_history++ % HISTORY];

  CHECK (self.n_pending < MAX_PENDING, "too many packets are under way");
  kept->size = size;
  memcpy (kept->data, data, size);
  if (percent (3))              /* lost */
    return;
  self.pending[self.n_pending].size = size;
  memcpy (self.pending[self.n_pending++].data, data, size);
}

/* By both, who have to do the same. */
static void
protect (const Packet * clear)
{
  guint64 lib[(SRTP_TEST_MAX_BYTES + SRTP_JUDGE_ROOM) / 8 + 1];
  guint8 *theirs = (guint8 *) lib;
  guint8 *ours = g_malloc (clear->size + GST_ICE_SRTP_MAX_OVERHEAD_BYTES);
  GstIceSrtpPiece pieces[MAX_PIECES];
  const guint n_pieces = cut_up (clear, pieces);
  gsize their_size = clear->size, our_size;
  GstIceSrtpStatus status, verdict;

  memcpy (theirs, clear->data, clear->size);
  status = gst_ice_srtp_transform_protect (self.from, pieces, clear->size, ours,
      &our_size);
  verdict = srtp_judge_protect (self.judge, theirs, &their_size, self.master);
  CHECK (is_same_reason (status, verdict), "%" G_GSIZE_FORMAT " bytes in the "
      "clear: %s, but libsrtp: %s", clear->size,
      gst_ice_srtp_status_get_name (status),
      gst_ice_srtp_status_get_name (verdict));
  if (status == GST_ICE_SRTP_OK) {
    CHECK (our_size == their_size && (our_size == 0 ||
            memcmp (ours, theirs, our_size) == 0),
        "%" G_GSIZE_FORMAT " bytes are protected otherwise", clear->size);
    counts.n_protected++;
    counts.n_rtcp += gst_ice_srtp_packet_is_rtcp (ours);
    keep (ours, our_size);
  } else {
    CHECK (our_size == 0, "what is refused has %" G_GSIZE_FORMAT " bytes",
        our_size);
    counts.n_not_protected++;
  }
  free_pieces (pieces, n_pieces);
  g_free (ours);
}

static void
send_some (guint n)
{
  for (guint i = 0; i < n; i++) {
    Packet clear;

    if (percent (15))
      make_rtcp (&clear);
    else
      make_rtp (&clear);
    if (percent (1))
      clear.size = below (clear.size);
    protect (&clear);
  }
}

/* --- Receiving --- */

/* What comes next: now and then again, out of order, damaged or cut.
 * @as_sent: (out) */
static void
take_next (Packet * out, gboolean * as_sent)
{
  const guint dice = below (1000);
  const guint64 n_kept = MIN (self.n_history, HISTORY);
  guint at = 0;

  *as_sent = TRUE;
  if (dice < 30) {              /* again, lately or long ago */
    const guint back = percent (50) ? below (MIN (n_kept, 100)) :
        below (n_kept);

    *out = self.history[(self.n_history - 1 - back) % HISTORY];
    return;
  }
  if (dice < 130)
    at = below (self.n_pending);
  *out = self.pending[at];
  if (dice >= 160) {
    self.n_pending--;
    memmove (&self.pending[at], &self.pending[at + 1],
        (self.n_pending - at) * sizeof (Packet));
    return;
  }

  /* A copy that is not right comes before the one that is. */
  *as_sent = FALSE;
  if (dice % 2 == 0) {
    out->data[below (out->size)] ^= (guint8) (1 << below (8));
    counts.n_damaged++;
  } else {
    out->size = below (out->size);
    counts.n_cut++;
  }
}

static void
count_opened (GstIceSrtpStatus status, gboolean rtcp)
{
  counts.n_opened += status == GST_ICE_SRTP_OK;
  counts.n_rtcp_opened += status == GST_ICE_SRTP_OK && rtcp;
  counts.n_replayed += status == GST_ICE_SRTP_REPLAYED;
  counts.n_too_old += status == GST_ICE_SRTP_TOO_OLD;
  counts.n_bad += status == GST_ICE_SRTP_BAD_TAG ||
      status == GST_ICE_SRTP_UNKNOWN_MKI;
  counts.n_malformed += status == GST_ICE_SRTP_MALFORMED ||
      status == GST_ICE_SRTP_NOT_ENCRYPTED;
}

/* @ours, @theirs: what each made of @sent */
static void
compare (const Packet * sent, gboolean as_sent, GstIceSrtpStatus status,
    const guint8 * ours, gsize our_size, GstIceSrtpStatus verdict,
    const guint8 * theirs, gsize their_size)
{
  const gboolean rtcp = sent->size >= 2 &&
      gst_ice_srtp_packet_is_rtcp (sent->data);
  const gchar *what = rtcp ? "RTCP" : "RTP";

  /* For RTCP, libsrtp 2.5 has a window of 128 whatever it is told. */
  if (rtcp && verdict == GST_ICE_SRTP_TOO_OLD && status != verdict) {
    counts.n_behind_its_window++;
    return;
  }
  CHECK ((status == GST_ICE_SRTP_OK) == (verdict == GST_ICE_SRTP_OK) &&
      (!as_sent || is_same_reason (status, verdict)), "%s of %" G_GSIZE_FORMAT
      " bytes: %s, but libsrtp: %s", what, sent->size,
      gst_ice_srtp_status_get_name (status),
      gst_ice_srtp_status_get_name (verdict));
  if (status == GST_ICE_SRTP_OK)
    CHECK (our_size == their_size && (our_size == 0 ||
            memcmp (ours, theirs, our_size) == 0),
        "%s of %" G_GSIZE_FORMAT " bytes is opened to something else", what,
        sent->size);
  else
    CHECK (our_size == sent->size && (our_size == 0 ||
            memcmp (ours, sent->data, our_size) == 0),
        "what is refused has changed: %s of %" G_GSIZE_FORMAT " bytes", what,
        sent->size);
  counts.n_other_reason += !is_same_reason (status, verdict);
  count_opened (status, rtcp);
}

static void
receive_some (guint n)
{
  while (n-- > 0 && self.n_pending > 0) {
    guint64 lib[(SRTP_TEST_MAX_BYTES + SRTP_JUDGE_ROOM) / 8 + 1];
    guint8 *theirs = (guint8 *) lib;
    GstIceSrtpStatus status, verdict;
    gsize our_size, their_size;
    gboolean as_sent;
    guint8 *ours;
    Packet sent;

    take_next (&sent, &as_sent);
    our_size = their_size = sent.size;
    /* As long as it is, for the sanitizer. */
    ours = g_memdup2 (sent.data, sent.size);
    memcpy (theirs, sent.data, sent.size);
    status = gst_ice_srtp_transform_unprotect (self.to, ours, &our_size);
    verdict = srtp_judge_unprotect (self.judge, theirs, &their_size);
    compare (&sent, as_sent, status, ours, our_size, verdict, theirs,
        their_size);
    g_free (ours);
  }
}

/* --- Rounds --- */

static void
add_master (guint i)
{
  srtp_test_add_key (self.from, self.suite, &self.masters[i], TRUE);
  srtp_test_add_key (self.to, self.suite, &self.masters[i], FALSE);
  self.master = i;
}

/* RFC 3711, 3.4 has the first index of SRTCP be 0; libsrtp begins with 1. */
static void
skip_first_rtcp (void)
{
  for (guint i = 0; i < self.n_senders; i++) {
    guint8 clear[8], out[8 + GST_ICE_SRTP_MAX_OVERHEAD_BYTES];
    gsize size;

    srtp_test_write_rtcp (clear, sizeof clear, self.senders[i].ssrc);
    CHECK (srtp_test_protect (self.from, clear, sizeof clear, out, &size) ==
        GST_ICE_SRTP_OK, "the first of RTCP");
    keep (out, size);
  }
}

static void
begin (guint suite, guint64 seed)
{
  guint mki_bytes;

  memset (&self, 0, G_STRUCT_OFFSET (Round, pending));
  self.n_pending = 0;
  self.n_history = 0;
  self.suite = suite;
  self.seed = self.random = seed;
  mki_bytes = percent (40) ? 1 + below (percent (80) ? 16 : 128) : 0;
  for (guint i = 0; i < 2; i++) {
    fill (self.masters[i].secret, sizeof self.masters[i].secret);
    fill (self.masters[i].mki, sizeof self.masters[i].mki);
    self.masters[i].mki[0] = (guint8) i;
    self.masters[i].mki_bytes = mki_bytes;
  }
  self.n_senders = 1 + below (MAX_SOURCES);
  for (guint i = 0; i < self.n_senders; i++) {
    self.senders[i].ssrc = (guint32) next_random () << 2 | i;
    self.senders[i].seqnum = (guint16) (percent (30) ? 65536 - below (60) :
        next_random ());
  }
  self.judge = srtp_judge_new ((GstIceSrtpSuite) suite, self.masters,
      mki_bytes > 0 ? 2 : 1);
  self.from = gst_ice_srtp_transform_new_protector (MAX_SOURCES + 1);
  self.to = gst_ice_srtp_transform_new_unprotector (MAX_SOURCES);
  add_master (0);
  skip_first_rtcp ();
}

static void
end (void)
{
  counts.n_not_asked += srtp_judge_get_n_not_asked (self.judge);
  srtp_judge_free (self.judge);
  gst_ice_srtp_transform_free (self.from);
  gst_ice_srtp_transform_free (self.to);
}

static void
play (guint suite, guint64 seed)
{
  guint n_sent = 0;

  begin (suite, seed);
  while (n_sent < ROUND_PACKETS) {
    const guint wanted = 1 + below (MAX_LIST);
    const guint n = MIN (wanted, MAX_PENDING - self.n_pending);

    /* The second key, of another MKI, while packets of the first are under way. */
    if (self.master == 0 && self.masters[0].mki_bytes > 0 &&
        n_sent > ROUND_PACKETS / 2) {
      add_master (1);
      counts.n_rekeys++;
    }
    send_some (n);
    n_sent += n;
    receive_some (1 + below (MAX_LIST));
  }
  receive_some (G_MAXUINT);
  end ();
}

static guint64
get_number (const gchar * variable, guint64 otherwise)
{
  const gchar *text = g_getenv (variable);

  return text != NULL ? g_ascii_strtoull (text, NULL, 10) : otherwise;
}

GST_START_TEST (test_random_traffic)
{
  const guint64 n_wanted = get_number ("GST_ICE_SRTP_PACKETS",
      DEFAULT_PACKETS) / GST_ICE_SRTP_N_SUITES;
  guint64 seed = get_number ("GST_ICE_SRTP_SEED", 1);

  memset (&counts, 0, sizeof counts);
  while (counts.n_protected < n_wanted)
    play (__i__, seed++);

#define F "%" G_GUINT64_FORMAT
  g_print ("%s: protected " F " (" F " RTCP, " F " wraps, " F " new keys), "
      "refused " F "; opened " F " (" F " RTCP), replayed " F ", too old " F
      ", bad " F ", malformed " F " (" F " with a bit turned, " F " cut); "
      "another reason " F ", behind libsrtp's window " F ", not asked " F "\n",
      srtp_test_get_name (__i__), counts.n_protected, counts.n_rtcp,
      counts.n_wraps, counts.n_rekeys, counts.n_not_protected, counts.n_opened,
      counts.n_rtcp_opened, counts.n_replayed, counts.n_too_old, counts.n_bad,
      counts.n_malformed, counts.n_damaged, counts.n_cut, counts.n_other_reason,
      counts.n_behind_its_window, counts.n_not_asked);
  /* Of everything, at least one in ten thousand. */
  fail_unless (MIN (counts.n_rtcp_opened, counts.n_replayed) * 100 > n_wanted);
  fail_unless (MIN (counts.n_too_old, counts.n_malformed) * 10000 > n_wanted);
  fail_unless (MIN (counts.n_bad, counts.n_not_protected) * 10000 > n_wanted);
  fail_unless (MIN (counts.n_wraps, counts.n_rekeys * 100) * 10000 > n_wanted);
}

GST_END_TEST;

/* --- What random traffic rarely reaches --- */

static void
protect_next (guint32 ssrc, guint16 seqnum)
{
  Packet clear = {.size = 100 };

  srtp_test_write_rtp (clear.data, clear.size, ssrc, seqnum);
  self.n_pending = 0;
  protect (&clear);
}

/* Gaps of about 2^15, from either half of the numbers, with a counter of 0 and above. */
GST_START_TEST (test_gaps_of_about_half)
{
  static const guint16 way[] = { 0x10, 0x7000, 0xe000, 0x5000, 0xa000 };
  static const guint16 tops[] = {
    0, 1, 0x7ffe, 0x7fff, 0x8000, 0x8001, 0xfffe, 0xffff
  };

  for (guint i = 0; i < G_N_ELEMENTS (tops); i++) {
    for (gint gap = -4; gap <= 4; gap++) {
      for (guint n = 0; n <= G_N_ELEMENTS (way); n++) {
        begin (__i__, 1);
        for (guint j = 0; j < n; j++)
          protect_next (99, way[j]);
        protect_next (99, tops[i]);
        protect_next (99, (guint16) (tops[i] + 0x8000 + gap));
        protect_next (99, (guint16) (tops[i] + gap));
        end ();
      }
    }
  }
}

GST_END_TEST;

/* All 32 bits of the counter. */
GST_START_TEST (test_high_counters)
{
  for (guint64 seed = 1; seed < 200; seed++) {
    guint32 counter;

    begin (__i__, seed);
    counter = (guint32) next_random () | 2;
    protect_next (99, 5);
    srtp_judge_set_counter (self.judge, 99, counter);
    fail_unless (gst_ice_srtp_transform_set_counter (self.from, 99, counter,
            5));
    protect_next (99, 6);
    protect_next (99, 0x7000);
    end ();
  }
}

GST_END_TEST;

/* Right in all but that E is 0. */
GST_START_TEST (test_unencrypted_rtcp)
{
  guint64 room[32];
  guint8 *packet = (guint8 *) room;
  gsize size = 32;

  begin (__i__, 1);
  srtp_test_write_rtcp (packet, size, 9);
  srtp_judge_protect_unencrypted ((GstIceSrtpSuite) __i__, &self.masters[0],
      packet, &size);
  fail_unless_equals_int (gst_ice_srtp_transform_unprotect (self.to, packet,
          &size), GST_ICE_SRTP_NOT_ENCRYPTED);
  end ();
}

GST_END_TEST;

static Suite *
srtpdifferential_suite (void)
{
  Suite *s = suite_create ("srtpdifferential");
  TCase *tc = tcase_create ("libsrtp2");
  const gint n = GST_ICE_SRTP_N_SUITES;

  suite_add_tcase (s, tc);
  /* As many packets as are asked for. */
  tcase_set_timeout (tc, g_getenv ("GST_ICE_SRTP_PACKETS") != NULL ? 0 : 120);
  tcase_add_loop_test (tc, test_random_traffic, 0, n);
  tcase_add_loop_test (tc, test_gaps_of_about_half, 0, n);
  tcase_add_loop_test (tc, test_high_counters, 0, n);
  tcase_add_loop_test (tc, test_unencrypted_rtcp, 0, n);
  return s;
}

GST_CHECK_MAIN (srtpdifferential);
