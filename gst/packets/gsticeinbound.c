/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Counts loss, reordering and jitter of received RTP, for each source. */

#include "config.h"

#include "gsticeinbound.h"

#include "gsticememory.h"

#include <string.h>

/* RFC 3550, A.1: a larger step is another beginning, if the next packet agrees. */
#define MAX_DROPOUT 3000
#define MAX_MISORDER 100

/* RFC 3550, 5.1 */
#define HEADER_SIZE 12

/* How many of the last numbers are remembered, to find duplicates. */
#define WINDOW 64

/* No payload type: the next packet's is looked up. */
#define NO_PAYLOAD 0xff

typedef struct
{
  guint8 payload;
  guint32 rate;                 /* of the timestamp, in units a second */
} Rate;

typedef struct
{
  guint32 ssrc;
  guint8 payload;               /* of the last packet */
  guint32 rate;                 /* of that payload type; 0: unknown */
  gint64 heard_us;

  gint64 first;                 /* first number since the source began anew */
  gint64 highest;               /* both include cycles in the upper bits */
  guint32 bad;                  /* the number that would confirm a new
                                 * beginning; G_MAXUINT32: none */
  guint64 window;               /* bit n: number highest - n has come */
  guint64 n_received;
  guint64 n_begun;              /* n_received before the source began anew */
  gint64 n_lost_before;         /* lost before that */
  guint64 n_reordered, n_duplicated;

  gboolean has_transit;
  guint32 transit;              /* arrival minus timestamp, in units of the
                                 * timestamp */
  guint64 jitter;               /* times 16 */
} Source;

void
gst_ice_inbound_clear (GstIceInbound * self)
{
  g_clear_pointer (&self->sources, g_array_unref);
  g_clear_pointer (&self->rates, g_array_unref);
}

void
gst_ice_inbound_set_formats (GstIceInbound * self, GstCaps * formats)
{
  g_clear_pointer (&self->rates, g_array_unref);
  /* The same number may mean another format now. */
  for (guint i = 0; self->sources != NULL && i < self->sources->len; i++)
    g_array_index (self->sources, Source, i).payload = NO_PAYLOAD;
  if (formats == NULL || gst_caps_is_any (formats))
    return;

  self->rates = g_array_new (FALSE, FALSE, sizeof (Rate));
  for (guint i = 0; i < gst_caps_get_size (formats); i++) {
    const GstStructure *format = gst_caps_get_structure (formats, i);
    gint payload, rate;

    if (gst_structure_get_int (format, "payload", &payload) &&
        gst_structure_get_int (format, "clock-rate", &rate) && rate > 0) {
      Rate known = { (guint8) payload, (guint32) rate };

      g_array_append_val (self->rates, known);
    }
  }
}

static guint32
find_rate (const GstIceInbound * self, guint8 payload)
{
  for (guint i = 0; self->rates != NULL && i < self->rates->len; i++) {
    const Rate *rate = &g_array_index (self->rates, Rate, i);

    if (rate->payload == payload)
      return rate->rate;
  }
  return 0;
}

static gint64
get_lost (const Source * self)
{
  return self->n_lost_before + self->highest - self->first + 1 -
      (gint64) (self->n_received - self->n_begun);
}

static void
begin (Source * self, guint16 number)
{
  self->n_begun = self->n_received;
  self->first = number;
  self->highest = number;
  self->bad = G_MAXUINT32;
  self->window = 1;
}

/* Adds the counts of a source that makes room for another. */
static void
forget (GstIceInbound * self, const Source * source)
{
  self->forgotten.n_received += source->n_received;
  self->forgotten.n_lost += get_lost (source);
  self->forgotten.n_reordered += source->n_reordered;
  self->forgotten.n_duplicated += source->n_duplicated;
}

/* Returns: (transfer none): a place for a new source */
static Source *
make_place (GstIceInbound * self)
{
  Source *oldest;

  if (self->sources == NULL)
    self->sources = g_array_new (FALSE, TRUE, sizeof (Source));
  if (self->sources->len < GST_ICE_INBOUND_MAX) {
    g_array_set_size (self->sources, self->sources->len + 1);
    return &g_array_index (self->sources, Source, self->sources->len - 1);
  }
  oldest = &g_array_index (self->sources, Source, 0);
  for (guint i = 1; i < self->sources->len; i++) {
    Source *other = &g_array_index (self->sources, Source, i);

    if (other->heard_us < oldest->heard_us)
      oldest = other;
  }
  forget (self, oldest);
  return oldest;
}

/* Returns: (transfer none): the source @ssrc, of which packet @number has
 *     come */
static Source *
get_source (GstIceInbound * self, guint32 ssrc, guint16 number)
{
  Source *made;

  for (guint i = 0; self->sources != NULL && i < self->sources->len; i++) {
    Source *known = &g_array_index (self->sources, Source, i);

    if (known->ssrc == ssrc)
      return known;
  }
  made = make_place (self);
  *made = (Source) {
  .ssrc = ssrc,.payload = NO_PAYLOAD};
  begin (made, number);
  /* The packet itself has not been counted yet. */
  made->window = 0;
  made->highest--;
  return made;
}

/* Counts a number that is larger than all before. */
static void
advance (Source * self, guint step)
{
  self->highest += step;
  self->window = step < WINDOW ? self->window << step : 0;
  self->window |= 1;
  self->bad = G_MAXUINT32;
}

/* Counts a number that is not larger: late, or a duplicate.
 * Returns: %FALSE: a duplicate */
static gboolean
take_late (Source * self, guint behind)
{
  if (behind < WINDOW && (self->window >> behind & 1) != 0) {
    self->n_duplicated++;
    return FALSE;
  }
  if (behind < WINDOW)
    self->window |= G_GUINT64_CONSTANT (1) << behind;
  self->n_reordered++;
  self->first = MIN (self->first, self->highest - behind);
  return TRUE;
}

/* RFC 3550, A.1. Returns: whether the packet counts for jitter */
static gboolean
take_number (Source * self, guint16 number)
{
  const guint16 step = number - (guint16) self->highest;
  gboolean counts = TRUE;

  if (step > 0 && step < MAX_DROPOUT) {
    advance (self, step);
  } else if ((guint16) (0 - step) < MAX_MISORDER) {
    counts = take_late (self, (guint16) (0 - step));
  } else if (self->bad == number) {
    /* Two in a row: the source has begun anew. The first of the two counted
     * as lost. */
    self->n_lost_before = get_lost (self);
    self->has_transit = FALSE;
    begin (self, number);
  } else {
    self->bad = (guint16) (number + 1);
    return FALSE;
  }
  self->n_received++;
  return counts;
}

/* RFC 3550, A.8 */
static void
take_time (Source * self, guint32 timestamp, gint64 arrived_us)
{
  guint32 transit;
  gint32 difference;

  if (self->rate == 0)
    return;
  transit = (guint32) gst_util_uint64_scale ((guint64) arrived_us, self->rate,
      G_USEC_PER_SEC) - timestamp;
  difference = (gint32) (transit - self->transit);
  if (self->has_transit)
    self->jitter += (guint64) ABS ((gint64) difference) -
        ((self->jitter + 8) >> 4);
  self->transit = transit;
  self->has_transit = TRUE;
}

static void
take_packet (GstIceInbound * self, const guint8 header[HEADER_SIZE],
    gint64 arrived_us)
{
  const guint8 payload = header[1] & 0x7f;
  const guint16 number = GST_READ_UINT16_BE (header + 2);
  Source *source = get_source (self, GST_READ_UINT32_BE (header + 8), number);

  source->heard_us = arrived_us;
  if (source->payload != payload) {
    const guint32 rate = find_rate (self, payload);

    source->has_transit &= rate == source->rate;
    source->payload = payload;
    source->rate = rate;
  }
  if (take_number (source, number))
    take_time (source, GST_READ_UINT32_BE (header + 4), arrived_us);
}

static gboolean
read_header (GstBuffer * packet, guint8 header[HEADER_SIZE])
{
  GstMemory *first = gst_buffer_n_memory (packet) > 0 ?
      gst_buffer_peek_memory (packet, 0) : NULL;
  const guint8 *data = first != NULL && first->size >= HEADER_SIZE ?
      gst_ice_memory_peek (first) : NULL;

  if (data == NULL)
    return gst_buffer_extract (packet, 0, header, HEADER_SIZE) == HEADER_SIZE;
  memcpy (header, data, HEADER_SIZE);
  return TRUE;
}

void
gst_ice_inbound_add_list (GstIceInbound * self, GstBufferList * list,
    gint64 arrived_us)
{
  const guint n = gst_buffer_list_length (list);
  guint8 header[HEADER_SIZE];

  for (guint i = 0; i < n; i++) {
    GstBuffer *packet = gst_buffer_list_get (list, i);

    /* RFC 5761, 4: payload types 64 to 95 are RTCP's. */
    if (read_header (packet, header) && (header[0] & 0xc0) == 0x80
        && (header[1] & 0x60) != 0x40)
      take_packet (self, header, arrived_us);
  }
}

static void
get_counts (const Source * source, GstIceInboundCounts * counts)
{
  *counts = (GstIceInboundCounts) {
  .ssrc = source->ssrc,.n_received = source->n_received,.n_lost =
        get_lost (source),.n_reordered = source->n_reordered,.n_duplicated =
        source->n_duplicated};
  if (source->rate > 0)
    counts->jitter_s = source->jitter / 16.0 / source->rate;
}

void
gst_ice_inbound_get (const GstIceInbound * self, guint number,
    GstIceInboundCounts * counts)
{
  get_counts (&g_array_index (self->sources, Source, number), counts);
}

void
gst_ice_inbound_sum (const GstIceInbound * self, GstIceInboundCounts * counts,
    guint * n)
{
  gint64 heard_us = G_MININT64;

  *counts = self->forgotten;
  *n = self->sources != NULL ? self->sources->len : 0;
  for (guint i = 0; i < *n; i++) {
    const Source *source = &g_array_index (self->sources, Source, i);
    GstIceInboundCounts own;

    get_counts (source, &own);
    counts->n_received += own.n_received;
    counts->n_lost += own.n_lost;
    counts->n_reordered += own.n_reordered;
    counts->n_duplicated += own.n_duplicated;
    if (source->heard_us < heard_us)
      continue;
    heard_us = source->heard_us;
    counts->ssrc = own.ssrc;
    counts->jitter_s = own.jitter_s;
  }
}
