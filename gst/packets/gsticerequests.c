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

struct _GstIceRequests
{
  GMutex lock;                  /* held while func is called; not together
                                 * with lock */

  /* Protected by lock. */
  void (*func) (gpointer user_data);    /* NULL: requests are only collected */
  gpointer user_data;
  gint64 interval_us;
  gint64 last_us;               /* when the last key unit was made, 0: never */
  gboolean key_unit;            /* a key unit is requested */
  GArray *packets;              /* of GstIceLostPacket */
};

/* Returns: (transfer full): an object without requests */
GstIceRequests *
gst_ice_requests_new (void)
{
  GstIceRequests *self = g_atomic_rc_box_new0 (GstIceRequests);

  g_mutex_init (&self->lock);
  self->packets = g_array_new (FALSE, FALSE, sizeof (GstIceLostPacket));
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
is_asked_for_locked (const GstIceRequests * self,
    const GstIceLostPacket * packet)
{
  for (guint i = 0; i < self->packets->len; i++) {
    const GstIceLostPacket *other =
        &g_array_index (self->packets, GstIceLostPacket, i);

    if (other->ssrc == packet->ssrc && other->seqnum == packet->seqnum)
      return TRUE;
  }
  return FALSE;
}

void
gst_ice_requests_ask_packets (GstIceRequests * self,
    const GstIceLostPacket * packets, guint n_packets)
{
  guint n_before;

  g_mutex_lock (&self->lock);
  n_before = self->packets->len;
  for (guint i = 0; i < n_packets && self->packets->len < MAX_PACKETS; i++) {
    if (!is_asked_for_locked (self, &packets[i]))
      g_array_append_val (self->packets, packets[i]);
  }
  if (n_before == 0 && self->packets->len > 0)
    call_locked (self);
  g_mutex_unlock (&self->lock);
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
