/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A WebSocket that is opened again when it breaks. */

#include "config.h"

#include "gsticewslink.h"

#include "gsticeerror.h"
#include "gsticehttpaddress.h"
#include "gsticehttperror.h"
#include "gsticelog.h"
#include "gsticetimer.h"
#include "gsticehttpuri.h"
#include "gsticetlstrust.h"
#include "gsticetoken.h"
#include "gsticewsbound.h"
#include "gsticewsmessage.h"

#include <gst/gst.h>
#include <libsoup/soup.h>

GST_ICE_LOG_CATEGORY (gst_ice_ws_link_log, "icewslink",
    "ICE signalling's WebSocket");
#define GST_CAT_DEFAULT gst_ice_ws_link_log ()

#define MIN_RETRY_MS 100
#define MAX_RETRY_MS 10000

/* A host that is down does not answer at all. */
#define CONNECT_MS 10000

/* Proxies forget connections on which nothing passes for 60 s. */
#define PING_S 10
#define SILENCE_MS 25000

/* How long an answer may take that was asked for because of a doubt. */
#define ANSWER_MS 3000

/* A goodbye takes 1 s at most. */
#define GOODBYE_MS 900

struct _GstIceWsLink
{
  GUri *uri;
  gchar *where;                 /* it, for messages */
  gchar *token;                 /* or NULL */
  const GstIceWsLinkEvents *events;     /* NULL: closing, none leaves */
  gpointer user_data;
  gboolean has_keys;

  SoupSession *session;
  SoupMessage *handshake;       /* under way, or NULL; keeps the link */
  GCancellable *cancellable;    /* of it */
  GSocketClientEvent progress;  /* of it */
  SoupWebsocketConnection *connection;  /* open, or NULL */
  GSource *timer;               /* next try, or this one's end, or silence */
  guint retry_ms;
  gboolean alive;               /* something came since the timer's last turn */
  gboolean doubted;             /* the timer waits for an answer */

  GSourceFunc closed;
  gpointer closed_data;
};

static void handshake_start (GstIceWsLink * self);

/* Returns: (transfer full): a link, not open */
GstIceWsLink *
gst_ice_ws_link_new (GUri * uri, const gchar * token, GTlsDatabase * trust,
    const GstIceWsLinkEvents * events, gpointer user_data)
{
  GstIceWsLink *self = g_rc_box_new0 (GstIceWsLink);

  self->uri = g_uri_ref (uri);
  self->where = gst_ice_http_uri_to_text (uri);
  self->token = g_strdup (token);
  self->events = events;
  self->user_data = user_data;
  self->retry_ms = MIN_RETRY_MS;
  self->session = soup_session_new_with_options ("user-agent", "gst-ice",
      "timeout", 0, NULL);
  if (trust != NULL)
    soup_session_set_tls_database (self->session, trust);
  gst_ice_ws_bound_add (self->session);
  /* A proxy would look for the server on its own host. */
  if (gst_ice_http_uri_is_local (uri))
    soup_session_set_proxy_resolver (self->session, NULL);
  return self;
}

void
gst_ice_ws_link_set_has_keys (GstIceWsLink * self)
{
  self->has_keys = TRUE;
}

static void
clear_connection (GstIceWsLink * self)
{
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_object (&self->connection);
}

static void
link_clear (gpointer data)
{
  GstIceWsLink *self = data;

  g_object_unref (self->session);
  g_clear_object (&self->cancellable);
  g_uri_unref (self->uri);
  g_free (self->where);
  g_free (self->token);
}

/* @self: (transfer full) */
void
gst_ice_ws_link_free (GstIceWsLink * self)
{
  self->events = NULL;
  gst_ice_timer_clear (&self->timer);
  clear_connection (self);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_rc_box_release_full (self, link_clear);
}

const gchar *
gst_ice_ws_link_get_where (const GstIceWsLink * self)
{
  return self->where;
}

const gchar *
gst_ice_ws_link_get_hint (const GstIceWsLink * self)
{
  return self->handshake != NULL &&
      self->progress == G_SOCKET_CLIENT_TLS_HANDSHAKING ?
      ". It takes the connection but does not answer TLS: is it ws:, not wss:?"
      : "";
}

/* Trying again. */

static gboolean
on_retry (gpointer user_data)
{
  GstIceWsLink *self = user_data;

  gst_ice_timer_clear (&self->timer);
  handshake_start (self);
  return G_SOURCE_REMOVE;
}

static void
try_again (GstIceWsLink * self, const GError * error)
{
  const guint delay_ms = self->retry_ms -
      (guint) g_random_int_range (0, (gint32) self->retry_ms / 4);

  GST_DEBUG ("%s; next try in %u ms", error->message, delay_ms);
  self->retry_ms = MIN (2 * self->retry_ms, MAX_RETRY_MS);
  self->timer = gst_ice_timer_new (delay_ms, on_retry, self);
  self->events->lost (error, self->user_data);
}

/* While it is open. */

static void
on_message (SoupWebsocketConnection * connection, gint type, GBytes * bytes,
    gpointer user_data)
{
  GstIceWsLink *self = user_data;
  gsize size;
  const gchar *text = g_bytes_get_data (bytes, &size);

  self->alive = TRUE;
  if (type == SOUP_WEBSOCKET_DATA_TEXT)
    self->events->message (text != NULL ? text : "", size, self->user_data);
  else
    GST_WARNING ("%s sent what is not text", self->where);
}

static void
on_pong (SoupWebsocketConnection * connection, GBytes * bytes,
    gpointer user_data)
{
  ((GstIceWsLink *) user_data)->alive = TRUE;
}

static void
lose (GstIceWsLink * self, const gchar * why)
{
  g_autoptr (GError) error = g_error_new (GST_ICE_ERROR,
      GST_ICE_ERROR_SIGNALLING, "The connection to %s is lost: %s",
      self->where, why);

  gst_ice_timer_clear (&self->timer);
  self->doubted = FALSE;
  clear_connection (self);
  try_again (self, error);
}

static void
on_closed (SoupWebsocketConnection * connection, gpointer user_data)
{
  const gchar *reason = soup_websocket_connection_get_close_data (connection);
  const gushort code = soup_websocket_connection_get_close_code (connection);
  g_autofree gchar *why = code == 0 ? g_strdup ("it broke") :
      g_strdup_printf ("closed with %u%s%s", code, reason != NULL ? " " : "",
      reason != NULL ? reason : "");

  lose (user_data, why);
}

static gboolean
on_silence (gpointer user_data)
{
  GstIceWsLink *self = user_data;

  if (!self->alive) {
    lose (self, "no sign of life");
    return G_SOURCE_REMOVE;
  }
  self->alive = FALSE;
  return G_SOURCE_CONTINUE;
}

static gboolean
on_no_answer (gpointer user_data)
{
  GstIceWsLink *self = user_data;

  self->doubted = FALSE;
  if (!self->alive) {
    lose (self, "no answer");
  } else {
    gst_ice_timer_clear (&self->timer);
    self->timer = gst_ice_timer_new (SILENCE_MS, on_silence, self);
  }
  return G_SOURCE_REMOVE;
}

void
gst_ice_ws_link_expect_answer (GstIceWsLink * self)
{
  if (self->connection == NULL || (self->doubted && !self->alive))
    return;

  self->doubted = TRUE;
  self->alive = FALSE;
  gst_ice_timer_clear (&self->timer);
  self->timer = gst_ice_timer_new (ANSWER_MS, on_no_answer, self);
}

/* @connection: (transfer full) */
static void
open_link (GstIceWsLink * self, SoupWebsocketConnection * connection)
{
  GST_INFO ("connected to %s", self->where);

  self->connection = connection;
  self->retry_ms = MIN_RETRY_MS;
  self->alive = TRUE;
  self->timer = gst_ice_timer_new (SILENCE_MS, on_silence, self);
  soup_websocket_connection_set_max_incoming_payload_size (connection,
      GST_ICE_WS_MAX_MESSAGE_BYTES);
  soup_websocket_connection_set_keepalive_interval (connection, PING_S);
  g_signal_connect (connection, "message", G_CALLBACK (on_message), self);
  g_signal_connect (connection, "pong", G_CALLBACK (on_pong), self);
  g_signal_connect (connection, "closed", G_CALLBACK (on_closed), self);
}

/* The handshake. */

/* Returns: (transfer full): why @message's certificate is not trusted */
static GError *
explain_certificate (GstIceWsLink * self, SoupMessage * message)
{
  g_autofree gchar *why = gst_ice_tls_trust_explain
      (soup_message_get_tls_peer_certificate_errors (message));

  return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_SIGNALLING,
      "No secure connection to %s: %s", self->where, why);
}

/* Returns: (transfer full): what it means that @message was answered by a status
 *     instead of a WebSocket */
static GError *
explain_status (GstIceWsLink * self, SoupMessage * message)
{
  const guint status = soup_message_get_status (message);

  if (status == SOUP_STATUS_UNAUTHORIZED || status == SOUP_STATUS_FORBIDDEN)
    return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_UNAUTHORIZED,
        "%s wants another token (%u): set auth-token", self->where, status);
  if (gst_ice_http_status_is_temporary (status) || status >= 500)
    return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_BUSY,
        "%s is not free (%u %s)", self->where, status,
        soup_status_get_phrase (status));
  return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_SIGNALLING,
      "What answers at %s does not speak WebSocket (%u %s). Is it a rendezvous "
      "server, and is the path right?", self->where, status,
      soup_status_get_phrase (status));
}

/* Returns: (transfer full): what went wrong, in words */
static GError *
explain (GstIceWsLink * self, SoupMessage * message, const GError * error)
{
  const gchar *cause;

  if (gst_ice_http_address_was_cut (message))
    return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        "encryption=sdes puts the keys into the description, and ws: would carry "
        "them to another host, %s, in the clear; use wss:, or "
        "encryption=dtls-srtp", self->where);
  if (error->domain == SOUP_WEBSOCKET_ERROR)
    return explain_status (self, message);
  if (g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE))
    return explain_certificate (self, message);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_SIGNALLING,
        "Nobody answers at %s%s", self->where, gst_ice_ws_link_get_hint (self));
  if (error->domain == SOUP_SESSION_ERROR || error->domain == G_TLS_ERROR)
    return gst_ice_http_error_explain (error, self->where, 0);

  /* Without libsoup's "Could not connect to", which is said here. */
  cause = g_str_has_prefix (error->message, "Could not connect") ?
      g_strrstr (error->message, ": ") : NULL;
  return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_SIGNALLING,
      "Nobody answers at %s: %s. Does the rendezvous server run, and is the "
      "address right?", self->where, cause != NULL ? cause + 2 :
      error->message);
}

static gboolean
is_temporary (SoupMessage * message, const GError * error)
{
  const guint status = soup_message_get_status (message);

  if (gst_ice_http_address_was_cut (message))
    return FALSE;
  if (error->domain == SOUP_WEBSOCKET_ERROR)
    return gst_ice_http_status_is_temporary (status) || status >= 500;
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
      gst_ice_http_error_is_temporary (error);
}

static void
on_failed (GstIceWsLink * self, SoupMessage * message, const GError * error)
{
  g_autoptr (GError) reason = explain (self, message, error);

  if (is_temporary (message, error)) {
    self->retry_ms = MAX (self->retry_ms,
        gst_ice_http_get_retry_after (message, 0));
    try_again (self, reason);
  } else {
    self->events->refused (reason, self->user_data);
  }
}

static void
on_network_event (SoupMessage * message, GSocketClientEvent event,
    GIOStream * stream, gpointer user_data)
{
  ((GstIceWsLink *) user_data)->progress = event;
}

static void
on_handshake (GObject * source, GAsyncResult * result, gpointer user_data)
{
  GstIceWsLink *self = user_data;
  g_autoptr (SoupMessage) message = g_object_ref (self->handshake);
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupWebsocketConnection) connection =
      soup_session_websocket_connect_finish (SOUP_SESSION (source), result,
      &error);

  if (self->events != NULL) {
    gst_ice_timer_clear (&self->timer);
    if (connection != NULL)
      open_link (self, g_steal_pointer (&connection));
    else
      on_failed (self, message, error);
  }
  if (self->handshake == message)
    g_clear_object (&self->handshake);
  g_rc_box_release_full (self, link_clear);
}

static gboolean
on_connect_late (gpointer user_data)
{
  GstIceWsLink *self = user_data;

  gst_ice_timer_clear (&self->timer);
  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_REMOVE;
}

static void
handshake_start (GstIceWsLink * self)
{
  g_autoptr (GUri) bare = gst_ice_http_uri_without_user (self->uri);
  g_autofree gchar *value = gst_ice_token_make_authorization (self->token,
      self->uri);

  self->handshake = soup_message_new_from_uri ("GET", bare);
  soup_message_add_flags (self->handshake, SOUP_MESSAGE_NO_REDIRECT);
  if (value != NULL)
    soup_message_headers_replace (soup_message_get_request_headers
        (self->handshake), "Authorization", value);

  self->progress = G_SOCKET_CLIENT_RESOLVING;
  g_signal_connect (self->handshake, "network-event",
      G_CALLBACK (on_network_event), self);
  gst_ice_ws_bound_prepare (self->handshake);
  if (self->has_keys && g_str_equal (g_uri_get_scheme (self->uri), "ws"))
    gst_ice_http_address_keep_on_host (self->handshake);

  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->timer = gst_ice_timer_new (CONNECT_MS, on_connect_late, self);
  soup_session_websocket_connect_async (self->session, self->handshake, NULL,
      NULL, G_PRIORITY_DEFAULT, self->cancellable, on_handshake,
      g_rc_box_acquire (self));
}

void
gst_ice_ws_link_open (GstIceWsLink * self)
{
  self->timer = gst_ice_timer_new (0, on_retry, self);
}

/* Sending, and the end. */

static gboolean
is_open (GstIceWsLink * self)
{
  return self->connection != NULL &&
      soup_websocket_connection_get_state (self->connection) ==
      SOUP_WEBSOCKET_STATE_OPEN;
}

void
gst_ice_ws_link_send (GstIceWsLink * self, gchar * text)
{
  if (is_open (self))
    soup_websocket_connection_send_text (self->connection, text);
  else
    GST_DEBUG ("not connected to %s: a message is lost", self->where);
  g_free (text);
}

static gboolean
on_finished (gpointer user_data)
{
  GstIceWsLink *self = user_data;
  const GSourceFunc closed = g_steal_pointer (&self->closed);

  gst_ice_timer_clear (&self->timer);
  clear_connection (self);
  if (self->handshake != NULL)
    g_cancellable_cancel (self->cancellable);
  closed (self->closed_data);
  return G_SOURCE_REMOVE;
}

static void
on_goodbye (SoupWebsocketConnection * connection, gpointer user_data)
{
  GstIceWsLink *self = user_data;

  gst_ice_timer_clear (&self->timer);
  self->timer = gst_ice_timer_new (0, on_finished, self);
}

void
gst_ice_ws_link_close (GstIceWsLink * self, GSourceFunc closed,
    gpointer user_data)
{
  self->events = NULL;
  self->closed = closed;
  self->closed_data = user_data;
  gst_ice_timer_clear (&self->timer);
  self->timer = is_open (self) ?
      gst_ice_timer_new_patient (GOODBYE_MS, on_finished, self) :
      gst_ice_timer_new (0, on_finished, self);
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  if (!is_open (self))
    return;

  g_signal_connect (self->connection, "closed", G_CALLBACK (on_goodbye), self);
  soup_websocket_connection_close (self->connection,
      SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
}
