/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Makes a libnice agent and applies the session's settings to it. */

#include "config.h"

#include "gsticenicesettings.h"

#include "gsticecompatibility.h"
#include "gsticeerror.h"
#include "gsticeaddresses.h"

#include <sys/socket.h>

/* Ta of RFC 8445, 14.2. With two m-lines that check at the same time, the
 * session stays within the 5 ms that the RFC allows for all its agents
 * together. */
#define PACING_MS 10

/* The most transmissions of a request: after 0, 0.5, 1.5, 3.5 and 7.5 s. RFC
 * 8489, 6.2.1 has seven. libnice has three, which fail too often with 30 %
 * loss each way. */
#define MAX_TRANSMISSIONS 5

/* How long libnice waits for more candidates when all checks have failed. */
#define IDLE_MS 3000

NiceAgent *
gst_ice_nice_settings_new_agent (const GstIceConfig * config,
    GMainContext * context, gboolean controlling, gboolean peer_is_lite)
{
  static const NiceCompatibility dialects[] = {
    [GST_ICE_COMPATIBILITY_RFC5245] = NICE_COMPATIBILITY_RFC5245,
    [GST_ICE_COMPATIBILITY_WLM2009] = NICE_COMPATIBILITY_WLM2009,
    [GST_ICE_COMPATIBILITY_OC2007R2] = NICE_COMPATIBILITY_OC2007R2,
  };
  gint dialect = gst_ice_config_get_enum (config, "compatibility");
  NiceAgent *nice = nice_agent_new_full (context, dialects[dialect],
      peer_is_lite ? NICE_AGENT_OPTION_ICE_TRICKLE |
      NICE_AGENT_OPTION_REGULAR_NOMINATION : NICE_AGENT_OPTION_ICE_TRICKLE);

  /* A dead path is noticed by conncheck keepalives. libnice 0.1.21's own
   * consent would end with a few lost packets. */
  g_object_set (nice, "controlling-mode", controlling, "keepalive-conncheck",
      TRUE, NULL);
  return nice;
}

static gboolean
set_addresses (NiceAgent * nice, const GstIceConfig * config, GError ** error)
{
  const gchar *interfaces = gst_ice_config_get_string (config,
      "network-interfaces");
  g_autoptr (GPtrArray) addresses = gst_ice_addresses_list (interfaces);

  if (addresses->len == 0) {
    g_autofree gchar *why = gst_ice_addresses_explain (interfaces);

    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
        "There is no address to gather candidates on: %s", why);
    return FALSE;
  }

  for (guint i = 0; i < addresses->len; i++) {
    NiceAddress address;

    nice_address_init (&address);
    if (nice_address_set_from_string (&address,
            g_ptr_array_index (addresses, i)))
      nice_agent_add_local_address (nice, &address);
  }
  return TRUE;
}

static gboolean
set_ports (NiceAgent * nice, guint stream, guint n_components,
    const GstIceConfig * config, GError ** error)
{
  guint min = gst_ice_config_get_uint (config, "min-rtp-port");
  guint max = gst_ice_config_get_uint (config, "max-rtp-port");

  if (!gst_ice_config_is_set (config, "min-rtp-port") &&
      !gst_ice_config_is_set (config, "max-rtp-port"))
    return TRUE;
  if (min > max) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        "min-rtp-port is %u, above max-rtp-port, %u", min, max);
    return FALSE;
  }

  for (guint c = 1; c <= n_components; c++)
    nice_agent_set_port_range (nice, stream, c, MAX (min, 1), max);
  return TRUE;
}

gboolean
gst_ice_nice_settings_apply (NiceAgent * nice, guint stream,
    guint n_components, const GstIceConfig * config, GError ** error)
{
  /* UPnP delays gathering by 180 ms; TCP candidates change nomination. */
  g_object_set (nice, "stun-pacing-timer", PACING_MS,
      "stun-max-retransmissions", MAX_TRANSMISSIONS, "idle-timeout", IDLE_MS,
      "upnp",
      gst_ice_config_get_boolean (config, "upnp"), "ice-tcp",
      gst_ice_config_get_boolean (config, "ice-tcp"), "force-relay",
      gst_ice_config_get_enum (config,
          "ice-transport-policy") == GST_ICE_POLICY_RELAY, NULL);
  return set_addresses (nice, config, error)
      && set_ports (nice, stream, n_components, config, error);
}

/* The kernel may set less: net.core.rmem_max is the limit without
 * CAP_NET_ADMIN. */
static void
set_buffer_size (GSocket * socket, gint forced, gint limited, gint size)
{
  if (!g_socket_set_option (socket, SOL_SOCKET, forced, size, NULL))
    g_socket_set_option (socket, SOL_SOCKET, limited, size, NULL);
}

void
gst_ice_nice_settings_apply_buffer_size (NiceAgent * nice, guint stream,
    guint n_components, const GstIceConfig * config)
{
  gint size = (gint) gst_ice_config_get_uint (config, "buffer-size");

  for (guint c = 1; size > 0 && c <= n_components; c++) {
    g_autoptr (GPtrArray) sockets = nice_agent_get_sockets (nice, stream, c);

    for (guint i = 0; sockets != NULL && i < sockets->len; i++) {
      GSocket *socket = g_ptr_array_index (sockets, i);

      set_buffer_size (socket, SO_RCVBUFFORCE, SO_RCVBUF, size);
      set_buffer_size (socket, SO_SNDBUFFORCE, SO_SNDBUF, size);
    }
  }
}
