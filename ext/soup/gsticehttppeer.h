/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedescription.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Removes loopback candidates from @description (transfer none), which came
 * with @message and which no other object has yet, unless its sender is on
 * this host: they would make us send checks to ports of this host that the
 * peer chose. A peer behind a proxy (X-Forwarded-For, Forwarded) counts as
 * one on another host. */
void gst_ice_http_peer_drop_loopback (SoupServerMessage * message,
    GstIceDescription * description);

/* Returns: (transfer full): as of gst_ice_signaller_describe_peer(). A proxy on this host
 *     tells the address by X-Forwarded-For. */
GstStructure *gst_ice_http_peer_describe (SoupServerMessage * message)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
