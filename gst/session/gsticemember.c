/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The place of an element in a session: passes notices to it, and ends what it sends or
 * receives. */

#include "config.h"

#include "gsticemember.h"

#include "gsticereceiver.h"
#include "gsticesender.h"

/* Returns: (transfer full): a member with a copy of @config (nullable) */
GstIceMember *
gst_ice_member_new (GstIceSession * session, const GstIceConfig * config,
    GstIceNoticeFunc notice, gpointer user_data, GDestroyNotify destroy)
{
  GstIceMember *self = g_new0 (GstIceMember, 1);

  self->ref_count = 1;
  self->session = session;
  self->config = config != NULL ? gst_ice_config_copy (config) : NULL;
  self->notice = notice;
  self->user_data = user_data;
  self->destroy = destroy;
  return self;
}

GstIceMember *
gst_ice_member_ref (GstIceMember * self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

/* @self: (transfer full) */
void
gst_ice_member_unref (GstIceMember * self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;

  if (self->destroy != NULL)
    self->destroy (self->user_data);
  g_clear_pointer (&self->config, gst_ice_config_free);
  g_free (self);
}

void
gst_ice_member_tell (GstIceMember * self, const GstIceNotice * notice)
{
  /* Whoever hears it may leave. */
  gst_ice_member_ref (self);
  self->notice (self->session, notice, self->user_data);
  gst_ice_member_unref (self);
}

void
gst_ice_member_cut (GstIceMember * self)
{
  GObject *owner = self->claim != NULL ? self->claim->owner : NULL;

  if (GST_IS_ICE_SENDER (owner))
    gst_ice_sender_cut (GST_ICE_SENDER (owner));
  else if (GST_IS_ICE_RECEIVER (owner))
    gst_ice_receiver_set_route (GST_ICE_RECEIVER (owner), NULL);
}

void
gst_ice_member_end (GstIceMember * self, GstIceEnding ending)
{
  GObject *owner = self->claim != NULL ? self->claim->owner : NULL;

  gst_ice_member_cut (self);
  if (GST_IS_ICE_SENDER (owner))
    gst_ice_sender_end (GST_ICE_SENDER (owner), ending);
  else if (GST_IS_ICE_RECEIVER (owner))
    gst_ice_receiver_end (GST_ICE_RECEIVER (owner), ending);
}

void
gst_ice_member_warn (GstIceMember * self, const GError * error)
{
  const GstIceNotice notice = {.type = GST_ICE_NOTICE_WARNING,.mline = -1,
    .error = error
  };

  gst_ice_member_tell (self, &notice);
}
