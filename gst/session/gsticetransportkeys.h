/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedemux.h"
#include "gsticekeyexchange.h"
#include "gsticeroute.h"

G_BEGIN_DECLS

/* The keys that protect one transport's packets, and how the two ends come by them: a key
 * exchange, and the packets of its handshake. Session thread only. */
typedef struct _GstIceTransportKeys GstIceTransportKeys;

/* Neither is called from inside a call. */
typedef struct
{
  /* There is a cipher. */
  void (*ready) (gpointer user_data);
  /* There will be none. @error: (transfer none) */
  void (*failed) (const GError * error, gpointer user_data);
} GstIceTransportKeysEvents;

/* @name: for logs and errors: "audio"; @demux: (transfer none): where the packets of a
 * handshake come in; outlives the keys; @events: static
 * Returns: (transfer full): or %NULL with @error set */
GstIceTransportKeys *gst_ice_transport_keys_new (const gchar * name,
    GstIceEncryption encryption, GMainContext * context, GstIceDemux * demux,
    const GstIceTransportKeysEvents * events, gpointer user_data,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;

/* Tells the peer on the present route, if it is a matter of DTLS, that this is the end. No event
 * follows. */
void gst_ice_transport_keys_close (GstIceTransportKeys * self);

/* The same. @self: (transfer full) */
void gst_ice_transport_keys_free (GstIceTransportKeys * self);

/* Returns: (transfer full): what to tell the peer */
GstIceKeying *gst_ice_transport_keys_get_keying (GstIceTransportKeys * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* The peer's description is known, and ours was told. The first call counts; with SDES a
 * later one may have other keys of the peer, and nothing is lost meanwhile.
 * @answering: the peer made the offer that has @theirs */
void gst_ice_transport_keys_agree (GstIceTransportKeys * self,
    const GstIceKeying * theirs, gboolean answering);

/* @route: (transfer none) (nullable): where the handshake's packets go from now on; once
 * both sides agree, a route lets the handshake begin */
void gst_ice_transport_keys_set_route (GstIceTransportKeys * self,
    GstIceRoute * route);

/* Returns: (transfer none) (nullable): %NULL: there are no keys yet */
GstIceCipher *gst_ice_transport_keys_get_cipher (const GstIceTransportKeys *
    self);

/* Adds W3C's fields of DTLS and SRTP. */
void gst_ice_transport_keys_add_stats (const GstIceTransportKeys * self,
    GstStructure * stats);

G_END_DECLS
