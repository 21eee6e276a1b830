/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Tells a packet that is sent again from another with the same index. With one key, one index
 * and one source the same plain packet becomes the same bytes, which tells nobody more; another
 * one must never leave (RFC 3711, 9.1; RFC 7714, 8.1). The tag, which is of all of the packet,
 * shows which it is. */

#include "config.h"

#include "gsticesrtprepeats.h"

#include <string.h>

/* As far back as who keeps packets may go. */
#define N_ENTRIES 2048

/* What is kept of a tag, at most. */
#define TAG_BYTES 8

typedef struct
{
  guint64 index;                /* and one, 0: nothing */
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

/* Returns: where the tag of @packet is, or would be. Two sources, as of a stream and of its
 * repair, begin at different places. */
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
