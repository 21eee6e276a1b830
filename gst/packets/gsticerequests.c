/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Collects the requests of an element's peers until the element acts on
 * them, so that a thousand peers cost it no more than one. */

#include "config.h"

#include "gsticerequests.h"

/* The most packets that wait to be sent again, about those of one round
 * trip. */
#define MAX_PACKETS 512

/* How many are remembered as asked for by one peer, and for how long. An element
 * sends again within a packet's time; much later, the number is another
 * packet's. */
#define MAX_ASKERS 4096
#define ASKED_US (2 * G_TIME_SPAN_SECOND)

typedef struct
{
  GstIceLostPacket packet;
  gpointer peer;                /* not owned */
  gint64 until_us;
} Asker;

struct _GstIceRequests
{
  gint n_askers;                /* atomic: as many as in askers */
  GMutex lock;                  /* held while func is called; not together
                                 * with lock */

  /* Protected by lock. */
  void (*func) (gpointer user_data);    /* NULL: requests are only collected */
  gpointer user_data;
  gint64 interval_us;
  gint64 last_us;               /* when the last key unit was made, 0: never */
  gboolean key_unit;            /* a key unit is requested */
  GArray *packets;              /* of GstIceLostPacket */
  GArray *askers;               /* of Asker, the oldest first */
};

/* Returns: (transfer full): an object without requests */
GstIceRequests *
gst_ice_requests_new (void)
{
  GstIceRequests *self = g_atomic_rc_box_new0 (GstIceRequests);

  g_mutex_init (&self->lock);
  self->packets = g_array_new (FALSE, FALSE, sizeof (GstIceLostPacket));
  self->askers = g_array_new (FALSE, FALSE, sizeof (Asker));
  return self;
}

GstIceRequests *
gst_ice_requests_ref (GstIceRequests * self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  GstIceRequests *self = data;

  g_array_unref (self->packets);
  g_array_unref (self->askers);
  g_mutex_clear (&self->lock);
}

/* @self: (transfer full) */
void
gst_ice_requests_unref (GstIceRequests * self)
{
  g_atomic_rc_box_release_full (self, clear);
}

void
gst_ice_requests_set_func (GstIceRequests * self,
    void (*func) (gpointer user_data), gpointer user_data)
{
  g_mutex_lock (&self->lock);
  self->func = func;
  self->user_data = user_data;
  g_mutex_unlock (&self->lock);
}

void
gst_ice_requests_set_interval (GstIceRequests * self, guint interval_ms)
{
  g_mutex_lock (&self->lock);
  self->interval_us = interval_ms * G_TIME_SPAN_MILLISECOND;
  g_mutex_unlock (&self->lock);
}

static void
call_locked (GstIceRequests * self)
{
  if (self->func != NULL)
    self->func (self->user_data);
}

void
gst_ice_requests_ask_key_unit (GstIceRequests * self)
{
  g_mutex_lock (&self->lock);
  /* Only the first request calls func. */
  if (!self->key_unit) {
    self->key_unit = TRUE;
    call_locked (self);
  }
  g_mutex_unlock (&self->lock);
}

static gboolean
is_same (const GstIceLostPacket * a, const GstIceLostPacket * b)
{
  return a->ssrc == b->ssrc && a->seqnum == b->seqnum;
}

static gboolean
is_asked_for_locked (const GstIceRequests * self,
    const GstIceLostPacket * packet)
{
  for (guint i = 0; i < self->packets->len; i++) {
    if (is_same (&g_array_index (self->packets, GstIceLostPacket, i), packet))
      return TRUE;
  }
  return FALSE;
}

/* Forgets the askers that have waited too long, and the older half where there is no room
 * for another. */
static void
make_room_locked (GstIceRequests * self, gint64 now_us)
{
  guint n_old = self->askers->len >= MAX_ASKERS ? MAX_ASKERS / 2 : 0;

  while (n_old < self->askers->len
      && g_array_index (self->askers, Asker, n_old).until_us <= now_us)
    n_old++;
  if (n_old > 0)
    g_array_remove_range (self->askers, 0, n_old);
  g_atomic_int_set (&self->n_askers, (gint) self->askers->len);
}

static void
remember_locked (GstIceRequests * self, const GstIceLostPacket * packet,
    gpointer peer, gint64 now_us)
{
  const Asker asker = { *packet, peer, now_us + ASKED_US };

  make_room_locked (self, now_us);
  g_array_append_val (self->askers, asker);
  g_atomic_int_set (&self->n_askers, (gint) self->askers->len);
}

void
gst_ice_requests_ask_packets (GstIceRequests * self,
    const GstIceLostPacket * packets, guint n_packets, gpointer peer,
    gint64 now_us)
{
  guint n_before;

  g_mutex_lock (&self->lock);
  n_before = self->packets->len;
  for (guint i = 0; i < n_packets && self->packets->len < MAX_PACKETS; i++) {
    remember_locked (self, &packets[i], peer, now_us);
    if (!is_asked_for_locked (self, &packets[i]))
      g_array_append_val (self->packets, packets[i]);
  }
  if (n_before == 0 && self->packets->len > 0)
    call_locked (self);
  g_mutex_unlock (&self->lock);
}

gboolean
gst_ice_requests_has_askers (GstIceRequests * self)
{
  return g_atomic_int_get (&self->n_askers) > 0;
}

GPtrArray *
gst_ice_requests_take_askers (GstIceRequests * self,
    const GstIceLostPacket * packet, gint64 now_us)
{
  GPtrArray *peers = NULL;

  g_mutex_lock (&self->lock);
  make_room_locked (self, now_us);
  for (guint i = self->askers->len; i > 0; i--) {
    const Asker *asker = &g_array_index (self->askers, Asker, i - 1);

    if (!is_same (&asker->packet, packet))
      continue;
    if (peers == NULL)
      peers = g_ptr_array_new ();
    g_ptr_array_add (peers, asker->peer);
    g_array_remove_index (self->askers, i - 1);
  }
  g_atomic_int_set (&self->n_askers, (gint) self->askers->len);
  g_mutex_unlock (&self->lock);
  return peers;
}

gint64
gst_ice_requests_take (GstIceRequests * self, gint64 now_us,
    gboolean * key_unit, GArray ** packets)
{
  gint64 wait_us = 0;

  g_mutex_lock (&self->lock);
  *packets = self->packets;
  self->packets = g_array_new (FALSE, FALSE, sizeof (GstIceLostPacket));

  if (self->key_unit && self->last_us != 0)
    wait_us = MAX (self->last_us + self->interval_us - now_us, 0);
  *key_unit = self->key_unit && wait_us == 0;
  if (*key_unit) {
    self->key_unit = FALSE;
    self->last_us = now_us;
  }
  g_mutex_unlock (&self->lock);
  return wait_us;
}
