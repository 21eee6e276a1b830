/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The table of static RTP payload types (RFC 3551, 6). */

#include "config.h"

#include "gsticesdpstatictypes.h"

/* RFC 3551, 6. */
static const struct
{
  gint payload;
  const gchar *name;
  gint clock_rate;
  const gchar *params;
} static_types[] = {
  {0, "PCMU", 8000, NULL},
  {3, "GSM", 8000, NULL},
  {4, "G723", 8000, NULL},
  {5, "DVI4", 8000, NULL},
  {6, "DVI4", 16000, NULL},
  {7, "LPC", 8000, NULL},
  {8, "PCMA", 8000, NULL},
  {9, "G722", 8000, NULL},
  {10, "L16", 44100, "2"},
  {11, "L16", 44100, NULL},
  {12, "QCELP", 8000, NULL},
  {13, "CN", 8000, NULL},
  {14, "MPA", 90000, NULL},
  {15, "G728", 8000, NULL},
  {16, "DVI4", 11025, NULL},
  {17, "DVI4", 22050, NULL},
  {18, "G729", 8000, NULL},
  {25, "CELB", 90000, NULL},
  {26, "JPEG", 90000, NULL},
  {28, "NV", 90000, NULL},
  {31, "H261", 90000, NULL},
  {32, "MPV", 90000, NULL},
  {33, "MP2T", 90000, NULL},
  {34, "H263", 90000, NULL},
};

static gint
find_static_type (gint payload)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (static_types); i++) {
    if (static_types[i].payload == payload)
      return i;
  }

  return -1;
}

void
gst_ice_sdp_static_type_to_rtpmap (gint payload, GstSDPMedia * media)
{
  gint i = find_static_type (payload);
  g_autofree gchar *value = NULL;

  if (i < 0)
    return;

  value = g_strdup_printf ("%d %s/%d%s%s", payload, static_types[i].name,
      static_types[i].clock_rate, static_types[i].params ? "/" : "",
      static_types[i].params ? static_types[i].params : "");
  gst_sdp_media_add_attribute (media, "rtpmap", value);
}

void
gst_ice_sdp_static_type_complete (gint payload, GstStructure * structure)
{
  gint i = find_static_type (payload);

  if (i < 0)
    return;

  if (!gst_structure_has_field (structure, "encoding-name"))
    gst_structure_set (structure, "encoding-name", G_TYPE_STRING,
        static_types[i].name, NULL);
  if (!gst_structure_has_field (structure, "clock-rate"))
    gst_structure_set (structure, "clock-rate", G_TYPE_INT,
        static_types[i].clock_rate, NULL);
}
