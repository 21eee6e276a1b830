/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Consent that is asked for every 300 ms, to find a dead path soon. */

#include "gsticeudpconsent.h"

#include "consentpair.h"
#include "udptest.h"

#include <gst/check/gstcheck.h>

static void
init (ConsentPair * pair, guint32 seed)
{
  consent_pair_init (pair, "127.0.0.1", CONSENT_ALICE, 300, seed);
}

/* Asked often, a path that never lost anything is suspect at once, one that loses
 * much only when that can't be loss. */
static const struct
{
  guint loss_percent;           /* each way, in 120 s */
  guint max_suspects;
  guint max_silence_ms;         /* until it is suspect */
} often[] = {
  {0, 0, 1000}, {5, 1, 1600}, {20, 1, 1600}, {36, 1, 1600},
};

GST_START_TEST (test_asked_often)
{
  ConsentPair p;
  guint silence_ms;

  init (&p, 4);
  p.loss_percent = often[__i__].loss_percent;
  consent_pair_run (&p, 120 * CONSENT_SECOND);
  for (guint i = 0; i < 2; i++) {
    g_autofree gchar *states = g_strdup (p.ends[i].states->str);

    fail_unless (strchr (states, 'L') == NULL, "%s", states);
    /* SA each time. */
    fail_unless (strlen (states) <= 2 * often[__i__].max_suspects, "%s",
        states);
    if (states[0] != '\0' && states[strlen (states) - 1] == 'S')
      consent_pair_run (&p, 5 * CONSENT_SECOND);
    g_string_truncate (p.ends[i].states, 0);
  }

  silence_ms = consent_pair_kill (&p);
  fail_unless_equals_string (p.ends[0].states->str, "S");
  fail_unless (silence_ms <= often[__i__].max_silence_ms, "%u ms", silence_ms);
  consent_pair_run (&p, 31 * CONSENT_SECOND);
  fail_unless_equals_string (p.ends[0].states->str, "SL");
  consent_pair_clear (&p);
}

GST_END_TEST;

/* A path that loses from the first packet on is no dead one: of 30 ends one may take
 * it for that. */
GST_START_TEST (test_loss_from_the_start)
{
  guint n_suspects = 0;
  ConsentPair p;

  for (guint i = 0; i < 15; i++) {
    init (&p, i);
    p.media = i % 2 == 1;
    p.loss_percent = 20;
    consent_pair_run (&p, 120 * CONSENT_SECOND);
    for (guint j = 0; j < 2; j++)
      n_suspects += p.ends[j].states->len > 0;
    consent_pair_clear (&p);
  }
  fail_unless (n_suspects <= 1, "%u", n_suspects);
}

GST_END_TEST;

/* How long until a path is suspect that dies so soon after it began. */
static const struct
{
  guint life_ms;
  guint loss_percent;           /* each way, while it lives */
  guint delay_ms;               /* each way */
  gboolean media;
  guint max_silence_ms;
} early[] = {
  {0, 0, 0, FALSE, 1600}, {100, 0, 0, FALSE, 1600},
  {200, 0, 0, FALSE, 1600}, {300, 0, 0, FALSE, 1600},
  {300, 20, 0, FALSE, 1600}, {500, 0, 0, FALSE, 1600},
  {700, 20, 0, FALSE, 1600}, {1000, 0, 0, FALSE, 1600},
  {1500, 20, 0, FALSE, 1600}, {2000, 0, 0, FALSE, 700},
  {2000, 20, 0, FALSE, 1600}, {2000, 0, 0, TRUE, 400},
  /* Four round trips more. */
  {100, 0, 50, FALSE, 2000}, {700, 0, 50, FALSE, 2000},
  {1000, 20, 50, FALSE, 2000}, {700, 0, 140, FALSE, 2700},
  {2000, 20, 140, FALSE, 2700},
};

#define N_EARLY 40

GST_START_TEST (test_death_soon_after_the_start)
{
  for (guint seed = 0; seed < N_EARLY; seed++) {
    guint silence_ms;
    ConsentPair p;

    init (&p, seed);
    p.media = early[__i__].media;
    p.delay_us = early[__i__].delay_ms * CONSENT_SECOND / 1000;
    p.loss_percent = early[__i__].loss_percent;
    consent_pair_run (&p, early[__i__].life_ms * CONSENT_SECOND / 1000);
    fail_unless_equals_string (p.ends[0].states->str, "");
    p.media = FALSE;
    silence_ms = consent_pair_kill (&p);
    fail_unless_equals_string (p.ends[0].states->str, "S");
    fail_unless (silence_ms <= early[__i__].max_silence_ms, "%u ms, seed %u",
        silence_ms, seed);
    consent_pair_clear (&p);
  }
}

GST_END_TEST;

/* An answer that takes long is not a missing one, not even the first. */
static const guint delays_ms[] = { 0, 20, 60, 140, 300, 600 };

GST_START_TEST (test_slow_path_is_not_suspect)
{
  for (guint seed = 0; seed < N_EARLY; seed++) {
    ConsentPair p;

    init (&p, seed);
    p.delay_us = delays_ms[__i__] * CONSENT_SECOND / 1000;
    consent_pair_run (&p, 30 * CONSENT_SECOND);
    for (guint i = 0; i < 2; i++)
      fail_unless_equals_string (p.ends[i].states->str, "");
    consent_pair_clear (&p);
  }
}

GST_END_TEST;

/* Moved to where nobody is: that is found out as soon. */
GST_START_TEST (test_move_to_a_dead_address_is_suspect)
{
  ConsentPair p;
  GstIceUdpAddress nowhere;
  gint fd = test_socket ("127.0.0.1", &nowhere);

  init (&p, 4);
  p.media = FALSE;
  consent_pair_run (&p, 2 * CONSENT_SECOND);
  gst_ice_udp_consent_start (p.ends[0].consent, &nowhere, p.now_us);
  consent_pair_run (&p, CONSENT_SECOND / 2);
  fail_unless_equals_string (p.ends[0].states->str, "S");

  /* So it is when something came from there before it died. */
  gst_ice_udp_consent_start (p.ends[0].consent, &p.ends[1].local, p.now_us);
  p.media = TRUE;
  consent_pair_run (&p, 10 * CONSENT_SECOND);
  gst_ice_udp_consent_start (p.ends[0].consent, &nowhere, p.now_us);
  g_string_truncate (p.ends[0].states, 0);
  gst_ice_udp_consent_hear (p.ends[0].consent, p.now_us, FALSE);
  p.media = FALSE;
  consent_pair_run (&p, CONSENT_SECOND / 2);
  fail_unless_equals_string (p.ends[0].states->str, "S");

  /* And back. */
  gst_ice_udp_consent_start (p.ends[0].consent, &p.ends[1].local, p.now_us);
  g_string_truncate (p.ends[0].states, 0);
  consent_pair_run (&p, 10 * CONSENT_SECOND);
  fail_unless_equals_string (p.ends[0].states->str, "");
  close (fd);
  consent_pair_clear (&p);
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
  {0, 0, 340}, {5, 1, 600}, {20, 1, 5400},
};

GST_START_TEST (test_steady_media_that_stops)
{
  ConsentPair p;
  guint silence_ms;

  init (&p, 4);
  p.media = TRUE;
  p.loss_percent = steady[__i__].loss_percent;
  consent_pair_run (&p, 120 * CONSENT_SECOND);
  for (guint i = 0; i < 2; i++)
    fail_unless (p.ends[i].states->len <= 2 * steady[__i__].max_suspects, "%s",
        p.ends[i].states->str);
  /* A pause, three times. */
  p.loss_percent = 0;
  for (guint i = 0; i < 3; i++) {
    p.media = FALSE;
    consent_pair_run (&p, 2 * CONSENT_SECOND);
    g_string_truncate (p.ends[0].states, 0);
    p.media = TRUE;
    consent_pair_run (&p, 10 * CONSENT_SECOND);
    fail_unless_equals_string (p.ends[0].states->str, "");
  }

  p.loss_percent = steady[__i__].loss_percent;
  consent_pair_run (&p, 60 * CONSENT_SECOND);
  silence_ms = consent_pair_kill (&p);
  fail_unless_equals_string (p.ends[0].states->str, "S");
  fail_unless (silence_ms <= steady[__i__].max_silence_ms, "%u ms", silence_ms);
  consent_pair_run (&p, 31 * CONSENT_SECOND);
  fail_unless_equals_string (p.ends[0].states->str, "SL");
  consent_pair_clear (&p);
}

GST_END_TEST;

/* Media that is the peer's for sure stands for answers, and its end is noticed as soon
 * as ever. What anybody may have sent does not, nor does it on a path that loses. */
static const struct
{
  gboolean vouched;
  guint loss_percent;
  guint min_requests, max_requests;     /* of one end, in 60 s */
  guint max_silence_ms;         /* until a path that dies is suspect */
} vouchings[] = {
  {TRUE, 0, 10, 16, 340}, {FALSE, 0, 150, 300, 340}, {TRUE, 20, 100, 300, 5400},
};

GST_START_TEST (test_vouched_media_stands_for_answers)
{
  GstIceUdpConsentCounts before, after;
  guint silence_ms, n_requests;
  ConsentPair p;

  init (&p, 4);
  p.media = TRUE;
  p.vouched = vouchings[__i__].vouched;
  p.loss_percent = vouchings[__i__].loss_percent;
  consent_pair_run (&p, 30 * CONSENT_SECOND);
  gst_ice_udp_consent_get_counts (p.ends[0].consent, &before);
  consent_pair_run (&p, 60 * CONSENT_SECOND);
  gst_ice_udp_consent_get_counts (p.ends[0].consent, &after);
  n_requests = after.requests_sent - before.requests_sent;
  fail_unless (n_requests >= vouchings[__i__].min_requests &&
      n_requests <= vouchings[__i__].max_requests, "%u", n_requests);

  silence_ms = consent_pair_kill (&p);
  fail_unless (g_str_has_suffix (p.ends[0].states->str, "S"));
  fail_unless (silence_ms <= vouchings[__i__].max_silence_ms, "%u ms",
      silence_ms);
  consent_pair_clear (&p);
}

GST_END_TEST;

/* An answer that tells of another address of ours: the NAT has forgotten us. */
GST_START_TEST (test_another_mapped_address_is_suspect)
{
  ConsentPair p;

  init (&p, 4);
  consent_pair_run (&p, 10 * CONSENT_SECOND);
  fail_unless_equals_string (p.ends[0].states->str, "");
  p.mapped_port = 9;
  consent_pair_run (&p, CONSENT_SECOND / 2);
  fail_unless_equals_string (p.ends[0].states->str, "S");
  /* Answers are still consent. */
  consent_pair_run (&p, 60 * CONSENT_SECOND);
  fail_unless_equals_string (p.ends[0].states->str, "S");

  /* And here, the address that it has now is the one to keep. */
  gst_ice_udp_consent_start (p.ends[0].consent, &p.ends[1].local, p.now_us);
  g_string_truncate (p.ends[0].states, 0);
  consent_pair_run (&p, 60 * CONSENT_SECOND);
  fail_unless_equals_string (p.ends[0].states->str, "");
  consent_pair_clear (&p);
}

GST_END_TEST;

static Suite *
udpkeepalive_suite (void)
{
  Suite *s = suite_create ("udpkeepalive");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_asked_often, 0, G_N_ELEMENTS (often));
  tcase_add_test (tc, test_loss_from_the_start);
  tcase_add_loop_test (tc, test_death_soon_after_the_start, 0,
      G_N_ELEMENTS (early));
  tcase_add_loop_test (tc, test_slow_path_is_not_suspect, 0,
      G_N_ELEMENTS (delays_ms));
  tcase_add_test (tc, test_move_to_a_dead_address_is_suspect);
  tcase_add_loop_test (tc, test_steady_media_that_stops, 0,
      G_N_ELEMENTS (steady));
  tcase_add_loop_test (tc, test_vouched_media_stands_for_answers, 0,
      G_N_ELEMENTS (vouchings));
  tcase_add_test (tc, test_another_mapped_address_is_suspect);
  return s;
}

GST_CHECK_MAIN (udpkeepalive);
