/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "gsticenicepeek.h"

#include <gst/check/gstcheck.h>
#include <string.h>

#define TAG 0x01020304u
#define COOKIE 0x21, 0x12, 0xa4, 0x42
#define TAGGED 1, 2, 3, 4
#define REST 0, 0, 0, 0, 0, 0, 0, 0

static const struct
{
  guint8 bytes[64];
  gsize size;
  gint found_at;                /* -1: none */
  gsize found_size;
} pieces[] = {
  {{1, 1, 0, 0, COOKIE, TAGGED, REST}, 20, 0, 20},
  {{1, 0x11, 0, 0, COOKIE, TAGGED, REST}, 20, 0, 20},
  {{1, 1, 0, 4, COOKIE, TAGGED, REST, 9, 9, 9, 9}, 24, 0, 24},
  /* RFC 4571's length, and media around it. */
  {{0, 20, 1, 1, 0, 0, COOKIE, TAGGED, REST, 0, 2, 0x80, 96}, 26, 2, 20},
  {{0x80, 96, 0x21, 0x12, 1, 1, 0, 0, COOKIE, TAGGED, REST}, 24, 4, 20},
  /* What only looks like it, then one that is. */
  {{COOKIE, TAGGED, 1, 1, 0, 0, COOKIE, TAGGED, REST}, 28, 8, 20},
  {{1, 1, 0, 40, COOKIE, TAGGED, 1, 1, 0, 0, COOKIE, TAGGED, REST}, 32, 12, 20},
  /* Cut off; of another; a request; an indication; without the cookie. */
  {{1, 1, 0, 4, COOKIE, TAGGED, REST, 9, 9, 9}, 23, -1, 0},
  {{1, 1, 0, 0, COOKIE, TAGGED, REST}, 19, -1, 0},
  {{1, 1, 0, 0, COOKIE, TAGGED}, 12, -1, 0},
  {{1, 1, 0, 0, COOKIE, 1, 2, 3, 5, REST}, 20, -1, 0},
  {{0, 1, 0, 0, COOKIE, TAGGED, REST}, 20, -1, 0},
  {{0, 0x11, 0, 0, COOKIE, TAGGED, REST}, 20, -1, 0},
  {{1, 1, 0, 0, 0, 0, 0, 0, TAGGED, REST}, 20, -1, 0},
  {{1, 1, 0xff, 0xff, COOKIE, TAGGED, REST}, 20, -1, 0},
  {{0}, 0, -1, 0},
};

GST_START_TEST (test_response_is_found)
{
  gsize size = pieces[__i__].size;
  /* Of that size, so that a sanitizer sees what is read behind it. */
  g_autofree guint8 *data = g_memdup2 (pieces[__i__].bytes, MAX (size, 1));
  const guint8 *found = gst_ice_nice_peek_find (data, &size, TAG);

  if (pieces[__i__].found_at < 0) {
    fail_unless (found == NULL);
    return;
  }
  fail_unless_equals_int (found - data, pieces[__i__].found_at);
  fail_unless_equals_int (size, pieces[__i__].found_size);
}

GST_END_TEST;

/* Bytes that are mostly those of a response, in any order, are survived. */
GST_START_TEST (test_noise_is_survived)
{
  static const guint8 letters[] = { 0, 1, 0x11, COOKIE, TAGGED };
  GRand *dice = g_rand_new_with_seed (4);

  for (guint i = 0; i < 20000; i++) {
    gsize length = (gsize) g_rand_int_range (dice, 0, 200), size = length;
    g_autofree guint8 *data = g_malloc (MAX (length, 1));
    const guint8 *found;

    for (gsize j = 0; j < length; j++)
      data[j] = letters[g_rand_int_range (dice, 0, sizeof (letters))];
    if (length > 40)
      memcpy (data + 14, pieces[0].bytes + 4, 8);
    found = gst_ice_nice_peek_find (data, &size, TAG);
    fail_unless (found == NULL || (found >= data &&
            found + size <= data + length));
  }
  g_rand_free (dice);
}

GST_END_TEST;

static Suite *
nicepeek_suite (void)
{
  Suite *s = suite_create ("nicepeek");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_response_is_found, 0, G_N_ELEMENTS (pieces));
  tcase_add_test (tc, test_noise_is_survived);
  return s;
}

GST_CHECK_MAIN (nicepeek);
