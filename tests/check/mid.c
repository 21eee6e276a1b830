/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The MID header extension (RFC 9143, 15; RFC 8285) in what is sent. */

#include "config.h"

#include "gsticemid.h"

#include <gst/check/gstcheck.h>

#include <stdlib.h>
#include <string.h>

#define FORMATS(id) "application/x-rtp, payload=96, extmap-" id \
    "=(string)\"urn:ietf:params:rtp-hdrext:sdes:mid\""

static const struct
{
  const gchar *formats, *mid;
  const gchar *packet, *expected;
} rows[] = {
  /* No extension; contributors; a payload. */
  {FORMATS ("4"), "1", "80 60 0001 00000000 00000002 aabb",
      "90 60 0001 00000000 00000002 bede 0001 4031 0000 aabb"},
  {FORMATS ("4"), "1", "81 60 0001 00000000 00000002 00000009 aa",
      "91 60 0001 00000000 00000002 00000009 bede 0001 4031 0000 aa"},
  {FORMATS ("4"), "audio", "80 60 0001 00000000 00000002",
      "90 60 0001 00000000 00000002 bede 0002 44 617564696f 0000"},
  /* Others are there: they stay, and so do their numbers. */
  {FORMATS ("4"), "1", "90 60 0001 00000000 00000002 bede 0001 51abcd00 aa",
      "90 60 0001 00000000 00000002 bede 0002 51abcd00 4031 0000 aa"},
  {FORMATS ("4"), "1", "90 60 0001 00000000 00000002 1000 0001 0501ab00 aa",
      "90 60 0001 00000000 00000002 1000 0002 0501ab00 040131 00 aa"},
  /* It is there already, was written by upstream; or nothing goes behind 15. */
  {FORMATS ("4"), "1", "90 60 0001 00000000 00000002 bede 0001 40390000 aa",
      NULL},
  {FORMATS ("4"), "1", "90 60 0001 00000000 00000002 bede 0001 f0000000 aa",
      NULL},
  /* Of another profile, or cut off. */
  {FORMATS ("4"), "1", "90 60 0001 00000000 00000002 abcd 0001 00000000", NULL},
  {FORMATS ("4"), "1", "90 60 0001 00000000 00000002 bede 0009 51abcd00", NULL},
  {FORMATS ("4"), "1", "90 60 0001 00000000 00000002 bede 0001 57abcd00", NULL},
  {FORMATS ("4"), "1", "90 60 0001 00000000 00000002 bede", NULL},
  {FORMATS ("4"), "1", "80 60 0001", NULL},
  {FORMATS ("4"), "1", "", NULL},
  /* RTCP. */
  {FORMATS ("4"), "1", "80 c8 0006 00000000 00000002", NULL},
  /* Too great a number, or too long a name, for the short form. */
  {FORMATS ("15"), "1", "80 60 0001 00000000 00000002",
      "90 60 0001 00000000 00000002 1000 0001 0f0131 00"},
  {FORMATS ("4"), "0123456789abcdefg", "80 60 0001 00000000 00000002",
      "90 60 0001 00000000 00000002 1000 0005 0411 "
        "3031323334353637383961626364656667 00"},
  {FORMATS ("15"), "1", "90 60 0001 00000000 00000002 bede 0001 51abcd00",
      NULL},
  /* Nobody agreed on it. */
  {"application/x-rtp, payload=96", "1", "80 60 0001 00000000 00000002", NULL},
  {NULL, "1", "80 60 0001 00000000 00000002", NULL},
  {FORMATS ("4"), NULL, "80 60 0001 00000000 00000002", NULL},
};

/* Returns: (transfer full): the bytes of @hex */
static GstBuffer *
buffer_of (const gchar * hex)
{
  GByteArray *bytes = g_byte_array_new ();
  gsize size;

  for (; *hex != '\0'; hex++) {
    gchar digits[3] = { hex[0], hex[0] != ' ' ? hex[1] : '\0', '\0' };
    guint8 byte = (guint8) strtoul (digits, NULL, 16);

    if (*hex == ' ')
      continue;
    g_byte_array_append (bytes, &byte, 1);
    hex++;
  }
  size = bytes->len;
  if (size == 0) {
    g_byte_array_unref (bytes);
    return gst_buffer_new ();
  }
  return gst_buffer_new_wrapped (g_byte_array_free (bytes, FALSE), size);
}

static void
assert_equal (GstBuffer * buffer, GstBuffer * expected)
{
  GstMapInfo got, wanted;

  fail_unless (gst_buffer_map (buffer, &got, GST_MAP_READ));
  fail_unless (gst_buffer_map (expected, &wanted, GST_MAP_READ));
  fail_unless_equals_int (got.size, wanted.size);
  fail_unless (got.size == 0 || memcmp (got.data, wanted.data, got.size) == 0);
  gst_buffer_unmap (buffer, &got);
  gst_buffer_unmap (expected, &wanted);
}

static void
init_mid (GstIceMid * mid, guint row)
{
  g_autoptr (GstCaps) formats = rows[row].formats != NULL ?
      gst_caps_from_string (rows[row].formats) : NULL;

  gst_ice_mid_init (mid, rows[row].mid, formats);
}

GST_START_TEST (test_mid_is_written)
{
  g_autoptr (GstBuffer) expected = buffer_of (rows[__i__].expected != NULL ?
      rows[__i__].expected : rows[__i__].packet);
  GstBuffer *packet = buffer_of (rows[__i__].packet);
  GstIceMid mid;

  init_mid (&mid, (guint) __i__);
  GST_BUFFER_PTS (packet) = 42;
  packet = gst_ice_mid_write (&mid, packet);
  assert_equal (packet, expected);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (packet), 42);
  gst_buffer_unref (packet);
}

GST_END_TEST;

/* Whoever else has the list keeps what he has. */
GST_START_TEST (test_lists_are_written_and_not_changed)
{
  GstBufferList *list = gst_buffer_list_new ();
  g_autoptr (GstBufferList) other = NULL;
  g_autoptr (GstBuffer) plain = buffer_of (rows[0].packet);
  g_autoptr (GstBuffer) expected = buffer_of (rows[0].expected);
  GstIceMid mid;

  init_mid (&mid, 0);
  for (guint i = 0; i < 3; i++)
    gst_buffer_list_add (list, buffer_of (rows[0].packet));
  other = gst_buffer_list_ref (list);
  list = gst_ice_mid_write_list (&mid, list);
  for (guint i = 0; i < 3; i++) {
    assert_equal (gst_buffer_list_get (list, i), expected);
    assert_equal (gst_buffer_list_get (other, i), plain);
  }
  gst_buffer_list_unref (list);
}

GST_END_TEST;

static Suite *
mid_suite (void)
{
  Suite *suite = suite_create ("mid");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_mid_is_written, 0, G_N_ELEMENTS (rows));
  tcase_add_test (tcase, test_lists_are_written_and_not_changed);
  return suite;
}

GST_CHECK_MAIN (mid);
