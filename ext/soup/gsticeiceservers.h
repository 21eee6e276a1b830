/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecredentialservice.h"

G_BEGIN_DECLS

/* Asks a service for STUN and TURN servers by HTTP: "ice-servers-uri". */
extern const GstIceCredentialService gst_ice_ice_servers_service;

G_END_DECLS
