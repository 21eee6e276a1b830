/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Decides which m-lines of a call share a transport (RFC 9143). */

#include "config.h"

#include "gsticebundle.h"

#include "gsticeerror.h"
#include "gsticeformats.h"

/* Whether @media, in a group, has a transport of its own. */
static gboolean
has_own_transport (const GstIceDescription * offer, guint index)
{
  const GstIceMediaDescription *media =
      gst_ice_description_get_media (offer, index);
  const GstIceMediaDescription *tagged =
      gst_ice_description_get_media (offer, (guint) media->bundle);

  return !media->bundle_only && (media->bundle == (gint) index ||
      offer->own_transports || g_strcmp0 (media->ufrag, tagged->ufrag) != 0);
}

/* A group of one m-line costs nothing, and browsers with "max-bundle" insist
 * on it. */
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

/* Names each group by the m-line whose transport it has or, when that is
 * rejected, by the first of the others. */
static void
name_groups (GstIceMlines * mlines)
{
  for (guint i = 0; i < gst_ice_mlines_get_size (mlines); i++) {
    GstIceMline *mline = gst_ice_mlines_get (mlines, i);

    if (mline->group < 0 || mline->rejected)
      continue;
    if (!gst_ice_mlines_get (mlines, mline->carrier)->rejected) {
      mline->group = (gint) mline->carrier;
      continue;
    }
    for (mline->group = 0; mline->group < (gint) i; mline->group++) {
      const GstIceMline *other =
          gst_ice_mlines_get (mlines, (guint) mline->group);

      if (other->carrier == mline->carrier && !other->rejected)
        break;
    }
  }
}

/* Finds the m-line whose transport group @tag of a peer's offer will have: the
 * tagged one, or, if that is rejected, the first that is not (RFC 9143, 7.3.1).
 * Returns: -1: there is none */
static gint
find_carrier (GstIceMlines * mlines, const GstIceDescription * offer, gint tag)
{
  if (!gst_ice_mlines_get (mlines, (guint) tag)->rejected)
    return tag;
  for (guint i = 0; i < gst_ice_mlines_get_size (mlines); i++) {
    if (gst_ice_description_get_media (offer, i)->bundle == tag &&
        !gst_ice_mlines_get (mlines, i)->rejected)
      return (gint) i;
  }
  return -1;
}

/* Whether m-line @index shares its transport with another one that is not
 * rejected. */
static gboolean
is_shared (GstIceMlines * mlines, guint index)
{
  const guint carrier = gst_ice_mlines_get (mlines, index)->carrier;

  for (guint i = 0; i < gst_ice_mlines_get_size (mlines); i++) {
    const GstIceMline *mline = gst_ice_mlines_get (mlines, i);

    if (i != index && mline->carrier == carrier && !mline->rejected)
      return TRUE;
  }
  return FALSE;
}

/* Packets have a MID only on a shared transport. An answer must not promise
 * it elsewhere: the peer would look for it in vain (RFC 9143, 9.2). */
static void
drop_needless_mids (GstIceMlines * mlines)
{
  for (guint i = 0; i < gst_ice_mlines_get_size (mlines); i++) {
    GstIceMline *mline = gst_ice_mlines_get (mlines, i);

    if (mline->rejected || mline->formats == NULL || is_shared (mlines, i))
      continue;
    mline->formats = gst_caps_make_writable (mline->formats);
    gst_ice_formats_drop_extension (mline->formats, GST_ICE_FORMATS_MID_URI);
  }
}

void
gst_ice_bundle_match_offer (GstIceMlines * mlines,
    const GstIceDescription * offer, guint first_new)
{
  for (guint i = first_new; i < gst_ice_mlines_get_size (mlines); i++) {
    const gint tag = gst_ice_description_get_media (offer, i)->bundle;
    GstIceMline *mline = gst_ice_mlines_get (mlines, i);
    gint carrier;

    /* RFC 9143, 9.3: RTCP shares the transport too. */
    if (tag < 0 || (!mline->rejected && !mline->rtcp_mux) ||
        !wants_group (offer, tag))
      continue;
    carrier = find_carrier (mlines, offer, tag);
    if (carrier < 0)
      continue;
    /* A refused m-line keeps its place in the group: what the peer says
     * there of the transport counts too. */
    mline->carrier = gst_ice_mlines_get (mlines, (guint) carrier)->carrier;
    mline->group = (gint) carrier;
  }
  name_groups (mlines);
  drop_needless_mids (mlines);
}

/* Returns: the tagged m-line of the group that we offer; -1: there is none */
static gint
find_offered_tag (GstIceMlines * mlines, guint first_new)
{
  gint tag = -1;

  for (guint i = 0; i < gst_ice_mlines_get_size (mlines) && tag < 0; i++) {
    const GstIceMline *mline = gst_ice_mlines_get (mlines, i);

    if (!mline->rejected && (i < first_new ? mline->group >= 0 :
            first_new == 0 && mline->rtcp_mux))
      tag = i < first_new ? mline->group : (gint) i;
  }
  return tag;
}

/* Makes payload types unique within the group, so that a payload type tells
 * a packet's m-line. */
static void
make_types_distinct (GstIceMlines * mlines, gint tag, guint first_new)
{
  GstIcePayloadTypes used = { FALSE, };

  for (guint i = 0; i < gst_ice_mlines_get_size (mlines); i++) {
    GstIceMline *mline = gst_ice_mlines_get (mlines, i);

    if (mline->group != tag || mline->formats == NULL)
      continue;
    if (i < first_new) {
      gst_ice_formats_note_types (mline->formats, used);
      continue;
    }
    mline->formats = gst_caps_make_writable (mline->formats);
    gst_ice_formats_make_distinct (mline->formats, used);
  }
}

/* Finds the id of the MID extension for group @tag: one that no m-line of the
 * group uses for anything else.
 * Returns: 0: there is none */
static guint
choose_mid_extension (GstIceMlines * mlines, gint tag)
{
  guint used = 1, id = 0, n_members = 0;

  for (guint i = 0; i < gst_ice_mlines_get_size (mlines); i++) {
    const GstIceMline *mline = gst_ice_mlines_get (mlines, i);

    if (mline->group != tag || mline->rejected || mline->formats == NULL)
      continue;
    n_members++;
    gst_ice_formats_note_extensions (mline->formats, &used);
    if (id == 0)
      id = gst_ice_formats_find_extension (mline->formats,
          GST_ICE_FORMATS_MID_URI);
  }
  if (n_members < 2 || id != 0)
    return n_members < 2 ? 0 : id;
  while (id < 15 && (used & 1u << id))
    id++;
  return id < 15 ? id : 0;
}

/* RFC 9143, 15: MID is offered when there is more than one m-line. */
static void
offer_mids (GstIceMlines * mlines, gint tag, guint first_new)
{
  const guint id = choose_mid_extension (mlines, tag);

  for (guint i = first_new; id != 0 && i < gst_ice_mlines_get_size (mlines);
      i++) {
    GstIceMline *mline = gst_ice_mlines_get (mlines, i);

    if (mline->group != tag || mline->formats == NULL ||
        gst_ice_formats_find_extension (mline->formats,
            GST_ICE_FORMATS_MID_URI) != 0)
      continue;
    mline->formats = gst_caps_make_writable (mline->formats);
    gst_ice_formats_add_extension (mline->formats, id, GST_ICE_FORMATS_MID_URI);
  }
}

void
gst_ice_bundle_offer (GstIceMlines * mlines, GstIceBundlePolicy policy,
    guint first_new)
{
  gint tag = policy == GST_ICE_BUNDLE_NONE ? -1 :
      find_offered_tag (mlines, first_new);

  for (guint i = first_new; i < gst_ice_mlines_get_size (mlines); i++) {
    GstIceMline *mline = gst_ice_mlines_get (mlines, i);

    if (tag < 0 || !mline->rtcp_mux)
      continue;
    mline->group = tag;
    if (policy == GST_ICE_BUNDLE_MAX_BUNDLE && tag != (gint) i)
      mline->carrier = gst_ice_mlines_get (mlines, (guint) tag)->carrier;
  }
  if (tag >= 0)
    make_types_distinct (mlines, tag, first_new);
  if (tag >= 0)
    offer_mids (mlines, tag, first_new);
}

/* RFC 9143, 7.3: an answer can't have a group that was not offered. Some
 * answers do. */
gboolean
gst_ice_bundle_check_answer (GstIceMlines * mlines,
    const GstIceDescription * answer, GError ** error)
{
  for (guint i = 0; i < gst_ice_mlines_get_size (mlines); i++) {
    const GstIceMediaDescription *media =
        gst_ice_description_get_media (answer, i);
    const GstIceMline *mline = gst_ice_mlines_get (mlines, i);

    if (mline->rejected || media->rejected || media->bundle < 0 ||
        mline->group >= 0 || has_own_transport (answer, i))
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

/* Finds the m-line whose transport m-line @index has when the answer puts it
 * in group @tag: the tagged m-line of the offered group, as the peer sends
 * to its address; or, if the peer refuses that one, the m-line that the peer
 * chooses. */
static guint
choose_carrier (GstIceMlines * mlines, const GstIceDescription * answer,
    guint index, gint tag)
{
  const gint offered = gst_ice_mlines_get (mlines, index)->group;
  const gint chosen = gst_ice_description_get_media (answer,
      (guint) offered)->bundle == tag ? offered : tag;

  return gst_ice_mlines_get (mlines, (guint) chosen)->carrier;
}

void
gst_ice_bundle_match_answer (GstIceMlines * mlines,
    const GstIceDescription * answer)
{
  for (guint i = 0; i < gst_ice_mlines_get_size (mlines); i++) {
    GstIceMline *mline = gst_ice_mlines_get (mlines, i);
    const gint tag = gst_ice_description_get_media (answer, i)->bundle;

    if (mline->settled || mline->rejected || mline->group < 0)
      continue;
    if (tag == (gint) i || (tag >= 0 && !has_own_transport (answer, i))) {
      mline->carrier = choose_carrier (mlines, answer, i, tag);
    } else {
      mline->group = -1;
      /* RFC 9143, 6: a bundle-only m-line outside of a group is rejected. */
      mline->rejected = mline->carrier != i;
    }
  }
  name_groups (mlines);
}

gboolean
gst_ice_bundle_is_separate (GstIceMlines * mlines, guint index)
{
  const GstIceMline *mline = gst_ice_mlines_get (mlines, index);

  return !mline->rejected && mline->carrier == index && mline->group >= 0 &&
      mline->group != (gint) index;
}

gboolean
gst_ice_bundle_carries (GstIceMlines * mlines, guint index)
{
  for (guint i = 0; i < gst_ice_mlines_get_size (mlines); i++) {
    const GstIceMline *mline = gst_ice_mlines_get (mlines, i);

    if (i != index && mline->carrier == index && !mline->rejected)
      return TRUE;
  }
  return FALSE;
}

gboolean
gst_ice_bundle_is_carried (GstIceMlines * mlines, guint index)
{
  return gst_ice_mlines_get (mlines, index)->carrier != index;
}
