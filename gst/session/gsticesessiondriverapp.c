/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticesessiondriverprivate.h"

#include "gsticeerror.h"

/* Somebody who waits for a description. */
typedef struct
{
  GstIceDescriptionType type;
  GstIceDescribedFunc described;
  gpointer user_data;
} Request;

static void
finish_request (Request * request, GstIceDescription * description,
    const GError * error)
{
  request->described (description, error, request->user_data);
  g_free (request);
}

void
gst_ice_session_driver_serve_requests (GstIceSessionDriver * self)
{
  while (self->call != NULL && !g_queue_is_empty (&self->requests)) {
    GstIceNegotiation *negotiation =
        gst_ice_session_driver_get_negotiation (self);
    Request *request = g_queue_peek_head (&self->requests);
    g_autoptr (GstIceDescription) description = NULL;

    if (!gst_ice_negotiation_can_describe (negotiation, FALSE))
      return;
    description = gst_ice_negotiation_describe (negotiation, request->type,
        NULL);
    if (description == NULL)
      return;
    g_queue_pop_head (&self->requests);
    self->asked = FALSE;
    finish_request (request, description, NULL);
  }
}

void
gst_ice_session_driver_fail_requests (GstIceSessionDriver * self)
{
  g_autoptr (GError) error = g_error_new_literal (GST_ICE_ERROR,
      GST_ICE_ERROR_BAD_STATE, "The session has ended");
  Request *request;

  while ((request = g_queue_pop_head (&self->requests)) != NULL)
    finish_request (request, NULL, error);
}

void
gst_ice_session_driver_fail_answers (GstIceSessionDriver * self,
    const GError * error)
{
  GQueue others = G_QUEUE_INIT;
  Request *request;

  while ((request = g_queue_pop_head (&self->requests)) != NULL) {
    if (request->type == GST_ICE_DESCRIPTION_ANSWER)
      finish_request (request, NULL, error);
    else
      g_queue_push_tail (&others, request);
  }
  self->requests = others;
}

void
gst_ice_session_driver_add_remote (GstIceSessionDriver * self, guint mline,
    const GstIceCandidate * candidate)
{
  if (self->ended)
    return;
  gst_ice_negotiation_add_remote (gst_ice_session_driver_get_negotiation (self),
      mline, candidate);
  gst_ice_session_driver_schedule (self);
}

/* Whether the application may negotiate at all. */
static gboolean
check_application (GstIceSessionDriver * self, GError ** error)
{
  if (self->ended) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
        "The session has ended");
    return FALSE;
  }
  if (gst_ice_config_is_set (self->config, "signalling-uri")) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
        "signalling-uri is set: the elements negotiate by themselves");
    return FALSE;
  }
  return TRUE;
}

gboolean
gst_ice_session_driver_set_remote (GstIceSessionDriver * self,
    GstIceDescription * description, GError ** error)
{
  if (!check_application (self, error))
    return FALSE;

  gst_ice_session_driver_schedule (self);
  if (description->type == GST_ICE_DESCRIPTION_OFFER &&
      !gst_ice_claims_all_ready (self->claims)) {
    gst_ice_session_driver_forget_offer (self);
    self->pending_offer = gst_ice_description_ref (description);
    return TRUE;
  }
  return
      gst_ice_negotiation_set_remote (gst_ice_session_driver_get_negotiation
      (self), description, error);
}

/* Whether a description of @type is, or will be, open. */
static gboolean
prepare_description (GstIceSessionDriver * self, GstIceDescriptionType type,
    GError ** error)
{
  if (!check_application (self, error))
    return FALSE;

  if (type == GST_ICE_DESCRIPTION_OFFER) {
    if (!gst_ice_claims_all_ready (self->claims)) {
      g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
          "Not all elements of the session know their formats yet; wait for "
          "on-negotiation-needed");
      return FALSE;
    }
    if (self->restarts.wanted != GST_ICE_RESTART_NONE &&
        gst_ice_negotiation_is_stable (gst_ice_session_driver_get_negotiation
            (self)))
      return gst_ice_session_driver_begin_restart (self, error);
    return
        gst_ice_negotiation_begin_offer (gst_ice_session_driver_get_negotiation
        (self), error);
  }
  if (self->pending_offer == NULL && !gst_ice_negotiation_has_remote_offer
      (gst_ice_session_driver_get_negotiation (self))) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
        "There is no offer to answer; set the remote description first");
    return FALSE;
  }
  return TRUE;
}

void
gst_ice_session_driver_describe (GstIceSessionDriver * self,
    GstIceDescriptionType type, gboolean wait, GstIceDescribedFunc described,
    gpointer user_data)
{
  Request *request = g_new0 (Request, 1);
  g_autoptr (GstIceDescription) description = NULL;
  g_autoptr (GError) error = NULL;

  request->type = type;
  request->described = described;
  request->user_data = user_data;
  if (!prepare_description (self, type, &error)) {
    finish_request (request, NULL, error);
    return;
  }

  if (wait) {
    g_queue_push_tail (&self->requests, request);
    gst_ice_session_driver_schedule (self);
    return;
  }

  if (gst_ice_session_driver_take_offer (self, &error) &&
      gst_ice_call_run (self->call, &error))
    description =
        gst_ice_negotiation_describe (gst_ice_session_driver_get_negotiation
        (self), type, &error);
  self->asked = FALSE;
  finish_request (request, description, error);
}
