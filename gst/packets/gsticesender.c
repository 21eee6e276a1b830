/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Sends the packets of one element to its peers, and waits for the peer if
 * there is only one. */

#include "config.h"

#include "gsticesender.h"

#include "gsticetotals.h"
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

  gint session;                 /* atomic: an RTP session is upstream of the
                                 * element */
  gint open;                    /* atomic; written with the lock: nothing has
                                 * to be waited for */

  GMutex lock;                  /* never held across a system call */

  /* Protected by lock. */
  GPtrArray *destinations;      /* of GstIceDestination; never changed, but
                                 * replaced */
  gboolean several;             /* peers come and go */
  gboolean opened;              /* and there was a path to one */
  GstCaps *written;             /* formats from upstream, the present ones
                                 * first; NULL: unknown */
  GstIceEnding ending;
  gboolean flushing;
  gboolean impatient;           /* don't wait for a route */
  GCond cond;                   /* signalled when any of the above changes,
                                 * or a path */
  GstIceSenderCounts counts;    /* of packets for no peer, and of removed
                                 * peers */
  GstSegment segment;           /* of the present packets */
  guint64 pacing_rate;          /* of each peer, bits a second; 0: no limit */

  /* Set at construction; have their own locks. */
  GstIceDestination *own;       /* the single peer */
  GstIceRequests *requests;
  GWeakRef element;             /* whose running time counts */

  GstIcePace pace;              /* of the single peer; streaming thread */
};

G_DEFINE_TYPE (GstIceSender, gst_ice_sender, G_TYPE_OBJECT);

static void on_changed (gpointer user_data);

static void
add_to_totals (gpointer half, GstIceTotals * totals)
{
  GstIceSenderCounts counts;

  gst_ice_sender_get_counts (half, &counts);
  totals->packets_sent += counts.packets_sent;
  totals->bytes_sent += counts.bytes_sent;
  totals->packets_discarded += counts.packets_discarded;
}

static void
gst_ice_sender_finalize (GObject * object)
{
  GstIceSender *self = GST_ICE_SENDER (object);

  gst_ice_totals_leave (self);
  gst_ice_destination_watch (self->own, NULL, NULL);
  g_ptr_array_unref (self->destinations);
  g_clear_object (&self->own);
  gst_clear_caps (&self->written);
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

/* Returns: (transfer full): an empty list */
static GPtrArray *
new_list (void)
{
  return g_ptr_array_new_with_free_func (g_object_unref);
}

static void
gst_ice_sender_init (GstIceSender * self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  gst_segment_init (&self->segment, GST_FORMAT_UNDEFINED);
  self->requests = gst_ice_requests_new ();
  g_weak_ref_init (&self->element, NULL);
  self->own = gst_ice_destination_new ();
  self->destinations = new_list ();
  g_ptr_array_add (self->destinations, g_object_ref (self->own));
  gst_ice_destination_watch (self->own, on_changed, self);
  gst_ice_totals_enter (self, add_to_totals);
}

/* Returns: (transfer full): a sender without a route */
GstIceSender *
gst_ice_sender_new (void)
{
  return g_object_new (GST_TYPE_ICE_SENDER, NULL);
}

GstIceDestination *
gst_ice_sender_get_destination (GstIceSender * self)
{
  return self->own;
}

static gboolean
gst_ice_sender_has_way_locked (const GstIceSender * self)
{
  return self->several ? self->opened : gst_ice_destination_has_way (self->own);
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

/* A path to a peer was found or lost. */
static void
on_changed (gpointer user_data)
{
  GstIceSender *self = user_data;

  g_mutex_lock (&self->lock);
  for (guint i = 0; self->several && !self->opened &&
      i < self->destinations->len; i++)
    self->opened = gst_ice_destination_has_way (g_ptr_array_index
        (self->destinations, i));
  gst_ice_sender_notify_locked (self);
  g_mutex_unlock (&self->lock);
}

/* @but: (nullable): left out
 * Returns: (transfer full): the present peers */
static GPtrArray *
gst_ice_sender_copy_locked (GstIceSender * self, GstIceDestination * but)
{
  GPtrArray *copy = new_list ();

  for (guint i = 0; i < self->destinations->len; i++) {
    GstIceDestination *destination = g_ptr_array_index (self->destinations, i);

    if (destination != but && destination != self->own)
      g_ptr_array_add (copy, g_object_ref (destination));
  }
  return copy;
}

void
gst_ice_sender_add (GstIceSender * self, GstIceDestination * destination)
{
  g_autoptr (GPtrArray) old = NULL;
  GPtrArray *list;

  gst_ice_destination_watch (destination, on_changed, self);
  g_mutex_lock (&self->lock);
  self->several = TRUE;
  list = gst_ice_sender_copy_locked (self, destination);
  g_ptr_array_add (list, g_object_ref (destination));
  gst_ice_destination_set_written (destination, self->written);
  gst_ice_destination_set_pacing_rate (destination, self->pacing_rate);
  if (self->pacing_rate != 0)
    gst_ice_destination_use_pacer (destination);
  old = self->destinations;
  self->destinations = list;
  g_mutex_unlock (&self->lock);
  on_changed (self);
}

void
gst_ice_sender_begin (GstIceSender * self)
{
  g_mutex_lock (&self->lock);
  self->several = self->opened = TRUE;
  gst_ice_sender_notify_locked (self);
  g_mutex_unlock (&self->lock);
}

void
gst_ice_sender_remove (GstIceSender * self, GstIceDestination * destination)
{
  g_autoptr (GPtrArray) old = NULL;

  gst_ice_destination_watch (destination, NULL, NULL);
  g_mutex_lock (&self->lock);
  if (g_ptr_array_find (self->destinations, destination, NULL)) {
    old = self->destinations;
    self->destinations = gst_ice_sender_copy_locked (self, destination);
    gst_ice_destination_add_counts (destination, &self->counts);
  }
  g_mutex_unlock (&self->lock);
}

void
gst_ice_sender_cut (GstIceSender * self)
{
  g_autoptr (GPtrArray) destinations = NULL;

  g_mutex_lock (&self->lock);
  destinations = g_ptr_array_ref (self->destinations);
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < destinations->len; i++) {
    GstIceDestination *destination = g_ptr_array_index (destinations, i);

    gst_ice_destination_set_route (destination, NULL);
    if (destination != self->own)
      gst_ice_sender_remove (self, destination);
  }
}

void
gst_ice_sender_set_pacing_rate (GstIceSender * self, guint64 rate)
{
  g_mutex_lock (&self->lock);
  self->pacing_rate = rate;
  gst_ice_destination_set_pacing_rate (self->own, rate);
  g_mutex_unlock (&self->lock);
}

void
gst_ice_sender_set_written (GstIceSender * self, GstCaps * stream,
    GstCaps * more)
{
  GstCaps *written = stream != NULL ? gst_caps_copy (stream) : NULL;

  if (written != NULL && more != NULL)
    gst_caps_append (written, gst_caps_copy (more));

  g_mutex_lock (&self->lock);
  gst_clear_caps (&self->written);
  self->written = written;
  for (guint i = 0; i < self->destinations->len; i++)
    gst_ice_destination_set_written (g_ptr_array_index (self->destinations, i),
        written);
  g_mutex_unlock (&self->lock);
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

GstClockTime
gst_ice_sender_get_running_time (GstIceSender * self)
{
  g_autoptr (GstElement) element = g_weak_ref_get (&self->element);

  return element != NULL ? gst_element_get_current_running_time (element) :
      GST_CLOCK_TIME_NONE;
}

/* @first: packet of a list; @head: (out): its facts
 * @destinations: (out) (transfer full): the peers that get the list
 * Returns: whether it is sent at all */
static GstFlowReturn
gst_ice_sender_look (GstIceSender * self, GstBuffer * first,
    GstIceSourceHead * head, GPtrArray ** destinations)
{
  GstFlowReturn flow;

  gst_ice_source_head_read (head, first, GST_BUFFER_PTS_IS_VALID (first) ?
      GST_CLOCK_TIME_NONE : gst_ice_sender_get_running_time (self));
  g_mutex_lock (&self->lock);
  flow = gst_ice_sender_get_flow_locked (self);
  *destinations = g_ptr_array_ref (self->destinations);
  if (head->is_rtp && GST_BUFFER_PTS_IS_VALID (first)
      && self->segment.format == GST_FORMAT_TIME)
    head->running_time = gst_segment_to_running_time (&self->segment,
        GST_FORMAT_TIME, GST_BUFFER_PTS (first));
  g_mutex_unlock (&self->lock);
  return flow;
}

static void
gst_ice_sender_discard (GstIceSender * self, guint n_packets)
{
  g_mutex_lock (&self->lock);
  self->counts.packets_discarded += n_packets;
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

/* Waits until @until_us, or until one of the fields above changes. */
static void
gst_ice_sender_wait_pace (GstIceSender * self, gint64 until_us)
{
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

/* Looks at the path to the single peer again, while the flow is good. */
static GstFlowReturn
gst_ice_sender_look_again (GstIceSender * self, GstIceWay * way)
{
  GstFlowReturn flow;

  g_mutex_lock (&self->lock);
  flow = gst_ice_sender_get_flow_locked (self);
  g_mutex_unlock (&self->lock);
  if (flow == GST_FLOW_OK)
    gst_ice_destination_look (self->own, way);
  else
    gst_ice_way_clear (way);
  return flow;
}

/* Sends by @way, which follows the route when that changes. Stops when the
 * cipher changes: packets that the old cipher protected must not leave.
 * @flow: (out): the flow afterwards, if this waited
 * Returns: how many packets of @list routes took */
static guint
gst_ice_sender_send_by (GstIceSender * self, GstIceWay * way,
    GstBufferList * list, GstIceRouteTally * tally, GstFlowReturn * flow)
{
  g_autoptr (GstIceCipher) cipher = NULL;
  guint n_packets = gst_buffer_list_length (list), n_taken = 0;

  g_set_object (&cipher, way->cipher);
  while (way->route != NULL && way->cipher == cipher) {
    const gint64 now_us = way->pacing_rate != 0 ? g_get_monotonic_time () : 0;
    g_autoptr (GError) error = NULL;

    n_taken += gst_ice_pace_send (&self->pace, way->pacing_rate, way->route,
        list, n_taken, now_us, tally, &error);
    if (error != NULL)
      GST_DEBUG ("the path refuses packets: %s", error->message);
    if (error != NULL || n_taken == n_packets)
      break;
    if (way->pacing_rate != 0 && gst_ice_pace_get_due_us (&self->pace) > now_us)
      gst_ice_sender_wait_pace (self, gst_ice_pace_get_due_us (&self->pace));
    else
      gst_ice_sender_wait_writable (self, way->route);
    *flow = gst_ice_sender_look_again (self, way);
  }
  return n_taken;
}

/* Sends to the single peer.
 * Returns: the flow afterwards */
static GstFlowReturn
gst_ice_sender_send_patiently (GstIceSender * self, GstBufferList * clear,
    const GstIceSourceHead * head)
{
  const guint n_packets = gst_buffer_list_length (clear);
  g_auto (GstIceWay) way = { NULL, };
  GstFlowReturn flow = GST_FLOW_OK;
  GstIceRouteTally tally = { 0, };
  guint n_taken = 0;
  gsize n_clear_bytes = 0;

  gst_ice_destination_look (self->own, &way);
  if (way.route != NULL) {
    g_autoptr (GstBufferList) list = gst_ice_way_prepare (&way, clear);

    if (gst_buffer_list_length (list) > 0)
      n_taken = gst_ice_sender_send_by (self, &way, list, &tally, &flow);
    n_clear_bytes = list == clear ? tally.n_bytes :
        gst_buffer_list_calculate_size (clear) * (n_taken -
        tally.n_refused) / n_packets;
  }
  gst_ice_destination_count (self->own, head, n_packets, n_taken,
      n_clear_bytes, &tally);
  return flow;
}

/* A packet that comes once more, as rtprtxqueue sends it, is for who has asked for it.
 * Returns: (transfer full) (nullable): these; %NULL: it is for all */
static GPtrArray *
gst_ice_sender_get_askers (GstIceSender * self, GstBufferList * clear,
    const GstIceSourceHead * head)
{
  const GstIceLostPacket packet = { head->ssrc, head->seqnum };

  if (!head->is_rtp || !gst_ice_requests_has_askers (self->requests)
      || gst_buffer_list_length (clear) > 1)
    return NULL;
  return gst_ice_requests_take_askers (self->requests, &packet,
      g_get_monotonic_time ());
}

/* @flow, @head, @destinations: what gst_ice_sender_look() found
 * Returns: the flow afterwards */
static GstFlowReturn
gst_ice_sender_send_to (GstIceSender * self, GstBufferList * clear,
    GstFlowReturn flow, const GstIceSourceHead * head, GPtrArray * destinations)
{
  g_autoptr (GPtrArray) askers = NULL;

  if (flow != GST_FLOW_OK || destinations->len == 0) {
    gst_ice_sender_discard (self, gst_buffer_list_length (clear));
    return flow;
  }
  if (g_ptr_array_index (destinations, 0) == self->own)
    return gst_ice_sender_send_patiently (self, clear, head);
  askers = gst_ice_sender_get_askers (self, clear, head);
  for (guint i = 0; i < destinations->len; i++) {
    GstIceDestination *destination = g_ptr_array_index (destinations, i);

    if (askers == NULL || g_ptr_array_find (askers, destination, NULL))
      gst_ice_destination_send (destination, clear, head);
  }
  return flow;
}

GstFlowReturn
gst_ice_sender_send_list (GstIceSender * self, GstBufferList * clear)
{
  g_autoptr (GPtrArray) destinations = NULL;
  GstIceSourceHead head;
  GstFlowReturn flow;

  if (gst_buffer_list_length (clear) == 0)
    return GST_FLOW_OK;
  flow = gst_ice_sender_look (self, gst_buffer_list_get (clear, 0), &head,
      &destinations);
  return gst_ice_sender_send_to (self, clear, flow, &head, destinations);
}

/* Returns: whether @packet is done with: sent or dropped */
static gboolean
gst_ice_sender_try_packet (GstIceSender * self, GstIceRoute * route,
    GstBuffer * packet, const GstIceSourceHead * head)
{
  g_autoptr (GError) error = NULL;
  GstIceRouteTally tally = { 0, };
  guint n_taken = gst_ice_route_send_packet (route, packet, &tally, &error);

  if (n_taken == 0 && error == NULL)
    return FALSE;
  if (error != NULL)
    GST_DEBUG ("the path refuses a packet: %s", error->message);
  gst_ice_destination_count (self->own, head, 1, n_taken, tally.n_bytes,
      &tally);
  return TRUE;
}

/* The short way is for the usual case: one peer, a route, and room in its
 * socket. */
GstFlowReturn
gst_ice_sender_send_packet (GstIceSender * self, GstBuffer * packet)
{
  g_autoptr (GPtrArray) destinations = NULL;
  g_auto (GstIceWay) way = { NULL, };
  g_autoptr (GstBufferList) list = NULL;
  GstIceSourceHead head;
  GstFlowReturn flow = gst_ice_sender_look (self, packet, &head, &destinations);

  /* With several peers, no path is set for the single one. */
  if (flow == GST_FLOW_OK) {
    gst_ice_destination_look (self->own, &way);
    if (way.route != NULL && way.cipher == NULL && way.mid.id == 0 &&
        way.types == NULL && way.extensions == NULL && way.pacing_rate == 0
        && gst_ice_sender_try_packet (self, way.route, packet, &head))
      return GST_FLOW_OK;
  }

  list = gst_buffer_list_new_sized (1);
  gst_buffer_list_add (list, gst_buffer_ref (packet));
  return gst_ice_sender_send_to (self, list, flow, &head, destinations);
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

GstIceRoute *
gst_ice_sender_dup_route (GstIceSender * self)
{
  return gst_ice_destination_dup_route (self->own);
}

void
gst_ice_sender_get_counts (GstIceSender * self, GstIceSenderCounts * counts)
{
  g_mutex_lock (&self->lock);
  *counts = self->counts;
  for (guint i = 0; i < self->destinations->len; i++)
    gst_ice_destination_add_counts (g_ptr_array_index (self->destinations, i),
        counts);
  g_mutex_unlock (&self->lock);
}
