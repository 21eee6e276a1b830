/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Receives the packets of one component and tells RTP, RTCP and DTLS apart
 * (RFC 7983). */

#include "config.h"

#include "gsticedemux.h"

#include "gsticelog.h"

GST_ICE_LOG_CATEGORY (gst_ice_demux_log, "icedemux", "ICE packet demux");
#define GST_CAT_DEFAULT gst_ice_demux_log ()

struct _GstIceDemux
{
  GObject parent;

  GMutex lock;                  /* never held while a receiver is called */

  /* Protected by lock. */
  gboolean apart;               /* RTCP is told from RTP */
  GstIceReceiver *rtp;          /* NULL: no element takes RTP */
  GstIceRtcpDemux *rtcp;        /* NULL: RTCP is not taken */
  GstIceBundleDemux *bundle;    /* NULL: rtp takes RTP */
  GstIceHandshakeFunc handshake;        /* NULL: DTLS is not taken */
  GObject *handshake_owner;
  GstIceDemuxCounts counts;
};

G_DEFINE_TYPE (GstIceDemux, gst_ice_demux, G_TYPE_OBJECT);

static void
gst_ice_demux_finalize (GObject * object)
{
  GstIceDemux *self = GST_ICE_DEMUX (object);

  g_clear_object (&self->rtp);
  g_clear_pointer (&self->rtcp, gst_ice_rtcp_demux_unref);
  g_clear_pointer (&self->bundle, gst_ice_bundle_demux_unref);
  g_clear_object (&self->handshake_owner);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (gst_ice_demux_parent_class)->finalize (object);
}

static void
gst_ice_demux_class_init (GstIceDemuxClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_ice_demux_finalize;
}

static void
gst_ice_demux_init (GstIceDemux * self)
{
  g_mutex_init (&self->lock);
}

/* Returns: (transfer full): a demux without receivers */
GstIceDemux *
gst_ice_demux_new (void)
{
  return g_object_new (GST_TYPE_ICE_DEMUX, NULL);
}

void
gst_ice_demux_set_receivers (GstIceDemux * self, gboolean apart,
    GstIceReceiver * rtp, GstIceRtcpDemux * rtcp)
{
  GstIceReceiver *old_rtp;
  GstIceRtcpDemux *old_rtcp;

  g_mutex_lock (&self->lock);
  old_rtp = g_steal_pointer (&self->rtp);
  old_rtcp = g_steal_pointer (&self->rtcp);
  self->apart = apart;
  self->rtp = rtp != NULL ? g_object_ref (rtp) : NULL;
  self->rtcp = rtcp != NULL ? gst_ice_rtcp_demux_ref (rtcp) : NULL;
  g_mutex_unlock (&self->lock);

  g_clear_object (&old_rtp);
  g_clear_pointer (&old_rtcp, gst_ice_rtcp_demux_unref);
}

void
gst_ice_demux_set_bundle (GstIceDemux * self, GstIceBundleDemux * bundle)
{
  GstIceBundleDemux *old;

  g_mutex_lock (&self->lock);
  old = g_steal_pointer (&self->bundle);
  self->bundle = bundle != NULL ? gst_ice_bundle_demux_ref (bundle) : NULL;
  g_mutex_unlock (&self->lock);

  g_clear_pointer (&old, gst_ice_bundle_demux_unref);
}

void
gst_ice_demux_set_handshake (GstIceDemux * self, GstIceHandshakeFunc func,
    GObject * owner)
{
  GObject *old;

  g_mutex_lock (&self->lock);
  old = g_steal_pointer (&self->handshake_owner);
  self->handshake = func;
  self->handshake_owner = owner != NULL ? g_object_ref (owner) : NULL;
  g_mutex_unlock (&self->lock);

  g_clear_object (&old);
}

GstIceWaiter *
gst_ice_demux_dup_waiter (GstIceDemux * self)
{
  g_autoptr (GstIceReceiver) rtp = NULL;
  g_autoptr (GstIceRtcpDemux) rtcp = NULL;

  g_mutex_lock (&self->lock);
  if (self->rtp != NULL)
    rtp = g_object_ref (self->rtp);
  if (self->rtcp != NULL)
    rtcp = gst_ice_rtcp_demux_ref (self->rtcp);
  g_mutex_unlock (&self->lock);

  if (rtp != NULL)
    return gst_ice_receiver_dup_waiter (rtp);
  return rtcp != NULL ? gst_ice_rtcp_demux_dup_waiter (rtcp) : NULL;
}

/* What a packet may be; flags. */
typedef enum
{
  PACKET_MEDIA = 1 << 0,
  PACKET_RTCP = 1 << 1,
  PACKET_DTLS = 1 << 2,
} PacketKind;

/* RFC 3550, 5.1 and 6.4.2; RFC 6347, 4.1. */
#define MIN_RTP_SIZE 12
#define MIN_RTCP_SIZE 8
#define MIN_DTLS_SIZE 13

guint
gst_ice_demux_tell (const guint8 * packet, gsize size_bytes)
{
  if (size_bytes < MIN_RTCP_SIZE)
    return 0;
  /* RFC 5761, 4: payload types 64 to 95 are RTCP packet types 192 to 223. */
  if ((packet[0] & 0xc0) == 0x80 && (packet[1] & 0x7f) >= 64 &&
      (packet[1] & 0x7f) <= 95)
    return PACKET_RTCP;
  /* RFC 7983, 7. */
  if (packet[0] >= 20 && packet[0] <= 63)
    return size_bytes >= MIN_DTLS_SIZE ? PACKET_DTLS : 0;
  return size_bytes >= MIN_RTP_SIZE ? PACKET_MEDIA : 0;
}

static guint
get_kind (GstBuffer * packet)
{
  guint8 head[2];

  gst_buffer_extract (packet, 0, head, sizeof (head));
  return gst_ice_demux_tell (head, gst_buffer_get_size (packet));
}

/* @n_short: (out): how many packets are too short
 * Returns: the kinds of the packets in @list */
static guint
find_kinds (GstBufferList * list, guint * n_short)
{
  guint found = 0;

  *n_short = 0;
  for (guint i = 0; i < gst_buffer_list_length (list); i++) {
    guint kind = get_kind (gst_buffer_list_get (list, i));

    found |= kind;
    *n_short += kind == 0;
  }
  return found;
}

/* Returns: (transfer full) (nullable): the packets of @list with one of
 *     @kinds */
static GstBufferList *
pick_packets (GstBufferList * list, guint kinds)
{
  GstBufferList *picked = gst_buffer_list_new ();

  for (guint i = 0; i < gst_buffer_list_length (list); i++) {
    GstBuffer *packet = gst_buffer_list_get (list, i);

    if (get_kind (packet) & kinds)
      gst_buffer_list_add (picked, gst_buffer_ref (packet));
  }

  if (gst_buffer_list_length (picked) == 0)
    g_clear_pointer (&picked, gst_buffer_list_unref);
  return picked;
}

/* @list: (transfer full) */
static void
gst_ice_demux_give (GstIceDemux * self, GstIceReceiver * receiver,
    GstBufferList * list, gsize size_bytes)
{
  if (receiver != NULL) {
    gst_ice_receiver_deliver (receiver, list, size_bytes);
    return;
  }

  g_mutex_lock (&self->lock);
  self->counts.packets_unclaimed += gst_buffer_list_length (list);
  g_mutex_unlock (&self->lock);
  gst_buffer_list_unref (list);
}

/* @list: (transfer full) (nullable) */
static void
gst_ice_demux_give_picked (GstIceDemux * self, GstIceReceiver * receiver,
    GstBufferList * list)
{
  if (list != NULL)
    gst_ice_demux_give (self, receiver, list,
        gst_buffer_list_calculate_size (list));
}

/* Delivers packets that were told apart; @rtp goes to the receivers of
 * @bundle. All (nullable); the lists are (transfer full). */
static void
gst_ice_demux_give_apart (GstIceDemux * self, GstIceBundleDemux * bundle,
    GstBufferList * rtp, GstIceRtcpDemux * rtcp_demux, GstBufferList * rtcp)
{
  guint n_unclaimed = 0;

  if (rtp != NULL)
    n_unclaimed += gst_ice_bundle_demux_deliver (bundle, rtp);
  if (rtcp != NULL && rtcp_demux != NULL) {
    n_unclaimed += gst_ice_rtcp_demux_deliver (rtcp_demux, rtcp);
  } else if (rtcp != NULL) {
    n_unclaimed += gst_buffer_list_length (rtcp);
    gst_buffer_list_unref (rtcp);
  }

  g_mutex_lock (&self->lock);
  self->counts.packets_unclaimed += n_unclaimed;
  g_mutex_unlock (&self->lock);
}

static void
give_handshake (GstIceHandshakeFunc handshake, GObject * owner,
    GstBufferList * list)
{
  for (guint i = 0; i < gst_buffer_list_length (list); i++) {
    GstBuffer *packet = gst_buffer_list_get (list, i);

    if (get_kind (packet) == PACKET_DTLS)
      handshake (owner, gst_buffer_ref (packet));
  }
}

void
gst_ice_demux_deliver (GstIceDemux * self, GstBufferList * list)
{
  guint n_short;
  const guint kinds = find_kinds (list, &n_short);

  if (n_short > 0) {
    GstBufferList *rest = pick_packets (list, kinds);

    g_mutex_lock (&self->lock);
    self->counts.packets_unclaimed += n_short;
    g_mutex_unlock (&self->lock);
    gst_buffer_list_unref (list);
    list = rest;
  }
  if (list != NULL)
    gst_ice_demux_deliver_known (self, list, kinds,
        gst_buffer_list_calculate_size (list));
}

void
gst_ice_demux_deliver_known (GstIceDemux * self, GstBufferList * list,
    guint kinds, gsize size_bytes)
{
  g_autoptr (GstIceReceiver) rtp = NULL;
  g_autoptr (GstIceRtcpDemux) rtcp = NULL;
  g_autoptr (GObject) owner = NULL;
  GstIceHandshakeFunc handshake = NULL;
  g_autoptr (GstIceBundleDemux) bundle = NULL;
  guint apart = 0, media = PACKET_MEDIA;

  g_mutex_lock (&self->lock);
  self->counts.packets_received += gst_buffer_list_length (list);
  self->counts.bytes_received += size_bytes;
  if (self->apart || self->bundle != NULL)
    apart |= PACKET_RTCP;
  else
    media |= PACKET_RTCP;
  if (self->handshake != NULL) {
    apart |= PACKET_DTLS;
    handshake = self->handshake;
    owner = g_object_ref (self->handshake_owner);
  } else {
    media |= PACKET_DTLS;
  }
  if (self->rtp != NULL)
    rtp = g_object_ref (self->rtp);
  if (self->rtcp != NULL)
    rtcp = gst_ice_rtcp_demux_ref (self->rtcp);
  if (self->bundle != NULL)
    bundle = gst_ice_bundle_demux_ref (self->bundle);
  g_mutex_unlock (&self->lock);

  apart &= kinds;
  if (apart == 0 && bundle == NULL) {
    gst_ice_demux_give (self, rtp, list, size_bytes);
    return;
  }

  if (apart & PACKET_DTLS)
    give_handshake (handshake, owner, list);
  if (bundle == NULL)
    gst_ice_demux_give_picked (self, rtp, pick_packets (list, media));
  gst_ice_demux_give_apart (self, bundle,
      bundle != NULL ? pick_packets (list, media) : NULL, rtcp,
      apart & PACKET_RTCP ? pick_packets (list, PACKET_RTCP) : NULL);
  gst_buffer_list_unref (list);
}

void
gst_ice_demux_get_counts (GstIceDemux * self, GstIceDemuxCounts * counts)
{
  g_mutex_lock (&self->lock);
  *counts = self->counts;
  g_mutex_unlock (&self->lock);
}

void
gst_ice_demux_add_counts (GstIceDemux * self, GstIceDemuxCounts * counts)
{
  g_mutex_lock (&self->lock);
  counts->packets_received += self->counts.packets_received;
  counts->bytes_received += self->counts.bytes_received;
  counts->packets_unclaimed += self->counts.packets_unclaimed;
  g_mutex_unlock (&self->lock);
}
