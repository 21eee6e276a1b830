/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Counts what each RTP source sends, for sender reports and to recognise
 * feedback. Looks at the first packet of a list only, as a list has one
 * frame, or nearly. */

#include "config.h"

#include "gsticesources.h"

#include <string.h>

#define FIXED_BYTES 12
#define EXTENSION_BYTES 4

/* Returns: the size, with its header, of the extension at @at in @packet */
static guint
get_extension_bytes (GstBuffer * packet, guint at)
{
  guint8 bytes[EXTENSION_BYTES];

  if (gst_buffer_extract (packet, at, bytes, sizeof (bytes)) != sizeof (bytes))
    return 0;
  return EXTENSION_BYTES + 4 * (guint) GST_READ_UINT16_BE (bytes + 2);
}

void
gst_ice_source_head_read (GstIceSourceHead * self, GstBuffer * packet,
    GstClockTime running_time)
{
  guint8 bytes[FIXED_BYTES];
  guint type;

  memset (self, 0, sizeof (*self));
  if (gst_buffer_extract (packet, 0, bytes, sizeof (bytes)) != sizeof (bytes)
      || bytes[0] >> 6 != 2)
    return;
  /* Types 64 to 95 are RTCP (RFC 5761, 4). */
  type = bytes[1] & 0x7f;
  if (type >= 64 && type <= 95)
    return;

  self->is_rtp = TRUE;
  self->seqnum = GST_READ_UINT16_BE (bytes + 2);
  self->rtp_time = GST_READ_UINT32_BE (bytes + 4);
  self->ssrc = GST_READ_UINT32_BE (bytes + 8);
  self->running_time = running_time;
  self->header_bytes = FIXED_BYTES + 4 * (guint) (bytes[0] & 0x0f);
  if (bytes[0] & 0x10)
    self->header_bytes += get_extension_bytes (packet, self->header_bytes);
}

/* Returns: (transfer none): the source, moved to the front */
static GstIceSource *
make_first (GstIceSources * self, guint32 ssrc)
{
  GstIceSource source = {.ssrc = ssrc };
  guint i = 0;

  while (i < self->n_sources && self->sources[i].ssrc != ssrc)
    i++;
  if (i < self->n_sources)
    source = self->sources[i];
  else if (self->n_sources < GST_ICE_MAX_SOURCES)
    self->n_sources++;
  else
    i--;
  memmove (self->sources + 1, self->sources, i * sizeof (*self->sources));
  self->sources[0] = source;
  return &self->sources[0];
}

void
gst_ice_sources_note (GstIceSources * self, const GstIceSourceHead * head,
    guint n_packets, gsize n_bytes)
{
  const guint16 last = (guint16) (head->seqnum + n_packets - 1);
  GstIceSource *source = &self->sources[0];

  if (!head->is_rtp || n_packets == 0)
    return;
  if (self->n_sources == 0 || source->ssrc != head->ssrc)
    source = make_first (self, head->ssrc);

  /* A packet that is sent again is behind. */
  if (source->n_packets == 0 || (gint16) (last - source->newest) > 0)
    source->newest = last;
  source->rtp_time = head->rtp_time;
  source->running_time = head->running_time;
  source->n_packets += n_packets;
  source->n_octets += n_bytes - MIN (n_bytes,
      (gsize) n_packets * head->header_bytes);
}

const GstIceSource *
gst_ice_sources_find (const GstIceSources * self, guint32 ssrc)
{
  for (guint i = 0; i < self->n_sources; i++) {
    if (self->sources[i].ssrc == ssrc)
      return &self->sources[i];
  }
  return NULL;
}
