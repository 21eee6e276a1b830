/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedemux.h"
#include "gsticekeyexchange.h"
#include "gsticeroute.h"

G_BEGIN_DECLS

/* The keys that protect the packets of one transport, and how both ends get
 * them: a key exchange, and the packets of its handshake. Session thread
 * only. */
typedef struct _GstIceTransportKeys GstIceTransportKeys;

/* Never called from inside a call. */
typedef struct
{
  /* The cipher is there. */
  void (*ready) (gpointer user_data);
  /* There will be no cipher. @error: (transfer none) */
  void (*failed) (const GError * error, gpointer user_data);
  /* The peer has ended what they are for, after ready(). The keys may be
   * freed. */
  void (*ended) (gpointer user_data);
} GstIceTransportKeysEvents;

/* @name: for logs and errors, such as "audio"
 * @ours: (nullable): what our description says already; %NULL: nothing yet
 * @demux: (transfer none): receives the packets of the handshake; outlives the
 *     keys
 * @events: static
 * Returns: (transfer full): %NULL with @error set */
GstIceTransportKeys *gst_ice_transport_keys_new (const gchar * name,
    GstIceEncryption encryption, const GstIceKeying * ours,
    GMainContext * context, GstIceDemux * demux,
    const GstIceTransportKeysEvents * events, gpointer user_data,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;

/* With DTLS, tells the peer on the present route that this is the end. No
 * event follows. */
void gst_ice_transport_keys_close (GstIceTransportKeys * self);

/* The same, and frees the keys. @self: (transfer full) */
void gst_ice_transport_keys_free (GstIceTransportKeys * self);

/* Returns: (transfer full): what our description says */
GstIceKeying *gst_ice_transport_keys_get_keying (GstIceTransportKeys * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* The peer's description is known, and ours was sent. The first call counts;
 * with SDES a later one may bring other keys of the peer, and no packet is lost
 * meanwhile. Of another peer, all begins anew.
 * @answering: the peer made the offer, with @theirs
 * @peer: its number, as in GstIceMline */
void gst_ice_transport_keys_agree (GstIceTransportKeys * self,
    const GstIceKeying * theirs, gboolean answering, guint peer);

/* @route: (transfer none) (nullable): carries the packets of the handshake
 *     from now on; the handshake begins when both sides have agreed and
 *     there is a route */
void gst_ice_transport_keys_set_route (GstIceTransportKeys * self,
    GstIceRoute * route);

/* Returns: (transfer none) (nullable): %NULL: there are no keys yet */
GstIceCipher *gst_ice_transport_keys_get_cipher (const GstIceTransportKeys *
    self);

/* Adds W3C's fields of DTLS and SRTP. */
void gst_ice_transport_keys_add_stats (const GstIceTransportKeys * self,
    GstStructure * stats);

G_END_DECLS
