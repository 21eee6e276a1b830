/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "rdvbus.h"

G_BEGIN_DECLS

/* A bus over Redis: publish/subscribe, and keys that run out by themselves when
 * the instance that set them dies. With @prefix before each:
 *
 *   :room:<room>          hash, peer to "<instance> <epoch> <status>"; 60 s
 *   :instance:<instance>  the epoch, while the instance lives; 3 s
 *   channel :room:<room>          "<instance> +<number> <peer> <status>",
 *                                 "<instance> - <peer>"
 *   channel :instance:<instance>  "<sender> <payload>"; from itself "* <number>
 *                                 <room>", lines "<peer> <instance> <status>"
 *   channel :instances            "<instance>", once it is connected
 *
 * The epoch counts the connections of an instance: what it stored on an earlier
 * one counts no more. All that is told of a room comes on one connection, in the
 * order in which Redis did it.
 */

/* @uri: redis://[[USER]:PASSWORD@]HOST[:PORT][/DB]
 * @calls: (transfer none): outlives the bus
 *
 * If Redis can't be reached, that is no error: the bus tries again and again.
 *
 * Returns: (transfer full) (nullable): NULL with @error set when @uri is
 *     wrong or the build has no Redis */
RdvBus *rdv_redis_new (const char *uri, const char *prefix,
    const RdvBusCalls * calls, gpointer user_data, GError ** error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
