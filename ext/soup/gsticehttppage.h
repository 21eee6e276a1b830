/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* The page that plays a listener's media, for browsers that open its address
 * (the property serve-page). */

/* Answers @message with the page if it is a GET that wants text/html.
 * Returns: whether it did */
gboolean gst_ice_http_page_answer (SoupServerMessage * message);

G_END_DECLS
