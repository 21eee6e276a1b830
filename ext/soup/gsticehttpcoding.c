/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Unpacks the bodies of HTTP answers, within a limit: a small one could become a huge one. */

#include "config.h"

#include "gsticehttpcoding.h"

#include "gsticeerror.h"

#define CHUNK_BYTES 4096

/* Returns: (transfer full): what @body was packed from; %NULL with @error set */
static GBytes *
unpack (GBytes * body, GZlibCompressorFormat format, gsize max_bytes,
    GError ** error)
{
  g_autoptr (GInputStream) packed = g_memory_input_stream_new_from_bytes (body);
  g_autoptr (GConverter) converter =
      G_CONVERTER (g_zlib_decompressor_new (format));
  g_autoptr (GInputStream) stream =
      g_converter_input_stream_new (packed, converter);
  g_autoptr (GByteArray) out = g_byte_array_new ();
  guint8 chunk[CHUNK_BYTES];
  gssize n;

  while ((n = g_input_stream_read (stream, chunk, sizeof chunk, NULL, error)) >
      0) {
    g_byte_array_append (out, chunk, (guint) n);
    if (out->len > max_bytes) {
      g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_DESCRIPTION,
          "The answer is longer than %" G_GSIZE_FORMAT " bytes", max_bytes);
      return NULL;
    }
  }
  return n < 0 ? NULL : g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

/* "deflate" is zlib's format, but some leave its header out (RFC 9110, 8.4.1.2). */
static GBytes *
unpack_deflate (GBytes * body, gsize max_bytes, GError ** error)
{
  GBytes *out = unpack (body, G_ZLIB_COMPRESSOR_FORMAT_ZLIB, max_bytes, NULL);

  return out != NULL ? out : unpack (body, G_ZLIB_COMPRESSOR_FORMAT_RAW,
      max_bytes, error);
}

gboolean
gst_ice_http_coding_undo (SoupMessageHeaders * headers, GBytes ** body,
    gsize max_bytes, GError ** error)
{
  const gchar *coding = soup_message_headers_get_list (headers,
      "Content-Encoding");
  g_autoptr (GError) reason = NULL;
  GBytes *out = NULL;

  if (coding == NULL || g_ascii_strcasecmp (coding, "identity") == 0 ||
      g_bytes_get_size (*body) == 0)
    return TRUE;

  if (g_ascii_strcasecmp (coding, "gzip") == 0 ||
      g_ascii_strcasecmp (coding, "x-gzip") == 0)
    out = unpack (*body, G_ZLIB_COMPRESSOR_FORMAT_GZIP, max_bytes, &reason);
  else if (g_ascii_strcasecmp (coding, "deflate") == 0)
    out = unpack_deflate (*body, max_bytes, &reason);
  if (out == NULL) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_DESCRIPTION,
        "The answer has Content-Encoding %.40s, which was not asked for, and can't "
        "be undone%s%s", coding, reason != NULL ? ": " : "", reason != NULL ?
        reason->message : "");
    return FALSE;
  }

  g_bytes_unref (*body);
  *body = out;
  return TRUE;
}
