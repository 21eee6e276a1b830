/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Decides when the checks of an m-line may start: after those of the m-lines
 * before it. */

#include "config.h"

#include "gsticecheckorder.h"

typedef struct
{
  GstIceCheckOrderPhase phase;
  gint64 since_ms;              /* when the checks began */
} Place;

struct _GstIceCheckOrder
{
  GArray *places;               /* of Place, by the number of the m-line */
};

/* Returns: (transfer full): an order without m-lines */
GstIceCheckOrder *
gst_ice_check_order_new (void)
{
  GstIceCheckOrder *self = g_new0 (GstIceCheckOrder, 1);

  self->places = g_array_new (FALSE, TRUE, sizeof (Place));
  return self;
}

/* @self: (transfer full) */
void
gst_ice_check_order_free (GstIceCheckOrder * self)
{
  g_array_unref (self->places);
  g_free (self);
}

void
gst_ice_check_order_set (GstIceCheckOrder * self, guint index,
    GstIceCheckOrderPhase phase)
{
  Place *place;

  if (index >= self->places->len)
    g_array_set_size (self->places, index + 1);

  place = &g_array_index (self->places, Place, index);
  /* Known credentials that come again don't start the checks again. */
  if (phase == GST_ICE_CHECK_ORDER_HELD
      && place->phase != GST_ICE_CHECK_ORDER_IDLE)
    return;
  place->phase = phase;
}

GstIceCheckOrderPhase
gst_ice_check_order_get (GstIceCheckOrder * self, guint index)
{
  return index < self->places->len ?
      g_array_index (self->places, Place,
      index).phase : GST_ICE_CHECK_ORDER_IDLE;
}

/* When @place stops holding back the next m-line, G_MAXINT64 if that is
 * unknown. */
static gint64
get_release_time (const Place * place)
{
  switch (place->phase) {
    case GST_ICE_CHECK_ORDER_WORKING:
    case GST_ICE_CHECK_ORDER_DEAD:
      return 0;
    case GST_ICE_CHECK_ORDER_CHECKING:
      return place->since_ms + GST_ICE_CHECK_ORDER_CAP_MS;
    default:
      return G_MAXINT64;
  }
}

/* Finds the first m-line that is held, and when those before it let it
 * start. */
static Place *
find_held (GstIceCheckOrder * self, gint64 * release_ms)
{
  *release_ms = 0;

  for (guint i = 0; i < self->places->len; i++) {
    Place *place = &g_array_index (self->places, Place, i);

    if (place->phase == GST_ICE_CHECK_ORDER_HELD)
      return place;
    *release_ms = MAX (*release_ms, get_release_time (place));
  }
  return NULL;
}

gint
gst_ice_check_order_open (GstIceCheckOrder * self, gint64 now_ms)
{
  gint64 release_ms;
  Place *place = find_held (self, &release_ms);

  if (place == NULL || release_ms > now_ms)
    return -1;

  place->phase = GST_ICE_CHECK_ORDER_CHECKING;
  place->since_ms = now_ms;
  return (gint) (place - &g_array_index (self->places, Place, 0));
}

gint
gst_ice_check_order_get_wait (GstIceCheckOrder * self, gint64 now_ms)
{
  gint64 release_ms;

  if (find_held (self, &release_ms) == NULL || release_ms == G_MAXINT64)
    return -1;
  return (gint) MAX (release_ms - now_ms, 0);
}
