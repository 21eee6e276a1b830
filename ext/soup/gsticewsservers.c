/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The STUN and TURN servers that gst-ice-rendezvous tells of. Their credentials are
 * good for some time only, and a restart of ICE may need them long after. */

#include "config.h"

#include "gsticewsservers.h"

#include "gsticelog.h"
#include "gsticetimer.h"

GST_ICE_LOG_CATEGORY (gst_ice_ws_servers_log, "icewsservers",
    "ICE signalling's STUN and TURN servers");
#define GST_CAT_DEFAULT gst_ice_ws_servers_log ()

/* They are asked for anew when this part of their time is over, but not more often
 * than this; and again when no answer came. */
#define RENEW_PERCENT 80
#define MIN_RENEW_MS 1000
#define RETRY_MS 30000

struct _GstIceWsServers
{
  GstIceWsLink *link;
  GstIceEventQueue *events;
  GSource *renewal;             /* asks for newer credentials, or NULL */
};

/* Returns: (transfer full): which asks for nothing yet */
GstIceWsServers *
gst_ice_ws_servers_new (GstIceWsLink * link, GstIceEventQueue * events)
{
  GstIceWsServers *self = g_new0 (GstIceWsServers, 1);

  self->link = link;
  self->events = events;
  return self;
}

/* @self: (transfer full) */
void
gst_ice_ws_servers_free (GstIceWsServers * self)
{
  gst_ice_ws_servers_stop (self);
  g_free (self);
}

void
gst_ice_ws_servers_stop (GstIceWsServers * self)
{
  gst_ice_timer_clear (&self->renewal);
}

static gboolean
on_renew (gpointer user_data)
{
  GstIceWsServers *self = user_data;

  GST_DEBUG ("asking for newer credentials");
  gst_ice_timer_clear (&self->renewal);
  gst_ice_ws_link_send (self->link, gst_ice_ws_write_get_servers ());
  self->renewal = gst_ice_timer_new (RETRY_MS, on_renew, self);
  return G_SOURCE_REMOVE;
}

void
gst_ice_ws_servers_take (GstIceWsServers * self,
    const GstIceWsMessage * message)
{
  const guint64 renew_ms =
      (guint64) message->servers_ttl_s * 1000 * RENEW_PERCENT / 100;

  gst_ice_ws_servers_stop (self);
  if (message->servers == NULL)
    return;

  /* The session knows those again that it has, and takes the credentials. */
  for (guint i = 0; i < message->servers->len; i++)
    gst_ice_event_queue_server (self->events,
        g_ptr_array_index (message->servers, i));
  if (renew_ms > 0)
    self->renewal = gst_ice_timer_new ((guint) CLAMP (renew_ms,
            MIN_RENEW_MS, G_MAXINT), on_renew, self);
}
