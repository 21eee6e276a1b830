/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Exchanges descriptions and candidates with one peer: over the session's signaller, or
 * through an application that asks for descriptions. */

#include "config.h"

#include "gsticeexchange.h"

#include "gsticeerror.h"
#include "gsticeformats.h"
#include "gsticelog.h"

#include <string.h>

struct _GstIceExchange
{
  GstIceNegotiation *negotiation;       /* (transfer none) */
  GstIceMlines *mlines;         /* (transfer none) */
  const GstIceCallSettings *settings;   /* (transfer none) */
  GstIceSignaller *signaller;   /* NULL: the application carries */

  gboolean begun;               /* an offer was made, or taken */
  gboolean described;           /* what is open was sent or handed out */
  gint64 described_us;          /* when ours was last sent; 0: never */
  gboolean answering;           /* the signaller's peer waits for an answer */
  gboolean offer_wanted;        /* it waits for an offer, which is not begun */
  gboolean asked;               /* the application was told to negotiate */
  gboolean restart_open;        /* ours is to be sent, or the peer's answered */
  GstIceDescription *pending_offer;     /* came before all were ready */
  GQueue pending_fragments;     /* of GstIceDescription, that came after it */
  guint n_early;                /* m-lines that early candidates are for */
  GQueue requests;              /* of Request: who waits, oldest first */
};

/* Somebody who waits for a description. */
typedef struct
{
  GstIceDescriptionType type;
  GstIceDescribedFunc described;
  gpointer user_data;
} Request;

GST_ICE_LOG_CATEGORY (gst_ice_exchange_log, "iceexchange",
    "Offers and answers of an ICE session");
#define GST_CAT_DEFAULT gst_ice_exchange_log ()

GstIceExchange *
gst_ice_exchange_new (GstIceNegotiation * negotiation, GstIceMlines * mlines,
    const GstIceCallSettings * settings)
{
  GstIceExchange *self = g_new0 (GstIceExchange, 1);

  self->negotiation = negotiation;
  self->mlines = mlines;
  self->settings = settings;
  return self;
}

static void
forget_offer (GstIceExchange * self)
{
  g_clear_pointer (&self->pending_offer, gst_ice_description_unref);
  g_queue_clear_full (&self->pending_fragments,
      (GDestroyNotify) gst_ice_description_unref);
}

/* @self: (transfer full) */
void
gst_ice_exchange_free (GstIceExchange * self)
{
  gst_ice_exchange_fail_requests (self);
  forget_offer (self);
  g_clear_object (&self->signaller);
  g_free (self);
}

void
gst_ice_exchange_set_signaller (GstIceExchange * self,
    GstIceSignaller * signaller)
{
  g_set_object (&self->signaller, signaller);
}

GstIceSignaller *
gst_ice_exchange_get_signaller (const GstIceExchange * self)
{
  return self->signaller;
}

gboolean
gst_ice_exchange_has_signaller (const GstIceExchange * self)
{
  return self->signaller != NULL;
}

guint
gst_ice_exchange_get_left_ms (const GstIceExchange * self, guint timeout_ms)
{
  const gint64 left_us = self->described_us == 0 ? G_MAXINT64 :
      self->described_us + timeout_ms * G_TIME_SPAN_MILLISECOND -
      g_get_monotonic_time ();

  return (guint) CLAMP (left_us / G_TIME_SPAN_MILLISECOND, 0, timeout_ms);
}

gboolean
gst_ice_exchange_has_begun (const GstIceExchange * self)
{
  return self->begun;
}

/* Elements that joined since may have set them. */
static void
read_settings (GstIceExchange * self)
{
  gst_ice_mlines_set_encryption (self->mlines,
      gst_ice_config_get_enum (self->settings->config, "encryption"));
  gst_ice_negotiation_set_bundle_policy (self->negotiation,
      gst_ice_config_get_enum (self->settings->config, "bundle-policy"));
}

/* The peer's. */

/* Returns: (transfer full): what of @offer the element that made @claim takes; may be empty */
static GstCaps *
choose_offered (GstIceDescription * offer, const GstIceClaim * claim)
{
  const GstIceMediaKind kind = gst_ice_claim_get_kind (claim);

  for (guint i = 0; i < offer->media->len; i++) {
    const GstIceMediaDescription *media =
        gst_ice_description_get_media (offer, i);
    GstCaps *chosen;

    if (media->rejected || media->formats == NULL
        || !(media->direction & GST_ICE_DIRECTION_SENDONLY)
        || (kind != GST_ICE_MEDIA_UNSET && kind != media->kind)
        || (claim->mid != NULL && g_strcmp0 (claim->mid, media->mid) != 0))
      continue;
    chosen = gst_ice_formats_choose (media->formats, claim->formats,
        GST_ICE_FORMATS_RECEIVE);
    if (!gst_caps_is_empty (chosen))
      return chosen;
    gst_caps_unref (chosen);
  }
  return gst_caps_new_empty ();
}

/* An icesink that sends what an icesrc receives knows its formats by the offer only. */
static void
tell_offered (GstIceExchange * self, GstIceDescription * offer)
{
  g_autoptr (GPtrArray) claims =
      gst_ice_claims_list_ready (self->settings->claims);

  for (guint i = 0; i < claims->len; i++) {
    const GstIceClaim *claim = g_ptr_array_index (claims, i);
    g_autoptr (GstCaps) chosen = NULL;
    GstIceNotice notice = {.type = GST_ICE_NOTICE_OFFERED,.mline = -1 };

    if (claim->direction != GST_ICE_DIRECTION_RECVONLY
        || claim->component != GST_ICE_COMPONENT_RTP)
      continue;
    chosen = choose_offered (offer, claim);
    notice.formats = chosen;
    if (!gst_caps_is_empty (chosen))
      gst_ice_members_tell_claim (self->settings->members, claim, &notice);
  }
}

/* Tells the user for which element the call waits, if it does. */
static void
tell_waiting (GstIceExchange * self)
{
  const GstIceClaim *unready =
      gst_ice_claims_find_unready (self->settings->claims);
  g_autofree gchar *text = NULL;

  if (unready == NULL)
    return;
  text = g_strdup_printf ("a call waits for %s, which has no caps yet",
      unready->name);
  gst_ice_call_settings_tell_progress (self->settings, text);
}

gboolean
gst_ice_exchange_must_wait (const GstIceExchange * self,
    const GstIceDescription * offer)
{
  return !gst_ice_claims_all_ready (self->settings->claims) &&
      (!self->begun ||
      offer->media->len > gst_ice_mlines_get_size (self->mlines));
}

void
gst_ice_exchange_hold_offer (GstIceExchange * self, GstIceDescription * offer)
{
  forget_offer (self);
  if (offer == NULL) {
    self->offer_wanted = TRUE;
    tell_waiting (self);
    return;
  }
  self->pending_offer = gst_ice_description_ref (offer);
  self->answering = self->signaller != NULL;
  if (!gst_ice_exchange_must_wait (self, offer))
    return;
  tell_waiting (self);
  tell_offered (self, offer);
}

gboolean
gst_ice_exchange_holds_offer (const GstIceExchange * self)
{
  return self->pending_offer != NULL;
}

/* Tells of candidates that were kept for an m-line that the call does not have. */
static void
warn_early (GstIceExchange * self)
{
  const guint size = gst_ice_mlines_get_size (self->mlines);
  g_autoptr (GError) error = NULL;

  if (self->n_early > size) {
    error = g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
        "The candidate for m-line %u is not used: the call has %u m-lines, "
        "numbered from 0", self->n_early - 1, size);
    gst_ice_call_settings_warn (self->settings, error);
  }
  self->n_early = 0;
}

void
gst_ice_exchange_add_candidate (GstIceExchange * self, guint mline,
    const GstIceCandidate * candidate)
{
  if (!self->begun)
    self->n_early = MAX (self->n_early, mline + 1);
  gst_ice_negotiation_add_remote (self->negotiation, mline, candidate);
}

gboolean
gst_ice_exchange_set_remote (GstIceExchange * self,
    GstIceDescription * description, GError ** error)
{
  read_settings (self);
  if (!gst_ice_negotiation_set_remote (self->negotiation, description, error))
    return FALSE;
  self->begun = TRUE;
  warn_early (self);
  return TRUE;
}

/* Candidates that came after the offer, which is taken by now. */
static void
take_fragments (GstIceExchange * self)
{
  GstIceDescription *fragment;

  while ((fragment = g_queue_pop_head (&self->pending_fragments)) != NULL) {
    gst_ice_negotiation_add_fragment (self->negotiation, fragment);
    gst_ice_description_unref (fragment);
  }
}

/* An icesrc that the peer's offer has nothing for gets nothing of this peer. */
static void
tell_unplaced (GstIceExchange * self)
{
  g_autoptr (GPtrArray) claims =
      gst_ice_claims_list_ready (self->settings->claims);

  for (guint i = 0; i < claims->len; i++) {
    const GstIceClaim *claim = g_ptr_array_index (claims, i);
    const GstIceMediaKind kind = gst_ice_claim_get_kind (claim);
    const GstIceNotice inactive = {.type = GST_ICE_NOTICE_DIRECTION,.mline = -1,
      .direction = GST_ICE_DIRECTION_INACTIVE
    };
    g_autoptr (GError) error = NULL;
    GstIceNotice warning = {.type = GST_ICE_NOTICE_WARNING,.mline = -1 };

    if (claim->direction != GST_ICE_DIRECTION_RECVONLY
        || claim->component != GST_ICE_COMPONENT_RTP
        || gst_ice_mlines_find_claim (self->mlines, claim) >= 0)
      continue;
    error = g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_UNSUPPORTED,
        "The peer offers no %s: %s gets nothing from it",
        kind == GST_ICE_MEDIA_UNSET ? "further media" :
        gst_ice_media_kind_to_string (kind), claim->name);
    warning.error = error;
    gst_ice_members_tell_claim (self->settings->members, claim, &warning);
    gst_ice_members_tell_claim (self->settings->members, claim, &inactive);
  }
}

/* Begins the offer that the peer waits for.
 * Returns: %FALSE with @error set when there can be none */
static gboolean
make_offer (GstIceExchange * self, GError ** error)
{
  if (!gst_ice_claims_all_ready (self->settings->claims))
    return TRUE;
  if (!gst_ice_exchange_begin_offer (self, error))
    return FALSE;
  self->offer_wanted = FALSE;
  return TRUE;
}

gboolean
gst_ice_exchange_take_offer (GstIceExchange * self, GError ** error)
{
  g_autoptr (GstIceDescription) offer = NULL;

  if (self->offer_wanted)
    return make_offer (self, error);
  if (self->pending_offer == NULL ||
      gst_ice_exchange_must_wait (self, self->pending_offer))
    return TRUE;

  offer = g_steal_pointer (&self->pending_offer);
  if (gst_ice_exchange_set_remote (self, offer, error)) {
    self->described = FALSE;
    take_fragments (self);
    if (self->signaller != NULL)
      tell_unplaced (self);
    return TRUE;
  }
  forget_offer (self);
  return FALSE;
}

static void
finish_request (Request * request, GstIceDescription * description,
    const GError * error)
{
  request->described (description, error, request->user_data);
  g_free (request);
}

/* Those who wait for a description of @type get none. */
static void
fail_waiting (GstIceExchange * self, GstIceDescriptionType type,
    const GError * error)
{
  GQueue others = G_QUEUE_INIT;
  Request *request;

  while ((request = g_queue_pop_head (&self->requests)) != NULL) {
    if (request->type == type)
      finish_request (request, NULL, error);
    else
      g_queue_push_tail (&others, request);
  }
  self->requests = others;
}

void
gst_ice_exchange_refuse_offer (GstIceExchange * self, const GError * error)
{
  GST_INFO_ID (self->settings->id, "an offer is refused: %s", error->message);
  if (self->answering || self->offer_wanted)
    gst_ice_signaller_reject (self->signaller, error);
  else
    gst_ice_call_settings_warn (self->settings, error);
  self->answering = self->offer_wanted = FALSE;
  fail_waiting (self, GST_ICE_DESCRIPTION_ANSWER, error);
}

gboolean
gst_ice_exchange_is_countered (const GstIceExchange * self)
{
  return self->described && !gst_ice_signaller_is_caller (self->signaller) &&
      !gst_ice_negotiation_is_stable (self->negotiation) &&
      !gst_ice_negotiation_has_remote_offer (self->negotiation);
}

void
gst_ice_exchange_add_fragment (GstIceExchange * self,
    GstIceDescription * fragment)
{
  if (self->pending_offer == NULL)
    gst_ice_negotiation_add_fragment (self->negotiation, fragment);
  else if (g_queue_get_length (&self->pending_fragments) <
      GST_ICE_MAX_CANDIDATES)
    g_queue_push_tail (&self->pending_fragments,
        gst_ice_description_ref (fragment));
}

GError *
gst_ice_exchange_name_offer (GstIceExchange * self, const GError * error)
{
  g_autofree gchar *formats = gst_ice_mlines_describe_formats (self->mlines);

  /* Listeners of ours name both sides' formats. */
  if (!g_error_matches (error, GST_ICE_ERROR, GST_ICE_ERROR_UNSUPPORTED) ||
      *formats == '\0' || strstr (error->message, "offered are ") != NULL)
    return g_error_copy (error);
  return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_UNSUPPORTED,
      "%s; offered were %s", error->message, formats);
}

/* Ours. */

gboolean
gst_ice_exchange_begin_offer (GstIceExchange * self, GError ** error)
{
  read_settings (self);
  if (!gst_ice_negotiation_begin_offer (self->negotiation, error))
    return FALSE;
  self->begun = TRUE;
  warn_early (self);
  self->described = FALSE;
  return TRUE;
}

gboolean
gst_ice_exchange_repeat_offer (GstIceExchange * self,
    GstIceDescription * offer, GError ** error)
{
  read_settings (self);
  self->begun = gst_ice_negotiation_repeat_offer (self->negotiation, offer,
      error);
  return self->begun;
}

gboolean
gst_ice_exchange_could_offer_again (const GstIceExchange * self)
{
  return self->signaller == NULL ||
      !gst_ice_signaller_sends_restarts (self->signaller);
}

gboolean
gst_ice_exchange_may_offer_again (const GstIceExchange * self)
{
  return gst_ice_exchange_could_offer_again (self) &&
      gst_ice_exchange_may_restart (self);
}

void
gst_ice_exchange_take_back (GstIceExchange * self)
{
  g_autoptr (GError) error = g_error_new_literal (GST_ICE_ERROR,
      GST_ICE_ERROR_GLARE, "The peer has made an offer meanwhile");

  self->described = TRUE;
  fail_waiting (self, GST_ICE_DESCRIPTION_OFFER, error);
}

void
gst_ice_exchange_ask (GstIceExchange * self)
{
  GstIceNotice needed = {.type = GST_ICE_NOTICE_NEGOTIATION_NEEDED,
    .mline = -1
  };

  if (self->asked)
    return;
  self->asked = TRUE;
  gst_ice_call_settings_tell_progress (self->settings,
      "waiting for the application, as signalling-uri is unset");
  gst_ice_call_settings_sign (self->settings, &needed);
  gst_ice_members_tell (self->settings->members, self->mlines, &needed);
}

GstIceDescription *
gst_ice_exchange_describe (GstIceExchange * self, GstIceDescriptionType type,
    GError ** error)
{
  self->asked = FALSE;
  return gst_ice_negotiation_describe (self->negotiation, type, error);
}

void
gst_ice_exchange_request (GstIceExchange * self, GstIceDescriptionType type,
    GstIceDescribedFunc described, gpointer user_data)
{
  Request *request = g_new0 (Request, 1);

  request->type = type;
  request->described = described;
  request->user_data = user_data;
  g_queue_push_tail (&self->requests, request);
}

void
gst_ice_exchange_fail_requests (GstIceExchange * self)
{
  g_autoptr (GError) error = g_error_new_literal (GST_ICE_ERROR,
      GST_ICE_ERROR_BAD_STATE, "The session has ended");
  Request *request;

  while ((request = g_queue_pop_head (&self->requests)) != NULL)
    finish_request (request, NULL, error);
}

static void
serve_requests (GstIceExchange * self)
{
  while (!g_queue_is_empty (&self->requests)) {
    Request *request = g_queue_peek_head (&self->requests);
    g_autoptr (GstIceDescription) description = NULL;

    if (!gst_ice_negotiation_can_describe (self->negotiation, FALSE))
      return;
    description = gst_ice_negotiation_describe (self->negotiation,
        request->type, NULL);
    if (description == NULL)
      return;
    g_queue_pop_head (&self->requests);
    self->asked = FALSE;
    finish_request (request, description, NULL);
  }
}

/* Whether the signaller can send no candidates later, so that all must be there. */
static gboolean
must_be_complete (const GstIceExchange * self, gboolean answering)
{
  return !gst_ice_config_get_boolean (self->settings->config, "ice-trickle") ||
      (answering && !gst_ice_signaller_can_trickle_answer (self->signaller));
}

static void
send_description (GstIceExchange * self)
{
  g_autoptr (GstIceDescription) description = NULL;

  if (self->described || !gst_ice_negotiation_can_describe (self->negotiation,
          must_be_complete (self, self->answering)))
    return;

  description = gst_ice_negotiation_describe (self->negotiation,
      self->answering ? GST_ICE_DESCRIPTION_ANSWER : GST_ICE_DESCRIPTION_OFFER,
      NULL);
  if (description == NULL)
    return;
  self->described = TRUE;
  self->described_us = g_get_monotonic_time ();
  self->answering = FALSE;
  gst_ice_signaller_send_description (self->signaller, description);
}

static void
send_restart (GstIceExchange * self)
{
  gboolean answering = gst_ice_negotiation_has_remote_offer (self->negotiation);
  g_autoptr (GstIceDescription) description = NULL;

  if (!self->restart_open || !gst_ice_negotiation_can_describe
      (self->negotiation, must_be_complete (self, answering)))
    return;

  self->restart_open = FALSE;
  if (gst_ice_signaller_sends_restarts (self->signaller)) {
    description = gst_ice_negotiation_describe_restart (self->negotiation);
    if (description != NULL)
      gst_ice_signaller_send_restart (self->signaller, description);
  } else if (!answering) {
    description = gst_ice_negotiation_describe (self->negotiation,
        GST_ICE_DESCRIPTION_OFFER, NULL);
    if (description != NULL)
      gst_ice_signaller_send_description (self->signaller, description);
  }
}

static void
send_trickle (GstIceExchange * self)
{
  g_autoptr (GstIceDescription) fragment =
      gst_ice_negotiation_take_trickle (self->negotiation);

  if (fragment != NULL)
    gst_ice_signaller_send_trickle (self->signaller, fragment);
}

void
gst_ice_exchange_serve (GstIceExchange * self)
{
  if (self->signaller != NULL) {
    send_restart (self);
    send_description (self);
    send_trickle (self);
  }
  serve_requests (self);
}

/* Restarts. */

gboolean
gst_ice_exchange_may_restart (const GstIceExchange * self)
{
  return self->signaller == NULL ||
      gst_ice_signaller_can_restart (self->signaller);
}

void
gst_ice_exchange_open_restart (GstIceExchange * self)
{
  self->restart_open = TRUE;
}

void
gst_ice_exchange_close_restart (GstIceExchange * self, const GError * error)
{
  if (self->restart_open && !gst_ice_exchange_may_restart (self))
    gst_ice_signaller_reject (self->signaller, error);
  self->restart_open = FALSE;
}

void
gst_ice_exchange_refuse_restart (GstIceExchange * self, const GError * error)
{
  gst_ice_signaller_reject (self->signaller, error);
}

void
gst_ice_exchange_doubt_path (GstIceExchange * self)
{
  if (self->signaller != NULL)
    gst_ice_signaller_doubt_path (self->signaller);
}
