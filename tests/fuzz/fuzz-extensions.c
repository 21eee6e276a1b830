/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* RTP of one peer that is sent on to another, whose header extensions have other ids. */

#include "config.h"

#include "fuzz.h"

#include "gsticeextensionmap.h"

#include <string.h>

static GstIceExtensionMap *map;

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  g_autoptr (GstCaps) written = NULL;
  g_autoptr (GstCaps) agreed = NULL;

  gst_init (NULL, NULL);
  written = gst_caps_from_string ("application/x-rtp, payload=96, "
      "extmap-1=(string)urn:a, extmap-2=(string)urn:b, extmap-14=(string)urn:c");
  agreed = gst_caps_from_string ("application/x-rtp, payload=96, "
      "extmap-2=(string)urn:a, extmap-1=(string)urn:b, extmap-20=(string)urn:d");
  map = gst_ice_extension_map_new (written, agreed);
  g_assert_nonnull (map);
  return 0;
}

/* A copy of its own: one byte too far is noticed. */
static void
append (GstBuffer * buffer, const uint8_t * data, size_t size)
{
  guint8 *copy = g_memdup2 (data, size);

  if (copy != NULL)
    gst_buffer_append_memory (buffer, gst_memory_new_wrapped (0, copy, size, 0,
            size, copy, g_free));
}

/* The packet stays as long, and all but the extensions stays as it is. */
int
LLVMFuzzerTestOneInput (const uint8_t * data, size_t size)
{
  GstBufferList *list = gst_buffer_list_new ();
  g_autoptr (GstBufferList) applied = NULL;
  GstBuffer *buffer = gst_buffer_new ();
  const gsize cut = size > 0 ? data[size - 1] % size : 0;
  GstMapInfo info;

  /* In two memories, cut anywhere. */
  append (buffer, data, cut);
  append (buffer, data + cut, size - cut);
  gst_buffer_list_add (list, buffer);
  applied = gst_ice_extension_map_apply (map, list);
  g_assert_cmpuint (gst_buffer_list_length (applied), ==, 1);
  g_assert_true (gst_buffer_map (gst_buffer_list_get (applied, 0), &info,
          GST_MAP_READ));
  g_assert_cmpuint (info.size, ==, size);
  if (size >= 12) {
    const gsize fixed = MIN (size, 12 + 4 * (gsize) (data[0] & 0x0f) + 4);
    const gsize words = size >= fixed && (data[0] & 0x10) != 0 ?
        4 * ((gsize) data[fixed - 2] << 8 | data[fixed - 1]) : 0;

    /* Up to the extensions, and after them. */
    g_assert_true (memcmp (info.data, data, fixed) == 0);
    if (words < size - fixed)
      g_assert_true (memcmp (info.data + fixed + words, data + fixed + words,
              size - fixed - words) == 0);
  }
  gst_buffer_unmap (gst_buffer_list_get (applied, 0), &info);
  return 0;
}
