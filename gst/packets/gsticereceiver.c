/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Receives the packets of one element: queues and counts them, wakes the
 * thread that takes them, and decrypts. */

#include "config.h"

#include "gsticereceiver.h"

#include "gsticeinbound.h"
#include "gsticepacketqueue.h"
#include "gsticesharedthread.h"
#include "gsticestreamcaps.h"
#include "gsticetotals.h"

/* Limit of the queue while there is no cipher yet: the peer may have keys
 * one round trip before this side. */
#define KEYLESS_BYTES (256 * 1024)

struct _GstIceReceiver
{
  GObject parent;

  GMutex lock;                  /* never held across a system call or a push */

  /* Protected by lock. */
  GstIceCipher *cipher;         /* NULL: not needed, or, */
  gboolean cipher_wanted;       /* if this is TRUE, not there yet */
  GstIceEnding ending;
  GstIcePacketQueue received;   /* oldest first */
  GstBufferList *rest;          /* before these: decrypted and counted; NULL: none */
  GstCaps *caps;                /* of what comes in, or NULL */
  gboolean caps_told;           /* handed out with packets */
  gboolean announced;           /* they are handed out without packets */
  gboolean flushing;
  gboolean closed;              /* the element has left */
  GstIceWaiter *waiter;         /* woken when any of the above changes; that
                                 * of the shared thread, if there is one */
  GstIceSharedThread *shared;   /* NULL: the element has its own thread */
  GstIceRoute *route;           /* for statistics, or NULL */
  GstIceReceiverCounts counts;
  GstIceInbound inbound;        /* of the packets given to the element */
  gint64 first_us;              /* when the first of these since there is a
                                 * route was; 0: there is none */
  GstIceStreamCaps streams;     /* which caps these have */
};

G_DEFINE_TYPE (GstIceReceiver, gst_ice_receiver, G_TYPE_OBJECT);

static void
add_kernel_drops (GstIceReceiver * self, GstIceTotals * totals)
{
  g_autoptr (GstIceRoute) route = gst_ice_receiver_dup_route (self);
  g_autoptr (GstStructure) stats = gst_structure_new_empty ("ice-stats");
  guint64 drops;

  if (route == NULL)
    return;
  gst_ice_route_add_stats (route, stats);
  if (gst_structure_get_uint64 (stats, "kernel-drops", &drops))
    gst_ice_totals_add_kernel_drops (totals, route, drops);
}

static void
add_to_totals (gpointer half, GstIceTotals * totals)
{
  GstIceReceiver *self = half;
  GstIceReceiverCounts counts;
  GstIceInboundCounts inbound;
  guint n;

  add_kernel_drops (self, totals);
  gst_ice_receiver_get_counts (self, &counts);
  g_mutex_lock (&self->lock);
  gst_ice_inbound_sum (&self->inbound, &inbound, &n);
  g_mutex_unlock (&self->lock);
  totals->packets_received += counts.packets_received;
  totals->bytes_received += counts.bytes_received;
  totals->packets_dropped += counts.packets_dropped;
  totals->packets_lost += inbound.n_lost;
}

static void
gst_ice_receiver_finalize (GObject * object)
{
  GstIceReceiver *self = GST_ICE_RECEIVER (object);

  gst_ice_totals_leave (self);
  g_clear_pointer (&self->shared, gst_ice_shared_thread_free);
  g_clear_object (&self->waiter);
  g_clear_object (&self->cipher);
  g_clear_object (&self->route);
  gst_ice_packet_queue_clear (&self->received);
  g_clear_pointer (&self->rest, gst_buffer_list_unref);
  gst_clear_caps (&self->caps);
  gst_ice_stream_caps_clear (&self->streams);
  gst_ice_inbound_clear (&self->inbound);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (gst_ice_receiver_parent_class)->finalize (object);
}

static void
gst_ice_receiver_class_init (GstIceReceiverClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_ice_receiver_finalize;
}

static void
gst_ice_receiver_init (GstIceReceiver * self)
{
  g_mutex_init (&self->lock);
  self->waiter = gst_ice_waiter_new (0, FALSE);
  gst_ice_totals_enter (self, add_to_totals);
}

/* Returns: (transfer full): a receiver whose queue takes up to @queue_bytes */
GstIceReceiver *
gst_ice_receiver_new (gsize queue_bytes)
{
  GstIceReceiver *self = g_object_new (GST_TYPE_ICE_RECEIVER, NULL);

  gst_ice_packet_queue_init (&self->received, queue_bytes);
  return self;
}

/* @shared: (transfer full) (nullable); @waiter: (transfer full) */
static void
gst_ice_receiver_set_thread (GstIceReceiver * self, GstIceSharedThread * shared,
    GstIceWaiter * waiter)
{
  GstIceSharedThread *old_shared;
  GstIceWaiter *old_waiter;

  g_mutex_lock (&self->lock);
  old_shared = self->shared;
  old_waiter = self->waiter;
  self->shared = shared;
  self->waiter = waiter;
  g_mutex_unlock (&self->lock);

  g_object_unref (old_waiter);
  g_clear_pointer (&old_shared, gst_ice_shared_thread_free);
}

gboolean
gst_ice_receiver_share_thread (GstIceReceiver * self, const gchar * thread,
    guint wait_ms, void (*func) (gpointer user_data), gpointer user_data,
    GError ** error)
{
  GstIceSharedThread *shared = gst_ice_shared_thread_new (thread, wait_ms, func,
      user_data, error);

  if (shared == NULL)
    return FALSE;
  gst_ice_receiver_set_thread (self, shared,
      g_object_ref (gst_ice_shared_thread_get_waiter (shared)));
  return TRUE;
}

void
gst_ice_receiver_leave_thread (GstIceReceiver * self)
{
  gst_ice_receiver_set_thread (self, NULL, gst_ice_waiter_new (0, FALSE));
}

GstIceWaiter *
gst_ice_receiver_dup_waiter (GstIceReceiver * self)
{
  GstIceWaiter *waiter;

  g_mutex_lock (&self->lock);
  waiter = g_object_ref (self->waiter);
  g_mutex_unlock (&self->lock);
  return waiter;
}

/* Wakes the thread that receives. */
static void
gst_ice_receiver_wake_locked (GstIceReceiver * self)
{
  if (self->shared != NULL)
    gst_ice_shared_thread_ask (self->shared);
  else
    gst_ice_waiter_wake (self->waiter);
}

void
gst_ice_receiver_wake (GstIceReceiver * self)
{
  g_mutex_lock (&self->lock);
  gst_ice_receiver_wake_locked (self);
  g_mutex_unlock (&self->lock);
}

void
gst_ice_receiver_set_route (GstIceReceiver * self, GstIceRoute * route)
{
  GstIceRoute *old;

  g_mutex_lock (&self->lock);
  old = g_steal_pointer (&self->route);
  self->route = route != NULL ? g_object_ref (route) : NULL;
  if (old == NULL)
    self->first_us = 0;
  g_mutex_unlock (&self->lock);

  /* Not under the lock: the last reference closes a socket. */
  g_clear_object (&old);
}

void
gst_ice_receiver_set_cipher (GstIceReceiver * self, gboolean wanted,
    GstIceCipher * cipher)
{
  GstIceCipher *old;

  g_mutex_lock (&self->lock);
  /* Packets that another cipher, or none, should have opened can't be opened
   * by this one. Packets that came before the first cipher can. */
  if (wanted != self->cipher_wanted || (self->cipher != NULL
          && self->cipher != cipher))
    gst_ice_packet_queue_clear (&self->received);
  old = g_steal_pointer (&self->cipher);
  self->cipher = cipher != NULL ? g_object_ref (cipher) : NULL;
  self->cipher_wanted = wanted;
  gst_ice_receiver_wake_locked (self);
  g_mutex_unlock (&self->lock);

  g_clear_object (&old);
}

/* Whether packets must wait until there are keys. */
static gboolean
gst_ice_receiver_lacks_cipher_locked (const GstIceReceiver * self)
{
  return self->cipher_wanted && self->cipher == NULL;
}

void
gst_ice_receiver_end (GstIceReceiver * self, GstIceEnding ending)
{
  g_mutex_lock (&self->lock);
  self->ending = ending;
  /* No keys will come. */
  if (ending != GST_ICE_ENDING_OPEN
      && gst_ice_receiver_lacks_cipher_locked (self))
    gst_ice_packet_queue_clear (&self->received);
  gst_ice_receiver_wake_locked (self);
  g_mutex_unlock (&self->lock);
}

void
gst_ice_receiver_set_caps (GstIceReceiver * self, GstCaps * caps)
{
  g_mutex_lock (&self->lock);
  gst_caps_replace (&self->caps, caps);
  self->caps_told = FALSE;
  self->announced = FALSE;
  g_mutex_unlock (&self->lock);
}

void
gst_ice_receiver_repeat_caps (GstIceReceiver * self)
{
  g_mutex_lock (&self->lock);
  self->caps_told = FALSE;
  g_mutex_unlock (&self->lock);
}

void
gst_ice_receiver_set_formats (GstIceReceiver * self, GstCaps * formats)
{
  g_mutex_lock (&self->lock);
  gst_ice_inbound_set_formats (&self->inbound, formats);
  gst_ice_stream_caps_set_formats (&self->streams, formats);
  g_mutex_unlock (&self->lock);
}

void
gst_ice_receiver_announce (GstIceReceiver * self, GstCaps * caps)
{
  g_mutex_lock (&self->lock);
  gst_caps_replace (&self->caps, caps);
  self->caps_told = FALSE;
  self->announced = TRUE;
  gst_ice_receiver_wake_locked (self);
  g_mutex_unlock (&self->lock);
}

/* What a call returns when it can't go on, GST_FLOW_OK when it can. */
static GstFlowReturn
gst_ice_receiver_get_flow_locked (GstIceReceiver * self)
{
  return self->flushing ? GST_FLOW_FLUSHING :
      gst_ice_ending_to_flow (self->ending);
}

void
gst_ice_receiver_close (GstIceReceiver * self)
{
  g_mutex_lock (&self->lock);
  self->closed = TRUE;
  g_clear_pointer (&self->rest, gst_buffer_list_unref);
  gst_ice_packet_queue_clear (&self->received);
  g_mutex_unlock (&self->lock);
}

/* Whether @n_packets fit into the queue. */
static gboolean
gst_ice_receiver_has_room_locked (GstIceReceiver * self, guint n_packets,
    gsize size_bytes)
{
  if (self->flushing || self->closed || self->ending != GST_ICE_ENDING_OPEN)
    return FALSE;
  return !gst_ice_receiver_lacks_cipher_locked (self) ||
      gst_ice_packet_queue_has_room (&self->received, KEYLESS_BYTES, n_packets,
      size_bytes);
}

void
gst_ice_receiver_deliver (GstIceReceiver * self, GstBufferList * list,
    gsize size_bytes)
{
  guint n_packets = gst_buffer_list_length (list);
  gboolean queued;

  g_mutex_lock (&self->lock);
  queued = gst_ice_receiver_has_room_locked (self, n_packets, size_bytes) &&
      gst_ice_packet_queue_push (&self->received, list, size_bytes);
  if (queued) {
    self->counts.packets_received += n_packets;
    self->counts.bytes_received += size_bytes;
    gst_ice_receiver_wake_locked (self);
  } else {
    self->counts.packets_dropped += n_packets;
  }
  g_mutex_unlock (&self->lock);
  if (!queued)
    gst_buffer_list_unref (list);
}

/* Counts what the element gets: @list, in the clear. */
static void
gst_ice_receiver_count_locked (GstIceReceiver * self, GstBufferList * list,
    gint64 arrived_us)
{
  gst_ice_inbound_add_list (&self->inbound, list, arrived_us);
  if (self->first_us == 0)
    self->first_us = g_get_monotonic_time ();
}

/* @list: (inout) (transfer full): authentic packets; @caps: (inout) (transfer full) (nullable):
 *     theirs if they are new */
static void
gst_ice_receiver_follow_locked (GstIceReceiver * self, GstBufferList ** list,
    GstCaps ** caps)
{
  if (gst_ice_stream_caps_follow (&self->streams, &self->caps, list,
          &self->rest)) {
    gst_caps_replace (caps, self->caps);
    self->caps_told = TRUE;
  }
}

/* Returns: (transfer full) (nullable): the caps, if they were not handed out */
static GstCaps *
gst_ice_receiver_take_caps_locked (GstIceReceiver * self)
{
  GstCaps *caps = self->caps_told || self->caps == NULL ? NULL :
      gst_caps_ref (self->caps);

  self->caps_told = TRUE;
  return caps;
}

/* A list from the queue. */
typedef struct
{
  gint64 arrived_us;
  GstIceCipher *cipher;         /* reference: decrypts the list, or NULL */
  GstIceRoute *route;           /* reference, only with a cipher: where it
                                 * came from, or NULL */
} Taken;

/* @taken: (out): the list, if there is one
 * Returns: %GST_FLOW_CUSTOM_SUCCESS when the queue is empty */
static GstFlowReturn
gst_ice_receiver_take_received (GstIceReceiver * self, GstBufferList ** list,
    GstCaps ** caps, Taken * taken)
{
  GstFlowReturn flow = GST_FLOW_OK;

  g_mutex_lock (&self->lock);
  if (self->flushing) {
    flow = GST_FLOW_FLUSHING;
  } else if (self->rest != NULL) {
    *list = g_steal_pointer (&self->rest);
    *caps = gst_ice_receiver_take_caps_locked (self);
    gst_ice_receiver_follow_locked (self, list, caps);
  } else if (gst_ice_packet_queue_is_empty (&self->received) ||
      gst_ice_receiver_lacks_cipher_locked (self)) {
    flow = gst_ice_receiver_get_flow_locked (self);
    if (flow == GST_FLOW_OK && self->announced && !self->caps_told) {
      *caps = gst_caps_ref (self->caps);
      self->caps_told = TRUE;
    } else if (flow == GST_FLOW_OK) {
      flow = GST_FLOW_CUSTOM_SUCCESS;
    }
  } else {
    *list = gst_ice_packet_queue_pop (&self->received, &taken->arrived_us);
    *caps = gst_ice_receiver_take_caps_locked (self);
    if (self->cipher == NULL) {
      gst_ice_receiver_count_locked (self, *list, taken->arrived_us);
      gst_ice_receiver_follow_locked (self, list, caps);
    } else {
      taken->cipher = g_object_ref (self->cipher);
    }
    if (self->cipher != NULL && self->route != NULL)
      taken->route = g_object_ref (self->route);
  }
  g_mutex_unlock (&self->lock);
  return flow;
}

/* @taken: gives its references away; @caps: (inout) (transfer full) (nullable)
 * Returns: (transfer full) (nullable): the authentic packets of @list
 *     (transfer full) */
static GstBufferList *
gst_ice_receiver_open (GstIceReceiver * self, GstBufferList * list,
    GstCaps ** caps, const Taken * taken)
{
  g_autoptr (GstIceCipher) cipher = taken->cipher;
  g_autoptr (GstIceRoute) route = taken->route;

  list = gst_ice_cipher_unprotect (cipher, list);
  if (gst_buffer_list_length (list) == 0) {
    gst_buffer_list_unref (list);
    return NULL;
  }
  if (route != NULL)
    gst_ice_route_vouch (route);
  g_mutex_lock (&self->lock);
  gst_ice_receiver_count_locked (self, list, taken->arrived_us);
  gst_ice_receiver_follow_locked (self, &list, caps);
  g_mutex_unlock (&self->lock);
  return list;
}

gboolean
gst_ice_receiver_get_source (GstIceReceiver * self, guint32 * ssrc)
{
  GstIceInboundCounts counts;
  guint n;

  g_mutex_lock (&self->lock);
  gst_ice_inbound_sum (&self->inbound, &counts, &n);
  g_mutex_unlock (&self->lock);
  *ssrc = counts.ssrc;
  return n > 0;
}

GstFlowReturn
gst_ice_receiver_receive_now (GstIceReceiver * self, GstBufferList ** list,
    GstCaps ** caps)
{
  while (TRUE) {
    Taken taken = { 0, NULL, NULL };
    GstFlowReturn flow = gst_ice_receiver_take_received (self, list, caps,
        &taken);

    if (flow != GST_FLOW_OK || *list == NULL || taken.cipher == NULL)
      return flow;

    *list = gst_ice_receiver_open (self, *list, caps, &taken);
    if (*list != NULL)
      return flow;
    /* The caps belong to the next authentic packets. */
    if (*caps != NULL)
      gst_ice_receiver_repeat_caps (self);
    gst_clear_caps (caps);
  }
}

GstFlowReturn
gst_ice_receiver_receive (GstIceReceiver * self, guint timeout_ms,
    GstBufferList ** list, GstCaps ** caps)
{
  g_autoptr (GstIceWaiter) waiter = gst_ice_receiver_dup_waiter (self);
  gint64 deadline_us = G_MAXINT64;
  gboolean in_time = TRUE;
  GstFlowReturn flow;

  if (timeout_ms > 0)
    deadline_us = g_get_monotonic_time () +
        timeout_ms * G_TIME_SPAN_MILLISECOND;
  /* A packet that came at the last moment counts. */
  while ((flow = gst_ice_receiver_receive_now (self, list, caps)) ==
      GST_FLOW_CUSTOM_SUCCESS && in_time)
    in_time = gst_ice_waiter_run (waiter, deadline_us);
  return flow;
}

void
gst_ice_receiver_set_flushing (GstIceReceiver * self, gboolean flushing)
{
  g_mutex_lock (&self->lock);
  self->flushing = flushing;
  gst_ice_receiver_wake_locked (self);
  g_mutex_unlock (&self->lock);
}

void
gst_ice_receiver_get_counts (GstIceReceiver * self,
    GstIceReceiverCounts * counts)
{
  g_mutex_lock (&self->lock);
  *counts = self->counts;
  g_mutex_unlock (&self->lock);
}

gint64
gst_ice_receiver_get_first_us (GstIceReceiver * self)
{
  gint64 first_us;

  g_mutex_lock (&self->lock);
  first_us = self->first_us;
  g_mutex_unlock (&self->lock);
  return first_us;
}

GstIceRoute *
gst_ice_receiver_dup_route (GstIceReceiver * self)
{
  GstIceRoute *route;

  g_mutex_lock (&self->lock);
  route = self->route != NULL ? g_object_ref (self->route) : NULL;
  g_mutex_unlock (&self->lock);
  return route;
}

static void
add_inbound (const GstIceInboundCounts * counts, GstStructure * stats)
{
  gst_structure_set (stats,
      "packets-lost", G_TYPE_INT64, counts->n_lost,
      "packets-reordered", G_TYPE_UINT64, counts->n_reordered,
      "packets-duplicated", G_TYPE_UINT64, counts->n_duplicated,
      "jitter", G_TYPE_DOUBLE, counts->jitter_s, NULL);
}

void
gst_ice_receiver_add_inbound_stats (GstIceReceiver * self, GstStructure * stats)
{
  GstIceInboundCounts all, each[GST_ICE_INBOUND_MAX];
  g_autoptr (GstStructure) sources = gst_structure_new_empty ("inbound-rtp");
  guint n;

  g_mutex_lock (&self->lock);
  gst_ice_inbound_sum (&self->inbound, &all, &n);
  for (guint i = 0; i < n; i++)
    gst_ice_inbound_get (&self->inbound, i, &each[i]);
  g_mutex_unlock (&self->lock);

  add_inbound (&all, stats);
  for (guint i = 0; i < n; i++) {
    g_autoptr (GstStructure) source = gst_structure_new ("inbound-rtp",
        "ssrc", G_TYPE_UINT, each[i].ssrc,
        "packets-received", G_TYPE_UINT64, each[i].n_received, NULL);
    gchar name[16];

    /* By number: before GStreamer 1.26 the name of a field stays for ever. */
    g_snprintf (name, sizeof (name), "source-%u", i);
    add_inbound (&each[i], source);
    gst_structure_set (sources, name, GST_TYPE_STRUCTURE, source, NULL);
  }
  gst_structure_set (stats, "inbound-rtp", GST_TYPE_STRUCTURE, sources, NULL);
}
