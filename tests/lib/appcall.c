/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Calls between two pipelines whose descriptions the test exchanges, with counted packets. */

#include "appcall.h"

#include <string.h>

void
app_call_start (AppCall * self, const gchar * more)
{
  g_autofree gchar *sender = g_strconcat (AUDIO "session-name=caller ", more,
      NULL);

  memset (self, 0, sizeof (*self));
  app_end_init (&self->callee, "icesrc name=end network-interfaces=lo "
      "session-name=callee ! fakesink async=false sync=false");
  app_end_init (&self->caller, sender);
  self->call.receiver = gst_object_ref (self->callee.pipeline);
  self->call.sender = gst_object_ref (self->caller.pipeline);
  call_start (&self->call);
  app_ends_connect (&self->caller, &self->callee);
  app_ends_play (&self->callee, &self->caller);
  app_ends_negotiate (&self->caller, &self->callee);
  wait_packets (&self->call, 10);
}

void
app_call_stop (AppCall * self)
{
  app_ends_clear (&self->caller, &self->callee);
  call_stop (&self->call);
}
