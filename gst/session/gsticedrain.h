/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Waits until what a peer sent before its goodbye has come in. Session thread. */
typedef struct _GstIceDrain GstIceDrain;

/* @transports: (transfer none): of GstIceTransport, those of a call
 * @drained: called once, when nothing comes any more. The drain is still there, and free to be
 *     cleared
 * Returns: (transfer full) */
GstIceDrain *gst_ice_drain_new (GPtrArray * transports,
    void (*drained) (gpointer user_data), gpointer user_data)
    G_GNUC_WARN_UNUSED_RESULT;

/* @self: (inout) (nullable): freed */
void gst_ice_drain_clear (GstIceDrain ** self);

G_END_DECLS
