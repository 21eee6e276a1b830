/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_ICE_MID_MAX_BYTES 32

/* The MID header extension (RFC 9143, 15) of what one m-line sends. A value. */
typedef struct
{
  guint8 id;                    /* 0: none is written */
  guint8 size;                  /* bytes */
  gchar mid[GST_ICE_MID_MAX_BYTES];
} GstIceMid;

/* @mid: (nullable); @formats: (nullable): as agreed: none is written unless they name the
 * extension */
void gst_ice_mid_init (GstIceMid * self, const gchar * mid, GstCaps * formats);

/* Other extensions stay as they are. A packet that has the extension already, is RTCP, or
 * has extensions beside which there is no room for it, stays too.
 * @packet, @list: (transfer full). Returns: (transfer full): the same with MID */
GstBuffer *gst_ice_mid_write (const GstIceMid * self, GstBuffer * packet)
    G_GNUC_WARN_UNUSED_RESULT;
GstBufferList *gst_ice_mid_write_list (const GstIceMid * self,
    GstBufferList * list) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
