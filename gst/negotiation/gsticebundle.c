/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Which m-lines of a call share a transport (RFC 9143). */

#include "config.h"

#include "gsticebundle.h"

#include "gsticeerror.h"

/* Whether @media, which is of a group, has a transport that is its own. */
static gboolean
has_own_transport (const GstIceDescription * offer, guint index)
{
  const GstIceMediaDescription *media =
      gst_ice_description_get_media (offer, index);
  const GstIceMediaDescription *tagged =
      gst_ice_description_get_media (offer, (guint) media->bundle);

  return !media->bundle_only && (media->bundle == (gint) index ||
      g_strcmp0 (media->ufrag, tagged->ufrag) != 0);
}

/* A group of one costs nothing, and browsers insist on it in "max-bundle". */
static gboolean
wants_group (const GstIceDescription * offer, gint tag)
{
  guint n_members = 0;

  for (guint i = 0; i < offer->media->len; i++) {
    if (gst_ice_description_get_media (offer, i)->bundle != tag)
      continue;
    n_members++;
    if (!has_own_transport (offer, i))
      return TRUE;
  }
  return n_members == 1;
}

/* Whose transport new m-line @index, of a group that is taken, will have: the first's
 * of the group that is not rejected. */
static guint
find_carrier (GstIceMlines * mlines, const GstIceDescription * offer,
    guint index)
{
  const gint tag = gst_ice_description_get_media (offer, index)->bundle;

  for (guint i = 0; i < index; i++) {
    const GstIceMline *mline = gst_ice_mlines_get (mlines, i);

    if (gst_ice_description_get_media (offer, i)->bundle == tag &&
        !mline->rejected && mline->grouped)
      return mline->carrier;
  }
  return index;
}

void
gst_ice_bundle_match_offer (GstIceMlines * mlines,
    const GstIceDescription * offer, guint first_new)
{
  for (guint i = first_new; i < gst_ice_mlines_get_size (mlines); i++) {
    const gint tag = gst_ice_description_get_media (offer, i)->bundle;
    GstIceMline *mline = gst_ice_mlines_get (mlines, i);

    /* RFC 9143, 9.3: RTCP shares the transport too. */
    if (mline->rejected || tag < 0 || !mline->rtcp_mux ||
        !wants_group (offer, tag))
      continue;
    mline->grouped = TRUE;
    mline->carrier = find_carrier (mlines, offer, i);
  }
}

/* An answer has no group that was not offered (RFC 9143, 7.3); but some answer with one. */
gboolean
gst_ice_bundle_check_answer (GstIceMlines * mlines,
    const GstIceDescription * answer, GError ** error)
{
  for (guint i = 0; i < gst_ice_mlines_get_size (mlines); i++) {
    const GstIceMediaDescription *media =
        gst_ice_description_get_media (answer, i);
    const GstIceMline *mline = gst_ice_mlines_get (mlines, i);

    if (mline->rejected || media->rejected || media->bundle < 0 ||
        mline->grouped || has_own_transport (answer, i))
      continue;
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_UNSUPPORTED,
        "The peer wants %s and %s on one transport, which was not offered to it; "
        "let it offer, or give each element a session-name and a call of its own",
        gst_ice_description_get_media (answer, (guint) media->bundle)->media,
        media->media);
    return FALSE;
  }
  return TRUE;
}

gboolean
gst_ice_bundle_is_carried (GstIceMlines * mlines, guint index)
{
  return gst_ice_mlines_get (mlines, index)->carrier != index;
}
