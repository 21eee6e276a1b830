/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef enum
{
  GST_ICE_MEDIA_UNSET,
  GST_ICE_MEDIA_AUDIO,
  GST_ICE_MEDIA_VIDEO,
  GST_ICE_MEDIA_APPLICATION,
  GST_ICE_MEDIA_TEXT,
} GstIceMediaKind;

#define GST_TYPE_ICE_MEDIA_KIND (gst_ice_media_kind_get_type ())
GType gst_ice_media_kind_get_type (void);

/* RFC 8445, 4: component 1 is RTP, 2 is RTCP where rtcp-mux is off. */
typedef enum
{
  GST_ICE_COMPONENT_RTP = 1,
  GST_ICE_COMPONENT_RTCP = 2,
} GstIceComponent;

#define GST_ICE_MAX_COMPONENTS 2

#define GST_TYPE_ICE_COMPONENT (gst_ice_component_get_type ())
GType gst_ice_component_get_type (void);

/* W3C webrtc, RTCIceConnectionState. */
typedef enum
{
  GST_ICE_CONNECTION_NEW,
  GST_ICE_CONNECTION_CHECKING,
  GST_ICE_CONNECTION_CONNECTED,
  GST_ICE_CONNECTION_COMPLETED,
  GST_ICE_CONNECTION_FAILED,
  GST_ICE_CONNECTION_DISCONNECTED,
  GST_ICE_CONNECTION_CLOSED,
} GstIceConnectionState;

#define GST_TYPE_ICE_CONNECTION_STATE (gst_ice_connection_state_get_type ())
GType gst_ice_connection_state_get_type (void);

/* W3C webrtc, RTCIceGatheringState. */
typedef enum
{
  GST_ICE_GATHERING_NEW,
  GST_ICE_GATHERING_GATHERING,
  GST_ICE_GATHERING_COMPLETE,
} GstIceGatheringState;

#define GST_TYPE_ICE_GATHERING_STATE (gst_ice_gathering_state_get_type ())
GType gst_ice_gathering_state_get_type (void);

/* Why ICE restarts. */
typedef enum
{
  GST_ICE_RESTART_NONE,
  GST_ICE_RESTART_REQUESTED,    /* by the application */
  GST_ICE_RESTART_SUSPECT,      /* an answer, or media, is late */
  GST_ICE_RESTART_CONSENT_LOST,
  GST_ICE_RESTART_NETWORK_CHANGE,       /* the addresses of this machine
                                         * changed */
  GST_ICE_RESTART_PEER,         /* by the peer */
} GstIceRestartReason;
/* W3C webrtc, RTCIceTransportPolicy. */
typedef enum
{
  GST_ICE_POLICY_ALL,
  GST_ICE_POLICY_RELAY,
} GstIcePolicy;

#define GST_TYPE_ICE_POLICY (gst_ice_policy_get_type ())
GType gst_ice_policy_get_type (void);

/* The m-lines of our offer that shall share a transport; webrtcbin's names. */
typedef enum
{
  GST_ICE_BUNDLE_NONE,
  GST_ICE_BUNDLE_MAX_COMPAT,    /* each m-line also has a transport of its
                                 * own */
  GST_ICE_BUNDLE_MAX_BUNDLE,
} GstIceBundlePolicy;

#define GST_TYPE_ICE_BUNDLE_POLICY (gst_ice_bundle_policy_get_type ())
GType gst_ice_bundle_policy_get_type (void);

/* How media is protected between the two ends. */
typedef enum
{
  GST_ICE_ENCRYPTION_NONE,
  GST_ICE_ENCRYPTION_SDES,      /* keys in the description (RFC 4568) */
  GST_ICE_ENCRYPTION_DTLS_SRTP, /* keys by a handshake (RFC 5763, 5764) */
} GstIceEncryption;

#define GST_TYPE_ICE_ENCRYPTION (gst_ice_encryption_get_type ())
GType gst_ice_encryption_get_type (void);

/* As seen by the writer of the description (RFC 8866, 6.7). */
typedef enum
{
  GST_ICE_DIRECTION_INACTIVE = 0,
  GST_ICE_DIRECTION_SENDONLY = 1 << 0,
  GST_ICE_DIRECTION_RECVONLY = 1 << 1,
  GST_ICE_DIRECTION_SENDRECV = GST_ICE_DIRECTION_SENDONLY | GST_ICE_DIRECTION_RECVONLY,
} GstIceDirection;

/* Returns: (transfer none): "sendrecv", as in SDP */
const gchar *gst_ice_direction_to_string (GstIceDirection direction);

/* Returns: (transfer none): the word for the value in SDP and GStreamer:
 *     "audio", "checking", "complete"; "" for GST_ICE_MEDIA_UNSET */
const gchar *gst_ice_media_kind_to_string (GstIceMediaKind kind);
const gchar *gst_ice_connection_state_to_string (GstIceConnectionState state);
const gchar *gst_ice_gathering_state_to_string (GstIceGatheringState state);

/* Returns: (transfer none): the value of the property: "dtls-srtp" */
const gchar *gst_ice_encryption_to_string (GstIceEncryption encryption);

/* Returns: (transfer none): "requested", "consent-lost", …; "" for NONE */
const gchar *gst_ice_restart_reason_to_string (GstIceRestartReason reason);

/* Returns: the kind with this @name, GST_ICE_MEDIA_UNSET for any other word */
GstIceMediaKind gst_ice_media_kind_from_string (const gchar * name);

G_END_DECLS
