/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A call at a listener: holds the POST of its offer until the session has answered, and takes
 * its PATCH and DELETE requests, by the rules of RFC 9725, 4.3. */

#include "config.h"

#include "gsticehttpcall.h"

#include "gsticeeventqueue.h"
#include "gsticehttperror.h"
#include "gsticehttpfragment.h"
#include "gsticehttppeer.h"
#include "gsticehttprestart.h"
#include "gsticehttpserver.h"
#include "gsticelog.h"
#include "gsticesdp.h"
#include "gsticetimer.h"

#include <errno.h>
#include <unistd.h>

GST_ICE_LOG_CATEGORY (gst_ice_http_call_log, "icehttpcall",
    "ICE call at an HTTP listener");
#define GST_CAT_DEFAULT gst_ice_http_call_log ()

/* Bytes nobody can guess. */
#define SECRET_BYTES 16

struct _GstIceHttpCall
{
  GObject parent;

  /* Set at construction. */
  gchar *path;
  gsize directory_length;       /* of the POST's path, with its last slash */
  GstStructure *peer;
  GstIceDescription *offer;
  GstIceHttpRestart *restart;
  GstIceEventQueue *events;
  void (*on_ended) (gpointer owner);
  gpointer owner;

  SoupServerMessage *pending;   /* the POST until it is answered, then NULL */
  GSource *answer_timer;        /* gives that up; or NULL */
  gchar *etag;                  /* NULL: not answered */
  GstIceDescription *last;      /* what has the peer's credentials: the offer, or a restart */
  gboolean ended;
};

static void gst_ice_http_call_iface_init (GstIceSignallerInterface * iface);

G_DEFINE_TYPE_WITH_CODE (GstIceHttpCall, gst_ice_http_call, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (GST_TYPE_ICE_SIGNALLER,
        gst_ice_http_call_iface_init));

static void
gst_ice_http_call_finalize (GObject * object)
{
  GstIceHttpCall *self = GST_ICE_HTTP_CALL (object);

  gst_ice_timer_clear (&self->answer_timer);
  g_clear_object (&self->pending);
  gst_ice_event_queue_free (self->events);
  gst_ice_http_restart_free (self->restart);
  gst_ice_description_unref (self->offer);
  gst_ice_description_unref (self->last);
  gst_structure_free (self->peer);
  g_free (self->path);
  g_free (self->etag);

  G_OBJECT_CLASS (gst_ice_http_call_parent_class)->finalize (object);
}

static void
gst_ice_http_call_class_init (GstIceHttpCallClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_ice_http_call_finalize;
}

static void
gst_ice_http_call_init (GstIceHttpCall * self)
{
}

/* Returns: (transfer full): what nobody can guess, as hexadecimal digits */
static gchar *
make_secret (void)
{
  guint8 bytes[SECRET_BYTES];
  GString *secret = g_string_new (NULL);

  if (getentropy (bytes, sizeof bytes) != 0)
    g_error ("The system has no random numbers: %s", g_strerror (errno));
  for (guint i = 0; i < sizeof bytes; i++)
    g_string_append_printf (secret, "%02x", bytes[i]);
  return g_string_free (secret, FALSE);
}

/* Returns: (transfer full): a version of the session */
static gchar *
make_etag (void)
{
  g_autofree gchar *version = make_secret ();

  return g_strconcat ("\"", version, "\"", NULL);
}

static void
end (GstIceHttpCall * self)
{
  if (self->ended)
    return;
  self->ended = TRUE;
  gst_ice_http_restart_refuse (self->restart, SOUP_STATUS_NOT_FOUND,
      "This session has ended");
  self->on_ended (self->owner);
}

/* Ends it, and the session hears that. */
static void
tell_end (GstIceHttpCall * self)
{
  gst_ice_event_queue_hung_up (self->events);
  end (self);
}

/* Answers the POST with a refusal. */
static void
refuse (GstIceHttpCall * self, guint status, const gchar * text)
{
  SoupServerMessage *message = g_steal_pointer (&self->pending);

  gst_ice_timer_clear (&self->answer_timer);
  if (status == SOUP_STATUS_SERVICE_UNAVAILABLE)
    soup_message_headers_replace (soup_server_message_get_response_headers
        (message), "Retry-After", "1");
  gst_ice_http_server_respond (message, status, text);
  gst_ice_http_server_release (message);
}

static gboolean
on_answer_late (gpointer user_data)
{
  g_autoptr (GstIceHttpCall) self = g_object_ref (user_data);

  GST_WARNING_OBJECT (self, "the offer was not answered in time");
  refuse (self, SOUP_STATUS_GATEWAY_TIMEOUT, "The offer was not answered");
  tell_end (self);
  return G_SOURCE_REMOVE;
}

GstIceHttpCall *
gst_ice_http_call_new (const gchar * endpoint, SoupServerMessage * message,
    GstIceDescription * offer, guint answer_ms,
    const GstIceSignallerEvents * events, gpointer user_data,
    void (*ended) (gpointer owner), gpointer owner)
{
  GstIceHttpCall *self = g_object_new (GST_TYPE_ICE_HTTP_CALL, NULL);
  g_autofree gchar *secret = make_secret ();

  self->path = g_strconcat (endpoint, g_str_has_suffix (endpoint, "/") ? "" :
      "/", secret, NULL);
  self->directory_length = strrchr (endpoint, '/') + 1 - endpoint;
  self->peer = gst_ice_http_peer_describe (message);
  self->offer = gst_ice_description_ref (offer);
  self->last = gst_ice_description_ref (offer);
  self->restart = gst_ice_http_restart_new ();
  self->on_ended = ended;
  self->owner = owner;
  self->pending = gst_ice_http_server_hold (message);
  if (answer_ms != 0)
    self->answer_timer = gst_ice_timer_new (answer_ms, on_answer_late, self);
  self->events = gst_ice_event_queue_new (GST_ICE_SIGNALLER (self), events,
      user_data);
  gst_ice_event_queue_description (self->events, offer);
  return self;
}

void
gst_ice_http_call_stop (GstIceHttpCall * self)
{
  gst_ice_event_queue_stop (self->events);
  gst_ice_signaller_hang_up (GST_ICE_SIGNALLER (self));
}

gboolean
gst_ice_http_call_is_over (const GstIceHttpCall * self)
{
  return self->ended && gst_ice_event_queue_is_empty (self->events);
}

const gchar *
gst_ice_http_call_match (const GstIceHttpCall * self, const gchar * path)
{
  return self->etag != NULL && !self->ended && g_str_equal (self->path, path) ?
      self->etag : NULL;
}

static gchar *
escape (const gchar * path)
{
  return g_uri_escape_string (path, G_URI_RESERVED_CHARS_ALLOWED_IN_PATH,
      FALSE);
}

/* Returns: whether @prefix is the path that it should be, and no host's name */
static gboolean
is_prefix (const gchar * prefix)
{
  for (const gchar * c = prefix; *c != '\0'; c++) {
    if (!g_ascii_isalnum (*c) && strchr ("/-._~%", *c) == NULL)
      return FALSE;
  }
  return *prefix == '/' && prefix[1] != '/';
}

/* Relative to the POST's: a proxy that strips a prefix from paths does not know that it
 * should add it here (RFC 9110, 10.2.2). A colon in front would make it a scheme. */
static gchar *
make_location (const GstIceHttpCall * self, const gchar * prefix)
{
  g_autofree gchar *whole = escape (self->path);
  g_autofree gchar *rest = escape (self->path + self->directory_length);
  gsize length;

  if (prefix != NULL && is_prefix (prefix)) {
    length = strlen (prefix);
    return g_strdup_printf ("%.*s%s", (gint) (prefix[length - 1] == '/' ?
            length - 1 : length), prefix, whole);
  }
  return g_strconcat (strchr (rest, ':') != NULL ? "./" : "", rest, NULL);
}

/* RFC 9725, 4.3.3: a restart matches any version of the session. */
static gboolean
is_for_any (SoupServerMessage * message)
{
  return g_strcmp0 (soup_message_headers_get_one
      (soup_server_message_get_request_headers (message), "If-Match"),
      "*") == 0;
}

static void
take_restart (GstIceHttpCall * self, SoupServerMessage * message,
    GstIceDescription * fragment)
{
  if (!is_for_any (message))
    gst_ice_http_server_respond (message, SOUP_STATUS_UNPROCESSABLE_ENTITY,
        "The ufrag is another: a restart has If-Match: *");
  else if (gst_ice_http_restart_take (self->restart, message, fragment))
    gst_ice_event_queue_restart (self->events, fragment);
}

static void
refuse_stranger (SoupServerMessage * message, const gchar * mid)
{
  g_autofree gchar *text = g_strdup_printf ("The call has no m-line of mid "
      "\"%.40s\"", mid);

  gst_ice_http_server_respond (message, SOUP_STATUS_UNPROCESSABLE_ENTITY, text);
}

/* @fragment: that is none of the call's versions so far, or has more candidates */
static void
take_fragment (GstIceHttpCall * self, SoupServerMessage * message,
    GstIceDescription * fragment)
{
  const gchar *stranger =
      gst_ice_http_fragment_find_stranger (fragment, self->offer);

  if (stranger != NULL) {
    refuse_stranger (message, stranger);
  } else if (gst_ice_http_fragment_restarts (fragment, self->last)) {
    take_restart (self, message, fragment);
  } else if (!is_for_any (message) || !gst_ice_http_restart_repeat
      (self->restart, message, fragment)) {
    gst_ice_http_server_respond (message, SOUP_STATUS_NO_CONTENT, NULL);
    gst_ice_event_queue_trickle (self->events, fragment);
  }
}

static void
take_patch (GstIceHttpCall * self, SoupServerMessage * message)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autoptr (GBytes) bytes = soup_message_body_flatten (body);
  g_autoptr (GstIceDescription) fragment = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;
  const gchar *data = g_bytes_get_data (bytes, &size);

  fragment = gst_ice_sdp_parse_fragment (data != NULL ? data : "", size,
      &error);
  if (fragment == NULL) {
    gst_ice_http_server_respond (message, SOUP_STATUS_BAD_REQUEST,
        error->message);
    return;
  }
  gst_ice_http_peer_drop_loopback (message, fragment);
  take_fragment (self, message, fragment);
}

void
gst_ice_http_call_take_request (GstIceHttpCall * self,
    SoupServerMessage * message)
{
  if (g_str_equal (soup_server_message_get_method (message), "DELETE")) {
    GST_INFO_OBJECT (self, "the peer hung up");
    gst_ice_http_server_respond (message, SOUP_STATUS_OK, NULL);
    tell_end (self);
  } else {
    take_patch (self, message);
  }
}

gboolean
gst_ice_http_call_gone (GstIceHttpCall * self, SoupServerMessage * message)
{
  if (self->pending != message)
    return gst_ice_http_restart_gone (self->restart, message);

  GST_INFO_OBJECT (self, "the peer left before it was answered");
  gst_ice_timer_clear (&self->answer_timer);
  g_clear_object (&self->pending);
  tell_end (self);
  return TRUE;
}

/* GstIceSignaller */

static gboolean
gst_ice_http_call_is_caller (GstIceSignaller * signaller)
{
  return FALSE;
}

static void
gst_ice_http_call_send_description (GstIceSignaller * signaller,
    GstIceDescription * description)
{
  GstIceHttpCall *self = GST_ICE_HTTP_CALL (signaller);
  g_autoptr (SoupServerMessage) message = NULL;
  SoupMessageHeaders *headers;
  g_autofree gchar *sdp = NULL;
  g_autofree gchar *location = NULL;

  if (self->pending == NULL || gst_ice_http_server_is_gone (self->pending)) {
    GST_DEBUG_OBJECT (self, "nobody waits for this answer");
    return;
  }

  gst_ice_timer_clear (&self->answer_timer);
  message = g_steal_pointer (&self->pending);
  self->etag = make_etag ();
  location = make_location (self, soup_message_headers_get_one
      (soup_server_message_get_request_headers (message),
          "X-Forwarded-Prefix"));

  headers = soup_server_message_get_response_headers (message);
  soup_message_headers_replace (headers, "Location", location);
  soup_message_headers_replace (headers, "ETag", self->etag);
  sdp = gst_ice_sdp_write (description);
  soup_server_message_set_status (message, SOUP_STATUS_CREATED, NULL);
  soup_server_message_set_response (message, "application/sdp",
      SOUP_MEMORY_COPY, sdp, strlen (sdp));
  gst_ice_http_server_release (g_object_ref (message));
}

static void
gst_ice_http_call_send_trickle (GstIceSignaller * signaller,
    GstIceDescription * fragment)
{
  /* RFC 9725, 4.3.2: only the caller can trickle. Its agent learns of our late
   * candidates from our checks. */
  GST_LOG_OBJECT (signaller, "a listener's late candidates are not told");
}

static void
gst_ice_http_call_send_restart (GstIceSignaller * signaller,
    GstIceDescription * fragment)
{
  GstIceHttpCall *self = GST_ICE_HTTP_CALL (signaller);
  g_autofree gchar *etag = make_etag ();
  GstIceDescription *restart = gst_ice_http_restart_answer (self->restart,
      fragment, etag);

  if (restart == NULL)
    return;
  gst_ice_description_unref (self->last);
  self->last = restart;
  g_free (self->etag);
  self->etag = g_steal_pointer (&etag);
}

static void
gst_ice_http_call_reject (GstIceSignaller * signaller, const GError * reason)
{
  GstIceHttpCall *self = GST_ICE_HTTP_CALL (signaller);
  const guint status = gst_ice_http_error_to_status (reason);

  if (self->pending == NULL) {
    gst_ice_http_restart_refuse (self->restart, status, reason->message);
    return;
  }
  refuse (self, status, reason->message);
  end (self);
}

static void
gst_ice_http_call_hang_up (GstIceSignaller * signaller)
{
  GstIceHttpCall *self = GST_ICE_HTTP_CALL (signaller);

  if (self->pending != NULL)
    refuse (self, SOUP_STATUS_SERVICE_UNAVAILABLE, "The listener hung up");
  end (self);
}

static GstStructure *
gst_ice_http_call_describe_peer (GstIceSignaller * signaller)
{
  return gst_structure_copy (GST_ICE_HTTP_CALL (signaller)->peer);
}

static void
gst_ice_http_call_iface_init (GstIceSignallerInterface * iface)
{
  iface->is_caller = gst_ice_http_call_is_caller;
  iface->send_description = gst_ice_http_call_send_description;
  iface->send_trickle = gst_ice_http_call_send_trickle;
  iface->send_restart = gst_ice_http_call_send_restart;
  iface->reject = gst_ice_http_call_reject;
  iface->hang_up = gst_ice_http_call_hang_up;
  iface->describe_peer = gst_ice_http_call_describe_peer;
}
