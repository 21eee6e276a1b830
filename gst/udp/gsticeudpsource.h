/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeudpscratch.h"

G_BEGIN_DECLS

/* A socket in the pool (gsticeudppool.h), as the reading thread sees it. It
 * is the first member of its owner, which handles the packets. */
typedef struct _GstIceUdpSource GstIceUdpSource;

struct _GstIceUdpSource
{
  gint fd;                      /* non-blocking; open while the source is in the pool */

  /* Reads once, without waiting, and delivers the packets. */
  GstIceUdpRead (*read) (GstIceUdpSource * self, GstIceUdpScratch * scratch,
      gint64 now_us);
  /* Does what is due.
   * Returns: the monotonic time of the next call in microseconds,
   *     %G_MAXINT64: never */
  gint64 (*tick) (GstIceUdpSource * self, gint64 now_us);
};

G_END_DECLS
