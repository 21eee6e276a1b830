/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What a TURN server sends: TURN's messages and ChannelData (RFC 8656, 12). */

#include "config.h"

#include "fuzz.h"

#include "gsticeturnmessage.h"

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  return 0;
}

/* As a datagram, and as a stream that is cut into messages. */
int
LLVMFuzzerTestOneInput (const uint8_t * data, size_t size)
{
  g_autofree guint8 *copy = g_memdup2 (data, size);
  const guint8 *payload;
  gsize payload_size, at = 0;

  if (copy == NULL)
    return 0;

  if (gst_ice_turn_message_unwrap (copy, size, &payload, &payload_size))
    g_assert_true (payload >= copy && payload_size <= (gsize) (copy + size -
            payload));
  while (at < size) {
    gssize n = gst_ice_turn_message_get_size (copy + at, size - at);

    if (n <= 0)
      break;
    g_assert_cmpint (n, >=, 4);
    at += (gsize) n;
  }
  return 0;
}
