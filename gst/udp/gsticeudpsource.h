/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeudpscratch.h"

G_BEGIN_DECLS

/* A socket, as the thread sees it that reads it (gsticeudppool.h): what is done with
 * its packets is the owner's. The first member of its owner. */
typedef struct _GstIceUdpSource GstIceUdpSource;

struct _GstIceUdpSource
{
  gint fd;                      /* non-blocking; open while the source is in the pool */

  /* Reads once, without waiting, and hands on what came. */
  GstIceUdpRead (*read) (GstIceUdpSource * self, GstIceUdpScratch * scratch,
      gint64 now_us);
  /* Does what is due. Returns: when to be called again, monotonic microseconds;
   * %G_MAXINT64: never */
  gint64 (*tick) (GstIceUdpSource * self, gint64 now_us);
};

G_END_DECLS
