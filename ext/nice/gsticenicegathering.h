/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeconfig.h"

#include <nice/agent.h>

G_BEGIN_DECLS

/* The gathering of one agent. Gives libnice the servers in the order and at
 * the time that it needs, and knows when gathering is over, which libnice
 * 0.1.21 does not always. Session thread only. */
typedef struct _GstIceNiceGathering GstIceNiceGathering;

/* Never called from inside a call. */
typedef struct
{
  /* Candidates that may still come are not worth waiting for. */
  void (*enough) (gpointer user_data);
  /* No more candidates will come. Called once, also when the time is over. */
  void (*done) (gpointer user_data);
  /* @error: (transfer none) */
  void (*warning) (const GError * error, gpointer user_data);
  /* A server relayed a STUN response to libnice over a stream. Also called
   * after done(). */
  void (*response) (const guint8 * response, gsize size_bytes,
      gpointer user_data);
} GstIceNiceGatheringEvents;

/* @nice: (transfer none), set up; @events: static
 * Returns: (transfer full): not begun; or %NULL with @error set */
GstIceNiceGathering *gst_ice_nice_gathering_new (NiceAgent * nice,
    guint stream, guint n_components, const GstIceConfig * config,
    const GstIceNiceGatheringEvents * events,
    gpointer user_data, GError ** error) G_GNUC_WARN_UNUSED_RESULT;

/* No event follows. Keeps what libnice needs for closing; free the gathering
 * after that. */
void gst_ice_nice_gathering_stop (GstIceNiceGathering * self);
void gst_ice_nice_gathering_free (GstIceNiceGathering * self);

/* @servers: of GstIceServer; known ones are ignored
 * @complete: whether no more servers will be added */
void gst_ice_nice_gathering_set_servers (GstIceNiceGathering * self,
    GPtrArray * servers, gboolean complete);

/* Returns: whether gathering runs, or will in a moment */
gboolean gst_ice_nice_gathering_begin (GstIceNiceGathering * self);

/* Takes a candidate that libnice found.
 * Returns: (transfer full) (nullable): the URI of the server that it comes
 *     from */
gchar *gst_ice_nice_gathering_add_candidate (GstIceNiceGathering * self,
    const NiceCandidate * candidate) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_nice_gathering_nice_done (GstIceNiceGathering * self);

G_END_DECLS
