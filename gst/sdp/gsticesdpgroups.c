/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Reads and writes the BUNDLE groups of a description (RFC 9143). */

#include "config.h"

#include "gsticesdpgroups.h"

#include <string.h>

#define SEMANTICS "BUNDLE"

/* Returns: the number of the m-line @mid, if it is not rejected; -1: none */
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

/* RFC 9143, 5: an m-line is in one group at most. The first one counts. */
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
    /* The first m-line has the transport, unless it is bundle-only. */
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
