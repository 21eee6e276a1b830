/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticekeyexchange.h"

G_BEGIN_DECLS

/* Key exchange by keys in the descriptions (RFC 4568). */
#define GST_TYPE_ICE_SDES (gst_ice_sdes_get_type ())
G_DECLARE_FINAL_TYPE (GstIceSdes, gst_ice_sdes, GST, ICE_SDES, GstIceKeyExchange)

GstIceKeyExchange *gst_ice_sdes_new (const GstIceKeyExchangeSettings * settings,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
