/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Finds the pipeline of an element: elements of one pipeline share a session. */

#include "config.h"

#include "gsticepipeline.h"

/* Returns: (transfer full): the topmost bin that @element is in, or itself */
static GstObject *
get_top (GstElement * element)
{
  GstObject *top = gst_object_ref (GST_OBJECT (element));
  GstObject *parent;

  while ((parent = gst_object_get_parent (top)) != NULL) {
    gst_object_unref (top);
    top = parent;
  }
  return top;
}

gboolean
gst_ice_pipeline_has (GstElement * element, const gchar * factory_name)
{
  g_autoptr (GstObject) top = get_top (element);
  GValue first = G_VALUE_INIT;
  GstIterator *others;
  gboolean found;

  if (!GST_IS_BIN (top))
    return FALSE;

  others = gst_bin_iterate_all_by_element_factory_name (GST_BIN (top),
      factory_name);
  found = gst_iterator_next (others, &first) == GST_ITERATOR_OK;
  g_value_unset (&first);
  gst_iterator_free (others);
  return found;
}

gchar *
gst_ice_pipeline_get_name (GstElement * element)
{
  g_autoptr (GstObject) top = get_top (element);

  return g_strdup_printf ("pipeline:%p", top);
}

gboolean
gst_ice_pipeline_is_asked_to_play (GstElement * element)
{
  g_autoptr (GstObject) top = get_top (element);

  return GST_STATE_TARGET (top) == GST_STATE_PLAYING;
}

GPtrArray *
gst_ice_pipeline_hold (GstElement * element)
{
  GPtrArray *bins = g_ptr_array_new_with_free_func (gst_object_unref);
  GstObject *above = gst_object_get_parent (GST_OBJECT (element));

  while (above != NULL) {
    g_ptr_array_add (bins, above);
    above = gst_object_get_parent (above);
  }
  return bins;
}
