/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeconfig.h"
#include "gsticeserver.h"

G_BEGIN_DECLS

/* The answer of a service.
 * @servers: (nullable): of GstIceServer; %NULL with @error set
 * @ttl_s: how many seconds the credentials are valid, 0: not told */
typedef void (*GstIceCredentialsFunc) (GPtrArray * servers, guint ttl_s,
    const GError * error, gpointer user_data);

/* A backend that asks credential services. */
typedef struct
{
  /* Asks "ice-servers-uri". Has a time limit of its own. Calls @fetched once,
   * later, unless cancelled before.
   * Returns: (transfer full): the request, for cancel */
  gpointer (*fetch) (const GstIceConfig * config,
      GstIceCredentialsFunc fetched, gpointer user_data);
  /* @request: (transfer full); this must be called, also after @fetched */
  void (*cancel) (gpointer request);
} GstIceCredentialService;

/* Called before the first session. @service: static */
void gst_ice_credential_service_set_backend (const GstIceCredentialService * service);

/* Returns: (transfer none) (nullable): %NULL: this build has no service */
const GstIceCredentialService *gst_ice_credential_service_get_backend (void);

G_END_DECLS
