/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedescription.h"

G_BEGIN_DECLS

/* A call from another thread that waits for the session thread: it lives on the
 * caller's stack until it is finished. */
typedef struct
{
  GMutex lock;
  GCond cond;
  gboolean done;                /* protected by lock */

  /* What is asked and what comes of it: the session thread's until it is done. */
  GstIceDescriptionType type;
  gboolean wait;
  GstIceDescription *description;       /* in, or (transfer full) out */
  GError *error;
  GstStructure *stats;
} GstIceVisit;

void gst_ice_visit_init (GstIceVisit * self);
void gst_ice_visit_clear (GstIceVisit * self);

/* Session thread. Not to be looked at after. */
void gst_ice_visit_finish (GstIceVisit * self);

/* The caller's thread. */
void gst_ice_visit_wait (GstIceVisit * self);

G_END_DECLS
