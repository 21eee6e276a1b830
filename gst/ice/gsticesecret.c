/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Reads secrets of the settings. A secret may be in a file, as every user of
 * a machine can read command lines. */

#include "config.h"

#include "gsticesecret.h"

#include "gsticeerror.h"

#include <errno.h>
#include <stdio.h>

/* Returns: (transfer full): the first line of the file, or %NULL with @error
 *     set */
static gchar *
read_line (const gchar * setting, const gchar * path, GError ** error)
{
  gchar text[GST_ICE_SECRET_MAX_BYTES + 1];
  FILE *file = fopen (path, "re");
  gsize size = file != NULL ? fread (text, 1, sizeof text, file) : 0;
  const gboolean failed = file == NULL || ferror (file);
  const gint reason = errno;

  if (file != NULL)
    fclose (file);
  if (failed) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        "%s=%s can't be read: %s", setting, path, g_strerror (reason));
    return NULL;
  }
  if (size > GST_ICE_SECRET_MAX_BYTES) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        "%s=%s is longer than %d bytes: no secret is", setting, path,
        GST_ICE_SECRET_MAX_BYTES);
    return NULL;
  }
  text[size] = '\0';
  text[strcspn (text, "\r\n")] = '\0';
  return g_strdup (g_strstrip (text));
}

gboolean
gst_ice_secret_read (const GstIceConfig * config, const gchar * name,
    gchar ** secret, GError ** error)
{
  g_autofree gchar *file_name = g_strconcat (name, "-file", NULL);
  const gchar *value = gst_ice_config_get_string (config, name);
  const gchar *path = gst_ice_config_get_string (config, file_name);
  g_autofree gchar *read = NULL;

  *secret = NULL;
  if (value != NULL && path != NULL) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        "%s and %s are both set: set one of them", name, file_name);
    return FALSE;
  }
  if (value == NULL && path == NULL)
    return TRUE;

  read = path != NULL ? read_line (file_name, path, error) : g_strdup (value);
  if (read == NULL)
    return FALSE;
  if (*read == '\0') {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        "%s is empty, and a secret can't be: give it a value, or leave it unset",
        path != NULL ? path : name);
    return FALSE;
  }
  *secret = g_steal_pointer (&read);
  return TRUE;
}
