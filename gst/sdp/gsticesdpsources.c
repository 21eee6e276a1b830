/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Reads and writes RTP sources and media streams of an m-line (RFC 5576, RFC 8830). */

#include "config.h"

#include "gsticesdpsources.h"

#include <string.h>

/* For one m-line. The packets of any further source must say where they
 * belong. */
#define MAX_SOURCES 64

/* The length of an SDES item is one byte. */
#define MAX_CNAME_BYTES 255

/* All that we send is one stream, so that it is played in sync. */
#define STREAM "gst-ice"

static gboolean
has_source (const GArray * ssrcs, guint32 ssrc)
{
  guint i;

  for (i = 0; i < ssrcs->len; i++) {
    if (g_array_index (ssrcs, guint32, i) == ssrc)
      return TRUE;
  }

  return FALSE;
}

GArray *
gst_ice_sdp_sources_parse (const GstSDPMedia * media)
{
  GArray *ssrcs = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint i;

  for (i = 0; i < gst_sdp_media_attributes_len (media)
      && ssrcs->len < MAX_SOURCES; i++) {
    const GstSDPAttribute *attribute = gst_sdp_media_get_attribute (media, i);
    g_auto (GStrv) words = NULL;
    guint64 number;
    guint32 ssrc;

    if (strcmp (attribute->key, "ssrc") != 0)
      continue;
    words = g_strsplit (attribute->value, " ", 2);
    if (words[0] == NULL || !g_ascii_string_to_unsigned (words[0], 10, 0,
            G_MAXUINT32, &number, NULL))
      continue;
    ssrc = (guint32) number;
    if (!has_source (ssrcs, ssrc))
      g_array_append_val (ssrcs, ssrc);
  }
  if (ssrcs->len == 0)
    g_clear_pointer (&ssrcs, g_array_unref);

  return ssrcs;
}

/* Whether @cname is valid in SDP and in RTCP (RFC 3550, 6.5). */
static gboolean
is_cname (const gchar * cname)
{
  const gchar *c;

  for (c = cname; *c != '\0'; c++) {
    if (g_ascii_iscntrl (*c))
      return FALSE;
  }

  return c > cname && c - cname <= MAX_CNAME_BYTES;
}

static void
write_sources (const GstIceMediaDescription * description, GstSDPMedia * media)
{
  guint i;

  if (description->ssrcs == NULL || description->cname == NULL
      || !is_cname (description->cname))
    return;

  for (i = 0; i < description->ssrcs->len; i++) {
    g_autofree gchar *text = g_strdup_printf ("%u cname:%s",
        g_array_index (description->ssrcs, guint32, i), description->cname);

    gst_sdp_media_add_attribute (media, "ssrc", text);
  }
}

void
gst_ice_sdp_sources_write (const GstIceMediaDescription * description,
    GstSDPMedia * media)
{
  g_autofree gchar *text = NULL;

  if (description->rejected || description->mid == NULL
      || !(description->direction & GST_ICE_DIRECTION_SENDONLY))
    return;

  text = g_strdup_printf (STREAM " %s", description->mid);
  gst_sdp_media_add_attribute (media, "msid", text);
  write_sources (description, media);
}
