/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticeerror.h"

/* Part of the test, so that the test is all there is to build. */
#include "httpside.c"

GST_START_TEST (test_full_listener_refuses)
{
  Side listener;
  Raw raw;
  g_autofree gchar *reply = NULL;
  g_autofree gchar *later = NULL;

  side_init_listener (&listener, NULL, 0);
  listener.answers = FALSE;
  raw_send (&raw, listener.port, raw_make_request ("POST /cam", SDP, OFFER));
  WAIT (listener.n_descriptions == 1);
  gst_ice_signaller_set_full (listener.signaller, TRUE);
  reply = raw_ask (listener.port, "POST /cam", SDP, OFFER);
  assert_reply (reply, 503, "Retry-After: 1");
  side_send_description (&listener, GST_ICE_DESCRIPTION_ANSWER);
  WAIT (raw.ended);
  assert_reply (raw.reply->str, 201, "");
  fail_unless_equals_int (listener.n_descriptions, 1);
  fail_unless_equals_int (listener.n_hung_up, 0);
  raw_clear (&raw);
  gst_ice_signaller_set_full (listener.signaller, FALSE);
  listener.answers = TRUE;
  later = raw_ask (listener.port, "POST /cam", SDP, OFFER);
  assert_reply (later, 201, "");
  side_clear (&listener);
}

GST_END_TEST;

/* Returns: (transfer full): the path of a call that is made */
static gchar *
make_call (Side * listener)
{
  g_autofree gchar *made = raw_ask (listener->port, "POST /cam", SDP, OFFER);

  assert_reply (made, 201, "");
  return get_session (made);
}

static void
end_call (Side * listener, const gchar * path, guint status)
{
  g_autofree gchar *line = g_strdup_printf ("DELETE %s", path);
  g_autofree gchar *reply = raw_ask (listener->port, line, "", "");

  assert_reply (reply, status, "");
}

/* Issue 17, 1: each call has an address of its own; one that ends leaves the others. */
GST_START_TEST (test_several_calls)
{
  Side listener;
  gchar *paths[3];

  side_init_listener (&listener, NULL, 0);
  listener.several = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    paths[i] = make_call (&listener);
  fail_if (g_str_equal (paths[0], paths[1]) || g_str_equal (paths[1],
          paths[2]));
  fail_unless_equals_int (listener.n_descriptions, 3);

  end_call (&listener, paths[1], 200);
  WAIT (listener.n_hung_up == 1);
  end_call (&listener, paths[1], 404);
  fail_unless_equals_int (trickle (&listener, paths[0]), 204);
  fail_unless_equals_int (trickle (&listener, paths[1]), 404);
  fail_unless_equals_int (trickle (&listener, paths[2]), 204);

  /* The session ends the one that came last. */
  gst_ice_signaller_hang_up (listener.peer);
  fail_unless_equals_int (trickle (&listener, paths[2]), 404);
  fail_unless_equals_int (trickle (&listener, paths[0]), 204);
  fail_unless_equals_int (listener.n_hung_up, 1);
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    g_free (paths[i]);
  side_clear (&listener);
}

GST_END_TEST;

/* Who is refused, or waits, costs nobody else a call. */
GST_START_TEST (test_refused_newcomer_leaves_the_call)
{
  Side listener;
  g_autofree gchar *path = NULL;
  g_autofree gchar *reply = NULL;
  Raw raw;

  side_init_listener (&listener, NULL, 0);
  listener.several = TRUE;
  path = make_call (&listener);
  listener.refusal = g_error_new_literal (GST_ICE_ERROR,
      GST_ICE_ERROR_UNSUPPORTED, "no");
  reply = raw_ask (listener.port, "POST /cam", SDP, OFFER);
  assert_reply (reply, 422, "no");
  fail_unless_equals_int (listener.n_hung_up, 0);
  g_clear_error (&listener.refusal);

  listener.answers = FALSE;
  raw_send (&raw, listener.port, raw_make_request ("POST /cam", SDP, OFFER));
  WAIT (listener.n_descriptions == 3);
  fail_unless_equals_int (trickle (&listener, path), 204);
  fail_unless_equals_string (listener.ports->str, "6000 ");
  end_call (&listener, path, 200);
  WAIT (listener.n_hung_up == 1);
  raw_clear (&raw);
  WAIT (listener.n_hung_up == 2);
  side_clear (&listener);
}

GST_END_TEST;

#define ASKS_AS(headers) SDP "Authorization: Bearer s3cret\r\n" headers

static const struct
{
  const gchar *headers;
  const gchar *address;
} peers[] = {
  {ASKS_AS (""), "127.0.0.1"},
  /* A proxy on this host is believed, and only what it has added itself. */
  {ASKS_AS ("X-Forwarded-For: 203.0.113.9\r\n"), "203.0.113.9"},
  {ASKS_AS ("X-Forwarded-For: 198.51.100.1, 203.0.113.9\r\n"), "203.0.113.9"},
  {ASKS_AS ("X-Forwarded-For: nonsense\r\n"), "127.0.0.1"},
};

/* Issue 17, 8: but what proves who it is stays here. */
GST_START_TEST (test_session_learns_who_calls)
{
  Side listener;
  g_autofree gchar *reply = NULL;
  g_autoptr (GstStructure) peer = NULL;
  g_autofree gchar *text = NULL;

  side_init_listener (&listener, "s3cret", 0);
  reply = raw_ask (listener.port, "POST /cam", peers[__i__].headers, OFFER);
  assert_reply (reply, 201, "");
  peer = gst_ice_signaller_describe_peer (listener.peer);
  fail_unless_equals_string (gst_structure_get_string (peer, "address"),
      peers[__i__].address);
  fail_unless_equals_string (gst_structure_get_string (peer, "path"), "/cam");
  text = gst_structure_to_string (peer);
  fail_unless (strstr (text, "Content-Type") != NULL, "%s", text);
  fail_unless (strstr (text, "s3cret") == NULL, "%s", text);
  side_clear (&listener);
}

GST_END_TEST;

static Suite *
httpseveral_suite (void)
{
  Suite *s = suite_create ("httpseveral");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_full_listener_refuses);
  tcase_add_test (tc, test_several_calls);
  tcase_add_test (tc, test_refused_newcomer_leaves_the_call);
  tcase_add_loop_test (tc, test_session_learns_who_calls, 0,
      G_N_ELEMENTS (peers));
  return s;
}

GST_CHECK_MAIN (httpseveral);
