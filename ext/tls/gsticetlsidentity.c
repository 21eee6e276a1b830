/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The certificate and key of a TLS listener, read again when their files
 * change. */

#include "config.h"

#include "gsticetlsidentity.h"

#include "gsticeerror.h"

#define ATTRIBUTES G_FILE_ATTRIBUTE_ETAG_VALUE "," \
    G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_UNIX_INODE

struct _GstIceTlsIdentity
{
  gchar *certificate_file;
  gchar *key_file;              /* may be the same file */
  GTlsCertificate *certificate;
  gchar *version;               /* of the files when they were last read */
};

/* Returns: (transfer full): a text that differs when the file has changed */
static gchar *
get_version (const gchar * path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInfo) info = g_file_query_info (file, ATTRIBUTES,
      G_FILE_QUERY_INFO_NONE, NULL, NULL);

  if (info == NULL)
    return g_strdup ("");
  return g_strdup_printf ("%s %" G_GINT64_FORMAT " %" G_GUINT64_FORMAT,
      g_file_info_get_etag (info), (gint64) g_file_info_get_size (info),
      g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_UNIX_INODE));
}

static gchar *
get_versions (GstIceTlsIdentity * self)
{
  g_autofree gchar *certificate = get_version (self->certificate_file);
  g_autofree gchar *key = get_version (self->key_file);

  return g_strconcat (certificate, ",", key, NULL);
}

/* Returns: whether there is a new certificate; else @error is set */
static gboolean
read_files (GstIceTlsIdentity * self, GError ** error)
{
  g_autoptr (GError) reason = NULL;
  GTlsCertificate *certificate;

  g_free (self->version);
  self->version = get_versions (self);
  certificate = g_tls_certificate_new_from_files (self->certificate_file,
      self->key_file, &reason);
  if (certificate == NULL) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        "tls-certificate-file=%s with tls-private-key-file=%s can't be used: %s",
        self->certificate_file, self->key_file, reason->message);
    return FALSE;
  }
  g_clear_object (&self->certificate);
  self->certificate = certificate;
  return TRUE;
}

GstIceTlsIdentity *
gst_ice_tls_identity_new (const GstIceConfig * config, GError ** error)
{
  const gchar *certificate =
      gst_ice_config_get_string (config, "tls-certificate-file");
  const gchar *key = gst_ice_config_get_string (config, "tls-private-key-file");
  GstIceTlsIdentity *self;

  if (certificate == NULL) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        "signalling-uri: to listen by https takes tls-certificate-file and "
        "tls-private-key-file, in PEM");
    return NULL;
  }
  self = g_new0 (GstIceTlsIdentity, 1);
  self->certificate_file = g_strdup (certificate);
  self->key_file = g_strdup (key != NULL ? key : certificate);
  if (!read_files (self, error))
    g_clear_pointer (&self, gst_ice_tls_identity_free);
  return self;
}

/* @self: (transfer full) */
void
gst_ice_tls_identity_free (GstIceTlsIdentity * self)
{
  g_clear_object (&self->certificate);
  g_free (self->certificate_file);
  g_free (self->key_file);
  g_free (self->version);
  g_free (self);
}

GTlsCertificate *
gst_ice_tls_identity_get (GstIceTlsIdentity * self, GError ** trouble)
{
  g_autofree gchar *version = get_versions (self);

  if (!g_str_equal (version, self->version))
    read_files (self, trouble);
  return self->certificate;
}
