/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

/* Reads and writes big-endian numbers at any address. GStreamer's macros
 * need an aligned address on machines that allow unaligned ones. */

static inline guint16
gst_ice_srtp_read_16 (const guint8 * at)
{
  guint16 number;

  memcpy (&number, at, sizeof number);
  return GUINT16_FROM_BE (number);
}

static inline guint32
gst_ice_srtp_read_32 (const guint8 * at)
{
  guint32 number;

  memcpy (&number, at, sizeof number);
  return GUINT32_FROM_BE (number);
}

static inline void
gst_ice_srtp_write_16 (guint8 * at, guint16 number)
{
  number = GUINT16_TO_BE (number);
  memcpy (at, &number, sizeof number);
}

static inline void
gst_ice_srtp_write_32 (guint8 * at, guint32 number)
{
  number = GUINT32_TO_BE (number);
  memcpy (at, &number, sizeof number);
}

G_END_DECLS
