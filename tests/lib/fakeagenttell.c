/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "fakeagentprivate.h"

/* The events, which are emitted from the agent's context. */
typedef enum
{
  TELL_CANDIDATE,
  TELL_GATHERED,
  TELL_STATE,
  TELL_SELECTED,
} TellType;

typedef struct
{
  FakeAgent *agent;
  TellType type;
  guint component;
  guint port, remote_port;
  GstIceAgentState state;
  GstIceRoute *route;
} Tell;

static void
tell_free (gpointer data)
{
  Tell *tell = data;

  g_object_unref (tell->agent);
  g_clear_object (&tell->route);
  g_free (tell);
}

static GstIceCandidate *
make_candidate (guint component, guint port)
{
  GstIceCandidate *candidate = gst_ice_candidate_new ("127.0.0.1", port);

  candidate->component = component;
  candidate->priority = 2130706431 - component;
  return candidate;
}

static gboolean
on_tell (gpointer data)
{
  Tell *tell = data;
  FakeAgent *self = tell->agent;
  GstIceAgent *agent = GST_ICE_AGENT (self);
  g_autoptr (GstIceCandidate) local =
      make_candidate (tell->component, tell->port);
  g_autoptr (GstIceCandidate) remote =
      make_candidate (tell->component, tell->remote_port);
  gboolean closed;

  g_mutex_lock (&fake_agents_lock);
  closed = self->closed;
  g_mutex_unlock (&fake_agents_lock);
  if (closed)
    return G_SOURCE_REMOVE;

  switch (tell->type) {
    case TELL_CANDIDATE:
      self->events->candidate (agent, local, self->user_data);
      break;
    case TELL_GATHERED:
      self->events->gathering_done (agent, self->user_data);
      break;
    case TELL_STATE:
      self->events->state (agent, tell->component, tell->state,
          self->user_data);
      break;
    case TELL_SELECTED:
      self->events->selected (agent, tell->component, local, remote,
          tell->route, self->user_data);
      break;
  }
  return G_SOURCE_REMOVE;
}

static Tell *
tell_new (FakeAgent * self, TellType type, guint component)
{
  Tell *tell = g_new0 (Tell, 1);

  tell->agent = g_object_ref (self);
  tell->type = type;
  tell->component = component;
  return tell;
}

/* @tell: (transfer full) */
static void
post (Tell * tell)
{
  GSource *source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_tell, tell, tell_free);
  g_source_attach (source, tell->agent->context);
  g_source_unref (source);
}

void
fake_agent_tell_candidate (FakeAgent * self, guint component, guint port)
{
  Tell *tell = tell_new (self, TELL_CANDIDATE, component);

  tell->port = port;
  post (tell);
}

void
fake_agent_tell_gathered (FakeAgent * self)
{
  post (tell_new (self, TELL_GATHERED, 1));
}

void
fake_agent_tell_state (FakeAgent * self, guint component,
    GstIceAgentState state)
{
  Tell *tell = tell_new (self, TELL_STATE, component);

  tell->state = state;
  post (tell);
}

void
fake_agent_tell_selected (FakeAgent * self, guint component, guint port,
    guint remote_port, GstIceRoute * route)
{
  Tell *tell = tell_new (self, TELL_SELECTED, component);

  tell->port = port;
  tell->remote_port = remote_port;
  tell->route = g_object_ref (route);
  post (tell);
}
