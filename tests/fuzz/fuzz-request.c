/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The method at the start of an HTTP request, which libsoup would keep for ever. */

#include "config.h"

#include "fuzz.h"

#include "gsticehttpmethods.h"

#include <string.h>

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  return 0;
}

/* @step: how many bytes are there at once
 * Returns: (transfer full): what libsoup would read */
static GByteArray *
read_all (const uint8_t * data, size_t size, gsize step)
{
  g_autoptr (GInputStream) input = g_memory_input_stream_new ();
  g_autoptr (GOutputStream) output = g_memory_output_stream_new_resizable ();
  g_autoptr (GIOStream) both = g_simple_io_stream_new (input, output);
  g_autoptr (GIOStream) limited = NULL;
  GByteArray *all = g_byte_array_new ();
  guint8 buffer[64];
  gssize n;

  for (gsize at = 0; at < size; at += step)
    g_memory_input_stream_add_data (G_MEMORY_INPUT_STREAM (input), data + at,
        (gssize) MIN (step, size - at), NULL);
  limited = gst_ice_http_methods_limit (both);
  while ((n = g_input_stream_read (g_io_stream_get_input_stream (limited),
              buffer, MIN (step, sizeof buffer), NULL, NULL)) > 0)
    g_byte_array_append (all, buffer, (guint) n);
  g_assert_cmpint (n, ==, 0);
  return all;
}

/* Up to the first space there is a method that HTTP knows, and it is the same however the
 * bytes come. */
int
LLVMFuzzerTestOneInput (const uint8_t * data, size_t size)
{
  static const gchar *const known[] = {
    "GET ", "HEAD ", "POST ", "PUT ", "DELETE ", "CONNECT ", "OPTIONS ",
    "TRACE ", "PATCH ", GST_ICE_HTTP_UNKNOWN_METHOD " "
  };
  g_autoptr (GByteArray) whole = read_all (data, size, MAX (size, 1));
  g_autoptr (GByteArray) bytewise = read_all (data, size, 1);
  gboolean is_known = whole->len == 0;

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    is_known |= whole->len >= strlen (known[i]) &&
        memcmp (whole->data, known[i], strlen (known[i])) == 0;
  g_assert_true (is_known);
  g_assert_cmpmem (whole->data, whole->len, bytewise->data, bytewise->len);
  return 0;
}
