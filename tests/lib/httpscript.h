/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "httpside.h"

G_BEGIN_DECLS

#define END "Connection: close\r\n\r\n"
#define ANSWER(headers) \
  "HTTP/1.1 201 Created\r\nContent-Type: application/sdp\r\n" headers END OFFER
#define TEXT(status, text) \
  "HTTP/1.1 " status "\r\nContent-Type: text/plain\r\n" END text

#define NO_CONTENT "HTTP/1.1 204 No Content\r\n" END

/* A server that says what it was told to, whatever it is asked. */
typedef struct
{
  GSocketService *service;
  guint port;
  const gchar *const *replies;  /* NULL-terminated; the last one again and again;
                                 * empty: none, but the connection remains */
  guint n_requests;
  GString *requests;
  GPtrArray *visits;
} Script;

/* @replies: must live as long */
void script_init (Script * script, const gchar * const *replies);

/* Also when a reply is still on its way. */
void script_clear (Script * script);

G_END_DECLS
