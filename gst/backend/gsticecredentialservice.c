/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Holds the backend that fetches STUN and TURN servers with their
 * credentials. */

#include "config.h"

#include "gsticecredentialservice.h"

/* Set before the first session, afterwards only read. */
static const GstIceCredentialService *backend = NULL;

void
gst_ice_credential_service_set_backend (const GstIceCredentialService * service)
{
  backend = service;
}

const GstIceCredentialService *
gst_ice_credential_service_get_backend (void)
{
  return backend;
}
