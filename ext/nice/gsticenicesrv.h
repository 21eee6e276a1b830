/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeserver.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Finds the host and port of a server whose URI has no port, by DNS SRV
 * records (RFC 8489, 8.1; RFC 8656, 7) in order of priority and weight (RFC
 * 2782). Tries the next record when a server is silent. Session thread only. */
typedef struct _GstIceNiceSrv GstIceNiceSrv;

/* Called once, never from inside a call. @place: (transfer none): the server
 * with the host and port of a record; without records, or when none came in
 * time, with its own name and the default port */
typedef void (*GstIceNiceSrvDone) (const GstIceServer * place,
    gpointer user_data);

/* @server: for one transport, with a host name and without a port
 * @database: (nullable): the trusted authorities */
GstIceNiceSrv *gst_ice_nice_srv_new (const GstIceServer * server,
    GTlsDatabase * database, GstIceNiceSrvDone done, gpointer user_data)
    G_GNUC_WARN_UNUSED_RESULT;

/* Stops, if it is not done. */
void gst_ice_nice_srv_free (GstIceNiceSrv * self);

G_END_DECLS
