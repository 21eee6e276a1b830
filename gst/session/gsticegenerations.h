/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticegeneration.h"

G_BEGIN_DECLS

/* All agents of a transport: the one that carries media, the one that is to
 * take over, and older ones that still receive. Session thread only. */
typedef struct
{
  /* Others may read these two. */
  GstIceGeneration *now;        /* carries media, or will be the first to;
                                 * NULL: not made, or closed */
  GstIceGeneration *fresh;      /* takes over when it works; NULL: no restart */

  GPtrArray *retired;           /* of GstIceGeneration, not yet closed */
  guint n_open;                 /* number of all the above */
  GDestroyNotify closed;        /* NULL: not closing */
  gpointer closed_data;
} GstIceGenerations;

GstIceGenerations *gst_ice_generations_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* All must be closed. @self: (transfer full) */
void gst_ice_generations_free (GstIceGenerations * self);

/* Returns: (transfer none) (nullable): fresh, or else now */
GstIceGeneration *gst_ice_generations_get_newest (const GstIceGenerations *
    self);

/* Makes an agent: the first, or one that is to take over.
 * Returns: (transfer none) (nullable): %NULL with @error set */
GstIceGeneration *gst_ice_generations_make (GstIceGenerations * self,
    const GstIceAgentSettings * settings, GError ** error);

/* The fresh agent takes over. The previous one receives for a while. */
void gst_ice_generations_take_over (GstIceGenerations * self);

/* Closes the fresh agent. */
void gst_ice_generations_abandon_fresh (GstIceGenerations * self);

/* Closes all. @closed is called once, perhaps before this returns. */
void gst_ice_generations_close (GstIceGenerations * self,
    GDestroyNotify closed, gpointer user_data);

G_END_DECLS
