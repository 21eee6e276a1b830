/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeudpaddress.h"

#include <glib.h>

G_BEGIN_DECLS

/* What a TCP connection of libnice's (RFC 6544) has received, before libnice reads it,
 * which misses nothing: STUN responses to requests that libnice did not make. They are
 * found by the number that their transaction ids begin with, not by their frames (RFC
 * 4571), so that nothing is lost for good where libnice is faster; one that arrives in
 * two pieces may be missed. Session thread only. */
typedef struct _GstIceNicePeek GstIceNicePeek;

typedef void (*GstIceNicePeekFunc) (const guint8 * response, gsize size_bytes,
    gpointer user_data);

/* libnice does not hand out what it accepted: the connection is looked for among all
 * of the process. @local_port: 0: any; @context: in which libnice reads it; @tag: those
 * that are looked for; @seen: from @context; may free it
 * Returns: (transfer full) (nullable): %NULL: there is no such connection */
GstIceNicePeek *gst_ice_nice_peek_new (guint local_port,
    const GstIceUdpAddress * remote, guint32 tag, GMainContext * context,
    GstIceNicePeekFunc seen, gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;

/* Before libnice closes the connection, as it is held open here. @self: (transfer full) */
void gst_ice_nice_peek_free (GstIceNicePeek * self);

/* In what came next, where the next response with @tag begins that is whole. Pure.
 * @size_bytes: (inout): of @data, then of the response
 * Returns: (transfer none) (nullable): within @data */
const guint8 *gst_ice_nice_peek_find (const guint8 * data, gsize * size_bytes,
    guint32 tag);

G_END_DECLS
