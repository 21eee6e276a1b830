/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedoctorcall.h"

G_BEGIN_DECLS

/* A pair of candidates. */
typedef struct
{
  const gchar *local, *remote;  /* texts of the call's */
  const gchar *what;            /* what came of it, and why */
} GstIceDoctorPair;

/* Returns: (transfer full): of GstIceDoctorPair, which live as long as @call: all that ICE
 *     could form (RFC 8445, 6.1.2.2), that which works first */
GPtrArray *gst_ice_doctor_pairs_list (const GstIceDoctorCall * call)
    G_GNUC_WARN_UNUSED_RESULT;

/* Adds the pairs to the steps of @call, each from when it could be checked until one was
 * nominated, or the call given up. */
void gst_ice_doctor_pairs_add_steps (GstIceDoctorCall * call);

G_END_DECLS
