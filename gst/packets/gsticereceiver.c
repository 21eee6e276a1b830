/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Receives the packets of one element: queues what comes in, wakes who waits for it,
 * decrypts, and counts. */

#include "config.h"

#include "gsticereceiver.h"

#include "gsticepacketqueue.h"
#include "gsticesharedthread.h"

/* What the queue keeps while nothing can open it: the peer may have keys one round trip
 * before this side has. */
#define KEYLESS_BYTES (256 * 1024)

struct _GstIceReceiver
{
  GObject parent;

  GMutex lock;                  /* never held across a system call or a push */

  /* Protected by lock. */
  GstIceCipher *cipher;         /* or NULL, */
  gboolean cipher_wanted;       /* which then means: not yet */
  GstIceEnding ending;
  GstIcePacketQueue received;   /* oldest first */
  GstCaps *new_caps;            /* not yet told to the receiver, or NULL */
  gboolean flushing;
  gboolean closed;              /* the element has left */
  GstIceWaiter *waiter;         /* woken when any of the above changed; the shared
                                 * thread's, if there is one */
  GstIceSharedThread *shared;   /* NULL: a thread of the element's own receives */
  GstIceRoute *route;           /* for statistics; NULL: there is none */
  GstIceReceiverCounts counts;
};

G_DEFINE_TYPE (GstIceReceiver, gst_ice_receiver, G_TYPE_OBJECT);

static void
gst_ice_receiver_finalize (GObject * object)
{
  GstIceReceiver *self = GST_ICE_RECEIVER (object);

  g_clear_pointer (&self->shared, gst_ice_shared_thread_free);
  g_clear_object (&self->waiter);
  g_clear_object (&self->cipher);
  g_clear_object (&self->route);
  gst_ice_packet_queue_clear (&self->received);
  gst_clear_caps (&self->new_caps);
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
}

/* Returns: (transfer full): a receiver that queues at most @queue_bytes */
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

/* There may be something to receive. */
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
  /* What another cipher, or none, was to open is not this one's. What came while there
   * was none yet may be. */
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

/* Whether packets may not pass until there are keys. */
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
  /* No key comes any more. */
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
  gst_caps_replace (&self->new_caps, caps);
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
  gst_ice_packet_queue_clear (&self->received);
  g_mutex_unlock (&self->lock);
}

/* Whether @n_packets may wait. */
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

/* @cipher: (out) (transfer full) (nullable): what @list is protected with
 * @route: (out) (transfer full) (nullable): with a cipher: where it came from
 * Returns: %GST_FLOW_CUSTOM_SUCCESS when there is nothing */
static GstFlowReturn
gst_ice_receiver_take_received (GstIceReceiver * self, GstBufferList ** list,
    GstCaps ** caps, GstIceCipher ** cipher, GstIceRoute ** route)
{
  GstFlowReturn flow = GST_FLOW_OK;

  g_mutex_lock (&self->lock);
  if (self->flushing) {
    flow = GST_FLOW_FLUSHING;
  } else if (gst_ice_packet_queue_is_empty (&self->received) ||
      gst_ice_receiver_lacks_cipher_locked (self)) {
    flow = gst_ice_receiver_get_flow_locked (self);
    if (flow == GST_FLOW_OK)
      flow = GST_FLOW_CUSTOM_SUCCESS;
  } else {
    *list = gst_ice_packet_queue_pop (&self->received);
    *caps = g_steal_pointer (&self->new_caps);
    if (self->cipher != NULL)
      *cipher = g_object_ref (self->cipher);
    if (self->cipher != NULL && self->route != NULL)
      *route = g_object_ref (self->route);
  }
  g_mutex_unlock (&self->lock);
  return flow;
}

/* @caps: (transfer full) (nullable) */
static void
gst_ice_receiver_put_caps_back (GstIceReceiver * self, GstCaps * caps)
{
  g_mutex_lock (&self->lock);
  if (self->new_caps == NULL)
    self->new_caps = g_steal_pointer (&caps);
  g_mutex_unlock (&self->lock);
  gst_clear_caps (&caps);
}

GstFlowReturn
gst_ice_receiver_receive_now (GstIceReceiver * self, GstBufferList ** list,
    GstCaps ** caps)
{
  while (TRUE) {
    g_autoptr (GstIceCipher) cipher = NULL;
    g_autoptr (GstIceRoute) route = NULL;
    GstFlowReturn flow = gst_ice_receiver_take_received (self, list, caps,
        &cipher, &route);

    if (flow != GST_FLOW_OK || cipher == NULL)
      return flow;

    *list = gst_ice_cipher_unprotect (cipher, *list);
    if (gst_buffer_list_length (*list) > 0 && route != NULL)
      gst_ice_route_vouch (route);
    if (gst_buffer_list_length (*list) > 0)
      return flow;
    /* Nothing of it was the peer's; the caps are those of what will be. */
    g_clear_pointer (list, gst_buffer_list_unref);
    gst_ice_receiver_put_caps_back (self, g_steal_pointer (caps));
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
  /* What came at the last moment counts. */
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

GstIceRoute *
gst_ice_receiver_dup_route (GstIceReceiver * self)
{
  GstIceRoute *route;

  g_mutex_lock (&self->lock);
  route = self->route != NULL ? g_object_ref (self->route) : NULL;
  g_mutex_unlock (&self->lock);
  return route;
}
