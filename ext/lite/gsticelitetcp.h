/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticelitestream.h"
#include "gsticeudpscratch.h"

G_BEGIN_DECLS

/* The listening sockets and TCP connections (RFC 6544, passive) of all calls
 * of a port, with one descriptor to wait for them. The owner's lock protects
 * it; the reading thread calls it. */
typedef struct _GstIceLiteTcp GstIceLiteTcp;

typedef struct
{
  /* A frame has come. */
  GstIceLiteStreamFunc frame;
  /* @stream has ended. */
  void (*closed) (GstIceLiteStream * stream, gpointer user_data);
  /* Returns: whether @stream is the path of a call */
  gboolean (*is_used) (GstIceLiteStream * stream, gpointer user_data);
} GstIceLiteTcpEvents;

/* @number: the port, on all addresses of the families in @has_ip4 and @has_ip6
 * Returns: (transfer full): listening; %NULL with GST_ICE_ERROR_LOCAL */
GstIceLiteTcp *gst_ice_lite_tcp_new (guint number, gboolean has_ip4,
    gboolean has_ip6, const GstIceLiteTcpEvents * events, gpointer user_data,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;
/* Closes all, without an event. */
void gst_ice_lite_tcp_free (GstIceLiteTcp * self);

/* Returns: a descriptor that is readable when there is something to do */
gint gst_ice_lite_tcp_get_fd (GstIceLiteTcp * self);

GstIceUdpRead gst_ice_lite_tcp_read (GstIceLiteTcp * self, gint64 now_us);

/* The peer of @stream has shown a password. */
void gst_ice_lite_tcp_trust (GstIceLiteTcp * self, GstIceLiteStream * stream,
    gint64 now_us);

/* Closes connections that showed no password in time, or are not needed. To
 * be called once a second. */
void gst_ice_lite_tcp_tick (GstIceLiteTcp * self, gint64 now_us);

/* Returns: (transfer none) (nullable): the connection with this number */
GstIceLiteStream *gst_ice_lite_tcp_find (GstIceLiteTcp * self, guint id);

guint gst_ice_lite_tcp_get_n_streams (GstIceLiteTcp * self);

G_END_DECLS
