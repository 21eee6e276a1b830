/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Reads what a sender needs from RTCP, and makes the RTCP of a session that
 * has no element for it. */

#include "config.h"

#include "gsticertcp.h"

#include <string.h>

/* Packet types (RFC 3550, 12.1; RFC 4585, 6.1). */
#define SENDER_REPORT 200
#define RECEIVER_REPORT 201
#define SOURCE_DESCRIPTION 202
#define GOODBYE 203
#define TRANSPORT_FEEDBACK 205
#define PAYLOAD_FEEDBACK 206

/* Formats of feedback (RFC 4585, 6.2, 6.3; RFC 5104, 4.3). */
#define GENERIC_NACK 1
#define PICTURE_LOSS 1
#define FULL_INTRA_REQUEST 4

#define HEADER_BYTES 4
#define SENDER_INFO_BYTES 20
#define BLOCK_BYTES 24
#define FIR_ITEM_BYTES 8
#define NACK_ITEM_BYTES 4

#define CNAME_ITEM 1
#define MAX_CNAME_BYTES 255

/* SR, SDES with a chunk of one item, and BYE or feedback. */
#define MAX_MADE_BYTES (28 + 4 + 4 + 2 + MAX_CNAME_BYTES + 4 + 20)

/* Seconds from 1900 to 1970 (RFC 5905, 6). */
#define NTP_SECONDS G_GUINT64_CONSTANT (2208988800)

/* --- Reading --- */

/* One packet of a compound packet, without its first four bytes. */
typedef struct
{
  guint count;                  /* number of blocks, or format of feedback */
  guint type;
  const guint8 *body;
  gsize size;                   /* size of the body without padding */
} Packet;

/* Takes the first packet of *@data, (inout), with *@size.
 * Returns: %FALSE when there is no complete one */
static gboolean
take_packet (const guint8 ** data, gsize * size, Packet * packet)
{
  const guint8 *head = *data;
  gsize length, padding = 0;

  if (*size < HEADER_BYTES || head[0] >> 6 != 2)
    return FALSE;
  length = HEADER_BYTES + 4 * (gsize) GST_READ_UINT16_BE (head + 2);
  if (length > *size)
    return FALSE;
  /* Only the last packet may have padding (RFC 3550, 6.4.1). */
  if (head[0] & 0x20) {
    padding = head[length - 1];
    if (padding == 0 || padding > length - HEADER_BYTES)
      return FALSE;
  }

  *packet = (Packet) {
  head[0] & 0x1f, head[1], head + HEADER_BYTES,
        length - HEADER_BYTES - padding};
  *data += length;
  *size -= length;
  return TRUE;
}

/* @skipped: bytes before the blocks */
static void
read_blocks (const Packet * packet, gsize skipped,
    const GstIceRtcpEvents * events, gpointer user_data)
{
  for (guint i = 0; i < packet->count && events->block != NULL; i++) {
    const gsize at = skipped + i * BLOCK_BYTES;
    const guint8 *bytes = packet->body + at;
    GstIceRtcpBlock block;
    guint32 lost;

    if (at + BLOCK_BYTES > packet->size)
      return;
    lost = GST_READ_UINT24_BE (bytes + 5);
    block.ssrc = GST_READ_UINT32_BE (bytes);
    block.fraction_lost = bytes[4];
    /* A signed number of 24 bits. */
    block.packets_lost = (gint) lost - (lost & 0x800000 ? 0x1000000 : 0);
    block.jitter = GST_READ_UINT32_BE (bytes + 12);
    block.last_report = GST_READ_UINT32_BE (bytes + 16);
    block.delay = GST_READ_UINT32_BE (bytes + 20);
    events->block (&block, user_data);
  }
}

/* Returns: %FALSE when no more items are wanted */
static gboolean
read_nack_item (guint32 ssrc, const guint8 * item,
    const GstIceRtcpEvents * events, gpointer user_data)
{
  const guint16 first = GST_READ_UINT16_BE (item);
  guint following = GST_READ_UINT16_BE (item + 2);

  if (!events->lost (ssrc, first, user_data))
    return FALSE;
  for (guint i = 1; following != 0; i++, following >>= 1) {
    if ((following & 1)
        && !events->lost (ssrc, (guint16) (first + i), user_data))
      return FALSE;
  }
  return TRUE;
}

static void
read_feedback (const Packet * packet, const GstIceRtcpEvents * events,
    gpointer user_data)
{
  guint32 from, ssrc;

  if (packet->size < 8)
    return;
  from = GST_READ_UINT32_BE (packet->body);
  ssrc = GST_READ_UINT32_BE (packet->body + 4);

  if (packet->type == TRANSPORT_FEEDBACK && packet->count == GENERIC_NACK
      && events->lost != NULL) {
    for (gsize at = 8; at + NACK_ITEM_BYTES <= packet->size;
        at += NACK_ITEM_BYTES) {
      if (!read_nack_item (ssrc, packet->body + at, events, user_data))
        return;
    }
  } else if (packet->type == PAYLOAD_FEEDBACK && events->key_unit != NULL) {
    if (packet->count == PICTURE_LOSS)
      events->key_unit (from, ssrc, -1, user_data);
    /* Each item names its source; the header's field means nothing. */
    for (gsize at = 8; packet->count == FULL_INTRA_REQUEST
        && at + FIR_ITEM_BYTES <= packet->size; at += FIR_ITEM_BYTES)
      events->key_unit (from, GST_READ_UINT32_BE (packet->body + at),
          packet->body[at + 4], user_data);
  }
}

void
gst_ice_rtcp_read (const guint8 * data, gsize size,
    const GstIceRtcpEvents * events, gpointer user_data)
{
  Packet packet;

  while (take_packet (&data, &size, &packet)) {
    switch (packet.type) {
      case SENDER_REPORT:
        read_blocks (&packet, 4 + SENDER_INFO_BYTES, events, user_data);
        break;
      case RECEIVER_REPORT:
        read_blocks (&packet, 4, events, user_data);
        break;
      case TRANSPORT_FEEDBACK:
      case PAYLOAD_FEEDBACK:
        read_feedback (&packet, events, user_data);
        break;
      default:
        break;
    }
  }
}

/* --- Making --- */

/* A compound packet under construction. */
typedef struct
{
  guint8 bytes[MAX_MADE_BYTES];
  gsize size;
  gsize start;                  /* where the open packet begins */
} Writer;

static void
begin_packet (Writer * self, guint count, guint type)
{
  self->start = self->size;
  self->bytes[self->size] = (guint8) (0x80 | count);
  self->bytes[self->size + 1] = (guint8) type;
  self->size += HEADER_BYTES;
}

static void
put_uint32 (Writer * self, guint32 value)
{
  GST_WRITE_UINT32_BE (self->bytes + self->size, value);
  self->size += 4;
}

/* Writes the length of the open packet. */
static void
end_packet (Writer * self)
{
  GST_WRITE_UINT16_BE (self->bytes + self->start + 2,
      (guint16) ((self->size - self->start) / 4 - 1));
}

/* RFC 3550, 6.5: one to four zero bytes follow the items, up to a multiple
 * of 4. */
static void
put_cname (Writer * self, guint32 ssrc, const gchar * cname)
{
  const gsize n = MIN (strlen (cname), MAX_CNAME_BYTES);

  begin_packet (self, 1, SOURCE_DESCRIPTION);
  put_uint32 (self, ssrc);
  self->bytes[self->size++] = CNAME_ITEM;
  self->bytes[self->size++] = (guint8) n;
  memcpy (self->bytes + self->size, cname, n);
  self->size += n;
  do
    self->bytes[self->size++] = 0;
  while (self->size % 4 != 0);
  end_packet (self);
}

static void
put_sender_report (Writer * self, const GstIceRtcpSenderInfo * info)
{
  begin_packet (self, 0, SENDER_REPORT);
  put_uint32 (self, info->ssrc);
  put_uint32 (self, (guint32) (info->ntp_time >> 32));
  put_uint32 (self, (guint32) info->ntp_time);
  put_uint32 (self, info->rtp_time);
  put_uint32 (self, info->n_packets);
  put_uint32 (self, info->n_octets);
  end_packet (self);
}

/* Returns: (transfer full) */
static GstBuffer *
to_buffer (const Writer * self)
{
  return gst_buffer_new_memdup (self->bytes, self->size);
}

guint64
gst_ice_rtcp_to_ntp_time (gint64 real_us)
{
  const guint64 us = (guint64) MAX (real_us, 0);

  return ((us / G_USEC_PER_SEC + NTP_SECONDS) << 32) |
      ((us % G_USEC_PER_SEC) << 32) / G_USEC_PER_SEC;
}

GstBuffer *
gst_ice_rtcp_make_sender_report (const GstIceRtcpSenderInfo * info,
    const gchar * cname)
{
  Writer writer = { {0}, 0, 0 };

  put_sender_report (&writer, info);
  put_cname (&writer, info->ssrc, cname);
  return to_buffer (&writer);
}

GstBuffer *
gst_ice_rtcp_make_goodbye (const GstIceRtcpSenderInfo * info,
    const gchar * cname)
{
  Writer writer = { {0}, 0, 0 };

  put_sender_report (&writer, info);
  put_cname (&writer, info->ssrc, cname);
  begin_packet (&writer, 1, GOODBYE);
  put_uint32 (&writer, info->ssrc);
  end_packet (&writer);
  return to_buffer (&writer);
}

GstBuffer *
gst_ice_rtcp_make_key_unit_request (guint32 ssrc, const gchar * cname,
    guint32 media_ssrc, gint fir_number)
{
  Writer writer = { {0}, 0, 0 };

  begin_packet (&writer, 0, RECEIVER_REPORT);
  put_uint32 (&writer, ssrc);
  end_packet (&writer);
  put_cname (&writer, ssrc, cname);

  begin_packet (&writer, fir_number < 0 ? PICTURE_LOSS : FULL_INTRA_REQUEST,
      PAYLOAD_FEEDBACK);
  put_uint32 (&writer, ssrc);
  put_uint32 (&writer, fir_number < 0 ? media_ssrc : 0);
  if (fir_number >= 0) {
    put_uint32 (&writer, media_ssrc);
    put_uint32 (&writer, (guint32) (fir_number & 0xff) << 24);
  }
  end_packet (&writer);
  return to_buffer (&writer);
}
