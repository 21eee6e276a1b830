/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The replay window of one source, and the guess of a packet's index from
 * its sequence number. */

#include "config.h"

#include "gsticesrtpwindow.h"

#include <string.h>

static guint64
get_bit (guint64 index)
{
  return G_GUINT64_CONSTANT (1) << index % 64;
}

static guint
get_word (guint64 index)
{
  return index % GST_ICE_SRTP_WINDOW / 64;
}

gboolean
gst_ice_srtp_window_is_empty (const GstIceSrtpWindow * self)
{
  return self->top == 0 && (self->seen[0] & 1) == 0;
}

GstIceSrtpStatus
gst_ice_srtp_window_check (const GstIceSrtpWindow * self, guint64 index)
{
  if (index > self->top)
    return GST_ICE_SRTP_OK;
  if (self->top - index >= GST_ICE_SRTP_WINDOW)
    return GST_ICE_SRTP_TOO_OLD;
  if ((self->seen[get_word (index)] & get_bit (index)) != 0)
    return GST_ICE_SRTP_REPLAYED;
  return GST_ICE_SRTP_OK;
}

void
gst_ice_srtp_window_mark (GstIceSrtpWindow * self, guint64 index)
{
  if (index > self->top && index - self->top >= GST_ICE_SRTP_WINDOW) {
    memset (self->seen, 0, sizeof self->seen);
    self->top = index;
  }
  while (self->top < index) {
    self->top++;
    self->seen[get_word (self->top)] &= ~get_bit (self->top);
  }
  self->seen[get_word (index)] |= get_bit (index);
}

void
gst_ice_srtp_window_close (GstIceSrtpWindow * self, guint64 top)
{
  memset (self->seen, 0xff, sizeof self->seen);
  self->top = top;
}

/* No index is below 0: with a counter of 0 the packet is taken to be ahead. */
guint64
gst_ice_srtp_window_guess (const GstIceSrtpWindow * self, guint16 seqnum)
{
  const gint top_seqnum = (gint) (self->top & 0xffff);
  guint64 counter = self->top >> 16;

  if (top_seqnum < 0x8000 && seqnum - top_seqnum > 0x8000 && counter > 0)
    counter--;
  else if (top_seqnum >= 0x8000 && top_seqnum - 0x8000 > seqnum)
    counter++;
  return counter << 16 | seqnum;
}
