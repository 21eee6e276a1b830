/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* RTP that comes in on a transport of several m-lines: its header extensions and MID. */

#include "config.h"

#include "fuzz.h"

#include "gsticertpdemux.h"

#include <gst/gst.h>

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  gst_init (NULL, NULL);

  return 0;
}

static GstIceRtpDemux *
new_demux (void)
{
  static const gchar *const formats[] = {
    "application/x-rtp, media=audio, encoding-name=OPUS, clock-rate=48000, "
        "payload=111, extmap-4=(string)\"urn:ietf:params:rtp-hdrext:sdes:mid\"",
    "application/x-rtp, media=video, encoding-name=VP8, clock-rate=90000, "
        "payload=96, extmap-4=(string)\"urn:ietf:params:rtp-hdrext:sdes:mid\""
  };
  GstIceRtpDemux *demux = gst_ice_rtp_demux_new ();

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_autoptr (GstCaps) caps = gst_caps_from_string (formats[i]);

    gst_ice_rtp_demux_add (demux, i == 0 ? "0" : "video", caps, NULL);
  }
  return demux;
}

/* A packet is of one of two m-lines, or of none, and the same one a second time. */
int
LLVMFuzzerTestOneInput (const uint8_t * data, size_t size)
{
  g_autoptr (GstIceRtpDemux) demux = new_demux ();
  g_autofree guint8 *copy = g_memdup2 (data, size);
  gint first;

  if (copy == NULL)
    return 0;

  first = gst_ice_rtp_demux_sort (demux, copy, size);
  g_assert_cmpint (first, >=, -1);
  g_assert_cmpint (first, <, 2);
  g_assert_cmpint (gst_ice_rtp_demux_sort (demux, copy, size), ==, first);
  return 0;
}
