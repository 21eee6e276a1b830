/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The table of SRTP suites: names in SDP and DTLS, lengths of keys and tags. */

#include "config.h"

#include "gsticesrtpsuite.h"

/* RFC 3711, 5.2: HMAC_SHA1_32 shortens the tag of SRTP only; that of SRTCP
 * has 80 bits. RFC 5764, 4.1.2 and RFC 4568, 6.2.2 repeat that. */
static const GstIceSrtpSuiteInfo infos[GST_ICE_SRTP_N_SUITES] = {
  [GST_ICE_SRTP_SUITE_AEAD_AES_128_GCM] = {"AEAD_AES_128_GCM",
      "SRTP_AEAD_AES_128_GCM", 16, 12, 16, 16, TRUE},
  [GST_ICE_SRTP_SUITE_AEAD_AES_256_GCM] = {"AEAD_AES_256_GCM",
      "SRTP_AEAD_AES_256_GCM", 32, 12, 16, 16, TRUE},
  [GST_ICE_SRTP_SUITE_AES_CM_128_HMAC_SHA1_80] = {"AES_CM_128_HMAC_SHA1_80",
      "SRTP_AES128_CM_SHA1_80", 16, 14, 10, 10, FALSE},
  [GST_ICE_SRTP_SUITE_AES_CM_128_HMAC_SHA1_32] = {"AES_CM_128_HMAC_SHA1_32",
      "SRTP_AES128_CM_SHA1_32", 16, 14, 4, 10, FALSE},
};

const GstIceSrtpSuiteInfo *
gst_ice_srtp_suite_get_info (GstIceSrtpSuite suite)
{
  return &infos[suite];
}

gboolean
gst_ice_srtp_suite_from_name (const gchar * name, GstIceSrtpSuite * suite)
{
  for (guint i = 0; i < GST_ICE_SRTP_N_SUITES; i++) {
    if (g_str_equal (infos[i].name, name)) {
      *suite = (GstIceSrtpSuite) i;
      return TRUE;
    }
  }
  return FALSE;
}

guint
gst_ice_srtp_suite_get_enabled (GstIceSrtpSuite enabled[GST_ICE_SRTP_N_SUITES])
{
  const gchar *text = g_getenv ("GST_ICE_SRTP_SUITES");
  g_auto (GStrv) names = text != NULL ? g_strsplit (text, ",", -1) : NULL;
  guint n = 0;

  for (guint i = 0; i < GST_ICE_SRTP_N_SUITES; i++) {
    if (names == NULL ||
        g_strv_contains ((const gchar * const *) names, infos[i].name))
      enabled[n++] = (GstIceSrtpSuite) i;
  }
  return n;
}
