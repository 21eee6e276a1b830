/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecallsettings.h"
#include "gsticedemux.h"
#include "gsticenegotiation.h"
#include "gsticetransportstate.h"

G_BEGIN_DECLS

/* One agent's path to the peer over its generations, with the keys that protect it
 * (W3C's RTCIceTransport). The m-lines of a BUNDLE group share one (RFC 9143). The
 * negotiation knows the transport by its number: that of the first of its m-lines.
 * Session thread only. */
typedef struct _GstIceTransport GstIceTransport;

/* What a transport tells its call. An error is (transfer full). */
typedef struct
{
  /* Routes or keys are others: the m-lines' elements must get them. */
  void (*rewire) (GstIceTransport * transport, gpointer user_data);
  /* The negotiation has news. */
  void (*changed) (gpointer user_data);
  /* No pair works, or none any more, and none can be hoped for. */
  void (*lost) (GstIceTransport * transport, GError * error,
      gpointer user_data);
  /* There are no keys for it: nothing may be sent. */
  void (*insecure) (GstIceTransport * transport, GError * error,
      gpointer user_data);
} GstIceTransportEvents;

/* What a transport tells the one that restarts ICE. */
typedef struct
{
  /* The path looks bad, or is gone: media wants another; NONE: it is well again. */
  void (*trouble) (GstIceRestartReason reason, gpointer watch_data);
  /* The fresh generation took over, or can't. */
  void (*restarted) (gboolean works, gpointer watch_data);
} GstIceTransportWatch;

/* What the transports of a call have in common; outlives them. All (transfer none). */
typedef struct
{
  GstIceNegotiation *negotiation;
  GstIceMlines *mlines;         /* all of the call */
  const GstIceCallSettings *settings;
  const GstIceTransportEvents *events;  /* static */
  gpointer user_data;
  const GstIceTransportWatch *watch;    /* static */
  gpointer watch_data;
} GstIceTransportHost;

/* Returns: (transfer full): a transport without an agent, for m-line @index, @mline
 *     (transfer none), which outlives it */
GstIceTransport *gst_ice_transport_new (guint index, GstIceMline * mline,
    const GstIceTransportHost * host) G_GNUC_WARN_UNUSED_RESULT;

/* Its generations must be closed. @self: (transfer full) */
void gst_ice_transport_free (GstIceTransport * self);

/* Makes the agent, and keys if they are wanted, and gathers.
 * Returns: %FALSE with @error set when that can't be */
gboolean gst_ice_transport_open (GstIceTransport * self, GError ** error);

/* Both descriptions are known: keys can be agreed. Again, when the peer's carries other
 * keys. */
void gst_ice_transport_agree (GstIceTransport * self);

/* What a negotiation asks for. */
gboolean gst_ice_transport_start_checks (GstIceTransport * self,
    const GstIceAction * action, GError ** error);
void gst_ice_transport_add_candidates (GstIceTransport * self,
    const GstIceAction * action);

/* Makes a fresh generation beside the one that there is. */
gboolean gst_ice_transport_restart (GstIceTransport * self, GError ** error);

/* Closes the fresh generation; the present one stays. */
void gst_ice_transport_abandon_restart (GstIceTransport * self);

/* There are more servers. */
void gst_ice_transport_update_servers (GstIceTransport * self);

/* Tells, once, when the path is lost, or there is none and nothing that could still be
 * tried: to be called when more is known of the candidates. */
void gst_ice_transport_check_hope (GstIceTransport * self);

/* The peer has not been found again: the path's loss is final. */
void gst_ice_transport_lose (GstIceTransport * self);

/* The call goes on without it: takes the routes away, and nothing that its agents tell
 * counts any more. */
void gst_ice_transport_give_up (GstIceTransport * self);

/* The peer has hung up: the same, and it is CLOSED. */
void gst_ice_transport_hang_up (GstIceTransport * self);

/* Takes routes and keys away and closes the agent, if there is one. @closed is called
 * once, perhaps before this returns. */
void gst_ice_transport_close (GstIceTransport * self, GDestroyNotify closed,
    gpointer user_data);

/* Returns: (transfer full): why there is no path, for a user */
GError *gst_ice_transport_explain_no_path (GstIceTransport * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* Questions. */
guint gst_ice_transport_get_index (const GstIceTransport * self);
/* Returns: (transfer none) */
GstIceTransportState *gst_ice_transport_get_state (GstIceTransport * self);

/* Whether the call goes on without it. */
gboolean gst_ice_transport_is_given_up (const GstIceTransport * self);

/* Whether there was a path, and it is gone. */
gboolean gst_ice_transport_has_lost_path (GstIceTransport * self);

/* Whether media could flow, at some time: there was a path, and keys if need be. */
gboolean gst_ice_transport_is_usable (GstIceTransport * self);

/* Returns: (transfer none) (nullable): of a component - 1; %NULL: no way at present */
GstIceRoute *gst_ice_transport_get_route (const GstIceTransport * self,
    guint component);
/* Returns: (transfer none): where packets of a component - 1 come in */
GstIceDemux *gst_ice_transport_get_demux (const GstIceTransport * self,
    guint component);
/* Returns: (transfer none) (nullable): %NULL: no keys yet, or in the clear */
GstIceCipher *gst_ice_transport_get_cipher (const GstIceTransport * self);

/* Packets that came in so far, on all components. */
guint64 gst_ice_transport_get_n_received (const GstIceTransport * self);

/* Adds W3C's transport statistics, with the selected pair, to those of an m-line. */
void gst_ice_transport_add_stats (const GstIceTransport * self,
    GstStructure * stats);

G_END_DECLS
