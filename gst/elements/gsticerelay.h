/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Whether what an icesrc receives is what an icesink sends, over any elements between them:
 * the two ask each other by a query. Any thread. */

/* @sink: (transfer none): pad of an icesink. Returns: whether an icesrc is upstream of it */
gboolean gst_ice_relay_is_fed (GstPad * sink);

/* @src: (transfer none): pad of an icesrc
 * Returns: whether an icesink of the session called @session_name is downstream of it */
gboolean gst_ice_relay_is_echo (GstPad * src, const gchar * session_name);

/* For the query functions of icesrc and icesink. @session_name: (nullable): theirs
 * Returns: whether @query is one of the above, and the answer is yes */
gboolean gst_ice_relay_answer_source (GstQuery * query);
gboolean gst_ice_relay_answer_sink (GstQuery * query,
    const gchar * session_name);

G_END_DECLS
