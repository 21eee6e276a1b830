/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeudpaddress.h"

G_BEGIN_DECLS

/* A second socket on the port of a first one, and the program in the kernel that
 * says which of the two gets a packet: ours those of one peer that are not STUN,
 * the first all else. One thread at a time.
 *
 * The first socket must not be closed before this is freed: the kernel numbers
 * the sockets that share a port, and would give ours the number, and the packets,
 * of the first. */
typedef struct _GstIceUdpSteer GstIceUdpSteer;

/* @first_fd: (transfer none): a bound UDP socket, which is not used afterwards
 * @tag: the first four bytes of the transaction id of our own Binding requests,
 *     whose answers come to ours
 * @coalesce: UDP_GRO on ours. Only if the STUN packets that come with it then
 *     are handled: the program sees the first byte of what the network card
 *     merged.
 * @remote: (nullable): whom to aim at from the start, %NULL: nobody, so that the
 *     first socket gets everything
 * Returns: (transfer full): so aimed; %NULL with %GST_ICE_ERROR_LOCAL set */
GstIceUdpSteer *gst_ice_udp_steer_new (gint first_fd, guint32 tag,
    gboolean coalesce, const GstIceUdpAddress * remote, GError ** error)
    G_GNUC_WARN_UNUSED_RESULT;

/* @server: a TURN server that who uses @first_fd has an allocation on: ours gets what
 *     that relays of answers to our own requests, and nothing else
 * Returns: (transfer full): so aimed; %NULL with %GST_ICE_ERROR_LOCAL set */
GstIceUdpSteer *gst_ice_udp_steer_new_relayed (gint first_fd, guint32 tag,
    const GstIceUdpAddress * server, GError ** error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Our socket leaves the port first, here. Aim it at nobody and read what it has
 * before, or that is lost. */
void gst_ice_udp_steer_free (GstIceUdpSteer * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceUdpSteer, gst_ice_udp_steer_free)

/* @remote: (nullable): whose packets come to ours from now on, %NULL: nobody's
 * Returns: %FALSE with @error set, and it is aimed as before */
gboolean gst_ice_udp_steer_aim (GstIceUdpSteer * self,
    const GstIceUdpAddress * remote, GError ** error);

/* The thread that reads ours. Media comes fast, and the kernel merges none of it: makes it
 * likelier that it does, once, by 14 sockets that get nothing. */
void gst_ice_udp_steer_widen (GstIceUdpSteer * self);

/* Returns: our socket, non-blocking; it belongs to @self */
gint gst_ice_udp_steer_get_fd (GstIceUdpSteer * self);

/* Returns: whether the kernel may merge packets on it */
gboolean gst_ice_udp_steer_get_coalesce (GstIceUdpSteer * self);

G_END_DECLS
