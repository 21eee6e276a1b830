/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Keeps a call for each peer that answers an offer provisionally, until the final answer
 * says which peer it is. */

#include "config.h"

#include "gsticeforks.h"

#include "gsticeerror.h"
#include "gsticelog.h"

/* The most peers whose provisional answers are checked side by side; each has agents and
 * keys. */
#define MAX_FORKS 8

/* A candidate of a peer whose answer has not come yet. */
typedef struct
{
  guint mline;
  GstIceCandidate *candidate;
} Early;

struct _GstIceForks
{
  GstIceCalls *calls;           /* (transfer none) */
  GstIceMembers *members;       /* (transfer none) */
  gboolean open;                /* the final answer has not come */
  GstIceDescription *offer;     /* the one that others may answer, too; NULL: none */
  GstIceCall *latest;           /* (transfer none): with the peer whose description came last;
                                 * NULL: the first call */
  GstIceCall *lost;             /* (transfer none): the first call, which has failed and holds
                                 * the elements until another answer comes; or NULL */
  GQueue early;                 /* of Early, oldest first */
};

GST_ICE_LOG_CATEGORY (gst_ice_forks_log, "iceforks",
    "Provisional answers of several peers");
#define GST_CAT_DEFAULT gst_ice_forks_log ()

GstIceForks *
gst_ice_forks_new (GstIceCalls * calls, GstIceMembers * members)
{
  GstIceForks *self = g_new0 (GstIceForks, 1);

  self->calls = calls;
  self->members = members;
  return self;
}

static void
early_free (Early * early)
{
  gst_ice_candidate_free (early->candidate);
  g_free (early);
}

/* No further answer is expected. */
static void
close_offer (GstIceForks * self)
{
  self->open = FALSE;
  self->latest = self->lost = NULL;
  g_clear_pointer (&self->offer, gst_ice_description_unref);
  g_queue_clear_full (&self->early, (GDestroyNotify) early_free);
}

/* @self: (transfer full) */
void
gst_ice_forks_free (GstIceForks * self)
{
  close_offer (self);
  g_free (self);
}

/* The calls. */

static GstIceChecks *
get_checks (GstIceCall * call)
{
  return gst_ice_negotiation_get_checks (gst_ice_call_get_negotiation (call));
}

/* Returns: (transfer none) (nullable): the call whose peer has these credentials, and that
 *     can go on; @pwd: (nullable): any */
static GstIceCall *
find_peer (const GstIceForks * self, const gchar * ufrag, const gchar * pwd)
{
  for (guint i = 0; i < gst_ice_calls_get_size (self->calls); i++) {
    GstIceCall *call = gst_ice_calls_get (self->calls, i);

    if (call != self->lost && !gst_ice_call_has_failed (call) &&
        gst_ice_checks_are_with (get_checks (call), ufrag, pwd))
      return call;
  }
  return NULL;
}

/* Returns: (transfer none) (nullable): the call with the peer that gives @answer; %NULL: a
 *     peer that has not answered before */
static GstIceCall *
find_answerer (const GstIceForks * self, const GstIceDescription * answer)
{
  for (guint i = 0; self->offer != NULL && i < answer->media->len &&
      answer->type == GST_ICE_DESCRIPTION_ANSWER; i++) {
    const GstIceMediaDescription *media =
        gst_ice_description_get_media (answer, i);

    if (media->ufrag != NULL)
      return find_peer (self, media->ufrag, media->pwd);
  }
  return gst_ice_calls_get_first (self->calls);
}

/* The elements are in @call from here on. @stays: the call that had them goes on aside */
static void
put_first (GstIceForks * self, GstIceCall * call, gboolean stays)
{
  GstIceCall *before = gst_ice_calls_get_first (self->calls);

  if (before == call)
    return;
  if (stays)
    gst_ice_calls_set_aside (self->calls, before);
  else
    gst_ice_calls_remove (self->calls, before);
  self->lost = NULL;
  /* What one peer refused, or did not reach, the next one may. */
  gst_ice_members_end (self->members, GST_ICE_ENDING_OPEN);
  gst_ice_calls_put_first (self->calls, call);
  gst_ice_call_enter (call, self->members);
}

/* Returns: (transfer none) (nullable): a call aside, best one whose media can flow */
static GstIceCall *
find_other (const GstIceForks * self, gboolean usable)
{
  for (guint i = 1; i < gst_ice_calls_get_size (self->calls); i++) {
    GstIceCall *call = gst_ice_calls_get (self->calls, i);

    if (!gst_ice_call_has_failed (call) &&
        (!usable || gst_ice_call_get_since_us (call) != 0))
      return call;
  }
  return usable ? find_other (self, FALSE) : NULL;
}

/* Answers. */

static gboolean
is_agreed (GstIceCall * call)
{
  GstIceChecks *checks = get_checks (call);

  for (guint i = 0; i < gst_ice_checks_get_n_streams (checks); i++) {
    if (gst_ice_stream_is_agreed (gst_ice_checks_get_stream (checks, i)))
      return TRUE;
  }
  return FALSE;
}

static void
add_early (GstIceForks * self, GstIceCall * call)
{
  for (GList * l = self->early.head; l != NULL; l = l->next) {
    const Early *early = l->data;

    if (gst_ice_checks_are_with (get_checks (call), early->candidate->ufrag,
            NULL))
      gst_ice_negotiation_add_remote (gst_ice_call_get_negotiation (call),
          early->mline, early->candidate);
  }
}

static gboolean
is_lite (const GstIceForks * self)
{
  GstIceCall *first = gst_ice_calls_get_first (self->calls);

  return gst_ice_negotiation_is_lite (gst_ice_call_get_negotiation (first));
}

/* Returns: (transfer none) (nullable): a call aside, whose peer gives @answer; %NULL with
 *     @error set */
static GstIceCall *
add_aside (GstIceForks * self, const GstIceCallSettings * settings,
    GstIceDescription * answer, GError ** error)
{
  GstIceCallSettings aside = *settings;
  GstIceExchange *exchange;
  GstIceCall *call;

  aside.aside = TRUE;
  call = gst_ice_calls_add (self->calls, &aside, NULL);
  exchange = gst_ice_call_get_exchange (call);
  if (gst_ice_exchange_repeat_offer (exchange, self->offer, error) &&
      gst_ice_exchange_set_remote (exchange, answer, error))
    return call;
  gst_ice_calls_remove (self->calls, call);
  return NULL;
}

/* A lite agent answers the checks of all peers, and follows the nominations of any: only the
 * final answer says something new, which is whose they are.
 * Returns: (transfer none) (nullable): the first call; %NULL with @error set */
static GstIceCall *
change_peer (GstIceForks * self, const GstIceCallSettings * settings,
    GstIceDescription * answer, GError ** error)
{
  GstIceCall *first = gst_ice_calls_get_first (self->calls);
  GstIceCall *trial = add_aside (self, settings, answer, error);

  if (trial == NULL)
    return NULL;
  gst_ice_calls_remove (self->calls, trial);
  if (answer->provisional)
    return first;
  gst_ice_negotiation_change_peer (gst_ice_call_get_negotiation (first));
  return gst_ice_exchange_set_remote (gst_ice_call_get_exchange (first), answer,
      error) ? first : NULL;
}

/* Returns: (transfer none) (nullable): a call aside with a further peer, which gives @answer;
 *     %NULL with @error set */
static GstIceCall *
add_peer (GstIceForks * self, const GstIceCallSettings * settings,
    GstIceDescription * answer, GError ** error)
{
  GstIceCall *call;

  if (answer->provisional && gst_ice_calls_get_size (self->calls) >= MAX_FORKS) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
        "%u peers have answered provisionally, which is the most that are checked "
        "side by side; this one is left out", MAX_FORKS);
    return NULL;
  }

  call = add_aside (self, settings, answer, error);
  if (call == NULL)
    return NULL;
  GST_INFO_ID (gst_ice_call_get_id (call),
      "a further peer answers: %u are checked",
      gst_ice_calls_get_size (self->calls));
  add_early (self, call);
  if (self->lost != NULL)
    put_first (self, call, FALSE);
  return call;
}

/* The final answer is that of @call. */
static void
choose (GstIceForks * self, GstIceCall * call)
{
  put_first (self, call, FALSE);
  while (gst_ice_calls_get_size (self->calls) > 1)
    gst_ice_calls_remove (self->calls, gst_ice_calls_get (self->calls, 1));
  close_offer (self);
}

gboolean
gst_ice_forks_set_remote (GstIceForks * self,
    const GstIceCallSettings * settings, GstIceDescription * description,
    GError ** error)
{
  GstIceCall *call = find_answerer (self, description);
  const gboolean is_first = call != NULL && !is_agreed (call);
  GstIceExchange *exchange =
      gst_ice_call_get_exchange (gst_ice_calls_get_first (self->calls));

  if (description->type == GST_ICE_DESCRIPTION_OFFER &&
      gst_ice_exchange_must_wait (exchange, description)) {
    gst_ice_exchange_hold_offer (exchange, description);
    return TRUE;
  }
  if (call == NULL)
    call = is_lite (self) ? change_peer (self, settings, description, error) :
        add_peer (self, settings, description, error);
  else if (!gst_ice_exchange_set_remote (gst_ice_call_get_exchange (call),
          description, error))
    return FALSE;
  if (call == NULL)
    return FALSE;

  if (description->provisional) {
    /* In a call that is agreed, the peer is known. */
    if (!self->open && is_first)
      self->offer = gst_ice_description_ref (gst_ice_negotiation_get_offer
          (gst_ice_call_get_negotiation (call)));
    self->open = TRUE;
    self->latest = call;
  } else if (self->open) {
    choose (self, call);
  }
  return TRUE;
}

void
gst_ice_forks_add_remote (GstIceForks * self, guint mline,
    const GstIceCandidate * candidate)
{
  GstIceCall *call = self->latest != NULL ? self->latest :
      gst_ice_calls_get_first (self->calls);
  Early *early;

  if (self->offer != NULL && candidate != NULL && candidate->ufrag != NULL)
    call = find_peer (self, candidate->ufrag, NULL);
  if (call != NULL) {
    gst_ice_exchange_add_candidate (gst_ice_call_get_exchange (call), mline,
        candidate);
    return;
  }
  if (g_queue_get_length (&self->early) >= GST_ICE_MAX_CANDIDATES)
    return;
  early = g_new0 (Early, 1);
  early->mline = mline;
  early->candidate = gst_ice_candidate_copy (candidate);
  g_queue_push_tail (&self->early, early);
}

/* Peers that are not reached. */

gboolean
gst_ice_forks_leave_out (GstIceForks * self, GstIceCall * call,
    const GError * failure)
{
  GstIceCall *other = find_other (self, TRUE);
  g_autoptr (GError) warning = NULL;

  /* Where agents are lite, all peers have the same: then none is reached. */
  if (self->offer == NULL || is_lite (self))
    return FALSE;
  warning = g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_NO_PATH,
      "A peer that answered provisionally is left out: %s", failure->message);
  gst_ice_members_warn_of_call (self->members, gst_ice_call_get_id (call),
      warning);

  if (self->latest == call)
    self->latest = NULL;
  if (call != gst_ice_calls_get_first (self->calls))
    gst_ice_calls_remove (self->calls, call);
  else if (other != NULL)
    put_first (self, other, FALSE);
  else
    self->lost = call;
  return TRUE;
}

void
gst_ice_forks_run (GstIceForks * self)
{
  GstIceCall *first = gst_ice_calls_get_first (self->calls);
  GstIceCall *other = find_other (self, TRUE);

  if (self->offer != NULL && other != NULL &&
      gst_ice_call_get_since_us (first) == 0 &&
      gst_ice_call_get_since_us (other) != 0)
    put_first (self, other, first != self->lost);
}
