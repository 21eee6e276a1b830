/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "fakeagentprivate.h"

#include "gsticeerror.h"

/* How long a test waits for what must come; only a hang takes that long. */
#define PATIENCE (15 * G_TIME_SPAN_SECOND)

G_DEFINE_TYPE (FakeAgent, fake_agent, GST_TYPE_ICE_AGENT);

GMutex fake_agents_lock;
static GCond agents_cond;       /* signalled when an agent is made or closed */

/* Protected by fake_agents_lock. */
static GPtrArray *agents;       /* of FakeAgent */
static GHashTable *behaviours;  /* name, or "" -> behaviour */
static GString *agents_log;

static void
log_locked (FakeAgent * self, const gchar * what)
{
  g_string_append_printf (agents_log, "%s%s:%s",
      agents_log->len > 0 ? " " : "", self->name, what);
}

/* The port identifies the agent of a remote candidate. */
static guint
get_port (FakeAgent * self, guint component)
{
  return self->number * GST_ICE_MAX_COMPONENTS + component;
}

static FakeAgent *
find_peer_locked (FakeAgent * self)
{
  for (guint i = 0; i < self->remote_candidates->len; i++) {
    const GstIceCandidate *candidate =
        g_ptr_array_index (self->remote_candidates, i);

    for (guint a = 0; a < agents->len; a++) {
      FakeAgent *other = g_ptr_array_index (agents, a);
      if (other != self && !other->closed &&
          get_port (other, candidate->component) == candidate->port &&
          g_strcmp0 (self->remote_ufrag, other->ufrag) == 0)
        return other;
    }
  }
  return NULL;
}

static void
connect_to_locked (FakeAgent * self, FakeAgent * peer)
{
  self->connected = TRUE;
  for (guint c = 1; c <= self->n_components; c++) {
    g_autoptr (GstIceRoute) route = fake_route_new (peer->demuxes[c - 1]);

    fake_agent_tell_state (self, c, GST_ICE_AGENT_CHECKING);
    fake_agent_tell_state (self, c, GST_ICE_AGENT_CONNECTED);
    fake_agent_tell_selected (self, c, get_port (self, c), get_port (peer, c),
        route);
    fake_agent_tell_state (self, c, GST_ICE_AGENT_COMPLETED);
  }
}

/* Connects two agents that know each other. */
static void
try_connect_locked (FakeAgent * self)
{
  FakeAgent *peer = find_peer_locked (self);

  if (peer == NULL || self->connected ||
      self->behaviour != FAKE_AGENT_CONNECTS ||
      peer->behaviour != FAKE_AGENT_CONNECTS || find_peer_locked (peer) != self)
    return;

  connect_to_locked (self, peer);
  connect_to_locked (peer, self);
}

static gboolean
fake_agent_gather (GstIceAgent * agent, GError ** error)
{
  FakeAgent *self = FAKE_AGENT (agent);

  g_mutex_lock (&fake_agents_lock);
  log_locked (self, "gather");
  g_mutex_unlock (&fake_agents_lock);

  if (self->behaviour == FAKE_AGENT_CANT_GATHER) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
        "No UDP port could be opened");
    return FALSE;
  }
  if (self->behaviour == FAKE_AGENT_OBEYS)
    return TRUE;

  for (guint c = 1; c <= self->n_components; c++)
    fake_agent_tell_candidate (self, c, get_port (self, c));
  fake_agent_tell_gathered (self);
  return TRUE;
}

static void
fake_agent_get_credentials (GstIceAgent * agent, gchar ** ufrag, gchar ** pwd)
{
  FakeAgent *self = FAKE_AGENT (agent);

  *ufrag = g_strdup (self->ufrag);
  *pwd = g_strdup (self->pwd);
}

static gboolean
fake_agent_set_remote_credentials (GstIceAgent * agent, const gchar * ufrag,
    const gchar * pwd, GError ** error)
{
  FakeAgent *self = FAKE_AGENT (agent);
  g_autofree gchar *what = g_strdup_printf ("check:%s", ufrag);

  g_mutex_lock (&fake_agents_lock);
  log_locked (self, what);
  g_free (self->remote_ufrag);
  self->remote_ufrag = g_strdup (ufrag);
  g_cond_broadcast (&agents_cond);
  g_mutex_unlock (&fake_agents_lock);

  if (self->behaviour == FAKE_AGENT_HANGS ||
      self->behaviour == FAKE_AGENT_FAILS)
    fake_agent_tell_state (self, 1, GST_ICE_AGENT_CHECKING);
  if (self->behaviour == FAKE_AGENT_FAILS)
    fake_agent_tell_state (self, 1, GST_ICE_AGENT_FAILED);
  return TRUE;
}

static void
fake_agent_add_remote_candidates (GstIceAgent * agent, GPtrArray * candidates)
{
  FakeAgent *self = FAKE_AGENT (agent);
  g_autofree gchar *what = g_strdup_printf ("candidates:%u", candidates->len);

  g_mutex_lock (&fake_agents_lock);
  log_locked (self, what);
  for (guint i = 0; i < candidates->len; i++)
    g_ptr_array_add (self->remote_candidates,
        gst_ice_candidate_copy (g_ptr_array_index (candidates, i)));
  try_connect_locked (self);
  g_mutex_unlock (&fake_agents_lock);
}

typedef struct
{
  GDestroyNotify closed;
  gpointer user_data;
} Closing;

static gboolean
on_close (gpointer data)
{
  Closing *closing = data;

  if (closing->closed != NULL)
    closing->closed (closing->user_data);
  return G_SOURCE_REMOVE;
}

static void
fake_agent_close (GstIceAgent * agent, GDestroyNotify closed,
    gpointer user_data)
{
  FakeAgent *self = FAKE_AGENT (agent);
  GSource *source = g_idle_source_new ();
  Closing *closing = g_new0 (Closing, 1);

  g_mutex_lock (&fake_agents_lock);
  log_locked (self, "close");
  self->closed = TRUE;
  g_cond_broadcast (&agents_cond);
  g_mutex_unlock (&fake_agents_lock);

  closing->closed = closed;
  closing->user_data = user_data;
  g_source_set_callback (source, on_close, closing, g_free);
  g_source_attach (source, self->context);
  g_source_unref (source);
}

static void
fake_agent_finalize (GObject * object)
{
  FakeAgent *self = FAKE_AGENT (object);

  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++)
    g_clear_object (&self->demuxes[c]);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_ptr_array_unref (self->remote_candidates);
  g_free (self->ufrag);
  g_free (self->pwd);
  g_free (self->remote_ufrag);
  g_free (self->name);
  G_OBJECT_CLASS (fake_agent_parent_class)->finalize (object);
}

static void
fake_agent_class_init (FakeAgentClass * klass)
{
  GstIceAgentClass *agent_class = GST_ICE_AGENT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = fake_agent_finalize;
  agent_class->gather = fake_agent_gather;
  agent_class->get_credentials = fake_agent_get_credentials;
  agent_class->set_remote_credentials = fake_agent_set_remote_credentials;
  agent_class->add_remote_candidates = fake_agent_add_remote_candidates;
  agent_class->close = fake_agent_close;
}

static void
fake_agent_init (FakeAgent * self)
{
  self->remote_candidates =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_ice_candidate_free);
}

/* Returns: how agents called @name behave */
static FakeAgentBehaviour
get_behaviour_locked (const gchar * name)
{
  gpointer how = NULL;

  if (!g_hash_table_lookup_extended (behaviours, name, NULL, &how))
    g_hash_table_lookup_extended (behaviours, "", NULL, &how);
  return (FakeAgentBehaviour) GPOINTER_TO_INT (how);
}

static GstIceAgent *
fake_agent_new (const GstIceAgentSettings * settings, GError ** error)
{
  FakeAgent *self;
  FakeAgentBehaviour behaviour;

  g_mutex_lock (&fake_agents_lock);
  behaviour = get_behaviour_locked (settings->name);
  g_mutex_unlock (&fake_agents_lock);
  if (behaviour == FAKE_AGENT_CANT_BE_MADE) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
        "There is no address to gather candidates on");
    return NULL;
  }

  self = g_object_new (FAKE_TYPE_AGENT, NULL);
  self->name = g_strdup (settings->name);
  self->n_components = settings->n_components;
  self->controlling = settings->controlling;
  self->behaviour = behaviour;
  self->context = g_main_context_ref (settings->context);
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++)
    self->demuxes[c] = g_object_ref (settings->demuxes[c]);
  self->events = settings->events;
  self->user_data = settings->user_data;

  g_mutex_lock (&fake_agents_lock);
  g_ptr_array_add (agents, g_object_ref (self));
  self->number = agents->len;
  self->ufrag = settings->ufrag != NULL ? g_strdup (settings->ufrag) :
      g_strdup_printf ("ufrag%u", self->number);
  self->pwd = settings->pwd != NULL ? g_strdup (settings->pwd) :
      g_strdup_printf ("passwordofatleast22chars%u", self->number);
  g_cond_broadcast (&agents_cond);
  g_mutex_unlock (&fake_agents_lock);
  return GST_ICE_AGENT (self);
}

void
fake_agents_start (void)
{
  fake_agents_stop ();
  g_mutex_lock (&fake_agents_lock);
  agents = g_ptr_array_new_with_free_func (g_object_unref);
  behaviours = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  agents_log = g_string_new (NULL);
  g_mutex_unlock (&fake_agents_lock);
  gst_ice_agent_set_factory (fake_agent_new);
}

void
fake_agents_stop (void)
{
  g_mutex_lock (&fake_agents_lock);
  g_clear_pointer (&agents, g_ptr_array_unref);
  g_clear_pointer (&behaviours, g_hash_table_unref);
  if (agents_log != NULL)
    g_string_free (g_steal_pointer (&agents_log), TRUE);
  g_mutex_unlock (&fake_agents_lock);
}

void
fake_agents_set_behaviour (const gchar * name, FakeAgentBehaviour how)
{
  g_mutex_lock (&fake_agents_lock);
  g_hash_table_insert (behaviours, g_strdup (name != NULL ? name : ""),
      GINT_TO_POINTER (how));
  g_mutex_unlock (&fake_agents_lock);
}

static FakeAgent *
find_locked (const gchar * name, guint n)
{
  for (guint i = 0; i < agents->len; i++) {
    FakeAgent *agent = g_ptr_array_index (agents, i);

    if (g_str_equal (agent->name, name) && n-- == 0)
      return agent;
  }
  return NULL;
}

FakeAgent *
fake_agents_find (const gchar * name, guint n)
{
  FakeAgent *agent;

  g_mutex_lock (&fake_agents_lock);
  agent = find_locked (name, n);
  g_mutex_unlock (&fake_agents_lock);
  return agent;
}

FakeAgent *
fake_agents_wait (const gchar * name, guint n)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE;
  FakeAgent *agent;

  g_mutex_lock (&fake_agents_lock);
  while ((agent = find_locked (name, n)) == NULL) {
    if (!g_cond_wait_until (&agents_cond, &fake_agents_lock, deadline))
      g_error ("no agent number %u called %s was made", n, name);
  }
  g_mutex_unlock (&fake_agents_lock);
  return agent;
}

guint
fake_agents_get_n_made (void)
{
  guint n;

  g_mutex_lock (&fake_agents_lock);
  n = agents->len;
  g_mutex_unlock (&fake_agents_lock);
  return n;
}

guint
fake_agents_get_n_open (void)
{
  guint n = 0;

  g_mutex_lock (&fake_agents_lock);
  for (guint i = 0; i < agents->len; i++)
    n += !((FakeAgent *) g_ptr_array_index (agents, i))->closed;
  g_mutex_unlock (&fake_agents_lock);
  return n;
}

gchar *
fake_agents_get_log (void)
{
  gchar *copy;

  g_mutex_lock (&fake_agents_lock);
  copy = g_strdup (agents_log->str);
  g_mutex_unlock (&fake_agents_lock);
  return copy;
}

gboolean
fake_agent_is_controlling (FakeAgent * self)
{
  return self->controlling;
}

guint
fake_agent_get_n_components (FakeAgent * self)
{
  return self->n_components;
}

GstIceDemux *
fake_agent_get_inlet (FakeAgent * self, guint component)
{
  return self->demuxes[component - 1];
}
