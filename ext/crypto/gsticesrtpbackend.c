/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticesrtpbackend.h"

#include "gsticedtls.h"
#include "gsticedtlspreload.h"
#include "gsticesdes.h"

static void
prepare (GstIceEncryption encryption)
{
  if (encryption == GST_ICE_ENCRYPTION_DTLS_SRTP)
    gst_ice_dtls_preload_prepare ();
}

static GstIceKeyExchange *
make (const GstIceKeyExchangeSettings * settings, GError ** error)
{
  return settings->encryption == GST_ICE_ENCRYPTION_SDES ?
      gst_ice_sdes_new (settings, error) : gst_ice_dtls_new (settings, error);
}

const GstIceKeyExchangeBackend gst_ice_srtp_backend = { prepare, make };

void
gst_ice_srtp_backend_wait (void)
{
  gst_ice_dtls_preload_wait ();
}
