/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Sends a caller's HTTP requests by libsoup, and reads answers of limited size. */

#include "config.h"

#include "gsticehttpclient.h"

#include "gsticeerror.h"
#include "gsticehttpaddress.h"
#include "gsticehttpcoding.h"
#include "gsticehttpuri.h"
#include "gsticetlstrust.h"
#include "gsticetoken.h"

#include <gst/gst.h>

#define CHUNK_BYTES 8192

struct _GstIceHttpClient
{
  GObject *owner;               /* not a reference: it owns the client */
  GUri *origin;
  gchar *token;                 /* or NULL */
  void (*idle) (GObject * owner);
  gboolean has_keys;

  SoupSession *session;
  guint n_calls;                /* under way */
};

/* A request under way. */
typedef struct
{
  GstIceHttpClient *client;
  GObject *owner;               /* keeps the client too */
  SoupMessage *message;
  GCancellable *cancellable;    /* or NULL */
  GstIceHttpClientDone done;
  gpointer user_data;

  GInputStream *stream;         /* of the answer, or NULL */
  GByteArray *body;
  GError *error;                /* or NULL */
} Call;

/* Returns: (transfer full): a client for @owner */
GstIceHttpClient *
gst_ice_http_client_new (GObject * owner, GUri * uri, const gchar * token,
    GTlsDatabase * trust, void (*idle) (GObject * owner))
{
  GstIceHttpClient *self = g_new0 (GstIceHttpClient, 1);

  self->owner = owner;
  self->origin = g_uri_ref (uri);
  self->token = g_strdup (token);
  self->idle = idle;

  /* Time limits are the caller's: it knows how long the user wants to wait. */
  self->session = soup_session_new_with_options ("user-agent", "gst-ice",
      "timeout", 0, NULL);
  if (trust != NULL)
    soup_session_set_tls_database (self->session, trust);
  /* It knows no limit; what is packed is unpacked within ours. */
  soup_session_remove_feature_by_type (self->session,
      SOUP_TYPE_CONTENT_DECODER);
  /* A proxy would look for the listener on its own host. */
  if (gst_ice_http_uri_is_local (uri))
    soup_session_set_proxy_resolver (self->session, NULL);
  return self;
}

void
gst_ice_http_client_set_has_keys (GstIceHttpClient * self)
{
  self->has_keys = TRUE;
}

/* @self: (transfer full) */
void
gst_ice_http_client_free (GstIceHttpClient * self)
{
  g_return_if_fail (self->n_calls == 0);

  g_object_unref (self->session);
  g_uri_unref (self->origin);
  g_free (self->token);
  g_free (self);
}

/* Returns: (transfer full): a request, with the token where it may go */
SoupMessage *
gst_ice_http_client_request (GstIceHttpClient * self, const gchar * method,
    GUri * uri)
{
  g_autoptr (GUri) bare = gst_ice_http_uri_without_user (uri);
  SoupMessage *message = soup_message_new_from_uri (method, bare);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  g_autofree gchar *value = gst_ice_token_make_authorization (self->token,
      self->origin);

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_headers_replace (headers, "Accept-Encoding", "identity");
  if (value != NULL && gst_ice_http_uri_same_origin (uri, self->origin))
    soup_message_headers_replace (headers, "Authorization", value);
  return message;
}

void
gst_ice_http_client_set_body (SoupMessage * message, const gchar * type,
    gchar * text)
{
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));

  soup_message_set_request_body_from_bytes (message, type, bytes);
}

static void
call_finish (Call * call)
{
  GstIceHttpClient *self = call->client;
  g_autoptr (GObject) owner = call->owner;
  g_autoptr (GBytes) body =
      g_byte_array_free_to_bytes (g_steal_pointer (&call->body));

  if (call->error == NULL)
    gst_ice_http_coding_undo (soup_message_get_response_headers
        (call->message), &body, GST_ICE_HTTP_MAX_BODY_BYTES, &call->error);
  self->n_calls--;
  call->done (call->message, call->error != NULL ? NULL : body, call->error,
      call->user_data);
  if (self->n_calls == 0)
    self->idle (owner);

  g_clear_error (&call->error);
  g_clear_object (&call->cancellable);
  g_clear_object (&call->stream);
  g_object_unref (call->message);
  g_free (call);
}

static void
on_closed (GObject * source, GAsyncResult * result, gpointer user_data)
{
  g_input_stream_close_finish (G_INPUT_STREAM (source), result, NULL);
  call_finish (user_data);
}

static void
call_close (Call * call)
{
  g_input_stream_close_async (call->stream, G_PRIORITY_DEFAULT, NULL,
      on_closed, call);
}

static void
on_read (GObject * source, GAsyncResult * result, gpointer user_data)
{
  Call *call = user_data;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (call->stream,
      result, &call->error);

  if (bytes == NULL || g_bytes_get_size (bytes) == 0) {
    call_close (call);
    return;
  }

  if (call->body->len + g_bytes_get_size (bytes) > GST_ICE_HTTP_MAX_BODY_BYTES) {
    g_set_error (&call->error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_DESCRIPTION,
        "The answer is longer than %d bytes", GST_ICE_HTTP_MAX_BODY_BYTES);
    /* Else closing the stream would read all the rest. */
    soup_session_abort (call->client->session);
    call_close (call);
    return;
  }

  g_byte_array_append (call->body, g_bytes_get_data (bytes, NULL),
      g_bytes_get_size (bytes));
  g_input_stream_read_bytes_async (call->stream, CHUNK_BYTES,
      G_PRIORITY_DEFAULT, call->cancellable, on_read, call);
}

/* The error of GIO says only that a certificate is unacceptable, or that a connection
 * broke. */
static void
explain (Call * call)
{
  GTlsCertificateFlags flags =
      soup_message_get_tls_peer_certificate_errors (call->message);

  if (gst_ice_http_address_was_cut (call->message)) {
    g_clear_error (&call->error);
    g_set_error_literal (&call->error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        "encryption=sdes puts the keys into the description, and http: would "
        "carry them to another host in the clear; use https:, or "
        "encryption=dtls-srtp");
  }
  if (flags != 0 && g_error_matches (call->error, G_TLS_ERROR,
          G_TLS_ERROR_BAD_CERTIFICATE)) {
    g_free (call->error->message);
    call->error->message = gst_ice_tls_trust_explain (flags);
  }
}

static void
on_headers (GObject * source, GAsyncResult * result, gpointer user_data)
{
  Call *call = user_data;

  call->stream = soup_session_send_finish (SOUP_SESSION (source), result,
      &call->error);
  if (call->stream == NULL) {
    explain (call);
    call_finish (call);
    return;
  }
  g_input_stream_read_bytes_async (call->stream, CHUNK_BYTES,
      G_PRIORITY_DEFAULT, call->cancellable, on_read, call);
}

void
gst_ice_http_client_send (GstIceHttpClient * self, SoupMessage * message,
    GCancellable * cancellable, GstIceHttpClientDone done, gpointer user_data)
{
  Call *call = g_new0 (Call, 1);

  call->client = self;
  call->owner = g_object_ref (self->owner);
  call->message = g_object_ref (message);
  call->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  call->done = done;
  call->user_data = user_data;
  call->body = g_byte_array_new ();

  if (self->has_keys && g_str_equal (g_uri_get_scheme (soup_message_get_uri
              (message)), "http"))
    gst_ice_http_address_keep_on_host (message);

  self->n_calls++;
  soup_session_send_async (self->session, message, G_PRIORITY_DEFAULT,
      cancellable, on_headers, call);
}

gboolean
gst_ice_http_client_is_idle (const GstIceHttpClient * self)
{
  return self->n_calls == 0;
}

void
gst_ice_http_client_abort (GstIceHttpClient * self)
{
  soup_session_abort (self->session);
}
