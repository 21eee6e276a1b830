/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Threads that push packets downstream, each for all elements of one context, in
 * the whole process. A pipeline that blocks holds up its own context; not the
 * threads that read sockets, or the peers would get no answers. */
typedef struct _GstIceShare GstIceShare;

/* Any thread but those, all of them. */

/* @context: those that name the same share a thread; @func: called there
 * Returns: (transfer full): a place in it */
GstIceShare *gst_ice_share_new (const gchar * context,
    void (*func) (gpointer user_data), gpointer user_data)
    G_GNUC_WARN_UNUSED_RESULT;

/* Waits for a call under way, and none follows. */
void gst_ice_share_free (GstIceShare * self);

/* Any thread. There is something to do: one call follows, in the order of those who
 * ask. Never blocks. */
void gst_ice_share_ask (GstIceShare * self);

G_END_DECLS
