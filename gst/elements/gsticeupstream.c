/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Turns the requests of an icesink's peers into events for encoders and retransmitting
 * elements, the same that RTP sessions send. */

#include "config.h"

#include "gsticeupstream.h"

#include "gsticelog.h"

GST_ICE_LOG_CATEGORY (gst_ice_upstream_log, "iceupstream",
    "ICE events for what is before icesink");
#define GST_CAT_DEFAULT gst_ice_upstream_log ()

struct _GstIceUpstream
{
  gint ref_count;               /* atomic: the element's, and of calls on their way */
  GWeakRef pad;

  GMutex lock;                  /* taken before that of the requests */

  /* Protected by lock. */
  GstIceRequests *requests;     /* NULL: none */
  guint interval_ms;
  GstClockID timer;             /* until the next key unit, NULL: not running */
  guint n_key_units;
};

static GstIceUpstream *
gst_ice_upstream_ref (GstIceUpstream * self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

static void
gst_ice_upstream_unref (gpointer data)
{
  GstIceUpstream *self = data;

  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  g_weak_ref_clear (&self->pad);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* Returns: (transfer full): one that has nobody to ask it */
GstIceUpstream *
gst_ice_upstream_new (GstPad * pad)
{
  GstIceUpstream *self = g_new0 (GstIceUpstream, 1);

  self->ref_count = 1;
  g_weak_ref_init (&self->pad, pad);
  g_mutex_init (&self->lock);
  return self;
}

/* What gst_video_event_new_upstream_force_key_unit() makes: that library is one of another
 * package. Returns: (transfer full) */
static GstEvent *
new_force_key_unit (guint count)
{
  return gst_event_new_custom (GST_EVENT_CUSTOM_UPSTREAM,
      gst_structure_new ("GstForceKeyUnit",
          "running-time", GST_TYPE_CLOCK_TIME, GST_CLOCK_TIME_NONE,
          "all-headers", G_TYPE_BOOLEAN, TRUE,
          "count", G_TYPE_UINT, count, NULL));
}

/* What rtpsession makes of a NACK. Returns: (transfer full) */
static GstEvent *
new_retransmission_request (const GstIceLostPacket * packet)
{
  return gst_event_new_custom (GST_EVENT_CUSTOM_UPSTREAM,
      gst_structure_new ("GstRTPRetransmissionRequest",
          "seqnum", G_TYPE_UINT, (guint) packet->seqnum,
          "ssrc", G_TYPE_UINT, packet->ssrc, NULL));
}

/* Something to do on a thread of GStreamer's. */
typedef struct
{
  GstIceUpstream *upstream;     /* reference */
  GstElement *element;          /* reference */
  GstPad *pad;                  /* reference */
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;

  gst_object_unref (call->pad);
  gst_object_unref (call->element);
  gst_ice_upstream_unref (call->upstream);
  g_free (call);
}

static void wake (gpointer user_data);

/* GStreamer's clock thread. */
static gboolean
on_timer (GstClock * clock, GstClockTime time, GstClockID id,
    gpointer user_data)
{
  wake (user_data);
  return TRUE;
}

static void
stop_timer_locked (GstIceUpstream * self)
{
  if (self->timer != NULL)
    gst_clock_id_unschedule (self->timer);
  g_clear_pointer (&self->timer, gst_clock_id_unref);
}

static void
start_timer_locked (GstIceUpstream * self, gint64 wait_us)
{
  g_autoptr (GstClock) clock = gst_system_clock_obtain ();

  stop_timer_locked (self);
  self->timer = gst_clock_new_single_shot_id (clock,
      gst_clock_get_time (clock) + wait_us * GST_USECOND);
  gst_clock_id_wait_async (self->timer, on_timer, gst_ice_upstream_ref (self),
      gst_ice_upstream_unref);
}

/* Returns: what there is to do. @packets: (out) (transfer full) (nullable)
 * @count: (out): of key units, with the one that is asked for; 0: none is */
static void
take_requests (GstIceUpstream * self, GArray ** packets, guint * count)
{
  gboolean key_unit = FALSE;
  gint64 wait_us;

  g_mutex_lock (&self->lock);
  if (self->requests != NULL) {
    wait_us = gst_ice_requests_take (self->requests, g_get_monotonic_time (),
        &key_unit, packets);
    if (wait_us > 0)
      start_timer_locked (self, wait_us);
  }
  *count = key_unit ? ++self->n_key_units : 0;
  g_mutex_unlock (&self->lock);
}

/* A thread of GStreamer's. A pad may be blocked by a probe, and then this waits with it; who
 * asks does not. */
static void
push_events (GstElement * element, gpointer user_data)
{
  const Call *call = user_data;
  GstPad *pad = call->pad;
  g_autoptr (GArray) packets = NULL;
  guint count;

  take_requests (call->upstream, &packets, &count);
  if (count > 0) {
    GST_DEBUG_OBJECT (pad, "asks for key unit %u", count);
    gst_pad_push_event (pad, new_force_key_unit (count));
  }
  for (guint i = 0; packets != NULL && i < packets->len; i++)
    gst_pad_push_event (pad,
        new_retransmission_request (&g_array_index (packets, GstIceLostPacket,
                i)));
}

/* Any thread: what asks must not wait, nor free the element, as it may have locks: the call
 * has all references. */
static void
wake (gpointer user_data)
{
  GstIceUpstream *self = user_data;
  GstPad *pad = g_weak_ref_get (&self->pad);
  GstElement *element = pad != NULL ? gst_pad_get_parent_element (pad) : NULL;
  Call *call;

  if (element == NULL) {
    gst_clear_object (&pad);
    return;
  }
  call = g_new0 (Call, 1);
  call->upstream = gst_ice_upstream_ref (self);
  call->element = element;
  call->pad = pad;
  gst_element_call_async (element, push_events, call, call_free);
}

void
gst_ice_upstream_set_requests (GstIceUpstream * self, GstIceRequests * requests)
{
  g_autoptr (GstIceRequests) old = NULL;

  g_mutex_lock (&self->lock);
  old = g_steal_pointer (&self->requests);
  stop_timer_locked (self);
  if (requests != NULL) {
    self->requests = gst_ice_requests_ref (requests);
    gst_ice_requests_set_interval (requests, self->interval_ms);
  }
  g_mutex_unlock (&self->lock);

  if (old != NULL)
    gst_ice_requests_set_func (old, NULL, NULL);
  if (requests != NULL)
    gst_ice_requests_set_func (requests, wake, self);
}

void
gst_ice_upstream_set_interval (GstIceUpstream * self, guint interval_ms)
{
  g_mutex_lock (&self->lock);
  self->interval_ms = interval_ms;
  if (self->requests != NULL)
    gst_ice_requests_set_interval (self->requests, interval_ms);
  g_mutex_unlock (&self->lock);
}

guint
gst_ice_upstream_get_interval (GstIceUpstream * self)
{
  guint interval_ms;

  g_mutex_lock (&self->lock);
  interval_ms = self->interval_ms;
  g_mutex_unlock (&self->lock);
  return interval_ms;
}

/* @self: (transfer full) */
void
gst_ice_upstream_free (GstIceUpstream * self)
{
  gst_ice_upstream_set_requests (self, NULL);
  gst_ice_upstream_unref (self);
}

gboolean
gst_ice_upstream_has_session (GstPad * pad)
{
  g_autoptr (GstPad) peer = gst_pad_get_peer (pad);
  g_autoptr (GstElement) element = NULL;

  if (peer != NULL)
    element = gst_pad_get_parent_element (peer);
  /* Both rtpsession and rtpbin have the source's description. */
  return element != NULL && g_object_class_find_property
      (G_OBJECT_GET_CLASS (element), "sdes") != NULL;
}

/* Elements that act on a retransmission request. */
static const gchar *const resending[] = {
  "rtprtxqueue", "rtprtxsend", "ristrtxsend", NULL
};

/* More elements than this are not looked through. */
#define MAX_DEPTH 32

static gboolean search (GstPad * sink, guint depth);

/* Looks through what comes before the pads from which @src gets its packets. */
static gboolean
search_behind (GstPad * src, guint depth)
{
  GstIterator *sinks = gst_pad_iterate_internal_links (src);
  GValue sink = G_VALUE_INIT;
  gboolean found = FALSE;

  while (sinks != NULL && !found
      && gst_iterator_next (sinks, &sink) == GST_ITERATOR_OK) {
    found = search (g_value_get_object (&sink), depth);
    g_value_reset (&sink);
  }
  g_value_unset (&sink);
  g_clear_pointer (&sinks, gst_iterator_free);
  return found;
}

static gboolean
search (GstPad * sink, guint depth)
{
  g_autoptr (GstPad) src = gst_pad_get_peer (sink);
  g_autoptr (GstElement) element = NULL;
  GstElementFactory *factory;

  if (src == NULL || depth == 0)
    return FALSE;
  element = gst_pad_get_parent_element (src);
  factory = element != NULL ? gst_element_get_factory (element) : NULL;
  return (factory != NULL && g_strv_contains (resending,
          GST_OBJECT_NAME (factory))) || search_behind (src, depth - 1);
}

gboolean
gst_ice_upstream_resends (GstPad * pad)
{
  return search (pad, MAX_DEPTH);
}
