/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Descriptions of the shape that Microsoft's Direct Routing documents give them; none was
 * recorded from Teams. docs/teams.md says which line shows what. */

#include "gsticesdp.h"

#include <gst/check/gstcheck.h>

typedef struct
{
  const gchar *name;            /* of a file of the corpus */
  GstIceDirection direction;
  gboolean rtcp_mux;
  guint n_cryptos, n_fingerprints;
  guint n_candidates;           /* those of UDP */
  guint n_remote;               /* pairs that are nominated already */
} Row;

static const Row rows[] = {
  {"teams-direct-offer", GST_ICE_DIRECTION_SENDRECV, TRUE, 2, 1, 2, 0},
  {"teams-direct-reinvite", GST_ICE_DIRECTION_SENDRECV, FALSE, 1, 0, 2, 2},
  {"teams-direct-hold", GST_ICE_DIRECTION_INACTIVE, FALSE, 1, 0, 2, 0},
};

static GstIceDescription *
parse (const gchar * name)
{
  g_autofree gchar *path = g_build_filename (CORPUS, name, NULL);
  g_autofree gchar *text = NULL;
  GstIceDescription *description;

  fail_unless (g_file_get_contents (path, &text, NULL, NULL), "%s", path);
  description = gst_ice_sdp_parse (text, -1, GST_ICE_DESCRIPTION_OFFER, NULL);
  fail_unless (description != NULL, "%s", name);
  return description;
}

static guint
count_udp (const GPtrArray * candidates)
{
  guint n = 0;

  for (guint i = 0; i < candidates->len; i++)
    n += ((const GstIceCandidate *) g_ptr_array_index (candidates,
            i))->transport == GST_ICE_PROTOCOL_UDP;
  return n;
}

GST_START_TEST (test_offer_is_understood)
{
  const Row *row = &rows[__i__];
  g_autoptr (GstIceDescription) offer = parse (row->name);
  const GstIceMediaDescription *audio = gst_ice_description_get_media (offer,
      0);

  fail_unless_equals_int (offer->media->len, 1);
  fail_unless (audio->defect == NULL, "%s: %s", row->name,
      audio->defect != NULL ? audio->defect->message : "");
  fail_if (offer->ice_lite);
  fail_unless_equals_string (audio->ufrag, "9tKp");
  fail_unless_equals_int (audio->direction, row->direction);
  fail_unless_equals_int (audio->rtcp_mux, row->rtcp_mux);
  fail_unless_equals_int (count_udp (audio->candidates), row->n_candidates);
  fail_unless_equals_int (audio->remote_candidates->len, row->n_remote);
  fail_unless (audio->keying != NULL);
  fail_unless_equals_int (audio->keying->cryptos->len, row->n_cryptos);
  fail_unless_equals_int (audio->keying->fingerprints->len,
      row->n_fingerprints);
}

GST_END_TEST;

/* 2^31 packets, and in the second an MKI of one byte (RFC 4568, 6.1). */
GST_START_TEST (test_lifetime_and_mki_are_read)
{
  g_autoptr (GstIceDescription) offer = parse ("teams-direct-offer");
  const GstIceKeying *keying = gst_ice_description_get_media (offer, 0)->keying;

  for (guint i = 0; i < 2; i++) {
    const GstIceCrypto *crypto = g_ptr_array_index (keying->cryptos, i);
    const GstIceCryptoKey *key = g_ptr_array_index (crypto->keys, 0);

    fail_unless_equals_string (crypto->suite, "AES_CM_128_HMAC_SHA1_80");
    fail_unless_equals_uint64 (key->max_packets, G_GUINT64_CONSTANT (1) << 31);
    fail_unless_equals_int (key->mki_bytes, i);
  }
}

GST_END_TEST;

/* Of what the offer has nobody here knows SILK; what is answered is what elements have. */
GST_START_TEST (test_formats_are_there)
{
  g_autoptr (GstIceDescription) offer = parse ("teams-direct-offer");
  GstCaps *formats = gst_ice_description_get_media (offer, 0)->formats;
  gboolean has_pcma = FALSE;

  for (guint i = 0; i < gst_caps_get_size (formats); i++)
    has_pcma |= g_strcmp0 (gst_structure_get_string (gst_caps_get_structure
            (formats, i), "encoding-name"), "PCMA") == 0;
  fail_unless (has_pcma);
}

GST_END_TEST;

static Suite *
teams_suite (void)
{
  Suite *s = suite_create ("teams");
  TCase *tc = tcase_create ("descriptions");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_offer_is_understood, 0, G_N_ELEMENTS (rows));
  tcase_add_test (tc, test_lifetime_and_mki_are_read);
  tcase_add_test (tc, test_formats_are_there);
  return s;
}

GST_CHECK_MAIN (teams);
