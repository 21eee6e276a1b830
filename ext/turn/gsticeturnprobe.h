/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeserver.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Finds out why a server gave no candidate: libnice 0.1.21 does not report
 * what a TURN server answered. An allocation that is granted is freed at
 * once. Session thread only. */
typedef struct _GstIceTurnProbe GstIceTurnProbe;

/* Called once, never from inside a call. @error: (nullable): the message for
 * users; %NULL: the server works as it should */
typedef void (*GstIceTurnProbeDone) (const GError * error, gpointer user_data);

/* @server: for one transport; @name: its name in messages; @database:
 *     (nullable): as for GstIceTurnTunnel */
GstIceTurnProbe *gst_ice_turn_probe_new (const GstIceServer * server,
    const gchar * name, GTlsDatabase * database, GstIceTurnProbeDone done, gpointer user_data)
    G_GNUC_WARN_UNUSED_RESULT;

/* Stops the probe, if it still runs. @self: (transfer full) */
void gst_ice_turn_probe_free (GstIceTurnProbe * self);

G_END_DECLS
