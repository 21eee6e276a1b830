/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticestreamcaps.h"
#include "icetest.h"

#define VIDEO_FORMATS \
    "application/x-rtp,media=video,encoding-name=VP8,clock-rate=90000,payload=96;" \
    "application/x-rtp,media=video,encoding-name=RTX,clock-rate=90000,payload=97;" \
    "application/x-rtp,media=video,encoding-name=H264,clock-rate=90000,payload=98"
#define AUDIO_FORMATS \
    "application/x-rtp,media=audio,encoding-name=PCMU,clock-rate=8000,payload=0;" \
    "application/x-rtp,media=audio,encoding-name=CN,clock-rate=8000,payload=13;" \
    "application/x-rtp,media=audio,encoding-name=TELEPHONE-EVENT,clock-rate=8000,payload=101"

/* What is no RTP packet. */
#define JUNK 200

/* @before: the payload type of the caps so far; @types: of the packets, up to 0xff
 * @parts: "TYPE:n", and so on: the lists that come of it, with the payload type of the caps that
 *     are new, or - */
static const struct
{
  const gchar *formats;
  gint before;
  guint8 types[8];
  const gchar *parts;
} rows[] = {
  {VIDEO_FORMATS, 96, {96, 96, 0xff}, "-:2"},
  {VIDEO_FORMATS, 96, {98, 98, 0xff}, "98:2"},
  {VIDEO_FORMATS, 96, {96, 98, 98, 0xff}, "-:1 98:2"},
  {VIDEO_FORMATS, 96, {96, 98, 96, 96, 0xff}, "-:1 98:1 96:2"},
  {VIDEO_FORMATS, 98, {98, 96, 0xff}, "-:1 96:1"},
  /* What repairs a stream, what was not agreed, and what is no RTP, changes nothing. */
  {VIDEO_FORMATS, 96, {96, 97, 96, 99, 0xff}, "-:4"},
  {VIDEO_FORMATS, 96, {97, 98, 97, 0xff}, "98:3"},
  {VIDEO_FORMATS, 98, {JUNK, 98, JUNK, 0xff}, "-:3"},
  {VIDEO_FORMATS, 98, {97, 0xff}, "-:1"},
  /* As events and comfort noise. */
  {AUDIO_FORMATS, 0, {0, 101, 13, 0, 0xff}, "-:4"},
  /* RTCP has caps without a payload type. */
  {VIDEO_FORMATS, -1, {96, 98, 0xff}, "-:2"},
};

/* Returns: (transfer full) */
static GstBufferList *
make_list (const guint8 * types)
{
  GstBufferList *list = gst_buffer_list_new ();

  for (guint i = 0; types[i] != 0xff; i++) {
    const guint8 packet[12] = { types[i] == JUNK ? 0x16 : 0x80, types[i] };

    gst_buffer_list_add (list, gst_buffer_new_memdup (packet, sizeof (packet)));
  }
  return list;
}

static gint
get_type (GstCaps * caps)
{
  gint type;

  return gst_structure_get_int (gst_caps_get_structure (caps, 0), "payload",
      &type) ? type : -1;
}

GST_START_TEST (test_caps_follow_the_packets)
{
  g_autoptr (GstCaps) formats = gst_caps_from_string (rows[__i__].formats);
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("application/x-rtp");
  g_autoptr (GString) parts = g_string_new (NULL);
  GstBufferList *list = make_list (rows[__i__].types);
  GstIceStreamCaps self = { NULL };

  if (rows[__i__].before >= 0)
    gst_caps_set_simple (caps, "payload", G_TYPE_INT, rows[__i__].before, NULL);
  gst_ice_stream_caps_set_formats (&self, formats);
  while (list != NULL) {
    GstBufferList *rest;
    const gboolean changed =
        gst_ice_stream_caps_follow (&self, &caps, &list, &rest);

    if (changed)
      g_string_append_printf (parts, "%d", get_type (caps));
    g_string_append_printf (parts, "%s:%u%s", changed ? "" : "-",
        gst_buffer_list_length (list), rest != NULL ? " " : "");
    gst_buffer_list_unref (list);
    list = rest;
  }
  fail_unless_equals_string (parts->str, rows[__i__].parts);
  gst_ice_stream_caps_clear (&self);
}

GST_END_TEST;

static Suite *
streamcaps_suite (void)
{
  Suite *suite = suite_create ("streamcaps");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_caps_follow_the_packets, 0,
      G_N_ELEMENTS (rows));
  return suite;
}

GST_CHECK_MAIN (streamcaps);
