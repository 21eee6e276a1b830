/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The ICE agent of one transport, on libnice. */

#include "config.h"

#include "gsticeniceagent.h"

#include "gsticecompatibility.h"
#include "gsticeerror.h"
#include "gsticelimits.h"
#include "gsticelog.h"
#include "gsticeniceconvert.h"
#include "gsticenicegathering.h"
#include "gsticenicecandidatefilter.h"
#include "gsticeniceevents.h"
#include "gsticenicepath.h"
#include "gsticeniceremote.h"
#include "gsticeniceroute.h"
#include "gsticenicedirectchecks.h"
#include "gsticenicesettings.h"
#include "gsticenetworkmonitor.h"

GST_ICE_LOG_CATEGORY (gst_ice_nice_agent_log, "iceniceagent",
    "ICE agent on libnice");
#define GST_CAT_DEFAULT gst_ice_nice_agent_log ()

#define GST_TYPE_ICE_NICE_AGENT (gst_ice_nice_agent_get_type ())
G_DECLARE_FINAL_TYPE (GstIceNiceAgent, gst_ice_nice_agent, GST, ICE_NICE_AGENT,
    GstIceAgent);

/* All fields: session thread. So is libnice's receive callback, as its
 * context is the session's. */
struct _GstIceNiceAgent
{
  GstIceAgent parent;

  /* Set at construction. */
  gchar *name;
  guint n_components;
  GstIceConfig *config;
  GMainContext *context;
  GstIceDemux *demuxes[GST_ICE_MAX_COMPONENTS];
  const GstIceAgentEvents *events;
  gpointer user_data;

  NiceAgent *nice;              /* NULL: closed */
  guint stream;
  GstIceNicePath *paths[GST_ICE_MAX_COMPONENTS];        /* NULL: closed */
  GstIceNiceGathering *gathering;       /* NULL: closed */
  gboolean relay_only;
  GstIceNiceCandidateFilter *local;     /* NULL: the settings were wrong */
  GstIceNiceEventQueue *news;   /* NULL: closed; so the next */
  GstIceNiceRemote *peer;
  GstIceNiceDirectChecks *search;       /* NULL: only relays are allowed, or
                                         * none */
  GstIceNetworkMonitor *watch;  /* from gathering on; NULL: closed */
};

G_DEFINE_TYPE (GstIceNiceAgent, gst_ice_nice_agent, GST_TYPE_ICE_AGENT);

/* Queues an event. @news: (transfer full) */
static void
tell (GstIceNiceAgent * self, GstIceNiceEvent * news)
{
  gst_ice_nice_event_queue_push (self->news, news);
}

/* Events of the gathering. */

static void
on_enough (gpointer user_data)
{
  tell (user_data, gst_ice_nice_event_new (GST_ICE_NICE_EVENT_GATHERED_ENOUGH));
}

static void
on_gathering_done (gpointer user_data)
{
  tell (user_data, gst_ice_nice_event_new (GST_ICE_NICE_EVENT_GATHERING_DONE));
}

static void
on_gathering_warning (const GError * error, gpointer user_data)
{
  GstIceNiceEvent *event = gst_ice_nice_event_new (GST_ICE_NICE_EVENT_WARNING);

  event->error = g_error_copy (error);
  tell (user_data, event);
}

static void
on_response (const guint8 * response, gsize size_bytes, gpointer user_data)
{
  GstIceNiceAgent *self = user_data;

  for (guint c = 0; c < self->n_components; c++)
    gst_ice_nice_path_take_response (self->paths[c], response, size_bytes);
}

static const GstIceNiceGatheringEvents gathering_events = {
  .enough = on_enough,
  .done = on_gathering_done,
  .warning = on_gathering_warning,
  .response = on_response,
};

/* libnice's signals. */

static void
on_new_candidate (NiceAgent * nice, NiceCandidate * candidate,
    GstIceNiceAgent * self)
{
  g_autoptr (GPtrArray) told =
      gst_ice_nice_candidate_filter_describe_new (self->local, self->gathering,
      candidate);

  for (guint i = 0; i < told->len; i++) {
    GstIceNiceEvent *event =
        gst_ice_nice_event_new (GST_ICE_NICE_EVENT_CANDIDATE);

    event->local = gst_ice_candidate_copy (g_ptr_array_index (told, i));
    tell (self, event);
  }
}

/* libnice tells of none that we gave it. */
static void
on_new_remote_candidate (NiceAgent * nice, NiceCandidate * candidate,
    GstIceNiceAgent * self)
{
  GstIceNiceEvent *event = gst_ice_nice_event_new (GST_ICE_NICE_EVENT_LEARNED);

  event->remote = gst_ice_nice_candidate_to_ours (candidate);
  tell (self, event);
}

static void
on_nice_gathered (NiceAgent * nice, guint stream, GstIceNiceAgent * self)
{
  gst_ice_nice_gathering_nice_done (self->gathering);
}

static void
on_state_changed (NiceAgent * nice, guint stream, guint component, guint state,
    GstIceNiceAgent * self)
{
  GstIceNiceEvent *event = gst_ice_nice_event_new (GST_ICE_NICE_EVENT_STATE);

  GST_DEBUG ("%s, component %u: %s", self->name, component,
      nice_component_state_to_string ((NiceComponentState) state));
  event->component = component;
  event->state = gst_ice_nice_state_to_ours ((NiceComponentState) state);
  tell (self, event);
}

static void
on_selected_pair (NiceAgent * nice, guint stream, guint component,
    NiceCandidate * local, NiceCandidate * remote, GstIceNiceAgent * self)
{
  GstIceNiceEvent *event = gst_ice_nice_event_new (GST_ICE_NICE_EVENT_SELECTED);

  event->component = component;
  event->local = gst_ice_nice_candidate_filter_describe_selected (self->local,
      self->gathering, local);
  event->remote = gst_ice_nice_candidate_to_ours (remote);
  tell (self, event);
}

/* This comes from the loop of the session thread, so it need not be queued. */
static void
on_health (guint component, GstIceNicePathHealth health, gpointer user_data)
{
  GstIceNiceAgent *self = user_data;
  const GstIceAgentEvents *events = self->events;
  void (*const tells[]) (GstIceAgent *, guint, gpointer) = {
    events->recovered, events->suspect, events->lost
  };

  tells[health] (GST_ICE_AGENT (self), component, self->user_data);
}

static void
on_network_changed (gpointer user_data)
{
  GstIceNiceAgent *self = user_data;

  self->events->network_changed (GST_ICE_AGENT (self), self->user_data);
}

static void
on_receive (NiceAgent * nice, guint stream, guint component, guint len,
    gchar * data, gpointer user_data)
{
  GstIceNiceAgent *self = user_data;

  /* RFC 7983: a first byte below 4 is a check that libnice does not read,
   * such as the second ones of MS-ICE2. */
  if (len == 0 || (guint8) * data >= 4)
    gst_ice_nice_path_take_media (self->paths[component - 1], data, len);
}

/* Events from the queue, one after the other. */

/* The sockets of a replaced path are closed when no sender uses them any
 * more. */
static void
pass_on_selected (GstIceNiceAgent * self, const GstIceNiceEvent * event)
{
  GstIceNicePath *path = self->paths[event->component - 1];
  g_autoptr (GstIceRoute) route = gst_ice_nice_path_select (path,
      gst_ice_nice_remote_get_ufrag (self->peer),
      gst_ice_nice_remote_get_password (self->peer));

  self->events->selected (GST_ICE_AGENT (self), event->component, event->local,
      gst_ice_nice_remote_find (self->peer, event->remote), route,
      self->user_data);
  if (self->nice == NULL)
    return;
  gst_ice_nice_path_settle (path);
  if (self->search != NULL)
    gst_ice_nice_direct_checks_begin (self->search);
}

/* libnice may be wrong when it takes missing answers to its keepalives for a
 * failure. Where we keep consent, the kernel may have merged such answers
 * with media for our socket. And while media still comes, another path is
 * sought beside this one. */
static gboolean
is_mistaken (GstIceNiceAgent * self, const GstIceNiceEvent * event)
{
  GstIceNicePath *path = self->paths[event->component - 1];
  gboolean has_consent = gst_ice_nice_path_has_consent (path);
  gboolean open;

  if (event->state != GST_ICE_AGENT_FAILED ||
      (!has_consent && !gst_ice_nice_path_has_media (path)))
    return FALSE;
  GST_INFO ("%s, component %u: libnice had given up", self->name,
      event->component);
  open = gst_ice_nice_route_reopen (self->nice, self->stream, event->component,
      self);
  if (open && !has_consent)
    on_health (event->component, GST_ICE_NICE_PATH_SUSPECT, self);
  return open;
}

static void
pass_on (const GstIceNiceEvent * event, gpointer user_data)
{
  GstIceNiceAgent *self = user_data;
  GstIceAgent *agent = GST_ICE_AGENT (self);

  switch (event->type) {
    case GST_ICE_NICE_EVENT_CANDIDATE:
      self->events->candidate (agent, event->local, self->user_data);
      break;
    case GST_ICE_NICE_EVENT_LEARNED:
      if (self->events->learned != NULL)
        self->events->learned (agent, event->remote, self->user_data);
      break;
    case GST_ICE_NICE_EVENT_GATHERED_ENOUGH:
      self->events->gathered_enough (agent, self->user_data);
      break;
    case GST_ICE_NICE_EVENT_WARNING:
      self->events->warning (agent, event->error, self->user_data);
      break;
    case GST_ICE_NICE_EVENT_GATHERING_DONE:
      self->events->gathering_done (agent, self->user_data);
      break;
    case GST_ICE_NICE_EVENT_STATE:
      if (is_mistaken (self, event))
        break;
      self->events->state (agent, event->component, event->state,
          self->user_data);
      break;
    case GST_ICE_NICE_EVENT_SELECTED:
      pass_on_selected (self, event);
      break;
  }
}

/* Construction. */

static void
make_paths (GstIceNiceAgent * self)
{
  GstIceNicePathSettings settings = {.nice = self->nice,.stream = self->stream,
    .config = self->config,.context = self->context,
    .health = on_health,.user_data = self
  };

  for (guint c = 0; c < self->n_components; c++) {
    settings.component = c + 1;
    settings.demux = self->demuxes[c];
    self->paths[c] = gst_ice_nice_path_new (&settings);
  }
}

static gboolean
set_up_nice (GstIceNiceAgent * self, const GstIceAgentSettings * settings,
    GError ** error)
{
  gint dscp = gst_ice_config_get_int (self->config, "qos-dscp");
  gint dialect = gst_ice_config_get_enum (self->config, "compatibility");

  self->nice = gst_ice_nice_settings_new_agent (self->config, self->context,
      settings->controlling, settings->peer_is_lite);
  self->stream = nice_agent_add_stream (self->nice, self->n_components);
  nice_agent_set_stream_name (self->nice, self->stream, self->name);
  if (settings->ufrag != NULL && settings->pwd != NULL)
    nice_agent_set_local_credentials (self->nice, self->stream,
        settings->ufrag, settings->pwd);
  self->peer = gst_ice_nice_remote_new (self->nice, self->stream,
      self->n_components, self->context, self->config);
  if (!self->relay_only && dialect == GST_ICE_COMPATIBILITY_RFC5245)
    self->search = gst_ice_nice_direct_checks_new (self->nice, self->stream,
        self->n_components, self->peer, self->context);
  if (dscp >= 0)
    nice_agent_set_stream_tos (self->nice, self->stream, dscp << 2);

  g_signal_connect (self->nice, "new-candidate-full",
      G_CALLBACK (on_new_candidate), self);
  g_signal_connect (self->nice, "new-remote-candidate-full",
      G_CALLBACK (on_new_remote_candidate), self);
  g_signal_connect (self->nice, "candidate-gathering-done",
      G_CALLBACK (on_nice_gathered), self);
  g_signal_connect (self->nice, "component-state-changed",
      G_CALLBACK (on_state_changed), self);
  g_signal_connect (self->nice, "new-selected-pair-full",
      G_CALLBACK (on_selected_pair), self);

  make_paths (self);

  /* Before gathering: without these callbacks nothing is read, not even
   * answers to checks. */
  for (guint c = 1; c <= self->n_components; c++)
    nice_agent_attach_recv (self->nice, self->stream, c, self->context,
        on_receive, self);
  if (!gst_ice_nice_settings_apply (self->nice, self->stream,
          self->n_components, self->config, error))
    return FALSE;
  self->gathering = gst_ice_nice_gathering_new (self->nice, self->stream,
      self->n_components, self->config, &gathering_events, self, error);
  return self->gathering != NULL;
}

GstIceAgent *
gst_ice_nice_agent_new (const GstIceAgentSettings * settings, GError ** error)
{
  g_autoptr (GstIceNiceAgent) self =
      g_object_new (GST_TYPE_ICE_NICE_AGENT, NULL);

  self->name = g_strdup (settings->name);
  self->n_components = settings->n_components;
  self->config = gst_ice_config_copy (settings->config);
  self->context = g_main_context_ref (settings->context);
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++)
    self->demuxes[c] = g_object_ref (settings->demuxes[c]);
  self->events = settings->events;
  self->user_data = settings->user_data;
  self->relay_only = gst_ice_config_get_enum (self->config,
      "ice-transport-policy") == GST_ICE_POLICY_RELAY;

  self->news = gst_ice_nice_event_queue_new (self->context, pass_on,
      G_OBJECT (self));
  self->local = gst_ice_nice_candidate_filter_new (self->config, error);
  /* libnice 0.1.21 makes a main context for each component, in any case. */
  if (self->local == NULL
      || !gst_ice_limits_check (GST_ICE_LIMITS_CALL_DESCRIPTORS, error)
      || !set_up_nice (self, settings, error)) {
    gst_ice_agent_close (GST_ICE_AGENT (self), NULL, NULL);
    return NULL;
  }
  return GST_ICE_AGENT (g_steal_pointer (&self));
}

static void
gst_ice_nice_agent_set_servers (GstIceAgent * agent, GPtrArray * servers,
    gboolean complete)
{
  GstIceNiceAgent *self = GST_ICE_NICE_AGENT (agent);

  gst_ice_nice_gathering_set_servers (self->gathering, servers, complete);
}

static gboolean
gst_ice_nice_agent_gather (GstIceAgent * agent, GError ** error)
{
  GstIceNiceAgent *self = GST_ICE_NICE_AGENT (agent);

  if (!gst_ice_nice_gathering_begin (self->gathering)) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
        "No UDP port could be opened for %s; are those between min-rtp-port and "
        "max-rtp-port in use?", self->name);
    return FALSE;
  }
  self->watch =
      gst_ice_network_monitor_new (gst_ice_config_get_string (self->config,
          "network-interfaces"), self->context, on_network_changed, self);
  gst_ice_nice_settings_apply_buffer_size (self->nice, self->stream,
      self->n_components, self->config);
  return TRUE;
}

static void
gst_ice_nice_agent_get_credentials (GstIceAgent * agent, gchar ** ufrag,
    gchar ** pwd)
{
  GstIceNiceAgent *self = GST_ICE_NICE_AGENT (agent);

  nice_agent_get_local_credentials (self->nice, self->stream, ufrag, pwd);
}

static gboolean
gst_ice_nice_agent_set_remote_credentials (GstIceAgent * agent,
    const gchar * ufrag, const gchar * pwd, GError ** error)
{
  GstIceNiceAgent *self = GST_ICE_NICE_AGENT (agent);

  if (gst_ice_nice_remote_set_credentials (self->peer, ufrag, pwd))
    return TRUE;
  g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_DESCRIPTION,
      "The peer's ICE credentials for %s are not usable", self->name);
  return FALSE;
}

static void
gst_ice_nice_agent_add_remote_candidates (GstIceAgent * agent,
    GPtrArray * candidates)
{
  gst_ice_nice_remote_add_candidates (GST_ICE_NICE_AGENT (agent)->peer,
      candidates);
}

static void
gst_ice_nice_agent_count_left_out (GstIceAgent * agent,
    GstIceLeftOut * left_out)
{
  gst_ice_nice_remote_count_left_out (GST_ICE_NICE_AGENT (agent)->peer,
      left_out);
}

typedef struct
{
  NiceAgent *nice;              /* referenced */
  GstIceNiceGathering *gathering;       /* owns the tunnels to the servers */
  GDestroyNotify closed;
  gpointer user_data;
} Closing;

static void
on_closed (GObject * object, GAsyncResult * result, gpointer data)
{
  g_autofree Closing *closing = data;

  g_clear_pointer (&closing->gathering, gst_ice_nice_gathering_free);
  g_object_unref (closing->nice);
  if (closing->closed != NULL)
    closing->closed (closing->user_data);
}

static void
gst_ice_nice_agent_close (GstIceAgent * agent, GDestroyNotify closed,
    gpointer user_data)
{
  GstIceNiceAgent *self = GST_ICE_NICE_AGENT (agent);
  Closing *closing;

  if (self->nice == NULL) {
    if (closed != NULL)
      closed (user_data);
    return;
  }

  g_clear_pointer (&self->news, gst_ice_nice_event_queue_free);
  g_clear_pointer (&self->search, gst_ice_nice_direct_checks_free);
  g_clear_pointer (&self->peer, gst_ice_nice_remote_free);
  g_clear_pointer (&self->watch, gst_ice_network_monitor_free);
  g_signal_handlers_disconnect_by_data (self->nice, self);
  /* Deliver what our sockets still have, before libnice closes its own. */
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++)
    g_clear_pointer (&self->paths[c], gst_ice_nice_path_free);
  for (guint c = 1; c <= self->n_components; c++)
    nice_agent_attach_recv (self->nice, self->stream, c, self->context, NULL,
        NULL);

  if (self->gathering != NULL)
    gst_ice_nice_gathering_stop (self->gathering);

  /* If the agent were only freed, TURN allocations would stay on the server. */
  closing = g_new0 (Closing, 1);
  closing->nice = g_steal_pointer (&self->nice);
  closing->gathering = g_steal_pointer (&self->gathering);
  closing->closed = closed;
  closing->user_data = user_data;
  nice_agent_close_async (closing->nice, on_closed, closing);
}

static void
gst_ice_nice_agent_finalize (GObject * object)
{
  GstIceNiceAgent *self = GST_ICE_NICE_AGENT (object);

  g_warn_if_fail (self->nice == NULL);
  g_clear_pointer (&self->local, gst_ice_nice_candidate_filter_free);
  g_clear_pointer (&self->news, gst_ice_nice_event_queue_free);
  g_clear_pointer (&self->search, gst_ice_nice_direct_checks_free);
  g_clear_pointer (&self->peer, gst_ice_nice_remote_free);
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++)
    g_clear_object (&self->demuxes[c]);
  g_clear_pointer (&self->config, gst_ice_config_free);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_free (self->name);

  G_OBJECT_CLASS (gst_ice_nice_agent_parent_class)->finalize (object);
}

static void
gst_ice_nice_agent_class_init (GstIceNiceAgentClass * klass)
{
  GstIceAgentClass *agent_class = GST_ICE_AGENT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_ice_nice_agent_finalize;
  agent_class->set_servers = gst_ice_nice_agent_set_servers;
  agent_class->gather = gst_ice_nice_agent_gather;
  agent_class->get_credentials = gst_ice_nice_agent_get_credentials;
  agent_class->set_remote_credentials =
      gst_ice_nice_agent_set_remote_credentials;
  agent_class->add_remote_candidates = gst_ice_nice_agent_add_remote_candidates;
  agent_class->count_left_out = gst_ice_nice_agent_count_left_out;
  agent_class->close = gst_ice_nice_agent_close;
}

static void
gst_ice_nice_agent_init (GstIceNiceAgent * self)
{
}
