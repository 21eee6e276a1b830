/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticewiring.h"

static GstIceChannel *
get_channel (const GstIceClaim * claim)
{
  return claim != NULL ? (GstIceChannel *) claim->owner : NULL;
}

static void
set_cipher (const GstIceMline * mline, const GstIceClaim * claim,
    GstIceCipher * cipher)
{
  if (get_channel (claim) != NULL)
    gst_ice_channel_set_cipher (get_channel (claim),
        mline->encryption != GST_ICE_ENCRYPTION_NONE, cipher);
}

static void
set_route (const GstIceClaim * claim, GstIceRoute * route)
{
  if (get_channel (claim) != NULL)
    gst_ice_channel_set_route (get_channel (claim), route);
}

static void
connect_receivers (const GstIceMline * mline, GstIceDemux * const *demuxes)
{
  GstIceChannel *rtp = get_channel (mline->receive[0]);
  GstIceChannel *rtcp = get_channel (mline->receive[1]);

  if (mline->rtcp_mux) {
    gst_ice_demux_set_channels (demuxes[0], TRUE, rtp, rtcp);
  } else {
    gst_ice_demux_set_channels (demuxes[0], FALSE, rtp, NULL);
    /* All that comes on component 2 is RTCP: no telling apart. */
    gst_ice_demux_set_channels (demuxes[1], FALSE, rtcp, NULL);
  }
}

/* With rtcp-mux both components have one path. Receivers ask it for statistics. */
static void
set_routes (const GstIceMline * mline, GstIceRoute * const *routes)
{
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++) {
    set_route (mline->send[c], routes[mline->rtcp_mux ? 0 : c]);
    set_route (mline->receive[c], routes[mline->rtcp_mux ? 0 : c]);
  }
}

void
gst_ice_wiring_connect (const GstIceMline * mline, GstIceDemux * const *demuxes,
    GstIceRoute * const *routes, GstIceCipher * cipher)
{
  /* Before there is a way in or out. What a channel still has of another call waits
   * for this one's cipher, which drops it. */
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++) {
    set_cipher (mline, mline->send[c], cipher);
    set_cipher (mline, mline->receive[c], cipher);
  }
  connect_receivers (mline, demuxes);
  set_routes (mline, routes);
}

void
gst_ice_wiring_connect_sharer (const GstIceMline * mline,
    GstIceDemux * const *demuxes, GstIceRoute * const *routes,
    GstIceCipher * cipher)
{
  set_cipher (mline, mline->send[0], cipher);
  set_cipher (mline, mline->send[1], cipher);
  set_cipher (mline, mline->receive[0], cipher);
  if (mline->receive[1] != NULL)
    gst_ice_channel_set_cipher (get_channel (mline->receive[1]), FALSE, NULL);
  connect_receivers (mline, demuxes);
  set_routes (mline, routes);
}

void
gst_ice_wiring_join_group (const GstIceMline * mline, GstIceBundleDemux * group)
{
  gst_ice_bundle_demux_add (group, mline->mid, mline->formats, mline->ssrcs,
      get_channel (mline->receive[0]), get_channel (mline->receive[1]));
}

void
gst_ice_wiring_disconnect (const GstIceMline * mline,
    GstIceDemux * const *demuxes)
{
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++) {
    gst_ice_demux_set_channels (demuxes[c], FALSE, NULL, NULL);
    set_route (mline->send[c], NULL);
    set_route (mline->receive[c], NULL);
  }
}

void
gst_ice_wiring_end (const GstIceMline * mline, GstIceChannelEnd how)
{
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++) {
    GstIceChannel *ends[] = { get_channel (mline->send[c]),
      get_channel (mline->receive[c])
    };

    for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
      if (ends[i] != NULL) {
        gst_ice_channel_set_route (ends[i], NULL);
        gst_ice_channel_end (ends[i], how);
      }
    }
  }
}
