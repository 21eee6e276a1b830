/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Follows a peer that goes from one agreed format to another: the payload types of packets say
 * which caps they have (RFC 3264, 6.1: the peer may change without another offer). The owner's
 * lock protects it. All zero: there is one format at most. */
typedef struct
{
  GstCaps *streams;             /* NULL: nothing can change */
} GstIceStreamCaps;

void gst_ice_stream_caps_clear (GstIceStreamCaps * self);

/* @formats: (transfer none) (nullable): as agreed. Telephone events, comfort noise and what
 * repairs a stream belong to the stream that is on, and change no caps. */
void gst_ice_stream_caps_set_formats (GstIceStreamCaps * self,
    GstCaps * formats);

/* @caps: (inout) (transfer full): of the packets before; then of those in @list
 * @list: (inout) (transfer full): RTP packets; what follows a change in its midst is cut off
 * @rest: (out) (transfer full) (nullable): what was cut off
 * Returns: whether @caps are others */
gboolean gst_ice_stream_caps_follow (const GstIceStreamCaps * self,
    GstCaps ** caps, GstBufferList ** list, GstBufferList ** rest);

G_END_DECLS
