/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* DTLS records, as anybody sends them to one end of ours, and as somebody on the way changes
 * those of a handshake between two ends of ours. */

#include "config.h"

#include "fuzz.h"

#include "dtlspair.h"
#include "fakeclock.h"

#include <string.h>

#define MAX_DATAGRAMS 32
#define TIME_OUT 0xffff
#define MTU_BYTES 1200

/* A flight, and one more for each message that is asked for again. */
#define MAX_SENT_FOR_ONE 32

/* Of a certificate that no end of ours has. */
#define STRANGER "AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:" \
  "AA:AA:AA:AA:AA:AA:AA:AA"

static GstIceDtlsContext *contexts[2];

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  static const GstIceSrtpSuite suites[] = {
    GST_ICE_SRTP_SUITE_AEAD_AES_128_GCM,
    GST_ICE_SRTP_SUITE_AES_CM_128_HMAC_SHA1_80
  };

  gst_init (NULL, NULL);
  for (guint i = 0; i < 2; i++)
    contexts[i] = gst_ice_dtls_context_new (suites, G_N_ELEMENTS (suites),
        fake_clock_get_ms () / 1000);
  return 0;
}

static void
on_send (const guint8 * datagram, gsize size_bytes, gpointer user_data)
{
  g_assert_cmpuint (size_bytes, <=, MTU_BYTES);
  ++*(guint *) user_data;
}

static guint
get_round_trip_us (gpointer user_data)
{
  return 0;
}

/* Nobody here has the certificate, so nobody gets keys. */
static void
check (GstIceDtlsConnection * end, GstIceDtlsState state)
{
  g_assert_true (state == GST_ICE_DTLS_CONNECTING ||
      state == GST_ICE_DTLS_FAILED);
  g_assert_cmpint (*gst_ice_dtls_connection_get_message (end) != '\0', ==,
      state == GST_ICE_DTLS_FAILED);
  g_assert_cmpint (gst_ice_dtls_connection_get_timeout_ms (end), >=, -1);
}

/* Datagrams, each after its length; that of TIME_OUT is none, but the time that passes. */
static void
receive_all (gboolean is_client, const guint8 * data, gsize size)
{
  g_autoptr (GstIceKeying) stranger = gst_ice_keying_new ();
  guint n_sent = 0, n_received = 1;
  const GstIceDtlsConnectionSettings settings = {
    .context = contexts[0],
    .is_client = is_client,
    .fingerprints = stranger->fingerprints,
    .send = on_send,
    .get_round_trip_us = get_round_trip_us,
    .user_data = &n_sent,
  };
  g_autoptr (GstIceDtlsConnection) end = NULL;

  gst_ice_keying_add_fingerprint (stranger, "sha-256", STRANGER);
  end = gst_ice_dtls_connection_new (&settings);
  check (end, gst_ice_dtls_connection_start (end));
  for (gsize at = 0; at + 2 <= size && n_received < MAX_DATAGRAMS; n_received++) {
    const guint length = (guint) data[at] << 8 | data[at + 1];
    const gsize n = MIN (length, size - at - 2);
    g_autofree guint8 *copy = g_memdup2 (data + at + 2, n);
    gboolean taken;

    at += 2;
    if (length == TIME_OUT) {
      fake_clock_advance (MAX (gst_ice_dtls_connection_get_timeout_ms (end),
              0));
      check (end, gst_ice_dtls_connection_time_out (end));
      continue;
    }
    check (end, gst_ice_dtls_connection_receive (end, copy, n, &taken));
    at += n;
  }
  g_assert_cmpuint (n_sent, <=, n_received * MAX_SENT_FOR_ONE);
}

/* What happens on the way, four bytes each: which datagram, by its number in the low five
 * bits; what, in the high three; where; and with which byte. */
typedef struct
{
  const guint8 *steps;
  gsize size;
  guint n_seen;                 /* datagrams */
} Way;

static gboolean
meddle (DtlsPair * pair, guint from, GByteArray * datagram)
{
  Way *way = pair->meddle_data;
  const guint number = way->n_seen++;
  gboolean arrives = TRUE;

  for (gsize at = 0; at + 4 <= way->size; at += 4) {
    const guint8 *step = way->steps + at;
    const guint where = (guint) step[1] << 8 | step[2];

    if ((step[0] & 0x1f) != number || datagram->len == 0)
      continue;
    switch (step[0] >> 5) {
      case 0:
        datagram->data[where % datagram->len] ^= step[3];
        break;
      case 1:
        g_byte_array_set_size (datagram, where % datagram->len);
        break;
      case 2:
        arrives = FALSE;
        break;
      case 3:
        dtls_pair_inject (pair, !from, datagram->data, datagram->len);
        break;
      case 4:
        dtls_pair_inject (pair, from, datagram->data, datagram->len);
        break;
      default:
        memset (datagram->data + where % datagram->len, step[3],
            MIN (step[0] >> 5, datagram->len - where % datagram->len));
        break;
    }
  }
  return arrives;
}

/* Whatever happens on the way, two ends that are connected have the same keys; if nothing
 * happens, they are. */
static void
play (const guint8 * steps, gsize size)
{
  DtlsPair *pair = dtls_pair_new (contexts[0], contexts[1]);
  Way way = { steps, size, 0 };

  pair->meddle = meddle;
  pair->meddle_data = &way;
  pair->delay_ms = 1;
  dtls_pair_run (pair, 60000);
  for (guint i = 0; i < 2; i++)
    g_assert_cmpint (*dtls_pair_get_message (pair, i) != '\0', ==,
        pair->ends[i].state == GST_ICE_DTLS_FAILED);
  g_assert_true (size > 0 || dtls_pair_is_connected (pair));
  if (pair->ends[0].state == GST_ICE_DTLS_CONNECTED &&
      pair->ends[1].state == GST_ICE_DTLS_CONNECTED)
    g_assert_true (dtls_pair_is_connected (pair));
  dtls_pair_free (pair);
}

/* A byte that says who receives: 0 a server, 1 a client, 2 both, of each other. */
int
LLVMFuzzerTestOneInput (const uint8_t * data, size_t size)
{
  if (size == 0)
    return 0;
  if (data[0] % 3 == 2)
    play (data + 1, size - 1);
  else
    receive_all (data[0] % 3 == 1, data + 1, size - 1);
  return 0;
}
