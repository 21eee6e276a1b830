/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The bearer token of the settings: callers send it, listeners ask for it. */

#include "config.h"

#include "gsticetoken.h"

#include "gsticeerror.h"
#include "gsticesecret.h"

gboolean
gst_ice_token_read (const GstIceConfig * config, gchar ** token,
    GError ** error)
{
  if (!gst_ice_secret_read (config, "auth-token", token, error))
    return FALSE;

  for (const gchar * c = *token; c != NULL && *c != '\0'; c++) {
    if (!g_ascii_isgraph (*c)) {
      g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
          "auth-token has a blank, a control or a non-ASCII character, which "
          "HTTP can not carry");
      g_clear_pointer (token, g_free);
      return FALSE;
    }
  }
  return TRUE;
}

gboolean
gst_ice_token_equals (const gchar * token, const gchar * shown)
{
  const gsize length = strlen (token);
  const gsize n = strlen (shown);
  guint difference = n != length;

  for (gsize i = 0; i < n; i++)
    difference |= (guchar) shown[i] ^ (guchar) token[i % length];
  return difference == 0;
}

gchar *
gst_ice_token_make_authorization (const gchar * token, GUri * uri)
{
  const gchar *user = g_uri_get_user (uri);
  const gchar *password = g_uri_get_password (uri);
  g_autofree gchar *pair = NULL;
  g_autofree gchar *encoded = NULL;

  if (token != NULL)
    return g_strconcat ("Bearer ", token, NULL);
  if (user == NULL)
    return NULL;
  pair = g_strconcat (user, ":", password != NULL ? password : "", NULL);
  encoded = g_base64_encode ((const guchar *) pair, strlen (pair));
  return g_strconcat ("Basic ", encoded, NULL);
}
