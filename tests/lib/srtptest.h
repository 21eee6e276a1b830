/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticesrtpbytes.h"
#include "gsticesrtptransform.h"

#include <gst/check/gstcheck.h>
#include <string.h>

G_BEGIN_DECLS

/* Shared by the tests of SRTP: packets, and keys made from a number. */

#define SRTP_TEST_MAX_BYTES (1500 + GST_ICE_SRTP_MAX_OVERHEAD_BYTES)

/* Returns: (transfer none): static: the name of a suite */
static inline const gchar *
srtp_test_get_name (guint suite)
{
  return gst_ice_srtp_suite_get_info ((GstIceSrtpSuite) suite)->name;
}

/* @text: hexadecimal, with blanks
 * Returns: the number of bytes */
static inline gsize
srtp_test_parse_hex (const gchar * text, guint8 * out)
{
  gsize n = 0;
  gint high = -1;

  for (; *text != '\0'; text++) {
    if (*text == ' ')
      continue;
    if (high < 0) {
      high = g_ascii_xdigit_value (*text);
    } else {
      out[n++] = (guint8) (high << 4 | g_ascii_xdigit_value (*text));
      high = -1;
    }
  }
  return n;
}

static inline void
srtp_test_assert_hex (const guint8 * data, gsize size, const gchar * text)
{
  guint8 expected[512];

  fail_unless_equals_uint64 (srtp_test_parse_hex (text, expected), size);
  fail_unless (memcmp (data, expected, size) == 0, "not %s", text);
}

static inline GstIceSrtpMasterKey
srtp_test_make_master (guint8 seed)
{
  GstIceSrtpMasterKey master = { {0} };

  memset (master.secret, seed, sizeof master.secret);
  return master;
}

/* @transform: (inout): of one direction
 * @protects: which */
static inline void
srtp_test_add_key (GstIceSrtpTransform * transform, guint suite,
    const GstIceSrtpMasterKey * master, gboolean protects)
{
  GstIceSrtpKey *key = gst_ice_srtp_key_new ((GstIceSrtpSuite) suite, master,
      protects, NULL);

  fail_unless (key != NULL);
  gst_ice_srtp_transform_add_key (transform, key);
}

/* @size: 12 at least: without an extension */
static inline void
srtp_test_write_rtp (guint8 * out, gsize size, guint32 ssrc, guint16 seqnum)
{
  memset (out, 7, size);
  out[0] = 0x80;
  out[1] = 96;
  gst_ice_srtp_write_16 (out + 2, seqnum);
  gst_ice_srtp_write_32 (out + 8, ssrc);
}

/* @size: 8 at least */
static inline void
srtp_test_write_rtcp (guint8 * out, gsize size, guint32 ssrc)
{
  memset (out, 9, size);
  out[0] = 0x80;
  out[1] = 201;
  gst_ice_srtp_write_16 (out + 2, (guint16) (size / 4 - 1));
  gst_ice_srtp_write_32 (out + 4, ssrc);
}

/* For a packet in one piece. */
static inline GstIceSrtpStatus
srtp_test_protect (GstIceSrtpTransform * transform, const guint8 * clear,
    gsize size, guint8 * out, gsize * n_written)
{
  GstIceSrtpPiece piece = { clear, size };

  return gst_ice_srtp_transform_protect (transform, &piece, size, out,
      n_written);
}

G_END_DECLS
