/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticechannel.h"

#include "gsticeshare.h"

GST_DEBUG_CATEGORY (gst_ice_channel_debug);
#define GST_CAT_DEFAULT gst_ice_channel_debug

struct _GstIceChannel
{
  GObject parent;

  gsize max_bytes;              /* set at construction */
  GstIceOutlet *outlet;         /* set at construction; has a lock of its own */

  GMutex lock;                  /* never held across a system call or a push */

  /* Protected by lock. */
  GstIceCipher *cipher;         /* or NULL, */
  gboolean cipher_wanted;       /* which then means: not yet */
  GstIceChannelEnd end;
  GQueue received;              /* of GstBufferList, oldest first */
  gsize n_bytes;                /* in received */
  GstCaps *new_caps;            /* not yet told to the receiver, or NULL */
  gboolean flushing;
  GCond cond;                   /* any of the above changed */
  guint n_waiting;              /* for cond */
  gchar *context;               /* NULL: it has a receiver of its own */
  guint context_wait_ms;
  GstIceShare *share;           /* asked when any of the above changed, or NULL */
  GstIceChannelCounts counts;   /* of what came in */
};

G_DEFINE_TYPE_WITH_CODE (GstIceChannel, gst_ice_channel, G_TYPE_OBJECT,
    GST_DEBUG_CATEGORY_INIT (gst_ice_channel_debug, "icechannel", 0,
        "ICE packet channel"));

static void
gst_ice_channel_finalize (GObject * object)
{
  GstIceChannel *self = GST_ICE_CHANNEL (object);

  gst_ice_channel_set_context (self, NULL, 0, NULL, NULL);
  g_clear_object (&self->cipher);
  g_queue_clear_full (&self->received, (GDestroyNotify) gst_buffer_list_unref);
  gst_clear_caps (&self->new_caps);
  gst_ice_outlet_free (self->outlet);
  g_cond_clear (&self->cond);
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
  g_cond_init (&self->cond);
  g_queue_init (&self->received);
  self->outlet = gst_ice_outlet_new ();
}

/* Returns: (transfer full): an open channel that queues at most @queue_bytes */
GstIceChannel *
gst_ice_channel_new (gsize queue_bytes)
{
  GstIceChannel *self = g_object_new (GST_TYPE_ICE_CHANNEL, NULL);

  self->max_bytes = queue_bytes;
  return self;
}

void
gst_ice_channel_set_context (GstIceChannel * self, const gchar * context,
    guint wait_ms, void (*func) (gpointer user_data), gpointer user_data)
{
  GstIceShare *share = context != NULL ?
      gst_ice_share_new (context, func, user_data) : NULL;
  GstIceShare *old;

  g_mutex_lock (&self->lock);
  old = g_steal_pointer (&self->share);
  self->share = share;
  g_free (self->context);
  self->context = g_strdup (context);
  self->context_wait_ms = wait_ms;
  g_mutex_unlock (&self->lock);

  g_clear_pointer (&old, gst_ice_share_free);
}

gchar *
gst_ice_channel_dup_context (GstIceChannel * self, guint * wait_ms)
{
  gchar *context;

  g_mutex_lock (&self->lock);
  context = g_strdup (self->context);
  *wait_ms = self->context_wait_ms;
  g_mutex_unlock (&self->lock);
  return context;
}

/* @deadline_us: monotonic, %G_MAXINT64: never. Returns: whether it was woken */
static gboolean
gst_ice_channel_wait_locked (GstIceChannel * self, gint64 deadline_us)
{
  gboolean woken = TRUE;

  self->n_waiting++;
  if (deadline_us == G_MAXINT64)
    g_cond_wait (&self->cond, &self->lock);
  else
    woken = g_cond_wait_until (&self->cond, &self->lock, deadline_us);
  self->n_waiting--;
  return woken;
}

/* There may be something to receive. */
static void
gst_ice_channel_wake_locked (GstIceChannel * self)
{
  if (self->n_waiting > 0)
    g_cond_broadcast (&self->cond);
  if (self->share != NULL)
    gst_ice_share_ask (self->share);
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
gst_ice_channel_deliver (GstIceChannel * self, GstBufferList * list)
{
  guint n_packets = gst_buffer_list_length (list);
  gsize size = gst_buffer_list_calculate_size (list);
  gboolean queued = FALSE;

  g_mutex_lock (&self->lock);
  if (!self->flushing && self->end == GST_ICE_CHANNEL_OPEN &&
      self->n_bytes + size <= self->max_bytes) {
    g_queue_push_tail (&self->received, list);
    self->n_bytes += size;
    self->counts.packets_received += n_packets;
    self->counts.bytes_received += size;
    gst_ice_channel_wake_locked (self);
    queued = TRUE;
  } else {
    self->counts.packets_dropped += n_packets;
  }
  g_mutex_unlock (&self->lock);
  if (!queued)
    gst_buffer_list_unref (list);
}

/* @deadline_us: monotonic, %G_MAXINT64: never
 * @cipher: (out) (transfer full) (nullable): what @list is protected with */
static GstFlowReturn
gst_ice_channel_take_received (GstIceChannel * self, gint64 deadline_us,
    GstBufferList ** list, GstCaps ** caps, GstIceCipher ** cipher)
{
  GstFlowReturn flow = GST_FLOW_OK;

  g_mutex_lock (&self->lock);
  while (!self->flushing && (g_queue_is_empty (&self->received) ||
          gst_ice_channel_lacks_cipher_locked (self))) {
    flow = gst_ice_channel_get_flow_locked (self);
    if (flow != GST_FLOW_OK)
      break;
    if (!gst_ice_channel_wait_locked (self, deadline_us)) {
      flow = GST_FLOW_CUSTOM_SUCCESS;
      break;
    }
  }

  if (self->flushing) {
    flow = GST_FLOW_FLUSHING;
  } else if (flow == GST_FLOW_OK) {
    *list = g_queue_pop_head (&self->received);
    self->n_bytes -= gst_buffer_list_calculate_size (*list);
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

static GstFlowReturn
gst_ice_channel_receive_until (GstIceChannel * self, gint64 deadline_us,
    GstBufferList ** list, GstCaps ** caps)
{
  while (TRUE) {
    g_autoptr (GstIceCipher) cipher = NULL;
    GstFlowReturn flow = gst_ice_channel_take_received (self, deadline_us, list,
        caps, &cipher);

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
  gint64 deadline_us = G_MAXINT64;

  if (timeout_ms > 0)
    deadline_us = g_get_monotonic_time () +
        timeout_ms * G_TIME_SPAN_MILLISECOND;
  return gst_ice_channel_receive_until (self, deadline_us, list, caps);
}

GstFlowReturn
gst_ice_channel_receive_now (GstIceChannel * self, GstBufferList ** list,
    GstCaps ** caps)
{
  return gst_ice_channel_receive_until (self, 0, list, caps);
}

void
gst_ice_channel_set_flushing (GstIceChannel * self, gboolean flushing)
{
  g_mutex_lock (&self->lock);
  self->flushing = flushing;
  g_cond_broadcast (&self->cond);
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
