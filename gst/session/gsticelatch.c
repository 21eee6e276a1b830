/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* An event that one thread waits for and another one opens, once. */

#include "config.h"

#include "gsticelatch.h"

struct _GstIceLatch
{
  gint ref_count;               /* atomic */

  GMutex lock;
  GCond opened;
  gboolean open;                /* protected by lock */
};

/* Returns: (transfer full): a latch that is shut */
GstIceLatch *
gst_ice_latch_new (void)
{
  GstIceLatch *self = g_new0 (GstIceLatch, 1);

  self->ref_count = 1;
  g_mutex_init (&self->lock);
  g_cond_init (&self->opened);
  return self;
}

/* Returns: (transfer full): @self */
GstIceLatch *
gst_ice_latch_ref (GstIceLatch * self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

/* @self: (transfer full) */
void
gst_ice_latch_unref (GstIceLatch * self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;

  g_cond_clear (&self->opened);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
gst_ice_latch_open (GstIceLatch * self)
{
  g_mutex_lock (&self->lock);
  self->open = TRUE;
  g_cond_broadcast (&self->opened);
  g_mutex_unlock (&self->lock);
}

gboolean
gst_ice_latch_wait (GstIceLatch * self, guint timeout_ms)
{
  gint64 deadline = g_get_monotonic_time () +
      timeout_ms * G_TIME_SPAN_MILLISECOND;
  gboolean in_time = TRUE;
  gboolean open;

  g_mutex_lock (&self->lock);
  while (!self->open && in_time) {
    if (timeout_ms == GST_ICE_LATCH_FOREVER)
      g_cond_wait (&self->opened, &self->lock);
    else
      in_time = g_cond_wait_until (&self->opened, &self->lock, deadline);
  }
  open = self->open;
  g_mutex_unlock (&self->lock);
  return open;
}
