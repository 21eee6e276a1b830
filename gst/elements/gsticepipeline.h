/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* The topmost bin that an element is in. Any thread. */

/* Whether an element made by @factory_name is in the pipeline of @element. */
gboolean gst_ice_pipeline_has (GstElement * element,
    const gchar * factory_name);

/* Returns: (transfer full): what no other pipeline of this process is called */
gchar *gst_ice_pipeline_get_name (GstElement * element)
    G_GNUC_WARN_UNUSED_RESULT;

/* Whether its target is PLAYING. */
gboolean gst_ice_pipeline_is_asked_to_play (GstElement * element);

G_END_DECLS
