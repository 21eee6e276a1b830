/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedtlsbio.h"
#include "gsticedtlscontext.h"
#include "gsticesrtpkey.h"

G_BEGIN_DECLS

/* Our end of one DTLS connection (RFC 5764), which exists for its keys. It
 * has no socket, no thread and no clock: the caller passes datagrams in and
 * out, and calls when gst_ice_dtls_connection_get_timeout_ms() has passed.
 * One thread at a time. */
typedef struct _GstIceDtlsConnection GstIceDtlsConnection;

typedef enum
{
  GST_ICE_DTLS_CONNECTING,
  GST_ICE_DTLS_KEYED,           /* a client that has authenticated the server
                                 * and has keys; the server's last flight has
                                 * not come yet */
  GST_ICE_DTLS_CONNECTED,       /* datagrams must still be passed in: the
                                 * peer may miss our last flight */
  GST_ICE_DTLS_ENDED,           /* by the peer: an alert that it has encrypted */
  GST_ICE_DTLS_CLOSED,          /* by us */
  GST_ICE_DTLS_FAILED,          /* gst_ice_dtls_connection_get_message() says why */
} GstIceDtlsState;

/* The result of the handshake. */
typedef struct
{
  GstIceSrtpSuite suite;
  GstIceSrtpMasterKey ours;     /* both keys are secret */
  GstIceSrtpMasterKey theirs;
} GstIceDtlsKeys;

typedef struct
{
  GstIceDtlsContext *context;   /* (transfer none): referenced */
  gboolean is_client;
  const GPtrArray *fingerprints;        /* of GstIceFingerprint: the peer's;
                                         * outlives the connection */
  GstIceDtlsSendFunc send;
  /* Returns: the round-trip time in microseconds, 0: unknown as yet */
  guint (*get_round_trip_us) (gpointer user_data);
  gpointer user_data;
} GstIceDtlsConnectionSettings;

/* Returns: (transfer full) (nullable): %NULL: OpenSSL refuses */
GstIceDtlsConnection *gst_ice_dtls_connection_new (const
    GstIceDtlsConnectionSettings * settings) G_GNUC_WARN_UNUSED_RESULT;

/* Sends nothing. @self: (transfer full) */
void gst_ice_dtls_connection_free (GstIceDtlsConnection * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceDtlsConnection, gst_ice_dtls_connection_free)

/* A client sends its first flight; a server waits. */
GstIceDtlsState gst_ice_dtls_connection_start (GstIceDtlsConnection * self);

/* @taken: (out): whether the datagram was used; %FALSE: it was ignored */
GstIceDtlsState gst_ice_dtls_connection_receive (GstIceDtlsConnection * self,
    const guint8 * datagram, gsize size_bytes, gboolean * taken);

/* Returns: milliseconds until gst_ice_dtls_connection_time_out() is due, -1:
 *     never */
gint gst_ice_dtls_connection_get_timeout_ms (GstIceDtlsConnection * self);
GstIceDtlsState gst_ice_dtls_connection_time_out (GstIceDtlsConnection * self);

/* To be called when the state is KEYED or CONNECTED, before settle().
 * @keys: (out): wipe it with gst_ice_dtls_keys_clear()
 * Returns: %FALSE: OpenSSL does not give the keys */
gboolean gst_ice_dtls_connection_get_keys (GstIceDtlsConnection * self,
    GstIceDtlsKeys * keys) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_dtls_keys_clear (GstIceDtlsKeys * keys);

/* Frees OpenSSL's memory once the connection is CONNECTED. Keeps our last
 * flight and our close_notify, to send them, and the key of the peer's alerts,
 * if the cipher suite is of AEAD. */
void gst_ice_dtls_connection_settle (GstIceDtlsConnection * self);

/* Tells the peer that this is the end, if it was connected, or answers the
 * peer's end (RFC 5246, 7.2.1). */
void gst_ice_dtls_connection_close (GstIceDtlsConnection * self);

/* Returns: (transfer none): why it failed, in words; "" unless it failed */
const gchar *gst_ice_dtls_connection_get_message (const GstIceDtlsConnection *
    self);

/* Returns: whether it failed because the peer's certificate is not in its
 *     description */
gboolean gst_ice_dtls_connection_is_of_another (const GstIceDtlsConnection *
    self);

/* Returns: (transfer none) (nullable): the fingerprint of the peer's
 *     certificate, as in its description; %NULL: not seen yet, or a wrong
 *     certificate */
const gchar *gst_ice_dtls_connection_get_peer_fingerprint (const
    GstIceDtlsConnection * self);

/* Returns: (transfer none) (nullable): IANA's name of the cipher suite,
 *     %NULL: not connected yet */
const gchar *gst_ice_dtls_connection_get_cipher (const GstIceDtlsConnection *
    self);

/* Returns: the version as sent, 0xfefd for DTLS 1.2; 0: not connected yet */
guint gst_ice_dtls_connection_get_version (const GstIceDtlsConnection * self);

G_END_DECLS
