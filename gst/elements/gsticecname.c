/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Reads the CNAME out of RTCP that an application sends (RFC 3550, 6.5.1). */

#include "config.h"

#include "gsticecname.h"

#include "gsticeformats.h"

/* Returns: (transfer full) (nullable): the CNAME that the element before @pad puts into
 *     its RTCP */
static gchar *
find_cname (GstPad * pad)
{
  g_autoptr (GstPad) peer = gst_pad_get_peer (pad);
  g_autoptr (GstElement) upstream = NULL;
  g_autoptr (GstStructure) sdes = NULL;
  GParamSpec *pspec = NULL;

  if (peer != NULL)
    upstream = gst_pad_get_parent_element (peer);
  if (upstream != NULL)
    pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (upstream),
        "sdes");
  if (pspec == NULL || pspec->value_type != GST_TYPE_STRUCTURE)
    return NULL;

  g_object_get (upstream, "sdes", &sdes, NULL);
  return sdes != NULL ?
      g_strdup (gst_structure_get_string (sdes, "cname")) : NULL;
}

GstCaps *
gst_ice_cname_add (GstCaps * caps, GstPad * pad)
{
  g_autofree gchar *found = NULL;
  const gchar *cname;
  GstCaps *named;
  guint32 ssrc;

  if (!gst_ice_formats_get_source (caps, &ssrc, &cname) || cname != NULL)
    return gst_caps_ref (caps);
  found = find_cname (pad);
  if (found == NULL)
    return gst_caps_ref (caps);

  named = gst_caps_copy (caps);
  gst_caps_set_simple (named, "cname", G_TYPE_STRING, found, NULL);
  return named;
}
