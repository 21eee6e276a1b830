/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Converts candidates and states between libnice's form and ours. */

#include "config.h"

#include "gsticeniceconvert.h"

#include <string.h>

static GstIceCandidateType
type_to_ours (NiceCandidateType type)
{
  switch (type) {
    case NICE_CANDIDATE_TYPE_SERVER_REFLEXIVE:
      return GST_ICE_CANDIDATE_SRFLX;
    case NICE_CANDIDATE_TYPE_PEER_REFLEXIVE:
      return GST_ICE_CANDIDATE_PRFLX;
    case NICE_CANDIDATE_TYPE_RELAYED:
      return GST_ICE_CANDIDATE_RELAY;
    default:
      return GST_ICE_CANDIDATE_HOST;
  }
}

static NiceCandidateType
type_from_ours (GstIceCandidateType type)
{
  switch (type) {
    case GST_ICE_CANDIDATE_SRFLX:
      return NICE_CANDIDATE_TYPE_SERVER_REFLEXIVE;
    case GST_ICE_CANDIDATE_PRFLX:
      return NICE_CANDIDATE_TYPE_PEER_REFLEXIVE;
    case GST_ICE_CANDIDATE_RELAY:
      return NICE_CANDIDATE_TYPE_RELAYED;
    default:
      return NICE_CANDIDATE_TYPE_HOST;
  }
}

static GstIceProtocol
transport_to_ours (NiceCandidateTransport transport)
{
  switch (transport) {
    case NICE_CANDIDATE_TRANSPORT_TCP_ACTIVE:
      return GST_ICE_PROTOCOL_TCP_ACTIVE;
    case NICE_CANDIDATE_TRANSPORT_TCP_PASSIVE:
      return GST_ICE_PROTOCOL_TCP_PASSIVE;
    case NICE_CANDIDATE_TRANSPORT_TCP_SO:
      return GST_ICE_PROTOCOL_TCP_SO;
    default:
      return GST_ICE_PROTOCOL_UDP;
  }
}

GstIceCandidate *
gst_ice_nice_candidate_to_ours (const NiceCandidate * candidate)
{
  gchar address[NICE_ADDRESS_STRING_LEN];
  GstIceCandidate *ours;

  nice_address_to_string (&candidate->addr, address);
  ours = gst_ice_candidate_new (address,
      nice_address_get_port (&candidate->addr));
  g_strlcpy (ours->foundation, candidate->foundation,
      sizeof (ours->foundation));
  ours->component = candidate->component_id;
  ours->transport = transport_to_ours (candidate->transport);
  ours->priority = candidate->priority;
  ours->type = type_to_ours (candidate->type);

  /* In libnice 0.1.21 a remote candidate without raddr has no base. */
  if (ours->type != GST_ICE_CANDIDATE_HOST &&
      nice_address_is_valid (&candidate->base_addr)) {
    nice_address_to_string (&candidate->base_addr, address);
    ours->base_address = g_strdup (address);
    ours->related_address = g_strdup (address);
    ours->related_port = nice_address_get_port (&candidate->base_addr);
  }
  return ours;
}

static NiceCandidateTransport
transport_from_ours (GstIceProtocol transport)
{
  switch (transport) {
    case GST_ICE_PROTOCOL_TCP_ACTIVE:
      return NICE_CANDIDATE_TRANSPORT_TCP_ACTIVE;
    case GST_ICE_PROTOCOL_TCP_PASSIVE:
      return NICE_CANDIDATE_TRANSPORT_TCP_PASSIVE;
    case GST_ICE_PROTOCOL_TCP_SO:
      return NICE_CANDIDATE_TRANSPORT_TCP_SO;
    case GST_ICE_PROTOCOL_UDP:
      break;
  }
  return NICE_CANDIDATE_TRANSPORT_UDP;
}

NiceCandidate *
gst_ice_nice_candidate_from_ours (const GstIceCandidate * candidate,
    guint stream)
{
  NiceAddress address, related;
  NiceCandidate *theirs;

  nice_address_init (&address);
  if (!nice_address_set_from_string (&address, candidate->address))
    return NULL;

  nice_address_set_port (&address, candidate->port);
  theirs = nice_candidate_new (type_from_ours (candidate->type));
  theirs->addr = address;
  theirs->base_addr = address;
  theirs->transport = transport_from_ours (candidate->transport);
  theirs->priority = candidate->priority;
  theirs->stream_id = stream;
  theirs->component_id = candidate->component;
  g_strlcpy (theirs->foundation, candidate->foundation,
      sizeof (theirs->foundation));

  nice_address_init (&related);
  if (candidate->related_address != NULL &&
      nice_address_set_from_string (&related, candidate->related_address)) {
    nice_address_set_port (&related, candidate->related_port);
    theirs->base_addr = related;
  }
  return theirs;
}

GstIceAgentState
gst_ice_nice_state_to_ours (NiceComponentState state)
{
  switch (state) {
    case NICE_COMPONENT_STATE_CONNECTING:
      return GST_ICE_AGENT_CHECKING;
    case NICE_COMPONENT_STATE_CONNECTED:
      return GST_ICE_AGENT_CONNECTED;
    case NICE_COMPONENT_STATE_READY:
      return GST_ICE_AGENT_COMPLETED;
    case NICE_COMPONENT_STATE_FAILED:
      return GST_ICE_AGENT_FAILED;
    default:
      return GST_ICE_AGENT_NEW;
  }
}

void
gst_ice_nice_candidates_give (GPtrArray * candidates, NiceAgent * nice,
    guint stream, guint n_components)
{
  for (guint c = 1; c <= n_components; c++) {
    GSList *usable = NULL;

    for (guint i = 0; i < candidates->len; i++) {
      const GstIceCandidate *candidate = g_ptr_array_index (candidates, i);
      NiceCandidate *theirs = candidate->component != c ? NULL :
          gst_ice_nice_candidate_from_ours (candidate, stream);

      if (theirs != NULL)
        usable = g_slist_append (usable, theirs);
    }
    if (usable != NULL)
      nice_agent_set_remote_candidates (nice, stream, c, usable);
    g_slist_free_full (usable, (GDestroyNotify) nice_candidate_free);
  }
}
