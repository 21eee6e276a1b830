/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

/* Waits until @receiver, a pipeline with an element that listens by HTTP, says
 * so on its bus. Ends the process after 15 s, or when an error comes instead.
 * Returns: the port */
guint wait_listening (GstElement * receiver);
