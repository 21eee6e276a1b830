/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeerror.h"
#include "gsticenotice.h"

G_BEGIN_DECLS

/* The messages that elements post on the bus. Any thread, without a lock
 * held. */

/* Posts @error, of domain GST_ICE_ERROR, as an error or a warning. @type:
 * %GST_MESSAGE_ERROR or %GST_MESSAGE_WARNING */
void gst_ice_message_post_error (GstElement * element, GstMessageType type,
    const GError * error);

/* The same, for what an element finds by itself. */
void gst_ice_message_error (GstElement * element, GstIceError code,
    const gchar * format, ...) G_GNUC_PRINTF (3, 4);

/* Posts @notice as a message, if its type has one. */
void gst_ice_message_post_notice (GstElement * element,
    const GstIceNotice * notice);

G_END_DECLS
