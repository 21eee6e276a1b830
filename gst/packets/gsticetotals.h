/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* What all senders and receivers of this process have counted, those that are gone
 * included. Any thread. */
typedef struct
{
  guint64 packets_sent, bytes_sent;
  guint64 packets_discarded;    /* on the way out: no route, or refused by it */
  guint64 packets_received, bytes_received;
  guint64 packets_dropped;      /* on the way in: the queue was full, or nobody took them */
  gint64 packets_lost;          /* RFC 3550 */
  guint64 kernel_drops;         /* of those that are there now */
} GstIceTotals;

/* @half: counts from now on, until gst_ice_totals_leave(), which it has to call before it
 *     is freed
 * @add: adds what @half has counted to @totals; called with a lock held, that of the
 *     totals, so that @half stays; takes no other lock than its own */
void gst_ice_totals_enter (gpointer half,
    void (*add) (gpointer half, GstIceTotals * totals));
void gst_ice_totals_leave (gpointer half);

/* To be called by an @add function only. Media in a group share a socket: its drops count
 * once. @socket: tells sockets apart, such as the route */
void gst_ice_totals_add_kernel_drops (GstIceTotals * totals, gpointer socket,
    guint64 n);

/* @totals: (out) */
void gst_ice_totals_collect (GstIceTotals * totals);

/* Something has happened that is counted by name, such as a handshake. @family and @label:
 * static, as it were: of few kinds */
void gst_ice_totals_count (const gchar * family, const gchar * label);

/* Calls @func for each of them. */
void gst_ice_totals_foreach (void (*func) (const gchar * family,
        const gchar * label, guint64 n, gpointer user_data),
    gpointer user_data);

G_END_DECLS
