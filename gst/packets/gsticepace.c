/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Divides what leaves into bursts that keep to a rate. */

#include "config.h"

#include "gsticepace.h"

/* Returns: how many bytes may leave at @now_us */
static gsize
get_bytes (const GstIcePace * self, guint64 rate, gint64 now_us)
{
  const gint64 left_us = GST_ICE_PACE_BURST_US - MAX (self->free_us - now_us,
      0);

  return left_us <= 0 ? 0 : MAX (gst_util_uint64_scale (rate,
          (guint64) left_us, 8 * G_USEC_PER_SEC), 1);
}

guint
gst_ice_pace_count (const GstIcePace * self, guint64 rate,
    GstBufferList * list, guint first, gint64 now_us)
{
  const guint n_packets = gst_buffer_list_length (list);
  gsize left;
  guint n = 0;

  if (rate == 0)
    return n_packets - first;
  left = get_bytes (self, rate, now_us);
  while (first + n < n_packets && left > 0) {
    const gsize size = gst_buffer_get_size (gst_buffer_list_get (list,
            first + n));

    if (n > 0 && size > left)
      break;
    left -= MIN (left, size);
    n++;
  }
  return n;
}

/* Returns: (transfer full): @n packets of @list from @first on */
static GstBufferList *
copy_part (GstBufferList * list, guint first, guint n)
{
  GstBufferList *part = gst_buffer_list_new_sized (n);

  for (guint i = 0; i < n; i++)
    gst_buffer_list_add (part, gst_buffer_ref (gst_buffer_list_get (list,
                first + i)));
  return part;
}

static void
spend (GstIcePace * self, guint64 rate, gint64 now_us, GstBufferList * list,
    guint first, guint n)
{
  guint64 bits = 0;

  for (guint i = 0; i < n; i++)
    bits += 8 * gst_buffer_get_size (gst_buffer_list_get (list, first + i));
  self->free_us = MAX (self->free_us, now_us) +
      (gint64) gst_util_uint64_scale_ceil (bits, G_USEC_PER_SEC, rate);
}

guint
gst_ice_pace_send (GstIcePace * self, guint64 rate, GstIceRoute * route,
    GstBufferList * list, guint first, gint64 now_us, GstIceRouteTally * tally,
    GError ** error)
{
  const guint n = gst_ice_pace_count (self, rate, list, first, now_us);
  g_autoptr (GstBufferList) part = NULL;
  guint n_taken;

  if (n == 0)
    return 0;
  if (first + n == gst_buffer_list_length (list)) {
    n_taken = gst_ice_route_send_list (route, list, first, tally, error);
  } else {
    part = copy_part (list, first, n);
    n_taken = gst_ice_route_send_list (route, part, 0, tally, error);
  }
  if (rate != 0)
    spend (self, rate, now_us, list, first, n_taken);
  return n_taken;
}

gint64
gst_ice_pace_get_due_us (const GstIcePace * self)
{
  return self->free_us;
}
