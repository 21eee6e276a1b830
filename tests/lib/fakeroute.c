/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "fakeroute.h"

#include "gsticeerror.h"

#include <sys/socket.h>

struct _FakeRoute
{
  GstIceRoute parent;

  GstIceDemux *demux;           /* set at construction */

  GMutex lock;
  GString *taken;               /* protected by lock, as all below */
  guint per_call;
  guint in_all;
  gint fd;
  guint n_calls;
  guint refused;                /* number of the packet to refuse */
  guint64 n_dropped;
};

G_DEFINE_TYPE (FakeRoute, fake_route, GST_TYPE_ICE_ROUTE);

static void
fake_route_init (FakeRoute * self)
{
  g_mutex_init (&self->lock);
  self->taken = g_string_new (NULL);
  self->per_call = self->in_all = self->refused = G_MAXUINT;
  self->fd = -1;
}

static void
fake_route_finalize (GObject * object)
{
  FakeRoute *self = FAKE_ROUTE (object);

  g_clear_object (&self->demux);
  g_string_free (self->taken, TRUE);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (fake_route_parent_class)->finalize (object);
}

static gboolean
write_packet (gint fd, GstBuffer * packet)
{
  GstMapInfo map;
  gboolean written;

  if (fd < 0)
    return TRUE;
  gst_buffer_map (packet, &map, GST_MAP_READ);
  written = send (fd, map.data, map.size, MSG_DONTWAIT) >= 0;
  gst_buffer_unmap (packet, &map);
  return written;
}

static guint
get_seqnum (GstBuffer * packet)
{
  guint8 head[4] = { 0, };

  gst_buffer_extract (packet, 0, head, sizeof (head));
  return GST_READ_UINT16_BE (head + 2);
}

static guint
fake_route_send_list (GstIceRoute * route, GstBufferList * list, guint first,
    GstIceRouteTally * tally, GError ** error)
{
  FakeRoute *self = FAKE_ROUTE (route);
  GstBufferList *out = gst_buffer_list_new ();
  guint n = 0;

  g_mutex_lock (&self->lock);
  self->n_calls++;
  while (n < self->per_call && first + n < gst_buffer_list_length (list)) {
    GstBuffer *packet = gst_buffer_list_get (list, first + n);

    if (self->in_all == 0) {
      g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_PATH_LOST,
          "The path refuses");
      break;
    }
    if (!write_packet (self->fd, packet))
      break;
    n++;
    if (get_seqnum (packet) == self->refused) {
      tally->n_refused++;
      continue;
    }
    g_string_append_printf (self->taken, "%s%u",
        self->taken->len > 0 ? " " : "", get_seqnum (packet));
    tally->n_bytes += gst_buffer_get_size (packet);
    gst_buffer_list_add (out, gst_buffer_ref (packet));
    self->in_all--;
  }
  g_mutex_unlock (&self->lock);

  if (self->demux != NULL && n > 0)
    gst_ice_demux_deliver (self->demux, g_steal_pointer (&out));
  g_clear_pointer (&out, gst_buffer_list_unref);
  return n;
}

static gint
fake_route_get_fd (GstIceRoute * route)
{
  return FAKE_ROUTE (route)->fd;
}

static void
fake_route_add_stats (GstIceRoute * route, GstStructure * stats)
{
  FakeRoute *self = FAKE_ROUTE (route);

  g_mutex_lock (&self->lock);
  gst_structure_set (stats, "kernel-drops", G_TYPE_UINT64, self->n_dropped,
      NULL);
  g_mutex_unlock (&self->lock);
}

static void
fake_route_class_init (FakeRouteClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_route_finalize;
  GST_ICE_ROUTE_CLASS (klass)->send_list = fake_route_send_list;
  GST_ICE_ROUTE_CLASS (klass)->get_fd = fake_route_get_fd;
  GST_ICE_ROUTE_CLASS (klass)->add_stats = fake_route_add_stats;
}

GstIceRoute *
fake_route_new (GstIceDemux * demux)
{
  FakeRoute *self = g_object_new (FAKE_TYPE_ROUTE, NULL);

  g_set_object (&self->demux, demux);
  return GST_ICE_ROUTE (self);
}

void
fake_route_set_limits (GstIceRoute * route, guint per_call, guint in_all)
{
  FakeRoute *self = FAKE_ROUTE (route);

  g_mutex_lock (&self->lock);
  self->per_call = per_call;
  self->in_all = in_all;
  g_mutex_unlock (&self->lock);
}

void
fake_route_refuse (GstIceRoute * route, guint seqnum)
{
  FakeRoute *self = FAKE_ROUTE (route);

  g_mutex_lock (&self->lock);
  self->refused = seqnum;
  g_mutex_unlock (&self->lock);
}

void
fake_route_drop (GstIceRoute * route)
{
  FakeRoute *self = FAKE_ROUTE (route);

  g_mutex_lock (&self->lock);
  self->n_dropped++;
  g_mutex_unlock (&self->lock);
}

void
fake_route_set_fd (GstIceRoute * route, gint fd)
{
  FAKE_ROUTE (route)->fd = fd;
}

guint
fake_route_get_n_calls (GstIceRoute * route)
{
  FakeRoute *self = FAKE_ROUTE (route);
  guint n_calls;

  g_mutex_lock (&self->lock);
  n_calls = self->n_calls;
  g_mutex_unlock (&self->lock);
  return n_calls;
}

gchar *
fake_route_get_taken (GstIceRoute * route)
{
  FakeRoute *self = FAKE_ROUTE (route);
  gchar *taken;

  g_mutex_lock (&self->lock);
  taken = g_strdup (self->taken->str);
  g_mutex_unlock (&self->lock);
  return taken;
}
