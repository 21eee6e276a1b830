/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "gsticeudpconsent.h"

#include "gsticeudpstun.h"
#include "udptest.h"

/* Time is what the test says: a minute takes no time. */
#define STEP_US 20000
#define START_US (1000 * SECOND)
#define SECOND ((gint64) G_USEC_PER_SEC)

typedef struct
{
  GstIceUdpConsent *consent;
  GstIceUdpAddress local;
  gint fd;
  GString *states;              /* of the changes: A, S, L */
} End;

typedef struct
{
  End ends[2];
  gint64 now_us;
  guint loss_percent;           /* each way */
  gboolean media;               /* 50 packets a second, both ways, lost as others */
  guint16 mapped_port;          /* what end 1 sees of end 0; 0: what there is */
  GRand *dice;
} Pair;

static void
on_changed (GstIceUdpConsentState state, gpointer user_data)
{
  g_string_append_c (((End *) user_data)->states, "ASL"[state]);
}

static void
on_send (const guint8 * message, gsize size_bytes, const GstIceUdpAddress * to,
    gpointer user_data)
{
  test_send (((End *) user_data)->fd, to, message, size_bytes);
}

static void
pair_init_with_period (Pair * self, const gchar * address,
    const gchar * password, guint period_ms)
{
  memset (self, 0, sizeof (*self));
  self->now_us = START_US;
  self->dice = g_rand_new_with_seed (4);
  for (guint i = 0; i < 2; i++) {
    GstIceUdpConsentSettings settings = {
      .local_ufrag = i ? "bob" : "alice",
      .local_password = i ? "bobbobbobbobbobbobbobb" : password,
      .remote_ufrag = i ? "alice" : "bob",
      .remote_password = i ? "aliceAliceAliceAliceAl" :
          "bobbobbobbobbobbobbobb",
      .controlling = i == 0,
      .tag = 0x1ce00000 + i,
      .period_ms = period_ms,
    };

    self->ends[i].fd = test_socket (address, &self->ends[i].local);
    self->ends[i].states = g_string_new (NULL);
    self->ends[i].consent = gst_ice_udp_consent_new (&settings, on_send,
        on_changed, &self->ends[i]);
  }
  for (guint i = 0; i < 2; i++)
    gst_ice_udp_consent_start (self->ends[i].consent,
        &self->ends[1 - i].local, self->now_us);
}

static void
pair_init (Pair * self, const gchar * address, const gchar * password)
{
  pair_init_with_period (self, address, password, 0);
}

static void
pair_clear (Pair * self)
{
  for (guint i = 0; i < 2; i++) {
    gst_ice_udp_consent_free (self->ends[i].consent);
    g_string_free (self->ends[i].states, TRUE);
    close (self->ends[i].fd);
  }
  g_rand_free (self->dice);
}

/* End 1 answers as if the request had come from another port. */
static void
answer_elsewhere (Pair * self, const GstIceUdpAddress * from,
    const guint8 * data, gsize size)
{
  guint8 message[GST_ICE_UDP_STUN_MAX_SIZE];
  GstIceUdpAddress mapped = *from;
  GstIceUdpStun request;

  fail_unless (gst_ice_udp_stun_parse (&request, data, size));
  if (request.type != GST_ICE_UDP_STUN_REQUEST)
    return;
  mapped.in.sin_port = g_htons (self->mapped_port);
  size = gst_ice_udp_stun_build_response (&request, &mapped,
      "bobbobbobbobbobbobbobb", message);
  on_send (message, size, from, &self->ends[1]);
}

/* Reads what came to end number @i, and hands it on unless it is lost. */
static void
pair_deliver (Pair * self, guint i)
{
  GstIceUdpAddress from = { 0, };
  socklen_t size = sizeof (from);
  guint8 data[2000];
  gssize got;

  while ((got = recvfrom (self->ends[i].fd, data, sizeof (data), 0, &from.any,
              &size)) > 0) {
    if (i == 1 && self->mapped_port != 0)
      answer_elsewhere (self, &from, data, got);
    else if (g_rand_int_range (self->dice, 0, 100) >= (gint) self->loss_percent)
      gst_ice_udp_consent_handle (self->ends[i].consent, &from, data, got,
          self->now_us);
    size = sizeof (from);
  }
}

static void
pair_run (Pair * self, gint64 duration_us)
{
  gint64 end_us = self->now_us + duration_us;

  for (; self->now_us < end_us; self->now_us += STEP_US) {
    for (guint i = 0; i < 2; i++) {
      if (self->media && g_rand_int_range (self->dice, 0, 100) >=
          (gint) self->loss_percent)
        gst_ice_udp_consent_hear (self->ends[i].consent, self->now_us);
      gst_ice_udp_consent_tick (self->ends[i].consent, self->now_us);
    }
    for (guint i = 0; i < 4; i++)
      pair_deliver (self, i % 2);
  }
}

GST_START_TEST (test_consent_is_kept)
{
  static const gchar *const addresses[] = { "127.0.0.1", "::1" };
  GstIceUdpConsentCounts counts;
  Pair p;

  pair_init (&p, addresses[__i__], "aliceAliceAliceAliceAl");
  pair_run (&p, 600 * SECOND);
  for (guint i = 0; i < 2; i++) {
    gst_ice_udp_consent_get_counts (p.ends[i].consent, &counts);
    /* RFC 7675, 5.1: 4 to 6 s, and never less than 4. */
    fail_unless (counts.requests_sent >= 100 && counts.requests_sent <= 150);
    fail_unless_equals_int (counts.requests_sent, counts.responses_received);
    fail_unless (counts.requests_received >= 100);
    fail_unless_equals_int (counts.forged, 0);
    fail_unless (counts.round_trip_us > 0);
    fail_unless_equals_string (p.ends[i].states->str, "");
  }
  pair_clear (&p);
}

GST_END_TEST;

GST_START_TEST (test_loss_is_survived)
{
  Pair p;

  pair_init (&p, "127.0.0.1", "aliceAliceAliceAliceAl");
  p.loss_percent = 20;
  pair_run (&p, 3600 * SECOND);
  for (guint i = 0; i < 2; i++)
    fail_unless (strchr (p.ends[i].states->str, 'L') == NULL, "%s",
        p.ends[i].states->str);
  pair_clear (&p);
}

GST_END_TEST;

GST_START_TEST (test_silence_is_suspect_then_lost)
{
  GstIceUdpConsentCounts before, after;
  Pair p;

  pair_init (&p, "127.0.0.1", "aliceAliceAliceAliceAl");
  pair_run (&p, 20 * SECOND);
  p.loss_percent = 100;
  pair_run (&p, 9 * SECOND);
  fail_unless_equals_string (p.ends[0].states->str, "S");

  /* It was nothing. */
  p.loss_percent = 0;
  pair_run (&p, 10 * SECOND);
  fail_unless_equals_string (p.ends[0].states->str, "SA");

  p.loss_percent = 100;
  pair_run (&p, 23 * SECOND);
  fail_unless_equals_string (p.ends[0].states->str, "SAS");
  pair_run (&p, 8 * SECOND);
  fail_unless_equals_string (p.ends[0].states->str, "SASL");

  /* For good: not a packet more, whatever comes. */
  gst_ice_udp_consent_get_counts (p.ends[0].consent, &before);
  p.loss_percent = 0;
  pair_run (&p, 60 * SECOND);
  gst_ice_udp_consent_get_counts (p.ends[0].consent, &after);
  fail_unless_equals_int (before.requests_sent, after.requests_sent);
  fail_unless_equals_string (p.ends[0].states->str, "SASL");
  fail_unless_equals_int64 (gst_ice_udp_consent_tick (p.ends[0].consent,
          p.now_us), G_MAXINT64);

  /* Until a pair is nominated. */
  for (guint i = 0; i < 2; i++)
    gst_ice_udp_consent_start (p.ends[i].consent, &p.ends[1 - i].local,
        p.now_us);
  pair_run (&p, 60 * SECOND);
  fail_unless_equals_string (p.ends[0].states->str, "SASL");
  pair_clear (&p);
}

GST_END_TEST;

/* Asked often, a path that never lost anything is suspect at once, one that loses
 * much only when that can't be loss. */
static const struct
{
  guint loss_percent;           /* each way, in 120 s */
  guint max_suspects;
  guint max_silence_ms;         /* until it is suspect */
} often[] = {
  {0, 0, 1000}, {5, 3, 3400}, {20, 4, 4600}, {36, 4, 6000},
};

GST_START_TEST (test_asked_often)
{
  Pair p;
  guint silence_ms = 0;

  pair_init_with_period (&p, "127.0.0.1", "aliceAliceAliceAliceAl", 300);
  p.loss_percent = often[__i__].loss_percent;
  pair_run (&p, 120 * SECOND);
  for (guint i = 0; i < 2; i++) {
    g_autofree gchar *states = g_strdup (p.ends[i].states->str);

    fail_unless (strchr (states, 'L') == NULL, "%s", states);
    /* SA each time. */
    fail_unless (strlen (states) <= 2 * often[__i__].max_suspects, "%s",
        states);
    if (states[0] != '\0' && states[strlen (states) - 1] == 'S')
      pair_run (&p, 5 * SECOND);
    g_string_truncate (p.ends[i].states, 0);
  }

  p.loss_percent = 100;
  while (p.ends[0].states->len == 0 && silence_ms < 10000) {
    pair_run (&p, SECOND / 10);
    silence_ms += 100;
  }
  fail_unless_equals_string (p.ends[0].states->str, "S");
  fail_unless (silence_ms <= often[__i__].max_silence_ms, "%u ms", silence_ms);
  pair_run (&p, 31 * SECOND);
  fail_unless_equals_string (p.ends[0].states->str, "SL");
  pair_clear (&p);
}

GST_END_TEST;

/* With media that was steady, its end makes a dead path suspect much sooner; but what
 * the peer answers is a pause. */
static const struct
{
  guint loss_percent;           /* each way, in 120 s */
  guint max_suspects;
  guint max_silence_ms;         /* until it is suspect */
} steady[] = {
  {0, 0, 340}, {5, 3, 600}, {20, 4, 4600},
};

GST_START_TEST (test_steady_media_that_stops)
{
  Pair p;
  guint silence_ms = 0;

  pair_init_with_period (&p, "127.0.0.1", "aliceAliceAliceAliceAl", 300);
  p.media = TRUE;
  p.loss_percent = steady[__i__].loss_percent;
  pair_run (&p, 120 * SECOND);
  for (guint i = 0; i < 2; i++)
    fail_unless (p.ends[i].states->len <= 2 * steady[__i__].max_suspects, "%s",
        p.ends[i].states->str);
  /* A pause, three times. */
  p.loss_percent = 0;
  for (guint i = 0; i < 3; i++) {
    p.media = FALSE;
    pair_run (&p, 2 * SECOND);
    g_string_truncate (p.ends[0].states, 0);
    p.media = TRUE;
    pair_run (&p, 10 * SECOND);
    fail_unless_equals_string (p.ends[0].states->str, "");
  }

  p.loss_percent = steady[__i__].loss_percent;
  pair_run (&p, 60 * SECOND);
  g_string_truncate (p.ends[0].states, 0);
  p.loss_percent = 100;
  while (p.ends[0].states->len == 0 && silence_ms < 10000) {
    pair_run (&p, SECOND / 50);
    silence_ms += 20;
  }
  fail_unless_equals_string (p.ends[0].states->str, "S");
  fail_unless (silence_ms <= steady[__i__].max_silence_ms, "%u ms", silence_ms);
  pair_run (&p, 31 * SECOND);
  fail_unless_equals_string (p.ends[0].states->str, "SL");
  pair_clear (&p);
}

GST_END_TEST;

/* An answer that tells of another address of ours: the NAT has forgotten us. */
GST_START_TEST (test_another_mapped_address_is_suspect)
{
  Pair p;

  pair_init_with_period (&p, "127.0.0.1", "aliceAliceAliceAliceAl", 300);
  pair_run (&p, 10 * SECOND);
  fail_unless_equals_string (p.ends[0].states->str, "");
  p.mapped_port = 9;
  pair_run (&p, SECOND / 2);
  fail_unless_equals_string (p.ends[0].states->str, "S");
  /* Answers are still consent. */
  pair_run (&p, 60 * SECOND);
  fail_unless_equals_string (p.ends[0].states->str, "S");

  /* And here, the address that it has now is the one to keep. */
  gst_ice_udp_consent_start (p.ends[0].consent, &p.ends[1].local, p.now_us);
  g_string_truncate (p.ends[0].states, 0);
  pair_run (&p, 60 * SECOND);
  fail_unless_equals_string (p.ends[0].states->str, "");
  pair_clear (&p);
}

GST_END_TEST;

GST_START_TEST (test_unanswered_request_is_sent_again)
{
  GstIceUdpConsentCounts counts;
  Pair p;

  pair_init (&p, "127.0.0.1", "aliceAliceAliceAliceAl");
  p.loss_percent = 100;
  pair_run (&p, 29 * SECOND);
  gst_ice_udp_consent_get_counts (p.ends[0].consent, &counts);
  /* Four to seven periods: at 0, 0.5, 1.5 and 3.5 s of each. */
  fail_unless (counts.requests_sent >= 4 * 3 && counts.requests_sent <= 7 * 4);
  pair_clear (&p);
}

GST_END_TEST;

GST_START_TEST (test_wrong_password_is_forged)
{
  GstIceUdpConsentCounts counts;
  Pair p;

  pair_init (&p, "127.0.0.1", "not what bob was told");
  pair_run (&p, 31 * SECOND);
  /* Alice answers nothing of Bob's, Bob does answer hers: her answers would be
   * signed with a password that is not the one he knows. */
  gst_ice_udp_consent_get_counts (p.ends[0].consent, &counts);
  fail_unless (counts.forged >= 4);
  fail_unless_equals_int (counts.requests_received, 0);
  fail_unless_equals_string (p.ends[0].states->str, "");
  fail_unless_equals_string (p.ends[1].states->str, "SL");
  pair_clear (&p);
}

GST_END_TEST;

/* Changes to a Binding request that is fine: what each makes of it. */
typedef enum
{ FINE, FLIP_INTEGRITY, CUT_INTEGRITY, NO_INTEGRITY, FLIP_FINGERPRINT,
  NO_FINGERPRINT, WRONG_NAME, WRONG_LENGTH, OTHER_SOCKET, N_CHANGES
} Change;

GST_START_TEST (test_request_is_answered_or_dropped)
{
  Change change = __i__;
  GstIceUdpStunRequest request = {.to_ufrag = "alice",.from_ufrag =
        change == WRONG_NAME ? "eve" : "bob",.password =
        "aliceAliceAliceAliceAl",
  };
  guint8 data[GST_ICE_UDP_STUN_MAX_SIZE], answer[2000];
  gsize size = gst_ice_udp_stun_build_request (&request, data);
  gboolean good = change == FINE || change == NO_FINGERPRINT;
  GstIceUdpConsentCounts counts;
  GstIceUdpAddress from;
  GstIceUdpStun stun;
  Pair p;

  pair_init (&p, "127.0.0.1", "aliceAliceAliceAliceAl");
  from = p.ends[1].local;
  switch (change) {
    case FLIP_INTEGRITY:
      data[size - 12] ^= 1;
      size -= 8;
      break;
    case CUT_INTEGRITY:
      size -= 8 + 8;
      data[size - 12 - 1] = 12;
      break;
    case NO_INTEGRITY:
      size -= 8 + 24;
      break;
    case FLIP_FINGERPRINT:
      data[size - 1] ^= 1;
      break;
    case NO_FINGERPRINT:
      size -= 8;
      break;
    case OTHER_SOCKET:
      from.in.sin_port ^= 1;
      break;
    default:
      break;
  }
  GST_WRITE_UINT16_BE (data + 2, size - 20 + (change == WRONG_LENGTH ? 4 : 0));

  gst_ice_udp_consent_handle (p.ends[0].consent, &from, data, size, p.now_us);
  gst_ice_udp_consent_get_counts (p.ends[0].consent, &counts);
  fail_unless_equals_int (counts.requests_received, good);
  fail_unless_equals_int (counts.forged, !good && change != OTHER_SOCKET);

  if (good) {
    size = test_receive (p.ends[1].fd, answer, sizeof (answer));
    fail_unless (gst_ice_udp_stun_parse (&stun, answer, size));
    fail_unless_equals_int (stun.type, GST_ICE_UDP_STUN_SUCCESS);
    fail_unless (memcmp (stun.id, data + 8, 12) == 0);
    fail_unless (gst_ice_udp_stun_check_integrity (&stun, request.password));
  } else {
    fail_unless (recv (p.ends[1].fd, answer, sizeof (answer), 0) < 0);
  }
  pair_clear (&p);
}

GST_END_TEST;

/* Anything at all is survived, and changes nothing. */
GST_START_TEST (test_noise_is_dropped)
{
  guint8 data[1500];
  Pair p;

  pair_init (&p, "127.0.0.1", "aliceAliceAliceAliceAl");
  for (guint i = 0; i < 3000; i++) {
    gsize size = g_rand_int_range (p.dice, 1, sizeof (data));

    for (gsize j = 0; j < size; j++)
      data[j] = g_rand_int_range (p.dice, 0, i % 2 ? 256 : 40);
    if (size > 8) {
      data[0] = i & 1;
      GST_WRITE_UINT16_BE (data + 2, size - 20);
      GST_WRITE_UINT32_BE (data + 4, 0x2112a442);
    }
    gst_ice_udp_consent_handle (p.ends[0].consent, &p.ends[1].local, data,
        size, p.now_us);
  }
  fail_unless (recv (p.ends[1].fd, data, sizeof (data), 0) < 0);
  fail_unless_equals_string (p.ends[0].states->str, "");
  pair_clear (&p);
}

GST_END_TEST;

static Suite *
udpconsent_suite (void)
{
  Suite *s = suite_create ("udpconsent");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_consent_is_kept, 0, 2);
  tcase_add_test (tc, test_loss_is_survived);
  tcase_add_test (tc, test_silence_is_suspect_then_lost);
  tcase_add_loop_test (tc, test_asked_often, 0, G_N_ELEMENTS (often));
  tcase_add_loop_test (tc, test_steady_media_that_stops, 0,
      G_N_ELEMENTS (steady));
  tcase_add_test (tc, test_another_mapped_address_is_suspect);
  tcase_add_test (tc, test_unanswered_request_is_sent_again);
  tcase_add_test (tc, test_wrong_password_is_forged);
  tcase_add_loop_test (tc, test_request_is_answered_or_dropped, 0, N_CHANGES);
  tcase_add_test (tc, test_noise_is_dropped);
  return s;
}

GST_CHECK_MAIN (udpconsent);
