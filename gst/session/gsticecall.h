/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeconfig.h"
#include "gsticemediasilence.h"
#include "gsticemembers.h"
#include "gsticenegotiation.h"
#include "gsticeservers.h"

G_BEGIN_DECLS

/* The relation with one peer: a negotiation, and the transports and media that carry out
 * what it says. A listener makes a call for each peer in turn. Session thread only. */
typedef struct _GstIceCall GstIceCall;

/* What a call tells its session. None is called from inside a call to it. */
typedef struct
{
  /* Something happened: gst_ice_call_run() and a look at the negotiation. */
  void (*changed) (gpointer user_data);
  /* No path, or none any more, on all m-lines; the call does no more. */
  void (*failed) (const GError * error, gpointer user_data);
  /* The path of an m-line looks bad or is gone; NONE: it is well again. */
  void (*trouble) (GstIceRestartReason reason, gpointer user_data);
  /* The new generation of an m-line works, or won't. */
  void (*restarted) (gboolean works, gpointer user_data);
} GstIceCallEvents;

/* What a call works with: all (transfer none), and outlives it. */
typedef struct
{
  GstIceClaims *claims;
  const GstIceConfig *config;
  GstIceServers *servers;
  GstIceMembers *members;       /* who hears of states, pairs and candidates */
  GMainContext *context;        /* of the session thread */
} GstIceCallSettings;

/* @events: static */
GstIceCall *gst_ice_call_new (const GstIceCallSettings * settings,
    const GstIceCallEvents * events, gpointer user_data)
    G_GNUC_WARN_UNUSED_RESULT;

/* Closes the agents, and frees the call when they are; events end at once.
 * @self: (transfer full); @closed: called once, perhaps before this returns */
void gst_ice_call_close (GstIceCall * self, GDestroyNotify closed,
    gpointer user_data);

/* Returns: (transfer none): what is said; after changing it, gst_ice_call_run() */
GstIceNegotiation *gst_ice_call_get_negotiation (GstIceCall * self);

/* Carries out what the negotiation asks for.
 * Returns: %FALSE with @error set when an agent could not be made */
gboolean gst_ice_call_run (GstIceCall * self, GError ** error);

/* Goes back to the generation before, where the new one does not work yet. */
void gst_ice_call_abandon_restart (GstIceCall * self);

/* Tells trouble where media has stopped: to be called every
 * GST_ICE_MEDIA_SILENCE_LOOK_MS. */
void gst_ice_call_look_for_silence (GstIceCall * self, gint64 now_ms);

/* Whether a path that was there is gone; and the end of the hope that it returns. */
gboolean gst_ice_call_has_lost_path (const GstIceCall * self);
void gst_ice_call_give_up_lost (GstIceCall * self);
/* There are more servers. */
void gst_ice_call_update_servers (GstIceCall * self);

/* Returns: (transfer none): what was agreed with this peer */
GstIceMlines *gst_ice_call_get_mlines (GstIceCall * self);

/* The element that claimed it leaves. */
void gst_ice_call_forget_claim (GstIceCall * self, const GstIceClaim * claim);

/* The peer is gone: ends what its elements receive, once what is under way has come in. */
void gst_ice_call_end (GstIceCall * self);

/* Whether there was a path, ever: who was reached may still be about to come by keys
 * for what has arrived already. */
gboolean gst_ice_call_was_connected (const GstIceCall * self);

/* The states of all transports together, as W3C takes them. */
GstIceConnectionState gst_ice_call_get_connection_state (const GstIceCall *
    self);
GstIceGatheringState gst_ice_call_get_gathering_state (const GstIceCall * self);

/* Adds a structure for each m-line: "mline-0", … */
void gst_ice_call_add_stats (const GstIceCall * self, GstStructure * stats);

G_END_DECLS
