/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* How SRTP protects packets: RFC 3711, 8 and RFC 7714, 14. In order of
 * preference. */
typedef enum
{
  GST_ICE_SRTP_SUITE_AEAD_AES_128_GCM,
  GST_ICE_SRTP_SUITE_AEAD_AES_256_GCM,
  GST_ICE_SRTP_SUITE_AES_CM_128_HMAC_SHA1_80,
  GST_ICE_SRTP_SUITE_AES_CM_128_HMAC_SHA1_32,
} GstIceSrtpSuite;

#define GST_ICE_SRTP_N_SUITES 4

/* The maximum over all suites. */
#define GST_ICE_SRTP_MAX_KEY_BYTES 32
#define GST_ICE_SRTP_MAX_SALT_BYTES 14
#define GST_ICE_SRTP_MAX_TAG_BYTES 16

typedef struct
{
  const gchar *name;            /* in a=crypto: RFC 4568, 6.2 and RFC 7714,
                                 * 14.2 */
  const gchar *profile;         /* in use_srtp: RFC 5764, 4.1.2, by OpenSSL's
                                 * name */
  guint key_bytes;              /* of the master key and of the session keys */
  guint salt_bytes;
  guint rtp_tag_bytes;
  guint rtcp_tag_bytes;
  gboolean aead;                /* GCM; else counter mode with HMAC-SHA1 */
} GstIceSrtpSuiteInfo;

/* @suite: one of the enumeration
 * Returns: (transfer none): static */
const GstIceSrtpSuiteInfo *gst_ice_srtp_suite_get_info (GstIceSrtpSuite suite);

/* @name: as in a=crypto; @suite: (out)
 * Returns: whether there is such a suite */
gboolean gst_ice_srtp_suite_from_name (const gchar * name, GstIceSrtpSuite * suite);

/* The suites that are offered and accepted, in order of preference: all, or
 * those that the environment variable GST_ICE_SRTP_SUITES names, with commas
 * between.
 * @enabled: (out): these suites
 * Returns: how many */
guint gst_ice_srtp_suite_get_enabled (GstIceSrtpSuite enabled[GST_ICE_SRTP_N_SUITES]);

G_END_DECLS
