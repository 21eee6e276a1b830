/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticetlsidentity.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* The connections of a listener: limits their number and time, and takes one
 * request from each, with a body of limited size. It does not look into
 * requests. Session thread. */
typedef struct _GstIceHttpServer GstIceHttpServer;

/* A request with a longer body gets 413. */
#define GST_ICE_HTTP_MAX_REQUEST_BYTES (64 * 1024)

typedef struct
{
  /* The headers are there. To set a status here answers the request, and its
   * body is not kept. */
  void (*headers) (SoupServerMessage * message, gpointer user_data);
  /* The request is complete: answer it, or hold it. */
  void (*request) (SoupServerMessage * message, gpointer user_data);
  /* Something that the user should know. The server goes on. */
  void (*warning) (const GError * warning, gpointer user_data);
  /* The client of a request that is held has gone; the request was released. */
  void (*gone) (SoupServerMessage * message, gpointer user_data);
} GstIceHttpServerEvents;

/* @host, @port, @path: see gst_ice_http_port_join()
 * @identity: (transfer none) (nullable): serves TLS with this certificate; must
 *     live longer
 * @events: static
 * Returns: (transfer full): a listening server, or %NULL with @error set to
 *     GST_ICE_ERROR_LOCAL */
GstIceHttpServer *gst_ice_http_server_new (const gchar * host, guint port,
    const gchar * path, GstIceTlsIdentity * identity, const GstIceHttpServerEvents * events, gpointer user_data,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_http_server_free (GstIceHttpServer * self);

guint gst_ice_http_server_get_port (const GstIceHttpServer * self);

/* Answers. @text: (nullable): one line for people, as text/plain */
void gst_ice_http_server_respond (SoupServerMessage * message, guint status,
    const gchar * text);

/* Returns: (transfer full): @message, to be answered later: set a response,
 *     then call gst_ice_http_server_release() */
SoupServerMessage *gst_ice_http_server_hold (SoupServerMessage * message)
    G_GNUC_WARN_UNUSED_RESULT;

/* Returns: whether the client of @message, which is held, has gone; gone()
 *     follows soon */
gboolean gst_ice_http_server_is_gone (SoupServerMessage * message);

/* @message: (transfer full): with its response */
void gst_ice_http_server_release (SoupServerMessage * message);

/* Stops listening at once. Calls @stopped, once, when all answers have been
 * sent, after 500 ms at most. No event follows. */
void gst_ice_http_server_stop (GstIceHttpServer * self,
    GDestroyNotify stopped, gpointer user_data);

G_END_DECLS
