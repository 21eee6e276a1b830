/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedoctorfindings.h"

G_BEGIN_DECLS

/* Adds the addresses that ICE gathers on. @interfaces: (nullable): as the property
 * network-interfaces */
void gst_ice_doctor_system_add_addresses (GstIceDoctorFindings * findings,
    const gchar * interfaces);

/* Adds what the kernel can, and the versions of libraries. */
void gst_ice_doctor_system_add_facts (GstIceDoctorFindings * findings);

/* Returns: (transfer none): what kind of address @text is */
const gchar *gst_ice_doctor_system_get_address_kind (const gchar * text);

G_END_DECLS
