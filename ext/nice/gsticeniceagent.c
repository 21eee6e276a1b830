/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticeniceagent.h"

#include "gsticeerror.h"
#include "gsticeniceconvert.h"
#include "gsticenicepath.h"
#include "gsticenicesettings.h"

GST_DEBUG_CATEGORY_STATIC (gst_ice_nice_agent_debug);
#define GST_CAT_DEFAULT gst_ice_nice_agent_debug

#define GST_TYPE_ICE_NICE_AGENT (gst_ice_nice_agent_get_type ())
G_DECLARE_FINAL_TYPE (GstIceNiceAgent, gst_ice_nice_agent, GST, ICE_NICE_AGENT,
    GstIceAgent);

/* All on the session thread; libnice's receive callback too, as its context is
 * the session's. */
struct _GstIceNiceAgent
{
  GstIceAgent parent;

  /* Set at construction. */
  gchar *name;
  guint n_components;
  GstIceConfig *config;
  GMainContext *context;
  GstIceInlet *inlets[GST_ICE_MAX_COMPONENTS];
  const GstIceAgentEvents *events;
  gpointer user_data;

  NiceAgent *nice;              /* NULL: closed */
  guint stream;
  GstIceNicePath *paths[GST_ICE_MAX_COMPONENTS];        /* NULL: closed */
  gchar *remote_ufrag, *remote_password;        /* NULL: not yet known */
  GQueue told;                  /* of Event, not yet passed on */
  GSource *tell_source;         /* attached while told has something */
};

G_DEFINE_TYPE_WITH_CODE (GstIceNiceAgent, gst_ice_nice_agent,
    GST_TYPE_ICE_AGENT,
    GST_DEBUG_CATEGORY_INIT (gst_ice_nice_agent_debug, "iceniceagent", 0,
        "ICE agent on libnice"));

typedef enum
{
  EVENT_CANDIDATE,
  EVENT_GATHERING_DONE,
  EVENT_STATE,
  EVENT_SELECTED,
} EventType;

/* What libnice told: it does so from inside calls to it, which an agent of ours
 * does not. */
typedef struct
{
  EventType type;
  guint component;
  GstIceAgentState state;
  GstIceCandidate *local;
  GstIceCandidate *remote;
} Event;

static void
event_free (Event * event)
{
  g_clear_pointer (&event->local, gst_ice_candidate_free);
  g_clear_pointer (&event->remote, gst_ice_candidate_free);
  g_free (event);
}

/* The sockets of a path that was replaced go when no sender uses them any more. */
static void
pass_on_selected (GstIceNiceAgent * self, const Event * event)
{
  GstIceNicePath *path = self->paths[event->component - 1];
  g_autoptr (GstIceRoute) route = gst_ice_nice_path_select (path,
      self->remote_ufrag, self->remote_password);

  self->events->selected (GST_ICE_AGENT (self), event->component, event->local,
      event->remote, route, self->user_data);
  if (self->nice != NULL)
    gst_ice_nice_path_settle (path);
}

/* libnice's keepalives are harmless where consent is kept beside it: the kernel may
 * have given their answers to our socket, glued to media. */
static gboolean
is_mistaken (GstIceNiceAgent * self, const Event * event)
{
  return event->state == GST_ICE_AGENT_FAILED &&
      gst_ice_nice_path_has_consent (self->paths[event->component - 1]);
}

static void
pass_on (GstIceNiceAgent * self, const Event * event)
{
  GstIceAgent *agent = GST_ICE_AGENT (self);

  switch (event->type) {
    case EVENT_CANDIDATE:
      self->events->candidate (agent, event->local, self->user_data);
      break;
    case EVENT_GATHERING_DONE:
      self->events->gathering_done (agent, self->user_data);
      break;
    case EVENT_STATE:
      if (is_mistaken (self, event))
        break;
      self->events->state (agent, event->component, event->state,
          self->user_data);
      break;
    case EVENT_SELECTED:
      pass_on_selected (self, event);
      break;
  }
}

static gboolean
on_tell (gpointer data)
{
  g_autoptr (GstIceNiceAgent) self = g_object_ref (data);
  Event *event;

  while (self->nice != NULL && (event = g_queue_pop_head (&self->told))) {
    pass_on (self, event);
    event_free (event);
  }
  /* Closing it has freed the source already. */
  if (self->nice != NULL)
    g_clear_pointer (&self->tell_source, g_source_unref);
  return G_SOURCE_REMOVE;
}

/* @event: (transfer full) */
static void
tell (GstIceNiceAgent * self, Event * event)
{
  g_queue_push_tail (&self->told, event);
  if (self->tell_source != NULL)
    return;

  self->tell_source = g_idle_source_new ();
  g_source_set_priority (self->tell_source, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->tell_source, on_tell, self, NULL);
  g_source_attach (self->tell_source, self->context);
}

static Event *
event_new (EventType type)
{
  Event *event = g_new0 (Event, 1);

  event->type = type;
  return event;
}

/* libnice's signals. */

static void
on_new_candidate (NiceAgent * nice, NiceCandidate * candidate,
    GstIceNiceAgent * self)
{
  Event *event = event_new (EVENT_CANDIDATE);

  event->local = gst_ice_nice_candidate_to_ours (candidate);
  tell (self, event);
}

static void
on_gathering_done (NiceAgent * nice, guint stream, GstIceNiceAgent * self)
{
  tell (self, event_new (EVENT_GATHERING_DONE));
}

static void
on_state_changed (NiceAgent * nice, guint stream, guint component, guint state,
    GstIceNiceAgent * self)
{
  Event *event = event_new (EVENT_STATE);

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
  Event *event = event_new (EVENT_SELECTED);

  event->component = component;
  event->local = gst_ice_nice_candidate_to_ours (local);
  event->remote = gst_ice_nice_candidate_to_ours (remote);
  tell (self, event);
}

/* From the session thread's loop: there is nothing to queue for. */
static void
on_consent_lost (guint component, gpointer user_data)
{
  GstIceNiceAgent *self = user_data;

  self->events->state (GST_ICE_AGENT (self), component, GST_ICE_AGENT_FAILED,
      self->user_data);
}

static void
on_receive (NiceAgent * nice, guint stream, guint component, guint len,
    gchar * data, gpointer user_data)
{
  GstIceNiceAgent *self = user_data;
  GstBufferList *list = gst_buffer_list_new_sized (1);

  gst_buffer_list_add (list, gst_buffer_new_memdup (data, len));
  gst_ice_inlet_deliver (self->inlets[component - 1], list);
}

/* Making it. */

static void
make_paths (GstIceNiceAgent * self)
{
  GstIceNicePathSettings settings = {.nice = self->nice,.stream = self->stream,
    .config = self->config,.context = self->context,
    .consent_lost = on_consent_lost,.user_data = self
  };

  for (guint c = 0; c < self->n_components; c++) {
    settings.component = c + 1;
    settings.inlet = self->inlets[c];
    self->paths[c] = gst_ice_nice_path_new (&settings);
  }
}

static gboolean
set_up_nice (GstIceNiceAgent * self, const GstIceAgentSettings * settings,
    GError ** error)
{
  gint dscp = gst_ice_config_get_int (self->config, "qos-dscp");

  self->nice = nice_agent_new_full (self->context,
      NICE_COMPATIBILITY_RFC5245, NICE_AGENT_OPTION_ICE_TRICKLE);
  /* UPnP holds gathering up for 180 ms; TCP candidates change nomination. A path
   * that is dead is noticed by conncheck keepalives, not by libnice 0.1.21's
   * consent, which a few lost packets end. */
  g_object_set (self->nice, "controlling-mode", settings->controlling,
      "upnp", FALSE, "ice-tcp", FALSE, "keepalive-conncheck", TRUE, NULL);

  self->stream = nice_agent_add_stream (self->nice, self->n_components);
  nice_agent_set_stream_name (self->nice, self->stream, self->name);
  if (dscp >= 0)
    nice_agent_set_stream_tos (self->nice, self->stream, dscp << 2);

  g_signal_connect (self->nice, "new-candidate-full",
      G_CALLBACK (on_new_candidate), self);
  g_signal_connect (self->nice, "candidate-gathering-done",
      G_CALLBACK (on_gathering_done), self);
  g_signal_connect (self->nice, "component-state-changed",
      G_CALLBACK (on_state_changed), self);
  g_signal_connect (self->nice, "new-selected-pair-full",
      G_CALLBACK (on_selected_pair), self);

  make_paths (self);

  /* Before gathering, or nothing is read, not even answers to checks. */
  for (guint c = 1; c <= self->n_components; c++)
    nice_agent_attach_recv (self->nice, self->stream, c, self->context,
        on_receive, self);
  return gst_ice_nice_settings_apply (self->nice, self->stream,
      self->n_components, self->config, error);
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
    self->inlets[c] = g_object_ref (settings->inlets[c]);
  self->events = settings->events;
  self->user_data = settings->user_data;

  if (!set_up_nice (self, settings, error)) {
    gst_ice_agent_close (GST_ICE_AGENT (self), NULL, NULL);
    return NULL;
  }
  return GST_ICE_AGENT (g_steal_pointer (&self));
}

static gboolean
gst_ice_nice_agent_gather (GstIceAgent * agent, GError ** error)
{
  GstIceNiceAgent *self = GST_ICE_NICE_AGENT (agent);

  if (!nice_agent_gather_candidates (self->nice, self->stream)) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
        "No UDP port could be opened for %s; are those between min-rtp-port and "
        "max-rtp-port in use?", self->name);
    return FALSE;
  }
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

  if (nice_agent_set_remote_credentials (self->nice, self->stream, ufrag, pwd)) {
    g_free (self->remote_ufrag);
    self->remote_ufrag = g_strdup (ufrag);
    g_free (self->remote_password);
    self->remote_password = g_strdup (pwd);
    return TRUE;
  }
  g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_DESCRIPTION,
      "The peer's ICE credentials for %s are not usable", self->name);
  return FALSE;
}

static void
gst_ice_nice_agent_add_remote_candidates (GstIceAgent * agent,
    GPtrArray * candidates)
{
  GstIceNiceAgent *self = GST_ICE_NICE_AGENT (agent);

  for (guint c = 1; c <= self->n_components; c++) {
    GSList *usable = NULL;

    for (guint i = 0; i < candidates->len; i++) {
      const GstIceCandidate *candidate = g_ptr_array_index (candidates, i);
      NiceCandidate *theirs = candidate->component != c ? NULL :
          gst_ice_nice_candidate_from_ours (candidate, self->stream);

      if (theirs != NULL)
        usable = g_slist_append (usable, theirs);
    }
    if (usable != NULL)
      nice_agent_set_remote_candidates (self->nice, self->stream, c, usable);
    g_slist_free_full (usable, (GDestroyNotify) nice_candidate_free);
  }
}

typedef struct
{
  NiceAgent *nice;              /* reference */
  GDestroyNotify closed;
  gpointer user_data;
} Closing;

static void
on_closed (GObject * object, GAsyncResult * result, gpointer data)
{
  Closing *closing = data;

  if (closing->closed != NULL)
    closing->closed (closing->user_data);
  g_object_unref (closing->nice);
  g_free (closing);
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

  if (self->tell_source != NULL)
    g_source_destroy (self->tell_source);
  g_clear_pointer (&self->tell_source, g_source_unref);
  g_queue_clear_full (&self->told, (GDestroyNotify) event_free);
  g_signal_handlers_disconnect_by_data (self->nice, self);
  /* What our sockets have left is delivered; then libnice may close its own. */
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++)
    g_clear_pointer (&self->paths[c], gst_ice_nice_path_free);
  for (guint c = 1; c <= self->n_components; c++)
    nice_agent_attach_recv (self->nice, self->stream, c, self->context, NULL,
        NULL);

  /* TURN allocations stay on the server if the agent is merely freed. */
  closing = g_new0 (Closing, 1);
  closing->nice = g_steal_pointer (&self->nice);
  closing->closed = closed;
  closing->user_data = user_data;
  nice_agent_close_async (closing->nice, on_closed, closing);
}

static void
gst_ice_nice_agent_finalize (GObject * object)
{
  GstIceNiceAgent *self = GST_ICE_NICE_AGENT (object);

  g_warn_if_fail (self->nice == NULL);
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++)
    g_clear_object (&self->inlets[c]);
  g_clear_pointer (&self->config, gst_ice_config_free);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_free (self->remote_ufrag);
  g_free (self->remote_password);
  g_free (self->name);

  G_OBJECT_CLASS (gst_ice_nice_agent_parent_class)->finalize (object);
}

static void
gst_ice_nice_agent_class_init (GstIceNiceAgentClass * klass)
{
  GstIceAgentClass *agent_class = GST_ICE_AGENT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_ice_nice_agent_finalize;
  agent_class->gather = gst_ice_nice_agent_gather;
  agent_class->get_credentials = gst_ice_nice_agent_get_credentials;
  agent_class->set_remote_credentials =
      gst_ice_nice_agent_set_remote_credentials;
  agent_class->add_remote_candidates = gst_ice_nice_agent_add_remote_candidates;
  agent_class->close = gst_ice_nice_agent_close;
}

static void
gst_ice_nice_agent_init (GstIceNiceAgent * self)
{
}
