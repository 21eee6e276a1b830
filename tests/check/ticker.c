/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "gsticeticker.h"

#include "gsticetimer.h"

#include <gst/check/gstcheck.h>

#define N 100
#define PERIOD_MS 5

static GstIceTicker *tickers[N];
static guint n_calls[N];
static guint clears;            /* which one to_clear() clears */

static void
count (gpointer number)
{
  n_calls[GPOINTER_TO_UINT (number)]++;
}

/* Itself, one before it, one behind it, or all. */
static void
to_clear (gpointer number)
{
  count (number);
  if (clears < N) {
    gst_ice_ticker_clear (&tickers[clears]);
    return;
  }
  for (guint i = 0; i < N; i++)
    gst_ice_ticker_clear (&tickers[i]);
}

static void
run_until (guint number, guint n)
{
  const gint64 end_us = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  while (n_calls[number] < n && g_get_monotonic_time () < end_us)
    g_main_context_iteration (NULL, TRUE);
  fail_unless (n_calls[number] >= n);
}

static guint
count_sources (void)
{
  guint n = 0;

  /* Each source has a number; those of tests are few. */
  for (guint id = 1; id < 10000; id++)
    n += g_main_context_find_source_by_id (NULL, id) != NULL;
  return n;
}

GST_START_TEST (test_all_are_called_by_one_source)
{
  memset (n_calls, 0, sizeof (n_calls));
  for (guint i = 0; i < N; i++)
    tickers[i] = gst_ice_ticker_new (PERIOD_MS, count, GUINT_TO_POINTER (i));
  fail_unless_equals_int (count_sources (), 1);
  run_until (0, 5);
  for (guint i = 0; i < N; i++) {
    fail_unless (n_calls[i] >= 4 && n_calls[i] <= n_calls[0]);
    gst_ice_ticker_clear (&tickers[i]);
    fail_unless (tickers[i] == NULL);
  }
  fail_unless_equals_int (count_sources (), 0);
}

GST_END_TEST;

static const guint cleared[] = { 50, 49, 51, 0, N - 1, N };

GST_START_TEST (test_cleared_inside)
{
  guint before;

  memset (n_calls, 0, sizeof (n_calls));
  clears = cleared[__i__];
  for (guint i = 0; i < N; i++)
    tickers[i] = gst_ice_ticker_new (PERIOD_MS, i == 50 ? to_clear : count,
        GUINT_TO_POINTER (i));
  run_until (50, 1);
  if (clears == N) {
    fail_unless_equals_int (count_sources (), 0);
    return;
  }
  fail_unless (tickers[clears] == NULL);
  before = n_calls[clears];
  run_until (10, 5);
  fail_unless_equals_int (n_calls[clears], before);
  for (guint i = 0; i < N; i++)
    gst_ice_ticker_clear (&tickers[i]);
  fail_unless_equals_int (count_sources (), 0);
}

GST_END_TEST;

static gboolean
on_time (gpointer user_data)
{
  gint64 *time_us = user_data;

  *time_us = g_get_monotonic_time ();
  return G_SOURCE_REMOVE;
}

/* What is ready when a busy thread comes back is served before its time is over. */
GST_START_TEST (test_patient_timer_does_not_count_a_busy_thread)
{
  const gint64 start_us = g_get_monotonic_time ();
  gint64 time_us = 0;
  GSource *timer = gst_ice_timer_new_patient (60, on_time, &time_us);

  /* The thread is busy for longer. */
  while (g_get_monotonic_time () - start_us < 100 * G_TIME_SPAN_MILLISECOND);
  while (g_main_context_iteration (NULL, FALSE));
  fail_unless (time_us == 0);
  while (time_us == 0)
    g_main_context_iteration (NULL, TRUE);
  fail_unless (time_us - start_us >= 139 * G_TIME_SPAN_MILLISECOND);
  gst_ice_timer_clear (&timer);
}

GST_END_TEST;

static Suite *
ticker_suite (void)
{
  Suite *s = suite_create ("ticker");
  TCase *tc = tcase_create ("ticker");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_all_are_called_by_one_source);
  tcase_add_loop_test (tc, test_cleared_inside, 0, G_N_ELEMENTS (cleared));
  tcase_add_test (tc, test_patient_timer_does_not_count_a_busy_thread);
  return s;
}

GST_CHECK_MAIN (ticker);
