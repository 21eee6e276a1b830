/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeagent.h"

G_BEGIN_DECLS

/* One agent of a transport and what it has found: a restart makes another beside it
 * (RFC 8445, 9). Session thread only. */
typedef struct _GstIceGeneration GstIceGeneration;

struct _GstIceGeneration
{
  gpointer transport;                 /* whose it is; NULL: gone, what it tells is no news */
  guint n_components;
  GstIceAgent *agent;
  GstIceRoute *routes[GST_ICE_MAX_COMPONENTS];
  GstIceAgentState states[GST_ICE_MAX_COMPONENTS];
  GstIceCandidate *locals[GST_ICE_MAX_COMPONENTS];      /* of the pairs */
  GstIceCandidate *remotes[GST_ICE_MAX_COMPONENTS];
  gboolean gathered;
  GSource *timer;               /* closes it, or NULL */
  void (*closed) (GstIceGeneration * self, gpointer closed_data);
  gpointer closed_data;
};

/* @settings: its user_data is the transport; events get the generation
 * @closed: called once, with @closed_data, when the agent is closed, before
 *     the generation is freed
 * Returns: (transfer full): a generation, or %NULL with @error set */
GstIceGeneration *gst_ice_generation_new (const GstIceAgentSettings * settings,
    void (*closed) (GstIceGeneration * self, gpointer closed_data),
    gpointer closed_data, GError ** error) G_GNUC_WARN_UNUSED_RESULT;

/* Takes note of a pair. */
void gst_ice_generation_set_selected (GstIceGeneration * self,
    const GstIceCandidate * local, const GstIceCandidate * remote,
    GstIceRoute * route);

/* Returns: the lowest state of the components; FAILED when one has it */
GstIceConnectionState gst_ice_generation_get_connection_state
    (const GstIceGeneration * self);

/* Returns: whether packets of all components can go */
gboolean gst_ice_generation_is_working (const GstIceGeneration * self);

/* @self: (transfer full): what it tells is no news from here on. Its agent closes
 *     after @delay_ms, so that what is under way to it still comes in; again, with
 *     0: at once */
void gst_ice_generation_retire (GstIceGeneration * self, guint delay_ms);

G_END_DECLS
