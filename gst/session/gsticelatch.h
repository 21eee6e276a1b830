/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* An event that happens once: one thread waits for it, another one opens it.
 * Each holds a reference, so that neither must outlive the other. */
typedef struct _GstIceLatch GstIceLatch;

#define GST_ICE_LATCH_FOREVER G_MAXUINT

GstIceLatch *gst_ice_latch_new (void) G_GNUC_WARN_UNUSED_RESULT;
GstIceLatch *gst_ice_latch_ref (GstIceLatch * self);
void gst_ice_latch_unref (GstIceLatch * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceLatch, gst_ice_latch_unref)

/* Any thread. */
void gst_ice_latch_open (GstIceLatch * self);

/* Any thread. @timeout_ms: %GST_ICE_LATCH_FOREVER: until it is open
 * Returns: whether it was open in time */
gboolean gst_ice_latch_wait (GstIceLatch * self, guint timeout_ms);

G_END_DECLS
