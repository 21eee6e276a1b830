/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The direction of media as it is agreed, and agreed anew: hold and resume (RFC 3264). */

#include "config.h"

#include "negotiationside.h"

#define INACTIVE GST_ICE_DIRECTION_INACTIVE
#define SENDONLY GST_ICE_DIRECTION_SENDONLY
#define RECVONLY GST_ICE_DIRECTION_RECVONLY
#define SENDRECV GST_ICE_DIRECTION_SENDRECV

/* What the peer says of audio, and what our end, which would send and receive, does. */
static const struct
{
  GstIceDirection theirs, ours;
} rows[] = {
  {SENDRECV, SENDRECV},
  {SENDONLY, RECVONLY},
  {RECVONLY, SENDONLY},
  {INACTIVE, INACTIVE},
};

static GstIceDirection
get_direction (Side * side)
{
  return gst_ice_mlines_get (side->mlines, 0)->direction;
}

GST_START_TEST (test_answer_decides_on_the_direction)
{
  g_autoptr (GstIceDescription) offer = NULL;
  g_autoptr (GstIceDescription) answer = NULL;
  Side caller, listener;

  init_both (&caller, &listener);
  begin_offer (&caller);
  gather (&caller);
  offer = describe (&caller, OFFER);
  take (&listener, offer);
  gather (&listener);
  answer = describe (&listener, ANSWER);
  gst_ice_description_get_media (answer, 0)->direction = rows[__i__].theirs;
  take (&caller, answer);
  fail_unless_equals_int (get_direction (&caller), rows[__i__].ours);
  assert_actions (&caller, rows[__i__].ours == SENDRECV ?
      "open:0 open:1 agreed:0 agreed:1" :
      "open:0 open:1 agreed:0 direction:0 agreed:1");
  clear_both (&caller, &listener);
}

GST_END_TEST;

/* Returns: (transfer full): what the listener answers to a further offer of the caller's
 *     with @direction */
static GstIceDescription *
offer_again (Side * caller, Side * listener, GstIceDirection direction)
{
  g_autoptr (GstIceDescription) offer = NULL;
  GstIceDescription *answer;

  begin_offer (caller);
  offer = describe (caller, OFFER);
  gst_ice_description_get_media (offer, 0)->direction = direction;
  take (listener, offer);
  answer = describe (listener, ANSWER);
  take (caller, answer);
  return answer;
}

GST_START_TEST (test_offer_holds_and_resumes)
{
  const gboolean changes = rows[__i__].theirs != SENDRECV;
  g_autoptr (GstIceDescription) held = NULL;
  g_autoptr (GstIceDescription) again = NULL;
  g_autoptr (GstIceDescription) resumed = NULL;
  Side caller, listener;

  init_both (&caller, &listener);
  agree (&caller, &listener);
  held = offer_again (&caller, &listener, rows[__i__].theirs);
  fail_unless_equals_int (gst_ice_description_get_media (held, 0)->direction,
      rows[__i__].ours);
  fail_unless_equals_int (gst_ice_description_get_media (held, 1)->direction,
      SENDRECV);
  assert_actions (&listener, changes ? "direction:0" : "");

  /* The same again is no news. */
  again = offer_again (&caller, &listener, rows[__i__].theirs);
  assert_actions (&listener, "");

  resumed = offer_again (&caller, &listener, SENDRECV);
  fail_unless_equals_int (gst_ice_description_get_media (resumed, 0)->direction,
      SENDRECV);
  assert_actions (&listener, changes ? "direction:0" : "");
  fail_unless_equals_int (get_direction (&listener), SENDRECV);
  clear_both (&caller, &listener);
}

GST_END_TEST;

/* It is for the peer to say that it goes on holding. */
GST_START_TEST (test_offer_says_what_elements_would_do)
{
  g_autoptr (GstIceDescription) held = NULL;
  g_autoptr (GstIceDescription) offer = NULL;
  Side caller, listener;

  init_both (&caller, &listener);
  agree (&caller, &listener);
  held = offer_again (&caller, &listener, INACTIVE);
  begin_offer (&listener);
  offer = describe (&listener, OFFER);
  fail_unless_equals_int (gst_ice_description_get_media (offer, 0)->direction,
      SENDRECV);
  clear_both (&caller, &listener);
}

GST_END_TEST;

GST_START_TEST (test_port_0_ends_one_mline)
{
  g_autoptr (GstIceDescription) offer = NULL;
  g_autoptr (GstIceDescription) answer = NULL;
  Side caller, listener;

  init_both (&caller, &listener);
  agree (&caller, &listener);
  begin_offer (&caller);
  offer = describe (&caller, OFFER);
  gst_ice_description_get_media (offer, 0)->rejected = TRUE;
  take (&listener, offer);
  assert_actions (&listener, "refused:0");
  answer = describe (&listener, ANSWER);
  fail_unless (gst_ice_description_get_media (answer, 0)->rejected);
  fail_if (gst_ice_description_get_media (answer, 1)->rejected);
  clear_both (&caller, &listener);
}

GST_END_TEST;

static Suite *
direction_suite (void)
{
  Suite *suite = suite_create ("direction");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_answer_decides_on_the_direction, 0,
      G_N_ELEMENTS (rows));
  tcase_add_loop_test (tcase, test_offer_holds_and_resumes, 0,
      G_N_ELEMENTS (rows));
  tcase_add_test (tcase, test_offer_says_what_elements_would_do);
  tcase_add_test (tcase, test_port_0_ends_one_mline);
  return suite;
}

GST_CHECK_MAIN (direction);
