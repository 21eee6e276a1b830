/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticeconductorprivate.h"

static void
on_changed (gpointer user_data)
{
  GstIceConductor *self = user_data;

  if (self->call != NULL && self->closed == NULL)
    gst_ice_call_update_servers (self->call);
}

static void
on_warning (const GError * error, gpointer user_data)
{
  GstIceConductor *self = user_data;

  if (self->closed == NULL)
    gst_ice_conductor_tell_error (self, GST_ICE_NOTICE_WARNING, NULL, error);
}

const GstIceServersEvents gst_ice_conductor_servers_events = {
  .changed = on_changed,
  .warning = on_warning,
};

void
gst_ice_conductor_start_servers (GstIceConductor * self)
{
  g_autoptr (GError) error = NULL;

  if (!self->ended && gst_ice_mlines_all_ready (self->mlines) &&
      !gst_ice_servers_start (self->servers, self->config, &error))
    gst_ice_conductor_fail (self, NULL, error);
}

void
gst_ice_conductor_add_server (GstIceConductor * self,
    const GstIceServer * server)
{
  gst_ice_servers_add (self->servers, server);
}
