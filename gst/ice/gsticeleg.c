/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticeleg.h"

#include "gsticestats.h"

/* Returns: (transfer full): a leg without an agent */
GstIceLeg *
gst_ice_leg_new (guint index, GstIceMline * mline)
{
  GstIceLeg *self = g_new0 (GstIceLeg, 1);

  self->index = index;
  self->mline = mline;
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++)
    self->inlets[c] = gst_ice_inlet_new ();
  return self;
}

/* @self: (transfer full) */
void
gst_ice_leg_free (GstIceLeg * self)
{
  g_warn_if_fail (self->agent == NULL);

  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++) {
    gst_ice_inlet_set_channels (self->inlets[c], FALSE, NULL, NULL);
    g_clear_object (&self->inlets[c]);
    g_clear_object (&self->routes[c]);
  }
  g_clear_pointer (&self->selected_local, gst_ice_candidate_free);
  g_clear_pointer (&self->selected_remote, gst_ice_candidate_free);
  g_free (self);
}

static GstIceChannel *
get_channel (GstIceClaim * claim)
{
  return claim != NULL ? claim->channel : NULL;
}

static void
wire_sender (GstIceLeg * self, guint component)
{
  GstIceChannel *channel = get_channel (self->mline->send[component]);
  /* With rtcp-mux both components have one path. */
  guint path = self->mline->rtcp_mux ? 0 : component;

  if (channel != NULL)
    gst_ice_channel_set_route (channel, self->routes[path]);
}

static void
wire_receivers (GstIceLeg * self)
{
  GstIceChannel *rtp = get_channel (self->mline->receive[0]);
  GstIceChannel *rtcp = get_channel (self->mline->receive[1]);

  if (self->mline->rtcp_mux) {
    gst_ice_inlet_set_channels (self->inlets[0], TRUE, rtp, rtcp);
  } else {
    gst_ice_inlet_set_channels (self->inlets[0], FALSE, rtp, NULL);
    /* All that comes on component 2 is RTCP: no telling apart. */
    gst_ice_inlet_set_channels (self->inlets[1], FALSE, rtcp, NULL);
  }
}

void
gst_ice_leg_wire (GstIceLeg * self)
{
  if (!self->agreed || self->refused)
    return;

  wire_receivers (self);
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++)
    wire_sender (self, c);
}

void
gst_ice_leg_end (GstIceLeg * self, GstIceChannelEnd how)
{
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++) {
    GstIceChannel *ends[] = { get_channel (self->mline->send[c]),
      get_channel (self->mline->receive[c])
    };

    g_clear_object (&self->routes[c]);
    for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
      if (ends[i] != NULL) {
        gst_ice_channel_set_route (ends[i], NULL);
        gst_ice_channel_end (ends[i], how);
      }
    }
  }
}

GstIceConnectionState
gst_ice_leg_compute_state (const GstIceLeg * self)
{
  GstIceAgentState lowest = GST_ICE_AGENT_COMPLETED;

  for (guint c = 0; c < self->mline->n_components; c++) {
    if (self->component_states[c] == GST_ICE_AGENT_FAILED)
      return GST_ICE_CONNECTION_FAILED;
    lowest = MIN (lowest, self->component_states[c]);
  }

  switch (lowest) {
    case GST_ICE_AGENT_NEW:
      return GST_ICE_CONNECTION_NEW;
    case GST_ICE_AGENT_CHECKING:
      return GST_ICE_CONNECTION_CHECKING;
    case GST_ICE_AGENT_CONNECTED:
      return GST_ICE_CONNECTION_CONNECTED;
    default:
      return GST_ICE_CONNECTION_COMPLETED;
  }
}

guint64
gst_ice_leg_get_n_received (const GstIceLeg * self)
{
  guint64 n = 0;

  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++) {
    GstIceInletCounts counts;

    gst_ice_inlet_get_counts (self->inlets[c], &counts);
    n += counts.packets_received;
  }
  return n;
}

GstStructure *
gst_ice_leg_get_stats (const GstIceLeg * self)
{
  GstIceInletCounts rtp, rtcp;
  GstStructure *stats;

  gst_ice_inlet_get_counts (self->inlets[0], &rtp);
  gst_ice_inlet_get_counts (self->inlets[1], &rtcp);
  stats = gst_structure_new ("ice-transport",
      "mline", G_TYPE_UINT, self->index,
      "mid", G_TYPE_STRING, self->mline->mid,
      "kind", G_TYPE_STRING, self->mline->media,
      "ice-state", G_TYPE_STRING,
      gst_ice_connection_state_to_string (self->connection_state),
      "packets-received", G_TYPE_UINT64,
      rtp.packets_received + rtcp.packets_received,
      "bytes-received", G_TYPE_UINT64,
      rtp.bytes_received + rtcp.bytes_received,
      "packets-unclaimed", G_TYPE_UINT64,
      rtp.packets_unclaimed + rtcp.packets_unclaimed, NULL);

  if (self->selected_local != NULL && self->selected_remote != NULL) {
    g_autoptr (GstStructure) pair =
        gst_ice_stats_from_pair (self->selected_local, self->selected_remote);

    gst_structure_set (stats, "selected-pair", GST_TYPE_STRUCTURE, pair, NULL);
  }
  return stats;
}
