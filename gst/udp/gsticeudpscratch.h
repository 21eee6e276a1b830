/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeudpaddress.h"

G_BEGIN_DECLS

/* What a thread reads datagrams into before it knows how much came; one a thread. */
typedef struct _GstIceUdpScratch GstIceUdpScratch;

GstIceUdpScratch *gst_ice_udp_scratch_new (void) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_udp_scratch_free (GstIceUdpScratch * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceUdpScratch, gst_ice_udp_scratch_free)

typedef enum
{
  GST_ICE_UDP_READ_ALL,         /* there is nothing more for now */
  GST_ICE_UDP_READ_SOME,        /* there may be more */
  GST_ICE_UDP_READ_BROKEN,      /* the socket will never give anything */
} GstIceUdpRead;

/* Reads once, without waiting, from @fd, a socket. */
GstIceUdpRead gst_ice_udp_scratch_read (GstIceUdpScratch * self, gint fd);

/* Returns: how many messages of the kernel the last read gave */
guint gst_ice_udp_scratch_get_n_messages (GstIceUdpScratch * self);

/* A datagram, or several of one sender that the kernel has merged (UDP_GRO). Valid
 * until the next read. */
typedef struct
{
  const GstIceUdpAddress *from;
  GstIceUdpAddress local;       /* that it came to, without a port, where the socket
                                 * has IP_PKTINFO; else of family 0 */
  const guint8 *data;
  gsize size_bytes;
  gint stride_bytes;            /* of each packet but the last; 0: it is one packet */
  gboolean is_cut;              /* it was longer */
} GstIceUdpMessage;

/* @number: from 0 to what the last read gave */
void gst_ice_udp_scratch_get_message (GstIceUdpScratch * self, guint number,
    GstIceUdpMessage * message);

G_END_DECLS
