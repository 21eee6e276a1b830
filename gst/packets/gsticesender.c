/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Sends the packets of one element: encrypts them, gives them to the present
 * route, waits while its socket is full, and counts them. */

#include "config.h"

#include "gsticesender.h"

#include "gsticeformats.h"
#include "gsticelog.h"

GST_ICE_LOG_CATEGORY (gst_ice_sender_log, "icesender", "ICE sender");
#define GST_CAT_DEFAULT gst_ice_sender_log ()

/* How long to wait for a full socket before looking again at the route, and
 * whether the call was interrupted. The sender has no wake-up descriptor:
 * hardly any would use it, and all would have to keep it open. */
#define WRITABLE_TIMEOUT_MS 10

/* The same for a route without a descriptor to poll. */
#define RETRY_TIMEOUT_MS 2

struct _GstIceSender
{
  GObject parent;

  gint session;                 /* atomic: an RTP session is before the element */
  gint open;                    /* atomic; written with the lock: nothing has to be
                                 * waited for */

  GMutex lock;                  /* never held across a system call */

  /* Protected by lock. */
  GstIceRoute *route;           /* NULL while there is no way to the peer */
  GstIceCipher *cipher;         /* or NULL, */
  gboolean cipher_wanted;       /* which then means: not yet */
  GstIceMid mid;                /* is written into what leaves */
  GstCaps *written;             /* what comes from upstream; NULL: not known */
  GstCaps *agreed;              /* what the peer takes; NULL: nothing was agreed */
  GstIcePayloadMap *types;      /* from one to the other; NULL: all stays as it is */
  GstIceEnding ending;
  gboolean flushing;
  gboolean impatient;           /* don't wait for a route */
  GCond cond;                   /* signalled when any of the above changes */
  GstIceSenderCounts counts;
  GstIceSources sources;        /* of what was sent to this peer */
  GstSegment segment;           /* of what is sent now */

  GstIceRequests *requests;     /* set at construction; has its own lock */
  GWeakRef element;             /* whose running time it is */
};

G_DEFINE_TYPE (GstIceSender, gst_ice_sender, G_TYPE_OBJECT);

static void
gst_ice_sender_finalize (GObject * object)
{
  GstIceSender *self = GST_ICE_SENDER (object);

  g_clear_object (&self->route);
  g_clear_object (&self->cipher);
  gst_clear_caps (&self->written);
  gst_clear_caps (&self->agreed);
  g_clear_pointer (&self->types, gst_ice_payload_map_unref);
  gst_ice_requests_unref (self->requests);
  g_weak_ref_clear (&self->element);
  g_cond_clear (&self->cond);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (gst_ice_sender_parent_class)->finalize (object);
}

static void
gst_ice_sender_class_init (GstIceSenderClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_ice_sender_finalize;
}

static void
gst_ice_sender_init (GstIceSender * self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  gst_segment_init (&self->segment, GST_FORMAT_UNDEFINED);
  self->requests = gst_ice_requests_new ();
  g_weak_ref_init (&self->element, NULL);
}

/* Returns: (transfer full): a sender without a route */
GstIceSender *
gst_ice_sender_new (void)
{
  return g_object_new (GST_TYPE_ICE_SENDER, NULL);
}

/* Whether packets may leave: there is a route, and the cipher if one is
 * wanted. */
static gboolean
gst_ice_sender_has_way_locked (const GstIceSender * self)
{
  return self->route != NULL && (self->cipher != NULL || !self->cipher_wanted);
}

/* Returns: why the streaming thread can't go on, %GST_FLOW_OK if it can */
static GstFlowReturn
gst_ice_sender_get_flow_locked (const GstIceSender * self)
{
  return self->flushing ? GST_FLOW_FLUSHING :
      gst_ice_ending_to_flow (self->ending);
}

static void
gst_ice_sender_notify_locked (GstIceSender * self)
{
  g_atomic_int_set (&self->open, gst_ice_sender_has_way_locked (self) &&
      gst_ice_sender_get_flow_locked (self) == GST_FLOW_OK);
  g_cond_broadcast (&self->cond);
}

void
gst_ice_sender_set_route (GstIceSender * self, GstIceRoute * route)
{
  GstIceRoute *old;

  g_mutex_lock (&self->lock);
  old = g_steal_pointer (&self->route);
  self->route = route != NULL ? g_object_ref (route) : NULL;
  gst_ice_sender_notify_locked (self);
  g_mutex_unlock (&self->lock);

  /* Not under the lock: the last reference closes a socket. */
  g_clear_object (&old);
}

void
gst_ice_sender_set_cipher (GstIceSender * self, gboolean wanted,
    GstIceCipher * cipher)
{
  GstIceCipher *old;

  g_mutex_lock (&self->lock);
  old = g_steal_pointer (&self->cipher);
  self->cipher = cipher != NULL ? g_object_ref (cipher) : NULL;
  self->cipher_wanted = wanted;
  gst_ice_sender_notify_locked (self);
  g_mutex_unlock (&self->lock);

  g_clear_object (&old);
}

void
gst_ice_sender_set_mid (GstIceSender * self, const GstIceMid * mid)
{
  g_mutex_lock (&self->lock);
  self->mid = *mid;
  g_mutex_unlock (&self->lock);
}

static void
gst_ice_sender_update_types_locked (GstIceSender * self)
{
  g_clear_pointer (&self->types, gst_ice_payload_map_unref);
  if (self->written != NULL && self->agreed != NULL)
    self->types = gst_ice_payload_map_new (self->written, self->agreed);
}

void
gst_ice_sender_set_agreed (GstIceSender * self, GstCaps * agreed)
{
  g_mutex_lock (&self->lock);
  gst_caps_replace (&self->agreed, agreed);
  gst_ice_sender_update_types_locked (self);
  g_mutex_unlock (&self->lock);
}

/* Whether the peer takes a format of @caps, or would if it took telephone events. */
static gboolean
gst_ice_sender_fits_locked (GstIceSender * self, GstCaps * caps)
{
  g_autoptr (GstCaps) chosen = NULL;

  if (self->agreed == NULL)
    return TRUE;
  chosen = gst_ice_formats_choose (self->agreed, caps, GST_ICE_FORMATS_AGREED);
  return !gst_caps_is_empty (chosen) || gst_ice_formats_are_events (caps);
}

gboolean
gst_ice_sender_set_written (GstIceSender * self, GstCaps * stream,
    GstCaps * more)
{
  gboolean fits;

  g_mutex_lock (&self->lock);
  gst_clear_caps (&self->written);
  if (stream != NULL)
    self->written = gst_caps_copy (stream);
  if (stream != NULL && more != NULL)
    gst_caps_append (self->written, gst_caps_copy (more));
  gst_ice_sender_update_types_locked (self);
  fits = stream == NULL || gst_ice_sender_fits_locked (self, stream);
  g_mutex_unlock (&self->lock);
  return fits;
}

void
gst_ice_sender_end (GstIceSender * self, GstIceEnding ending)
{
  g_mutex_lock (&self->lock);
  self->ending = ending;
  gst_ice_sender_notify_locked (self);
  g_mutex_unlock (&self->lock);
}

void
gst_ice_sender_set_flushing (GstIceSender * self, gboolean flushing)
{
  g_mutex_lock (&self->lock);
  self->flushing = flushing;
  gst_ice_sender_notify_locked (self);
  g_mutex_unlock (&self->lock);
}

void
gst_ice_sender_set_patient (GstIceSender * self, gboolean patient)
{
  g_mutex_lock (&self->lock);
  self->impatient = !patient;
  gst_ice_sender_notify_locked (self);
  g_mutex_unlock (&self->lock);
}

GstFlowReturn
gst_ice_sender_wait_route (GstIceSender * self)
{
  GstFlowReturn flow;

  g_mutex_lock (&self->lock);
  while ((flow = gst_ice_sender_get_flow_locked (self)) == GST_FLOW_OK &&
      !gst_ice_sender_has_way_locked (self) &&
      self->ending != GST_ICE_ENDING_REFUSED && !self->impatient)
    g_cond_wait (&self->cond, &self->lock);
  if (flow == GST_FLOW_OK && self->impatient &&
      !gst_ice_sender_has_way_locked (self))
    flow = GST_FLOW_EOS;
  g_mutex_unlock (&self->lock);
  return flow;
}

gboolean
gst_ice_sender_has_route (GstIceSender * self)
{
  return g_atomic_int_get (&self->open);
}

/* How a list leaves; referenced while it is sent. */
typedef struct
{
  GstFlowReturn flow;
  GstIceRoute *route;           /* NULL: nothing may leave */
  GstIceCipher *cipher;         /* NULL: it leaves as it is */
  GstIcePayloadMap *types;      /* NULL: its payload types stay */
  GstIceMid mid;                /* is written into it before */
} Way;

static void
way_clear (Way * way)
{
  g_clear_object (&way->route);
  g_clear_object (&way->cipher);
  g_clear_pointer (&way->types, gst_ice_payload_map_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Way, way_clear);

static void
gst_ice_sender_look (GstIceSender * self, Way * way)
{
  way_clear (way);
  g_mutex_lock (&self->lock);
  way->flow = gst_ice_sender_get_flow_locked (self);
  if (way->flow == GST_FLOW_OK && gst_ice_sender_has_way_locked (self)) {
    way->route = g_object_ref (self->route);
    way->mid = self->mid;
    if (self->types != NULL)
      way->types = gst_ice_payload_map_ref (self->types);
    if (self->cipher != NULL)
      way->cipher = g_object_ref (self->cipher);
  }
  g_mutex_unlock (&self->lock);
}

GstClockTime
gst_ice_sender_get_running_time (GstIceSender * self)
{
  g_autoptr (GstElement) element = g_weak_ref_get (&self->element);

  return element != NULL ? gst_element_get_current_running_time (element) :
      GST_CLOCK_TIME_NONE;
}

/* @first: of @n_packets that were to be sent; @n_taken: by a route, of these; @n_clear_bytes:
 * of those that were sent, as they were before a cipher or MID made them longer */
static void
gst_ice_sender_count (GstIceSender * self, GstBuffer * first, guint n_packets,
    guint n_taken, gsize n_clear_bytes, const GstIceRouteTally * tally)
{
  const guint n_sent = n_taken - tally->n_refused;
  GstIceSourceHead head = { 0, };

  if (n_sent > 0)
    gst_ice_source_head_read (&head, first, GST_BUFFER_PTS_IS_VALID (first) ?
        GST_CLOCK_TIME_NONE : gst_ice_sender_get_running_time (self));

  g_mutex_lock (&self->lock);
  if (head.is_rtp && GST_BUFFER_PTS_IS_VALID (first)
      && self->segment.format == GST_FORMAT_TIME)
    head.running_time = gst_segment_to_running_time (&self->segment,
        GST_FORMAT_TIME, GST_BUFFER_PTS (first));
  gst_ice_sources_note (&self->sources, &head, n_sent, n_clear_bytes);
  self->counts.packets_sent += n_sent;
  self->counts.bytes_sent += tally->n_bytes;
  self->counts.packets_discarded += n_packets - n_sent;
  g_mutex_unlock (&self->lock);
}

/* Waits a short time for a change of the fields above. */
static void
gst_ice_sender_wait_changed (GstIceSender * self)
{
  const gint64 until_us = g_get_monotonic_time () +
      RETRY_TIMEOUT_MS * G_TIME_SPAN_MILLISECOND;

  g_mutex_lock (&self->lock);
  if (gst_ice_sender_get_flow_locked (self) == GST_FLOW_OK)
    g_cond_wait_until (&self->cond, &self->lock, until_us);
  g_mutex_unlock (&self->lock);
}

/* Waits until the socket of @route is writable, for a short time at most. */
static void
gst_ice_sender_wait_writable (GstIceSender * self, GstIceRoute * route)
{
  GPollFD fd = {.fd = gst_ice_route_get_fd (route),.events = G_IO_OUT };

  if (fd.fd < 0)
    gst_ice_sender_wait_changed (self);
  else
    g_poll (&fd, 1, WRITABLE_TIMEOUT_MS);
}

/* Sends by @way, which follows the sender's route when that changes. Stops when
 * the cipher changes: packets that the old cipher protected must not leave.
 * Returns: how many packets of @list routes took */
static guint
gst_ice_sender_send_by (GstIceSender * self, Way * way, GstBufferList * list,
    GstIceRouteTally * tally)
{
  g_autoptr (GstIceCipher) cipher = NULL;
  guint n_packets = gst_buffer_list_length (list), n_taken = 0;

  g_set_object (&cipher, way->cipher);
  while (way->route != NULL && way->cipher == cipher) {
    g_autoptr (GError) error = NULL;

    n_taken += gst_ice_route_send_list (way->route, list, n_taken, tally,
        &error);
    if (error != NULL)
      GST_DEBUG ("the path refuses packets: %s", error->message);
    if (error != NULL || n_taken == n_packets)
      break;
    gst_ice_sender_wait_writable (self, way->route);
    gst_ice_sender_look (self, way);
  }
  return n_taken;
}

GstFlowReturn
gst_ice_sender_send_list (GstIceSender * self, GstBufferList * clear)
{
  g_auto (Way) way = { GST_FLOW_OK, NULL, NULL, NULL, {0}
  };
  const guint n_packets = gst_buffer_list_length (clear);
  GstIceRouteTally tally = { 0, };
  guint n_taken = 0;
  gsize n_clear_bytes = 0;

  gst_ice_sender_look (self, &way);
  if (n_packets == 0)
    return way.flow;
  if (way.route != NULL) {
    g_autoptr (GstBufferList) list = gst_buffer_list_ref (clear);

    if (way.types != NULL)
      list = gst_ice_payload_map_apply (way.types, list);
    list = gst_ice_mid_write_list (&way.mid, list);
    if (way.cipher != NULL)
      list = gst_ice_cipher_protect (way.cipher, list);
    if (gst_buffer_list_length (list) > 0)
      n_taken = gst_ice_sender_send_by (self, &way, list, &tally);
    n_clear_bytes = list == clear ? tally.n_bytes :
        gst_buffer_list_calculate_size (clear) * (n_taken -
        tally.n_refused) / n_packets;
  }
  gst_ice_sender_count (self, gst_buffer_list_get (clear, 0), n_packets,
      n_taken, n_clear_bytes, &tally);
  return way.flow;
}

/* Returns: whether @packet is done with: sent or dropped */
static gboolean
gst_ice_sender_try_packet (GstIceSender * self, GstIceRoute * route,
    GstBuffer * packet)
{
  g_autoptr (GError) error = NULL;
  GstIceRouteTally tally = { 0, };
  guint n_taken = gst_ice_route_send_packet (route, packet, &tally, &error);

  if (n_taken == 0 && error == NULL)
    return FALSE;
  if (error != NULL)
    GST_DEBUG ("the path refuses a packet: %s", error->message);
  gst_ice_sender_count (self, packet, 1, n_taken, tally.n_bytes, &tally);
  return TRUE;
}

/* The short way is for the usual case: there is a route with room in its
 * socket. */
GstFlowReturn
gst_ice_sender_send_packet (GstIceSender * self, GstBuffer * packet)
{
  g_auto (Way) way = { GST_FLOW_OK, NULL, NULL, NULL, {0}
  };
  g_autoptr (GstBufferList) list = NULL;

  gst_ice_sender_look (self, &way);
  if (way.route != NULL && way.cipher == NULL && way.mid.id == 0
      && way.types == NULL
      && gst_ice_sender_try_packet (self, way.route, packet))
    return GST_FLOW_OK;

  list = gst_buffer_list_new_sized (1);
  gst_buffer_list_add (list, gst_buffer_ref (packet));
  return gst_ice_sender_send_list (self, list);
}

void
gst_ice_sender_set_segment (GstIceSender * self, const GstSegment * segment)
{
  g_mutex_lock (&self->lock);
  self->segment = *segment;
  g_mutex_unlock (&self->lock);
}

void
gst_ice_sender_set_element (GstIceSender * self, GstElement * element)
{
  g_weak_ref_set (&self->element, element);
}

void
gst_ice_sender_set_session (GstIceSender * self, gboolean session)
{
  g_atomic_int_set (&self->session, session);
}

gboolean
gst_ice_sender_has_session (GstIceSender * self)
{
  return g_atomic_int_get (&self->session);
}

GstIceRequests *
gst_ice_sender_get_requests (GstIceSender * self)
{
  return self->requests;
}

void
gst_ice_sender_get_sources (GstIceSender * self, GstIceSources * sources)
{
  g_mutex_lock (&self->lock);
  *sources = self->sources;
  g_mutex_unlock (&self->lock);
}

GstIceRoute *
gst_ice_sender_dup_route (GstIceSender * self)
{
  GstIceRoute *route;

  g_mutex_lock (&self->lock);
  route = self->route != NULL ? g_object_ref (self->route) : NULL;
  g_mutex_unlock (&self->lock);
  return route;
}

void
gst_ice_sender_get_counts (GstIceSender * self, GstIceSenderCounts * counts)
{
  g_mutex_lock (&self->lock);
  *counts = self->counts;
  g_mutex_unlock (&self->lock);
}
