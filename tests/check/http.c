/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticeerror.h"

/* Part of the test, so that the test is all there is to build. */
#include "httpside.c"

GST_START_TEST (test_caller_and_listener_make_a_call)
{
  Side caller, listener;

  side_init_listener (&listener, NULL, 0);
  side_init_caller (&caller, listener.port, NULL, 0);
  WAIT (caller.n_descriptions == 1);
  fail_unless_equals_string (caller.progress->str, "offer sent\n");
  fail_unless_equals_int (listener.n_descriptions, 1);

  side_clear (&caller);
  WAIT (listener.n_hung_up == 1);
  fail_unless (listener.error == NULL);
  side_clear (&listener);
}

GST_END_TEST;


GST_START_TEST (test_trickle_is_aggregated_in_order)
{
  Side caller, listener;

  side_init_listener (&listener, NULL, 0);
  side_init_caller (&caller, listener.port, NULL, 0);
  for (guint i = 0; i < 5; i++)
    side_send_candidate (&caller, 6000 + i);
  WAIT (caller.n_descriptions == 1);
  for (guint i = 5; i < 10; i++)
    side_send_candidate (&caller, 6000 + i);
  WAIT (strstr (listener.ports->str, "6009") != NULL);
  fail_unless_equals_string (listener.ports->str,
      "6000 6001 6002 6003 6004 6005 6006 6007 6008 6009 ");

  side_clear (&caller);
  side_clear (&listener);
}

GST_END_TEST;

GST_START_TEST (test_caller_waits_for_the_listener)
{
  Side caller, listener;
  guint port;
  gint64 start;
  g_autofree gchar *uri = NULL;

  side_init_listener (&listener, NULL, 0);
  port = listener.port;
  side_clear (&listener);

  side_init_caller (&caller, port, NULL, 0);
  WAIT (strstr (caller.progress->str, "waiting for http://127.0.0.1") != NULL);
  uri = g_strdup_printf ("http://:%u/cam", port);
  start = g_get_monotonic_time ();
  side_init (&listener, uri, NULL, 0);
  WAIT (caller.n_descriptions == 1);
  GST_INFO ("connected after %d us", (gint) (g_get_monotonic_time () - start));

  side_clear (&caller);
  WAIT (listener.n_hung_up == 1);
  side_clear (&listener);
}

GST_END_TEST;

GST_START_TEST (test_caller_gives_up_in_time)
{
  Side caller, listener;
  guint port;

  side_init_listener (&listener, NULL, 0);
  port = listener.port;
  side_clear (&listener);

  side_init_caller (&caller, port, NULL, 500);
  WAIT (caller.error != NULL);
  fail_unless_equals_int (caller.error->code, GST_ICE_ERROR_TIMEOUT);
  fail_unless (strstr (caller.error->message, "Nobody answers at http://127") &&
      strstr (caller.error->message, "refused; tried for "),
      "%s", caller.error->message);
  side_clear (&caller);
}

GST_END_TEST;

/* The second caller comes again, and is taken when the first has hung up. */
GST_START_TEST (test_second_caller_waits_for_the_first)
{
  Side one, two, listener;

  side_init_listener (&listener, NULL, 0);
  side_init_caller (&one, listener.port, NULL, 0);
  WAIT (one.n_descriptions == 1);
  side_init_caller (&two, listener.port, NULL, 0);
  WAIT (strstr (two.progress->str, "waiting for") != NULL);
  side_send_candidate (&one, 6000);
  WAIT (listener.ports->len > 0);
  fail_unless_equals_int (listener.n_hung_up, 0);

  side_clear (&one);
  WAIT (two.n_descriptions == 1);
  fail_unless_equals_int (listener.n_hung_up, 1);
  side_clear (&two);
  side_clear (&listener);
}

GST_END_TEST;

GST_START_TEST (test_token)
{
  Side caller, listener;

  side_init_listener (&listener, "s3cret", 0);
  side_init_caller (&caller, listener.port, "s3cret", 0);
  WAIT (caller.n_descriptions == 1);
  side_send_candidate (&caller, 6000);
  WAIT (listener.ports->len > 0);
  side_clear (&caller);
  WAIT (listener.n_hung_up == 1);

  side_init_caller (&caller, listener.port, "s3cres", 0);
  WAIT (caller.error != NULL);
  fail_unless_equals_int (caller.error->code, GST_ICE_ERROR_UNAUTHORIZED);
  fail_unless (strstr (caller.error->message, "s3cre") == NULL);
  side_clear (&caller);

  side_init_caller (&caller, listener.port, NULL, 0);
  WAIT (caller.error != NULL);
  fail_unless_equals_int (caller.error->code, GST_ICE_ERROR_UNAUTHORIZED);
  side_clear (&caller);
  fail_unless_equals_int (listener.n_descriptions, 1);
  side_clear (&listener);
}

GST_END_TEST;

static const struct
{
  GstIceError refusal;
  GstIceError told;
} refusals[] = {
  {GST_ICE_ERROR_BAD_DESCRIPTION, GST_ICE_ERROR_BAD_DESCRIPTION},
  {GST_ICE_ERROR_UNSUPPORTED, GST_ICE_ERROR_UNSUPPORTED},
  {GST_ICE_ERROR_BUSY, GST_ICE_ERROR_BUSY},
  {GST_ICE_ERROR_NO_PATH, GST_ICE_ERROR_SIGNALLING},
};

GST_START_TEST (test_rejected_offer)
{
  Side caller, listener;

  side_init_listener (&listener, NULL, 0);
  listener.refusal = g_error_new (GST_ICE_ERROR, refusals[__i__].refusal,
      "Not with me");
  side_init_caller (&caller, listener.port, NULL, 1500);
  WAIT (caller.error != NULL);
  fail_unless_equals_int (caller.error->code, refusals[__i__].told);
  fail_unless (strstr (caller.error->message, "Not with me") != NULL,
      "%s", caller.error->message);
  side_clear (&caller);
  side_clear (&listener);
}

GST_END_TEST;

/* The listener is free again, whatever the session did not do. */
GST_START_TEST (test_offer_that_is_not_answered)
{
  Side caller, listener;

  side_init_listener (&listener, NULL, 50);
  listener.answers = FALSE;
  side_init_caller (&caller, listener.port, NULL, 0);
  WAIT (caller.error != NULL);
  fail_unless (strstr (caller.error->message, "504") != NULL);
  WAIT (listener.n_hung_up == 1);
  side_clear (&caller);
  side_clear (&listener);
}

GST_END_TEST;

GST_START_TEST (test_caller_closes_while_asking)
{
  Side caller, listener;

  side_init_listener (&listener, NULL, 0);
  listener.answers = FALSE;
  side_init_caller (&caller, listener.port, NULL, 0);
  WAIT (listener.n_descriptions == 1);
  side_clear (&caller);
  WAIT (listener.n_hung_up == 1);

  /* Here the answer comes after the goodbye began, and the session ends too. */
  side_init_caller (&caller, listener.port, NULL, 0);
  WAIT (listener.n_descriptions == 2);
  side_close (&caller);
  side_send_description (&listener, GST_ICE_DESCRIPTION_ANSWER);
  WAIT (listener.n_hung_up == 2);
  side_clear (&caller);
  fail_unless_equals_int (caller.n_descriptions, 0);
  side_clear (&listener);
}

GST_END_TEST;

GST_START_TEST (test_listener_closes_while_asked)
{
  Side caller, listener;

  side_init_listener (&listener, NULL, 0);
  listener.answers = FALSE;
  side_init_caller (&caller, listener.port, NULL, 300);
  WAIT (listener.n_descriptions == 1);
  side_clear (&listener);
  WAIT (caller.error != NULL);
  fail_unless_equals_int (caller.n_descriptions, 0);
  side_clear (&caller);
}

GST_END_TEST;

GST_START_TEST (test_listener_hangs_up)
{
  Side caller, listener;

  side_init_listener (&listener, NULL, 0);
  for (guint i = 0; i < 3; i++) {
    side_init_caller (&caller, listener.port, NULL, 0);
    WAIT (caller.n_descriptions == 1);
    gst_ice_signaller_hang_up (listener.peer);
    gst_ice_signaller_set_full (listener.signaller, FALSE);
    side_clear (&caller);
  }
  fail_unless_equals_int (listener.n_descriptions, 3);
  fail_unless_equals_int (listener.n_hung_up, 0);
  side_clear (&listener);
}

GST_END_TEST;

static Suite *
http_suite (void)
{
  Suite *s = suite_create ("http");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_caller_and_listener_make_a_call);
  tcase_add_test (tc, test_trickle_is_aggregated_in_order);
  tcase_add_test (tc, test_caller_waits_for_the_listener);
  tcase_add_test (tc, test_caller_gives_up_in_time);
  tcase_add_test (tc, test_second_caller_waits_for_the_first);
  tcase_add_test (tc, test_token);
  tcase_add_loop_test (tc, test_rejected_offer, 0, G_N_ELEMENTS (refusals));
  tcase_add_test (tc, test_offer_that_is_not_answered);
  tcase_add_test (tc, test_caller_closes_while_asking);
  tcase_add_test (tc, test_listener_closes_while_asked);
  tcase_add_test (tc, test_listener_hangs_up);
  return s;
}

GST_CHECK_MAIN (http);
