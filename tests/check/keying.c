/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Which profiles and keys of a peer's m-line are taken for which encryption. */

#include "config.h"

#include "gsticekeying.h"
#include "gsticesdp.h"

#include <gst/check/gstcheck.h>

#define ICE "a=ice-ufrag:8hhY\r\na=ice-pwd:asd88fgpdd777uzjYhagZg\r\na=rtcp-mux\r\n"
#define KEY "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5"
#define CRYPTO "a=crypto:7 AES_CM_128_HMAC_SHA1_80 inline:" KEY "\r\n"
#define FINGERPRINT "a=fingerprint:sha-256 00:07:0E:15:1C:23:2A:31:38:3F:46:4D:54:" \
    "5B:62:69:70:77:7E:85:8C:93:9A:A1:A8:AF:B6:BD:C4:CB:D2:D9\r\na=setup:actpass\r\n"

#define NONE GST_ICE_ENCRYPTION_NONE
#define SDES GST_ICE_ENCRYPTION_SDES
#define DTLS GST_ICE_ENCRYPTION_DTLS_SRTP

static const struct
{
  GstIceEncryption encryption;
  const gchar *protocol;
  const gchar *keying;
  gboolean taken;
} rows[] = {
  /* Issue 14, 10; RFC 8829, 5.1.2 */
  {DTLS, "UDP/TLS/RTP/SAVPF", FINGERPRINT, TRUE},
  {DTLS, "UDP/TLS/RTP/SAVP", FINGERPRINT, TRUE},
  {DTLS, "TCP/DTLS/RTP/SAVPF", FINGERPRINT, TRUE},
  {DTLS, "TCP/DTLS/RTP/SAVP", FINGERPRINT, TRUE},
  {DTLS, "RTP/SAVPF", FINGERPRINT, TRUE},
  {DTLS, "RTP/SAVP", FINGERPRINT, TRUE},
  {DTLS, "RTP/AVP", FINGERPRINT, FALSE},
  {DTLS, "TCP/RTP/SAVPF", FINGERPRINT, FALSE},
  {DTLS, "TCP/DTLS/RTP/SAVPF", "", FALSE},
  {DTLS, "UDP/DTLS/SCTP", FINGERPRINT, FALSE},
  {SDES, "RTP/SAVP", CRYPTO, TRUE},
  {SDES, "RTP/SAVPF", CRYPTO, TRUE},
  {SDES, "TCP/DTLS/RTP/SAVPF", CRYPTO, FALSE},
  {NONE, "RTP/AVP", "", TRUE},
  {NONE, "TCP/DTLS/RTP/SAVPF", FINGERPRINT, FALSE},
  /* Side by side: each side takes what it is set to. */
  {DTLS, "RTP/SAVPF", FINGERPRINT CRYPTO, TRUE},
  {DTLS, "RTP/SAVP", CRYPTO FINGERPRINT, TRUE},
  {DTLS, "UDP/TLS/RTP/SAVPF", CRYPTO FINGERPRINT, TRUE},
  {SDES, "RTP/SAVPF", FINGERPRINT CRYPTO, TRUE},
  {SDES, "RTP/SAVP", CRYPTO FINGERPRINT, TRUE},
};

/* Returns: (transfer full): what an end with @encryption could say */
static GstIceKeying *
new_ours (GstIceEncryption encryption)
{
  GstIceKeying *ours = gst_ice_keying_new ();

  if (encryption == SDES)
    gst_ice_keying_add_crypto (ours, 1, "AES_CM_128_HMAC_SHA1_80", "OURS");
  else if (encryption == DTLS)
    gst_ice_keying_add_fingerprint (ours, "sha-256", "00:11");
  return ours;
}

GST_START_TEST (test_profile_and_keys)
{
  GstIceEncryption encryption = rows[__i__].encryption;
  g_autofree gchar *text = g_strdup_printf ("v=0\r\nm=video 9 %s 96\r\n%s%s",
      rows[__i__].protocol, ICE, rows[__i__].keying);
  g_autoptr (GstIceDescription) offer =
      gst_ice_sdp_parse (text, -1, GST_ICE_DESCRIPTION_OFFER, NULL);
  GstIceMediaDescription *media = gst_ice_description_get_media (offer, 0);
  g_autoptr (GstIceKeying) ours = new_ours (encryption);
  g_autoptr (GstIceKeying) said = NULL;
  g_autoptr (GError) error = NULL;
  gboolean taken = gst_ice_keying_check (encryption, "video", media->protocol,
      media->keying, media->rtcp_mux, &error);

  fail_unless_equals_int (taken, rows[__i__].taken);
  fail_unless_equals_int (error == NULL, taken);
  if (!taken || encryption == NONE)
    return;

  /* The answer has one kind of key. */
  said = gst_ice_keying_describe (ours, media->keying);
  fail_unless_equals_int (said->cryptos->len, encryption == SDES);
  fail_unless_equals_int (said->fingerprints->len, encryption == DTLS);
  if (encryption == SDES) {
    fail_unless_equals_int (((GstIceCrypto *)
            g_ptr_array_index (said->cryptos, 0))->tag, 7);
    return;
  }
  fail_unless_equals_int (said->setup, GST_ICE_SETUP_PASSIVE);
}

GST_END_TEST;

/* The answerer is the server, which picks the cipher of the packets, where it may. */
static const struct
{
  GstIceSetup offered, answered;
} setups[] = {
  {GST_ICE_SETUP_ACTPASS, GST_ICE_SETUP_PASSIVE},
  {GST_ICE_SETUP_ACTIVE, GST_ICE_SETUP_PASSIVE},
  {GST_ICE_SETUP_PASSIVE, GST_ICE_SETUP_ACTIVE},
  /* RFC 4145, 4: an offer without it is active. */
  {GST_ICE_SETUP_UNSET, GST_ICE_SETUP_PASSIVE},
};

GST_START_TEST (test_answerer_is_the_server)
{
  g_autoptr (GstIceKeying) ours = new_ours (DTLS);
  g_autoptr (GstIceKeying) offer = new_ours (DTLS);
  g_autoptr (GstIceKeying) answer = NULL;

  offer->setup = setups[__i__].offered;
  answer = gst_ice_keying_describe (ours, offer);
  fail_unless_equals_int (answer->setup, setups[__i__].answered);
  fail_unless_equals_int (gst_ice_keying_is_client (offer, TRUE),
      setups[__i__].answered == GST_ICE_SETUP_ACTIVE);
  fail_unless_equals_int (gst_ice_keying_is_client (answer, FALSE),
      setups[__i__].answered == GST_ICE_SETUP_PASSIVE);
}

GST_END_TEST;

static Suite *
keying_suite (void)
{
  Suite *suite = suite_create ("keying");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_add_loop_test (tc, test_profile_and_keys, 0, G_N_ELEMENTS (rows));
  tcase_add_loop_test (tc, test_answerer_is_the_server, 0,
      G_N_ELEMENTS (setups));

  return suite;
}

GST_CHECK_MAIN (keying);
