/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Puts libsrtp2 behind the interface of the differential test of SRTP. */

#include "config.h"

#include "srtpjudge.h"

#include "gsticesrtpbytes.h"
#include "gsticesrtpwindow.h"

#include <srtp2/srtp.h>

#define MAX_MASTERS 2

struct _SrtpJudge
{
  GstIceSrtpSuite suite;
  guint mki_bytes;
  srtp_t protector;
  srtp_t unprotector;
  srtp_t rtcp_unprotector;      /* see srtp_judge_new() */
  guint n_not_asked;
};

static void
init_library (void)
{
  static gsize done = 0;

  if (g_once_init_enter (&done)) {
    g_assert_cmpint (srtp_init (), ==, srtp_err_status_ok);
    g_once_init_leave (&done, 1);
  }
}

static void
set_suite (srtp_policy_t * policy, GstIceSrtpSuite suite)
{
  switch (suite) {
    case GST_ICE_SRTP_SUITE_AEAD_AES_128_GCM:
      srtp_crypto_policy_set_aes_gcm_128_16_auth (&policy->rtp);
      srtp_crypto_policy_set_aes_gcm_128_16_auth (&policy->rtcp);
      break;
    case GST_ICE_SRTP_SUITE_AEAD_AES_256_GCM:
      srtp_crypto_policy_set_aes_gcm_256_16_auth (&policy->rtp);
      srtp_crypto_policy_set_aes_gcm_256_16_auth (&policy->rtcp);
      break;
    case GST_ICE_SRTP_SUITE_AES_CM_128_HMAC_SHA1_32:
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32 (&policy->rtp);
      srtp_crypto_policy_set_rtcp_default (&policy->rtcp);
      break;
    default:
      srtp_crypto_policy_set_rtp_default (&policy->rtp);
      srtp_crypto_policy_set_rtcp_default (&policy->rtcp);
      break;
  }
}

static srtp_t
new_session (GstIceSrtpSuite suite, const GstIceSrtpMasterKey * masters,
    guint n_masters, srtp_ssrc_type_t type)
{
  srtp_master_key_t keys[MAX_MASTERS], *pointers[MAX_MASTERS];
  srtp_policy_t policy = { 0 };
  srtp_t session;

  g_assert_cmpuint (n_masters, <=, MAX_MASTERS);
  set_suite (&policy, suite);
  policy.ssrc.type = type;
  policy.window_size = GST_ICE_SRTP_WINDOW;
  if (masters[0].mki_bytes == 0) {
    policy.key = (guint8 *) masters[0].secret;
  } else {
    for (guint i = 0; i < n_masters; i++) {
      keys[i].key = (guint8 *) masters[i].secret;
      keys[i].mki_id = (guint8 *) masters[i].mki;
      keys[i].mki_size = masters[i].mki_bytes;
      pointers[i] = &keys[i];
    }
    policy.keys = pointers;
    policy.num_master_keys = n_masters;
  }
  g_assert_cmpint (srtp_create (&session, &policy), ==, srtp_err_status_ok);
  return session;
}

/* libsrtp 2.5 looks for the MKI of SRTCP before a tag of the length of
 * SRTP's, and so refuses an MKI with HMAC_SHA1_32. SRTCP of HMAC_SHA1_80 is
 * the same. */
SrtpJudge *
srtp_judge_new (GstIceSrtpSuite suite, const GstIceSrtpMasterKey * masters,
    guint n_masters)
{
  SrtpJudge *self = g_new0 (SrtpJudge, 1);
  GstIceSrtpSuite rtcp_suite = suite ==
      GST_ICE_SRTP_SUITE_AES_CM_128_HMAC_SHA1_32 ?
      GST_ICE_SRTP_SUITE_AES_CM_128_HMAC_SHA1_80 : suite;

  init_library ();
  self->suite = suite;
  self->mki_bytes = masters[0].mki_bytes;
  self->protector = new_session (suite, masters, n_masters, ssrc_any_outbound);
  self->unprotector = new_session (suite, masters, n_masters, ssrc_any_inbound);
  self->rtcp_unprotector = new_session (rtcp_suite, masters, n_masters,
      ssrc_any_inbound);
  return self;
}

/* @self: (transfer full) */
void
srtp_judge_free (SrtpJudge * self)
{
  srtp_dealloc (self->protector);
  srtp_dealloc (self->unprotector);
  srtp_dealloc (self->rtcp_unprotector);
  g_free (self);
}

static GstIceSrtpStatus
translate (srtp_err_status_t status)
{
  switch (status) {
    case srtp_err_status_ok:
      return GST_ICE_SRTP_OK;
    case srtp_err_status_replay_fail:
      return GST_ICE_SRTP_REPLAYED;
    case srtp_err_status_replay_old:
      return GST_ICE_SRTP_TOO_OLD;
    case srtp_err_status_auth_fail:
      return GST_ICE_SRTP_BAD_TAG;
    case srtp_err_status_bad_mki:
      return GST_ICE_SRTP_UNKNOWN_MKI;
    default:
      return GST_ICE_SRTP_MALFORMED;
  }
}

GstIceSrtpStatus
srtp_judge_protect (SrtpJudge * self, guint8 * packet, gsize * size,
    guint master)
{
  const guint use_mki = self->mki_bytes > 0;
  int n = (int) *size;
  srtp_err_status_t status;

  if (*size < 2)
    return GST_ICE_SRTP_MALFORMED;
  if (gst_ice_srtp_packet_is_rtcp (packet))
    status = srtp_protect_rtcp_mki (self->protector, packet, &n, use_mki,
        master);
  else
    status = srtp_protect_mki (self->protector, packet, &n, use_mki, master);
  *size = (gsize) n;
  return translate (status);
}

static gsize
get_head_bytes (const guint8 * packet, gsize size)
{
  const gsize n = 12 + 4 * (gsize) (packet[0] & 0x0f);

  if ((packet[0] & 0x10) == 0 || size < n + 4)
    return n;
  return n + 4 + 4 * (gsize) gst_ice_srtp_read_16 (packet + n + 2);
}

/* Whether libsrtp 2.5 must not get this packet: with GCM and an MKI, the
 * length of the payload wraps if the packet is shorter than its head and
 * MKI, and NSS crashes. */
static gboolean
would_crash (const SrtpJudge * self, const guint8 * packet, gsize size)
{
  return gst_ice_srtp_suite_get_info (self->suite)->aead &&
      self->mki_bytes > 0 && !gst_ice_srtp_packet_is_rtcp (packet) &&
      size < get_head_bytes (packet, size) + self->mki_bytes;
}

GstIceSrtpStatus
srtp_judge_unprotect (SrtpJudge * self, guint8 * packet, gsize * size)
{
  const guint use_mki = self->mki_bytes > 0;
  int n = (int) *size;
  srtp_err_status_t status;

  if (*size < 2)
    return GST_ICE_SRTP_MALFORMED;
  if (would_crash (self, packet, *size)) {
    self->n_not_asked++;
    return GST_ICE_SRTP_MALFORMED;
  }
  if (gst_ice_srtp_packet_is_rtcp (packet))
    status = srtp_unprotect_rtcp_mki (self->rtcp_unprotector, packet, &n,
        use_mki);
  else
    status = srtp_unprotect_mki (self->unprotector, packet, &n, use_mki);
  *size = (gsize) n;
  return translate (status);
}

void
srtp_judge_set_counter (SrtpJudge * self, guint32 ssrc, guint32 counter)
{
  g_assert_cmpint (srtp_set_stream_roc (self->protector, ssrc, counter), ==,
      srtp_err_status_ok);
}

guint
srtp_judge_get_n_not_asked (const SrtpJudge * self)
{
  return self->n_not_asked;
}

void
srtp_judge_protect_unencrypted (GstIceSrtpSuite suite,
    const GstIceSrtpMasterKey * master, guint8 * packet, gsize * size)
{
  srtp_policy_t policy = { 0 };
  srtp_t session;
  int n = (int) *size;

  init_library ();
  set_suite (&policy, suite);
  policy.rtcp.sec_serv = sec_serv_auth;
  policy.ssrc.type = ssrc_any_outbound;
  policy.key = (guint8 *) master->secret;
  g_assert_cmpint (srtp_create (&session, &policy), ==, srtp_err_status_ok);
  g_assert_cmpint (srtp_protect_rtcp (session, packet, &n), ==,
      srtp_err_status_ok);
  srtp_dealloc (session);
  *size = (gsize) n;
}
