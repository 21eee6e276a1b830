/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* firstframe KIND: a camera that a browser plays by one POST of its offer. Prints the port
 * of the URI http://127.0.0.1:PORT/cam, and ends when its standard input does.
 *
 * KIND: ice: icesink; webrtc: webrtcbin behind a server that does no more than needed, and
 * answers with all candidates; webrtc-at-once: the same, but it answers without waiting for
 * candidates: checks of its own show the browser where it is. */

#include <gst/gst.h>
#include <gst/sdp/sdp.h>
#include <libsoup/soup.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>

#define CAMERA "videotestsrc is-live=true ! " \
    "video/x-raw,width=320,height=240,framerate=30/1 ! " \
    "vp8enc deadline=1 cpu-used=8 keyframe-max-dist=30 ! rtpvp8pay ! " \
    "application/x-rtp,payload=96 ! "

static GMainLoop *loop;

static GstElement *
play (const gchar * description)
{
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch (description, &error);

  if (error != NULL) {
    g_printerr ("%s\n", error->message);
    exit (1);
  }
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  return pipeline;
}

static void
print_port (guint port)
{
  g_print ("%u\n", port);
  fflush (stdout);
}

/* icesink */

static gboolean
on_message (GstBus * bus, GstMessage * message, gpointer user_data)
{
  g_autofree gchar *text = NULL;
  const gchar *found;

  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_PROGRESS)
    return G_SOURCE_CONTINUE;
  gst_message_parse_progress (message, NULL, NULL, &text);
  found = strstr (text, "http://0.0.0.0:");
  if (found != NULL)
    print_port ((guint) atoi (found + strlen ("http://0.0.0.0:")));
  return G_SOURCE_CONTINUE;
}

static GstElement *
make_ice (void)
{
  GstElement *pipeline =
      play (CAMERA "icesink allow-origin=* signalling-uri=http://:0/cam");
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  gst_bus_add_watch (bus, on_message, NULL);
  return pipeline;
}

/* webrtcbin */

typedef struct
{
  GstElement *end;
  SoupServer *server;
  SoupServerMessage *message;   /* owned; NULL when it is answered */
  gboolean at_once;
} Door;

static void
answer (Door * door)
{
  GstWebRTCSessionDescription *description = NULL;
  GstWebRTCICEGatheringState state;
  gchar *text;

  g_object_get (door->end, "ice-gathering-state", &state,
      "local-description", &description, NULL);
  if (door->message == NULL || description == NULL ||
      (state != GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE && !door->at_once)) {
    g_clear_pointer (&description, gst_webrtc_session_description_free);
    return;
  }

  text = gst_sdp_message_as_text (description->sdp);
  gst_webrtc_session_description_free (description);
  soup_server_message_set_status (door->message, SOUP_STATUS_CREATED, NULL);
  soup_server_message_set_response (door->message, "application/sdp",
      SOUP_MEMORY_TAKE, text, strlen (text));
  soup_message_headers_append (soup_server_message_get_response_headers
      (door->message), "Location", "/cam/1");
  soup_server_message_unpause (door->message);
  g_clear_object (&door->message);
}

static gboolean
answer_later (gpointer door)
{
  answer (door);
  return G_SOURCE_REMOVE;
}

static void
on_gathering_state (GstElement * end, GParamSpec * pspec, gpointer door)
{
  g_idle_add (answer_later, door);
}

static void
on_answer (GstPromise * promise, gpointer user_data)
{
  Door *door = user_data;
  GstWebRTCSessionDescription *description = NULL;

  gst_structure_get (gst_promise_get_reply (promise), "answer",
      GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &description, NULL);
  g_signal_emit_by_name (door->end, "set-local-description", description, NULL);
  gst_webrtc_session_description_free (description);
  gst_promise_unref (promise);
  g_idle_add (answer_later, door);
}

static void
on_post (SoupServer * server, SoupServerMessage * message, const char *path,
    GHashTable * query, gpointer user_data)
{
  Door *door = user_data;
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  SoupMessageHeaders *headers =
      soup_server_message_get_response_headers (message);
  GstWebRTCSessionDescription *offer;
  GstSDPMessage *sdp;

  soup_message_headers_append (headers, "Access-Control-Allow-Origin", "*");
  soup_message_headers_append (headers, "Access-Control-Allow-Headers",
      "Content-Type");
  soup_server_message_set_status (message, SOUP_STATUS_NO_CONTENT, NULL);
  if (!g_str_equal (soup_server_message_get_method (message), "POST"))
    return;

  gst_sdp_message_new_from_text (body->data, &sdp);
  offer = gst_webrtc_session_description_new (GST_WEBRTC_SDP_TYPE_OFFER, sdp);
  door->message = g_object_ref (message);
  soup_server_message_pause (message);
  g_signal_emit_by_name (door->end, "set-remote-description", offer, NULL);
  g_signal_emit_by_name (door->end, "create-answer", NULL,
      gst_promise_new_with_change_func (on_answer, door, NULL));
  gst_webrtc_session_description_free (offer);
}

static GstElement *
make_webrtc (Door * door)
{
  GstElement *pipeline = play (CAMERA "webrtcbin name=end latency=0");
  g_autoslist (GUri) uris = NULL;

  door->end = gst_bin_get_by_name (GST_BIN (pipeline), "end");
  g_signal_connect (door->end, "notify::ice-gathering-state",
      G_CALLBACK (on_gathering_state), door);
  door->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (door->server, "/cam", on_post, door, NULL);
  if (!soup_server_listen_local (door->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY,
          NULL))
    exit (1);
  uris = soup_server_get_uris (door->server);
  print_port ((guint) g_uri_get_port (uris->data));
  return pipeline;
}

static gboolean
on_input (GIOChannel * channel, GIOCondition condition, gpointer user_data)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GIOChannel) input = g_io_channel_unix_new (0);
  GstElement *pipeline;
  Door door = { NULL, };

  gst_init (&argc, &argv);
  if (argc != 2)
    return 2;
  door.at_once = g_str_equal (argv[1], "webrtc-at-once");
  loop = g_main_loop_new (NULL, FALSE);
  pipeline = g_str_equal (argv[1], "ice") ? make_ice () : make_webrtc (&door);
  g_io_add_watch (input, G_IO_IN | G_IO_HUP, on_input, NULL);
  g_main_loop_run (loop);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return 0;
}
