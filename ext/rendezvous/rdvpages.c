/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The pages for operators, /healthz and /metrics, and the refusals in JSON. */

#include "config.h"

#include "rdvpages.h"

#include <string.h>

static void
reply_json (SoupServerMessage * msg, guint status, const char *text)
{
  soup_server_message_set_status (msg, status, NULL);
  soup_server_message_set_response (msg, "application/json", SOUP_MEMORY_COPY,
      text, strlen (text));
}

void
rdv_pages_refuse (SoupServerMessage * msg, guint status, const char *why)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (msg);
  g_autofree char *text = g_strdup_printf ("{\"error\":\"%s\"}\n", why);

  reply_json (msg, status, text);
  /* A client that wanted to upgrade may be waiting for the end of the
   * connection. */
  soup_message_headers_replace (headers, "Connection", "close");
  if (status == SOUP_STATUS_SERVICE_UNAVAILABLE)
    soup_message_headers_replace (headers, "Retry-After", "5");
}

static void
on_health (SoupServer * soup, SoupServerMessage * msg, const char *path,
    GHashTable * query, gpointer user_data)
{
  RdvContext *context = user_data;
  g_autofree char *text = rdv_metrics_to_health (&context->metrics,
      context->stopping);

  if (strcmp (path, "/healthz") != 0)
    rdv_pages_refuse (msg, SOUP_STATUS_NOT_FOUND, "no such page");
  else
    reply_json (msg, context->stopping
        ? SOUP_STATUS_SERVICE_UNAVAILABLE : SOUP_STATUS_OK, text);
}

static void
on_metrics (SoupServer * soup, SoupServerMessage * msg, const char *path,
    GHashTable * query, gpointer user_data)
{
  RdvContext *context = user_data;
  g_autofree char *text = rdv_metrics_to_text (&context->metrics);

  if (strcmp (path, "/metrics") != 0) {
    rdv_pages_refuse (msg, SOUP_STATUS_NOT_FOUND, "no such page");
    return;
  }
  soup_server_message_set_status (msg, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (msg,
      "text/plain; version=0.0.4; charset=utf-8", SOUP_MEMORY_COPY, text,
      strlen (text));
}

/* No page takes a body, so none is kept. */
static void
on_headers (SoupServer * soup, SoupServerMessage * msg, const char *path,
    GHashTable * query, gpointer user_data)
{
  const char *method = soup_server_message_get_method (msg);

  soup_message_body_set_accumulate (soup_server_message_get_request_body (msg),
      FALSE);
  if (strcmp (method, "GET") != 0 && strcmp (method, "HEAD") != 0)
    rdv_pages_refuse (msg, SOUP_STATUS_METHOD_NOT_ALLOWED, "only GET and HEAD");
}

void
rdv_pages_add (SoupServer * soup, RdvContext * context)
{
  /* libsoup asks those of a path only. */
  soup_server_add_early_handler (soup, NULL, on_headers, context, NULL);
  soup_server_add_early_handler (soup, "/healthz", on_headers, context, NULL);
  soup_server_add_early_handler (soup, "/metrics", on_headers, context, NULL);
  soup_server_add_handler (soup, "/healthz", on_health, context, NULL);
  soup_server_add_handler (soup, "/metrics", on_metrics, context, NULL);
}
