/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A call without a signalling-uri: the application carries offer, answer and
 * candidates. Both ends are in this process, so that there is something to see; in
 * real life send_letter() sends over the network and deliver() is what arrives.
 *
 *     call [--no-trickle] [--interface=lo]
 */

#include <gst/gst.h>

#define ENOUGH_BUFFERS 100
#define TIMEOUT_SECONDS 30

/* An icesink and an icesrc of one pipeline with the same media: one m-line that
 * sends and receives. */
#define PIPELINE \
  "audiotestsrc is-live=true samplesperbuffer=160 ! mulawenc ! rtppcmupay ! " \
  "icesink name=ice media=audio " \
  "icesrc media=audio ! rtppcmudepay ! " \
  "fakesink name=sink sync=false signal-handoffs=true"

typedef struct _Side Side;

struct _Side
{
  const gchar *name;
  Side *peer;
  GstElement *pipeline;
  GObject *session;             /* the property of icesink, and of icesrc */
  gboolean described;           /* offer or answer was sent */
  gint n_buffers;               /* atomic */
};

typedef enum
{
  OFFER,
  ANSWER,
  CANDIDATE,
} LetterKind;

typedef struct
{
  Side *to;
  LetterKind kind;
  guint mline;
  gchar *text;
} Letter;

static GMainLoop *loop;
static gint result = 1;
static gboolean no_trickle;
static gchar *interface;

static const GOptionEntry options[] = {
  {"no-trickle", 0, 0, G_OPTION_ARG_NONE, &no_trickle,
      "Send complete descriptions, no candidates", NULL},
  {"interface", 0, 0, G_OPTION_ARG_STRING, &interface,
      "Gather on this network interface only", "NAME"},
  {NULL}
};

static void send_description (Side * side, LetterKind kind);

/* Main thread: a letter of the peer has arrived. */
static gboolean
deliver (gpointer data)
{
  Letter *letter = data;
  GObject *session = letter->to->session;
  gboolean taken = TRUE;

  if (letter->kind == CANDIDATE)
    g_signal_emit_by_name (session, "add-ice-candidate", letter->mline,
        letter->text);
  else
    g_signal_emit_by_name (session, "set-remote-description", letter->text,
        &taken);

  if (taken && letter->kind == OFFER && !no_trickle)
    send_description (letter->to, ANSWER);

  g_free (letter->text);
  g_free (letter);
  return G_SOURCE_REMOVE;
}

/* Any thread. @text: (transfer full) */
static void
send_letter (Side * from, LetterKind kind, guint mline, gchar * text)
{
  Letter *letter = g_new0 (Letter, 1);

  letter->to = from->peer;
  letter->kind = kind;
  letter->mline = mline;
  letter->text = text;
  g_idle_add (deliver, letter);
}

static void
send_description (Side * side, LetterKind kind)
{
  gchar *sdp = NULL;

  g_signal_emit_by_name (side->session,
      kind == OFFER ? "create-offer" : "create-answer", &sdp);
  if (sdp == NULL)
    return;

  side->described = TRUE;
  send_letter (side, kind, 0, sdp);
}

static gboolean
offer (gpointer data)
{
  Side *side = data;
  gchar *incomplete = NULL;

  if (!no_trickle) {
    send_description (side, OFFER);
    return G_SOURCE_REMOVE;
  }

  /* Gathering begins with the first offer; the one that is sent waits for all. */
  g_signal_emit_by_name (side->session, "create-offer", &incomplete);
  g_free (incomplete);
  return G_SOURCE_REMOVE;
}

static gboolean
send_complete (gpointer data)
{
  Side *side = data;
  gboolean is_caller = g_str_equal (side->name, "caller");

  if (!side->described)
    send_description (side, is_caller ? OFFER : ANSWER);
  return G_SOURCE_REMOVE;
}

/* Signals of the session come on its own thread: the work is done on ours. */

static void
on_negotiation_needed (GObject * session, gpointer user_data)
{
  g_idle_add (offer, user_data);
}

static void
on_ice_candidate (GObject * session, guint mline, const gchar * candidate,
    gpointer user_data)
{
  send_letter (user_data, CANDIDATE, mline, g_strdup (candidate));
}

static void
on_gathering_state (GObject * session, GParamSpec * pspec, gpointer user_data)
{
  GValue state = G_VALUE_INIT;
  gchar *name;

  g_object_get_property (session, pspec->name, &state);
  name = gst_value_serialize (&state);
  if (g_str_equal (name, "complete"))
    g_idle_add (send_complete, user_data);
  g_free (name);
  g_value_unset (&state);
}

static gboolean
check_done (gpointer data)
{
  Side *side = data;

  if (g_atomic_int_get (&side->n_buffers) >= ENOUGH_BUFFERS &&
      g_atomic_int_get (&side->peer->n_buffers) >= ENOUGH_BUFFERS) {
    if (result != 0)
      g_print ("%d buffers came on either side\n", ENOUGH_BUFFERS);
    result = 0;
    g_main_loop_quit (loop);
  }
  return G_SOURCE_REMOVE;
}

static void
on_handoff (GstElement * sink, GstBuffer * buffer, GstPad * pad,
    gpointer user_data)
{
  Side *side = user_data;

  if (g_atomic_int_add (&side->n_buffers, 1) + 1 == ENOUGH_BUFFERS)
    g_idle_add (check_done, side);
}

static gboolean
on_message (GstBus * bus, GstMessage * message, gpointer user_data)
{
  Side *side = user_data;
  GError *error = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, &error, NULL);
    g_main_loop_quit (loop);
  } else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING) {
    gst_message_parse_warning (message, &error, NULL);
  }

  if (error != NULL)
    g_printerr ("%s: %s\n", side->name, error->message);
  g_clear_error (&error);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_timeout (gpointer user_data)
{
  g_printerr ("no call after %d seconds\n", TIMEOUT_SECONDS);
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

static gboolean
start (Side * side, GError ** error)
{
  GstElement *sink, *ice;
  GstBus *bus;

  side->pipeline = gst_parse_launch (PIPELINE, error);
  if (side->pipeline == NULL)
    return FALSE;

  bus = gst_element_get_bus (side->pipeline);
  gst_bus_add_watch (bus, on_message, side);
  gst_object_unref (bus);
  sink = gst_bin_get_by_name (GST_BIN (side->pipeline), "sink");
  g_signal_connect (sink, "handoff", G_CALLBACK (on_handoff), side);
  gst_object_unref (sink);

  ice = gst_bin_get_by_name (GST_BIN (side->pipeline), "ice");
  g_object_set (ice, "network-interfaces", interface, NULL);
  g_object_get (ice, "session", &side->session, NULL);
  gst_object_unref (ice);

  if (no_trickle)
    g_signal_connect (side->session, "notify::ice-gathering-state",
        G_CALLBACK (on_gathering_state), side);
  else
    g_signal_connect (side->session, "on-ice-candidate",
        G_CALLBACK (on_ice_candidate), side);
  if (g_str_equal (side->name, "caller"))
    g_signal_connect (side->session, "on-negotiation-needed",
        G_CALLBACK (on_negotiation_needed), side);
  return TRUE;
}

static void
stop (Side * side)
{
  GstBus *bus = gst_element_get_bus (side->pipeline);

  gst_element_set_state (side->pipeline, GST_STATE_NULL);
  gst_bus_remove_watch (bus);
  gst_object_unref (bus);
  g_signal_handlers_disconnect_by_data (side->session, side);
  g_object_unref (side->session);
  gst_object_unref (side->pipeline);
}

gint
main (gint argc, gchar ** argv)
{
  Side caller = {.name = "caller" }, callee = {.name = "callee" };
  GOptionContext *context = g_option_context_new (NULL);
  GError *error = NULL;

  g_option_context_add_main_entries (context, options, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (!g_option_context_parse (context, &argc, &argv, &error)) {
    g_printerr ("%s\n", error->message);
    return 2;
  }
  g_option_context_free (context);

  caller.peer = &callee;
  callee.peer = &caller;
  loop = g_main_loop_new (NULL, FALSE);
  if (!start (&caller, &error) || !start (&callee, &error)) {
    g_printerr ("%s\n", error->message);
    return 2;
  }

  gst_element_set_state (callee.pipeline, GST_STATE_PLAYING);
  gst_element_set_state (caller.pipeline, GST_STATE_PLAYING);
  g_timeout_add_seconds (TIMEOUT_SECONDS, on_timeout, NULL);
  g_main_loop_run (loop);

  stop (&caller);
  stop (&callee);
  g_main_loop_unref (loop);
  g_free (interface);
  return result;
}
