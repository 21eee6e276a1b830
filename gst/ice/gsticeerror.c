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
  if (error->domain != GST_ICE_ERROR)
    return NULL;

  /* Without a default, so that the compiler misses a new one. */
  switch ((GstIceError) error->code) {
    case GST_ICE_ERROR_SETTINGS:
      return "settings";
    case GST_ICE_ERROR_BAD_DESCRIPTION:
      return "bad-description";
    case GST_ICE_ERROR_UNSUPPORTED:
      return "unsupported";
    case GST_ICE_ERROR_BAD_STATE:
      return "bad-state";
    case GST_ICE_ERROR_SIGNALLING:
      return "signalling";
    case GST_ICE_ERROR_UNAUTHORIZED:
      return "unauthorized";
    case GST_ICE_ERROR_BUSY:
      return "busy";
    case GST_ICE_ERROR_TIMEOUT:
      return "timeout";
    case GST_ICE_ERROR_NO_PATH:
      return "no-path";
    case GST_ICE_ERROR_PATH_LOST:
      return "path-lost";
    case GST_ICE_ERROR_INSECURE:
      return "insecure";
    case GST_ICE_ERROR_LOCAL:
      return "local";
    case GST_ICE_ERROR_GLARE:
      return "glare";
  }
  return NULL;
}
