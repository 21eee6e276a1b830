/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Protects or unprotects the packets of one SRTP direction: chooses key,
 * index and source, and detects replays. */

#include "config.h"

#include "gsticesrtptransform.h"

#include "gsticesrtpbytes.h"
#include "gsticesrtprepeats.h"
#include "gsticesrtpsources.h"

#define MAX_KEYS 8

#define E_FLAG 0x80000000u
#define MAX_RTP_INDEX ((G_GUINT64_CONSTANT (1) << 48) - 1)
#define MAX_RTCP_INDEX ((G_GUINT64_CONSTANT (1) << 31) - 1)

typedef struct
{
  GstIceSrtpKey *key;
  guint number;                 /* counts from 1; newer keys have higher
                                 * numbers */
  guint n_packets;              /* that it unprotected, up to
                                 * GST_ICE_SRTP_WINDOW */
} Slot;

struct _GstIceSrtpTransform
{
  gboolean protects;            /* set at construction */
  gboolean tries_wrap;

  Slot slots[MAX_KEYS];         /* the oldest key first */
  guint n_slots;
  guint last_number;            /* number of the newest key */
  guint last_slot;              /* of the key that unprotected the last
                                 * packet */

  GstIceSrtpSources *sources;
  GstIceSrtpRepeats *repeats;   /* NULL: no packet is sent again */
};

static GstIceSrtpTransform *
new_transform (gboolean protects, guint max_sources)
{
  GstIceSrtpTransform *self = g_new0 (GstIceSrtpTransform, 1);

  self->protects = protects;
  self->sources = gst_ice_srtp_sources_new (max_sources, !protects);
  return self;
}

GstIceSrtpTransform *
gst_ice_srtp_transform_new_protector (guint max_sources)
{
  return new_transform (TRUE, max_sources);
}

GstIceSrtpTransform *
gst_ice_srtp_transform_new_unprotector (guint max_sources)
{
  return new_transform (FALSE, max_sources);
}

/* @self: (transfer full) */
void
gst_ice_srtp_transform_free (GstIceSrtpTransform * self)
{
  for (guint i = 0; i < self->n_slots; i++)
    gst_ice_srtp_key_free (self->slots[i].key);
  gst_ice_srtp_sources_free (self->sources);
  g_clear_pointer (&self->repeats, gst_ice_srtp_repeats_free);
  g_free (self);
}

/* --- Keys --- */

static void
drop_oldest_key (GstIceSrtpTransform * self)
{
  gst_ice_srtp_key_free (self->slots[0].key);
  self->n_slots--;
  for (guint i = 0; i < self->n_slots; i++)
    self->slots[i] = self->slots[i + 1];
  if (self->last_slot > 0)
    self->last_slot--;
}

static Slot *
get_newest (GstIceSrtpTransform * self)
{
  return &self->slots[self->n_slots - 1];
}

void
gst_ice_srtp_transform_add_key (GstIceSrtpTransform * self, GstIceSrtpKey * key)
{
  /* Only the newest key protects. */
  while (self->n_slots > 0 && (self->protects || self->n_slots == MAX_KEYS))
    drop_oldest_key (self);
  self->slots[self->n_slots++] = (Slot) {
  key, ++self->last_number, 0};
}

/* Without MKIs, the packets that were sent with older keys have all come by
 * now. With MKIs the peer chooses a key for each packet. */
static void
drop_old_keys (GstIceSrtpTransform * self)
{
  if (get_newest (self)->n_packets < GST_ICE_SRTP_WINDOW)
    return;
  while (self->n_slots > 1 &&
      gst_ice_srtp_key_get_mki_bytes (self->slots[0].key) == 0)
    drop_oldest_key (self);
}

guint
gst_ice_srtp_transform_get_n_keys (const GstIceSrtpTransform * self)
{
  return self->n_slots;
}

gboolean
gst_ice_srtp_transform_set_counter (GstIceSrtpTransform * self, guint32 ssrc,
    guint32 counter, guint16 seqnum)
{
  GstIceSrtpSource *source = gst_ice_srtp_sources_find (self->sources, ssrc);

  if (source == NULL) {
    const GstIceSrtpSource fresh = { 0 };

    source = gst_ice_srtp_sources_add (self->sources, ssrc, &fresh);
  }
  if (source == NULL)
    return FALSE;
  source->rtp.window = (GstIceSrtpWindow) {
  .top = (guint64) counter << 16 | seqnum};
  return TRUE;
}

void
gst_ice_srtp_transform_set_tries_wrap (GstIceSrtpTransform * self,
    gboolean tries)
{
  self->tries_wrap = tries;
}

void
gst_ice_srtp_transform_allow_repeats (GstIceSrtpTransform * self)
{
  if (self->repeats == NULL)
    self->repeats = gst_ice_srtp_repeats_new ();
}

gsize
gst_ice_srtp_transform_get_overhead (const GstIceSrtpTransform * self,
    gboolean rtcp)
{
  return self->n_slots == 0 ? 0 :
      gst_ice_srtp_key_get_overhead (self->slots[self->n_slots - 1].key, rtcp);
}

static guint16
get_seqnum (const GstIceSrtpPacket * packet)
{
  return gst_ice_srtp_read_16 (packet->data + 2);
}

/* --- Protecting --- */

/* Takes an index for @packet, whose head has been read.
 * Returns: GST_ICE_SRTP_OK: the index is used up, whatever follows */
static GstIceSrtpStatus
take_index (GstIceSrtpTransform * self, GstIceSrtpPacket * packet)
{
  static const GstIceSrtpSource fresh;
  GstIceSrtpSource *source = gst_ice_srtp_sources_find (self->sources,
      packet->ssrc);
  GstIceSrtpStatus status;

  if (source == NULL)
    source = gst_ice_srtp_sources_add (self->sources, packet->ssrc, &fresh);
  if (source == NULL)
    return GST_ICE_SRTP_SOURCE_LIMIT;
  if (gst_ice_srtp_key_is_spent (get_newest (self)->key, packet->rtcp))
    return GST_ICE_SRTP_KEY_EXPIRED;

  if (packet->rtcp) {
    packet->index = source->next_rtcp_index;
    if (packet->index > MAX_RTCP_INDEX)
      return GST_ICE_SRTP_KEY_EXPIRED;
    source->next_rtcp_index++;
    return GST_ICE_SRTP_OK;
  }
  packet->index = gst_ice_srtp_window_guess (&source->rtp.window,
      get_seqnum (packet));
  if (packet->index > MAX_RTP_INDEX)
    return GST_ICE_SRTP_KEY_EXPIRED;
  status = gst_ice_srtp_window_check (&source->rtp.window, packet->index);
  if (status == GST_ICE_SRTP_OK)
    gst_ice_srtp_window_mark (&source->rtp.window, packet->index);
  return status;
}

/* Whether @packet, whose index was taken before, is perhaps one that was sent. */
static gboolean
may_repeat (GstIceSrtpTransform * self, const GstIceSrtpPacket * packet,
    GstIceSrtpStatus status)
{
  return (status == GST_ICE_SRTP_REPLAYED || status == GST_ICE_SRTP_TOO_OLD)
      && self->repeats != NULL
      && gst_ice_srtp_repeats_has (self->repeats, packet);
}

/* @packet: protected; @repeated: as it was perhaps before
 * Returns: whether it may leave */
static gboolean
note_sent (GstIceSrtpTransform * self, const GstIceSrtpPacket * packet,
    gboolean repeated)
{
  guint tag_bytes;

  if (self->repeats == NULL || packet->rtcp)
    return TRUE;
  tag_bytes =
      gst_ice_srtp_key_get_suite (get_newest (self)->key)->rtp_tag_bytes;
  if (repeated)
    return gst_ice_srtp_repeats_check (self->repeats, packet, tag_bytes);
  gst_ice_srtp_repeats_add (self->repeats, packet, tag_bytes);
  return TRUE;
}

GstIceSrtpStatus
gst_ice_srtp_transform_protect (GstIceSrtpTransform * self,
    const GstIceSrtpPiece * pieces, gsize size, guint8 * out, gsize * n_written)
{
  GstIceSrtpPacket packet = {.data = out,.clear_bytes = size };
  GstIceSrtpReader in = { pieces, 0 };
  GstIceSrtpReader peek = in;
  GstIceSrtpKey *key;
  guint8 head[2];
  gsize overhead;
  gboolean repeated;
  GstIceSrtpStatus status;

  *n_written = 0;
  if (self->n_slots == 0)
    return GST_ICE_SRTP_FAILED;
  if (size < sizeof head)
    return GST_ICE_SRTP_MALFORMED;
  gst_ice_srtp_reader_copy (&peek, head, sizeof head);
  packet.rtcp = gst_ice_srtp_packet_is_rtcp (head);
  key = get_newest (self)->key;
  overhead = gst_ice_srtp_key_get_overhead (key, packet.rtcp);
  if (size > GST_ICE_SRTP_MAX_PACKET_BYTES - overhead)
    return GST_ICE_SRTP_MALFORMED;

  gst_ice_srtp_packet_lay_out (&packet, gst_ice_srtp_key_get_suite (key),
      gst_ice_srtp_key_get_mki_bytes (key));
  if (!gst_ice_srtp_packet_read_head (&packet, &in))
    return GST_ICE_SRTP_MALFORMED;
  status = take_index (self, &packet);
  repeated = may_repeat (self, &packet, status);
  if (status != GST_ICE_SRTP_OK && !repeated)
    return status;
  gst_ice_srtp_key_spend (key, packet.rtcp);
  if (!gst_ice_srtp_key_seal (key, &packet, &in))
    return GST_ICE_SRTP_FAILED;
  if (!note_sent (self, &packet, repeated))
    return status;
  *n_written = size + overhead;
  return GST_ICE_SRTP_OK;
}

/* --- Unprotecting --- */

/* Whether the roll-over counter of a source may be 1 already: nothing of the
 * source has been received. */
static gboolean
may_have_wrapped (const GstIceSrtpTransform * self,
    const GstIceSrtpPacket * packet, const GstIceSrtpFlow * flow)
{
  return self->tries_wrap && !packet->rtcp && packet->index < 0x8000 &&
      gst_ice_srtp_window_is_empty (&flow->window);
}

/* A peer that makes a new context for its new key counts from 0 again,
 * against RFC 3711, 3.3.1. With a key that never unprotected a packet of the
 * source, no packet can be a replay. Older keys are then not used for the
 * source any more, as their packets could be replayed. */
static gboolean
open_restarted (const Slot * slot, GstIceSrtpPacket * packet,
    GstIceSrtpFlow * flow)
{
  if (flow->newest_key == 0 || slot->number <= flow->newest_key)
    return FALSE;
  if (!packet->rtcp)
    packet->index = get_seqnum (packet);
  if (!gst_ice_srtp_key_open (slot->key, packet))
    return FALSE;
  flow->window = (GstIceSrtpWindow) {
  0};
  flow->oldest_key = slot->number;
  return TRUE;
}

/* @packet: laid out for the key of @slot, with its head
 * @flow: the flow of the packet */
static GstIceSrtpStatus
open_packet (const GstIceSrtpTransform * self, const Slot * slot,
    GstIceSrtpPacket * packet, GstIceSrtpFlow * flow)
{
  GstIceSrtpStatus status;

  if (slot->number < flow->oldest_key)
    return GST_ICE_SRTP_BAD_TAG;
  packet->index = packet->rtcp ?
      gst_ice_srtp_read_32 (packet->index_field) & ~E_FLAG :
      gst_ice_srtp_window_guess (&flow->window, get_seqnum (packet));
  if (packet->index > MAX_RTP_INDEX ||
      gst_ice_srtp_key_is_spent (slot->key, packet->rtcp))
    return GST_ICE_SRTP_KEY_EXPIRED;

  status = gst_ice_srtp_window_check (&flow->window, packet->index);
  if (status == GST_ICE_SRTP_OK) {
    if (gst_ice_srtp_key_open (slot->key, packet))
      return GST_ICE_SRTP_OK;
    status = GST_ICE_SRTP_BAD_TAG;
    if (may_have_wrapped (self, packet, flow)) {
      packet->index += 1 << 16;
      if (gst_ice_srtp_key_open (slot->key, packet))
        return GST_ICE_SRTP_OK;
    }
  }
  return open_restarted (slot, packet, flow) ? GST_ICE_SRTP_OK : status;
}

/* Called for an authentic packet: only such a packet makes a source or advances
 * it.
 * @source: in the table, or to be added to it */
static void
accept_packet (GstIceSrtpTransform * self, Slot * slot,
    const GstIceSrtpPacket * packet, GstIceSrtpSource * source, gboolean known)
{
  GstIceSrtpFlow *flow = packet->rtcp ? &source->rtcp : &source->rtp;

  gst_ice_srtp_window_mark (&flow->window, packet->index);
  flow->newest_key = MAX (flow->newest_key, slot->number);
  if (!known)
    source = gst_ice_srtp_sources_add (self->sources, packet->ssrc, source);
  gst_ice_srtp_sources_touch (self->sources, source);
  gst_ice_srtp_key_spend (slot->key, packet->rtcp);
  slot->n_packets = MIN (slot->n_packets + 1, GST_ICE_SRTP_WINDOW);
}

/* @size: (inout) */
static GstIceSrtpStatus
unprotect_by (GstIceSrtpTransform * self, Slot * slot, guint8 * data,
    gsize * size)
{
  GstIceSrtpPacket packet = {.data = data };
  const gboolean rtcp = gst_ice_srtp_packet_is_rtcp (data);
  const gsize overhead = gst_ice_srtp_key_get_overhead (slot->key, rtcp);
  GstIceSrtpSource *source, fresh;
  gboolean known;
  GstIceSrtpStatus status;

  if (*size < overhead)
    return GST_ICE_SRTP_MALFORMED;
  packet.rtcp = rtcp;
  packet.clear_bytes = *size - overhead;
  gst_ice_srtp_packet_lay_out (&packet, gst_ice_srtp_key_get_suite (slot->key),
      gst_ice_srtp_key_get_mki_bytes (slot->key));
  if (!gst_ice_srtp_packet_read_head (&packet, NULL))
    return GST_ICE_SRTP_MALFORMED;
  if (rtcp && (gst_ice_srtp_read_32 (packet.index_field) & E_FLAG) == 0)
    return GST_ICE_SRTP_NOT_ENCRYPTED;
  if (!gst_ice_srtp_key_is_of (slot->key, &packet))
    return GST_ICE_SRTP_UNKNOWN_MKI;

  source = gst_ice_srtp_sources_find (self->sources, packet.ssrc);
  known = source != NULL;
  if (!known) {
    gst_ice_srtp_sources_recall (self->sources, packet.ssrc, &fresh);
    source = &fresh;
  }
  status = open_packet (self, slot, &packet,
      rtcp ? &source->rtcp : &source->rtp);
  if (status != GST_ICE_SRTP_OK)
    return status;
  accept_packet (self, slot, &packet, source, known);
  *size = packet.clear_bytes;
  return GST_ICE_SRTP_OK;
}

/* The key of the previous packet is tried first. */
GstIceSrtpStatus
gst_ice_srtp_transform_unprotect (GstIceSrtpTransform * self, guint8 * data,
    gsize * size)
{
  GstIceSrtpStatus status = GST_ICE_SRTP_FAILED;

  if (*size < 2 || *size > GST_ICE_SRTP_MAX_PACKET_BYTES)
    return GST_ICE_SRTP_MALFORMED;
  for (guint i = 0; i < self->n_slots; i++) {
    const guint at = (self->last_slot + i) % self->n_slots;
    GstIceSrtpStatus by_this =
        unprotect_by (self, &self->slots[at], data, size);

    if (by_this == GST_ICE_SRTP_OK) {
      self->last_slot = at;
      if (self->n_slots > 1)
        drop_old_keys (self);
      return GST_ICE_SRTP_OK;
    }
    /* UNKNOWN_MKI says least about the reason. */
    if (i == 0 || status == GST_ICE_SRTP_UNKNOWN_MKI)
      status = by_this;
  }
  return status;
}

guint
gst_ice_srtp_transform_get_n_sources (const GstIceSrtpTransform * self)
{
  return gst_ice_srtp_sources_get_n (self->sources);
}

guint
gst_ice_srtp_transform_get_n_forgotten (const GstIceSrtpTransform * self)
{
  return gst_ice_srtp_sources_get_n_forgotten (self->sources);
}
