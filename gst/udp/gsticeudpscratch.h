/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeudpaddress.h"

G_BEGIN_DECLS

/* Memory that a thread reads datagrams into before it knows their size; one
 * for each thread. */
typedef struct _GstIceUdpScratch GstIceUdpScratch;

GstIceUdpScratch *gst_ice_udp_scratch_new (void) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_udp_scratch_free (GstIceUdpScratch * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceUdpScratch, gst_ice_udp_scratch_free)

typedef enum
{
  GST_ICE_UDP_READ_ALL,         /* the socket is empty */
  GST_ICE_UDP_READ_SOME,        /* the socket may have more */
  GST_ICE_UDP_READ_BROKEN,      /* the socket is broken for good */
} GstIceUdpRead;

/* Reads from @fd once, without waiting. */
GstIceUdpRead gst_ice_udp_scratch_read (GstIceUdpScratch * self, gint fd);

/* Returns: how many messages the last read gave */
guint gst_ice_udp_scratch_get_n_messages (GstIceUdpScratch * self);

/* One datagram, or several of one sender that the kernel has merged
 * (UDP_GRO). Valid until the next read. */
typedef struct
{
  const GstIceUdpAddress *from;
  GstIceUdpAddress local;       /* local address without a port, if the
                                 * socket has IP_PKTINFO; else family 0 */
  const guint8 *data;
  gsize size_bytes;
  gint stride_bytes;            /* size of each packet but the last; 0: the
                                 * message is one packet */
  gboolean is_cut;              /* the datagram was too long */
} GstIceUdpMessage;

/* @number: 0 to gst_ice_udp_scratch_get_n_messages() - 1 */
void gst_ice_udp_scratch_get_message (GstIceUdpScratch * self, guint number,
    GstIceUdpMessage * message);

G_END_DECLS
