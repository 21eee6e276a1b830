/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Looks until the first packets of an m-line have left and have come, for the timeline. */

#include "config.h"

#include "gsticefirstpackets.h"

#include "gsticeticker.h"

/* How late the file may say it; the times in it are exact. */
#define LOOK_MS 100

struct _GstIceFirstPackets
{
  const GstIceCallSettings *settings;   /* (transfer none) */
  GstIceMlines *mlines;         /* (transfer none) */
  guint mline;
  GstIceDestination *destination;       /* NULL: nothing is looked for */
  GstIceReceiver *receiver;     /* the same */
  gboolean was_sent, was_received;      /* it is written */
  GstIceTicker *ticker;         /* NULL: not looking */
};

GstIceFirstPackets *
gst_ice_first_packets_new (const GstIceCallSettings * settings,
    GstIceMlines * mlines, guint mline)
{
  GstIceFirstPackets *self = g_new0 (GstIceFirstPackets, 1);

  self->settings = settings;
  self->mlines = mlines;
  self->mline = mline;
  return self;
}

/* Returns: whether there is anything to write */
static gboolean
record (GstIceFirstPackets * self, GstIceNoticeType type, gint64 at_us)
{
  GstIceNotice notice = {.type = type,.mline = (gint) self->mline,
    .at_us = at_us
  };

  if (at_us == 0)
    return FALSE;
  gst_ice_call_settings_sign (self->settings, &notice);
  gst_ice_members_record (self->settings->members, self->mlines, &notice);
  return TRUE;
}

static void
look (gpointer user_data)
{
  GstIceFirstPackets *self = user_data;

  if (self->destination != NULL && !self->was_sent)
    self->was_sent = record (self, GST_ICE_NOTICE_FIRST_SENT,
        gst_ice_destination_get_first_us (self->destination));
  if (self->receiver != NULL && !self->was_received)
    self->was_received = record (self, GST_ICE_NOTICE_FIRST_RECEIVED,
        gst_ice_receiver_get_first_us (self->receiver));
  if (self->was_sent)
    g_clear_object (&self->destination);
  if (self->was_received)
    g_clear_object (&self->receiver);
  if (self->destination == NULL && self->receiver == NULL)
    gst_ice_ticker_clear (&self->ticker);
}

void
gst_ice_first_packets_watch (GstIceFirstPackets * self,
    GstIceDestination * destination, GstIceReceiver * receiver)
{
  if (!gst_ice_members_are_recorded (self->settings->members))
    return;
  if (!self->was_sent)
    g_set_object (&self->destination, destination);
  if (!self->was_received)
    g_set_object (&self->receiver, receiver);
  if (self->ticker == NULL
      && (self->destination != NULL || self->receiver != NULL))
    self->ticker = gst_ice_ticker_new (LOOK_MS, look, self);
}

void
gst_ice_first_packets_stop (GstIceFirstPackets * self)
{
  look (self);
  gst_ice_ticker_clear (&self->ticker);
  g_clear_object (&self->destination);
  g_clear_object (&self->receiver);
}

/* @self: (transfer full) */
void
gst_ice_first_packets_free (GstIceFirstPackets * self)
{
  gst_ice_ticker_clear (&self->ticker);
  g_clear_object (&self->destination);
  g_clear_object (&self->receiver);
  g_free (self);
}
