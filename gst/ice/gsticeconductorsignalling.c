/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticeconductorprivate.h"

#include "gsticeerror.h"

/* What the signaller tells. */

static void
on_description (GstIceSignaller * signaller, GstIceDescription * description,
    gpointer user_data)
{
  GstIceConductor *self = user_data;
  g_autoptr (GError) error = NULL;

  if (description->type == GST_ICE_DESCRIPTION_OFFER) {
    if (self->ended) {
      error = g_error_new_literal (GST_ICE_ERROR, GST_ICE_ERROR_BUSY,
          "The session here has ended");
      gst_ice_signaller_reject (signaller, error);
      return;
    }
    g_clear_pointer (&self->pending_offer, gst_ice_description_unref);
    self->pending_offer = gst_ice_description_ref (description);
    self->answering = TRUE;
  } else if (!self->ended &&
      !gst_ice_negotiation_set_remote (gst_ice_conductor_get_negotiation (self),
          description, &error)) {
    gst_ice_conductor_fail (self, NULL, error);
  }
  gst_ice_conductor_schedule (self);
}

static void
on_trickle (GstIceSignaller * signaller, GstIceDescription * fragment,
    gpointer user_data)
{
  GstIceConductor *self = user_data;

  if (self->call != NULL)
    gst_ice_negotiation_add_fragment (gst_ice_conductor_get_negotiation (self),
        fragment);
  gst_ice_conductor_schedule (self);
}

static void
on_progress (GstIceSignaller * signaller, const gchar * text,
    gpointer user_data)
{
  GstIceNotice notice = {.type = GST_ICE_NOTICE_PROGRESS,.mline = -1,
    .progress = GST_PROGRESS_TYPE_CONTINUE,.text = text
  };

  gst_ice_conductor_tell (user_data, &notice);
}

static void
on_failed (GstIceSignaller * signaller, const GError * error,
    gpointer user_data)
{
  GstIceConductor *self = user_data;

  if (!self->ended)
    gst_ice_conductor_fail (self, NULL, error);
}

static void
on_hung_up (GstIceSignaller * signaller, gpointer user_data)
{
  GstIceConductor *self = user_data;

  if (self->call != NULL && gst_ice_call_was_connected (self->call)) {
    self->ended = TRUE;
    gst_ice_call_end (self->call);
  } else {
    gst_ice_conductor_forget_peer (self);
  }
}

static const GstIceSignallerEvents signaller_events = {
  .description = on_description,
  .trickle = on_trickle,
  .progress = on_progress,
  .failed = on_failed,
  .hung_up = on_hung_up,
};

void
gst_ice_conductor_start_signaller (GstIceConductor * self)
{
  g_autoptr (GError) error = NULL;

  if (self->signaller != NULL || self->ended ||
      !gst_ice_config_is_set (self->config, "signalling-uri"))
    return;

  self->signaller = gst_ice_signaller_new (self->config, &error);
  if (self->signaller == NULL ||
      !gst_ice_signaller_start (self->signaller, &signaller_events, self,
          &error))
    gst_ice_conductor_fail (self, NULL, error);
}

void
gst_ice_conductor_serve_signaller (GstIceConductor * self)
{
  GstIceNegotiation *negotiation = gst_ice_conductor_get_negotiation (self);
  g_autoptr (GstIceDescription) description = NULL;
  g_autoptr (GstIceDescription) fragment = NULL;

  /* HTTP can't trickle to the caller: an answer has all candidates. */
  if (!self->described &&
      gst_ice_negotiation_can_describe (negotiation, self->answering)) {
    description = gst_ice_negotiation_describe (negotiation, self->answering ?
        GST_ICE_DESCRIPTION_ANSWER : GST_ICE_DESCRIPTION_OFFER, NULL);
    if (description != NULL) {
      self->described = TRUE;
      self->answering = FALSE;
      gst_ice_signaller_send_description (self->signaller, description);
    }
  }

  fragment = gst_ice_negotiation_take_trickle (negotiation);
  if (fragment != NULL)
    gst_ice_signaller_send_trickle (self->signaller, fragment);
}
