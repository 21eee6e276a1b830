/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedoctorcall.h"
#include "gsticedoctorfindings.h"

G_BEGIN_DECLS

/* What all findings come to, in words. */
typedef struct
{
  const gchar *code;            /* a word for programs: "udp-blocked" */
  gboolean good;                /* nothing has to be done */
  gchar *text;                  /* one sentence, or two */
  gchar *remedy;                /* what to do, or NULL */
} GstIceDoctorVerdict;

/* @self: (out): end it with gst_ice_doctor_verdict_clear() */
void gst_ice_doctor_verdict_reach (GstIceDoctorVerdict * self,
    const GstIceDoctorFindings * findings);
/* The same of a call that was made. */
void gst_ice_doctor_verdict_reach_call (GstIceDoctorVerdict * self,
    const GstIceDoctorFindings * findings, const GstIceDoctorCall * call);

void gst_ice_doctor_verdict_clear (GstIceDoctorVerdict * self);

G_END_DECLS
