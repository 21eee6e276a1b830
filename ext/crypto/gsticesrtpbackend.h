/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticekeyexchange.h"

G_BEGIN_DECLS

/* All key exchanges of this folder. */
extern const GstIceKeyExchangeBackend gst_ice_srtp_backend;

G_END_DECLS
