/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticechannel.h"

#include "gsticepacketqueue.h"
#include "gsticesharedthread.h"

GST_DEBUG_CATEGORY (gst_ice_channel_debug);
#define GST_CAT_DEFAULT gst_ice_channel_debug

struct _GstIceChannel
{
  GObject parent;

  GstIceOutlet *outlet;         /* set at construction; has a lock of its own */

  GMutex lock;                  /* never held across a system call or a push */

  /* Protected by lock. */
  GstIceCipher *cipher;         /* or NULL, */
  gboolean cipher_wanted;       /* which then means: not yet */
  GstIceChannelEnd end;
  GstIcePacketQueue received;   /* oldest first */
  GstCaps *new_caps;            /* not yet told to the receiver, or NULL */
  gboolean flushing;
  GstIceWaiter *context;        /* woken when any of the above changed; the share's */
  GstIceSharedThread *share;    /* or NULL: it has a receiver of its own */
  GstIceChannelCounts counts;   /* of what came in */
};

G_DEFINE_TYPE_WITH_CODE (GstIceChannel, gst_ice_channel, G_TYPE_OBJECT,
    GST_DEBUG_CATEGORY_INIT (gst_ice_channel_debug, "icechannel", 0,
        "ICE packet channel"));

static void
gst_ice_channel_finalize (GObject * object)
{
  GstIceChannel *self = GST_ICE_CHANNEL (object);

  g_clear_pointer (&self->share, gst_ice_shared_thread_free);
  g_clear_object (&self->context);
  g_clear_object (&self->cipher);
  gst_ice_packet_queue_clear (&self->received);
  gst_clear_caps (&self->new_caps);
  gst_ice_outlet_free (self->outlet);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (gst_ice_channel_parent_class)->finalize (object);
}

static void
gst_ice_channel_class_init (GstIceChannelClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_ice_channel_finalize;
}

static void
gst_ice_channel_init (GstIceChannel * self)
{
  g_mutex_init (&self->lock);
  self->context = gst_ice_waiter_new (0);
  self->outlet = gst_ice_outlet_new ();
}

/* Returns: (transfer full): an open channel that queues at most @queue_bytes */
GstIceChannel *
gst_ice_channel_new (gsize queue_bytes)
{
  GstIceChannel *self = g_object_new (GST_TYPE_ICE_CHANNEL, NULL);

  gst_ice_packet_queue_init (&self->received, queue_bytes);
  return self;
}

void
gst_ice_channel_set_context (GstIceChannel * self, const gchar * context,
    guint wait_ms, void (*func) (gpointer user_data), gpointer user_data)
{
  GstIceSharedThread *share = context != NULL ?
      gst_ice_shared_thread_new (context, wait_ms, func, user_data) : NULL;
  GstIceWaiter *place = share != NULL ?
      g_object_ref (gst_ice_shared_thread_get_context (share)) :
      gst_ice_waiter_new (0);
  GstIceSharedThread *old_share;
  GstIceWaiter *old_place;

  g_mutex_lock (&self->lock);
  old_share = self->share;
  old_place = self->context;
  self->share = share;
  self->context = place;
  g_mutex_unlock (&self->lock);

  g_object_unref (old_place);
  g_clear_pointer (&old_share, gst_ice_shared_thread_free);
}

GstIceWaiter *
gst_ice_channel_dup_context (GstIceChannel * self)
{
  GstIceWaiter *context;

  g_mutex_lock (&self->lock);
  context = g_object_ref (self->context);
  g_mutex_unlock (&self->lock);
  return context;
}

/* There may be something to receive. */
static void
gst_ice_channel_wake_locked (GstIceChannel * self)
{
  if (self->share != NULL)
    gst_ice_shared_thread_ask (self->share);
  else
    gst_ice_waiter_wake (self->context);
}

void
gst_ice_channel_wake (GstIceChannel * self)
{
  g_mutex_lock (&self->lock);
  gst_ice_channel_wake_locked (self);
  g_mutex_unlock (&self->lock);
}

void
gst_ice_channel_set_route (GstIceChannel * self, GstIceRoute * route)
{
  gst_ice_outlet_set_route (self->outlet, route);
}

void
gst_ice_channel_set_cipher (GstIceChannel * self, gboolean wanted,
    GstIceCipher * cipher)
{
  GstIceCipher *old;

  gst_ice_outlet_set_cipher (self->outlet, wanted, cipher);

  g_mutex_lock (&self->lock);
  old = g_steal_pointer (&self->cipher);
  self->cipher = cipher != NULL ? g_object_ref (cipher) : NULL;
  self->cipher_wanted = wanted;
  gst_ice_channel_wake_locked (self);
  g_mutex_unlock (&self->lock);

  g_clear_object (&old);
}

/* Whether packets may not pass until there are keys. */
static gboolean
gst_ice_channel_lacks_cipher_locked (const GstIceChannel * self)
{
  return self->cipher_wanted && self->cipher == NULL;
}

void
gst_ice_channel_end (GstIceChannel * self, GstIceChannelEnd how)
{
  gst_ice_outlet_end (self->outlet, how);

  g_mutex_lock (&self->lock);
  self->end = how;
  gst_ice_channel_wake_locked (self);
  g_mutex_unlock (&self->lock);
}

void
gst_ice_channel_set_caps (GstIceChannel * self, GstCaps * caps)
{
  g_mutex_lock (&self->lock);
  gst_caps_replace (&self->new_caps, caps);
  g_mutex_unlock (&self->lock);
}

/* What a call returns when it can't go on, GST_FLOW_OK when it can. */
static GstFlowReturn
gst_ice_channel_get_flow_locked (GstIceChannel * self)
{
  return self->flushing ? GST_FLOW_FLUSHING :
      gst_ice_channel_end_to_flow (self->end);
}

GstFlowReturn
gst_ice_channel_wait_route (GstIceChannel * self)
{
  return gst_ice_outlet_wait_route (self->outlet);
}

gboolean
gst_ice_channel_has_route (GstIceChannel * self)
{
  return gst_ice_outlet_has_route (self->outlet);
}

GstFlowReturn
gst_ice_channel_send_list (GstIceChannel * self, GstBufferList * list)
{
  return gst_ice_outlet_send_list (self->outlet, list);
}

GstFlowReturn
gst_ice_channel_send_packet (GstIceChannel * self, GstBuffer * packet)
{
  return gst_ice_outlet_send_packet (self->outlet, packet);
}

void
gst_ice_channel_deliver (GstIceChannel * self, GstBufferList * list,
    gsize size_bytes)
{
  guint n_packets = gst_buffer_list_length (list);
  gboolean queued;

  g_mutex_lock (&self->lock);
  queued = !self->flushing && self->end == GST_ICE_CHANNEL_OPEN &&
      gst_ice_packet_queue_push (&self->received, list, size_bytes);
  if (queued) {
    self->counts.packets_received += n_packets;
    self->counts.bytes_received += size_bytes;
    gst_ice_channel_wake_locked (self);
  } else {
    self->counts.packets_dropped += n_packets;
  }
  g_mutex_unlock (&self->lock);
  if (!queued)
    gst_buffer_list_unref (list);
}

/* @cipher: (out) (transfer full) (nullable): what @list is protected with
 * Returns: %GST_FLOW_CUSTOM_SUCCESS when there is nothing */
static GstFlowReturn
gst_ice_channel_take_received (GstIceChannel * self, GstBufferList ** list,
    GstCaps ** caps, GstIceCipher ** cipher)
{
  GstFlowReturn flow = GST_FLOW_OK;

  g_mutex_lock (&self->lock);
  if (self->flushing) {
    flow = GST_FLOW_FLUSHING;
  } else if (gst_ice_packet_queue_is_empty (&self->received) ||
      gst_ice_channel_lacks_cipher_locked (self)) {
    flow = gst_ice_channel_get_flow_locked (self);
    if (flow == GST_FLOW_OK)
      flow = GST_FLOW_CUSTOM_SUCCESS;
  } else {
    *list = gst_ice_packet_queue_pop (&self->received);
    *caps = g_steal_pointer (&self->new_caps);
    if (self->cipher != NULL)
      *cipher = g_object_ref (self->cipher);
  }
  g_mutex_unlock (&self->lock);
  return flow;
}

/* @caps: (transfer full) (nullable) */
static void
gst_ice_channel_put_caps_back (GstIceChannel * self, GstCaps * caps)
{
  g_mutex_lock (&self->lock);
  if (self->new_caps == NULL)
    self->new_caps = g_steal_pointer (&caps);
  g_mutex_unlock (&self->lock);
  gst_clear_caps (&caps);
}

GstFlowReturn
gst_ice_channel_receive_now (GstIceChannel * self, GstBufferList ** list,
    GstCaps ** caps)
{
  while (TRUE) {
    g_autoptr (GstIceCipher) cipher = NULL;
    GstFlowReturn flow = gst_ice_channel_take_received (self, list, caps,
        &cipher);

    if (flow != GST_FLOW_OK || cipher == NULL)
      return flow;

    *list = gst_ice_cipher_unprotect (cipher, *list);
    if (gst_buffer_list_length (*list) > 0)
      return flow;
    /* Nothing of it was the peer's; the caps are those of what will be. */
    g_clear_pointer (list, gst_buffer_list_unref);
    gst_ice_channel_put_caps_back (self, g_steal_pointer (caps));
  }
}

GstFlowReturn
gst_ice_channel_receive (GstIceChannel * self, guint timeout_ms,
    GstBufferList ** list, GstCaps ** caps)
{
  g_autoptr (GstIceWaiter) context = gst_ice_channel_dup_context (self);
  gint64 deadline_us = G_MAXINT64;
  gboolean in_time = TRUE;
  GstFlowReturn flow;

  if (timeout_ms > 0)
    deadline_us = g_get_monotonic_time () +
        timeout_ms * G_TIME_SPAN_MILLISECOND;
  /* What came at the last moment counts. */
  while ((flow = gst_ice_channel_receive_now (self, list, caps)) ==
      GST_FLOW_CUSTOM_SUCCESS && in_time)
    in_time = gst_ice_waiter_run (context, deadline_us);
  return flow;
}

void
gst_ice_channel_set_flushing (GstIceChannel * self, gboolean flushing)
{
  g_mutex_lock (&self->lock);
  self->flushing = flushing;
  gst_ice_channel_wake_locked (self);
  g_mutex_unlock (&self->lock);
  gst_ice_outlet_set_flushing (self->outlet, flushing);
}

void
gst_ice_channel_get_counts (GstIceChannel * self, GstIceChannelCounts * counts)
{
  GstIceOutletCounts sent;

  g_mutex_lock (&self->lock);
  *counts = self->counts;
  g_mutex_unlock (&self->lock);

  gst_ice_outlet_get_counts (self->outlet, &sent);
  counts->packets_sent = sent.packets_sent;
  counts->bytes_sent = sent.bytes_sent;
  counts->packets_discarded_on_send = sent.packets_discarded;
}

GstIceRoute *
gst_ice_channel_dup_route (GstIceChannel * self)
{
  return gst_ice_outlet_dup_route (self->outlet);
}
