/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedoctorcall.h"

G_BEGIN_DECLS

/* Returns: (transfer full): the steps of @call on an axis of time, as SVG */
gchar *gst_ice_doctor_timeline_to_svg (const GstIceDoctorCall * call)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
