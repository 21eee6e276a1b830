/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Collects the STUN and TURN servers of a session from settings, a service and signalling. */

#include "config.h"

#include "gsticeservers.h"

#include "gsticeerror.h"
#include "gsticesecret.h"
#include "gsticetimer.h"

/* How long the end of gathering waits for the service. */
#define SERVICE_WAIT_MS 2500

/* Credentials are fetched anew when this part of their time is over, but not more
 * often than this; and after a failure. */
#define RENEW_PERCENT 80
#define MIN_RENEW_MS 1000
#define RETRY_MS 30000

/* An allocation is made so long after a restart began, at most, and what is left of the
 * time of credentials that is not renewed as it should be. */
#define NEAR_END_MS 10000
#define NEAR_END_PERCENT 10

/* How long those we make ourselves are good for; they count when an allocation is
 * made, not while it lasts. */
#define SIGNED_SECONDS (24 * 3600)

/* What is remembered of what servers said, the latest. */
#define MAX_FAILURES 32

struct _GstIceServers
{
  GMainContext *context;
  const GstIceServersEvents *events;    /* static */
  gpointer user_data;

  gboolean started;
  GPtrArray *configured;        /* of GstIceServer */
  GPtrArray *fetched;           /* of GstIceServer, of the last answer */
  gint64 fresh_until_us;        /* they, in real time, which goes on while a machine
                                 * sleeps; 0: for ever */
  gboolean stale;               /* they are, and others are on their way */
  GPtrArray *added;             /* of GstIceServer */
  gchar *secret;                /* or NULL */
  GstIceConfig *config;         /* for the service, NULL: there is none */
  gpointer request;             /* NULL: none was made */
  gboolean waiting;             /* for the first answer */
  GSource *wait_timer;          /* or NULL, as the next */
  GSource *renew_timer;
  GSource *changed_source;
  GPtrArray *failures;          /* of text */
  GError *overflow;             /* not told yet, or NULL */
  gboolean overflowed;          /* of what was added; told once */
};

/* Written while the plugin is loaded, read by sessions after. */
/* Returns: (transfer full): no servers */
GstIceServers *
gst_ice_servers_new (GMainContext * context, const GstIceServersEvents * events,
    gpointer user_data)
{
  const GDestroyNotify free_server = (GDestroyNotify) gst_ice_server_free;
  GstIceServers *self = g_new0 (GstIceServers, 1);

  self->context = g_main_context_ref (context);
  self->events = events;
  self->user_data = user_data;
  self->configured = g_ptr_array_new_with_free_func (free_server);
  self->fetched = g_ptr_array_new_with_free_func (free_server);
  self->added = g_ptr_array_new_with_free_func (free_server);
  self->failures = g_ptr_array_new_with_free_func (g_free);
  return self;
}

static void
cancel_request (GstIceServers * self)
{
  if (self->request != NULL)
    gst_ice_credential_service_get_backend ()->
        cancel (g_steal_pointer (&self->request));
}

/* @self: (transfer full) */
void
gst_ice_servers_free (GstIceServers * self)
{
  cancel_request (self);
  gst_ice_timer_clear (&self->wait_timer);
  gst_ice_timer_clear (&self->renew_timer);
  gst_ice_timer_clear (&self->changed_source);
  g_ptr_array_unref (self->configured);
  g_ptr_array_unref (self->fetched);
  g_ptr_array_unref (self->added);
  g_ptr_array_unref (self->failures);
  g_clear_error (&self->overflow);
  g_free (self->secret);
  g_clear_pointer (&self->config, gst_ice_config_free);
  g_main_context_unref (self->context);
  g_free (self);
}

static gboolean
on_tell_changed (gpointer data)
{
  GstIceServers *self = data;
  g_autoptr (GError) overflow = g_steal_pointer (&self->overflow);

  gst_ice_timer_clear (&self->changed_source);
  if (overflow != NULL && gst_ice_servers_note_failure (self,
          overflow->message))
    self->events->warning (overflow, self->user_data);
  self->events->changed (self->user_data);
  return G_SOURCE_REMOVE;
}

static void
tell_changed (GstIceServers * self)
{
  if (self->changed_source != NULL)
    return;

  self->changed_source = g_idle_source_new ();
  g_source_set_priority (self->changed_source, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->changed_source, on_tell_changed, self, NULL);
  g_source_attach (self->changed_source, self->context);
}

/* The service. */

static void
stop_waiting (GstIceServers * self)
{
  gst_ice_timer_clear (&self->wait_timer);
  if (!self->waiting)
    return;
  self->waiting = FALSE;
  /* Better than none. */
  self->stale = FALSE;
  tell_changed (self);
}

static gboolean
on_waited (gpointer data)
{
  stop_waiting (data);
  return G_SOURCE_REMOVE;
}

static void ask_service (GstIceServers * self);

static gboolean
on_renew (gpointer data)
{
  GstIceServers *self = data;

  gst_ice_timer_clear (&self->renew_timer);
  ask_service (self);
  return G_SOURCE_REMOVE;
}

static void
take_fetched (GstIceServers * self, GPtrArray * servers, guint ttl_s)
{
  guint near_end_ms = (guint) MIN ((guint64) ttl_s * 10 * NEAR_END_PERCENT,
      NEAR_END_MS);

  self->stale = FALSE;
  self->fresh_until_us = ttl_s == 0 ? 0 : g_get_real_time () +
      ttl_s * G_TIME_SPAN_SECOND - near_end_ms * G_TIME_SPAN_MILLISECOND;

  g_ptr_array_set_size (self->fetched, 0);
  for (guint i = 0; i < servers->len && i < GST_ICE_MAX_SERVERS; i++)
    g_ptr_array_add (self->fetched,
        gst_ice_server_copy (g_ptr_array_index (servers, i)));
  if (servers->len > GST_ICE_MAX_SERVERS && self->overflow == NULL)
    self->overflow = g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        "The service of ice-servers-uri told of %u servers; the first %d are used",
        servers->len, GST_ICE_MAX_SERVERS);
}

static void
on_fetched (GPtrArray * servers, guint ttl_s, const GError * error,
    gpointer user_data)
{
  GstIceServers *self = user_data;
  guint64 renew_ms;

  if (servers != NULL) {
    take_fetched (self, servers, ttl_s);
    renew_ms = (guint64) ttl_s *10 * RENEW_PERCENT;
    renew_ms = ttl_s == 0 ? 0 : CLAMP (renew_ms, MIN_RENEW_MS, G_MAXINT);
    tell_changed (self);
  } else {
    renew_ms = RETRY_MS;
    if (gst_ice_servers_note_failure (self, error->message))
      self->events->warning (error, self->user_data);
  }

  if (renew_ms > 0)
    gst_ice_timer_restart (&self->renew_timer, self->context, (guint) renew_ms,
        on_renew, self);
  stop_waiting (self);
}

static void
ask_service (GstIceServers * self)
{
  cancel_request (self);
  self->request =
      gst_ice_credential_service_get_backend ()->fetch (self->config,
      on_fetched, self);
}

void
gst_ice_servers_freshen (GstIceServers * self)
{
  if (self->waiting || self->fresh_until_us == 0 ||
      g_get_real_time () < self->fresh_until_us)
    return;

  self->waiting = self->stale = TRUE;
  gst_ice_timer_restart (&self->wait_timer, self->context, SERVICE_WAIT_MS,
      on_waited, self);
  ask_service (self);
}

/* Settings. */

/* @property: what @uri was set by */
static gboolean
add_configured (GstIceServers * self, const gchar * property, const gchar * uri,
    gboolean stun, GError ** error)
{
  GstIceServer *server = gst_ice_server_from_uri (uri, error);

  if (server == NULL) {
    g_prefix_error (error, "%s can't be used: ", property);
    return FALSE;
  }
  g_ptr_array_add (self->configured, server);
  if ((server->kind == GST_ICE_SERVER_STUN) == stun)
    return TRUE;

  g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
      "%s can't be used: it must begin with %s", property,
      stun ? "stun:" : "turn: or turns:");
  return FALSE;
}

static gboolean
read_turn_servers (GstIceServers * self, const GstIceConfig * config,
    GError ** error)
{
  const GValue *uris = gst_ice_config_get_value (config, "turn-servers");
  guint n = uris != NULL ? gst_value_array_get_size (uris) : 0;

  for (guint i = 0; i < n; i++) {
    const GValue *uri = gst_value_array_get_value (uris, i);

    if (G_VALUE_HOLDS_STRING (uri) && g_value_get_string (uri) != NULL &&
        !add_configured (self, "turn-servers", g_value_get_string (uri), FALSE,
            error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_settings (GstIceServers * self, const GstIceConfig * config,
    GError ** error)
{
  const gchar *stun = gst_ice_config_get_string (config, "stun-server");
  const gchar *turn = gst_ice_config_get_string (config, "turn-server");

  if (!gst_ice_secret_read (config, "turn-shared-secret", &self->secret, error))
    return FALSE;
  if (gst_ice_config_get_string (config, "ice-servers-uri") != NULL)
    self->config = gst_ice_config_copy (config);

  if (stun != NULL && !add_configured (self, "stun-server", stun, TRUE, error))
    return FALSE;
  if (turn != NULL && !add_configured (self, "turn-server", turn, FALSE, error))
    return FALSE;
  if (!read_turn_servers (self, config, error))
    return FALSE;

  if (self->config != NULL && gst_ice_credential_service_get_backend () == NULL) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        "ice-servers-uri is set, but the plugin was built without HTTP "
        "(libsoup)");
    return FALSE;
  }
  return TRUE;
}

gboolean
gst_ice_servers_start (GstIceServers * self, const GstIceConfig * config,
    GError ** error)
{
  if (self->started)
    return TRUE;

  self->started = TRUE;
  if (!read_settings (self, config, error))
    return FALSE;

  if (self->config != NULL) {
    self->waiting = TRUE;
    gst_ice_timer_restart (&self->wait_timer, self->context, SERVICE_WAIT_MS,
        on_waited, self);
    ask_service (self);
  }
  return TRUE;
}

/* Returns: whether @server is there already, now with the credentials of @server */
static gboolean
renew_added (GstIceServers * self, const GstIceServer * server)
{
  for (guint i = 0; i < self->added->len; i++) {
    GstIceServer *known = g_ptr_array_index (self->added, i);

    if (gst_ice_server_same_place (known, server)) {
      gst_ice_server_free (known);
      self->added->pdata[i] = gst_ice_server_copy (server);
      return TRUE;
    }
  }
  return FALSE;
}

void
gst_ice_servers_add (GstIceServers * self, const GstIceServer * server)
{
  /* Agents that know the server keep what it knows; the next ones get this. */
  if (renew_added (self, server))
    return;
  if (self->added->len < GST_ICE_MAX_SERVERS) {
    g_ptr_array_add (self->added, gst_ice_server_copy (server));
  } else if (!self->overflowed) {
    g_autofree gchar *uri = gst_ice_server_to_uri (server);

    self->overflowed = TRUE;
    g_clear_error (&self->overflow);
    self->overflow = g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        "Server %s is not used, nor are those after it: signalling and "
        "add-turn-server may add %d", uri, GST_ICE_MAX_SERVERS);
  }
  tell_changed (self);
}

/* Questions. */

static void
append (const GstIceServers * self, GPtrArray * list, GPtrArray * from)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  for (guint i = 0; i < from->len; i++) {
    GstIceServer *server = gst_ice_server_copy (g_ptr_array_index (from, i));

    if (self->secret != NULL && server->password == NULL &&
        server->kind != GST_ICE_SERVER_STUN) {
      g_autofree gchar *user = g_strdup (server->username);

      gst_ice_server_sign (server, self->secret, user, now + SIGNED_SECONDS);
    }
    g_ptr_array_add (list, server);
  }
}

GPtrArray *
gst_ice_servers_list (const GstIceServers * self)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_ice_server_free);

  append (self, list, self->configured);
  if (!self->stale)
    append (self, list, self->fetched);
  append (self, list, self->added);
  return list;
}

gboolean
gst_ice_servers_are_complete (const GstIceServers * self)
{
  return !self->waiting;
}

gboolean
gst_ice_servers_note_failure (GstIceServers * self, const gchar * message)
{
  for (guint i = 0; i < self->failures->len; i++) {
    if (g_str_equal (g_ptr_array_index (self->failures, i), message))
      return FALSE;
  }
  /* A session that lasts for days hears of servers that come and go. */
  if (self->failures->len == MAX_FAILURES)
    g_ptr_array_remove_index (self->failures, 0);
  g_ptr_array_add (self->failures, g_strdup (message));
  return TRUE;
}

gchar *
gst_ice_servers_describe_failures (const GstIceServers * self)
{
  GString *text = NULL;

  for (guint i = 0; i < self->failures->len; i++) {
    if (text == NULL)
      text = g_string_new (NULL);
    else
      g_string_append (text, "; ");
    g_string_append (text, g_ptr_array_index (self->failures, i));
  }
  return text != NULL ? g_string_free (text, FALSE) : NULL;
}
