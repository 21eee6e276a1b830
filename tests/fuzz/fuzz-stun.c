/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* STUN as a peer, or anybody, sends it to our socket. */

#include "config.h"

#include "fuzz.h"

#include "gsticeudpstun.h"

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  return 0;
}

/* What is taken for STUN points into what came, and an answer to it is STUN whose
 * integrity is right and which has the same transaction. */
int
LLVMFuzzerTestOneInput (const uint8_t * data, size_t size)
{
  static const gchar password[] = "0123456789abcdefghijkl";
  /* A copy of its own: one byte too far is noticed. */
  g_autofree guint8 *copy = g_memdup2 (data, size);
  guint8 answer[GST_ICE_UDP_STUN_MAX_SIZE];
  GstIceUdpAddress from, mapped;
  GstIceUdpStun stun, again;
  gsize n;

  if (copy == NULL || !gst_ice_udp_stun_parse (&stun, copy, size))
    return 0;

  g_assert_true (stun.id >= copy
      && stun.id + GST_ICE_UDP_STUN_ID_SIZE <= copy + size);
  (void) gst_ice_udp_stun_check_integrity (&stun, password);
  (void) gst_ice_udp_stun_check_username (&stun, "abcd", "efgh");
  if (!gst_ice_udp_stun_get_mapped (&stun, &from))
    return 0;

  n = gst_ice_udp_stun_build_response (&stun, &from, password, answer);
  g_assert_cmpuint (n, >, 0);
  g_assert_cmpuint (n, <=, sizeof answer);
  g_assert_true (gst_ice_udp_stun_parse (&again, answer, n));
  g_assert_true (gst_ice_udp_stun_check_integrity (&again, password));
  g_assert_cmpmem (again.id, GST_ICE_UDP_STUN_ID_SIZE, stun.id,
      GST_ICE_UDP_STUN_ID_SIZE);
  g_assert_true (gst_ice_udp_stun_get_mapped (&again, &mapped));
  return 0;
}
