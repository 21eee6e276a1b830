/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Which formats of an answer are which of the offer, under other numbers. */

#include "config.h"

#include "gsticeformatnumbers.h"
#include "gsticepayloadmap.h"

#include <gst/check/gstcheck.h>

#include <string.h>

#define RTP "application/x-rtp, "
#define VIDEO(name, pt) RTP "media=video, clock-rate=90000, " \
    "encoding-name=" name ", payload=" pt
#define AUDIO(name, rate, pt) RTP "media=audio, clock-rate=" rate ", " \
    "encoding-name=" name ", payload=" pt
#define RTX(pt, apt) VIDEO ("RTX", pt) ", apt=(string)" apt
#define H264(pt, mode, profile) VIDEO ("H264", pt) \
    ", packetization-mode=(string)" mode ", profile-level-id=(string)" profile
#define MID(id) ", extmap-" id "=(string)urn:ietf:params:rtp-hdrext:sdes:mid"
#define LEVEL(id) ", extmap-" id "=" \
    "(string)urn:ietf:params:rtp-hdrext:ssrc-audio-level"

/* Returns: (transfer full): "OPUS:96 RTX:97/96 +3": payload types, what they repair, and
 *     header extensions */
static gchar *
to_string (GstCaps * caps)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < gst_caps_get_size (caps); i++) {
    GstStructure *format = gst_caps_get_structure (caps, i);
    const gchar *apt = gst_structure_get_string (format, "apt");
    gint pt = -1;

    gst_structure_get_int (format, "payload", &pt);
    g_string_append_printf (text, "%s%s:%d%s%s", i > 0 ? " " : "",
        gst_structure_get_string (format, "encoding-name"), pt,
        apt != NULL ? "/" : "", apt != NULL ? apt : "");
    for (guint id = 1; id < 256; id++) {
      g_autofree gchar *field = g_strdup_printf ("extmap-%u", id);

      if (gst_structure_has_field (format, field))
        g_string_append_printf (text, "+%u", id);
    }
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static const struct
{
  const gchar *offered, *answered, *received, *sent;
} rows[] = {
  /* Issue 14, 7 */
  {VIDEO ("VP8", "96"), VIDEO ("VP8", "110"), "VP8:96", "VP8:110"},
  {VIDEO ("VP8", "96"), VIDEO ("VP8", "96"), "VP8:96", "VP8:96"},
  /* Swapped; the answer's order counts. */
  {VIDEO ("VP8", "96") ";" VIDEO ("VP9", "97"),
        VIDEO ("VP9", "96") ";" VIDEO ("VP8", "97"),
      "VP9:97 VP8:96", "VP9:96 VP8:97"},
  /* Telephone events beside a codec, of which each clock rate has its own. */
  {AUDIO ("PCMA", "8000", "8") ";" AUDIO ("TELEPHONE-EVENT", "8000", "101"),
        AUDIO ("PCMA", "8000", "8") ";" AUDIO ("TELEPHONE-EVENT", "8000", "96"),
      "PCMA:8 TELEPHONE-EVENT:101", "PCMA:8 TELEPHONE-EVENT:96"},
  {AUDIO ("OPUS", "48000", "96") ";" AUDIO ("TELEPHONE-EVENT", "48000", "97")
        ";" AUDIO ("TELEPHONE-EVENT", "8000", "98"),
        AUDIO ("OPUS", "48000", "111") ";"
        AUDIO ("TELEPHONE-EVENT", "8000", "126") ";"
        AUDIO ("TELEPHONE-EVENT", "48000", "110"),
        "OPUS:96 TELEPHONE-EVENT:98 TELEPHONE-EVENT:97",
      "OPUS:111 TELEPHONE-EVENT:126 TELEPHONE-EVENT:110"},
  /* Retransmission is that of the same codec (RFC 4588, 8.6). */
  {VIDEO ("VP8", "96") ";" RTX ("97", "96") ";" VIDEO ("VP9", "98") ";"
        RTX ("99", "98"),
        VIDEO ("VP9", "120") ";" RTX ("121", "120") ";" VIDEO ("VP8", "122") ";"
        RTX ("123", "122"),
        "VP9:98 RTX:99/98 VP8:96 RTX:97/96",
      "VP9:120 RTX:121/120 VP8:122 RTX:123/122"},
  {VIDEO ("VP8", "96") ";" RTX ("97", "96"),
        RTX ("121", "120") ";" VIDEO ("VP8", "120"),
      "RTX:97/96 VP8:96", "RTX:121/120 VP8:120"},
  /* Of what is not there. */
  {VIDEO ("VP8", "96") ";" RTX ("97", "96"),
      VIDEO ("VP8", "120") ";" RTX ("121", "98"), "VP8:96", "VP8:120"},
  {VIDEO ("VP8", "96"), VIDEO ("VP8", "96") ";" RTX ("97", "96"),
      "VP8:96", "VP8:96"},
  /* Two of one codec: by their parameters, and by their numbers where these say nothing. */
  {H264 ("96", "1", "42e01f") ";" H264 ("97", "0", "42e01f"),
        H264 ("97", "1", "42e01f") ";" H264 ("96", "0", "42e01f"),
      "H264:96 H264:97", "H264:97 H264:96"},
  {H264 ("96", "1", "42e01f") ";" H264 ("97", "1", "64001f"),
      H264 ("97", "1", "64001f"), "H264:97", "H264:97"},
  {H264 ("96", "1", "42e01f") ";" H264 ("97", "1", "64001f"),
      VIDEO ("H264", "97"), "H264:97", "H264:97"},
  {H264 ("96", "1", "42e01f") ";" H264 ("97", "1", "64001f"),
        H264 ("110", "1", "64001f") ";" H264 ("111", "1", "42e01f"),
      "H264:97 H264:96", "H264:110 H264:111"},
  /* The profile of the answerer's own stream. */
  {H264 ("96", "1", "42e01f"), H264 ("102", "1", "64001f"),
      "H264:96", "H264:102"},
  /* Once offered, twice answered. */
  {VIDEO ("VP8", "96"), VIDEO ("VP8", "96") ";" VIDEO ("VP8", "97"),
      "VP8:96", "VP8:96"},
  /* Not offered. */
  {VIDEO ("VP8", "96"), VIDEO ("VP9", "96"), "", ""},
  /* Header extensions (RFC 8285, 7). */
  {VIDEO ("VP8", "96") MID ("1") LEVEL ("2"),
        VIDEO ("VP8", "96") MID ("4") LEVEL ("1"),
      "VP8:96+1+2", "VP8:96+1+4"},
  {VIDEO ("VP8", "96") MID ("1"), VIDEO ("VP8", "110") MID ("1") LEVEL ("2"),
      "VP8:96+1", "VP8:110+1+2"},
  {VIDEO ("VP8", "96") MID ("1"), VIDEO ("VP8", "110"), "VP8:96", "VP8:110"},
  /* A number in caps as people write it. */
  {VIDEO ("VP8", "96") ";" VIDEO ("RTX", "97") ", apt=96",
        VIDEO ("VP8", "120") ";" RTX ("121", "120"),
      "VP8:96 RTX:97/96", "VP8:120 RTX:121/120"},
};

GST_START_TEST (test_each_direction_has_its_numbers)
{
  g_autoptr (GstCaps) offered = gst_caps_from_string (rows[__i__].offered);
  g_autoptr (GstCaps) answered = gst_caps_from_string (rows[__i__].answered);
  g_autoptr (GstCaps) sent = NULL;
  g_autoptr (GstCaps) received =
      gst_ice_format_numbers_match (answered, offered, &sent);
  g_autofree gchar *comes = to_string (received);
  g_autofree gchar *goes = to_string (sent);

  fail_unless_equals_string (comes, rows[__i__].received);
  fail_unless_equals_string (goes, rows[__i__].sent);
}

GST_END_TEST;

/* What comes in is as the answer says, but for its numbers. */
GST_START_TEST (test_parameters_are_those_of_the_answer)
{
  g_autoptr (GstCaps) offered = gst_caps_from_string (H264 ("96", "1",
          "42e01f"));
  g_autoptr (GstCaps) answered = gst_caps_from_string (H264 ("110", "1",
          "42e034") ", sprop-parameter-sets=(string)Z0I");
  g_autoptr (GstCaps) expected = gst_caps_from_string (H264 ("96", "1",
          "42e034") ", sprop-parameter-sets=(string)Z0I");
  g_autoptr (GstCaps) sent = NULL;
  g_autoptr (GstCaps) received =
      gst_ice_format_numbers_match (answered, offered, &sent);

  fail_unless (gst_caps_is_equal (received, expected));
  fail_unless (gst_caps_is_equal (sent, answered));
}

GST_END_TEST;

/* What an element writes, what the peer agreed to, a packet from its second byte on, and
 * what of it leaves; NULL: nothing. */
static const struct
{
  const gchar *written, *agreed;
  guint8 packet[16];
  gint leaves[16];
} packets[] = {
  {VIDEO ("VP8", "96"), VIDEO ("VP8", "110"), {96,[11] = 96}, {110,[11] = 96}},
  /* The marker bit stays. */
  {VIDEO ("VP8", "96"), VIDEO ("VP8", "110"), {224,[11] = 1}, {238,[11] = 1}},
  {VIDEO ("VP8", "96"), VIDEO ("VP8", "110"), {97}, {97}},
  /* Both change places. */
  {VIDEO ("VP8", "96") ";" RTX ("97", "96"),
      VIDEO ("VP8", "97") ";" RTX ("96", "97"), {96}, {97}},
  {VIDEO ("VP8", "96") ";" RTX ("97", "96"),
      VIDEO ("VP8", "97") ";" RTX ("96", "97"), {97}, {96}},
  {AUDIO ("PCMA", "8000", "8") ";" AUDIO ("TELEPHONE-EVENT", "8000", "101"),
        AUDIO ("PCMA", "8000", "8") ";" AUDIO ("TELEPHONE-EVENT", "8000", "96"),
      {101}, {96}},
  /* The peer takes none. */
  {AUDIO ("PCMA", "8000", "8") ";" AUDIO ("TELEPHONE-EVENT", "8000", "101"),
      AUDIO ("PCMA", "8000", "8"), {101}, {-1}},
  {AUDIO ("PCMA", "8000", "8") ";" AUDIO ("TELEPHONE-EVENT", "8000", "101"),
      AUDIO ("PCMA", "8000", "8"), {8}, {8}},
  /* Redundancy says of each block what it is (RFC 2198). */
  {VIDEO ("VP8", "96") ";" VIDEO ("RED", "97"),
        VIDEO ("VP8", "110") ";" VIDEO ("RED", "111"),
        {97,[11] = 0x80 | 96,[15] = 96},
      {111,[11] = 0x80 | 110,[15] = 110}},
  {VIDEO ("VP8", "96") ";" VIDEO ("RED", "97"),
        VIDEO ("VP8", "110") ";" VIDEO ("RED", "97"),
      {97,[11] = 96}, {97,[11] = 110}},
  /* Correction of packets with other numbers would recover what they are not. */
  {VIDEO ("VP8", "96") ";" VIDEO ("ULPFEC", "97"),
        VIDEO ("VP8", "110") ";" VIDEO ("ULPFEC", "97"),
      {97}, {-1}},
  {VIDEO ("VP8", "96") ";" VIDEO ("ULPFEC", "97"),
        VIDEO ("VP8", "96") ";" VIDEO ("ULPFEC", "97"),
      {97}, {97}},
  /* The present format stands first, and has a number of another that may come. */
  {VIDEO ("VP8", "96") ";" VIDEO ("H264", "96"),
      VIDEO ("VP8", "110"), {96}, {110}},
  {VIDEO ("VP8", "96") ";" VIDEO ("H264", "96"),
      VIDEO ("H264", "111") ";" VIDEO ("VP8", "110"), {96}, {110}},
};

static GstBuffer *
packet_of (const guint8 * bytes)
{
  guint8 packet[17] = { 0x80 };

  memcpy (packet + 1, bytes, 16);
  return gst_buffer_new_memdup (packet, sizeof (packet));
}

GST_START_TEST (test_packets_have_the_numbers_that_the_peer_knows)
{
  g_autoptr (GstCaps) written = gst_caps_from_string (packets[__i__].written);
  g_autoptr (GstCaps) agreed = gst_caps_from_string (packets[__i__].agreed);
  g_autoptr (GstIcePayloadMap) map = gst_ice_payload_map_new (written, agreed);
  GstBufferList *list = gst_buffer_list_new ();
  g_autoptr (GstBufferList) other = NULL;
  guint8 bytes[16], before[16];

  gst_buffer_list_add (list, packet_of (packets[__i__].packet));
  other = gst_buffer_list_ref (list);
  if (map != NULL)
    list = gst_ice_payload_map_apply (map, list);

  /* Whoever else has the list keeps what he has. */
  gst_buffer_extract (gst_buffer_list_get (other, 0), 1, before, 16);
  fail_unless (memcmp (before, packets[__i__].packet, 16) == 0);
  if (packets[__i__].leaves[0] < 0) {
    fail_unless_equals_int (gst_buffer_list_length (list), 0);
  } else {
    fail_unless_equals_int (gst_buffer_list_length (list), 1);
    gst_buffer_extract (gst_buffer_list_get (list, 0), 1, bytes, 16);
    for (guint i = 0; i < 16; i++)
      fail_unless_equals_int (bytes[i], packets[__i__].leaves[i]);
  }
  gst_buffer_list_unref (list);
}

GST_END_TEST;

GST_START_TEST (test_equal_numbers_cost_nothing)
{
  g_autoptr (GstCaps) written = gst_caps_from_string (VIDEO ("VP8", "96"));
  g_autoptr (GstCaps) agreed = gst_caps_from_string (VIDEO ("VP8", "96"));

  fail_unless (gst_ice_payload_map_new (written, agreed) == NULL);
}

GST_END_TEST;

/* Headers that promise more than there is. */
GST_START_TEST (test_short_packets_are_no_harm)
{
  static const guint8 bytes[] = { 0x9f, 97, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
  g_autoptr (GstCaps) written = gst_caps_from_string (VIDEO ("VP8", "96") ";"
      VIDEO ("RED", "97"));
  g_autoptr (GstCaps) agreed = gst_caps_from_string (VIDEO ("VP8", "110") ";"
      VIDEO ("RED", "111"));
  g_autoptr (GstIcePayloadMap) map = gst_ice_payload_map_new (written, agreed);

  for (gsize size = 0; size <= sizeof (bytes); size++) {
    GstBufferList *list = gst_buffer_list_new ();

    gst_buffer_list_add (list, size > 0 ? gst_buffer_new_memdup (bytes, size) :
        gst_buffer_new ());
    list = gst_ice_payload_map_apply (map, list);
    fail_unless_equals_int (gst_buffer_get_size (gst_buffer_list_get (list, 0)),
        size);
    gst_buffer_list_unref (list);
  }
}

GST_END_TEST;

static Suite *
formatnumbers_suite (void)
{
  Suite *suite = suite_create ("formatnumbers");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_each_direction_has_its_numbers, 0,
      G_N_ELEMENTS (rows));
  tcase_add_test (tcase, test_parameters_are_those_of_the_answer);
  tcase_add_loop_test (tcase, test_packets_have_the_numbers_that_the_peer_knows,
      0, G_N_ELEMENTS (packets));
  tcase_add_test (tcase, test_equal_numbers_cost_nothing);
  tcase_add_test (tcase, test_short_packets_are_no_harm);
  return suite;
}

GST_CHECK_MAIN (formatnumbers);
