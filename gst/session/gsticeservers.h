/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecredentialservice.h"
#include "gsticeserver.h"

G_BEGIN_DECLS

/* The STUN and TURN servers of one session: those of the settings, of the service
 * that ice-servers-uri names, and those that come with the signalling; and what
 * each of them was heard to refuse. Session thread only. */
typedef struct _GstIceServers GstIceServers;

/* None is called from inside a call. */
typedef struct
{
  /* There are more, or it is known that no more come. */
  void (*changed) (gpointer user_data);
  /* @error: (transfer none) */
  void (*warning) (const GError * error, gpointer user_data);
} GstIceServersEvents;

/* @events: static */
GstIceServers *gst_ice_servers_new (GMainContext * context,
    const GstIceServersEvents * events, gpointer user_data)
    G_GNUC_WARN_UNUSED_RESULT;

/* No event follows. */
void gst_ice_servers_free (GstIceServers * self);

/* Reads the settings, once, and asks the service.
 * Returns: %FALSE with @error set when a property's value is no good */
gboolean gst_ice_servers_start (GstIceServers * self,
    const GstIceConfig * config, GError ** error);

/* One more, which agents that gather already may still use; or newer credentials for
 * one that was added before, which agents made from now on use. */
void gst_ice_servers_add (GstIceServers * self, const GstIceServer * server);

/* Agents are about to be made, as ICE restarts: credentials of the service that have
 * ended, as in a machine that slept, or are about to, are not listed any more, and it is
 * asked for others. */
void gst_ice_servers_freshen (GstIceServers * self);

/* Returns: (transfer full): of GstIceServer, with the credentials of now */
GPtrArray *gst_ice_servers_list (const GstIceServers * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* Whether nothing is worth waiting for. */
gboolean gst_ice_servers_are_complete (const GstIceServers * self);

/* Remembers what a server said. Returns: whether it is new */
gboolean gst_ice_servers_note_failure (GstIceServers * self,
    const gchar * message);

/* Returns: (transfer full) (nullable): all that was noted, as sentences */
gchar *gst_ice_servers_describe_failures (const GstIceServers * self)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
