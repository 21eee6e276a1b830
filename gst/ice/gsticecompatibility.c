/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The GType of the dialects of ICE. */

#include "config.h"

#include "gsticecompatibility.h"

GType
gst_ice_compatibility_get_type (void)
{
  static const GEnumValue values[] = {
    {GST_ICE_COMPATIBILITY_RFC5245, "RFC 5245 and RFC 8445", "rfc5245"},
    {GST_ICE_COMPATIBILITY_WLM2009, "Windows Live Messenger 2009", "wlm2009"},
    {GST_ICE_COMPATIBILITY_OC2007R2, "Office Communicator 2007 R2",
        "oc2007r2"},
    {0, NULL, NULL}
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstIceCompatibility",
            values));
  return type;
}
