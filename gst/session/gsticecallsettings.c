/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Tells a call's members what happens in it, with the call's number and id. */

#include "config.h"

#include "gsticecallsettings.h"

void
gst_ice_call_settings_set_id (GstIceCallSettings * self)
{
  g_snprintf (self->id, sizeof (self->id), "%08x", g_random_int ());
}

void
gst_ice_call_settings_sign (const GstIceCallSettings * self,
    GstIceNotice * notice)
{
  notice->consumer = self->consumer;
  notice->call_id = self->id;
}

void
gst_ice_call_settings_tell_progress (const GstIceCallSettings * self,
    const gchar * text)
{
  GstIceNotice notice = {.type = GST_ICE_NOTICE_PROGRESS,.mline = -1,
    .progress = GST_PROGRESS_TYPE_CONTINUE,.text = text
  };

  gst_ice_call_settings_sign (self, &notice);
  gst_ice_members_tell (self->members, NULL, &notice);
}

void
gst_ice_call_settings_warn (const GstIceCallSettings * self,
    const GError * error)
{
  GstIceNotice notice = {.type = GST_ICE_NOTICE_WARNING,.mline = -1,
    .error = error
  };

  gst_ice_call_settings_sign (self, &notice);
  gst_ice_members_tell (self->members, NULL, &notice);
}
