/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* One agent of a transport, with its pairs and its states. */

#include "config.h"

#include "gsticegeneration.h"

#include "gsticestats.h"
#include "gsticetimer.h"

GstIceGeneration *
gst_ice_generation_new (const GstIceAgentSettings * settings,
    void (*closed) (GstIceGeneration * self, gpointer closed_data),
    gpointer closed_data, GError ** error)
{
  GstIceGeneration *self = g_new0 (GstIceGeneration, 1);
  GstIceAgentSettings own = *settings;

  self->transport = settings->user_data;
  self->n_components = settings->n_components;
  own.user_data = self;
  self->agent = gst_ice_agent_new (&own, error);
  if (self->agent == NULL) {
    g_free (self);
    return NULL;
  }
  self->closed = closed;
  self->closed_data = closed_data;
  return self;
}

void
gst_ice_generation_set_selected (GstIceGeneration * self,
    const GstIceCandidate * local, const GstIceCandidate * remote,
    GstIceRoute * route)
{
  guint c = local->component - 1;

  g_clear_pointer (&self->locals[c], gst_ice_candidate_free);
  g_clear_pointer (&self->remotes[c], gst_ice_candidate_free);
  self->locals[c] = gst_ice_candidate_copy (local);
  self->remotes[c] = gst_ice_candidate_copy (remote);
  g_set_object (&self->routes[c], route);
}

static GstIceAgentState
get_state (const GstIceGeneration * self)
{
  GstIceAgentState lowest = GST_ICE_AGENT_COMPLETED;

  for (guint c = 0; c < self->n_components; c++) {
    if (self->states[c] == GST_ICE_AGENT_FAILED)
      return GST_ICE_AGENT_FAILED;
    lowest = MIN (lowest, self->states[c]);
  }
  return lowest;
}

GstIceConnectionState
gst_ice_generation_get_connection_state (const GstIceGeneration * self)
{
  switch (get_state (self)) {
    case GST_ICE_AGENT_NEW:
      return GST_ICE_CONNECTION_NEW;
    case GST_ICE_AGENT_CHECKING:
      return GST_ICE_CONNECTION_CHECKING;
    case GST_ICE_AGENT_CONNECTED:
      return GST_ICE_CONNECTION_CONNECTED;
    case GST_ICE_AGENT_COMPLETED:
      return GST_ICE_CONNECTION_COMPLETED;
    default:
      return GST_ICE_CONNECTION_FAILED;
  }
}

gboolean
gst_ice_generation_is_working (const GstIceGeneration * self)
{
  GstIceAgentState state = get_state (self);

  for (guint c = 0; c < self->n_components; c++) {
    if (self->routes[c] == NULL)
      return FALSE;
  }
  return state == GST_ICE_AGENT_CONNECTED || state == GST_ICE_AGENT_COMPLETED;
}

gboolean
gst_ice_generation_has_heard_peer (const GstIceGeneration * self)
{
  for (guint c = 0; c < self->n_components; c++) {
    const GstIceAgentState state = self->states[c];

    if (state == GST_ICE_AGENT_CONNECTED || state == GST_ICE_AGENT_COMPLETED)
      return TRUE;
  }
  return self->agent != NULL && gst_ice_agent_has_heard_peer (self->agent);
}

static void
on_closed (gpointer data)
{
  GstIceGeneration *self = data;

  self->closed (self, self->closed_data);
  g_free (self);
}

static gboolean
on_timer (gpointer data)
{
  GstIceGeneration *self = data;
  g_autoptr (GstIceAgent) agent = g_steal_pointer (&self->agent);

  gst_ice_timer_clear (&self->timer);
  gst_ice_agent_close (agent, on_closed, self);
  return G_SOURCE_REMOVE;
}

void
gst_ice_generation_add_stats (const GstIceGeneration * self,
    GstStructure * stats)
{
  g_autoptr (GstStructure) pair = NULL;

  if (self == NULL || self->locals[0] == NULL)
    return;
  pair = gst_ice_stats_from_pair (self->locals[0], self->remotes[0]);
  gst_structure_set (stats, "selected-pair", GST_TYPE_STRUCTURE, pair, NULL);
}

void
gst_ice_generation_retire (GstIceGeneration * self, guint delay_ms)
{
  if (self->agent == NULL)
    return;

  self->transport = NULL;
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++) {
    g_clear_object (&self->routes[c]);
    g_clear_pointer (&self->locals[c], gst_ice_candidate_free);
    g_clear_pointer (&self->remotes[c], gst_ice_candidate_free);
  }
  gst_ice_timer_clear (&self->timer);
  if (delay_ms == 0) {
    on_timer (self);
    return;
  }
  self->timer = gst_ice_timer_new (delay_ms, on_timer, self);
}
