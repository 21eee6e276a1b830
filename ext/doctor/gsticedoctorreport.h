/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedoctorcall.h"
#include "gsticedoctorfindings.h"
#include "gsticedoctorverdict.h"

G_BEGIN_DECLS

/* One verdict line, then the evidence. @call: (nullable)
 * Returns: (transfer full) */
gchar *gst_ice_doctor_report_to_text (const GstIceDoctorFindings * findings,
    const GstIceDoctorCall * call, const GstIceDoctorVerdict * verdict)
    G_GNUC_WARN_UNUSED_RESULT;

/* The same for programs. */
gchar *gst_ice_doctor_report_to_json (const GstIceDoctorFindings * findings,
    const GstIceDoctorCall * call, const GstIceDoctorVerdict * verdict)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
