/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticepoller.h"
#include "gsticeudpsource.h"

G_BEGIN_DECLS

/* A poller with the sockets of one waiter. The thread that wants the packets
 * reads them in gst_ice_poller_run(). While that thread is away for long,
 * because its pipeline is blocked or paused, the pool's fallback reader
 * reads instead, so that answers of the peers are still heard. One thread at
 * a time is inside. */
#define GST_TYPE_ICE_UDP_LOOP (gst_ice_udp_loop_get_type ())
G_DECLARE_FINAL_TYPE (GstIceUdpLoop, gst_ice_udp_loop, GST, ICE_UDP_LOOP,
    GstIcePoller)

/* @wait_ms: as in gst_ice_waiter_new()
 * @fallback_fd: (transfer none): the epoll of the fallback reader. It polls
 *     this loop (data.ptr) while it reads for it, as it does at first.
 * @rouse_fallback: makes the fallback reader look at once; called from any
 *     thread, never blocks
 * Returns: %NULL with @error set to %GST_ICE_ERROR_LOCAL */
GstIceUdpLoop *gst_ice_udp_loop_new (guint wait_ms, gint fallback_fd,
    void (*rouse_fallback) (void), GError ** error) G_GNUC_WARN_UNUSED_RESULT;

/* Any thread that is not inside. See gst_ice_udp_pool_add() and _remove(). */
gboolean gst_ice_udp_loop_add (GstIceUdpLoop * self, GstIceUdpSource * source,
    GError ** error);
void gst_ice_udp_loop_remove (GstIceUdpLoop * self, GstIceUdpSource * source);

/* Any thread. The fallback reader ends: it gives up the loop and is not
 * called again. */
void gst_ice_udp_loop_drop (GstIceUdpLoop * self);

/* Fallback reader. Reads what there is and does what is due, without
 * waiting. Does nothing while another thread is inside. */
void gst_ice_udp_loop_keep (GstIceUdpLoop * self);

typedef enum
{
  GST_ICE_UDP_LOOP_FALLBACK,        /* the fallback reader reads for the loop */
  GST_ICE_UDP_LOOP_LIVELY,      /* threads come and go: look again soon */
  GST_ICE_UDP_LOOP_QUIET,       /* a thread waits inside: the fallback reader
                                 * is roused when it leaves */
} GstIceUdpLoopLife;

/* Fallback reader, at regular times. Takes the loop if no thread was inside
 * since the last look.
 * @due_us: (out): of a loop that it reads for: when to call
 *     gst_ice_udp_loop_keep() */
GstIceUdpLoopLife gst_ice_udp_loop_look (GstIceUdpLoop * self, gint64 * due_us);

G_END_DECLS
