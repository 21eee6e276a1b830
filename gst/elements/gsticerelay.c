/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Finds out whether an icesink passes on what an icesrc receives. */

#include "config.h"

#include "gsticerelay.h"

#define SOURCE "ice-relay-source"
#define SINK "ice-relay-sink"

/* @structure: (transfer full). Returns: whether somebody behind @pad says yes */
static gboolean
ask (GstPad * pad, GstStructure * structure)
{
  g_autoptr (GstQuery) query = gst_query_new_custom (GST_QUERY_CUSTOM,
      structure);

  return gst_pad_peer_query (pad, query);
}

static gboolean
is_called (GstQuery * query, const gchar * name)
{
  return GST_QUERY_TYPE (query) == GST_QUERY_CUSTOM
      && gst_structure_has_name (gst_query_get_structure (query), name);
}

gboolean
gst_ice_relay_is_fed (GstPad * sink)
{
  return ask (sink, gst_structure_new_empty (SOURCE));
}

gboolean
gst_ice_relay_is_echo (GstPad * src, const gchar * session_name)
{
  return session_name != NULL && ask (src, gst_structure_new (SINK,
          "session-name", G_TYPE_STRING, session_name, NULL));
}

gboolean
gst_ice_relay_answer_source (GstQuery * query)
{
  return is_called (query, SOURCE);
}

gboolean
gst_ice_relay_answer_sink (GstQuery * query, const gchar * session_name)
{
  return is_called (query, SINK) && session_name != NULL
      && g_strcmp0 (gst_structure_get_string (gst_query_get_structure (query),
          "session-name"), session_name) == 0;
}
