/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticesrtpbackend.h"

#include "gsticedtls.h"
#include "gsticedtlswarmth.h"
#include "gsticesdes.h"

static void
prepare (GstIceEncryption encryption)
{
  if (encryption == GST_ICE_ENCRYPTION_DTLS_SRTP)
    gst_ice_dtls_warmth_prepare ();
}

static GstIceSecurity *
make (const GstIceSecuritySettings * settings, GError ** error)
{
  return settings->encryption == GST_ICE_ENCRYPTION_SDES ?
      gst_ice_sdes_new (settings, error) : gst_ice_dtls_new (settings, error);
}

const GstIceSecurityBackend gst_ice_srtp_backend = { prepare, make };

void
gst_ice_srtp_backend_wait (void)
{
  gst_ice_dtls_warmth_wait ();
}
