/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Writes a GstIceDescription as SDP, and a fragment as trickle-ice-sdpfrag. */

#include "config.h"

#include "gsticesdp.h"

#include "gsticecandidatetext.h"
#include "gsticesdpformats.h"
#include "gsticesdpgroups.h"
#include "gsticesdpkeying.h"
#include "gsticesdpsources.h"

#include <gst/sdp/sdp.h>

#include <string.h>

/* RFC 8840, 4.1.1: the port while no candidate is known. */
#define DISCARD_PORT 9

/* The default address (RFC 8839, 4.2.1.2): where media goes until ICE has
 * found better. */
typedef struct
{
  const gchar *family;          /* "IP4" or "IP6" */
  gchar *address;               /* owned */
  guint port;
} DefaultAddress;

static gboolean
is_ipv6 (const gchar * address)
{
  return strchr (address, ':') != NULL;
}

/* Returns: the higher, the likelier the candidate works for a peer without
 *     ICE; 0: it can't be the default */
static guint
rank_candidate (const GstIceCandidate * candidate, gboolean nominated)
{
  /* RFC 8839, 4.2.1.2 has this order. */
  static const guint type_ranks[] = {
    [GST_ICE_CANDIDATE_HOST] = 1,
    [GST_ICE_CANDIDATE_PRFLX] = 2,
    [GST_ICE_CANDIDATE_SRFLX] = 3,
    [GST_ICE_CANDIDATE_RELAY] = 4,
  };

  /* A peer without mDNS and RFC 4571 could not use these. */
  if (!g_hostname_is_ip_address (candidate->address)
      || (candidate->transport != GST_ICE_PROTOCOL_UDP && !nominated))
    return 0;

  return 2 * type_ranks[candidate->type] + !is_ipv6 (candidate->address);
}

static void
find_default_address (const GstIceMediaDescription * media, guint component,
    DefaultAddress * found)
{
  gboolean nominated = media->remote_candidates->len > 0;
  const GstIceCandidate *best = NULL;
  guint i, best_rank = 0;

  for (i = 0; i < media->candidates->len; i++) {
    const GstIceCandidate *candidate = g_ptr_array_index (media->candidates, i);
    guint rank = rank_candidate (candidate, nominated);

    if (candidate->component == component && rank > best_rank) {
      best = candidate;
      best_rank = rank;
    }
  }

  found->family = best && is_ipv6 (best->address) ? "IP6" : "IP4";
  found->address = best ? g_strndup (best->address,
      gst_ice_sdp_address_length (best->address)) : g_strdup ("0.0.0.0");
  /* The port of an active TCP candidate may be 0, which would mean
   * "rejected". */
  found->port = best && best->port > 0 ? best->port : DISCARD_PORT;
}

static const gchar *
direction_to_key (const GstIceMediaDescription * media)
{
  if (media->rejected)
    return "inactive";

  switch (media->direction) {
    case GST_ICE_DIRECTION_SENDRECV:
      return "sendrecv";
    case GST_ICE_DIRECTION_SENDONLY:
      return "sendonly";
    case GST_ICE_DIRECTION_RECVONLY:
      return "recvonly";
    case GST_ICE_DIRECTION_INACTIVE:
      return "inactive";
  }

  g_return_val_if_reached ("inactive");
}

static void
write_candidates (const GstIceMediaDescription * media, GstSDPMedia * line)
{
  guint i;

  for (i = 0; i < media->candidates->len; i++) {
    g_autofree gchar *text =
        gst_ice_candidate_to_text (g_ptr_array_index (media->candidates, i));

    gst_sdp_media_add_attribute (line, "candidate",
        text + strlen ("candidate:"));
  }
  if (media->end_of_candidates)
    gst_sdp_media_add_attribute (line, "end-of-candidates", NULL);
}

static void
write_remote_candidates (const GstIceMediaDescription * media,
    GstSDPMedia * line)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint i;

  for (i = 0; i < media->remote_candidates->len; i++) {
    const GstIceCandidate *candidate =
        g_ptr_array_index (media->remote_candidates, i);

    g_string_append_printf (text, "%s%u %.*s %u", i > 0 ? " " : "",
        candidate->component, gst_ice_sdp_address_length (candidate->address),
        candidate->address, candidate->port);
  }
  if (text->len > 0)
    gst_sdp_media_add_attribute (line, "remote-candidates", text->str);
}

static void
write_ice (const GstIceMediaDescription * media, GstSDPMedia * line)
{
  if (media->ufrag != NULL)
    gst_sdp_media_add_attribute (line, "ice-ufrag", media->ufrag);
  if (media->pwd != NULL)
    gst_sdp_media_add_attribute (line, "ice-pwd", media->pwd);
  write_candidates (media, line);
  write_remote_candidates (media, line);
}

/* Sets port and c= line, and a=rtcp if RTCP has its own component.
 * @transport: the m-line with the candidates for @media: @media itself, or
 *     another */
static void
write_addresses (const GstIceMediaDescription * media,
    const GstIceMediaDescription * transport, gboolean offer,
    GstSDPMedia * line)
{
  gboolean none = media->rejected || media->bundle_only;
  DefaultAddress rtp, rtcp;

  find_default_address (transport, GST_ICE_COMPONENT_RTP, &rtp);
  gst_sdp_media_set_port_info (line, none ? 0 : rtp.port, 1);
  gst_sdp_media_add_connection (line, "IN", rtp.family,
      none ? "0.0.0.0" : rtp.address, 0, 0);
  g_free (rtp.address);
  if (media->bundle_only)
    gst_sdp_media_add_attribute (line, "bundle-only", NULL);

  if (media->rtcp_mux)
    gst_sdp_media_add_attribute (line, "rtcp-mux", NULL);
  /* RFC 9725, 4.4.1 asks for it in each bundled m-line; RFC 8858, 3 forbids
   * it in answers. */
  if (media->rtcp_mux && media->bundle >= 0 && offer)
    gst_sdp_media_add_attribute (line, "rtcp-mux-only", NULL);

  /* RFC 3605; without it the peer expects RTCP at the port above. */
  if (!media->rtcp_mux && !media->rejected) {
    g_autofree gchar *text = NULL;

    find_default_address (media, GST_ICE_COMPONENT_RTCP, &rtcp);
    text = g_strdup_printf ("%u IN %s %s", rtcp.port, rtcp.family,
        rtcp.address);
    gst_sdp_media_add_attribute (line, "rtcp", text);
    g_free (rtcp.address);
  }
}

/* Sets the words that every m= line has. */
static GstSDPMedia *
new_line (const GstIceMediaDescription * media)
{
  GstSDPMedia *line;

  gst_sdp_media_new (&line);
  gst_sdp_media_set_media (line, media->media ? media->media :
      gst_ice_media_kind_to_string (media->kind));
  gst_sdp_media_set_proto (line, media->protocol ? media->protocol : "RTP/AVP");
  if (media->mid != NULL)
    gst_sdp_media_add_attribute (line, "mid", media->mid);

  return line;
}

static void
write_media (const GstIceDescription * description, guint index,
    GstSDPMessage * message)
{
  const GstIceMediaDescription *media =
      gst_ice_description_get_media (description, index);
  gboolean shares = media->bundle >= 0
      && description->type == GST_ICE_DESCRIPTION_ANSWER;
  GstSDPMedia *line = new_line (media);

  gst_sdp_media_add_attribute (line, direction_to_key (media), NULL);
  gst_ice_sdp_sources_write (media, line);
  write_addresses (media, shares ? gst_ice_description_get_media (description,
          (guint) media->bundle) : media,
      description->type == GST_ICE_DESCRIPTION_OFFER, line);
  if (media->formats != NULL)
    gst_ice_sdp_formats_write (media->formats, line);
  /* RFC 8866, 9: at least one format. "*" is not a payload type. */
  if (gst_sdp_media_formats_len (line) == 0)
    gst_sdp_media_add_format (line, media->rejected ? "0" : "*");
  /* An answer repeats the transport in refused m-lines. */
  if (!media->rejected || description->type == GST_ICE_DESCRIPTION_ANSWER) {
    if (media->keying != NULL)
      gst_ice_sdp_keying_write (media->keying, line);
    write_ice (media, line);
  }

  gst_sdp_message_add_media (message, line);
  gst_sdp_media_free (line);
}

static void
write_session (const GstIceDescription * description, GstSDPMessage * message)
{
  g_autofree gchar *session_id =
      g_strdup_printf ("%" G_GUINT64_FORMAT, description->session_id);
  g_autofree gchar *version =
      g_strdup_printf ("%" G_GUINT64_FORMAT, description->version);
  gboolean ipv6 = FALSE;

  if (description->media->len > 0) {
    DefaultAddress rtp;

    find_default_address (gst_ice_description_get_media (description, 0),
        GST_ICE_COMPONENT_RTP, &rtp);
    ipv6 = is_ipv6 (rtp.address);
    g_free (rtp.address);
  }

  gst_sdp_message_set_version (message, "0");
  /* RFC 8829, 5.2.1: not the address, which would identify this host. */
  gst_sdp_message_set_origin (message, "-", session_id, version, "IN",
      ipv6 ? "IP6" : "IP4", ipv6 ? "::1" : "127.0.0.1");
  gst_sdp_message_set_session_name (message, "-");
  gst_sdp_message_add_time (message, "0", "0", NULL);
  /* Not ice2, which promises RFC 8445's nomination (RFC 8839, 5.6). */
  gst_sdp_message_add_attribute (message, "ice-options", "trickle");
  if (description->ice_lite)
    gst_sdp_message_add_attribute (message, "ice-lite", NULL);
  if (description->own_transports)
    gst_sdp_message_add_attribute (message, GST_ICE_SDP_TRANSPORTS, "each");
  gst_ice_sdp_groups_write (description, message);
}

gchar *
gst_ice_sdp_write (const GstIceDescription * description)
{
  GstSDPMessage *message;
  gchar *text;
  guint i;

  g_return_val_if_fail (description != NULL, NULL);
  g_return_val_if_fail (description->type != GST_ICE_DESCRIPTION_FRAGMENT,
      NULL);

  gst_sdp_message_new (&message);
  write_session (description, message);
  for (i = 0; i < description->media->len; i++)
    write_media (description, i, message);

  text = gst_sdp_message_as_text (message);
  gst_sdp_message_free (message);

  return text;
}

/* RFC 8840, 9.2: "m=audio 9 RTP/AVP 0" stands for any m-line of that kind. */
gchar *
gst_ice_sdp_write_fragment (const GstIceDescription * fragment)
{
  GString *text;
  guint i;

  g_return_val_if_fail (fragment != NULL, NULL);

  text = g_string_new (NULL);
  for (i = 0; i < fragment->media->len; i++) {
    const GstIceMediaDescription *media =
        gst_ice_description_get_media (fragment, i);
    GstSDPMedia *line = new_line (media);
    g_autofree gchar *lines = NULL;

    gst_sdp_media_set_port_info (line, DISCARD_PORT, 1);
    gst_sdp_media_add_format (line, "0");
    write_ice (media, line);
    lines = gst_sdp_media_as_text (line);
    g_string_append (text, lines);
    gst_sdp_media_free (line);
  }

  return g_string_free (text, FALSE);
}
