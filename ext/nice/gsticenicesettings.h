/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeconfig.h"

#include <nice/agent.h>

G_BEGIN_DECLS

/* Applies the user's settings to libnice. */

/* @peer_is_lite: a first check does not nominate; once a pair works, a second
 *     check does (RFC 8445, 8.1.1), as a lite peer takes every nomination for
 *     the final one
 * Returns: (transfer full): an agent that speaks the dialect of the settings */
NiceAgent *gst_ice_nice_settings_new_agent (const GstIceConfig * config,
    GMainContext * context, gboolean controlling, gboolean peer_is_lite)
    G_GNUC_WARN_UNUSED_RESULT;

/* Before gathering: sets where to gather.
 * Returns: %FALSE with @error set to GST_ICE_ERROR_LOCAL or
 *     GST_ICE_ERROR_SETTINGS */
gboolean gst_ice_nice_settings_apply (NiceAgent * nice, guint stream,
    guint n_components, const GstIceConfig * config, GError ** error);

/* After gathering has begun: for all sockets there are. */
void gst_ice_nice_settings_apply_buffer_size (NiceAgent * nice, guint stream,
    guint n_components, const GstIceConfig * config);

G_END_DECLS
