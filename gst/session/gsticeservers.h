/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecredentialservice.h"
#include "gsticeserver.h"

G_BEGIN_DECLS

/* The STUN and TURN servers of one session, from the settings, from the
 * service in ice-servers-uri, and from signalling; and the errors that each
 * server gave. Session thread only. */
typedef struct _GstIceServers GstIceServers;

/* None is called from inside a call. */
typedef struct
{
  /* There are more servers, or it is certain that no more will come. */
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

/* Reads the settings and asks the service. To be called once.
 * Returns: %FALSE with @error set when the value of a property is wrong */
gboolean gst_ice_servers_start (GstIceServers * self,
    const GstIceConfig * config, GError ** error);

/* Adds a server, which gathering agents may still use. For a known server,
 * sets newer credentials, which agents made from now on use. */
void gst_ice_servers_add (GstIceServers * self, const GstIceServer * server);

/* Called before a restart makes agents. Credentials of the service that have
 * expired, as after the machine slept, or will soon, are no longer listed,
 * and the service is asked for new ones. */
void gst_ice_servers_freshen (GstIceServers * self);

/* Returns: (transfer full): of GstIceServer, with present credentials */
GPtrArray *gst_ice_servers_list (const GstIceServers * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* Whether there is nothing to wait for. */
gboolean gst_ice_servers_are_complete (const GstIceServers * self);

/* Remembers an error of a server.
 * Returns: whether it is new */
gboolean gst_ice_servers_note_failure (GstIceServers * self,
    const gchar * message);

/* Returns: (transfer full) (nullable): all remembered errors, as sentences */
gchar *gst_ice_servers_describe_failures (const GstIceServers * self)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
