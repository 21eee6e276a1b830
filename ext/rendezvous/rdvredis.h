/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "rdvbus.h"

G_BEGIN_DECLS

/* A bus over Redis: publish/subscribe, and keys that run out by themselves when
 * the instance that set them dies. With @prefix before each:
 *
 *   :room:<room>          hash, peer to "<instance> <status>"; 60 s
 *   :instance:<instance>  set while the instance lives; 3 s
 *   channel :room:<room>          "<instance> + <peer> <status>",
 *                                 "<instance> - <peer>"
 *   channel :instance:<instance>  "<sender> <payload>"
 */

/* @uri: redis://[[USER]:PASSWORD@]HOST[:PORT][/DB]
 * @calls: (transfer none): outlives the bus
 *
 * A Redis that cannot be reached is no error: it is tried again and again.
 *
 * Returns: (transfer full) (nullable): NULL with @error set when @uri is wrong or
 *     Redis is not built in */
RdvBus *rdv_redis_new (const char *uri, const char *prefix,
    const RdvBusCalls * calls, gpointer user_data, GError ** error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
