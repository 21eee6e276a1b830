/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* libnice as the full peer of a lite end, without consent of its own: once a pair is
 * nominated it sends no checks, only indications. */

#include "liteend.h"

#include <nice/agent.h>

#define CONSENT_MS 4000
/* Looks come once a second. */
#define LONG_ENOUGH_US ((CONSENT_MS + 3000) * G_TIME_SPAN_MILLISECOND)
#define PACKET_MS 50

static void
on_gathered (NiceAgent * nice, guint stream, gpointer done)
{
  *(gboolean *) done = TRUE;
}

static void
on_packet (NiceAgent * nice, guint stream, guint component, guint size,
    gchar * data, gpointer n_received)
{
  ++*(guint *) n_received;
}

static NiceAgent *
nice_new (gboolean aggressive, guint * n_received)
{
  NiceAgent *nice = nice_agent_new_full (lite_end_context,
      NICE_COMPATIBILITY_RFC5245,
      aggressive ? 0 : NICE_AGENT_OPTION_REGULAR_NOMINATION);
  gboolean gathered = FALSE;
  NiceAddress address;

  g_object_set (nice, "controlling-mode", TRUE, "ice-tcp", FALSE, "upnp",
      FALSE, NULL);
  nice_address_init (&address);
  nice_address_set_from_string (&address, "127.0.0.1");
  nice_agent_add_local_address (nice, &address);
  fail_unless_equals_int (nice_agent_add_stream (nice, 1), 1);
  nice_agent_attach_recv (nice, 1, 1, lite_end_context, on_packet, n_received);
  g_signal_connect (nice, "candidate-gathering-done", G_CALLBACK (on_gathered),
      &gathered);
  fail_unless (nice_agent_gather_candidates (nice, 1));
  WAIT_UNTIL (gathered);
  g_signal_handlers_disconnect_by_data (nice, &gathered);
  return nice;
}

static void
connect_to (NiceAgent * nice, LiteEnd * end)
{
  const GstIceCandidate *ours = lite_end_get_candidate (end, 1, FALSE);
  NiceCandidate *candidate = nice_candidate_new (NICE_CANDIDATE_TYPE_HOST);
  gchar *ufrag, *password;
  GSList *list = NULL;

  candidate->stream_id = candidate->component_id = 1;
  candidate->transport = NICE_CANDIDATE_TRANSPORT_UDP;
  candidate->priority = ours->priority;
  g_strlcpy (candidate->foundation, "1", sizeof (candidate->foundation));
  nice_address_init (&candidate->addr);
  nice_address_set_from_string (&candidate->addr, ours->address);
  nice_address_set_port (&candidate->addr, ours->port);
  candidate->base_addr = candidate->addr;
  fail_unless (nice_agent_get_local_credentials (nice, 1, &ufrag, &password));
  lite_end_answer_by (end, ufrag);
  fail_unless (nice_agent_set_remote_credentials (nice, 1, end->ufrag,
          end->password));
  list = g_slist_append (list, candidate);
  fail_unless (nice_agent_set_remote_candidates (nice, 1, 1, list) > 0);
  g_slist_free_full (list, (GDestroyNotify) nice_candidate_free);
  g_free (ufrag);
  g_free (password);
}

static const struct
{
  const gchar *what;
  gboolean aggressive;
  gboolean authentic;           /* a cipher finds that its media is its own */
} rows[] = {
  {"regular nomination, media that is authentic", FALSE, TRUE},
  {"aggressive, media that is authentic", TRUE, TRUE},
  {"media that anybody may have sent", FALSE, FALSE},
};

/* Media goes both ways, for longer than consent lasts. */
GST_START_TEST (test_media_consents)
{
  gint64 next_us = g_get_monotonic_time (), until_us;
  g_autoptr (GstBufferList) list = gst_buffer_list_new ();
  guint n_received = 0, n_sent = 0;
  NiceAgent *nice = nice_new (rows[__i__].aggressive, &n_received);
  gchar packet[200] = { (gchar) 0x80, };
  LiteEnd end;

  fail_unless (lite_end_open (&end, &(LiteEndSettings) {
          .consent_ms = CONSENT_MS,.is_encrypted = TRUE}, NULL));
  connect_to (nice, &end);
  WAIT_UNTIL (end.state == GST_ICE_AGENT_COMPLETED);
  gst_buffer_list_add (list, test_packet (0, sizeof (packet), 1));
  until_us = g_get_monotonic_time () + LONG_ENOUGH_US;
  while (g_get_monotonic_time () < until_us && end.n_lost == 0) {
    if (g_get_monotonic_time () < next_us) {
      if (!g_main_context_iteration (lite_end_context, FALSE))
        g_usleep (1000);
      continue;
    }
    next_us += PACKET_MS * G_TIME_SPAN_MILLISECOND;
    nice_agent_send (nice, 1, 1, sizeof (packet), packet);
    n_sent += gst_ice_route_send_list (end.route, list, 0, NULL, NULL);
    if (rows[__i__].authentic)
      gst_ice_route_vouch (end.route);
  }
  fail_unless_equals_int (end.n_lost, rows[__i__].authentic ? 0 : 1);
  WAIT_UNTIL (n_received == n_sent);
  lite_end_close (&end);
  g_object_unref (nice);
}

GST_END_TEST;

static Suite *
litenice_suite (void)
{
  Suite *s = suite_create ("litenice");
  TCase *tc = tcase_create ("libnice");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, lite_end_set_up, lite_end_tear_down);
  tcase_add_loop_test (tc, test_media_consents, 0, G_N_ELEMENTS (rows));
  return s;
}

GST_CHECK_MAIN (litenice);
