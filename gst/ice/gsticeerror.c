/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticeerror.h"

G_DEFINE_QUARK (gst - ice - error - quark, gst_ice_error);
