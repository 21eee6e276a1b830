/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* JSON of a rendezvous server, and of a service that gives STUN and TURN servers away. */

#include "config.h"

#include "fuzz.h"

#include "gsticejson.h"
#include "gsticewsmessage.h"

#include <gst/gst.h>

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  gst_init (NULL, NULL);

  return 0;
}

/* What has no error has a result, and the other way round; texts are text. */
int
LLVMFuzzerTestOneInput (const uint8_t * data, size_t size)
{
  g_autofree gchar *text = g_memdup2 (data, size);
  g_autoptr (GError) json_error = NULL, message_error = NULL;
  g_autoptr (GPtrArray) servers = NULL;
  g_autoptr (GstIceWsMessage) message = NULL;
  guint ttl_s;

  if (text == NULL)
    return 0;

  servers = gst_ice_json_read_servers (text, size, &ttl_s, &json_error);
  g_assert_true ((servers == NULL) == (json_error != NULL));
  g_assert_true (servers == NULL || servers->len > 0);

  message = gst_ice_ws_message_parse (text, (gssize) size, &message_error);
  g_assert_true ((message == NULL) == (message_error != NULL));
  g_assert_true (message == NULL || message->text == NULL
      || g_utf8_validate (message->text, -1, NULL));
  return 0;
}
