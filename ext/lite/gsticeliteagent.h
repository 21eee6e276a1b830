/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeagent.h"

G_BEGIN_DECLS

/* An ICE-lite agent (RFC 8445, 2.5): host candidates only, answers checks, sends none.
 * Settings: "udp-mux-port", "network-interfaces", "external-address",
 * "keep-private-host", "consent-timeout", "buffer-size", "qos-dscp", "min-rtp-port",
 * "max-rtp-port", "encryption", "ice-tcp". */
#define GST_TYPE_ICE_LITE_AGENT (gst_ice_lite_agent_get_type ())
G_DECLARE_FINAL_TYPE (GstIceLiteAgent, gst_ice_lite_agent, GST, ICE_LITE_AGENT,
    GstIceAgent)

/* A GstIceAgentFactory: %NULL with GST_ICE_ERROR_SETTINGS when a setting is
 * wrong. */
GstIceAgent *gst_ice_lite_agent_new (const GstIceAgentSettings * settings,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
