/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticesdpprivate.h"

#include <string.h>

/* Of one m-line: what a peer announces beyond that must say where it belongs. */
#define MAX_SOURCES 64

/* An SDES item's length is one byte. */
#define MAX_CNAME_BYTES 255

#define SEMANTICS "BUNDLE"

/* What we send is one stream, so that all of it is played in time. */
#define STREAM "gst-ice"

/* Returns: the number of the m-line called @mid that is not rejected, -1: none */
static gint
find_mid (const GstIceDescription * description, const gchar * mid)
{
  guint i;

  for (i = 0; i < description->media->len; i++) {
    const GstIceMediaDescription *media =
        gst_ice_description_get_media (description, i);

    if (!media->rejected && g_strcmp0 (media->mid, mid) == 0)
      return (gint) i;
  }

  return -1;
}

/* RFC 9143, 5: an m-line is in one group at most; the first one counts. */
static void
read_group (GstIceDescription * description, const gchar * value)
{
  g_auto (GStrv) words = g_strsplit (value, " ", GST_ICE_MAX_MLINES + 2);
  gint tagged = -1;
  guint i;

  if (words[0] == NULL || g_ascii_strcasecmp (words[0], SEMANTICS) != 0)
    return;

  for (i = 1; words[i] != NULL; i++) {
    gint index = find_mid (description, words[i]);
    GstIceMediaDescription *media;

    if (index < 0)
      continue;
    media = gst_ice_description_get_media (description, (guint) index);
    if (media->bundle >= 0)
      continue;
    /* The first has the transport, unless it has none. */
    if (tagged < 0 && media->bundle_only)
      continue;
    if (tagged < 0)
      tagged = index;
    media->bundle = tagged;
  }
}

void
gst_ice_sdp_groups_parse (const GstSDPMessage * message,
    GstIceDescription * description)
{
  const gchar *value;
  guint i;

  for (i = 0; i < GST_ICE_MAX_MLINES; i++) {
    value = gst_sdp_message_get_attribute_val_n (message, "group", i);
    if (value == NULL)
      break;
    read_group (description, value);
  }

  for (i = 0; i < description->media->len; i++) {
    GstIceMediaDescription *media =
        gst_ice_description_get_media (description, i);

    if (media->bundle_only && media->bundle < 0) {
      media->bundle_only = FALSE;
      media->rejected = TRUE;
      media->direction = GST_ICE_DIRECTION_INACTIVE;
    }
  }
}

static void
write_group (const GstIceDescription * description, guint tagged,
    GstSDPMessage * message)
{
  g_autoptr (GString) text = g_string_new (SEMANTICS);
  guint i;

  g_string_append_printf (text, " %s",
      gst_ice_description_get_media (description, tagged)->mid);
  for (i = 0; i < description->media->len; i++) {
    const GstIceMediaDescription *media =
        gst_ice_description_get_media (description, i);

    if (i != tagged && media->bundle == (gint) tagged && !media->rejected)
      g_string_append_printf (text, " %s", media->mid);
  }
  gst_sdp_message_add_attribute (message, "group", text->str);
}

void
gst_ice_sdp_groups_write (const GstIceDescription * description,
    GstSDPMessage * message)
{
  guint i;

  for (i = 0; i < description->media->len; i++) {
    const GstIceMediaDescription *media =
        gst_ice_description_get_media (description, i);

    if (media->bundle == (gint) i && !media->rejected)
      write_group (description, i, message);
  }
}

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

/* Whether @cname can stand in a line of an SDP, and in RTCP (RFC 3550, 6.5). */
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
gst_ice_sdp_stream_write (const GstIceMediaDescription * description,
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
