/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeconfig.h"

G_BEGIN_DECLS

/* The largest file with a secret. */
#define GST_ICE_SECRET_MAX_BYTES 4096

/* Reads a secret from the setting @name, or from the first line of the file
 * that the setting "@name-file" names. Blanks around the line are removed.
 * @secret: (out) (transfer full): %NULL: neither is set
 * Returns: %FALSE with @error set to GST_ICE_ERROR_SETTINGS: the secret is
 *     empty, the file can't be read or is too long, or both settings are set */
gboolean gst_ice_secret_read (const GstIceConfig * config, const gchar * name,
    gchar ** secret, GError ** error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
