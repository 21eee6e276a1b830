/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Packets of SRTP as a stranger can send them, and clear ones of any shape, through both
 * directions. */

#include "config.h"

#include "fuzz.h"

#include "gsticesrtpbytes.h"
#include "gsticesrtptransform.h"

#include <string.h>

#define MAX_PACKETS 16

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  return 0;
}

static GstIceSrtpMasterKey
make_master (guint8 seed, guint mki_bytes)
{
  GstIceSrtpMasterKey master = {.mki_bytes = mki_bytes };

  memset (master.secret, seed, sizeof master.secret);
  memset (master.mki, seed, sizeof master.mki);
  return master;
}

static void
add_key (GstIceSrtpTransform * transform, GstIceSrtpSuite suite,
    const GstIceSrtpMasterKey * master, gboolean protects)
{
  gst_ice_srtp_transform_add_key (transform, gst_ice_srtp_key_new (suite,
          master, protects, NULL));
}

/* Refused, it stays as it is; it is the peer's only if it is what @from sent. */
static void
open_packet (GstIceSrtpTransform * to, const guint8 * data, gsize size)
{
  g_autofree guint8 *copy = g_memdup2 (data, size);
  gsize opened = size;
  GstIceSrtpStatus status = gst_ice_srtp_transform_unprotect (to, copy,
      &opened);

  g_assert_cmpint (status, !=, GST_ICE_SRTP_OK);
  g_assert_cmpuint (opened, ==, size);
  g_assert_true (size == 0 || memcmp (copy, data, size) == 0);
}

/* In two pieces, cut at @cut. What was protected is opened to the same, once. */
static void
send_packet (GstIceSrtpTransform * from, GstIceSrtpTransform * to,
    const guint8 * data, gsize size, gsize cut)
{
  g_autofree guint8 *first = g_memdup2 (data, cut);
  g_autofree guint8 *second = g_memdup2 (data + cut, size - cut);
  const GstIceSrtpPiece pieces[] = { {first, cut}, {second, size - cut} };
  g_autofree guint8 *out = g_malloc (size + GST_ICE_SRTP_MAX_OVERHEAD_BYTES);
  gsize written, opened;

  if (gst_ice_srtp_transform_protect (from, pieces, size, out, &written) !=
      GST_ICE_SRTP_OK)
    return;
  opened = written;
  if (gst_ice_srtp_transform_unprotect (to, out, &opened) != GST_ICE_SRTP_OK)
    return;
  g_assert_cmpuint (opened, ==, size);
  g_assert_true (memcmp (out, data, size) == 0);
}

/* A byte of suite, one of the length of MKIs, and packets: a byte that says what it is and
 * where it is cut, two of length, and the packet. */
int
LLVMFuzzerTestOneInput (const uint8_t * data, size_t size)
{
  GstIceSrtpTransform *from, *to;
  GstIceSrtpMasterKey masters[2];
  GstIceSrtpSuite suite;
  gsize at = 2;

  if (size < 2)
    return 0;
  suite = (GstIceSrtpSuite) (data[0] % GST_ICE_SRTP_N_SUITES);
  from = gst_ice_srtp_transform_new_protector (4);
  to = gst_ice_srtp_transform_new_unprotector (2);
  gst_ice_srtp_transform_set_tries_wrap (to, (data[0] & 0x80) != 0);
  for (guint i = 0; i < 2; i++) {
    masters[i] = make_master ((guint8) (i + 1),
        data[1] % (GST_ICE_SRTP_MAX_MKI_BYTES + 1));
    add_key (to, suite, &masters[i], FALSE);
  }
  add_key (from, suite, &masters[0], TRUE);

  for (guint n = 0; n < MAX_PACKETS && at + 3 <= size; n++) {
    const guint8 what = data[at];
    const gsize length = MIN (gst_ice_srtp_read_16 (data + at + 1),
        size - at - 3);

    at += 3;
    if ((what & 1) == 0)
      open_packet (to, data + at, length);
    else
      send_packet (from, to, data + at, length, MIN (length, what >> 1));
    if (what == 0xff)
      add_key (from, suite, &masters[1], TRUE);
    at += length;
  }
  gst_ice_srtp_transform_free (from);
  gst_ice_srtp_transform_free (to);
  return 0;
}
