/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticesecurity.h"

#include "gsticeerror.h"

G_DEFINE_ABSTRACT_TYPE (GstIceSecurity, gst_ice_security, G_TYPE_OBJECT);

static const GstIceSecurityBackend *security_backend;

static void
gst_ice_security_class_init (GstIceSecurityClass * klass)
{
}

static void
gst_ice_security_init (GstIceSecurity * self)
{
}

GstIceKeying *
gst_ice_security_get_keying (GstIceSecurity * self)
{
  return GST_ICE_SECURITY_GET_CLASS (self)->get_keying (self);
}

void
gst_ice_security_agree (GstIceSecurity * self, const GstIceKeying * theirs,
    gboolean answering)
{
  GST_ICE_SECURITY_GET_CLASS (self)->agree (self, theirs, answering);
}

void
gst_ice_security_start (GstIceSecurity * self)
{
  GST_ICE_SECURITY_GET_CLASS (self)->start (self);
}

void
gst_ice_security_receive (GstIceSecurity * self, GstBuffer * packet)
{
  GST_ICE_SECURITY_GET_CLASS (self)->receive (self, packet);
}

void
gst_ice_security_add_stats (GstIceSecurity * self, GstStructure * stats)
{
  GST_ICE_SECURITY_GET_CLASS (self)->add_stats (self, stats);
}

void
gst_ice_security_close (GstIceSecurity * self)
{
  GST_ICE_SECURITY_GET_CLASS (self)->close (self);
}

void
gst_ice_security_set_backend (const GstIceSecurityBackend * backend)
{
  security_backend = backend;
}

void
gst_ice_security_prepare (GstIceEncryption encryption)
{
  if (security_backend != NULL && encryption != GST_ICE_ENCRYPTION_NONE)
    security_backend->prepare (encryption);
}

/**
 * gst_ice_security_new:
 *
 * Returns: (transfer full): what the backend makes, or %NULL with @error set
 */
GstIceSecurity *
gst_ice_security_new (const GstIceSecuritySettings * settings, GError ** error)
{
  if (security_backend == NULL) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
        "encryption=%s can not be had: the plugin was built without it",
        gst_ice_encryption_to_string (settings->encryption));
    return NULL;
  }
  return security_backend->make (settings, error);
}
