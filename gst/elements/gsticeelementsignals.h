/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Installs and documents the signals and actions that icesrc and icesink share. @type: of
 * one of them */
void gst_ice_element_signals_install (GType type);

G_END_DECLS
