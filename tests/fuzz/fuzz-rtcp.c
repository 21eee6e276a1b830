/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* RTCP of a peer, in the clear: reports and feedback. */

#include "config.h"

#include "fuzz.h"

#include "gsticertcp.h"

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  gst_init (NULL, NULL);

  return 0;
}

/* As much as fits in. A NACK of 4 bytes tells of 17 packets, a block takes 24. */
typedef struct
{
  gsize n_key_units, n_lost, n_blocks;
} Seen;

static void
on_key_unit (guint32 from, guint32 ssrc, gint fir_number, gpointer user_data)
{
  g_assert_cmpint (fir_number, >=, -1);
  g_assert_cmpint (fir_number, <=, 255);
  ((Seen *) user_data)->n_key_units++;
}

static gboolean
on_lost (guint32 ssrc, guint16 seqnum, gpointer user_data)
{
  return ++((Seen *) user_data)->n_lost != 100;
}

static void
on_block (const GstIceRtcpBlock * block, gpointer user_data)
{
  g_assert_cmpuint (block->fraction_lost, <, 256);
  g_assert_cmpint (block->packets_lost, >=, -0x800000);
  g_assert_cmpint (block->packets_lost, <, 0x800000);
  ((Seen *) user_data)->n_blocks++;
}

int
LLVMFuzzerTestOneInput (const uint8_t * data, size_t size)
{
  static const GstIceRtcpEvents events = { on_key_unit, on_lost, on_block };
  g_autofree guint8 *copy = g_memdup2 (data, size);
  Seen seen = { 0, 0, 0 };

  if (copy == NULL)
    return 0;
  gst_ice_rtcp_read (copy, size, &events, &seen);
  g_assert_cmpuint (seen.n_key_units, <=, size / 8);
  g_assert_cmpuint (seen.n_lost, <=, 17 * (size / 4));
  g_assert_cmpuint (seen.n_blocks, <=, size / 24);
  return 0;
}
