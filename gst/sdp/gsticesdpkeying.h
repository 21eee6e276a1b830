/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticekeying.h"

#include <gst/sdp/gstsdpmessage.h>

G_BEGIN_DECLS

/* What an m-line says of encryption: a=fingerprint, a=setup (RFC 8122, RFC
 * 4145) and a=crypto (RFC 4568). */

/* Returns: (transfer full) (nullable): what @media says or, where it says
 *     nothing, the session. Lines that are not understood are ignored. */
GstIceKeying *gst_ice_sdp_keying_parse (const GstSDPMessage * message,
    const GstSDPMedia * media) G_GNUC_WARN_UNUSED_RESULT;

/* Adds @keying to @media. */
void gst_ice_sdp_keying_write (const GstIceKeying * keying,
    GstSDPMedia * media);

G_END_DECLS
