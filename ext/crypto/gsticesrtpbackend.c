/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Registers the key exchanges of this folder. */

#include "config.h"

#include "gsticesrtpbackend.h"

#include "gsticedtls.h"
#include "gsticedtlscontext.h"
#include "gsticesdes.h"

static void
prepare (GstIceEncryption encryption)
{
  GstIceDtlsContext *context = NULL;

  if (encryption == GST_ICE_ENCRYPTION_DTLS_SRTP)
    context = gst_ice_dtls_context_get_shared (g_get_real_time () /
        G_USEC_PER_SEC);
  g_clear_pointer (&context, gst_ice_dtls_context_unref);
}

static GstIceKeyExchange *
make (const GstIceKeyExchangeSettings * settings, GError ** error)
{
  return settings->encryption == GST_ICE_ENCRYPTION_SDES ?
      gst_ice_sdes_new (settings, error) : gst_ice_dtls_new (settings, error);
}

const GstIceKeyExchangeBackend gst_ice_srtp_backend = { prepare, make };
