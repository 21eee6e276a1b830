/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Fetches STUN and TURN servers with their credentials from "ice-servers-uri". */

#include "config.h"

#include "gsticeiceservers.h"

#include "gsticeerror.h"
#include "gsticehttpcoding.h"
#include "gsticehttpuri.h"
#include "gsticejson.h"
#include "gsticetimer.h"
#include "gsticetlstrust.h"

#include <libsoup/soup.h>

#define TIMEOUT_MS 5000
#define MAX_BODY_BYTES (64 * 1024)
#define MAX_REDIRECTS 5

/* A question under way. */
typedef struct
{
  gatomicrefcount refs;         /* of who asked, and of what is under way */
  GUri *uri;                    /* NULL: it was none */
  GUri *target;                 /* it, or where redirects led to */
  guint n_redirects;
  GTlsDatabase *trust;          /* NULL: the system's */
  GError *trouble;              /* what the settings lack, or NULL */
  GstIceCredentialsFunc fetched;        /* NULL: was called, or cancelled */
  gpointer user_data;
  SoupSession *session;
  SoupMessage *message;
  GCancellable *cancellable;
  GSource *timer;
  guint8 *body;
} Request;

static void
request_unref (Request * self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;

  g_clear_pointer (&self->uri, g_uri_unref);
  g_clear_pointer (&self->target, g_uri_unref);
  g_clear_object (&self->trust);
  g_clear_error (&self->trouble);
  g_clear_object (&self->session);
  g_clear_object (&self->message);
  g_object_unref (self->cancellable);
  g_free (self->body);
  g_free (self);
}

static void
stop (Request * self)
{
  self->fetched = NULL;
  gst_ice_timer_clear (&self->timer);
  g_cancellable_cancel (self->cancellable);
  /* Else closing a stream would read all the rest. */
  if (self->session != NULL)
    soup_session_abort (self->session);
}

/* @servers: (nullable) */
static void
finish (Request * self, GPtrArray * servers, guint ttl_s, const GError * error)
{
  GstIceCredentialsFunc fetched = self->fetched;

  if (fetched == NULL)
    return;
  stop (self);
  fetched (servers, ttl_s, error, self->user_data);
}

static void
fail (Request * self, const gchar * what)
{
  g_autofree gchar *uri = self->uri != NULL ?
      gst_ice_http_uri_to_text (self->uri) : g_strdup ("(not shown)");
  g_autoptr (GError) error = g_error_new (GST_ICE_ERROR,
      GST_ICE_ERROR_SIGNALLING, "The service of ice-servers-uri, %s, gave no "
      "servers: %s", uri, what);

  finish (self, NULL, 0, error);
}

/* @bytes: (transfer full): the whole answer */
static void
read_body (Request * self, GBytes * bytes)
{
  g_autoptr (GBytes) body = bytes;
  g_autoptr (GPtrArray) servers = NULL;
  g_autoptr (GError) error = NULL;
  const gchar *text;
  gsize size_bytes;
  guint ttl_s = 0;

  if (gst_ice_http_coding_undo (soup_message_get_response_headers
          (self->message), &body, MAX_BODY_BYTES, &error)) {
    text = g_bytes_get_data (body, &size_bytes);
    servers = gst_ice_json_read_servers (text != NULL ? text : "", size_bytes,
        &ttl_s, &error);
  }
  if (servers == NULL)
    fail (self, error->message);
  else
    finish (self, servers, ttl_s, NULL);
}

static void
on_read (GObject * source, GAsyncResult * result, gpointer data)
{
  Request *self = data;
  g_autoptr (GError) error = NULL;
  gsize size_bytes = 0;

  if (!g_input_stream_read_all_finish (G_INPUT_STREAM (source), result,
          &size_bytes, &error))
    fail (self, error->message);
  else if (size_bytes > MAX_BODY_BYTES)
    fail (self, "its answer is longer than 64 KiB");
  else
    read_body (self, g_bytes_new (self->body, size_bytes));
  request_unref (self);
}

static void send_request (Request * self);

/* Never from https: to http:, which libsoup would follow.
 * Returns: whether the answer leads elsewhere, and that was dealt with */
static gboolean
follow (Request * self)
{
  const gchar *location = soup_message_headers_get_one
      (soup_message_get_response_headers (self->message), "Location");
  g_autoptr (GError) error = NULL;
  GUri *target;

  if (!SOUP_STATUS_IS_REDIRECTION (soup_message_get_status (self->message)) ||
      location == NULL)
    return FALSE;

  target = gst_ice_http_uri_follow (self->target, location, &error);
  if (target == NULL) {
    fail (self, error->message);
  } else if (++self->n_redirects > MAX_REDIRECTS) {
    g_uri_unref (target);
    fail (self, "it redirects more than 5 times");
  } else {
    g_uri_unref (self->target);
    self->target = target;
    send_request (self);
  }
  return TRUE;
}

static void
on_answer (GObject * source, GAsyncResult * result, gpointer data)
{
  Request *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream = soup_session_send_finish (self->session,
      result, &error);
  guint status;

  if (stream == NULL) {
    GTlsCertificateFlags flags =
        soup_message_get_tls_peer_certificate_errors (self->message);
    g_autofree gchar *why = flags != 0 ? gst_ice_tls_trust_explain (flags) :
        g_strdup (error->message);

    fail (self, why);
    request_unref (self);
    return;
  }

  if (self->fetched != NULL && follow (self)) {
    request_unref (self);
    return;
  }

  status = soup_message_get_status (self->message);
  if (!SOUP_STATUS_IS_SUCCESSFUL (status)) {
    g_autofree gchar *what = g_strdup_printf ("it answered %u %s", status,
        soup_status_get_phrase (status));

    fail (self, what);
    request_unref (self);
    return;
  }

  self->body = g_malloc (MAX_BODY_BYTES + 1);
  g_input_stream_read_all_async (stream, self->body, MAX_BODY_BYTES + 1,
      G_PRIORITY_DEFAULT, self->cancellable, on_read, self);
}

static gboolean
on_timeout (gpointer data)
{
  Request *self = data;

  gst_ice_timer_clear (&self->timer);
  fail (self, self->trouble != NULL ? self->trouble->message :
      self->uri != NULL ? "it does not answer" :
      "the URI is none of http: or https:");
  return G_SOURCE_REMOVE;
}

static void
open_session (Request * self)
{
  self->session = soup_session_new_with_options ("user-agent", "gst-ice", NULL);
  if (self->trust != NULL)
    soup_session_set_tls_database (self->session, self->trust);
  /* A small answer could become a huge one. */
  soup_session_remove_feature_by_type (self->session,
      SOUP_TYPE_CONTENT_DECODER);
  if (gst_ice_http_uri_is_local (self->uri))
    soup_session_set_proxy_resolver (self->session, NULL);
}

static void
send_request (Request * self)
{
  g_clear_object (&self->message);
  self->message = soup_message_new_from_uri (SOUP_METHOD_GET, self->target);
  soup_message_add_flags (self->message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_headers_replace (soup_message_get_request_headers
      (self->message), "Accept", "application/json");
  soup_message_headers_replace (soup_message_get_request_headers
      (self->message), "Accept-Encoding", "identity");
  g_atomic_ref_count_inc (&self->refs);
  soup_session_send_async (self->session, self->message, G_PRIORITY_DEFAULT,
      self->cancellable, on_answer, self);
}

static gpointer
fetch (const GstIceConfig * config, GstIceCredentialsFunc fetched,
    gpointer user_data)
{
  Request *self = g_new0 (Request, 1);
  gboolean can_send;

  g_atomic_ref_count_init (&self->refs);
  self->fetched = fetched;
  self->user_data = user_data;
  self->cancellable = g_cancellable_new ();
  self->uri = gst_ice_http_uri_parse
      (gst_ice_config_get_string (config, "ice-servers-uri"), NULL);
  if (self->uri != NULL && *g_uri_get_host (self->uri) == '\0')
    g_clear_pointer (&self->uri, g_uri_unref);
  can_send = self->uri != NULL &&
      gst_ice_tls_trust_open (config, &self->trust, &self->trouble);

  self->timer = gst_ice_timer_new (can_send ? TIMEOUT_MS : 0, on_timeout, self);
  if (can_send) {
    self->target = g_uri_ref (self->uri);
    open_session (self);
    send_request (self);
  }
  return self;
}

static void
cancel (gpointer request)
{
  stop (request);
  request_unref (request);
}

const GstIceCredentialService gst_ice_ice_servers_service = {
  .fetch = fetch,
  .cancel = cancel,
};
