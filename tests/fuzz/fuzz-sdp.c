/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "fuzz.h"

#include "gsticesdp.h"

#include <string.h>

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  gst_init (NULL, NULL);

  return 0;
}

static GstIceDescription *
parse (const gchar * text, gssize length, GstIceDescriptionType type)
{
  g_autoptr (GError) error = NULL;
  GstIceDescription *description;

  if (type == GST_ICE_DESCRIPTION_FRAGMENT)
    description = gst_ice_sdp_parse_fragment (text, length, &error);
  else
    description = gst_ice_sdp_parse (text, length, type, &error);

  g_assert_true ((description == NULL) == (error != NULL));

  return description;
}

static gchar *
write_text (const GstIceDescription * description)
{
  if (description->type == GST_ICE_DESCRIPTION_FRAGMENT)
    return gst_ice_sdp_write_fragment (description);

  return gst_ice_sdp_write (description);
}

/* Whether an m-line can't be used: then it is not written either, but rejected. */
static gboolean
has_defect (const GstIceDescription * description)
{
  for (guint i = 0; i < description->media->len; i++) {
    const GstIceMediaDescription *media =
        gst_ice_description_get_media (description, i);

    g_assert_true (media->defect == NULL || media->ufrag == NULL);
    g_assert_true (media->rejected || (media->ufrag != NULL) !=
        (media->defect != NULL));
    if (media->defect != NULL)
      return TRUE;
  }
  return FALSE;
}

/* What was taken is written, read and written again: nothing changes any more. */
static void
check (const gchar * text, gssize length, GstIceDescriptionType type)
{
  g_autoptr (GstIceDescription) description = parse (text, length, type);
  g_autoptr (GstIceDescription) again = NULL;
  g_autofree gchar *first = NULL;
  g_autofree gchar *second = NULL;

  if (description == NULL || has_defect (description))
    return;

  /* Short lines get longer, so that what fitted may not fit any more. */
  first = write_text (description);
  if (strlen (first) > GST_ICE_SDP_MAX_BYTES)
    return;

  again = parse (first, -1, type);
  g_assert_nonnull (again);
  second = write_text (again);
  g_assert_cmpstr (first, ==, second);
}

int
LLVMFuzzerTestOneInput (const uint8_t * data, size_t size)
{
  /* A copy of its own: one byte too far is noticed. */
  g_autofree gchar *text = g_memdup2 (data, size);

  if (text == NULL)
    return 0;

  check (text, size, GST_ICE_DESCRIPTION_OFFER);
  check (text, size, GST_ICE_DESCRIPTION_ANSWER);
  check (text, size, GST_ICE_DESCRIPTION_FRAGMENT);

  return 0;
}
