/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The error domain. */

#include "config.h"

#include "gsticeerror.h"

/* Not G_DEFINE_QUARK: GNU indent takes its argument for a subtraction. */
GQuark
gst_ice_error_quark (void)
{
  return g_quark_from_static_string ("gst-ice-error-quark");
}

const gchar *
gst_ice_error_get_name (const GError * error)
{
  static const gchar *const names[] = {
    [GST_ICE_ERROR_SETTINGS] = "settings",
    [GST_ICE_ERROR_BAD_DESCRIPTION] = "bad-description",
    [GST_ICE_ERROR_UNSUPPORTED] = "unsupported",
    [GST_ICE_ERROR_BAD_STATE] = "bad-state",
    [GST_ICE_ERROR_SIGNALLING] = "signalling",
    [GST_ICE_ERROR_UNAUTHORIZED] = "unauthorized",
    [GST_ICE_ERROR_BUSY] = "busy",
    [GST_ICE_ERROR_TIMEOUT] = "timeout",
    [GST_ICE_ERROR_NO_PATH] = "no-path",
    [GST_ICE_ERROR_PATH_LOST] = "path-lost",
    [GST_ICE_ERROR_INSECURE] = "insecure",
    [GST_ICE_ERROR_LOCAL] = "local",
  };

  if (error->domain != GST_ICE_ERROR || error->code < 0 ||
      error->code >= (gint) G_N_ELEMENTS (names))
    return NULL;
  return names[error->code];
}
