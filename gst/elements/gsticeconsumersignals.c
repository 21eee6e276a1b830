/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The signals and the action of icesink about those who watch, with their documentation. */

#include "config.h"

#include "gsticeconsumersignals.h"

#include "gsticeelement.h"

static gboolean
remove_consumer (GstElement * element, guint id)
{
  return gst_ice_element_remove_consumer (element, id);
}

/* Without a handler everybody may come. The first that says no has the last word. */
static gboolean
accumulate_welcome (GSignalInvocationHint * hint, GValue * result,
    const GValue * answer, gpointer data)
{
  g_value_copy (answer, result);
  return g_value_get_boolean (answer);
}

static gboolean
welcome_all (GstElement * element, guint id, const gchar * address,
    const gchar * path, const GstStructure * headers)
{
  return TRUE;
}

static void
install_signals (GType type)
{
  /**
   * GstIceSink::consumer-connecting:
   * @self: the element
   * @id: the number that the consumer would have, from 1
   * @address: (nullable): where its request comes from; behind a proxy on this machine,
   *     what that says in X-Forwarded-For; of a room's viewer, its peer id at the server
   * @path: (nullable): of the request; of a room's viewer, the room, with a slash before it
   * @headers: (nullable): of the request, each a string; without Authorization and cookies;
   *     of a room's viewer %NULL
   *
   * Somebody calls a listener that serves several, or a viewer asks a room's producer for
   * the stream. Emitted on the session's thread, and the session waits for it. Without a
   * handler all may come, within #GstIceSink:max-consumers.
   *
   * Returns: %FALSE to refuse: it gets 403, in a room endSession
   */
  g_signal_new_class_handler ("consumer-connecting", type, G_SIGNAL_RUN_LAST,
      G_CALLBACK (welcome_all), accumulate_welcome, NULL, NULL,
      G_TYPE_BOOLEAN, 4, G_TYPE_UINT, G_TYPE_STRING, G_TYPE_STRING,
      GST_TYPE_STRUCTURE | G_SIGNAL_TYPE_STATIC_SCOPE);

  /**
   * GstIceSink::consumer-added:
   * @self: the element
   * @id: the consumer's number
   * @address: (nullable): as in #GstIceSink::consumer-connecting
   *
   * Media can flow to a consumer. Emitted on the session's thread; the message
   * ice-consumer-added tells the same.
   */
  g_signal_new ("consumer-added", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
      G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_STRING);

  /**
   * GstIceSink::consumer-removed:
   * @self: the element
   * @id: the consumer's number
   * @address: (nullable): as in #GstIceSink::consumer-connecting
   * @reason: "left", "removed", or what went wrong
   *
   * A consumer that was added is gone. Emitted on the session's thread; the message
   * ice-consumer-removed tells the same.
   */
  g_signal_new ("consumer-removed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
      NULL, G_TYPE_NONE, 3, G_TYPE_UINT, G_TYPE_STRING, G_TYPE_STRING);
}

void
gst_ice_consumer_signals_install (GType type)
{
  install_signals (type);

  /**
   * GstIceSink::remove-consumer:
   * @self: the element
   * @id: the consumer's number
   *
   * Ends the call of one consumer; the others go on. Does not wait for it:
   * #GstIceSink::consumer-removed tells that it is done. A number that nobody has does
   * nothing.
   *
   * Returns: %FALSE: the element is in no session
   */
  g_signal_new_class_handler ("remove-consumer", type,
      G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, G_CALLBACK (remove_consumer), NULL,
      NULL, NULL, G_TYPE_BOOLEAN, 1, G_TYPE_UINT);
}

void
gst_ice_consumer_signals_emit (GstElement * element,
    const GstIceNotice * notice)
{
  const GstStructure *headers = NULL;
  gboolean welcome = TRUE;

  switch (notice->type) {
    case GST_ICE_NOTICE_CONSUMER_CONNECTING:
      if (gst_structure_has_field (notice->peer, "headers"))
        headers = gst_value_get_structure (gst_structure_get_value
            (notice->peer, "headers"));
      g_signal_emit_by_name (element, "consumer-connecting", notice->consumer,
          notice->address, gst_structure_get_string (notice->peer, "path"),
          headers, &welcome);
      *notice->welcome &= welcome;
      break;
    case GST_ICE_NOTICE_CONSUMER_ADDED:
      g_signal_emit_by_name (element, "consumer-added", notice->consumer,
          notice->address);
      break;
    case GST_ICE_NOTICE_CONSUMER_REMOVED:
      g_signal_emit_by_name (element, "consumer-removed", notice->consumer,
          notice->address, notice->text);
      break;
    default:
      break;
  }
}
