/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticevisit.h"

#include <string.h>

void
gst_ice_visit_init (GstIceVisit * self)
{
  memset (self, 0, sizeof (*self));
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
}

void
gst_ice_visit_clear (GstIceVisit * self)
{
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
}

void
gst_ice_visit_finish (GstIceVisit * self)
{
  g_mutex_lock (&self->lock);
  self->done = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
}

void
gst_ice_visit_wait (GstIceVisit * self)
{
  g_mutex_lock (&self->lock);
  while (!self->done)
    g_cond_wait (&self->cond, &self->lock);
  g_mutex_unlock (&self->lock);
}
