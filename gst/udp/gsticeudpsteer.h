/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeudpaddress.h"

G_BEGIN_DECLS

/* A second socket on the port of a first one, and the program in the kernel
 * that chooses between them: our socket gets the packets of one peer that are
 * not STUN, the first socket gets all others. One thread at a time.
 *
 * Free this before the first socket is closed. The kernel numbers the
 * sockets of a port, and would give our socket the number, and so the
 * packets, of the first. */
typedef struct _GstIceUdpSteer GstIceUdpSteer;

/* @first_fd: (transfer none): a bound UDP socket, which is not used afterwards
 * @tag: the first four bytes of the transaction ids of our own Binding
 *     requests. Answers to those come to our socket.
 * @coalesce: enables UDP_GRO on our socket. The caller must then handle STUN
 *     packets that come merged with others: the program sees only the first
 *     byte of a merged message.
 * @remote: (nullable): the peer to aim at from the start; %NULL: none, so that
 *     the first socket gets everything
 * Returns: (transfer full): %NULL with %GST_ICE_ERROR_LOCAL set */
GstIceUdpSteer *gst_ice_udp_steer_new (gint first_fd, guint32 tag,
    gboolean coalesce, const GstIceUdpAddress * remote, GError ** error)
    G_GNUC_WARN_UNUSED_RESULT;

/* The same for relayed packets. Of those, our socket gets only the answers to
 * our own requests.
 * @server: the TURN server on which the user of @first_fd has an allocation
 * Returns: (transfer full): %NULL with %GST_ICE_ERROR_LOCAL set */
GstIceUdpSteer *gst_ice_udp_steer_new_relayed (gint first_fd, guint32 tag,
    const GstIceUdpAddress * server, GError ** error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Our socket leaves the port here. To lose no packets, first aim at no peer
 * and read what our socket has. */
void gst_ice_udp_steer_free (GstIceUdpSteer * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceUdpSteer, gst_ice_udp_steer_free)

/* @remote: (nullable): our socket gets the packets of this peer from now on;
 *     %NULL: none
 * Returns: %FALSE with @error set, and nothing has changed */
gboolean gst_ice_udp_steer_aim (GstIceUdpSteer * self,
    const GstIceUdpAddress * remote, GError ** error);

/* Reading thread. Call this when media comes fast and the kernel merges none
 * of it. Makes merging likelier, by 14 more sockets that get no packets.
 * Does nothing the second time. */
void gst_ice_udp_steer_widen (GstIceUdpSteer * self);

/* Returns: our socket, non-blocking; it is owned by @self */
gint gst_ice_udp_steer_get_fd (GstIceUdpSteer * self);

/* Returns: whether the kernel may merge packets on our socket */
gboolean gst_ice_udp_steer_get_coalesce (GstIceUdpSteer * self);

G_END_DECLS
