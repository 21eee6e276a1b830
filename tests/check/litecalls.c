/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "gsticelitecalls.h"

#include "fakeroute.h"
#include "udptest.h"

#define PASSWORD "VOkJxbRl1RmTxUk/WvJxBt"
#define SECOND_US G_USEC_PER_SEC

/* A call and what it was told of. */
typedef struct
{
  GstIceLiteCalls *calls;
  GstIceLiteCall *call;
  GstIceDemux *demux;
  guint n_changed;
  gint64 now_us;
} Fixture;

/* What a peer says in a check. */
typedef struct
{
  const gchar *to;              /* NULL: "ours" */
  const gchar *password;        /* NULL: the right one */
  const gchar *peer;            /* NULL: "theirs" */
  guint32 priority;             /* 0: 100 */
  gboolean plain;               /* without USE-CANDIDATE */
  gboolean controlled;
  guint32 nomination;           /* 0: none */
  guint16 unknown;              /* an attribute of nobody's, 0: none */
  guint id;                     /* 0: another one each time */
} Check;

static void
on_changed (gpointer user_data)
{
  ((Fixture *) user_data)->n_changed++;
}

static GstIceLiteCall *
add_call (Fixture * self, const gchar * ufrag, GstIceDemux * demux)
{
  GstIceLiteCallSettings settings = {.ufrag = ufrag,.password = PASSWORD,
    .demux = demux,.consent_ms = 30000,.changed = on_changed,.user_data = self
  };

  return gst_ice_lite_calls_add (self->calls, &settings);
}

static void
set_up (Fixture * self)
{
  memset (self, 0, sizeof (*self));
  self->calls = gst_ice_lite_calls_new ();
  self->demux = gst_ice_demux_new ();
  self->call = add_call (self, "ours", self->demux);
  self->now_us = 1000 * SECOND_US;
}

static void
tear_down (Fixture * self)
{
  if (self->call != NULL)
    gst_ice_lite_calls_remove (self->calls, self->call);
  gst_ice_lite_calls_free (self->calls);
  g_object_unref (self->demux);
}

static GstIceUdpAddress
address_of (const gchar * text, guint16 port)
{
  GstIceUdpAddress address;

  fail_unless (gst_ice_udp_address_set_text (&address, text, port));
  return address;
}

static guint32
crc32_of (const guint8 * data, gsize size)
{
  guint32 crc = 0xffffffffu;

  for (gsize i = 0; i < 8 * size; i++) {
    if (i % 8 == 0)
      crc ^= data[i / 8];
    crc = (crc >> 1) ^ ((crc & 1) ? 0xedb88320u : 0);
  }
  return ~crc;
}

/* Puts an attribute of 4 bytes in front of integrity and fingerprint, which are made
 * anew. Returns: the new size */
static gsize
insert_attribute (guint8 * message, gsize size, guint16 type, guint32 value,
    const gchar * password)
{
  const gsize at = size - 24 - 8;
  gsize digest_size = 20;
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA1,
      (const guchar *) password, strlen (password));

  GST_WRITE_UINT16_BE (message + at, type);
  GST_WRITE_UINT16_BE (message + at + 2, 4);
  GST_WRITE_UINT32_BE (message + at + 4, value);
  GST_WRITE_UINT16_BE (message + 2, at + 8 + 24 - 20);
  g_hmac_update (hmac, message, at + 8);
  GST_WRITE_UINT32_BE (message + at + 8, 0x00080014);
  g_hmac_get_digest (hmac, message + at + 12, &digest_size);
  GST_WRITE_UINT16_BE (message + 2, size + 8 - 20);
  GST_WRITE_UINT32_BE (message + at + 32, 0x80280004);
  GST_WRITE_UINT32_BE (message + at + 36,
      crc32_of (message, at + 32) ^ 0x5354554e);
  return size + 8;
}

static gsize
write_check (const Check * check, guint8 message[GST_ICE_UDP_STUN_MAX_SIZE])
{
  static guint next_id = 1000;
  GstIceUdpStunRequest request = {
    .to_ufrag = check->to != NULL ? check->to : "ours",.from_ufrag =
        check->peer != NULL ? check->peer : "theirs",
    .password = check->password != NULL ? check->password : PASSWORD,
    .priority = check->priority != 0 ? check->priority : 100,
    .controlling = !check->controlled,
    .use_candidate = !check->plain,
  };
  guint id = check->id != 0 ? check->id : next_id++;
  gsize size;

  memcpy (request.id + 8, &id, sizeof (id));
  size = gst_ice_udp_stun_build_request (&request, message);
  if (check->nomination != 0)
    size = insert_attribute (message, size, 0xc001, check->nomination,
        request.password);
  if (check->unknown != 0)
    size = insert_attribute (message, size, check->unknown, 0,
        request.password);
  return size;
}

/* Returns: 0: success; a code of STUN; -1: silence */
static gint
ask (Fixture * self, const GstIceUdpAddress * from, const Check * check)
{
  const GstIceUdpAddress local = address_of ("10.0.0.1", 0);
  guint8 message[GST_ICE_UDP_STUN_MAX_SIZE], answer[GST_ICE_UDP_STUN_MAX_SIZE];
  gsize size = write_check (check, message);
  GstIceUdpStun stun;

  size = gst_ice_lite_calls_take_stun (self->calls, from, &local, 0, message,
      size, self->now_us, answer);
  if (size == 0)
    return -1;
  fail_unless (gst_ice_udp_stun_parse (&stun, answer, size));
  fail_unless (memcmp (stun.id, message + 8, GST_ICE_UDP_STUN_ID_SIZE) == 0);
  if (stun.type == GST_ICE_UDP_STUN_SUCCESS) {
    GstIceUdpAddress mapped;

    fail_unless (gst_ice_udp_stun_check_integrity (&stun, PASSWORD));
    fail_unless (gst_ice_udp_stun_get_mapped (&stun, &mapped));
    fail_unless (gst_ice_udp_address_equal (&mapped, from));
    return 0;
  }
  fail_unless_equals_int (stun.type, GST_ICE_UDP_STUN_ERROR);
  return stun.error_code;
}

/* Media comes from @from. Returns: whose it is */
static GstIceLiteCall *
hear_media (Fixture * self, const GstIceUdpAddress * from)
{
  GstIceLitePath *path = gst_ice_lite_calls_find_path (self->calls, from, 0);

  if (path == NULL)
    return NULL;
  path->media_us = self->now_us;
  return path->call;
}

static gboolean
is_selected (GstIceLiteCall * call, const GstIceUdpAddress * address)
{
  const GstIceLitePath *path = gst_ice_lite_call_get_selected (call);

  return path != NULL && gst_ice_udp_address_equal (&path->remote, address);
}

/* RFC 8445, 7.3 */
static const struct
{
  const gchar *what;
  Check check;
  gint answer;                  /* as of ask() */
  gboolean selects;
} rows[] = {
  {"a check", {.plain = TRUE}, 0, FALSE},
  {"nominates", {.plain = FALSE}, 0, TRUE},
  {"a stranger's name", {.to = "other"}, -1, FALSE},
  {"a name that begins like ours", {.to = "our"}, -1, FALSE},
  {"a name that ours begins like", {.to = "oursandmore"}, -1, FALSE},
  {"no name", {.to = ""}, -1, FALSE},
  {"a wrong password", {.password = "0123456789012345678901"}, 401, FALSE},
  {"an empty password", {.password = ""}, 401, FALSE},
  {"takes itself for controlled", {.controlled = TRUE}, 487, FALSE},
  {"an attribute that has to be understood", {.unknown = 0x0123}, 420, FALSE},
  {"an attribute that need not be", {.unknown = 0x8123}, 0, TRUE},
  {"renominates", {.plain = TRUE,.nomination = 7}, 0, TRUE},
};

GST_START_TEST (test_check_is_answered)
{
  const GstIceUdpAddress from[] = { address_of ("192.0.2.7", 4000),
    address_of ("2001:db8::7", 4000)
  };

  for (guint i = 0; i < G_N_ELEMENTS (from); i++) {
    Fixture f;

    set_up (&f);
    fail_unless_equals_int (ask (&f, &from[i], &rows[__i__].check),
        rows[__i__].answer);
    fail_unless_equals_int (is_selected (f.call, &from[i]),
        rows[__i__].selects);
    fail_unless_equals_int (f.n_changed, rows[__i__].selects);
    fail_unless ((hear_media (&f, &from[i]) == f.call) ==
        (rows[__i__].answer == 0), "%s", rows[__i__].what);
    fail_unless (gst_ice_lite_call_was_checked (f.call) ==
        (rows[__i__].answer == 0), "%s", rows[__i__].what);
    tear_down (&f);
  }
}

GST_END_TEST;

/* Whatever is damaged is answered with silence or an error, and nominates nothing. */
GST_START_TEST (test_damaged_check_nominates_nothing)
{
  const GstIceUdpAddress from = address_of ("192.0.2.7", 4000);
  guint8 good[GST_ICE_UDP_STUN_MAX_SIZE], answer[GST_ICE_UDP_STUN_MAX_SIZE];
  gsize size = write_check (&(Check) { 0 }, good);
  Fixture f;

  set_up (&f);
  for (gsize bit = 0; bit < 8 * size; bit++) {
    g_autofree guint8 *bad = g_memdup2 (good, size);

    bad[bit / 8] ^= 1 << bit % 8;
    gst_ice_lite_calls_take_stun (f.calls, &from, &from, 0, bad, size,
        f.now_us, answer);
    fail_if (is_selected (f.call, &from), "bit %u", (guint) bit);
  }
  for (gsize n = 0; n < size; n++) {
    g_autofree guint8 *cut = g_memdup2 (good, MAX (n, 1));

    fail_unless_equals_int (gst_ice_lite_calls_take_stun (f.calls, &from,
            &from, 0, cut, n, f.now_us, answer), 0);
  }
  fail_unless_equals_int (f.n_changed, 0);
  tear_down (&f);
}

GST_END_TEST;

/* 100 a second for all strangers together, however many come. */
GST_START_TEST (test_errors_are_rationed)
{
  const GstIceUdpAddress from = address_of ("192.0.2.7", 4000);
  guint n_answered = 0;
  Fixture f;

  set_up (&f);
  for (guint i = 0; i < 1000; i++)
    n_answered += ask (&f, &from, &(Check) {
        .password = "x"}
  ) == 401;
  fail_unless_equals_int (n_answered, 100);
  f.now_us += SECOND_US;
  fail_unless_equals_int (ask (&f, &from, &(Check) {
          .password = "x"}
      ), 401);
  fail_unless_equals_int (ask (&f, &from, &(Check) {
          0}
      ), 0);
  tear_down (&f);
}

GST_END_TEST;

/* Strangers leave nothing behind. */
GST_START_TEST (test_flood_from_many_addresses_keeps_nothing)
{
  GstIceUdpAddress from = address_of ("192.0.2.7", 4000);
  Fixture f;

  set_up (&f);
  for (guint i = 0; i < 10000; i++) {
    from.in.sin_addr.s_addr = g_htonl (0xc0000200 + i);
    ask (&f, &from, &(Check) {
        .to = "nobody"}
    );
    fail_unless (hear_media (&f, &from) == NULL);
  }
  fail_unless_equals_int (gst_ice_lite_calls_get_counts (f.calls)->unknown,
      10000);
  tear_down (&f);
}

GST_END_TEST;

/* Which of two addresses is selected. */
static const struct
{
  const gchar *what;
  Check first, second;
  guint media_s;                /* media comes from the first for so long, */
  guint silent_s;               /* then it is silent, */
  gboolean media_moves;         /* while media comes from the second */
  gboolean moves;
} moves[] = {
  {"aggressive: a better one", {.priority = 100}, {.priority = 200}, 0, 0,
      FALSE, TRUE},
  {"aggressive: a worse one", {.priority = 200}, {.priority = 100}, 0, 0,
      FALSE, FALSE},
  {"a worse one while media comes", {.priority = 200}, {.priority = 100}, 3,
      0, FALSE, FALSE},
  {"a worse one, as media has stopped", {.priority = 200}, {.priority = 100},
      3, 2, FALSE, TRUE},
  {"a worse one of a path without media", {.priority = 200}, {.priority =
            100}, 0, 2, FALSE, FALSE},
  {"a worse one, as nothing came for long", {.priority = 200}, {.priority =
            100}, 0, 9, FALSE, TRUE},
  {"the same candidate from another port", {.priority = 100}, {.priority =
            100}, 3, 0, FALSE, TRUE},
  {"a NAT's new port that nobody nominates", {.priority = 100}, {.priority =
            100,.plain = TRUE}, 3, 2, TRUE, TRUE},
  {"a check beside a path that works", {.priority = 100}, {.priority =
            200,.plain = TRUE}, 3, 0, FALSE, FALSE},
  {"renomination: a larger number", {.plain = TRUE,.nomination = 5},
      {.plain = TRUE,.nomination = 6}, 3, 0, FALSE, TRUE},
  {"renomination: a smaller number", {.plain = TRUE,.nomination = 5},
      {.plain = TRUE,.nomination = 4}, 3, 0, FALSE, FALSE},
  {"a number beats none", {.priority = 200}, {.plain = TRUE,.nomination = 1},
      3, 0, FALSE, TRUE},
  {"none does not beat a number", {.plain = TRUE,.nomination = 1},
      {.priority = 200}, 3, 0, FALSE, FALSE},
};

GST_START_TEST (test_nomination_moves)
{
  const GstIceUdpAddress a = address_of ("192.0.2.7", 4000);
  const GstIceUdpAddress b = address_of ("192.0.2.7", 4001);
  Fixture f;

  set_up (&f);
  fail_unless_equals_int (ask (&f, &a, &moves[__i__].first), 0);
  fail_unless (is_selected (f.call, &a));
  for (guint i = 0; i < moves[__i__].media_s; i++) {
    f.now_us += SECOND_US;
    hear_media (&f, &a);
  }
  if (moves[__i__].media_moves) {
    fail_unless_equals_int (ask (&f, &b, &(Check) {
            .plain = TRUE,.priority = 100}
        ), 0);
    fail_unless (is_selected (f.call, &a));
  }
  f.now_us += moves[__i__].silent_s * SECOND_US;
  if (moves[__i__].media_moves)
    hear_media (&f, &b);
  fail_unless_equals_int (ask (&f, &b, &moves[__i__].second), 0);
  fail_unless_equals_int (is_selected (f.call, &b), moves[__i__].moves);
  fail_unless_equals_int (f.n_changed, 1 + moves[__i__].moves);
  tear_down (&f);
}

GST_END_TEST;

/* Whoever sends a recorded check from elsewhere gets nothing. */
GST_START_TEST (test_replayed_check_moves_nothing)
{
  const GstIceUdpAddress a = address_of ("192.0.2.7", 4000);
  const GstIceUdpAddress b = address_of ("198.51.100.1", 9);
  const Check check = {.id = 77 };
  Fixture f;

  set_up (&f);
  fail_unless_equals_int (ask (&f, &a, &check), 0);
  fail_unless_equals_int (ask (&f, &b, &check), -1);
  fail_unless (is_selected (f.call, &a));
  fail_unless (hear_media (&f, &b) == NULL);
  /* A retransmission is none. */
  fail_unless_equals_int (ask (&f, &a, &check), 0);
  tear_down (&f);
}

GST_END_TEST;

/* A hundred addresses in a second: all are followed, few are kept. */
GST_START_TEST (test_peer_that_moves_on_is_followed)
{
  guint n_known = 0;
  Fixture f;

  set_up (&f);
  for (guint i = 0; i < 100; i++) {
    const GstIceUdpAddress from = address_of ("192.0.2.7", 4000 + i);

    f.now_us += SECOND_US / 100;
    fail_unless_equals_int (ask (&f, &from, &(Check) {
            0}), 0);
    fail_unless (is_selected (f.call, &from));
  }
  for (guint i = 0; i < 100; i++) {
    const GstIceUdpAddress from = address_of ("192.0.2.7", 4000 + i);

    n_known += hear_media (&f, &from) != NULL;
  }
  fail_unless_equals_int (n_known, GST_ICE_LITE_MAX_PATHS);
  tear_down (&f);
}

GST_END_TEST;

/* An address that a call uses is not another's, unless its peer has fallen silent. */
GST_START_TEST (test_address_in_use_is_not_taken)
{
  const GstIceUdpAddress a = address_of ("192.0.2.7", 4000);
  g_autoptr (GstIceDemux) demux = gst_ice_demux_new ();
  GstIceLiteCall *other;
  Fixture f;

  set_up (&f);
  other = add_call (&f, "second", demux);
  fail_unless_equals_int (ask (&f, &a, &(Check) {
          0}), 0);
  fail_unless_equals_int (ask (&f, &a, &(Check) {
          .to = "second"}), -1);
  fail_unless (hear_media (&f, &a) == f.call);
  fail_if (is_selected (other, &a));

  f.now_us += 9 * SECOND_US;
  fail_unless_equals_int (ask (&f, &a, &(Check) {
          .to = "second"}), 0);
  fail_unless (hear_media (&f, &a) == other);
  fail_unless (is_selected (other, &a));
  gst_ice_lite_calls_remove (f.calls, other);
  tear_down (&f);
}

GST_END_TEST;

/* A restart (RFC 8445, 9) beside what it restarts: the old names are answered, and have
 * the media, until the new ones nominate. */
GST_START_TEST (test_restart_takes_over_when_it_nominates)
{
  const GstIceUdpAddress a = address_of ("192.0.2.7", 4000);
  GstIceLiteCall *fresh;
  Fixture f;

  set_up (&f);
  fail_unless_equals_int (ask (&f, &a, &(Check) {
          0}), 0);
  fresh = add_call (&f, "fresh", f.demux);
  fail_unless (add_call (&f, "fresh", f.demux) == NULL);

  fail_unless_equals_int (ask (&f, &a, &(Check) {
          .to = "fresh",.plain = TRUE}), 0);
  fail_unless (hear_media (&f, &a) == f.call);
  fail_unless_equals_int (ask (&f, &a, &(Check) {
          .plain = TRUE}), 0);

  fail_unless_equals_int (ask (&f, &a, &(Check) {
          .to = "fresh"}), 0);
  fail_unless (is_selected (fresh, &a));
  fail_unless (hear_media (&f, &a) == fresh);

  gst_ice_lite_calls_remove (f.calls, f.call);
  f.call = fresh;
  fail_unless (hear_media (&f, &a) == fresh);
  tear_down (&f);
  f.call = NULL;
}

GST_END_TEST;

/* The old names are heard for a while after that, and peers of RFC 5245 nominate with
 * every check; then they go, and the address stays the restart's. */
GST_START_TEST (test_old_names_take_nothing_back)
{
  const GstIceUdpAddress a = address_of ("192.0.2.7", 4000);
  GstIceLiteCall *fresh;
  Fixture f;

  set_up (&f);
  fail_unless_equals_int (ask (&f, &a, &(Check) {
          0}), 0);
  fresh = add_call (&f, "fresh", f.demux);
  fail_unless_equals_int (ask (&f, &a, &(Check) {
          .to = "fresh"}), 0);
  fail_unless_equals_int (ask (&f, &a, &(Check) {
          0}), 0);
  fail_unless (hear_media (&f, &a) == fresh);
  gst_ice_lite_calls_remove (f.calls, f.call);
  f.call = fresh;
  fail_unless (hear_media (&f, &a) == fresh);
  tear_down (&f);
}

GST_END_TEST;

/* Several full peers have our offer (a call that forks); "b" answers. */
static const struct
{
  const gchar *what;
  Check first, second;          /* from two addresses */
  gboolean answered_before;     /* both checks, else after them */
  gboolean second_wins;
} forks[] = {
  {"the answerer has the worse priority", {.peer = "a",.priority = 200},
      {.peer = "b",.priority = 100}, FALSE, TRUE},
  {"the same after the answer", {.peer = "a",.priority = 200},
      {.peer = "b",.priority = 100}, TRUE, TRUE},
  {"the other goes on nominating", {.peer = "b",.priority = 100},
      {.peer = "a",.priority = 200}, TRUE, FALSE},
  {"by number, too", {.peer = "b",.nomination = 1}, {.peer = "a",.nomination =
            2}, TRUE, FALSE},
  {"who answered has not nominated", {.peer = "a"}, {.peer = "b",.plain =
            TRUE}, FALSE, FALSE},
  {"nobody has the answer's name", {.peer = "a",.priority = 100}, {.peer =
            "c",.priority = 200}, TRUE, TRUE},
};

GST_START_TEST (test_who_answers_is_nominated)
{
  const GstIceUdpAddress a = address_of ("192.0.2.7", 4000);
  const GstIceUdpAddress b = address_of ("198.51.100.9", 4000);
  Fixture f;

  set_up (&f);
  if (forks[__i__].answered_before)
    gst_ice_lite_calls_set_peer (f.calls, f.call, "b", f.now_us);
  fail_unless_equals_int (ask (&f, &a, &forks[__i__].first), 0);
  fail_unless (is_selected (f.call, &a));
  fail_unless_equals_int (ask (&f, &b, &forks[__i__].second), 0);
  if (!forks[__i__].answered_before)
    gst_ice_lite_calls_set_peer (f.calls, f.call, "b", f.now_us);
  fail_unless (is_selected (f.call, &b) == forks[__i__].second_wins, "%s",
      forks[__i__].what);

  /* Whichever is there alone after that has the call. */
  f.now_us += 9 * SECOND_US;
  fail_unless_equals_int (ask (&f, &a, &(Check) {
          .peer = "a",.priority = 1,.nomination =
            forks[__i__].second.nomination}
      ), 0);
  fail_unless (is_selected (f.call, &a));
  tear_down (&f);
}

GST_END_TEST;

/* Two calls' checks from one address, in turn: the first keeps it while it is there,
 * and neither disturbs a third. */
GST_START_TEST (test_one_address_claims_two_names)
{
  const GstIceUdpAddress a = address_of ("192.0.2.7", 4000);
  const GstIceUdpAddress b = address_of ("192.0.2.7", 4001);
  g_autoptr (GstIceDemux) demux = gst_ice_demux_new ();
  g_autoptr (GstIceDemux) third_demux = gst_ice_demux_new ();
  GstIceLiteCall *other, *third;
  Fixture f;

  set_up (&f);
  other = add_call (&f, "second", demux);
  third = add_call (&f, "third", third_demux);
  fail_unless_equals_int (ask (&f, &b, &(Check) {
          .to = "third"}), 0);
  for (guint i = 0; i < 100; i++) {
    fail_unless_equals_int (ask (&f, &a, &(Check) {
            0}
        ), 0);
    fail_unless_equals_int (ask (&f, &a, &(Check) {
            .to = "second"}
        ), -1);
    fail_unless (hear_media (&f, &a) == f.call);
    f.now_us += SECOND_US / 10;
  }
  fail_unless_equals_int (gst_ice_lite_calls_get_counts (f.calls)->claimed,
      100);
  fail_unless (gst_ice_lite_call_get_selected (other) == NULL);
  fail_unless (is_selected (third, &b));
  /* The address is free when its call is gone. */
  gst_ice_lite_calls_remove (f.calls, f.call);
  f.call = NULL;
  fail_unless (hear_media (&f, &a) == NULL);
  fail_unless_equals_int (ask (&f, &a, &(Check) {
          .to = "second"}
      ), 0);
  fail_unless (hear_media (&f, &a) == other);
  gst_ice_lite_calls_remove (f.calls, other);
  gst_ice_lite_calls_remove (f.calls, third);
  tear_down (&f);
}

GST_END_TEST;

/* Packets before the first check of a call and after its end are a stranger's. */
GST_START_TEST (test_packets_before_and_after_a_call)
{
  const GstIceUdpAddress a = address_of ("192.0.2.7", 4000);
  Fixture f;

  set_up (&f);
  fail_unless (hear_media (&f, &a) == NULL);
  fail_unless_equals_int (ask (&f, &a, &(Check) {
          .plain = TRUE}), 0);
  fail_unless (hear_media (&f, &a) == f.call);
  gst_ice_lite_calls_remove (f.calls, f.call);
  f.call = NULL;
  fail_unless (hear_media (&f, &a) == NULL);
  fail_unless_equals_int (ask (&f, &a, &(Check) {
          0}), -1);
  tear_down (&f);
}

GST_END_TEST;

/* What keeps a call alive for 100 s after its nomination. */
static const struct
{
  const gchar *what;
  gboolean checks, media, media_vouches, vouched;
  guint consent_ms;
  GstIceLiteHealth health;
} consents[] = {
  {"nothing", FALSE, FALSE, FALSE, FALSE, 30000, GST_ICE_LITE_LOST},
  {"nothing, and consent does not end", FALSE, FALSE, FALSE, FALSE, 0,
      GST_ICE_LITE_SUSPECT},
  {"checks", TRUE, FALSE, FALSE, FALSE, 30000, GST_ICE_LITE_ALIVE},
  {"media that anybody may have sent", FALSE, TRUE, FALSE, FALSE, 30000,
      GST_ICE_LITE_LOST},
  {"the same without encryption", FALSE, TRUE, TRUE, FALSE, 30000,
      GST_ICE_LITE_ALIVE},
  {"media that a cipher has authenticated", FALSE, FALSE, FALSE, TRUE, 30000,
      GST_ICE_LITE_ALIVE},
};

GST_START_TEST (test_consent)
{
  const GstIceUdpAddress a = address_of ("192.0.2.7", 4000);
  g_autoptr (GstIceRoute) route = fake_route_new (NULL);
  GstIceLiteCallSettings settings = {.ufrag = "call",.password = PASSWORD,
    .consent_ms = consents[__i__].consent_ms,
    .media_vouches = consents[__i__].media_vouches,.changed = on_changed
  };
  GstIceLiteCall *call;
  Fixture f;

  set_up (&f);
  /* The route's clock is the real one. */
  gst_ice_route_vouch (route);
  f.now_us = g_get_monotonic_time ();
  settings.demux = f.demux;
  settings.user_data = &f;
  call = gst_ice_lite_calls_add (f.calls, &settings);
  fail_unless_equals_int (ask (&f, &a, &(Check) {
          .to = "call"}), 0);
  if (consents[__i__].vouched)
    gst_ice_lite_call_set_route (call, route);
  /* The nomination was 100 s ago; the route's clock can't be set. */
  gst_ice_lite_calls_find_path (f.calls, &a, 0)->checked_us -= 100 * SECOND_US;
  if (consents[__i__].checks)
    ask (&f, &a, &(Check) {
        .to = "call",.plain = TRUE}
  );
  if (consents[__i__].media)
    hear_media (&f, &a);
  gst_ice_lite_calls_tick (f.calls, f.now_us);
  fail_unless_equals_int (gst_ice_lite_call_get_health (call),
      consents[__i__].health);

  /* Who comes back nominates again. */
  fail_unless_equals_int (ask (&f, &a, &(Check) {
          .to = "call"}
      ), 0);
  gst_ice_lite_calls_tick (f.calls, f.now_us + 2 * SECOND_US);
  fail_unless_equals_int (gst_ice_lite_call_get_health (call),
      GST_ICE_LITE_ALIVE);
  fail_unless (is_selected (call, &a));
  gst_ice_lite_calls_remove (f.calls, call);
  tear_down (&f);
}

GST_END_TEST;

static Suite *
litecalls_suite (void)
{
  Suite *s = suite_create ("litecalls");
  TCase *tc = tcase_create ("checks");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_check_is_answered, 0, G_N_ELEMENTS (rows));
  tcase_add_test (tc, test_damaged_check_nominates_nothing);
  tcase_add_test (tc, test_errors_are_rationed);
  tcase_add_test (tc, test_flood_from_many_addresses_keeps_nothing);
  tcase_add_loop_test (tc, test_nomination_moves, 0, G_N_ELEMENTS (moves));
  tcase_add_test (tc, test_replayed_check_moves_nothing);
  tcase_add_test (tc, test_peer_that_moves_on_is_followed);
  tcase_add_test (tc, test_address_in_use_is_not_taken);
  tcase_add_test (tc, test_restart_takes_over_when_it_nominates);
  tcase_add_test (tc, test_old_names_take_nothing_back);
  tcase_add_loop_test (tc, test_who_answers_is_nominated, 0,
      G_N_ELEMENTS (forks));
  tcase_add_test (tc, test_one_address_claims_two_names);
  tcase_add_test (tc, test_packets_before_and_after_a_call);
  tcase_add_loop_test (tc, test_consent, 0, G_N_ELEMENTS (consents));
  return s;
}

GST_CHECK_MAIN (litecalls);
