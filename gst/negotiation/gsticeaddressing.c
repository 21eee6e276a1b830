/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Finds the m-line and the transport that a part of the peer's description is of. */

#include "config.h"

#include "gsticeaddressing.h"

#include "gsticebundle.h"

guint
gst_ice_addressing_get_carrier (GstIceMlines * mlines, guint index)
{
  return index < gst_ice_mlines_get_size (mlines) ?
      gst_ice_mlines_get (mlines, index)->carrier : index;
}

const GstIceMediaDescription *
gst_ice_addressing_find_transport (GstIceMlines * mlines,
    const GstIceDescription * description, guint index)
{
  const GstIceMediaDescription *own =
      gst_ice_description_get_media (description, index);
  const guint n = MIN (description->media->len,
      gst_ice_mlines_get_size (mlines));

  for (guint i = 0; own->ufrag == NULL && i < n; i++) {
    const GstIceMediaDescription *media =
        gst_ice_description_get_media (description, i);

    if (gst_ice_mlines_get (mlines, i)->carrier == index
        && media->ufrag != NULL)
      return media;
  }
  return own;
}

gint
gst_ice_addressing_find (GstIceMlines * mlines, GstIceChecks * checks,
    const GstIceMediaDescription * media, guint place)
{
  gint index = gst_ice_mlines_find (mlines, media->mid, place);

  if (index >= 0)
    return (gint) gst_ice_addressing_get_carrier (mlines, (guint) index);
  for (guint i = 0;
      media->ufrag != NULL && i < gst_ice_mlines_get_size (mlines); i++) {
    const gchar *ufrag, *pwd;

    gst_ice_stream_get_remote_credentials (gst_ice_checks_get_stream (checks,
            i), &ufrag, &pwd);
    if (!gst_ice_bundle_is_carried (mlines, i)
        && g_strcmp0 (ufrag, media->ufrag) == 0)
      return (gint) i;
  }
  return -1;
}

void
gst_ice_addressing_take_candidates (GstIceMlines * mlines,
    GstIceChecks * checks, guint index, const GstIceMediaDescription * media)
{
  const guint carrier = gst_ice_mlines_get (mlines, index)->carrier;
  GstIceStream *stream = gst_ice_checks_get_stream (checks, carrier);

  if (carrier == index)
    return;
  gst_ice_stream_add_remote_of (stream, gst_ice_checks_get_stream (checks,
          index));
  if (gst_ice_stream_is_addressed (stream, media))
    gst_ice_stream_add_remote_media (stream, media);
  gst_ice_checks_pass_on (checks, carrier);
}
