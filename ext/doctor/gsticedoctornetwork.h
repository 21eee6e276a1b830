/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedoctorfindings.h"

G_BEGIN_DECLS

/* All of these block, and add to @findings what they find. */

/* Asks @server by each transport that it may be used by, one after another.
 * @database: (nullable): whom TLS trusts; %NULL: the system's authorities */
void gst_ice_doctor_network_ask_server (GstIceDoctorFindings * findings,
    const GstIceServer * server, GTlsDatabase * database);

/* Finds out about the NAT from the STUN servers among @servers, or from the TURN servers,
 * which answer the same. @servers: of GstIceServer */
void gst_ice_doctor_network_find_nat (GstIceDoctorFindings * findings,
    const GPtrArray * servers);

/* Asks the same server from some ports of a range, the first and the last among them.
 * Does nothing before gst_ice_doctor_network_find_nat() had an answer. */
void gst_ice_doctor_network_try_ports (GstIceDoctorFindings * findings,
    const GPtrArray * servers, guint min_port, guint max_port);

G_END_DECLS
