/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Reads the head of TURN messages and ChannelData in a TCP stream (RFC
 * 8656). */

#include "config.h"

#include "gsticeturnmessage.h"

#include <gst/gst.h>

/* RFC 8656, 12.4: channel number and length, then the data. */
#define CHANNEL_HEADER_SIZE 4
#define FIRST_CHANNEL 0x40      /* the first byte; RFC 8656, 12 has up to
                                 * 0x4f */
#define AFTER_CHANNELS 0x50

#define STUN_HEADER_SIZE 20
#define DATA_INDICATION 0x0017  /* RFC 8656, 17 */
#define ATTRIBUTE_HEADER_SIZE 4
#define ATTRIBUTE_DATA 0x0013

static gboolean
is_channel (const guint8 * data)
{
  return data[0] >= FIRST_CHANNEL && data[0] < AFTER_CHANNELS;
}

static gsize
pad (gsize size)
{
  return (size + 3) & ~(gsize) 3;
}

static gboolean
find_data (const guint8 * data, gsize size_bytes, const guint8 ** payload,
    gsize * payload_size)
{
  gsize at = STUN_HEADER_SIZE;

  while (at + ATTRIBUTE_HEADER_SIZE <= size_bytes) {
    guint16 type = GST_READ_UINT16_BE (data + at);
    gsize size = GST_READ_UINT16_BE (data + at + 2);

    at += ATTRIBUTE_HEADER_SIZE;
    if (at + size > size_bytes)
      return FALSE;
    if (type == ATTRIBUTE_DATA) {
      *payload = data + at;
      *payload_size = size;
      return TRUE;
    }
    at += pad (size);
  }
  return FALSE;
}

gboolean
gst_ice_turn_message_unwrap (const guint8 * data, gsize size_bytes,
    const guint8 ** payload, gsize * payload_size)
{
  if (size_bytes < CHANNEL_HEADER_SIZE)
    return FALSE;

  if (is_channel (data)) {
    *payload = data + CHANNEL_HEADER_SIZE;
    *payload_size = GST_READ_UINT16_BE (data + 2);
    return *payload_size <= size_bytes - CHANNEL_HEADER_SIZE;
  }
  return size_bytes >= STUN_HEADER_SIZE &&
      GST_READ_UINT16_BE (data) == DATA_INDICATION &&
      find_data (data, size_bytes, payload, payload_size);
}

gssize
gst_ice_turn_message_get_size (const guint8 * data, gsize size_bytes)
{
  if (size_bytes < CHANNEL_HEADER_SIZE)
    return 0;
  if (is_channel (data))
    return (gssize) (CHANNEL_HEADER_SIZE + pad (GST_READ_UINT16_BE (data + 2)));
  if (data[0] > 3)
    return -1;
  return STUN_HEADER_SIZE + GST_READ_UINT16_BE (data + 2);
}
