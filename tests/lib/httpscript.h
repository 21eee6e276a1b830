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

/* A server that sends prepared replies, whatever the request. */
typedef struct
{
  GSocketService *service;
  guint port;
  const gchar *const *replies;  /* NULL-terminated; the last one is repeated;
                                 * empty: no reply, and the connection stays
                                 * open */
  guint n_requests;
  GString *requests;
  GPtrArray *visits;
} Script;

/* @replies: must live as long */
void script_init (Script * script, const gchar * const *replies);

/* May be called while a reply is being sent. */
void script_clear (Script * script);

G_END_DECLS
