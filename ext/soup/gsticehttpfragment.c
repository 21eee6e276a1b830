/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Joins fragments of SDP, and tells a restart from more candidates. */

#include "config.h"

#include "gsticehttpfragment.h"

/* Returns: (transfer none) (nullable): the m-line of @description that is the
 *     same as @media: by its mid, or by its place where there is none */
static GstIceMediaDescription *
find_media (const GstIceDescription * description,
    const GstIceMediaDescription * media, guint place)
{
  if (media->mid == NULL && place < description->media->len)
    return gst_ice_description_get_media (description, place);

  for (guint i = 0; media->mid != NULL && i < description->media->len; i++) {
    GstIceMediaDescription *m = gst_ice_description_get_media (description, i);

    if (g_strcmp0 (m->mid, media->mid) == 0)
      return m;
  }
  return NULL;
}

static GstIceMediaDescription *
add_like (GstIceDescription * fragment, const GstIceMediaDescription * media)
{
  GstIceMediaDescription *m = gst_ice_description_add_media (fragment);

  m->kind = media->kind;
  m->media = g_strdup (media->media);
  m->mid = g_strdup (media->mid);
  m->ufrag = g_strdup (media->ufrag);
  m->pwd = g_strdup (media->pwd);
  return m;
}

static void
merge_media (GstIceMediaDescription * into, const GstIceMediaDescription * more)
{
  if (g_strcmp0 (into->ufrag, more->ufrag) != 0) {
    g_free (into->ufrag);
    g_free (into->pwd);
    into->ufrag = g_strdup (more->ufrag);
    into->pwd = g_strdup (more->pwd);
    into->end_of_candidates = FALSE;
    g_ptr_array_set_size (into->candidates, 0);
  }

  for (guint i = 0; i < more->candidates->len; i++)
    g_ptr_array_add (into->candidates,
        gst_ice_candidate_copy (g_ptr_array_index (more->candidates, i)));
  into->end_of_candidates |= more->end_of_candidates;
}

void
gst_ice_http_fragment_merge (GstIceDescription ** fragment,
    const GstIceDescription * more)
{
  if (*fragment == NULL)
    *fragment = gst_ice_description_new (GST_ICE_DESCRIPTION_FRAGMENT);

  for (guint i = 0; i < more->media->len; i++) {
    const GstIceMediaDescription *media =
        gst_ice_description_get_media (more, i);
    GstIceMediaDescription *into = find_media (*fragment, media, i);

    if (into == NULL)
      into = add_like (*fragment, media);
    merge_media (into, media);
  }
}

gboolean
gst_ice_http_fragment_restarts (const GstIceDescription * fragment,
    const GstIceDescription * offer)
{
  for (guint i = 0; i < fragment->media->len; i++) {
    const GstIceMediaDescription *media =
        gst_ice_description_get_media (fragment, i);
    const GstIceMediaDescription *offered = find_media (offer, media, i);

    if (offered != NULL && offered->ufrag != NULL && media->ufrag != NULL &&
        !g_str_equal (offered->ufrag, media->ufrag))
      return TRUE;
  }
  return FALSE;
}

const gchar *
gst_ice_http_fragment_find_stranger (const GstIceDescription * fragment,
    const GstIceDescription * offer)
{
  for (guint i = 0; i < fragment->media->len; i++) {
    const GstIceMediaDescription *media =
        gst_ice_description_get_media (fragment, i);

    if (find_media (offer, media, i) == NULL)
      return media->mid != NULL ? media->mid : "";
  }
  return NULL;
}
