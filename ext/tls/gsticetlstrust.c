/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Opens the authorities of "tls-database", and tells why a certificate is
 * refused. */

#include "config.h"

#include "gsticetlstrust.h"

#include "gsticeerror.h"

gboolean
gst_ice_tls_trust_open (const GstIceConfig * config, GTlsDatabase ** database,
    GError ** error)
{
  GObject *object = gst_ice_config_get_object (config, "tls-database");
  const gchar *file = gst_ice_config_get_string (config, "tls-ca-file");

  *database = NULL;
  if (object != NULL && !G_IS_TLS_DATABASE (object)) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        "tls-database is a %s, and must be a GTlsDatabase",
        G_OBJECT_TYPE_NAME (object));
    return FALSE;
  }
  if (object != NULL)
    *database = g_object_ref (G_TLS_DATABASE (object));
  else if (file != NULL)
    *database = g_tls_file_database_new (file, error);
  if (file == NULL || *database != NULL)
    return TRUE;

  g_prefix_error (error, "tls-ca-file=%s can't be used: ", file);
  (*error)->domain = GST_ICE_ERROR;
  (*error)->code = GST_ICE_ERROR_SETTINGS;
  return FALSE;
}

gchar *
gst_ice_tls_trust_explain (GTlsCertificateFlags flags)
{
  static const struct
  {
    GTlsCertificateFlags flag;
    const gchar *text;
  } reasons[] = {
    {G_TLS_CERTIFICATE_UNKNOWN_CA,
        "is signed by an authority that is not trusted here"},
    {G_TLS_CERTIFICATE_BAD_IDENTITY, "is for another name"},
    {G_TLS_CERTIFICATE_NOT_ACTIVATED, "is not valid yet"},
    {G_TLS_CERTIFICATE_EXPIRED, "has expired"},
    {G_TLS_CERTIFICATE_REVOKED, "is revoked"},
    {G_TLS_CERTIFICATE_INSECURE, "has an algorithm that is not secure"},
  };
  GString *why = g_string_new ("its certificate ");
  const gsize len = why->len;

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++) {
    if (flags & reasons[i].flag)
      g_string_append_printf (why, "%s%s", why->len > len ? ", " : "",
          reasons[i].text);
  }
  if (why->len == len)
    g_string_append (why, "is not acceptable");
  return g_string_free (why, FALSE);
}
