/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "gsticeudpconsent.h"

#include "consentpair.h"
#include "gsticeudpstun.h"
#include "udptest.h"

GST_START_TEST (test_consent_is_kept)
{
  static const gchar *const addresses[] = { "127.0.0.1", "::1" };
  GstIceUdpConsentCounts counts;
  ConsentPair p;

  consent_pair_init (&p, addresses[__i__], CONSENT_ALICE, 0, 4);
  consent_pair_run (&p, 600 * CONSENT_SECOND);
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
  consent_pair_clear (&p);
}

GST_END_TEST;

GST_START_TEST (test_loss_is_survived)
{
  ConsentPair p;

  consent_pair_init (&p, "127.0.0.1", CONSENT_ALICE, 0, 4);
  p.loss_percent = 20;
  consent_pair_run (&p, 3600 * CONSENT_SECOND);
  for (guint i = 0; i < 2; i++)
    fail_unless (strchr (p.ends[i].states->str, 'L') == NULL, "%s",
        p.ends[i].states->str);
  consent_pair_clear (&p);
}

GST_END_TEST;

GST_START_TEST (test_silence_is_suspect_then_lost)
{
  GstIceUdpConsentCounts before, after;
  ConsentPair p;

  consent_pair_init (&p, "127.0.0.1", CONSENT_ALICE, 0, 4);
  consent_pair_run (&p, 20 * CONSENT_SECOND);
  p.loss_percent = 100;
  consent_pair_run (&p, 9 * CONSENT_SECOND);
  fail_unless_equals_string (p.ends[0].states->str, "S");

  /* It was nothing. */
  p.loss_percent = 0;
  consent_pair_run (&p, 10 * CONSENT_SECOND);
  fail_unless_equals_string (p.ends[0].states->str, "SA");

  p.loss_percent = 100;
  consent_pair_run (&p, 23 * CONSENT_SECOND);
  fail_unless_equals_string (p.ends[0].states->str, "SAS");
  consent_pair_run (&p, 8 * CONSENT_SECOND);
  fail_unless_equals_string (p.ends[0].states->str, "SASL");

  /* For good: not a packet more, whatever comes. */
  gst_ice_udp_consent_get_counts (p.ends[0].consent, &before);
  p.loss_percent = 0;
  consent_pair_run (&p, 60 * CONSENT_SECOND);
  gst_ice_udp_consent_get_counts (p.ends[0].consent, &after);
  fail_unless_equals_int (before.requests_sent, after.requests_sent);
  fail_unless_equals_string (p.ends[0].states->str, "SASL");
  fail_unless_equals_int64 (gst_ice_udp_consent_tick (p.ends[0].consent,
          p.now_us), G_MAXINT64);

  /* Until a pair is nominated. */
  for (guint i = 0; i < 2; i++)
    gst_ice_udp_consent_start (p.ends[i].consent, &p.ends[1 - i].local,
        p.now_us);
  consent_pair_run (&p, 60 * CONSENT_SECOND);
  fail_unless_equals_string (p.ends[0].states->str, "SASL");
  consent_pair_clear (&p);
}

GST_END_TEST;

#define N_SUDDEN 40

/* No media comes: a sender whose receiver sends none has its answers only. */
GST_START_TEST (test_path_that_dies_is_soon_suspect_without_media)
{
  for (guint seed = 0; seed < N_SUDDEN; seed++) {
    ConsentPair p;

    consent_pair_init (&p, "127.0.0.1", CONSENT_ALICE, 300, seed);
    consent_pair_run (&p, (2 + seed / 2) * CONSENT_SECOND);
    fail_unless_equals_string (p.ends[0].states->str, "");
    p.loss_percent = 100;
    /* The wait for the next request, what is late, and three quick ones. */
    consent_pair_run (&p, (360 + 60 + 180 + 60) * CONSENT_SECOND / 1000);
    for (guint i = 0; i < 2; i++)
      fail_unless_equals_string (p.ends[i].states->str, "S");
    consent_pair_clear (&p);
  }
}

GST_END_TEST;

#define N_LOSSY 100

/* A path that loses a fifth each way all the time is seldom suspect. */
GST_START_TEST (test_loss_is_not_suspect_without_media)
{
  guint n_suspected = 0;

  for (guint seed = 0; seed < N_LOSSY; seed++) {
    ConsentPair p;

    consent_pair_init (&p, "127.0.0.1", CONSENT_ALICE, 300, seed);
    p.loss_percent = 20;
    consent_pair_run (&p, 60 * CONSENT_SECOND);
    n_suspected += p.ends[0].states->len > 0;
    n_suspected += p.ends[1].states->len > 0;
    consent_pair_clear (&p);
  }
  fail_unless (n_suspected <= 2 * N_LOSSY * 3 / 100, "%u", n_suspected);
}

GST_END_TEST;

GST_START_TEST (test_unanswered_request_is_sent_again)
{
  GstIceUdpConsentCounts counts;
  ConsentPair p;

  consent_pair_init (&p, "127.0.0.1", CONSENT_ALICE, 0, 4);
  p.loss_percent = 100;
  consent_pair_run (&p, 29 * CONSENT_SECOND);
  gst_ice_udp_consent_get_counts (p.ends[0].consent, &counts);
  /* Four to seven periods: at 0, 0.5, 1.5 and 3.5 s of each. */
  fail_unless (counts.requests_sent >= 4 * 3 && counts.requests_sent <= 7 * 4);
  consent_pair_clear (&p);
}

GST_END_TEST;

GST_START_TEST (test_wrong_password_is_forged)
{
  GstIceUdpConsentCounts counts;
  ConsentPair p;

  consent_pair_init (&p, "127.0.0.1", "not what bob was told", 0, 4);
  consent_pair_run (&p, 31 * CONSENT_SECOND);
  /* Alice answers nothing of Bob's, Bob does answer hers: her answers would be
   * signed with a password that is not the one he knows. */
  gst_ice_udp_consent_get_counts (p.ends[0].consent, &counts);
  fail_unless (counts.forged >= 4);
  fail_unless_equals_int (counts.requests_received, 0);
  fail_unless_equals_string (p.ends[0].states->str, "");
  fail_unless_equals_string (p.ends[1].states->str, "SL");
  consent_pair_clear (&p);
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
        change == WRONG_NAME ? "eve" : "bob",.password = CONSENT_ALICE,
  };
  guint8 data[GST_ICE_UDP_STUN_MAX_SIZE], answer[2000];
  gsize size = gst_ice_udp_stun_build_request (&request, data);
  gboolean good = change == FINE || change == NO_FINGERPRINT;
  GstIceUdpConsentCounts counts;
  GstIceUdpAddress from;
  GstIceUdpStun stun;
  ConsentPair p;

  consent_pair_init (&p, "127.0.0.1", CONSENT_ALICE, 0, 4);
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
  consent_pair_clear (&p);
}

GST_END_TEST;

/* Anything at all is survived, and changes nothing. */
GST_START_TEST (test_noise_is_dropped)
{
  guint8 data[1500];
  ConsentPair p;

  consent_pair_init (&p, "127.0.0.1", CONSENT_ALICE, 0, 4);
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
  consent_pair_clear (&p);
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
  tcase_add_test (tc, test_path_that_dies_is_soon_suspect_without_media);
  tcase_add_test (tc, test_loss_is_not_suspect_without_media);
  tcase_add_test (tc, test_unanswered_request_is_sent_again);
  tcase_add_test (tc, test_wrong_password_is_forged);
  tcase_add_loop_test (tc, test_request_is_answered_or_dropped, 0, N_CHANGES);
  tcase_add_test (tc, test_noise_is_dropped);
  return s;
}

GST_CHECK_MAIN (udpconsent);
