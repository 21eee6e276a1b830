/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "gsticeudploss.h"

#include <gst/check/gstcheck.h>

/* A call of two minutes that asks every 300 ms. */
#define N_QUESTIONS 400
#define N_CALLS 2000

/* Returns: how many calls suspect their path although it only loses questions, as it
 *     did from the first */
static guint
count_suspected (GRand * dice, gdouble loss)
{
  guint n_suspected = 0;

  for (guint i = 0; i < N_CALLS; i++) {
    GstIceUdpLoss self = { 0, };
    guint n_lost = 0, tolerance = 0;
    gboolean suspected = FALSE;

    for (guint j = 0; j < N_QUESTIONS; j++) {
      if (n_lost == 0)
        tolerance = gst_ice_udp_loss_get_tolerance (&self);
      n_lost = g_rand_double (dice) < loss ? n_lost + 1 : 0;
      suspected = suspected || n_lost >= tolerance;
      gst_ice_udp_loss_note (&self, n_lost > 0);
    }
    n_suspected += suspected;
  }
  return n_suspected;
}

/* Of questions: 36 % is what a fifth each way makes, 59 % what two ends on one relay
 * do that both lose so much. */
static const struct
{
  gdouble loss;
  guint max_per_mille;          /* of the calls */
} rows[] = {
  {0.01, 20}, {0.05, 20}, {0.1, 20}, {0.2, 20}, {0.36, 20}, {0.59, 50},
};

GST_START_TEST (test_loss_from_the_first_question_is_not_suspect)
{
  GRand *dice = g_rand_new_with_seed (4);
  guint n_suspected = count_suspected (dice, rows[__i__].loss);

  fail_unless (n_suspected * 1000 <= rows[__i__].max_per_mille * N_CALLS,
      "%u of %u", n_suspected, N_CALLS);
  g_rand_free (dice);
}

GST_END_TEST;

/* But a path that answers is soon known to be good. */
static const struct
{
  guint n_answered;
  guint max_tolerance, max_in_silence;
} answers[] = {
  {0, 20, 14}, {2, 9, 6}, {6, 5, 4}, {10, 5, 4}, {33, 3, 3}, {100, 2, 3},
};

GST_START_TEST (test_answers_make_impatient)
{
  GstIceUdpLoss self = { 0, };

  for (guint i = 0; i < answers[__i__].n_answered; i++)
    gst_ice_udp_loss_note (&self, FALSE);
  fail_unless (gst_ice_udp_loss_get_tolerance (&self) <=
      answers[__i__].max_tolerance);
  fail_unless (gst_ice_udp_loss_get_tolerance_in_silence (&self) <=
      answers[__i__].max_in_silence);
}

GST_END_TEST;

/* And loss makes patient again, however long there was none. */
GST_START_TEST (test_loss_makes_patient)
{
  GstIceUdpLoss self = { 0, };
  guint before;

  for (guint i = 0; i < 10000; i++)
    gst_ice_udp_loss_note (&self, FALSE);
  before = gst_ice_udp_loss_get_tolerance (&self);
  fail_unless_equals_int (before, 2);
  for (guint i = 0; i < 100; i++)
    gst_ice_udp_loss_note (&self, i % 5 < 3);
  fail_unless (gst_ice_udp_loss_get_tolerance (&self) >= 18);
  for (guint i = 0; i < 1000; i++)
    gst_ice_udp_loss_note (&self, TRUE);
  fail_unless_equals_int (gst_ice_udp_loss_get_tolerance (&self), 20);
  fail_unless_equals_int (gst_ice_udp_loss_get_tolerance_in_silence (&self),
      14);
}

GST_END_TEST;

/* What has to follow on a late answer: three requests on a path that loses none, the
 * whole tolerance elsewhere. */
GST_START_TEST (test_late_answer_is_judged_by_the_loss)
{
  GstIceUdpLoss self = { 0, };

  fail_unless_equals_int (gst_ice_udp_loss_get_tolerance_when_late (&self), 20);
  for (guint i = 0; i < 6; i++) {
    fail_unless_equals_int (gst_ice_udp_loss_get_tolerance_when_late (&self),
        gst_ice_udp_loss_get_tolerance (&self));
    gst_ice_udp_loss_note (&self, FALSE);
  }
  fail_unless_equals_int (gst_ice_udp_loss_get_tolerance_when_late (&self), 3);
  for (guint i = 0; i < 100; i++)
    gst_ice_udp_loss_note (&self, i % 5 == 0);
  fail_unless (gst_ice_udp_loss_get_tolerance (&self) > 3);
  fail_unless_equals_int (gst_ice_udp_loss_get_tolerance_when_late (&self),
      gst_ice_udp_loss_get_tolerance (&self));
}

GST_END_TEST;

static Suite *
udploss_suite (void)
{
  Suite *s = suite_create ("udploss");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_loss_from_the_first_question_is_not_suspect, 0,
      G_N_ELEMENTS (rows));
  tcase_add_loop_test (tc, test_answers_make_impatient, 0,
      G_N_ELEMENTS (answers));
  tcase_add_test (tc, test_loss_makes_patient);
  tcase_add_test (tc, test_late_answer_is_judged_by_the_loss);
  return s;
}

GST_CHECK_MAIN (udploss);
