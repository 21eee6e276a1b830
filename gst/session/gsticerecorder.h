/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticenotice.h"

G_BEGIN_DECLS

/* Writes what a session tells, and when, into a file. Session thread only. */
typedef struct _GstIceRecorder GstIceRecorder;

/* @path: (nullable): of the file; %NULL or empty: as the environment's GST_ICE_TIMELINE says
 * Returns: (transfer full) (nullable): %NULL: neither names a file */
GstIceRecorder *gst_ice_recorder_new (const gchar * path)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_recorder_free (GstIceRecorder * self);

/* Notes @notice, and writes the file when a step is done.
 * @medium: (nullable): of the notice's m-line
 * Returns: %FALSE: the file can't be written, @error is set */
gboolean gst_ice_recorder_note (GstIceRecorder * self,
    const GstIceNotice * notice, const gchar * medium, GError ** error);

G_END_DECLS
