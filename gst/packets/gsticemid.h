/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_ICE_MID_MAX_BYTES 32

/* The MID header extension (RFC 9143, 15) for the packets of one m-line. A
 * value. */
typedef struct
{
  guint8 id;                    /* id of the extension; 0: none is written */
  guint8 size;                  /* size of the MID in bytes */
  gchar mid[GST_ICE_MID_MAX_BYTES];
} GstIceMid;

/* @mid: (nullable)
 * @formats: (nullable): the agreed formats; without the extension in them no
 *     MID is written */
void gst_ice_mid_init (GstIceMid * self, const gchar * mid, GstCaps * formats);

/* Keeps all other extensions. Leaves a packet as it is if it has a MID, is
 * RTCP, or has no room for the extension.
 * @packet, @list: (transfer full)
 * Returns: (transfer full): the packets with MID */
GstBuffer *gst_ice_mid_write (const GstIceMid * self, GstBuffer * packet)
    G_GNUC_WARN_UNUSED_RESULT;
GstBufferList *gst_ice_mid_write_list (const GstIceMid * self,
    GstBufferList * list) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
