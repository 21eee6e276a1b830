/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* The dialect of ICE to speak. Only the first one has consent (RFC 7675),
 * relays, and foundations that we choose (RFC 8445, 5.1.1.3). */
typedef enum
{
  GST_ICE_COMPATIBILITY_RFC5245,        /* includes RFC 8445 */
  GST_ICE_COMPATIBILITY_WLM2009,
  GST_ICE_COMPATIBILITY_OC2007R2,
} GstIceCompatibility;

#define GST_TYPE_ICE_COMPATIBILITY (gst_ice_compatibility_get_type ())
GType gst_ice_compatibility_get_type (void);

G_END_DECLS
