/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Makes structures with the names of W3C's webrtc-stats. */

#include "config.h"

#include "gsticestats.h"

static const gchar *
get_tcp_type (GstIceProtocol transport)
{
  switch (transport) {
    case GST_ICE_PROTOCOL_TCP_ACTIVE:
      return "active";
    case GST_ICE_PROTOCOL_TCP_PASSIVE:
      return "passive";
    case GST_ICE_PROTOCOL_TCP_SO:
      return "so";
    default:
      return NULL;
  }
}

GstStructure *
gst_ice_stats_from_candidate (const GstIceCandidate * candidate)
{
  GstStructure *stats = gst_structure_new ("ice-candidate",
      "foundation", G_TYPE_STRING, candidate->foundation,
      "component", G_TYPE_UINT, candidate->component,
      "address", G_TYPE_STRING, candidate->address,
      "port", G_TYPE_UINT, candidate->port,
      "protocol", G_TYPE_STRING,
      gst_ice_protocol_to_string (candidate->transport),
      "candidate-type", G_TYPE_STRING,
      gst_ice_candidate_type_to_string (candidate->type),
      "priority", G_TYPE_UINT, candidate->priority, NULL);

  if (candidate->related_address != NULL)
    gst_structure_set (stats,
        "related-address", G_TYPE_STRING, candidate->related_address,
        "related-port", G_TYPE_UINT, candidate->related_port, NULL);
  if (get_tcp_type (candidate->transport) != NULL)
    gst_structure_set (stats,
        "tcp-type", G_TYPE_STRING, get_tcp_type (candidate->transport), NULL);
  if (candidate->server != NULL)
    gst_structure_set (stats, "url", G_TYPE_STRING, candidate->server, NULL);
  return stats;
}

GstStructure *
gst_ice_stats_from_pair (const GstIceCandidate * local,
    const GstIceCandidate * remote)
{
  g_autoptr (GstStructure) ours = gst_ice_stats_from_candidate (local);
  g_autoptr (GstStructure) theirs = gst_ice_stats_from_candidate (remote);

  return gst_structure_new ("ice-selected-pair",
      "local", GST_TYPE_STRUCTURE, ours,
      "remote", GST_TYPE_STRUCTURE, theirs, NULL);
}

/* @route: (nullable) */
static GstStructure *
from_counts (const GstIceSenderCounts * sent,
    const GstIceReceiverCounts * received, GstIceRoute * route)
{
  GstStructure *stats = gst_structure_new ("ice-stats",
      "packets-sent", G_TYPE_UINT64, sent->packets_sent,
      "bytes-sent", G_TYPE_UINT64, sent->bytes_sent,
      "packets-discarded-on-send", G_TYPE_UINT64, sent->packets_discarded,
      "packets-received", G_TYPE_UINT64, received->packets_received,
      "bytes-received", G_TYPE_UINT64, received->bytes_received,
      "packets-dropped", G_TYPE_UINT64, received->packets_dropped, NULL);

  if (route != NULL)
    gst_ice_route_add_stats (route, stats);
  return stats;
}

GstStructure *
gst_ice_stats_from_sender (GstIceSender * sender)
{
  g_autoptr (GstIceRoute) route = gst_ice_sender_dup_route (sender);
  const GstIceReceiverCounts none = { 0, };
  GstIceSenderCounts counts;

  gst_ice_sender_get_counts (sender, &counts);
  return from_counts (&counts, &none, route);
}

GstStructure *
gst_ice_stats_from_receiver (GstIceReceiver * receiver)
{
  g_autoptr (GstIceRoute) route = gst_ice_receiver_dup_route (receiver);
  const GstIceSenderCounts none = { 0, };
  GstIceReceiverCounts counts;
  GstStructure *stats;

  gst_ice_receiver_get_counts (receiver, &counts);
  stats = from_counts (&none, &counts, route);
  gst_ice_receiver_add_inbound_stats (receiver, stats);
  return stats;
}

gchar *
gst_ice_stats_describe_pair (const GstIceCandidate * local,
    const GstIceCandidate * remote)
{
  g_autofree gchar *from = gst_ice_candidate_to_host_port (local);
  g_autofree gchar *to = gst_ice_candidate_to_host_port (remote);

  return g_strdup_printf ("%s/%s %s → %s",
      gst_ice_candidate_type_to_string (local->type),
      gst_ice_protocol_to_string (local->transport), from, to);
}
