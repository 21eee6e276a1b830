/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticegeneration.h"
#include "gsticeleghost.h"
#include "gsticesilence.h"

G_BEGIN_DECLS

/* The running side of one m-line: its agent, where its packets come in, and what
 * states it is in. Session thread only. */
struct _GstIceLeg
{
  const GstIceLegHost *host;    /* (transfer none) */
  guint index;
  GstIceMline *mline;           /* (transfer none) */
  GstIceGeneration *now;        /* NULL: not opened, or closed */
  GstIceGeneration *fresh;      /* takes over when it works; NULL: no restart */
  GPtrArray *retired;           /* of GstIceGeneration, not yet closed */
  guint n_open;                 /* generations, all of the above */
  GstIceInlet *inlets[GST_ICE_MAX_COMPONENTS];
  GstIceRoute *routes[GST_ICE_MAX_COMPONENTS];  /* of now, as long as they hold */
  gboolean agreed;              /* formats and rtcp-mux are final */
  gboolean refused;             /* nobody will use it */
  gboolean was_connected;
  gboolean lost;                /* the host was told */
  GstIceGatheringState gathering_state;
  GstIceConnectionState connection_state;
  GstIceSilence silence;

  GstIceLeg *carrier;           /* whose agent it has; NULL: its own */
  GPtrArray *riders;            /* of GstIceLeg: those that have its agent */

  GstIceSecurity *security;     /* NULL: not opened, or in the clear */
  gboolean secure_agreed;       /* it knows the peer's side */
  GstIceCipher *cipher;         /* NULL: no keys yet, or in the clear */
  GQueue handshake;             /* of GstBuffer, for when there is a path */

  GDestroyNotify closed;        /* while closing */
  gpointer closed_data;
};

GstIceLeg *gst_ice_leg_new (guint index, GstIceMline * mline,
    const GstIceLegHost * host) G_GNUC_WARN_UNUSED_RESULT;

/* Its generations must be closed. */
void gst_ice_leg_free (GstIceLeg * self);

/* gsticelegservers.c: tells @agent of the servers, before it gathers and when there
 * are more; what an agent says of them; adds what they refused to @error, which is
 * (transfer full) and returned. */
void gst_ice_leg_tell_servers (GstIceLeg * self, GstIceAgent * agent);
void gst_ice_leg_on_gathered_enough (GstIceAgent * agent, gpointer user_data);
void gst_ice_leg_on_warning (GstIceAgent * agent, const GError * error,
    gpointer user_data);
GError *gst_ice_leg_add_failures (GstIceLeg * self, GError * error)
    G_GNUC_WARN_UNUSED_RESULT;

/* What a negotiation asks for. */
gboolean gst_ice_leg_open (GstIceLeg * self, GError ** error);
void gst_ice_leg_agree (GstIceLeg * self);
void gst_ice_leg_refuse (GstIceLeg * self);
gboolean gst_ice_leg_start_checks (GstIceLeg * self,
    const GstIceAction * action, GError ** error);
void gst_ice_leg_add_candidates (GstIceLeg * self, const GstIceAction * action);

/* Makes a fresh generation beside what is there. */
gboolean gst_ice_leg_restart (GstIceLeg * self, GError ** error);

/* Closes the fresh generation; the present one stays. */
void gst_ice_leg_abandon_restart (GstIceLeg * self);

/* Whether packets can go. */
gboolean gst_ice_leg_has_path (const GstIceLeg * self);

/* Tells the host, once, when the path is lost, or there is none and nothing that
 * could still be tried: to be called when more is known of the candidates. */
void gst_ice_leg_check_hope (GstIceLeg * self);

/* Goes on without this m-line. */
void gst_ice_leg_give_up (GstIceLeg * self);

/* Takes the routes away and closes the agent, if there is one. @closed is called
 * once, perhaps before this returns. */
void gst_ice_leg_close (GstIceLeg * self, GDestroyNotify closed,
    gpointer user_data);

/* Gives the channels of the elements on the m-line what the leg has: to be called
 * when elements came or went. */
void gst_ice_leg_wire (GstIceLeg * self);

/* Takes the routes away and ends the channels. */
void gst_ice_leg_end (GstIceLeg * self, GstIceChannelEnd how);

void gst_ice_leg_set_connection_state (GstIceLeg * self,
    GstIceConnectionState state);
gboolean gst_ice_leg_is_alive (const GstIceLeg * self);

/* @error: (transfer full) */
void gst_ice_leg_warn (GstIceLeg * self, GError * error);

/* Returns: (transfer full): why there is no path, for a user */
GError *gst_ice_leg_explain_no_path (GstIceLeg * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* Packets that came in so far, on all components. */
guint64 gst_ice_leg_get_n_received (const GstIceLeg * self);

/* Returns: (transfer full): W3C's transport statistics of this m-line, with the
 *     selected pair */
GstStructure *gst_ice_leg_get_stats (const GstIceLeg * self)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
