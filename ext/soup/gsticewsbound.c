/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A WebSocket extension (RFC 6455, 9) that changes nothing and counts: a message whose
 * fragments are too long together closes the connection. */

#include "config.h"

#include "gsticewsbound.h"

#include "gsticewsmessage.h"

#define NAME "x-gst-ice-bound"
#define HEADER "Sec-WebSocket-Extensions"

/* The first byte of a frame (RFC 6455, 5.2). */
#define FIN 0x80
#define OPCODE 0x0f
#define OPCODE_CONTINUATION 0x0
#define FIRST_CONTROL_OPCODE 0x8

#define GST_TYPE_ICE_WS_BOUND (gst_ice_ws_bound_get_type ())
G_DECLARE_FINAL_TYPE (GstIceWsBound, gst_ice_ws_bound, GST, ICE_WS_BOUND,
    SoupWebsocketExtension);

struct _GstIceWsBound
{
  SoupWebsocketExtension parent;

  gsize size_bytes;             /* of the message that is under way */
};

G_DEFINE_FINAL_TYPE (GstIceWsBound, gst_ice_ws_bound,
    SOUP_TYPE_WEBSOCKET_EXTENSION);

/* @payload: (transfer full): of one frame
 * Returns: (transfer full): the same, or %NULL with @error set */
static GBytes *
process_incoming_message (SoupWebsocketExtension * extension, guint8 * header,
    GBytes * payload, GError ** error)
{
  GstIceWsBound *self = GST_ICE_WS_BOUND (extension);
  const guint8 opcode = *header & OPCODE;

  /* Control frames come between the fragments, and are short. */
  if (opcode >= FIRST_CONTROL_OPCODE)
    return payload;

  if (opcode != OPCODE_CONTINUATION)
    self->size_bytes = 0;
  self->size_bytes += g_bytes_get_size (payload);
  if (self->size_bytes > GST_ICE_WS_MAX_MESSAGE_BYTES) {
    g_bytes_unref (payload);
    g_set_error_literal (error, SOUP_WEBSOCKET_ERROR,
        SOUP_WEBSOCKET_CLOSE_TOO_BIG, "The message's fragments are too long");
    return NULL;
  }
  if (*header & FIN)
    self->size_bytes = 0;
  return payload;
}

static gboolean
configure (SoupWebsocketExtension * extension,
    SoupWebsocketConnectionType connection_type, GHashTable * params,
    GError ** error)
{
  return TRUE;
}

static gchar *
get_no_params (SoupWebsocketExtension * extension)
{
  return NULL;
}

static GBytes *
process_outgoing_message (SoupWebsocketExtension * extension, guint8 * header,
    GBytes * payload, GError ** error)
{
  return payload;
}

static void
gst_ice_ws_bound_class_init (GstIceWsBoundClass * klass)
{
  SoupWebsocketExtensionClass *extension = (SoupWebsocketExtensionClass *)
      klass;

  extension->name = NAME;
  extension->configure = configure;
  extension->get_request_params = get_no_params;
  extension->get_response_params = get_no_params;
  extension->process_outgoing_message = process_outgoing_message;
  extension->process_incoming_message = process_incoming_message;
}

static void
gst_ice_ws_bound_init (GstIceWsBound * self)
{
}

void
gst_ice_ws_bound_add (SoupSession * session)
{
  soup_session_add_feature_by_type (session,
      SOUP_TYPE_WEBSOCKET_EXTENSION_MANAGER);
  soup_session_remove_feature_by_type (session,
      SOUP_TYPE_WEBSOCKET_EXTENSION_DEFLATE);
  soup_session_add_feature_by_type (session, GST_TYPE_ICE_WS_BOUND);
}

/* The server does not echo an extension that it does not know. */
static void
on_answer (SoupMessage * handshake, gpointer user_data)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (handshake);

  if (soup_message_get_status (handshake) == SOUP_STATUS_SWITCHING_PROTOCOLS)
    soup_message_headers_replace (headers, HEADER, NAME);
}

void
gst_ice_ws_bound_prepare (SoupMessage * handshake)
{
  g_signal_connect (handshake, "got-informational", G_CALLBACK (on_answer),
      NULL);
}
