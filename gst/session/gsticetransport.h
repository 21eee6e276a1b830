/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticegeneration.h"
#include "gsticekeyexchange.h"
#include "gsticetransporthost.h"
#include "gsticemediasilence.h"

G_BEGIN_DECLS

/* The running side of one m-line: its agent, where its packets come in, and what
 * states it is in. Session thread only. */
struct _GstIceTransport
{
  const GstIceTransportHost *host;    /* (transfer none) */
  guint index;
  GstIceMline *mline;           /* (transfer none) */
  GstIceGeneration *now;        /* NULL: not opened, or closed */
  GstIceGeneration *fresh;      /* takes over when it works; NULL: no restart */
  GPtrArray *retired;           /* of GstIceGeneration, not yet closed */
  guint n_open;                 /* generations, all of the above */
  GstIceDemux *demuxes[GST_ICE_MAX_COMPONENTS];
  GstIceRoute *routes[GST_ICE_MAX_COMPONENTS];  /* of now, as long as they hold */
  gboolean agreed;              /* formats and rtcp-mux are final */
  gboolean refused;             /* nobody will use it */
  gboolean was_connected;
  gboolean lost;                /* the host was told */
  GstIceGatheringState gathering_state;
  GstIceConnectionState connection_state;
  GstIceMediaSilence silence;

  GstIceTransport *carrier;           /* whose agent it has; NULL: its own */
  GPtrArray *riders;            /* of GstIceTransport: those that have its agent */

  GstIceKeyExchange *key_exchange;     /* NULL: not opened, or in the clear */
  gboolean secure_agreed;       /* it knows the peer's side */
  GstIceCipher *cipher;         /* NULL: no keys yet, or in the clear */
  GQueue handshake;             /* of GstBuffer, for when there is a path */

  GDestroyNotify closed;        /* while closing */
  gpointer closed_data;
};

GstIceTransport *gst_ice_transport_new (guint index, GstIceMline * mline,
    const GstIceTransportHost * host) G_GNUC_WARN_UNUSED_RESULT;

/* Its generations must be closed. */
void gst_ice_transport_free (GstIceTransport * self);

/* gsticelegservers.c: tells @agent of the servers, before it gathers and when there
 * are more; what an agent says of them; adds what they refused to @error, which is
 * (transfer full) and returned. */
void gst_ice_transport_tell_servers (GstIceTransport * self, GstIceAgent * agent);
void gst_ice_transport_on_gathered_enough (GstIceAgent * agent, gpointer user_data);
void gst_ice_transport_on_warning (GstIceAgent * agent, const GError * error,
    gpointer user_data);
GError *gst_ice_transport_add_failures (GstIceTransport * self, GError * error)
    G_GNUC_WARN_UNUSED_RESULT;

/* What a negotiation asks for. */
gboolean gst_ice_transport_open (GstIceTransport * self, GError ** error);
void gst_ice_transport_agree (GstIceTransport * self);
void gst_ice_transport_refuse (GstIceTransport * self);
gboolean gst_ice_transport_start_checks (GstIceTransport * self,
    const GstIceAction * action, GError ** error);
void gst_ice_transport_add_candidates (GstIceTransport * self, const GstIceAction * action);

/* Makes a fresh generation beside what is there. */
gboolean gst_ice_transport_restart (GstIceTransport * self, GError ** error);

/* Closes the fresh generation; the present one stays. */
void gst_ice_transport_abandon_restart (GstIceTransport * self);

/* Whether packets can go. */
gboolean gst_ice_transport_has_path (const GstIceTransport * self);

/* Tells the host, once, when the path is lost, or there is none and nothing that
 * could still be tried: to be called when more is known of the candidates. */
void gst_ice_transport_check_hope (GstIceTransport * self);

/* Goes on without this m-line. */
void gst_ice_transport_give_up (GstIceTransport * self);

/* Takes the routes away and closes the agent, if there is one. @closed is called
 * once, perhaps before this returns. */
void gst_ice_transport_close (GstIceTransport * self, GDestroyNotify closed,
    gpointer user_data);

/* Gives the channels of the elements on the m-line what the transport has: to be called
 * when elements came or went. */
void gst_ice_transport_wire (GstIceTransport * self);

/* Takes the routes away and ends the channels. */
void gst_ice_transport_end (GstIceTransport * self, GstIceChannelEnd how);

void gst_ice_transport_set_connection_state (GstIceTransport * self,
    GstIceConnectionState state);
gboolean gst_ice_transport_is_alive (const GstIceTransport * self);

/* @error: (transfer full) */
void gst_ice_transport_warn (GstIceTransport * self, GError * error);

/* Returns: (transfer full): why there is no path, for a user */
GError *gst_ice_transport_explain_no_path (GstIceTransport * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* Packets that came in so far, on all components. */
guint64 gst_ice_transport_get_n_received (const GstIceTransport * self);

/* Returns: (transfer full): W3C's transport statistics of this m-line, with the
 *     selected pair */
GstStructure *gst_ice_transport_get_stats (const GstIceTransport * self)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
