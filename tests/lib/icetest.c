/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "icetest.h"

GstBuffer *
packet_new (guint8 payload_type, guint16 seqnum)
{
  guint8 head[12] = { 0x80, payload_type, seqnum >> 8, seqnum & 0xff, };

  return gst_buffer_new_memdup (head, sizeof (head));
}

GstBufferList *
packets_new (guint first, guint n)
{
  GstBufferList *list = gst_buffer_list_new ();

  for (guint i = 0; i < n; i++)
    gst_buffer_list_add (list, packet_new (96, (guint16) (first + i)));
  return list;
}

gchar *
packets_to_string (GstBufferList * list)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < gst_buffer_list_length (list); i++) {
    guint8 head[4] = { 0, };

    gst_buffer_extract (gst_buffer_list_get (list, i), 0, head, 4);
    g_string_append_printf (text, "%s%u", i > 0 ? " " : "",
        GST_READ_UINT16_BE (head + 2));
  }
  return g_string_free (text, FALSE);
}

GstIceCandidate *
candidate_new (const gchar * address, guint port, guint component)
{
  GstIceCandidate *candidate = gst_ice_candidate_new (address, port);

  candidate->component = component;
  candidate->priority = 2130706431 - component;
  return candidate;
}

GstIceMediaDescription *
add_media (GstIceDescription * description, const gchar * mid,
    const gchar * caps)
{
  GstIceMediaDescription *media = gst_ice_description_add_media (description);

  media->formats = gst_caps_from_string (caps);
  media->media = g_strdup (gst_structure_get_string (gst_caps_get_structure
          (media->formats, 0), "media"));
  media->kind = gst_ice_media_kind_from_string (media->media);
  media->protocol = g_strdup ("RTP/AVP");
  media->mid = g_strdup (mid);
  media->direction = GST_ICE_DIRECTION_SENDRECV;
  media->rtcp_mux = TRUE;
  media->ufrag = g_strdup_printf ("peer%s", mid != NULL ? mid : "");
  media->pwd = g_strdup ("passwordofatleast22characters");
  return media;
}

void
add_candidate (GstIceMediaDescription * media, const gchar * address,
    guint port)
{
  g_ptr_array_add (media->candidates, candidate_new (address, port, 1));
}

GstIceClaim *
claim_full (GstIceClaims * claims, const gchar * name,
    GstIceDirection direction, GstIceComponent component, const gchar * mid,
    GstIceMediaKind kind, const gchar * caps)
{
  g_autoptr (GstCaps) formats =
      caps != NULL ? gst_caps_from_string (caps) : NULL;
  GstIceClaim claim = {.name = (gchar *) name,.direction = direction,
    .component = component,.mid = (gchar *) mid
  };
  GstIceClaim *added = gst_ice_claims_add (claims, &claim);
  GError *error = NULL;

  gst_ice_claims_set_ready (claims, added, kind, formats, &error);
  g_assert_no_error (error);
  return added;
}

GstIceClaim *
claim_sink (GstIceClaims * claims, const gchar * name, GstIceMediaKind kind,
    const gchar * caps)
{
  return claim_full (claims, name, GST_ICE_DIRECTION_SENDONLY,
      GST_ICE_COMPONENT_RTP, NULL, kind, caps);
}

GstIceClaim *
claim_src (GstIceClaims * claims, const gchar * name, GstIceMediaKind kind,
    const gchar * caps)
{
  return claim_full (claims, name, GST_ICE_DIRECTION_RECVONLY,
      GST_ICE_COMPONENT_RTP, NULL, kind, caps);
}

gpointer
run_wait_route (gpointer data)
{
  Streaming *streaming = data;

  streaming->flow = gst_ice_sender_wait_route (streaming->half);
  return NULL;
}

gpointer
run_send (gpointer data)
{
  Streaming *streaming = data;

  streaming->flow = gst_ice_sender_send_list (streaming->half, streaming->list);
  return NULL;
}

gpointer
run_receive (gpointer data)
{
  Streaming *streaming = data;
  GstCaps *caps = NULL;

  streaming->flow = gst_ice_receiver_receive (streaming->half, 0,
      &streaming->list, &caps);
  gst_clear_caps (&caps);
  return NULL;
}

void
streaming_start (Streaming * streaming, GThreadFunc func,
    gpointer half, GstBufferList * list)
{
  streaming->half = half;
  streaming->list = list;
  streaming->flow = GST_FLOW_CUSTOM_ERROR;
  streaming->thread = g_thread_new ("streaming", func, streaming);
}

GstFlowReturn
streaming_join (Streaming * streaming)
{
  g_thread_join (streaming->thread);
  return streaming->flow;
}
