/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeudpaddress.h"

G_BEGIN_DECLS

/* What a STUN server is asked to answer from (RFC 5780, 7.2). */
typedef enum
{
  GST_ICE_DOCTOR_FROM_WHERE_ASKED = 0,
  GST_ICE_DOCTOR_FROM_OTHER_PORT = 0x2,
  GST_ICE_DOCTOR_FROM_OTHER_ADDRESS = 0x4,
} GstIceDoctorFrom;

typedef struct
{
  gdouble rtt_ms;
  GstIceUdpAddress mapped;      /* where the server saw the request come from */
  gboolean has_other;
  GstIceUdpAddress other;       /* where the server answers from as well (RFC 5780, 7.4) */
} GstIceDoctorBinding;

/* Returns: a UDP socket on @port of any address of @family, 0: any port;
 *     -1 if the port is not free */
gint gst_ice_doctor_binding_open (gint family, guint port);

/* Sends a STUN Binding request (RFC 8489) to @server and waits for the answer, 600 ms at
 * most; the request is sent again three times meanwhile.
 * @result: (out)
 * Returns: whether an answer came */
gboolean gst_ice_doctor_binding_ask (gint fd, const GstIceUdpAddress * server,
    GstIceDoctorFrom from, GstIceDoctorBinding * result);

G_END_DECLS
