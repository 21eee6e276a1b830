/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeagent.h"

G_BEGIN_DECLS

/* One agent of a transport, and what it has found. A restart makes another
 * one beside it (RFC 8445, 9). Session thread only. */
typedef struct _GstIceGeneration GstIceGeneration;

struct _GstIceGeneration
{
  gpointer transport;                 /* the owner; NULL: retired, its events
                                       * are ignored */
  guint n_components;
  GstIceAgent *agent;
  GstIceRoute *routes[GST_ICE_MAX_COMPONENTS];
  GstIceAgentState states[GST_ICE_MAX_COMPONENTS];
  GstIceCandidate *locals[GST_ICE_MAX_COMPONENTS];      /* of the selected
                                                         * pairs */
  GstIceCandidate *remotes[GST_ICE_MAX_COMPONENTS];
  gboolean gathered;
  GSource *timer;               /* closes the agent later, or NULL */
  void (*closed) (GstIceGeneration * self, gpointer closed_data);
  gpointer closed_data;
};

/* @settings: its user_data is the transport; events get the generation
 * @closed: called once, with @closed_data, when the agent is closed, before the
 *     generation is freed
 * Returns: (transfer full): a generation, or %NULL with @error set */
GstIceGeneration *gst_ice_generation_new (const GstIceAgentSettings * settings,
    void (*closed) (GstIceGeneration * self, gpointer closed_data),
    gpointer closed_data, GError ** error) G_GNUC_WARN_UNUSED_RESULT;

/* Remembers a selected pair. */
void gst_ice_generation_set_selected (GstIceGeneration * self,
    const GstIceCandidate * local, const GstIceCandidate * remote,
    GstIceRoute * route);

/* Returns: the lowest state of the components; FAILED if one of them has
 *     failed */
GstIceConnectionState gst_ice_generation_get_connection_state
    (const GstIceGeneration * self);

/* Returns: whether packets of all components can be sent */
gboolean gst_ice_generation_is_working (const GstIceGeneration * self);

/* Returns: whether a pair of a component works, or a check of the peer came, as
 *     far as the agent can tell */
gboolean gst_ice_generation_has_heard_peer (const GstIceGeneration * self);

/* Adds W3C's statistics of the selected pair, if there is one. @self:
 * (nullable). */
void gst_ice_generation_add_stats (const GstIceGeneration * self,
    GstStructure * stats);

/* Ignores further events. The agent closes after @delay_ms, so that packets
 * on their way still come in. Calling this again with 0 closes it at once.
 * @self: (transfer full) */
void gst_ice_generation_retire (GstIceGeneration * self, guint delay_ms);

G_END_DECLS
