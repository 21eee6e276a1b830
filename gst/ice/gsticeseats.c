/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticeseats.h"

#include "gsticeerror.h"

struct _GstIceSeats
{
  GPtrArray *seats;             /* of GstIceSeat */
};

/* Returns: (transfer full): a list without seats */
GstIceSeats *
gst_ice_seats_new (void)
{
  GstIceSeats *self = g_new0 (GstIceSeats, 1);

  self->seats = g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_ice_seat_unref);
  return self;
}

/* @self: (transfer full) */
void
gst_ice_seats_free (GstIceSeats * self)
{
  g_ptr_array_unref (self->seats);
  g_free (self);
}

void
gst_ice_seats_add (GstIceSeats * self, GstIceSeat * seat)
{
  g_ptr_array_add (self->seats, gst_ice_seat_ref (seat));
}

void
gst_ice_seats_remove (GstIceSeats * self, GstIceSeat * seat)
{
  g_ptr_array_remove (self->seats, seat);
}

gboolean
gst_ice_seats_merge_config (GstIceSeats * self, GstIceSeat * seat,
    GstIceConfig * config, GError ** error)
{
  const gchar *property = gst_ice_config_merge (config, seat->config);

  if (property == NULL)
    return TRUE;

  for (guint i = 0; i < self->seats->len; i++) {
    GstIceSeat *other = g_ptr_array_index (self->seats, i);
    g_autoptr (GstIceConfig) both = NULL;

    if (other->config == NULL)
      continue;
    both = gst_ice_config_copy (other->config);
    if (gst_ice_config_merge (both, seat->config) == NULL)
      continue;
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        "%s and %s are in one session but set %s to different values; set it on "
        "one of them, or to the same", other->claim->name, seat->claim->name,
        property);
    return FALSE;
  }
  g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
      "%s sets %s to another value than an element that has left the session",
      seat->claim->name, property);
  return FALSE;
}

/* Returns: (transfer none) (nullable): who speaks for m-line @mline, or, when
 *     nobody does or it is -1, for the session */
static GstIceSeat *
find_speaker (GstIceSeats * self, gint mline)
{
  GstIceSeat *first = NULL;

  for (guint i = 0; i < self->seats->len; i++) {
    GstIceSeat *seat = g_ptr_array_index (self->seats, i);

    if (seat->claim == NULL)
      continue;
    if (first == NULL)
      first = seat;
    if (mline >= 0 && seat->claim->mline == mline)
      return seat;
  }
  return first;
}

static gboolean
is_for_one (const GstIceNotice * notice)
{
  return notice->type == GST_ICE_NOTICE_PROGRESS ||
      notice->type == GST_ICE_NOTICE_WARNING ||
      notice->type == GST_ICE_NOTICE_ERROR;
}

static gboolean
is_for (const GstIceNotice * notice, const GstIceSeat * seat)
{
  return seat->claim == NULL || notice->mline < 0 ||
      seat->claim->mline == notice->mline;
}

void
gst_ice_seats_tell (GstIceSeats * self, const GstIceNotice * notice)
{
  g_autoptr (GPtrArray) listeners = NULL;

  if (is_for_one (notice)) {
    GstIceSeat *speaker = find_speaker (self, notice->mline);

    if (speaker != NULL)
      gst_ice_seat_tell (speaker, notice);
    return;
  }

  /* A copy: whoever hears it may leave. */
  listeners = g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_ice_seat_unref);
  for (guint i = 0; i < self->seats->len; i++) {
    GstIceSeat *seat = g_ptr_array_index (self->seats, i);

    if (is_for (notice, seat))
      g_ptr_array_add (listeners, gst_ice_seat_ref (seat));
  }
  for (guint i = 0; i < listeners->len; i++)
    gst_ice_seat_tell (g_ptr_array_index (listeners, i), notice);
}

void
gst_ice_seats_end (GstIceSeats * self, GstIceChannelEnd how)
{
  for (guint i = 0; i < self->seats->len; i++) {
    GstIceSeat *seat = g_ptr_array_index (self->seats, i);

    if (seat->claim != NULL && seat->claim->channel != NULL) {
      gst_ice_channel_set_route (seat->claim->channel, NULL);
      gst_ice_channel_end (seat->claim->channel, how);
    }
  }
}
