/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Makes another offer in mid-call when elements come, leave or change their formats, and takes
 * it back when the peer offers too, or does not answer. */

#include "config.h"

#include "gsticerenegotiator.h"

#include "gsticeerror.h"
#include "gsticeformats.h"
#include "gsticelog.h"
#include "gsticereoffer.h"
#include "gsticetimer.h"

/* The elements of a pipeline that stops leave one after the other. Nobody is told of the
 * first, if the last has left by then. */
#define LEAVING_MS 200

/* How long an offer waits for its answer where connect-timeout sets no limit. */
#define DEFAULT_ANSWER_MS 30000

struct _GstIceRenegotiator
{
  GstIceNegotiation *negotiation;       /* (transfer none), as all of these */
  GstIceExchange *exchange;
  GstIceMlines *mlines;
  GstIceRestarter *restarter;
  const GstIceCallSettings *settings;
  void (*changed) (gpointer user_data);
  gpointer user_data;

  gboolean in_vain;             /* the last offer failed, and nothing has changed since */
  gboolean stopped;

  /* NULL when not running. */
  GSource *leaving_timer;
  GSource *answer_timer;
};

GST_ICE_LOG_CATEGORY (gst_ice_renegotiator_log, "icerenegotiator",
    "Offers in the middle of an ICE call");
#define GST_CAT_DEFAULT gst_ice_renegotiator_log ()

GstIceRenegotiator *
gst_ice_renegotiator_new (GstIceNegotiation * negotiation,
    GstIceExchange * exchange, GstIceMlines * mlines,
    GstIceRestarter * restarter, const GstIceCallSettings * settings,
    void (*changed) (gpointer user_data), gpointer user_data)
{
  GstIceRenegotiator *self = g_new0 (GstIceRenegotiator, 1);

  self->negotiation = negotiation;
  self->exchange = exchange;
  self->mlines = mlines;
  self->restarter = restarter;
  self->settings = settings;
  self->changed = changed;
  self->user_data = user_data;
  return self;
}

/* @self: (transfer full) */
void
gst_ice_renegotiator_free (GstIceRenegotiator * self)
{
  gst_ice_renegotiator_stop (self);
  g_free (self);
}

void
gst_ice_renegotiator_stop (GstIceRenegotiator * self)
{
  self->stopped = TRUE;
  gst_ice_timer_clear (&self->leaving_timer);
  gst_ice_timer_clear (&self->answer_timer);
}

/* The end of an offer. */

static void
roll_back (GstIceRenegotiator * self)
{
  gst_ice_timer_clear (&self->answer_timer);
  gst_ice_restarter_give_way (self->restarter);
  gst_ice_negotiation_roll_back (self->negotiation);
  gst_ice_exchange_take_back (self->exchange);
}

/* @error: (transfer none) */
static void
give_up (GstIceRenegotiator * self, const GError * error)
{
  g_autoptr (GError) warning =
      g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_SIGNALLING,
      "The new offer came to nothing, and the call goes on as before: %s",
      error->message);

  roll_back (self);
  self->in_vain = TRUE;
  gst_ice_call_settings_warn (self->settings, warning);
  self->changed (self->user_data);
}

gboolean
gst_ice_renegotiator_end (GstIceRenegotiator * self, const GError * error)
{
  if (gst_ice_negotiation_is_reoffering (self->negotiation)) {
    give_up (self, error);
    return TRUE;
  }
  /* It answers an offer that was given up. */
  if (self->in_vain && gst_ice_negotiation_is_stable (self->negotiation)) {
    GST_INFO_ID (self->settings->id, "an answer is ignored: %s",
        error->message);
    return TRUE;
  }
  return FALSE;
}

static gboolean
on_no_answer (gpointer data)
{
  GstIceRenegotiator *self = data;
  g_autoptr (GError) error = g_error_new_literal (GST_ICE_ERROR,
      GST_ICE_ERROR_TIMEOUT, "The peer does not answer it");

  gst_ice_timer_clear (&self->answer_timer);
  if (gst_ice_negotiation_is_reoffering (self->negotiation))
    give_up (self, error);
  return G_SOURCE_REMOVE;
}

gboolean
gst_ice_renegotiator_give_way (GstIceRenegotiator * self,
    const GstIceDescription * description, GError ** error)
{
  if (!gst_ice_negotiation_collides (self->negotiation, description))
    return TRUE;
  if (!gst_ice_negotiation_is_answerer (self->negotiation)) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_GLARE,
        "The peer's offer has crossed one of ours, and the peer has to give "
        "way, as it answered the first offer of the call");
    return FALSE;
  }
  GST_INFO_ID (self->settings->id, "our offer gives way to the peer's");
  roll_back (self);
  return TRUE;
}

/* Its beginning. */

static gboolean
may_offer (const GstIceRenegotiator * self)
{
  return !self->settings->aside &&
      gst_ice_exchange_may_offer_again (self->exchange);
}

static void
begin (GstIceRenegotiator * self)
{
  const guint timeout_ms =
      gst_ice_config_get_uint (self->settings->config, "connect-timeout");
  g_autoptr (GError) error = NULL;

  if (!gst_ice_exchange_begin_offer (self->exchange, &error)) {
    self->in_vain = TRUE;
    gst_ice_call_settings_warn (self->settings, error);
    return;
  }
  GST_INFO_ID (self->settings->id, "another offer is made");
  self->answer_timer = gst_ice_timer_new (timeout_ms != 0 ? timeout_ms :
      DEFAULT_ANSWER_MS, on_no_answer, self);
  self->changed (self->user_data);
}

/* Returns: (transfer none) (nullable): whose claim is on @mline */
static const GstIceClaim *
get_claim (const GstIceMline * mline)
{
  return mline->send[0] != NULL ? mline->send[0] : mline->receive[0];
}

/* A format that the peer does not take is no reason to end the call. */
static void
warn_of_refusal (GstIceRenegotiator * self, const GstIceMline * mline)
{
  const GstIceClaim *claim = get_claim (mline);
  g_autofree gchar *ours = NULL;
  g_autofree gchar *theirs = NULL;
  g_autoptr (GError) error = NULL;
  GstIceNotice warning = {.type = GST_ICE_NOTICE_WARNING,.mline = -1 };

  if (claim == NULL)
    return;
  ours = gst_ice_formats_describe (claim->formats);
  theirs = gst_ice_formats_describe (mline->other_formats != NULL ?
      mline->other_formats : gst_ice_mline_get_sent_formats (mline));
  error = g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_UNSUPPORTED,
      "The peer does not go along with another format: %s %s %s, and the peer "
      "has %s; %s, the rest of the call goes on", claim->name,
      claim->direction == GST_ICE_DIRECTION_SENDONLY ? "sends" : "takes", ours,
      theirs, mline->rejected ? "this medium has ended" :
      "what it can't take is not sent");
  warning.error = error;
  gst_ice_call_settings_sign (self->settings, &warning);
  gst_ice_members_tell_claim (self->settings->members, claim, &warning);
}

static void
tell_refusals (GstIceRenegotiator * self)
{
  for (guint i = 0; i < gst_ice_mlines_get_size (self->mlines); i++) {
    GstIceMline *mline = gst_ice_mlines_get (self->mlines, i);

    if (mline->change_refused)
      warn_of_refusal (self, mline);
    mline->change_refused = FALSE;
  }
}

void
gst_ice_renegotiator_run (GstIceRenegotiator * self)
{
  if (self->stopped || !gst_ice_exchange_has_begun (self->exchange))
    return;
  tell_refusals (self);
  if (!gst_ice_negotiation_is_stable (self->negotiation))
    return;
  gst_ice_timer_clear (&self->answer_timer);
  if (self->in_vain || self->leaving_timer != NULL || !may_offer (self)
      || gst_ice_exchange_holds_offer (self->exchange)
      || !gst_ice_claims_all_ready (self->settings->claims)
      || !gst_ice_negotiation_needs_offer (self->negotiation))
    return;

  if (gst_ice_exchange_has_signaller (self->exchange))
    begin (self);
  else
    gst_ice_exchange_ask (self->exchange);
}

/* Changes. */

void
gst_ice_renegotiator_note_change (GstIceRenegotiator * self,
    const GstIceClaim * claim)
{
  const gint index = gst_ice_mlines_find_claim (self->mlines, claim);
  const GstIceMline *mline = index < 0 ? NULL :
      gst_ice_mlines_get (self->mlines, (guint) index);

  self->in_vain = FALSE;
  if (claim->recoded && mline != NULL && mline->settled && !mline->rejected
      && gst_ice_reoffer_covers (mline, claim->formats))
    gst_ice_negotiation_follow_stream (self->negotiation, (guint) index);
}

static gboolean
on_left (gpointer data)
{
  GstIceRenegotiator *self = data;

  gst_ice_timer_clear (&self->leaving_timer);
  self->changed (self->user_data);
  return G_SOURCE_REMOVE;
}

void
gst_ice_renegotiator_note_leaving (GstIceRenegotiator * self)
{
  self->in_vain = FALSE;
  gst_ice_timer_clear (&self->leaving_timer);
  if (!self->stopped && may_offer (self)
      && gst_ice_negotiation_needs_offer (self->negotiation))
    self->leaving_timer = gst_ice_timer_new (LEAVING_MS, on_left, self);
}

/* @formats: (nullable). Returns: (transfer full): what comes now, for people */
static gchar *
describe_first (GstCaps * formats)
{
  g_autoptr (GstCaps) first = formats != NULL && !gst_caps_is_any (formats) ?
      gst_caps_copy_nth (formats, 0) : NULL;

  return gst_ice_formats_describe (first);
}

/* One of several peers, who gets nothing more, can make another call. */
static GError *
explain_formats (const GstIceRenegotiator * self, const GstIceClaim * claim,
    const GstIceMline * mline)
{
  g_autofree gchar *ours = describe_first (claim->formats);
  g_autofree gchar *agreed =
      gst_ice_formats_describe (gst_ice_mline_get_sent_formats (mline));

  if (self->settings->several)
    return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_UNSUPPORTED,
        "%s sends %s from now on, and the call was made for %s; another call gets "
        "the new format, if the viewer offers it", claim->name, ours, agreed);
  return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_UNSUPPORTED,
      "%s gets %s now, and its peer knows of %s only: nothing of it is sent. This "
      "end can make no new offer by its signalling-uri; make another call (state "
      "READY and back), or negotiate by ws:// as the publisher, or by the "
      "application's signals", claim->name, ours, agreed);
}

GError *
gst_ice_renegotiator_explain (GstIceRenegotiator * self,
    const GstIceClaim * claim, gboolean came)
{
  const gint index = gst_ice_mlines_find_claim (self->mlines, claim);
  const GstIceMline *mline;

  if (may_offer (self) || self->settings->aside ||
      !gst_ice_exchange_has_begun (self->exchange) ||
      (!gst_ice_negotiation_is_stable (self->negotiation) &&
          gst_ice_exchange_could_offer_again (self->exchange)))
    return NULL;
  /* A peer that has no such m-line did not want it. */
  if (index < 0)
    return !came ? NULL : g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
        "%s came after the call was made; its signalling-uri can't add an m-line "
        "to it", claim->name);

  mline = gst_ice_mlines_get (self->mlines, (guint) index);
  if (mline->rejected || (self->settings->several ?
          gst_ice_reoffer_covers (mline, claim->formats) :
          gst_ice_reoffer_peer_takes (mline, claim->formats)))
    return NULL;
  return explain_formats (self, claim, mline);
}
