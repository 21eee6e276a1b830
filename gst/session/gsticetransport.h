/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecallsettings.h"
#include "gsticedemux.h"
#include "gsticenegotiation.h"
#include "gsticetransportstate.h"

G_BEGIN_DECLS

/* A path to the peer over all its generations, with the keys that protect it
 * (W3C's RTCIceTransport). The m-lines of a BUNDLE group share one (RFC
 * 9143). The negotiation numbers transports by the first of their m-lines.
 * Session thread only. */
typedef struct _GstIceTransport GstIceTransport;

/* Events for the call. An error is (transfer full). */
typedef struct
{
  /* Routes or keys have changed: the elements must get the new ones. */
  void (*rewire) (GstIceTransport * transport, gpointer user_data);
  /* The negotiation has changed. */
  void (*changed) (gpointer user_data);
  /* No pair works, and none will. */
  void (*lost) (GstIceTransport * transport, GError * error,
      gpointer user_data);
  /* There will be no keys, so nothing may be sent. */
  void (*insecure) (GstIceTransport * transport, GError * error,
      gpointer user_data);
  /* The peer has ended it. The transport may be closed. */
  void (*ended) (gpointer user_data);
} GstIceTransportEvents;

/* Events for the restarter. */
typedef struct
{
  /* The path looks bad or is lost, and media needs another one. NONE: the
   * path works again. */
  void (*trouble) (GstIceRestartReason reason, gpointer watch_data);
  /* The fresh generation took over, or failed. */
  void (*restarted) (gboolean works, gpointer watch_data);
} GstIceTransportWatch;

/* What all transports of a call share; outlives them. All (transfer none). */
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

/* @mline: (transfer none): m-line number @index; outlives the transport
 * Returns: (transfer full): a transport without an agent */
GstIceTransport *gst_ice_transport_new (guint index, GstIceMline * mline,
    const GstIceTransportHost * host) G_GNUC_WARN_UNUSED_RESULT;

/* The generations must be closed. @self: (transfer full) */
void gst_ice_transport_free (GstIceTransport * self);

/* Makes the agent, and the key exchange if encryption is wanted, and gathers.
 * Returns: %FALSE with @error set when that is impossible */
gboolean gst_ice_transport_open (GstIceTransport * self, GError ** error);

/* Both descriptions are known: keys can be agreed. Called again when the
 * peer sends other keys. */
void gst_ice_transport_agree (GstIceTransport * self);

/* Actions of the negotiation. */
gboolean gst_ice_transport_start_checks (GstIceTransport * self,
    const GstIceAction * action, GError ** error);
void gst_ice_transport_add_candidates (GstIceTransport * self,
    const GstIceAction * action);

/* Makes a fresh generation beside the present one. */
gboolean gst_ice_transport_restart (GstIceTransport * self, GError ** error);

/* Closes the fresh generation; the present one stays. */
void gst_ice_transport_abandon_restart (GstIceTransport * self);

/* More servers are known. */
void gst_ice_transport_update_servers (GstIceTransport * self);

/* Reports, once, that the path is lost, or that there is no path and none
 * can be found. To be called when more is known of the candidates. */
void gst_ice_transport_check_hope (GstIceTransport * self);

/* The peer was not found again: the loss of the path is final. */
void gst_ice_transport_lose (GstIceTransport * self);

/* The call goes on without it: removes the routes, and ignores the agents. */
void gst_ice_transport_give_up (GstIceTransport * self);

/* The peer has hung up: the same, with state CLOSED. */
void gst_ice_transport_hang_up (GstIceTransport * self);

/* Removes routes and keys, and closes the agent, if there is one. @closed is
 * called once, perhaps before this returns. */
void gst_ice_transport_close (GstIceTransport * self, GDestroyNotify closed,
    gpointer user_data);

/* Returns: (transfer full): why there is no path, for a user */
GError *gst_ice_transport_explain_no_path (GstIceTransport * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* Tells its states and the pair in use, once more. */
void gst_ice_transport_tell_again (GstIceTransport * self);

/* Getters. */
guint gst_ice_transport_get_index (const GstIceTransport * self);
/* Returns: (transfer none) */
GstIceTransportState *gst_ice_transport_get_state (GstIceTransport * self);

/* Whether the call goes on without it. */
gboolean gst_ice_transport_is_given_up (const GstIceTransport * self);

/* Whether there was a path and it is lost. */
gboolean gst_ice_transport_has_lost_path (GstIceTransport * self);

/* Whether media could flow at some time: there was a path, and keys if
 * needed. */
gboolean gst_ice_transport_is_usable (GstIceTransport * self);

/* Returns: (transfer none) (nullable): the route of a component - 1; %NULL:
 *     there is none at present */
GstIceRoute *gst_ice_transport_get_route (const GstIceTransport * self,
    guint component);
/* Returns: (transfer none): the demux of a component - 1 */
GstIceDemux *gst_ice_transport_get_demux (const GstIceTransport * self,
    guint component);
/* Returns: (transfer none) (nullable): %NULL: no keys yet, or not encrypted */
GstIceCipher *gst_ice_transport_get_cipher (const GstIceTransport * self);

/* Returns: whether the peer has shown by ICE that it is there */
gboolean gst_ice_transport_has_heard_peer (GstIceTransport * self);

/* Returns: packets received so far, on all components */
guint64 gst_ice_transport_get_n_received (const GstIceTransport * self);

/* Adds W3C's statistics of a transport, with the selected pair. */
void gst_ice_transport_add_stats (const GstIceTransport * self,
    GstStructure * stats);

G_END_DECLS
