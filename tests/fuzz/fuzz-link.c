/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "fuzz.h"

#include "gsticehttplink.h"
#include "gsticeserver.h"

#include <gst/gst.h>

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  gst_init (NULL, NULL);

  return 0;
}

/* What was taken is a server that a user could have set as well, and can be shown. */
static void
check (const GstIceServer * server)
{
  g_autofree gchar *uri = gst_ice_server_to_uri (server);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstIceServer) again = NULL;

  g_assert_true (g_utf8_validate (uri, -1, NULL));
  /* Shown as it is, an IPv6 zone does not read the same. */
  if (strchr (server->host, '%') != NULL)
    return;

  again = gst_ice_server_from_uri_and_credentials (uri, server->username,
      server->password, &error);
  g_assert_no_error (error);
  g_assert_true (gst_ice_server_same_place (again, server));
  g_assert_cmpstr (again->username, ==, server->username);
  g_assert_cmpstr (again->password, ==, server->password);
}

/* Each line is the value of a Link header. */
int
LLVMFuzzerTestOneInput (const uint8_t * data, size_t size)
{
  g_autofree gchar *text = g_strndup ((const gchar *) data, size);
  g_auto (GStrv) lines = g_strsplit_set (text, "\r\n", -1);
  SoupMessageHeaders *headers =
      soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  g_autoptr (GPtrArray) servers = NULL;

  for (guint i = 0; lines[i] != NULL; i++)
    soup_message_headers_append (headers, "Link", lines[i]);
  servers = gst_ice_http_links_read (headers);
  for (guint i = 0; i < servers->len; i++)
    check (g_ptr_array_index (servers, i));
  soup_message_headers_unref (headers);

  return 0;
}
