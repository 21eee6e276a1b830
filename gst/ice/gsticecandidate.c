/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* ICE candidates as values, without their text form. */

#include "config.h"

#include "gsticecandidate.h"

#include <string.h>

/* 32 bits: among the 128 candidates of an m-line a collision is rare. It
 * costs no more than a check that starts later. */
#define FOUNDATION_CHARS 8

G_DEFINE_BOXED_TYPE (GstIceCandidate, gst_ice_candidate,
    gst_ice_candidate_copy, gst_ice_candidate_free);

GstIceCandidate *
gst_ice_candidate_new (const gchar * address, guint port)
{
  GstIceCandidate *candidate;

  g_return_val_if_fail (address != NULL, NULL);

  candidate = g_new0 (GstIceCandidate, 1);
  candidate->address = g_strdup (address);
  candidate->port = port;

  return candidate;
}

GstIceCandidate *
gst_ice_candidate_copy (const GstIceCandidate * candidate)
{
  GstIceCandidate *copy;

  g_return_val_if_fail (candidate != NULL, NULL);

  copy = g_new (GstIceCandidate, 1);
  *copy = *candidate;
  copy->address = g_strdup (candidate->address);
  copy->related_address = g_strdup (candidate->related_address);
  copy->ufrag = g_strdup (candidate->ufrag);
  copy->base_address = g_strdup (candidate->base_address);
  copy->server = g_strdup (candidate->server);

  return copy;
}

void
gst_ice_candidate_free (GstIceCandidate * candidate)
{
  g_return_if_fail (candidate != NULL);

  g_free (candidate->address);
  g_free (candidate->related_address);
  g_free (candidate->ufrag);
  g_free (candidate->base_address);
  g_free (candidate->server);
  g_free (candidate);
}

void
gst_ice_candidate_compute_foundation (GstIceCandidate * candidate)
{
  const gchar *base;
  g_autofree gchar *key = NULL;
  g_autofree gchar *hash = NULL;

  g_return_if_fail (candidate != NULL);

  base = candidate->base_address ? candidate->base_address : candidate->address;
  key = g_strdup_printf ("%s|%s|%s|%d",
      gst_ice_candidate_type_to_string (candidate->type), base,
      candidate->server ? candidate->server : "", candidate->transport);

  /* Hexadecimal digits are ice-chars. The shortened hash does not reveal the
   * base address. */
  hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, key, -1);
  memset (candidate->foundation, 0, GST_ICE_FOUNDATION_SIZE);
  memcpy (candidate->foundation, hash, FOUNDATION_CHARS);
}

GstIceCandidate *
gst_ice_candidate_copy_with_foundation (const GstIceCandidate * candidate)
{
  GstIceCandidate *copy = gst_ice_candidate_copy (candidate);

  if (*copy->foundation == '\0')
    gst_ice_candidate_compute_foundation (copy);
  return copy;
}

gboolean
gst_ice_candidate_same_address (const GstIceCandidate * a,
    const GstIceCandidate * b)
{
  /* The whole transport is compared: Lync gives TCP-ACT and TCP-PASS the
   * same port, and both are needed. */
  return a->component == b->component && a->transport == b->transport
      && a->port == b->port && g_ascii_strcasecmp (a->address, b->address) == 0;
}

const gchar *
gst_ice_candidate_type_to_string (GstIceCandidateType type)
{
  switch (type) {
    case GST_ICE_CANDIDATE_HOST:
      return "host";
    case GST_ICE_CANDIDATE_SRFLX:
      return "srflx";
    case GST_ICE_CANDIDATE_PRFLX:
      return "prflx";
    case GST_ICE_CANDIDATE_RELAY:
      return "relay";
  }

  g_return_val_if_reached ("host");
}

const gchar *
gst_ice_protocol_to_string (GstIceProtocol transport)
{
  return transport == GST_ICE_PROTOCOL_UDP ? "udp" : "tcp";
}

gchar *
gst_ice_candidate_to_host_port (const GstIceCandidate * candidate)
{
  if (strchr (candidate->address, ':') != NULL)
    return g_strdup_printf ("[%s]:%u", candidate->address, candidate->port);

  return g_strdup_printf ("%s:%u", candidate->address, candidate->port);
}
