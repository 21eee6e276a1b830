/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Adapts the packets of an element to one peer, and hands them to the present route. */

#include "config.h"

#include "gsticedestination.h"

#include "gsticeformats.h"
#include "gsticelog.h"
#include "gsticepacer.h"

GST_ICE_LOG_CATEGORY (gst_ice_destination_log, "icedestination",
    "ICE: what one peer is sent");
#define GST_CAT_DEFAULT gst_ice_destination_log ()

/* What waits for a socket that is full: some tenths of a second of video. More would be old
 * when it comes. */
#define MAX_BACKLOG_BYTES (256 * 1024)

/* Packets that a socket had no room for, as they leave. */
typedef struct
{
  GstBufferList *list;
  guint first;                  /* of the list that has not left */
  GstIceSourceHead head;        /* of the list */
  gsize clear_bytes;            /* of one of its packets, about, before it was protected */
} Rest;

/* A list of the element's, which the pacer's thread will send. */
typedef struct
{
  GstBufferList *clear;
  GstIceSourceHead head;
  gboolean numbered;            /* by these; FALSE: there was no way to the peer when it
                                 * came, so those of the way count */
  GstIcePayloadMap *types;      /* of the format that it has, as in GstIceWay */
  GstIceExtensionMap *extensions;
} Arrival;

/* When a full socket is looked at again, and how long the pacer's thread sleeps at least. */
#define RETRY_US 5000
#define LEAST_US 500

struct _GstIceDestination
{
  GObject parent;

  /* Session thread. */
  void (*changed) (gpointer user_data);
  gpointer changed_data;

  gboolean paced;               /* set before anything is sent: the pacer's thread sends */

  GMutex lock;                  /* never held across a system call */

  /* Protected by lock. */
  GstIceRoute *route;           /* NULL while there is no way to the peer */
  GstIceCipher *cipher;         /* or NULL, */
  gboolean cipher_wanted;       /* which then means: not yet */
  GstIceMid mid;                /* is written into what leaves */
  GstCaps *written, *agreed;    /* NULL: not known */
  GstIcePayloadMap *types;      /* from one to the other; NULL: all stays as it is */
  GstIceExtensionMap *extensions;       /* the same */
  GstIceSenderCounts counts;
  gint64 first_us;              /* when the first packet since there is a route left;
                                 * 0: none has */
  GstIceSources sources;
  guint64 pacing_rate;          /* bits a second, 0: no limit */
  GQueue arrivals;              /* of Arrival, for that thread */
  gsize arrived_bytes;

  /* Streaming thread, or the pacer's. */
  GstIcePace pace;
  gboolean opened;              /* there was a way */
  GQueue backlog;               /* of Rest, oldest first */
  gsize backlog_bytes;
  GstIceCipher *backlog_cipher; /* that protected it; NULL: none */
  gboolean skipping;            /* until the next key frame */
};

G_DEFINE_TYPE (GstIceDestination, gst_ice_destination, G_TYPE_OBJECT);

static void
rest_free (Rest * rest)
{
  gst_buffer_list_unref (rest->list);
  g_free (rest);
}

static void
arrival_free (Arrival * arrival)
{
  gst_buffer_list_unref (arrival->clear);
  g_clear_pointer (&arrival->types, gst_ice_payload_map_unref);
  g_clear_pointer (&arrival->extensions, gst_ice_extension_map_unref);
  g_free (arrival);
}

static void
gst_ice_destination_finalize (GObject * object)
{
  GstIceDestination *self = GST_ICE_DESTINATION (object);

  g_queue_clear_full (&self->arrivals, (GDestroyNotify) arrival_free);
  g_queue_clear_full (&self->backlog, (GDestroyNotify) rest_free);
  g_clear_object (&self->backlog_cipher);
  g_clear_object (&self->route);
  g_clear_object (&self->cipher);
  gst_clear_caps (&self->written);
  gst_clear_caps (&self->agreed);
  g_clear_pointer (&self->types, gst_ice_payload_map_unref);
  g_clear_pointer (&self->extensions, gst_ice_extension_map_unref);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (gst_ice_destination_parent_class)->finalize (object);
}

static void
gst_ice_destination_class_init (GstIceDestinationClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_ice_destination_finalize;
}

static void
gst_ice_destination_init (GstIceDestination * self)
{
  g_mutex_init (&self->lock);
}

/* Returns: (transfer full): there is no way to it yet */
GstIceDestination *
gst_ice_destination_new (void)
{
  return g_object_new (GST_TYPE_ICE_DESTINATION, NULL);
}

void
gst_ice_destination_watch (GstIceDestination * self,
    void (*changed) (gpointer user_data), gpointer user_data)
{
  self->changed = changed;
  self->changed_data = user_data;
}

static void
tell_changed (GstIceDestination * self)
{
  if (self->changed != NULL)
    self->changed (self->changed_data);
}

static gboolean
has_way_locked (const GstIceDestination * self)
{
  return self->route != NULL && (self->cipher != NULL || !self->cipher_wanted);
}

gboolean
gst_ice_destination_has_way (GstIceDestination * self)
{
  gboolean has;

  g_mutex_lock (&self->lock);
  has = has_way_locked (self);
  g_mutex_unlock (&self->lock);
  return has;
}

static gint64 on_turn (GObject * owner, gint64 now_us);

void
gst_ice_destination_set_route (GstIceDestination * self, GstIceRoute * route)
{
  GstIceRoute *old;

  g_mutex_lock (&self->lock);
  old = g_steal_pointer (&self->route);
  self->route = route != NULL ? g_object_ref (route) : NULL;
  if (old == NULL)
    self->first_us = 0;
  g_mutex_unlock (&self->lock);

  tell_changed (self);
  /* What waits is dropped soon, whatever the rate. */
  if (self->paced && route == NULL)
    gst_ice_pacer_wake (G_OBJECT (self), on_turn);
  /* Not under the lock: the last reference closes a socket. */
  g_clear_object (&old);
}

void
gst_ice_destination_set_cipher (GstIceDestination * self, gboolean wanted,
    GstIceCipher * cipher)
{
  GstIceCipher *old;

  g_mutex_lock (&self->lock);
  old = g_steal_pointer (&self->cipher);
  self->cipher = cipher != NULL ? g_object_ref (cipher) : NULL;
  self->cipher_wanted = wanted;
  g_mutex_unlock (&self->lock);

  tell_changed (self);
  g_clear_object (&old);
}

void
gst_ice_destination_set_mid (GstIceDestination * self, const GstIceMid * mid)
{
  g_mutex_lock (&self->lock);
  self->mid = *mid;
  g_mutex_unlock (&self->lock);
}

void
gst_ice_destination_set_pacing_rate (GstIceDestination * self, guint64 rate)
{
  g_mutex_lock (&self->lock);
  self->pacing_rate = rate;
  g_mutex_unlock (&self->lock);
}

void
gst_ice_destination_use_pacer (GstIceDestination * self)
{
  self->paced = TRUE;
}

/* Numbers. */

static void
update_maps_locked (GstIceDestination * self)
{
  g_clear_pointer (&self->types, gst_ice_payload_map_unref);
  g_clear_pointer (&self->extensions, gst_ice_extension_map_unref);
  if (self->written == NULL || self->agreed == NULL)
    return;
  self->types = gst_ice_payload_map_new (self->written, self->agreed);
  self->extensions = gst_ice_extension_map_new (self->written, self->agreed);
}

void
gst_ice_destination_set_agreed (GstIceDestination * self, GstCaps * agreed)
{
  g_mutex_lock (&self->lock);
  if (gst_caps_replace (&self->agreed, agreed))
    update_maps_locked (self);
  g_mutex_unlock (&self->lock);
}

void
gst_ice_destination_set_written (GstIceDestination * self, GstCaps * written)
{
  g_mutex_lock (&self->lock);
  if (gst_caps_replace (&self->written, written))
    update_maps_locked (self);
  g_mutex_unlock (&self->lock);
}

/* Sending. */

void
gst_ice_way_clear (GstIceWay * self)
{
  g_clear_object (&self->route);
  g_clear_object (&self->cipher);
  g_clear_pointer (&self->types, gst_ice_payload_map_unref);
  g_clear_pointer (&self->extensions, gst_ice_extension_map_unref);
  self->mid.id = 0;
  self->pacing_rate = 0;
}

void
gst_ice_destination_look (GstIceDestination * self, GstIceWay * way)
{
  gst_ice_way_clear (way);
  g_mutex_lock (&self->lock);
  if (has_way_locked (self)) {
    way->route = g_object_ref (self->route);
    way->mid = self->mid;
    way->pacing_rate = self->pacing_rate;
    if (self->cipher != NULL)
      way->cipher = g_object_ref (self->cipher);
    if (self->types != NULL)
      way->types = gst_ice_payload_map_ref (self->types);
    if (self->extensions != NULL)
      way->extensions = gst_ice_extension_map_ref (self->extensions);
  }
  g_mutex_unlock (&self->lock);
}

GstBufferList *
gst_ice_way_prepare (const GstIceWay * self, GstBufferList * clear)
{
  GstBufferList *list = gst_buffer_list_ref (clear);

  if (self->extensions != NULL)
    list = gst_ice_extension_map_apply (self->extensions, list);
  if (self->types != NULL)
    list = gst_ice_payload_map_apply (self->types, list);
  list = gst_ice_mid_write_list (&self->mid, list);
  /* The peer may take none of it. */
  return self->cipher != NULL && gst_buffer_list_length (list) > 0 ?
      gst_ice_cipher_protect (self->cipher, list) : list;
}

void
gst_ice_destination_count (GstIceDestination * self,
    const GstIceSourceHead * head, guint n_packets, guint n_taken,
    gsize n_clear_bytes, const GstIceRouteTally * tally)
{
  const guint n_sent = n_taken - tally->n_refused;

  g_mutex_lock (&self->lock);
  gst_ice_sources_note (&self->sources, head, n_sent, n_clear_bytes);
  self->counts.packets_sent += n_sent;
  if (self->first_us == 0 && n_sent > 0)
    self->first_us = g_get_monotonic_time ();
  self->counts.bytes_sent += tally->n_bytes;
  self->counts.packets_discarded += n_packets - n_sent;
  g_mutex_unlock (&self->lock);
}

/* @slow: the peer was too slow for them */
static void
count_discarded (GstIceDestination * self, guint n_packets, gboolean slow)
{
  g_mutex_lock (&self->lock);
  self->counts.packets_discarded += n_packets;
  self->counts.packets_slow += slow ? n_packets : 0;
  g_mutex_unlock (&self->lock);
}

/* Returns: how many packets were in it */
static guint
drop_backlog (GstIceDestination * self)
{
  guint n_dropped = 0;
  Rest *rest;

  while ((rest = g_queue_pop_head (&self->backlog)) != NULL) {
    n_dropped += gst_buffer_list_length (rest->list) - rest->first;
    rest_free (rest);
  }
  self->backlog_bytes = 0;
  g_clear_object (&self->backlog_cipher);
  return n_dropped;
}

/* Returns: how many packets of @rest have left or never will */
static guint
try_rest (GstIceDestination * self, const GstIceWay * way, const Rest * rest)
{
  const guint n_packets = gst_buffer_list_length (rest->list) - rest->first;
  g_autoptr (GError) error = NULL;
  GstIceRouteTally tally = { 0, };
  GstIceSourceHead head = rest->head;
  guint n_taken;

  if (n_packets == 0)
    return 0;
  n_taken = gst_ice_pace_send (&self->pace, way->pacing_rate, way->route,
      rest->list, rest->first, way->pacing_rate != 0 ?
      g_get_monotonic_time () : 0, &tally, &error);
  if (error != NULL)
    GST_DEBUG ("the path refuses packets: %s", error->message);
  head.seqnum += (guint16) rest->first;
  gst_ice_destination_count (self, &head,
      error != NULL ? n_packets : n_taken, n_taken,
      rest->clear_bytes * (n_taken - tally.n_refused), &tally);
  return error != NULL ? n_packets : n_taken;
}

/* @rest: (transfer none): waits */
static void
keep_rest (GstIceDestination * self, const GstIceWay * way, const Rest * rest)
{
  const gsize n_bytes = gst_buffer_list_calculate_size (rest->list);
  Rest *kept;

  if (self->backlog_bytes + n_bytes > MAX_BACKLOG_BYTES) {
    GST_DEBUG ("the peer is too slow: nothing before the next key frame");
    count_discarded (self, drop_backlog (self) +
        gst_buffer_list_length (rest->list) - rest->first, TRUE);
    self->skipping = TRUE;
    return;
  }
  kept = g_new0 (Rest, 1);
  *kept = *rest;
  gst_buffer_list_ref (kept->list);
  g_queue_push_tail (&self->backlog, kept);
  self->backlog_bytes += n_bytes;
  g_set_object (&self->backlog_cipher, way->cipher);
}

/* Returns: whether nothing waits any more */
static gboolean
send_backlog (GstIceDestination * self, const GstIceWay * way)
{
  Rest *rest;

  if (self->backlog_cipher != way->cipher)
    count_discarded (self, drop_backlog (self), TRUE);
  while ((rest = g_queue_peek_head (&self->backlog)) != NULL) {
    rest->first += try_rest (self, way, rest);
    if (rest->first < gst_buffer_list_length (rest->list))
      return FALSE;
    g_queue_pop_head (&self->backlog);
    self->backlog_bytes -= gst_buffer_list_calculate_size (rest->list);
    rest_free (rest);
  }
  return TRUE;
}

/* Payloaders flag what needs packets before it. */
static gboolean
begins_key_frame (GstBufferList * list)
{
  return !GST_BUFFER_FLAG_IS_SET (gst_buffer_list_get (list, 0),
      GST_BUFFER_FLAG_DELTA_UNIT);
}

/* @way: (inout): packets leave with the numbers that @arrival was given */
static void
use_numbers (GstIceWay * way, Arrival * arrival)
{
  g_clear_pointer (&way->types, gst_ice_payload_map_unref);
  g_clear_pointer (&way->extensions, gst_ice_extension_map_unref);
  way->types = g_steal_pointer (&arrival->types);
  way->extensions = g_steal_pointer (&arrival->extensions);
}

/* @arrival: (nullable): what @clear was while it waited */
static void
send_now (GstIceDestination * self, GstBufferList * clear,
    const GstIceSourceHead * head, Arrival * arrival)
{
  const guint n_packets = gst_buffer_list_length (clear);
  g_auto (GstIceWay) way = { NULL, };
  g_autoptr (GstBufferList) list = NULL;
  Rest rest = {.head = *head };
  guint n_leaving;

  if (n_packets == 0)
    return;
  gst_ice_destination_look (self, &way);
  if (way.route == NULL) {
    /* Who is still on its way misses nothing. */
    if (self->opened)
      count_discarded (self, n_packets + drop_backlog (self), FALSE);
    return;
  }
  self->opened = TRUE;
  if (self->skipping && !begins_key_frame (clear)) {
    count_discarded (self, n_packets, TRUE);
    return;
  }
  self->skipping = FALSE;

  if (arrival != NULL && arrival->numbered)
    use_numbers (&way, arrival);
  list = gst_ice_way_prepare (&way, clear);
  n_leaving = gst_buffer_list_length (list);
  count_discarded (self, n_packets - MIN (n_leaving, n_packets), FALSE);
  rest.list = list;
  rest.clear_bytes = gst_buffer_list_calculate_size (clear) / n_packets;
  if (send_backlog (self, &way))
    rest.first = try_rest (self, &way, &rest);
  if (rest.first < n_leaving)
    keep_rest (self, &way, &rest);
}

/* Returns: (transfer full) (nullable): what came first */
static Arrival *
take_arrival (GstIceDestination * self)
{
  Arrival *arrival;

  g_mutex_lock (&self->lock);
  arrival = g_queue_pop_head (&self->arrivals);
  if (arrival != NULL)
    self->arrived_bytes -= gst_buffer_list_calculate_size (arrival->clear);
  g_mutex_unlock (&self->lock);
  return arrival;
}

/* The pacer's thread. */
static gint64
on_turn (GObject * owner, gint64 now_us)
{
  GstIceDestination *self = GST_ICE_DESTINATION (owner);
  g_auto (GstIceWay) way = { NULL, };
  Arrival *arrival;

  gst_ice_destination_look (self, &way);
  if (way.route != NULL)
    send_backlog (self, &way);
  else
    count_discarded (self, drop_backlog (self), FALSE);
  while ((arrival = take_arrival (self)) != NULL) {
    send_now (self, arrival->clear, &arrival->head, arrival);
    arrival_free (arrival);
  }
  if (g_queue_is_empty (&self->backlog))
    return 0;
  return gst_ice_pace_get_due_us (&self->pace) <= now_us ? now_us + RETRY_US :
      MAX (gst_ice_pace_get_due_us (&self->pace), now_us + LEAST_US);
}

/* @clear: (transfer none): waits for the pacer's thread
 * Returns: %FALSE: there is no room, or no thread */
static gboolean
add_arrival (GstIceDestination * self, GstBufferList * clear,
    const GstIceSourceHead * head)
{
  const gsize n_bytes = gst_buffer_list_calculate_size (clear);
  gboolean fits;

  g_mutex_lock (&self->lock);
  fits = self->arrived_bytes + n_bytes <= MAX_BACKLOG_BYTES;
  if (fits) {
    Arrival *arrival = g_new0 (Arrival, 1);

    arrival->clear = gst_buffer_list_ref (clear);
    arrival->head = *head;
    arrival->numbered = has_way_locked (self);
    if (self->types != NULL)
      arrival->types = gst_ice_payload_map_ref (self->types);
    if (self->extensions != NULL)
      arrival->extensions = gst_ice_extension_map_ref (self->extensions);
    g_queue_push_tail (&self->arrivals, arrival);
    self->arrived_bytes += n_bytes;
  }
  g_mutex_unlock (&self->lock);
  return fits && gst_ice_pacer_wake (G_OBJECT (self), on_turn);
}

void
gst_ice_destination_send (GstIceDestination * self, GstBufferList * clear,
    const GstIceSourceHead * head)
{
  if (!self->paced)
    send_now (self, clear, head, NULL);
  else if (!add_arrival (self, clear, head))
    count_discarded (self, gst_buffer_list_length (clear), TRUE);
}

void
gst_ice_destination_add_counts (GstIceDestination * self,
    GstIceSenderCounts * counts)
{
  g_mutex_lock (&self->lock);
  counts->packets_sent += self->counts.packets_sent;
  counts->bytes_sent += self->counts.bytes_sent;
  counts->packets_discarded += self->counts.packets_discarded;
  counts->packets_slow += self->counts.packets_slow;
  g_mutex_unlock (&self->lock);
}

gint64
gst_ice_destination_get_first_us (GstIceDestination * self)
{
  gint64 first_us;

  g_mutex_lock (&self->lock);
  first_us = self->first_us;
  g_mutex_unlock (&self->lock);
  return first_us;
}

void
gst_ice_destination_get_sources (GstIceDestination * self,
    GstIceSources * sources)
{
  g_mutex_lock (&self->lock);
  *sources = self->sources;
  g_mutex_unlock (&self->lock);
}

GstIceRoute *
gst_ice_destination_dup_route (GstIceDestination * self)
{
  GstIceRoute *route;

  g_mutex_lock (&self->lock);
  route = self->route != NULL ? g_object_ref (self->route) : NULL;
  g_mutex_unlock (&self->lock);
  return route;
}
