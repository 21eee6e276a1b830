/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Tells a packet that is sent again from another one with the same index.
 * With the same key, index and source, the same plain packet gives the same
 * bytes, which reveals nothing new; a different packet must never leave (RFC
 * 3711, 9.1; RFC 7714, 8.1). The tag, which depends on the whole packet,
 * shows it. */

#include "config.h"

#include "gsticesrtprepeats.h"

#include <string.h>

/* The oldest packet that may be sent again. */
#define N_ENTRIES 2048

/* How much of a tag is kept, at most. */
#define TAG_BYTES 8

typedef struct
{
  guint64 index;                /* index + 1, 0: empty */
  guint32 ssrc;
  guint8 tag[TAG_BYTES];
} Entry;

struct _GstIceSrtpRepeats
{
  Entry entries[N_ENTRIES];
};

/* Returns: (transfer full): without tags */
GstIceSrtpRepeats *
gst_ice_srtp_repeats_new (void)
{
  return g_new0 (GstIceSrtpRepeats, 1);
}

/* @self: (transfer full) */
void
gst_ice_srtp_repeats_free (GstIceSrtpRepeats * self)
{
  g_free (self);
}

/* Returns: the place of @packet's tag. Two sources, as of a stream and its
 *     repair, begin at different places. */
static guint
get_place (const GstIceSrtpPacket * packet)
{
  return (guint) ((packet->index + packet->ssrc % 1021) % N_ENTRIES);
}

void
gst_ice_srtp_repeats_add (GstIceSrtpRepeats * self,
    const GstIceSrtpPacket * packet, guint tag_bytes)
{
  Entry *entry = &self->entries[get_place (packet)];

  entry->index = packet->index + 1;
  entry->ssrc = packet->ssrc;
  memcpy (entry->tag, packet->tag, MIN (tag_bytes, TAG_BYTES));
}

gboolean
gst_ice_srtp_repeats_has (const GstIceSrtpRepeats * self,
    const GstIceSrtpPacket * packet)
{
  const Entry *entry = &self->entries[get_place (packet)];

  return entry->index == packet->index + 1 && entry->ssrc == packet->ssrc;
}

gboolean
gst_ice_srtp_repeats_check (const GstIceSrtpRepeats * self,
    const GstIceSrtpPacket * packet, guint tag_bytes)
{
  return memcmp (self->entries[get_place (packet)].tag, packet->tag,
      MIN (tag_bytes, TAG_BYTES)) == 0;
}
