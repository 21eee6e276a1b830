/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeconfig.h"
#include "gsticeserver.h"

G_BEGIN_DECLS

/* What a service answered. @servers: (nullable): of GstIceServer, %NULL with
 * @error set; @ttl_s: seconds that the credentials are good for, 0: not told */
typedef void (*GstIceCredentialsFunc) (GPtrArray * servers, guint ttl_s,
    const GError * error, gpointer user_data);

/* Asks a service, as a backend can. Before the first session. */
typedef struct
{
  /* Asks "ice-servers-uri". Calls @fetched once, never from inside, unless
   * cancelled before. Gives up by itself. Returns: (transfer full): for cancel */
  gpointer (*fetch) (const GstIceConfig * config,
      GstIceCredentialsFunc fetched, gpointer user_data);
  /* @request: (transfer full); must be called, also after @fetched was */
  void (*cancel) (gpointer request);
} GstIceCredentialService;

/* @service: static */
void gst_ice_credential_service_set_backend (const GstIceCredentialService * service);

/* Returns: (transfer none) (nullable): %NULL: this build has none */
const GstIceCredentialService *gst_ice_credential_service_get_backend (void);

G_END_DECLS
