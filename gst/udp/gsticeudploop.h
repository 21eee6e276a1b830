/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticepoller.h"
#include "gsticeudpsource.h"

G_BEGIN_DECLS

/* The sockets of one context, and whose turn it is to read them. The thread that
 * wants their packets does, in gst_ice_poller_run(); while it is away for long, as its
 * pipeline is blocked or paused, the pool's fallback reader does instead, or the peers'
 * answers would not be heard. One thread at a time is inside. */
#define GST_TYPE_ICE_UDP_LOOP (gst_ice_udp_loop_get_type ())
G_DECLARE_FINAL_TYPE (GstIceUdpLoop, gst_ice_udp_loop, GST, ICE_UDP_LOOP,
    GstIcePoller)

/* @wait_ms: as of gst_ice_waiter_new()
 * @fallback_fd: (transfer none): the fallback reader's epoll, which polls this loop, data.ptr,
 *     while it keeps it. It does at first.
 * @rouse_fallback: any thread; never blocks: the fallback reader is to look at once
 * Returns: %NULL with @error set to %GST_ICE_ERROR_LOCAL */
GstIceUdpLoop *gst_ice_udp_loop_new (guint wait_ms, gint fallback_fd,
    void (*rouse_fallback) (void), GError ** error) G_GNUC_WARN_UNUSED_RESULT;

/* Any thread that is not inside. As of gst_ice_udp_pool_add() and _remove(). */
gboolean gst_ice_udp_loop_add (GstIceUdpLoop * self, GstIceUdpSource * source,
    GError ** error);
void gst_ice_udp_loop_remove (GstIceUdpLoop * self, GstIceUdpSource * source);

/* Any thread. The fallback reader goes: it does not have the loop any more, and is not called. */
void gst_ice_udp_loop_drop (GstIceUdpLoop * self);

/* The fallback reader. Reads what there is, and does what is due, without waiting; nothing if
 * another thread has the loop. */
void gst_ice_udp_loop_keep (GstIceUdpLoop * self);

typedef enum
{
  GST_ICE_UDP_LOOP_FALLBACK,        /* the fallback reader has it */
  GST_ICE_UDP_LOOP_LIVELY,      /* others have, and come and go: look again soon */
  GST_ICE_UDP_LOOP_QUIET,       /* the fallback reader is roused when that changes */
} GstIceUdpLoopLife;

/* The fallback reader, at regular times. Takes the loop if nobody was there since it looked
 * last. @due_us: (out): of one that it has, when to call gst_ice_udp_loop_keep() */
GstIceUdpLoopLife gst_ice_udp_loop_look (GstIceUdpLoop * self, gint64 * due_us);

G_END_DECLS
