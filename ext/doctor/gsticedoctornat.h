/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeudpaddress.h"

G_BEGIN_DECLS

/* How a NAT chooses the address that others see (RFC 4787, 4.1), and whom it lets in to it
 * (RFC 4787, 5). */
typedef enum
{
  GST_ICE_DOCTOR_UNKNOWN,
  GST_ICE_DOCTOR_ENDPOINT_INDEPENDENT,
  GST_ICE_DOCTOR_ADDRESS_DEPENDENT,
  GST_ICE_DOCTOR_ADDRESS_AND_PORT_DEPENDENT,
} GstIceDoctorBehaviour;

/* What is between this machine and one STUN server. A value. */
typedef struct
{
  gboolean answered;            /* by UDP; if not, nothing below is known */
  gdouble rtt_ms;
  GstIceUdpAddress local;       /* of the socket that asked */
  GstIceUdpAddress mapped;      /* where the server saw it */
  gboolean translated;          /* these two differ: there is a NAT */
  GstIceDoctorBehaviour mapping;        /* UNKNOWN: the server has one address only */
  GstIceDoctorBehaviour filtering;
} GstIceDoctorNat;

/* Asks the server at @server what RFC 5780, 4.3 and 4.4 ask. Blocks, 4 s at most.
 * @second: (nullable): another server, which tells of the mapping if @server can't */
void gst_ice_doctor_nat_discover (GstIceDoctorNat * self,
    const GstIceUdpAddress * server, const GstIceUdpAddress * second);

/* Returns: (transfer none): "endpoint-independent", and so on */
const gchar *gst_ice_doctor_behaviour_to_text (GstIceDoctorBehaviour behaviour);

/* Returns: (transfer none): what users call such a NAT: "full cone", "restricted cone",
 *     "port-restricted cone", "symmetric", "none", "unknown" */
const gchar *gst_ice_doctor_nat_get_name (const GstIceDoctorNat * self);

G_END_DECLS
