/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Finds out the port of a listener that was given port 0. */

#include "listening.h"

#include <stdlib.h>
#include <string.h>

#define LISTENING "listening on http://"

guint
wait_listening (GstElement * receiver)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (receiver);
  guint port = 0;

  while (port == 0) {
    GstMessage *message = gst_bus_timed_pop_filtered (bus, 15 * GST_SECOND,
        GST_MESSAGE_PROGRESS | GST_MESSAGE_ERROR);
    g_autofree gchar *text = NULL;
    const gchar *found;

    if (message == NULL || GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
      g_error ("the receiver does not listen");
    gst_message_parse_progress (message, NULL, NULL, &text);
    found = strstr (text, LISTENING);
    if (found != NULL)
      port = (guint) atoi (strchr (found + strlen (LISTENING), ':') + 1);
    gst_message_unref (message);
  }
  return port;
}
