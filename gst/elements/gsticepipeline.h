/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* The bins around an element, and the topmost one, its pipeline. Any thread. */

/* Whether an element made by @factory_name is in the pipeline of @element. */
gboolean gst_ice_pipeline_has (GstElement * element,
    const gchar * factory_name);

/* Returns: (transfer full): a name that is unique to the pipeline in this
 *     process */
gchar *gst_ice_pipeline_get_name (GstElement * element)
    G_GNUC_WARN_UNUSED_RESULT;

/* Whether the target state of the pipeline is PLAYING. */
gboolean gst_ice_pipeline_is_asked_to_play (GstElement * element);

/* Returns: (transfer full): of GstObject: the bins around @element. A
 *     message on its way up passes through them, but does not keep them
 *     alive (GStreamer 1.22). A thread that no state change waits for must
 *     hold them while it posts. */
GPtrArray *gst_ice_pipeline_hold (GstElement * element)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
