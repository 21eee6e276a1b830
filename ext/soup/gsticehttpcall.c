/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A call at a listener: takes its PATCH requests, by the rules of RFC 9725, 4.3. */

#include "config.h"

#include "gsticehttpcall.h"

#include "gsticehttpfragment.h"
#include "gsticehttppeer.h"
#include "gsticehttprestart.h"
#include "gsticehttpserver.h"
#include "gsticesdp.h"

#include <errno.h>
#include <unistd.h>

/* Bytes nobody can guess. */
#define SECRET_BYTES 16

struct _GstIceHttpCall
{
  gchar *path;
  gsize directory_length;       /* of the POST's path, with its last slash */
  gchar *etag;
  GstIceDescription *offer;
  GstIceDescription *last;      /* what has the peer's credentials: it, or a restart */
  GstIceHttpRestart *restart;
  GstIceEventQueue *events;
};

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

/* Returns: (transfer full): a call with an address of its own */
GstIceHttpCall *
gst_ice_http_call_new (const gchar * endpoint, GstIceDescription * offer,
    GstIceEventQueue * events)
{
  GstIceHttpCall *self = g_new0 (GstIceHttpCall, 1);
  g_autofree gchar *secret = make_secret ();

  self->path = g_strconcat (endpoint, g_str_has_suffix (endpoint, "/") ? "" :
      "/", secret, NULL);
  self->directory_length = strrchr (endpoint, '/') + 1 - endpoint;
  self->etag = make_etag ();
  self->offer = gst_ice_description_ref (offer);
  self->last = gst_ice_description_ref (offer);
  self->restart = gst_ice_http_restart_new ();
  self->events = events;
  return self;
}

/* @self: (transfer full) */
void
gst_ice_http_call_free (GstIceHttpCall * self)
{
  gst_ice_http_restart_free (self->restart);
  gst_ice_description_unref (self->offer);
  gst_ice_description_unref (self->last);
  g_free (self->path);
  g_free (self->etag);
  g_free (self);
}

const gchar *
gst_ice_http_call_get_path (const GstIceHttpCall * self)
{
  return self->path;
}

const gchar *
gst_ice_http_call_get_etag (const GstIceHttpCall * self)
{
  return self->etag;
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
gchar *
gst_ice_http_call_make_location (const GstIceHttpCall * self,
    const gchar * prefix)
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

void
gst_ice_http_call_take_patch (GstIceHttpCall * self,
    SoupServerMessage * message)
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
gst_ice_http_call_answer_restart (GstIceHttpCall * self,
    GstIceDescription * fragment)
{
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

void
gst_ice_http_call_refuse_restart (GstIceHttpCall * self, guint status,
    const gchar * text)
{
  gst_ice_http_restart_refuse (self->restart, status, text);
}

gboolean
gst_ice_http_call_gone (GstIceHttpCall * self, SoupServerMessage * message)
{
  return gst_ice_http_restart_gone (self->restart, message);
}
