/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Takes a peer's requests and reports on one m-line that we send. */

#include "config.h"

#include "gsticefeedback.h"

#include "gsticelog.h"
#include "gsticertcp.h"

GST_ICE_LOG_CATEGORY (gst_ice_feedback_log, "icefeedback", "ICE RTCP feedback");
#define GST_CAT_DEFAULT gst_ice_feedback_log ()

/* Limit of retransmission: no more packets are sent again than are sent,
 * after this many to begin with. A packet that is sent again counts as sent. */
#define BURST_PACKETS 256
#define SENT_FOR_ONE 2

struct _GstIceFeedback
{
  GstIceSender *sender;         /* set at construction, as the next */
  GstIceDestination *destination;

  GMutex lock;                  /* held while the requests are asked */

  /* Protected by lock. */
  gboolean passive;
  gint64 fir;                   /* the source and number of the last FIR, -1:
                                 * none */
  guint n_allowed;              /* packets that may be requested again */
  guint64 n_credited;           /* packets sent that were counted in
                                 * n_allowed */
  gboolean reported;            /* the following are known */
  GstIceRtcpBlock block;        /* the newest report block */
  gdouble round_trip_s;         /* 0: unknown */

  /* For the packet that is being read. */
  GstIceSources sources;
  GstIceLostPacket lost[BURST_PACKETS];
  guint n_lost;
};

GstIceFeedback *
gst_ice_feedback_new (GstIceSender * sender, GstIceDestination * destination)
{
  GstIceFeedback *self = g_atomic_rc_box_new0 (GstIceFeedback);

  g_mutex_init (&self->lock);
  self->sender = g_object_ref (sender);
  self->destination = g_object_ref (destination);
  self->fir = -1;
  self->n_allowed = BURST_PACKETS;
  return self;
}

GstIceFeedback *
gst_ice_feedback_ref (GstIceFeedback * self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  GstIceFeedback *self = data;

  g_object_unref (self->sender);
  g_object_unref (self->destination);
  g_mutex_clear (&self->lock);
}

/* @self: (transfer full) */
void
gst_ice_feedback_unref (GstIceFeedback * self)
{
  g_atomic_rc_box_release_full (self, clear);
}

void
gst_ice_feedback_set_passive (GstIceFeedback * self, gboolean passive)
{
  g_mutex_lock (&self->lock);
  self->passive = passive;
  g_mutex_unlock (&self->lock);
}

/* These are called with the lock held. */
static void
on_key_unit (guint32 from, guint32 ssrc, gint fir_number, gpointer user_data)
{
  GstIceFeedback *self = user_data;
  const gint64 fir = ((gint64) from << 8) | (fir_number & 0xff);

  if (self->passive || gst_ice_sources_find (&self->sources, ssrc) == NULL)
    return;
  /* RFC 5104, 4.3.1.2: a FIR with the same number is a repetition. */
  if (fir_number >= 0 && fir == self->fir)
    return;
  if (fir_number >= 0)
    self->fir = fir;
  GST_LOG ("the peer asks for a key unit of %08x", ssrc);
  gst_ice_requests_ask_key_unit (gst_ice_sender_get_requests (self->sender));
}

static gboolean
on_lost (guint32 ssrc, guint16 seqnum, gpointer user_data)
{
  GstIceFeedback *self = user_data;
  const GstIceSource *source = gst_ice_sources_find (&self->sources, ssrc);

  /* Nobody has lost what has not left. */
  if (self->passive || source == NULL || (gint16) (seqnum - source->newest) > 0)
    return FALSE;
  if (self->n_lost >= MIN (self->n_allowed, G_N_ELEMENTS (self->lost)))
    return FALSE;
  self->lost[self->n_lost++] = (GstIceLostPacket) {
  ssrc, seqnum};
  return TRUE;
}

static void
on_block (const GstIceRtcpBlock * block, gpointer user_data)
{
  GstIceFeedback *self = user_data;
  guint32 now, trip;

  if (gst_ice_sources_find (&self->sources, block->ssrc) == NULL)
    return;
  self->reported = TRUE;
  self->block = *block;
  if (block->last_report == 0)
    return;
  /* RFC 3550, 6.4.1. A wrong peer, or a report older than our newest, gives
   * a negative time or an impossibly long one. */
  now = (guint32) (gst_ice_rtcp_to_ntp_time (g_get_real_time ()) >> 16);
  trip = now - block->last_report - block->delay;
  if (trip < 60 << 16)
    self->round_trip_s = trip / 65536.0;
}

/* Allows more retransmission for the packets sent since. */
static void
gst_ice_feedback_credit_locked (GstIceFeedback * self)
{
  guint64 n_sent = 0, n_new;

  for (guint i = 0; i < self->sources.n_sources; i++)
    n_sent += self->sources.sources[i].n_packets;
  /* When a source is forgotten, its count is too. */
  self->n_credited = MIN (self->n_credited, n_sent);
  n_new = (n_sent - self->n_credited) / SENT_FOR_ONE;
  self->n_credited += n_new * SENT_FOR_ONE;
  self->n_allowed = (guint) MIN (self->n_allowed + n_new, BURST_PACKETS);
}

void
gst_ice_feedback_take (GstIceFeedback * self, const guint8 * data, gsize size)
{
  static const GstIceRtcpEvents events = {
    .key_unit = on_key_unit,
    .lost = on_lost,
    .block = on_block,
  };

  g_mutex_lock (&self->lock);
  gst_ice_destination_get_sources (self->destination, &self->sources);
  gst_ice_feedback_credit_locked (self);
  self->n_lost = 0;
  gst_ice_rtcp_read (data, size, &events, self);
  if (self->n_lost > 0) {
    self->n_allowed -= self->n_lost;
    gst_ice_requests_ask_packets (gst_ice_sender_get_requests (self->sender),
        self->lost, self->n_lost, self->destination, g_get_monotonic_time ());
  }
  g_mutex_unlock (&self->lock);
}

void
gst_ice_feedback_add_stats (GstIceFeedback * self, guint clock_rate,
    GstStructure * stats)
{
  g_mutex_lock (&self->lock);
  if (self->reported)
    gst_structure_set (stats,
        "packets-lost", G_TYPE_INT64, (gint64) self->block.packets_lost,
        "fraction-lost", G_TYPE_DOUBLE, self->block.fraction_lost / 256.0,
        NULL);
  if (self->reported && clock_rate > 0)
    gst_structure_set (stats, "jitter", G_TYPE_DOUBLE,
        (gdouble) self->block.jitter / clock_rate, NULL);
  if (self->round_trip_s > 0)
    gst_structure_set (stats, "round-trip-time", G_TYPE_DOUBLE,
        self->round_trip_s, NULL);
  g_mutex_unlock (&self->lock);
}
