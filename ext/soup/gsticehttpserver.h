/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticetlsidentity.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* The connections of a listener: taken as many and as long as is good, one
 * request each, with a body of limited size. What is asked is not its business.
 * Session thread. */
typedef struct _GstIceHttpServer GstIceHttpServer;

/* A request's body that is longer gets 413. */
#define GST_ICE_HTTP_MAX_REQUEST_BYTES (64 * 1024)

typedef struct
{
  /* The headers are there: a status set now answers, and the body is not kept. */
  void (*headers) (SoupServerMessage * message, gpointer user_data);
  /* All is there: to be answered now, or held. */
  void (*request) (SoupServerMessage * message, gpointer user_data);
  /* What a user should know, while all goes on. */
  void (*warning) (const GError * warning, gpointer user_data);
  /* The client of a request that is held went away; it was let go. */
  void (*gone) (SoupServerMessage * message, gpointer user_data);
} GstIceHttpServerEvents;

/* @host, @port, @path: see gst_ice_http_port_join()
 * @identity: (transfer none) (nullable): speaks TLS as that; must live longer
 * @events: static
 * Returns: (transfer full): a server that listens, or %NULL with @error set to
 *     GST_ICE_ERROR_LOCAL */
GstIceHttpServer *gst_ice_http_server_new (const gchar * host, guint port,
    const gchar * path, GstIceTlsIdentity * identity, const GstIceHttpServerEvents * events, gpointer user_data,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_http_server_free (GstIceHttpServer * self);

guint gst_ice_http_server_get_port (const GstIceHttpServer * self);

/* Answers. @text: (nullable): one line for people, as text/plain */
void gst_ice_http_server_respond (SoupServerMessage * message, guint status,
    const gchar * text);

/* Returns: (transfer full): @message, to be answered later: set a response, and
 *     gst_ice_http_server_release() it */
SoupServerMessage *gst_ice_http_server_hold (SoupServerMessage * message)
    G_GNUC_WARN_UNUSED_RESULT;

/* Returns: whether the client of @message, which is held, went away, and that will
 *     be told soon */
gboolean gst_ice_http_server_is_gone (SoupServerMessage * message);

/* @message: (transfer full): with its response */
void gst_ice_http_server_release (SoupServerMessage * message);

/* Stops listening at once, and calls @stopped, once, when the answers that were
 * given have left, which takes 500 ms at most. No event follows. */
void gst_ice_http_server_stop (GstIceHttpServer * self,
    GDestroyNotify stopped, gpointer user_data);

G_END_DECLS
