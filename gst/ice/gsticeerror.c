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
