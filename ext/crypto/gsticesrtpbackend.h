/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticekeyexchange.h"

G_BEGIN_DECLS

/* All kinds of encryption that this folder has. */
extern const GstIceKeyExchangeBackend gst_ice_srtp_backend;

/* Until no thread of this folder is at work: before GStreamer is taken down. */
void gst_ice_srtp_backend_wait (void);

G_END_DECLS
