/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedtlsbio.h"
#include "gsticedtlscontext.h"
#include "gsticesrtpkey.h"

G_BEGIN_DECLS

/* Our end of one DTLS connection (RFC 5764), which is there for its keys: no socket, no
 * thread, no clock of its own. Datagrams go in and out by calls, and the caller calls
 * when gst_ice_dtls_connection_get_timeout_ms() has passed. One thread at a time. */
typedef struct _GstIceDtlsConnection GstIceDtlsConnection;

typedef enum
{
  GST_ICE_DTLS_CONNECTING,
  GST_ICE_DTLS_KEYED,           /* a client knows the server, and has its keys; the
                                 * server's last flight is still to come */
  GST_ICE_DTLS_CONNECTED,       /* go on feeding it: the peer may miss our last flight */
  GST_ICE_DTLS_CLOSED,          /* by us */
  GST_ICE_DTLS_FAILED,          /* gst_ice_dtls_connection_get_message() says why */
} GstIceDtlsState;

/* What came of the handshake. */
typedef struct
{
  GstIceSrtpSuite suite;
  GstIceSrtpMasterKey ours;     /* secret, as is theirs */
  GstIceSrtpMasterKey theirs;
} GstIceDtlsKeys;

typedef struct
{
  GstIceDtlsContext *context;   /* (transfer none): referenced */
  gboolean is_client;
  const GPtrArray *fingerprints;        /* of GstIceFingerprint, the peer's; outlives it */
  GstIceDtlsSendFunc send;
  /* Returns: microseconds from the peer and back, 0: not known yet */
  guint (*get_round_trip_us) (gpointer user_data);
  gpointer user_data;
} GstIceDtlsConnectionSettings;

/* Returns: (transfer full) (nullable): %NULL: OpenSSL does not allow it */
GstIceDtlsConnection *gst_ice_dtls_connection_new (const
    GstIceDtlsConnectionSettings * settings) G_GNUC_WARN_UNUSED_RESULT;

/* Sends nothing. @self: (transfer full) */
void gst_ice_dtls_connection_free (GstIceDtlsConnection * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceDtlsConnection, gst_ice_dtls_connection_free)

/* A client sends its first flight; a server waits. */
GstIceDtlsState gst_ice_dtls_connection_start (GstIceDtlsConnection * self);

/* @taken: (out): whether the datagram was read or answered; %FALSE: it was ignored */
GstIceDtlsState gst_ice_dtls_connection_receive (GstIceDtlsConnection * self,
    const guint8 * datagram, gsize size_bytes, gboolean * taken);

/* Returns: milliseconds until gst_ice_dtls_connection_time_out() is due, -1: never */
gint gst_ice_dtls_connection_get_timeout_ms (GstIceDtlsConnection * self);
GstIceDtlsState gst_ice_dtls_connection_time_out (GstIceDtlsConnection * self);

/* Once it is keyed or connected, and before it is settled. @keys: (out): to be wiped with
 * gst_ice_dtls_keys_clear()
 * Returns: %FALSE: OpenSSL does not give them */
gboolean gst_ice_dtls_connection_get_keys (GstIceDtlsConnection * self,
    GstIceDtlsKeys * keys) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_dtls_keys_clear (GstIceDtlsKeys * keys);

/* Once it is connected: gives OpenSSL's memory back. Our last flight and our close_notify are
 * kept as they are; that of the peer is not understood any more. */
void gst_ice_dtls_connection_settle (GstIceDtlsConnection * self);

/* Tells the peer that this is the end, if it was connected. */
void gst_ice_dtls_connection_close (GstIceDtlsConnection * self);

/* Returns: (transfer none): why it failed, in words; "" until it has */
const gchar *gst_ice_dtls_connection_get_message (const GstIceDtlsConnection *
    self);

/* Returns: whether it failed as the peer's certificate is not one of its description */
gboolean gst_ice_dtls_connection_is_of_another (const GstIceDtlsConnection *
    self);

/* Returns: (transfer none) (nullable): of the peer's certificate, as its description has it;
 *     %NULL: not seen yet, or it is another */
const gchar *gst_ice_dtls_connection_get_peer_fingerprint (const
    GstIceDtlsConnection * self);

/* Returns: (transfer none) (nullable): the IANA's name of the cipher suite, %NULL: not
 *     connected yet */
const gchar *gst_ice_dtls_connection_get_cipher (const GstIceDtlsConnection *
    self);

/* Returns: as on the wire, 0xfefd for DTLS 1.2; 0: not connected yet */
guint gst_ice_dtls_connection_get_version (const GstIceDtlsConnection * self);

G_END_DECLS
