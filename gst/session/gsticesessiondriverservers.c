/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticesessiondriverprivate.h"

static void
on_changed (gpointer user_data)
{
  GstIceSessionDriver *self = user_data;

  if (self->call != NULL && self->closed == NULL)
    gst_ice_call_update_servers (self->call);
}

static void
on_warning (const GError * error, gpointer user_data)
{
  GstIceSessionDriver *self = user_data;

  if (self->closed == NULL)
    gst_ice_session_driver_tell_error (self, GST_ICE_NOTICE_WARNING, NULL,
        error);
}

const GstIceServersEvents gst_ice_session_driver_servers_events = {
  .changed = on_changed,
  .warning = on_warning,
};

void
gst_ice_session_driver_start_servers (GstIceSessionDriver * self)
{
  g_autoptr (GError) error = NULL;

  if (!self->ended && gst_ice_claims_all_ready (self->claims) &&
      !gst_ice_servers_start (self->servers, self->config, &error))
    gst_ice_session_driver_fail (self, NULL, error);
}

void
gst_ice_session_driver_add_server (GstIceSessionDriver * self,
    const GstIceServer * server)
{
  gst_ice_servers_add (self->servers, server);
}
