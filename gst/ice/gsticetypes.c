/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The enumerations with their GTypes and names. */

#include "config.h"

#include "gsticetypes.h"

/* Not G_DEFINE_ENUM_TYPE, which needs GLib 2.74. */
#define DEFINE_ENUM_TYPE(TypeName, type_name, values)                   \
GType                                                                   \
type_name##_get_type (void)                                             \
{                                                                       \
  static gsize type = 0;                                                \
                                                                        \
  if (g_once_init_enter (&type))                                        \
    g_once_init_leave (&type,                                           \
        g_enum_register_static (g_intern_static_string (#TypeName),     \
            values));                                                   \
                                                                        \
  return type;                                                          \
}

static const GEnumValue media_kinds[] = {
  {GST_ICE_MEDIA_UNSET, "Taken from the caps or the first free m-line",
      "unset"},
  {GST_ICE_MEDIA_AUDIO, "Audio", "audio"},
  {GST_ICE_MEDIA_VIDEO, "Video", "video"},
  {GST_ICE_MEDIA_APPLICATION, "Application data", "application"},
  {GST_ICE_MEDIA_TEXT, "Text", "text"},
  {0, NULL, NULL}
};

static const GEnumValue components[] = {
  {GST_ICE_COMPONENT_RTP, "RTP", "rtp"},
  {GST_ICE_COMPONENT_RTCP, "RTCP", "rtcp"},
  {0, NULL, NULL}
};

static const GEnumValue connection_states[] = {
  {GST_ICE_CONNECTION_NEW, "No candidate of the peer is known yet", "new"},
  {GST_ICE_CONNECTION_CHECKING, "Looking for a path", "checking"},
  {GST_ICE_CONNECTION_CONNECTED, "A path works, better ones are looked for",
      "connected"},
  {GST_ICE_CONNECTION_COMPLETED, "A path works and is final", "completed"},
  {GST_ICE_CONNECTION_FAILED, "No path works", "failed"},
  {GST_ICE_CONNECTION_DISCONNECTED, "The path stopped working",
      "disconnected"},
  {GST_ICE_CONNECTION_CLOSED, "Closed", "closed"},
  {0, NULL, NULL}
};

static const GEnumValue gathering_states[] = {
  {GST_ICE_GATHERING_NEW, "Not started", "new"},
  {GST_ICE_GATHERING_GATHERING, "Gathering candidates", "gathering"},
  {GST_ICE_GATHERING_COMPLETE, "All candidates are known", "complete"},
  {0, NULL, NULL}
};

static const GEnumValue policies[] = {
  {GST_ICE_POLICY_ALL, "All candidates", "all"},
  {GST_ICE_POLICY_RELAY, "Relayed candidates only", "relay"},
  {0, NULL, NULL}
};

static const GEnumValue bundle_policies[] = {
  {GST_ICE_BUNDLE_NONE, "No group is offered", "none"},
  {GST_ICE_BUNDLE_MAX_COMPAT,
      "A group is offered, with a transport for each m-line", "max-compat"},
  {GST_ICE_BUNDLE_MAX_BUNDLE, "A group is offered, with one transport",
      "max-bundle"},
  {0, NULL, NULL}
};

static const GEnumValue encryptions[] = {
  {GST_ICE_ENCRYPTION_NONE, "RTP in the clear", "none"},
  {GST_ICE_ENCRYPTION_SDES, "SRTP, keys in the description", "sdes"},
  {GST_ICE_ENCRYPTION_DTLS_SRTP, "SRTP, keys by DTLS", "dtls-srtp"},
  {0, NULL, NULL}
};

DEFINE_ENUM_TYPE (GstIceMediaKind, gst_ice_media_kind, media_kinds);
DEFINE_ENUM_TYPE (GstIceComponent, gst_ice_component, components);
DEFINE_ENUM_TYPE (GstIceConnectionState, gst_ice_connection_state,
    connection_states);
DEFINE_ENUM_TYPE (GstIceGatheringState, gst_ice_gathering_state,
    gathering_states);
DEFINE_ENUM_TYPE (GstIcePolicy, gst_ice_policy, policies);
DEFINE_ENUM_TYPE (GstIceBundlePolicy, gst_ice_bundle_policy, bundle_policies);
DEFINE_ENUM_TYPE (GstIceEncryption, gst_ice_encryption, encryptions);

static const gchar *
find_nick (const GEnumValue * values, gint value)
{
  for (; values->value_nick != NULL; values++) {
    if (values->value == value)
      return values->value_nick;
  }

  return "";
}

const gchar *
gst_ice_media_kind_to_string (GstIceMediaKind kind)
{
  /* "unset" is the value of a property, not a media type of SDP. */
  if (kind == GST_ICE_MEDIA_UNSET)
    return "";

  return find_nick (media_kinds, kind);
}

const gchar *
gst_ice_connection_state_to_string (GstIceConnectionState state)
{
  return find_nick (connection_states, state);
}

const gchar *
gst_ice_gathering_state_to_string (GstIceGatheringState state)
{
  return find_nick (gathering_states, state);
}

const gchar *
gst_ice_encryption_to_string (GstIceEncryption encryption)
{
  return find_nick (encryptions, encryption);
}

const gchar *
gst_ice_direction_to_string (GstIceDirection direction)
{
  static const gchar *const names[] = { "inactive", "sendonly", "recvonly",
    "sendrecv"
  };

  return names[direction & GST_ICE_DIRECTION_SENDRECV];
}

const gchar *
gst_ice_restart_reason_to_string (GstIceRestartReason reason)
{
  static const gchar *const names[] = { "", "requested", "suspect",
    "consent-lost", "network-change", "peer"
  };

  return names[reason];
}

GstIceMediaKind
gst_ice_media_kind_from_string (const gchar * name)
{
  const GEnumValue *kind;

  if (name == NULL)
    return GST_ICE_MEDIA_UNSET;

  /* RFC 6838, 4.2: media types are case-insensitive. */
  for (kind = media_kinds; kind->value_nick != NULL; kind++) {
    if (g_ascii_strcasecmp (kind->value_nick, name) == 0)
      return kind->value;
  }

  return GST_ICE_MEDIA_UNSET;
}
