/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeserver.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Where a server is whose URI has no port: what DNS says in SRV records (RFC 8489, 8.1;
 * RFC 8656, 7), by priority and weight (RFC 2782), and the next of these where the first
 * is silent. Session thread only. */
typedef struct _GstIceNiceSrv GstIceNiceSrv;

/* Called once, never from inside a call. @place: (transfer none): the server with the
 * host and port of a record; with its own name and the default port where there are no
 * records, or none came in time */
typedef void (*GstIceNiceSrvDone) (const GstIceServer * place,
    gpointer user_data);

/* @server: for one transport, with a name for host and without a port
 * @database: (nullable): whose certificates are trusted */
GstIceNiceSrv *gst_ice_nice_srv_new (const GstIceServer * server,
    GTlsDatabase * database, GstIceNiceSrvDone done, gpointer user_data)
    G_GNUC_WARN_UNUSED_RESULT;

/* Stops it, if it is not done. */
void gst_ice_nice_srv_free (GstIceNiceSrv * self);

G_END_DECLS
