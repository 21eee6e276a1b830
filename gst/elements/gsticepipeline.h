/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* The bins that an element is in, and the topmost of them. Any thread. */

/* Whether an element made by @factory_name is in the pipeline of @element. */
gboolean gst_ice_pipeline_has (GstElement * element,
    const gchar * factory_name);

/* Returns: (transfer full): what no other pipeline of this process is called */
gchar *gst_ice_pipeline_get_name (GstElement * element)
    G_GNUC_WARN_UNUSED_RESULT;

/* Whether its target is PLAYING. */
gboolean gst_ice_pipeline_is_asked_to_play (GstElement * element);

/* Returns: (transfer full): of GstObject: the bins that @element is in. A message on its
 * way up passes through all of them, and keeps none (GStreamer 1.22): who posts from
 * another thread than GStreamer's, which no state change waits for, holds them. */
GPtrArray *gst_ice_pipeline_hold (GstElement * element)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
