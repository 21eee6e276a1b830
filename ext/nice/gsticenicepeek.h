/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeudpaddress.h"

#include <glib.h>

G_BEGIN_DECLS

/* Looks at what a TCP connection of libnice's (RFC 6544) has received,
 * before libnice reads it; libnice still gets all of it. Finds STUN
 * responses to requests that libnice did not make, by the tag that their
 * transaction ids begin with. Frames (RFC 4571) are not followed, so that
 * nothing goes wrong for good when libnice is faster. A response in two
 * pieces may be missed. Session thread only. */
typedef struct _GstIceNicePeek GstIceNicePeek;

typedef void (*GstIceNicePeekFunc) (const guint8 * response, gsize size_bytes,
    gpointer user_data);

/* libnice does not give away the connections that it accepted, so all
 * descriptors of the process are searched.
 * @local_port: 0: any
 * @context: the one in which libnice reads
 * @tag: of the responses to find
 * @seen: called from @context; may free the peek
 * Returns: (transfer full) (nullable): %NULL: there is no such connection */
GstIceNicePeek *gst_ice_nice_peek_new (guint local_port,
    const GstIceUdpAddress * remote, guint32 tag, GMainContext * context,
    GstIceNicePeekFunc seen, gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;

/* The peek holds the connection open: free it before libnice closes the
 * connection.
 * @self: (transfer full) */
void gst_ice_nice_peek_free (GstIceNicePeek * self);

/* Finds the next complete response with @tag in @data. Pure.
 * @size_bytes: (inout): of @data, then of the response
 * Returns: (transfer none) (nullable): within @data */
const guint8 *gst_ice_nice_peek_find (const guint8 * data, gsize * size_bytes,
    guint32 tag);

G_END_DECLS
