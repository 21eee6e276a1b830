/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Shows a browser that opens a listener's address a page that plays it. */

#include "config.h"

#include "gsticehttppage.h"

#include <string.h>

/* viewer.html, as bytes; made by the build. */
#include "gsticehttpviewer.h"

/* The page calls nobody but the listener that it is from, and is in no other page's frame. */
#define POLICY \
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; " \
    "connect-src 'self'; media-src 'self' blob: mediastream:; " \
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

static gboolean
wants_html (SoupServerMessage * message)
{
  const gchar *accept = soup_message_headers_get_list
      (soup_server_message_get_request_headers (message), "Accept");
  GSList *list = accept != NULL ? soup_header_parse_list (accept) : NULL;
  gboolean found = FALSE;

  for (GSList * each = list; each != NULL; each = each->next)
    found |= g_ascii_strncasecmp (each->data, "text/html",
        strlen ("text/html")) == 0;
  soup_header_free_list (list);
  return found;
}

gboolean
gst_ice_http_page_answer (SoupServerMessage * message)
{
  SoupMessageHeaders *headers =
      soup_server_message_get_response_headers (message);

  if (g_strcmp0 (soup_server_message_get_method (message), "GET") != 0 ||
      !wants_html (message))
    return FALSE;

  soup_message_headers_replace (headers, "Content-Security-Policy", POLICY);
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_message_headers_replace (headers, "Referrer-Policy", "no-referrer");
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_server_message_set_response (message, "text/html; charset=utf-8",
      SOUP_MEMORY_STATIC, (const gchar *) viewer_html, sizeof (viewer_html));
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  return TRUE;
}
