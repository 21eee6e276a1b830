/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticegeneration.h"

G_BEGIN_DECLS

/* The agents that a transport has at one time: the one that carries media, the one that is
 * to take over, and older ones that still receive. Session thread only. */
typedef struct
{
  /* Others read these two. */
  GstIceGeneration *now;        /* carries media, or is the first to; NULL: none was
                                 * made, or it is closed */
  GstIceGeneration *fresh;      /* takes over when it works; NULL: no restart */

  GPtrArray *retired;           /* of GstIceGeneration, not yet closed */
  guint n_open;                 /* all of the above */
  GDestroyNotify closed;        /* NULL: not closing */
  gpointer closed_data;
} GstIceGenerations;

GstIceGenerations *gst_ice_generations_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* All must be closed. @self: (transfer full) */
void gst_ice_generations_free (GstIceGenerations * self);

/* Returns: (transfer none) (nullable): the newer one of now and fresh */
GstIceGeneration *gst_ice_generations_get_newest (const GstIceGenerations *
    self);

/* Makes another agent: the first, or one that is to take over.
 * Returns: (transfer none) (nullable): %NULL with @error set */
GstIceGeneration *gst_ice_generations_make (GstIceGenerations * self,
    const GstIceAgentSettings * settings, GError ** error);

/* The fresh one takes over: the one before receives for a while. */
void gst_ice_generations_take_over (GstIceGenerations * self);

/* Closes the fresh one. */
void gst_ice_generations_abandon_fresh (GstIceGenerations * self);

/* Closes all. @closed is called once, perhaps before this returns. */
void gst_ice_generations_close (GstIceGenerations * self,
    GDestroyNotify closed, gpointer user_data);

G_END_DECLS
