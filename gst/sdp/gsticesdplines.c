/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Removes from a peer's text what is not SDP or is not read here, before it
 * is parsed. */

#include "config.h"

#include "gsticesdplines.h"

#include "gsticedescription.h"
#include "gsticeerror.h"
#include "gsticesdpgroups.h"

#include <string.h>

/* All attributes that are read. An attribute that GStreamer's parser never
 * sees can't become a caps field, and so not a quark that stays for ever. */
static const gchar *const attributes[] = {
  "bundle-only", "candidate", "crypto", "end-of-candidates", "extmap",
  "fingerprint", "fmtp", "framerate", "framesize", "group", "ice-lite",
  "ice-mismatch", "ice-pwd", "ice-ufrag", "inactive", "mid", "recvonly",
  "remote-candidates", "rtcp-fb", "rtcp-mux", "rtcp-mux-only", "rtpmap",
  "sendonly", "sendrecv", "setup", "ssrc", "x-candidate-ipv6", "x-dimensions",
  GST_ICE_SDP_TRANSPORTS,
};

static gboolean
is_candidate (const gchar * attribute)
{
  return g_ascii_strncasecmp (attribute, "candidate:", 10) == 0
      || g_ascii_strncasecmp (attribute, "x-candidate-ipv6:", 17) == 0;
}

static gboolean
is_known_attribute (const gchar * attribute)
{
  gsize length = strcspn (attribute, ":");
  guint i;

  for (i = 0; i < G_N_ELEMENTS (attributes); i++) {
    if (strlen (attributes[i]) == length
        && strncmp (attributes[i], attribute, length) == 0)
      return TRUE;
  }

  return FALSE;
}

/* Appends @line if it is known.
 * Returns: FALSE when it is not text */
static gboolean
append_line (GString * cleaned, const gchar * line)
{
  const gchar *attribute = g_str_has_prefix (line, "a=") ? line + 2 : line;

  if (is_candidate (attribute)) {
    /* UTF-8 is not checked here: the parser of candidates accepts ASCII
     * only. */
    g_string_append_printf (cleaned, "a=%s\n", attribute);
    return TRUE;
  }

  if (g_str_has_prefix (line, "v=") || g_str_has_prefix (line, "o=")) {
    g_string_append_printf (cleaned, "%s\n", line);
    return TRUE;
  }

  /* Of an a=ssrc only the number is read. */
  if (g_str_has_prefix (line, "a=ssrc:")) {
    g_string_append_printf (cleaned, "%.*s\n", (gint) strcspn (line, " "),
        line);
    return TRUE;
  }

  if (!g_str_has_prefix (line, "m=")
      && (attribute == line || !is_known_attribute (attribute)))
    return TRUE;

  g_string_append_printf (cleaned, "%s\n", line);

  return g_utf8_validate (line, -1, NULL);
}

static GString *
clean_lines (gchar ** lines, GError ** error)
{
  GString *cleaned = g_string_new (NULL);
  guint i, n_mlines = 0;

  for (i = 0; lines[i] != NULL; i++) {
    gchar *line = g_strchug (lines[i]);

    /* GStreamer's parser ends a line at CR too. Cut there before blanks are
     * removed. */
    line[strcspn (line, "\r")] = '\0';
    g_strchomp (line);

    if (g_str_has_prefix (line, "m=") && ++n_mlines > GST_ICE_MAX_MLINES) {
      g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_DESCRIPTION,
          "The description has more than %d m-lines.", GST_ICE_MAX_MLINES);
      goto bad;
    }

    if (!append_line (cleaned, line)) {
      g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_DESCRIPTION,
          "Line %u of the description is not UTF-8.", i + 1);
      goto bad;
    }
  }

  return cleaned;

bad:
  g_string_free (cleaned, TRUE);

  return NULL;
}

GString *
gst_ice_sdp_clean (const gchar * text, gssize length, gsize max_bytes,
    GError ** error)
{
  g_auto (GStrv) lines = NULL;
  g_autofree gchar *copy = NULL;
  gsize size_bytes;

  g_return_val_if_fail (text != NULL, NULL);

  size_bytes = length < 0 ? strlen (text) : (gsize) length;
  if (size_bytes > max_bytes) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_DESCRIPTION,
        "The description has %" G_GSIZE_FORMAT " bytes, %" G_GSIZE_FORMAT
        " are the most.", size_bytes, max_bytes);
    return NULL;
  }

  if (memchr (text, '\0', size_bytes) != NULL) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_DESCRIPTION,
        "The description has a NUL byte in it, so it is not SDP.");
    return NULL;
  }

  copy = g_strndup (text, size_bytes);
  lines = g_strsplit (copy, "\n", -1);

  return clean_lines (lines, error);
}
