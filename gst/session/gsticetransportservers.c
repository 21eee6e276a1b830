/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A transport and the servers of its session. */

#include "config.h"

#include "gsticetransport.h"

void
gst_ice_transport_tell_servers (GstIceTransport * self, GstIceAgent * agent)
{
  g_autoptr (GPtrArray) servers = gst_ice_servers_list (self->host->servers);

  gst_ice_agent_set_servers (agent, servers,
      gst_ice_servers_are_complete (self->host->servers));
}

void
gst_ice_transport_on_gathered_enough (GstIceAgent * agent, gpointer user_data)
{
  GstIceTransport *self = user_data;

  gst_ice_negotiation_set_gathered_enough (self->host->negotiation,
      self->index);
  self->host->changed (self->host->user_data);
}

void
gst_ice_transport_on_warning (GstIceAgent * agent, const GError * error,
    gpointer user_data)
{
  GstIceTransport *self = user_data;

  /* The agents of all m-lines hear the same of a server. */
  if (gst_ice_servers_note_failure (self->host->servers, error->message))
    gst_ice_transport_warn (self, g_error_copy (error));
}

GError *
gst_ice_transport_add_failures (GstIceTransport * self, GError * error)
{
  g_autofree gchar *failures =
      gst_ice_servers_describe_failures (self->host->servers);
  g_autofree gchar *message = error->message;

  error->message = failures != NULL ?
      g_strdup_printf ("%s (%s)", message, failures) : g_strdup (message);
  return error;
}
