/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Further offers in a call, as values: what they change, and how they are taken back. */

#include "config.h"

#include "gsticeerror.h"
#include "negotiationside.h"

#define H264 "application/x-rtp, media=video, encoding-name=H264, " \
    "clock-rate=90000, packetization-mode=(string)1, " \
    "profile-level-id=(string)42e01f"

/* Returns: (transfer none): the claim @name of @side */
static GstIceClaim *
find_claim (Side * side, const gchar * name)
{
  g_autoptr (GPtrArray) claims = gst_ice_claims_list_ready (side->claims);

  for (guint i = 0; i < claims->len; i++) {
    GstIceClaim *claim = g_ptr_array_index (claims, i);

    if (g_str_equal (claim->name, name))
      return claim;
  }
  fail ("no %s", name);
  return NULL;
}

/* A call in which video goes one way: an m-line has one codec for both. */
static void
init_call (Side * caller, Side * listener)
{
  init_both (caller, listener);
  gst_ice_claims_remove (caller->claims, find_claim (caller, "vsrc"));
  gst_ice_claims_remove (listener->claims, find_claim (listener, "v"));
  agree (caller, listener);
}

/* The icesink of @side for video sends @caps from here on. */
static void
change_video (Side * side, const gchar * caps)
{
  GstIceClaim *claim = find_claim (side, "v");
  g_autoptr (GstCaps) formats = gst_caps_from_string (caps);

  fail_unless (gst_ice_claim_is_changed_by (claim, VIDEO, formats));
  fail_unless (gst_ice_claims_set_ready (side->claims, claim, VIDEO, formats,
          NULL));
}

/* The icesrc of @side for video takes @caps from here on. */
static void
accept_video (Side * side, const gchar * caps)
{
  GstIceClaim *claim = gst_ice_mlines_get (side->mlines, 1)->receive[0];
  g_autoptr (GstCaps) formats = gst_caps_from_string (caps);

  gst_caps_replace (&claim->formats, formats);
}

static gboolean
needs_offer (Side * side)
{
  return gst_ice_negotiation_needs_offer (side->negotiation);
}

/* Asserts the formats of m-line 1: "H264/96 VP8/97". */
static void
assert_formats (GstCaps * formats, const gchar * expected)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < gst_caps_get_size (formats); i++) {
    const GstStructure *format = gst_caps_get_structure (formats, i);
    gint payload = -1;

    gst_structure_get_int (format, "payload", &payload);
    g_string_append_printf (text, "%s%s/%d", i > 0 ? " " : "",
        gst_structure_get_string (format, "encoding-name"), payload);
  }
  fail_unless_equals_string (text->str, expected);
}

/* Asserts the formats in the offer of @from, which @to answers. */
static void
renegotiate (Side * from, Side * to, const gchar * offered)
{
  g_autoptr (GstIceDescription) offer = NULL;
  g_autoptr (GstIceDescription) answer = NULL;

  begin_offer (from);
  offer = describe (from, OFFER);
  assert_formats (gst_ice_description_get_media (offer, 1)->formats, offered);
  take (to, offer);
  answer = describe (to, ANSWER);
  take (from, answer);
}

/* RFC 3264, 8.3.2. */
GST_START_TEST (test_payload_types_keep_their_meaning)
{
  Side caller, listener;

  init_call (&caller, &listener);
  fail_if (needs_offer (&caller));
  accept_video (&listener, VP8 "; " H264);
  change_video (&caller, H264 ", payload=97");
  fail_unless (needs_offer (&caller));
  renegotiate (&caller, &listener, "H264/96 VP8/97");
  assert_actions (&caller, "formats:1");
  assert_actions (&listener, "formats:1");
  assert_formats (gst_ice_mlines_get (caller.mlines, 1)->formats,
      "H264/96 VP8/97");
  fail_if (needs_offer (&caller));
  fail_if (needs_offer (&listener));

  /* What is agreed already is not offered again. */
  change_video (&caller, VP8);
  fail_if (needs_offer (&caller));
  clear_both (&caller, &listener);
}

GST_END_TEST;

GST_START_TEST (test_refused_change_is_offered_once)
{
  Side caller, listener;

  init_call (&caller, &listener);
  change_video (&caller, H264 ", payload=97");
  renegotiate (&caller, &listener, "H264/96 VP8/97");
  assert_actions (&caller, "");
  fail_unless (gst_ice_mlines_get (caller.mlines, 1)->change_refused);
  fail_if (gst_ice_mlines_get (caller.mlines, 1)->rejected);
  fail_if (needs_offer (&caller));
  clear_both (&caller, &listener);
}

GST_END_TEST;

/* As fast as they come, numbers do not run out. */
GST_START_TEST (test_hundred_changes_use_two_numbers)
{
  Side caller, listener;

  init_call (&caller, &listener);
  for (guint i = 0; i < 100; i++) {
    const gboolean h264 = i % 2 == 0;

    accept_video (&listener, h264 ? H264 : VP8);
    change_video (&caller, h264 ? H264 ", payload=101" : VP8);
    fail_unless (needs_offer (&caller));
    renegotiate (&caller, &listener, h264 ? "H264/101 VP8/97" :
        "VP8/97 H264/101");
    assert_actions (&caller, "formats:1");
    assert_actions (&listener, "formats:1");
  }
  clear_both (&caller, &listener);
}

GST_END_TEST;

static void
remove_claims (Side * side, guint mline)
{
  for (guint n = 0; n < 2; n++) {
    GstIceMline *each = gst_ice_mlines_get (side->mlines, mline);
    GstIceClaim *claim = n == 0 ? each->send[0] : each->receive[0];

    gst_ice_mlines_forget_claim (side->mlines, claim);
    gst_ice_claims_remove (side->claims, claim);
  }
}

/* The peer's answer has port 0, and the rest goes on. */
GST_START_TEST (test_m_line_without_elements_is_withdrawn)
{
  Side caller, listener;
  g_autoptr (GstIceDescription) offer = NULL;
  g_autoptr (GstIceDescription) answer = NULL;

  init_both (&caller, &listener);
  agree (&caller, &listener);
  remove_claims (&caller, 1);
  fail_unless (needs_offer (&caller));
  begin_offer (&caller);
  offer = describe (&caller, OFFER);
  fail_if (gst_ice_description_get_media (offer, 0)->rejected);
  fail_unless (gst_ice_description_get_media (offer, 1)->rejected);
  fail_if (gst_ice_mlines_get (caller.mlines, 1)->rejected);
  take (&listener, offer);
  answer = describe (&listener, ANSWER);
  take (&caller, answer);
  assert_actions (&caller, "refused:1");
  assert_actions (&listener, "refused:1");
  fail_if (needs_offer (&caller));
  clear_both (&caller, &listener);
}

GST_END_TEST;

/* Port 0 would take the transport away from the others. */
GST_START_TEST (test_transport_of_others_stays)
{
  Side caller, listener;
  g_autoptr (GstIceDescription) offer = NULL;
  g_autoptr (GstIceDescription) answer = NULL;

  init_both (&caller, &listener);
  gst_ice_negotiation_set_bundle_policy (caller.negotiation,
      GST_ICE_BUNDLE_MAX_BUNDLE);
  agree (&caller, &listener);
  remove_claims (&caller, 0);
  fail_unless (needs_offer (&caller));
  begin_offer (&caller);
  offer = describe (&caller, OFFER);
  fail_if (gst_ice_description_get_media (offer, 0)->rejected);
  fail_unless_equals_int (gst_ice_description_get_media (offer, 0)->direction,
      GST_ICE_DIRECTION_INACTIVE);
  take (&listener, offer);
  answer = describe (&listener, ANSWER);
  take (&caller, answer);
  assert_actions (&caller, "direction:0");
  assert_actions (&listener, "direction:0");
  fail_if (needs_offer (&caller));
  clear_both (&caller, &listener);
}

GST_END_TEST;

static void
add_audio (Side * side)
{
  claim_full (side->claims, "more", GST_ICE_DIRECTION_SENDONLY,
      GST_ICE_COMPONENT_RTP, "more", AUDIO, PCMU);
}

/* RFC 8829, 4.1.10.2. */
GST_START_TEST (test_roll_back_removes_what_is_new)
{
  Side caller, listener;
  g_autoptr (GstIceCandidate) candidate = candidate_new ("192.0.2.9", 9, 1);

  init_both (&caller, &listener);
  agree (&caller, &listener);
  add_audio (&listener);
  change_video (&listener, H264 ", payload=96");
  begin_offer (&listener);
  assert_actions (&listener, "open:2");
  /* The peer's, of an m-line that it offers itself. */
  gst_ice_negotiation_add_remote (listener.negotiation, 2, candidate);
  fail_unless (gst_ice_negotiation_is_reoffering (listener.negotiation));

  gst_ice_negotiation_roll_back (listener.negotiation);
  assert_actions (&listener, "close:2");
  fail_unless_equals_int (gst_ice_mlines_get_size (listener.mlines), 2);
  fail_unless_equals_int (gst_ice_stream_get_n_remote (stream_of
          (listener.negotiation, 2)), 1);
  fail_unless (gst_ice_mlines_get (listener.mlines, 1)->offered_formats ==
      NULL);
  fail_unless (gst_ice_negotiation_is_stable (listener.negotiation));
  fail_unless (needs_offer (&listener));

  /* Its agent was not made yet. */
  begin_offer (&listener);
  gst_ice_negotiation_roll_back (listener.negotiation);
  assert_actions (&listener, "close:2");
  clear_both (&caller, &listener);
}

GST_END_TEST;

/* The listener's offer gives way to the caller's, and has its turn after it. */
GST_START_TEST (test_crossed_offers_collide)
{
  Side caller, listener;
  g_autoptr (GstIceDescription) ours = NULL, theirs = NULL, answer = NULL;

  init_both (&caller, &listener);
  agree (&caller, &listener);
  accept_video (&caller, VP8 "; " H264);
  accept_video (&listener, VP8 "; " H264);
  change_video (&caller, H264 ", payload=100");
  change_video (&listener, H264 ", payload=101");
  begin_offer (&caller);
  begin_offer (&listener);
  ours = describe (&caller, OFFER);
  theirs = describe (&listener, OFFER);
  fail_unless (gst_ice_negotiation_collides (caller.negotiation, theirs));
  fail_unless (gst_ice_negotiation_collides (listener.negotiation, ours));
  refuse (&listener, ours, GST_ICE_ERROR_BAD_STATE);

  gst_ice_negotiation_roll_back (listener.negotiation);
  take (&listener, ours);
  answer = describe (&listener, ANSWER);
  take (&caller, answer);
  /* One format does for both. */
  fail_if (needs_offer (&listener));
  fail_if (needs_offer (&caller));
  assert_actions (&caller, "formats:1");
  assert_actions (&listener, "formats:1");
  clear_both (&caller, &listener);
}

GST_END_TEST;

static void
gather_again (Side * side)
{
  for (guint i = 0; i < 2; i++) {
    g_autofree gchar *ufrag = g_strdup_printf ("R%c%u", side->name, i);
    g_autofree gchar *pwd = g_strdup_printf ("%s-password-of-22-chars", ufrag);

    gst_ice_stream_set_credentials (stream_of (side->negotiation, i), ufrag,
        pwd);
    add_local (side, i, 7000 + i);
    gst_ice_stream_set_gathered (stream_of (side->negotiation, i));
  }
}

static void
begin_restart (Side * side)
{
  fail_unless (gst_ice_negotiation_begin_restart (side->negotiation, NULL));
  gather_again (side);
}

/* Two restarts answer each other; a restart and another offer do not. */
GST_START_TEST (test_restart_collides_with_a_change)
{
  Side caller, listener;
  g_autoptr (GstIceDescription) change = NULL, restart = NULL;

  init_both (&caller, &listener);
  agree (&caller, &listener);
  begin_restart (&listener);
  restart = describe (&listener, OFFER);
  change_video (&caller, H264 ", payload=100");
  begin_offer (&caller);
  change = describe (&caller, OFFER);
  fail_unless (gst_ice_negotiation_collides (listener.negotiation, change));
  fail_unless (gst_ice_negotiation_collides (caller.negotiation, restart));

  gst_ice_negotiation_roll_back (listener.negotiation);
  fail_if (gst_ice_negotiation_is_restarting (listener.negotiation));
  take (&listener, change);
  clear_both (&caller, &listener);
}

GST_END_TEST;

/* The new generation goes on, and no other begins. */
GST_START_TEST (test_offer_in_the_middle_of_a_restart)
{
  Side caller, listener;
  g_autoptr (GstIceDescription) offer = NULL, answer = NULL;

  init_call (&caller, &listener);
  begin_restart (&listener);
  offer = describe (&listener, OFFER);
  take (&caller, offer);
  gather_again (&caller);
  answer = describe (&caller, ANSWER);
  take (&listener, answer);
  g_free (get_actions (&caller));
  g_free (get_actions (&listener));

  fail_unless (gst_ice_negotiation_is_restarting (listener.negotiation));
  accept_video (&listener, VP8 "; " H264);
  change_video (&caller, H264 ", payload=100");
  renegotiate (&caller, &listener, "H264/100 VP8/97");
  assert_actions (&caller, "formats:1");
  assert_actions (&listener, "formats:1");
  fail_unless (gst_ice_negotiation_is_restarting (listener.negotiation));
  clear_both (&caller, &listener);
}

GST_END_TEST;

static Suite *
reoffers_suite (void)
{
  Suite *suite = suite_create ("reoffers");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_payload_types_keep_their_meaning);
  tcase_add_test (tcase, test_refused_change_is_offered_once);
  tcase_add_test (tcase, test_hundred_changes_use_two_numbers);
  tcase_add_test (tcase, test_m_line_without_elements_is_withdrawn);
  tcase_add_test (tcase, test_transport_of_others_stays);
  tcase_add_test (tcase, test_roll_back_removes_what_is_new);
  tcase_add_test (tcase, test_crossed_offers_collide);
  tcase_add_test (tcase, test_restart_collides_with_a_change);
  tcase_add_test (tcase, test_offer_in_the_middle_of_a_restart);
  return suite;
}

GST_CHECK_MAIN (reoffers);
