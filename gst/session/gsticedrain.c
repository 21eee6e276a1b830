/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Waits for packets that a peer's goodbye has overtaken. */

#include "config.h"

#include "gsticedrain.h"

#include "gsticetimer.h"
#include "gsticetransports.h"

/* A goodbye is believed when no packet came for QUIET_TICKS, and at the latest after
 * MAX_TICKS. */
#define TICK_MS 20
#define QUIET_TICKS 5
#define MAX_TICKS 50

struct _GstIceDrain
{
  GPtrArray *transports;        /* (transfer none) */
  void (*drained) (gpointer user_data);
  gpointer user_data;

  GSource *timer;               /* NULL: it is over */
  guint n_ticks;                /* since the goodbye */
  guint n_quiet_ticks;
  guint64 n_received;
};

static gboolean
on_tick (gpointer data)
{
  GstIceDrain *self = data;
  guint64 n_received = gst_ice_transports_get_n_received (self->transports);

  self->n_quiet_ticks = n_received == self->n_received ?
      self->n_quiet_ticks + 1 : 0;
  self->n_received = n_received;
  if (self->n_quiet_ticks < QUIET_TICKS && ++self->n_ticks < MAX_TICKS)
    return G_SOURCE_CONTINUE;

  gst_ice_timer_clear (&self->timer);
  self->drained (self->user_data);
  return G_SOURCE_REMOVE;
}

GstIceDrain *
gst_ice_drain_new (GPtrArray * transports,
    void (*drained) (gpointer user_data), gpointer user_data)
{
  GstIceDrain *self = g_new0 (GstIceDrain, 1);

  self->transports = transports;
  self->drained = drained;
  self->user_data = user_data;
  self->timer = gst_ice_timer_new (TICK_MS, on_tick, self);
  return self;
}

void
gst_ice_drain_clear (GstIceDrain ** self)
{
  if (*self == NULL)
    return;
  gst_ice_timer_clear (&(*self)->timer);
  g_clear_pointer (self, g_free);
}
