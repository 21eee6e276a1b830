/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Keeps the agents of a transport until they are closed. */

#include "config.h"

#include "gsticegenerations.h"

/* More generations than this don't wait until what is under way has come in. */
#define MAX_RETIRED 4

/* What is under way to the generation before comes in for so long. */
#define RETIRE_MS 500

GstIceGenerations *
gst_ice_generations_new (void)
{
  GstIceGenerations *self = g_new0 (GstIceGenerations, 1);

  self->retired = g_ptr_array_new ();
  return self;
}

void
gst_ice_generations_free (GstIceGenerations * self)
{
  g_warn_if_fail (self->n_open == 0);
  g_ptr_array_unref (self->retired);
  g_free (self);
}

GstIceGeneration *
gst_ice_generations_get_newest (const GstIceGenerations * self)
{
  return self->fresh != NULL ? self->fresh : self->now;
}

static void
on_generation_closed (GstIceGeneration * generation, gpointer data)
{
  GstIceGenerations *self = data;
  const GDestroyNotify closed = self->closed;

  g_ptr_array_remove (self->retired, generation);
  if (--self->n_open > 0 || closed == NULL)
    return;
  self->closed = NULL;
  closed (self->closed_data);
}

/* @generation: (transfer full) (nullable): what is under way to it may come in for
 *     @delay_ms */
static void
retire (GstIceGenerations * self, GstIceGeneration * generation, guint delay_ms)
{
  if (generation == NULL)
    return;

  g_ptr_array_add (self->retired, generation);
  gst_ice_generation_retire (generation, delay_ms);
  if (self->retired->len > MAX_RETIRED)
    gst_ice_generation_retire (g_ptr_array_index (self->retired, 0), 0);
}

GstIceGeneration *
gst_ice_generations_make (GstIceGenerations * self,
    const GstIceAgentSettings * settings, GError ** error)
{
  GstIceGeneration *made = gst_ice_generation_new (settings,
      on_generation_closed, self, error);

  if (made == NULL)
    return NULL;
  self->n_open++;
  if (self->now == NULL)
    self->now = made;
  else
    self->fresh = made;
  return made;
}

void
gst_ice_generations_take_over (GstIceGenerations * self)
{
  GstIceGeneration *old = self->now;

  self->now = g_steal_pointer (&self->fresh);
  retire (self, old, RETIRE_MS);
}

void
gst_ice_generations_abandon_fresh (GstIceGenerations * self)
{
  retire (self, g_steal_pointer (&self->fresh), 0);
}

void
gst_ice_generations_close (GstIceGenerations * self, GDestroyNotify closed,
    gpointer user_data)
{
  self->closed = closed;
  self->closed_data = user_data;
  /* One more, so that all are asked before the last is closed. */
  self->n_open++;
  retire (self, g_steal_pointer (&self->fresh), 0);
  retire (self, g_steal_pointer (&self->now), 0);
  for (guint i = self->retired->len; i > 0; i--)
    gst_ice_generation_retire (g_ptr_array_index (self->retired, i - 1), 0);
  on_generation_closed (NULL, self);
}
