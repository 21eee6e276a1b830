/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A session of the signalling protocol with one peer: what the two say to each other,
 * and how they go on after the connection to the server was lost. */

#include "config.h"

#include "gsticewscall.h"

#include "gsticecandidatetext.h"
#include "gsticeerror.h"
#include "gsticelog.h"
#include "gsticesdp.h"
#include "gsticetimer.h"

GST_ICE_LOG_CATEGORY (gst_ice_ws_call_log, "icewscall",
    "ICE signalling by WebSocket with one peer");
#define GST_CAT_DEFAULT gst_ice_ws_call_log ()

#define RESUME "gst-ice-resume:"

/* A peer that is heard so long after an offer, and has not answered, has not got it. */
#define HEARD_US (100 * G_TIME_SPAN_MILLISECOND)

/* An answer to a restart that takes longer may have got lost, with the offer or
 * without: the offer is sent again, then after twice as long. */
#define OVERDUE_MS 500
#define MAX_OVERDUE_MS 8000

typedef struct
{
  gchar *text;
  guint mline;
} Said;

static void say_again (GstIceWsCall * self);
static void await_answer (GstIceWsCall * self);

static void
said_free (gpointer data)
{
  Said *said = data;

  g_free (said->text);
  g_free (said);
}

/* Returns: (transfer full): the session that @start tells of */
GstIceWsCall *
gst_ice_ws_call_new (GstIceWsLink * link, GstIceEventQueue * events,
    const GstIceWsMessage * start, gboolean offers)
{
  GstIceWsCall *self = g_new0 (GstIceWsCall, 1);

  self->link = link;
  self->events = events;
  self->id = g_strdup (start->session_id);
  self->peer_id = g_strdup (start->peer_id);
  self->offers = offers;
  self->ufrags = g_ptr_array_new_with_free_func (g_free);
  self->mids = g_ptr_array_new_with_free_func (g_free);
  self->said_candidates = g_ptr_array_new_with_free_func (said_free);
  return self;
}

/* @self: (transfer full) */
void
gst_ice_ws_call_free (GstIceWsCall * self)
{
  g_ptr_array_unref (self->ufrags);
  g_ptr_array_unref (self->mids);
  g_ptr_array_unref (self->said_candidates);
  g_free (self->said_sdp);
  g_free (self->heard_offer);
  gst_ice_timer_clear (&self->overdue);
  g_free (self->next_id);
  g_free (self->id);
  g_free (self->peer_id);
  g_free (self);
}

/* What the peer says. */

static gboolean
take_description (GstIceWsCall * self, const GstIceWsMessage * message,
    GError ** error)
{
  const gboolean is_offer = message->type == GST_ICE_WS_OFFER;
  g_autoptr (GstIceDescription) description = NULL;

  /* What is heard twice was said again, in case that it had got lost. */
  if (!is_offer && self->offers && self->agreed && !self->awaits_answer)
    return TRUE;
  if (is_offer && self->agreed
      && g_strcmp0 (self->heard_offer, message->text) == 0) {
    say_again (self);
    return TRUE;
  }
  if (is_offer == self->offers || (!is_offer && !self->awaits_answer)) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
        "The peer sent an %s when it was not its turn",
        is_offer ? "offer" : "answer");
    return FALSE;
  }

  description = gst_ice_sdp_parse (message->text, -1, is_offer ?
      GST_ICE_DESCRIPTION_OFFER : GST_ICE_DESCRIPTION_ANSWER, error);
  if (description == NULL)
    return FALSE;

  if (!is_offer) {
    self->awaits_answer = FALSE;
    self->agreed = TRUE;
    gst_ice_timer_clear (&self->overdue);
  } else {
    g_free (self->heard_offer);
    self->heard_offer = g_strdup (message->text);
    /* The answer to the last one is none to this. */
    g_clear_pointer (&self->said_sdp, g_free);
    g_ptr_array_set_size (self->said_candidates, 0);
  }
  self->told = TRUE;
  gst_ice_event_queue_description (self->events, description);
  return TRUE;
}

/* A candidate that is no good loses only itself. */
static void
take_candidate (GstIceWsCall * self, const GstIceWsMessage * message)
{
  g_autoptr (GstIceDescription) fragment =
      gst_ice_description_new (GST_ICE_DESCRIPTION_FRAGMENT);
  GstIceMediaDescription *media = NULL;
  GstIceCandidate *candidate;
  GstIceLeftOutReason why;
  g_autoptr (GError) error = NULL;

  /* Without a mid, an m-line is what its place in the fragment says. */
  for (guint i = 0; i <= message->mline; i++)
    media = gst_ice_description_add_media (fragment);

  if (*message->text == '\0') {
    media->end_of_candidates = TRUE;
  } else {
    candidate = gst_ice_candidate_parse (message->text, &why, &error);
    if (candidate != NULL) {
      g_ptr_array_add (media->candidates, candidate);
    } else {
      GST_INFO ("a candidate is skipped: %s", error->message);
      gst_ice_media_description_leave_out (media, message->text, why);
    }
  }
  gst_ice_event_queue_trickle (self->events, fragment);
}

/* The peer goes on in session @id, as @peer_id. */
static void
attach (GstIceWsCall * self, const gchar * id, const gchar * peer_id)
{
  gchar *const old_id = self->id;
  gchar *const old_peer_id = self->peer_id;

  GST_INFO ("session %s goes on as %s", old_id, id);
  /* The new ones may be fields that are freed here. */
  self->id = g_strdup (id);
  self->peer_id = g_strdup (peer_id);
  self->detached = FALSE;
  g_clear_pointer (&self->next_id, g_free);
  g_free (old_id);
  g_free (old_peer_id);
}

static gboolean
is_resume (const GstIceWsCall * self, const gchar * text)
{
  return g_str_has_prefix (text, RESUME) &&
      g_str_equal (text + strlen (RESUME), self->id);
}

/* Returns: whether @message is about the session as the server knows it */
static gboolean
is_ours (const GstIceWsCall * self, const GstIceWsMessage * message)
{
  return !self->detached && g_str_equal (self->id, message->session_id);
}

gboolean
gst_ice_ws_call_take (GstIceWsCall * self, const GstIceWsMessage * message,
    GError ** error)
{
  if (g_strcmp0 (self->next_id, message->session_id) == 0) {
    if (message->type == GST_ICE_WS_ANSWER && is_resume (self, message->text)) {
      attach (self, message->session_id, self->peer_id);
      gst_ice_ws_call_reattach (self);
    }
    return TRUE;
  }
  if (!is_ours (self, message))
    return TRUE;
  if (message->type != GST_ICE_WS_CANDIDATE)
    return take_description (self, message, error);

  /* Before there is an offer, candidates have no m-line to belong to. */
  if (self->told)
    take_candidate (self, message);
  /* It has a connection again, and says its candidates again. */
  if (self->agreed && self->awaits_answer
      && g_get_monotonic_time () - self->said_us > HEARD_US)
    say_again (self);
  return TRUE;
}

gboolean
gst_ice_ws_call_take_end (GstIceWsCall * self, const GstIceWsMessage * message)
{
  if (g_strcmp0 (self->next_id, message->session_id) != 0)
    return is_ours (self, message);

  g_clear_pointer (&self->next_id, g_free);
  return FALSE;
}

void
gst_ice_ws_call_want_offer (GstIceWsCall * self)
{
  self->told = TRUE;
  gst_ice_event_queue_offer_wanted (self->events);
}

/* What we say. */

static gboolean
on_overdue (gpointer user_data)
{
  GstIceWsCall *self = user_data;

  if (!self->detached)
    say_again (self);
  self->overdue_ms = MIN (2 * self->overdue_ms, MAX_OVERDUE_MS);
  await_answer (self);
  return G_SOURCE_REMOVE;
}

static void
await_answer (GstIceWsCall * self)
{
  gst_ice_timer_clear (&self->overdue);
  self->overdue = gst_ice_timer_new (self->overdue_ms, on_overdue, self);
}

void
gst_ice_ws_call_send_description (GstIceWsCall * self,
    GstIceDescription * description)
{
  const gboolean is_offer = description->type == GST_ICE_DESCRIPTION_OFFER;
  const gchar *type = is_offer ? "offer" : "answer";
  g_autofree gchar *sdp = gst_ice_sdp_write (description);

  if (is_offer != self->offers) {
    GST_WARNING ("it is not our turn to send an %s", type);
    return;
  }

  g_ptr_array_set_size (self->ufrags, 0);
  g_ptr_array_set_size (self->mids, 0);
  for (guint i = 0; i < description->media->len; i++) {
    const GstIceMediaDescription *media =
        gst_ice_description_get_media (description, i);

    g_ptr_array_add (self->ufrags, g_strdup (media->ufrag));
    g_ptr_array_add (self->mids, g_strdup (media->mid));
  }

  g_ptr_array_set_size (self->said_candidates, 0);
  g_free (self->said_sdp);
  self->said_sdp = g_steal_pointer (&sdp);
  self->said_us = g_get_monotonic_time ();
  gst_ice_ws_link_send (self->link, gst_ice_ws_write_sdp (self->id, type,
          self->said_sdp));
  if (!is_offer) {
    self->agreed = TRUE;
    return;
  }
  self->awaits_answer = TRUE;
  self->overdue_ms = OVERDUE_MS;
  if (self->agreed)
    await_answer (self);
}

/* Returns: the number of the m-line that @media, of a fragment, is of, as it was
 * described last, -1: of none. The agents of a group may have one ufrag. */
static gint
find_mline (GstIceWsCall * self, const GstIceMediaDescription * media)
{
  for (guint i = 0; i < self->ufrags->len; i++) {
    const gchar *ufrag = g_ptr_array_index (self->ufrags, i);
    const gchar *mid = g_ptr_array_index (self->mids, i);

    if (ufrag != NULL && g_strcmp0 (ufrag, media->ufrag) == 0 &&
        (mid == NULL || media->mid == NULL || g_str_equal (mid, media->mid)))
      return (gint) i;
  }
  return -1;
}

/* @text: (transfer full): a candidate, "": no more come */
static void
say_candidate (GstIceWsCall * self, gchar * text, guint mline)
{
  Said *said = g_new0 (Said, 1);

  said->text = text;
  said->mline = mline;
  g_ptr_array_add (self->said_candidates, said);
  self->said_us = g_get_monotonic_time ();
  gst_ice_ws_link_send (self->link, gst_ice_ws_write_candidate (self->id, text,
          mline));
}

static void
send_candidates (GstIceWsCall * self, guint mline,
    const GstIceMediaDescription * media)
{
  for (guint i = 0; i < media->candidates->len; i++)
    say_candidate (self,
        gst_ice_candidate_to_text (g_ptr_array_index (media->candidates, i)),
        mline);
  if (media->end_of_candidates)
    say_candidate (self, g_strdup (""), mline);
}

static void
say_candidates_again (GstIceWsCall * self)
{
  for (guint i = 0; i < self->said_candidates->len; i++) {
    const Said *said = g_ptr_array_index (self->said_candidates, i);

    gst_ice_ws_link_send (self->link, gst_ice_ws_write_candidate (self->id,
            said->text, said->mline));
  }
}

/* Nobody confirms what is said to the peer. */
static void
say_again (GstIceWsCall * self)
{
  if (self->said_sdp == NULL)
    return;
  GST_INFO ("session %s: saying again what may have got lost", self->id);
  self->said_us = g_get_monotonic_time ();
  gst_ice_ws_link_send (self->link, gst_ice_ws_write_sdp (self->id,
          self->offers ? "offer" : "answer", self->said_sdp));
  say_candidates_again (self);
}

void
gst_ice_ws_call_send_trickle (GstIceWsCall * self, GstIceDescription * fragment)
{
  for (guint i = 0; i < fragment->media->len; i++) {
    GstIceMediaDescription *media = gst_ice_description_get_media (fragment, i);
    const gint mline = find_mline (self, media);

    if (mline >= 0)
      send_candidates (self, (guint) mline, media);
    else
      GST_WARNING ("candidates of an m-line that was not described");
  }
}

void
gst_ice_ws_call_send_end (GstIceWsCall * self)
{
  if (!self->detached)
    gst_ice_ws_link_send (self->link, gst_ice_ws_write_end (self->id));
}

/* Going on after the connection was lost. */

void
gst_ice_ws_call_detach (GstIceWsCall * self)
{
  g_clear_pointer (&self->next_id, g_free);
  self->detached = TRUE;
}

void
gst_ice_ws_call_reattach (GstIceWsCall * self)
{
  self->detached = FALSE;
  if (self->awaits_answer)
    say_again (self);
  else
    say_candidates_again (self);
}

/* Returns: (transfer full): what only the two know */
gchar *
gst_ice_ws_call_write_resume (const GstIceWsCall * self)
{
  return g_strconcat (RESUME, self->id, NULL);
}

gboolean
gst_ice_ws_call_is_asked_to_resume (const GstIceWsMessage * message)
{
  return message->text != NULL && g_str_has_prefix (message->text, RESUME);
}

void
gst_ice_ws_call_expect (GstIceWsCall * self, const gchar * id)
{
  g_free (self->next_id);
  self->next_id = g_strdup (id);
}

gboolean
gst_ice_ws_call_resume (GstIceWsCall * self, const GstIceWsMessage * message)
{
  if (!self->agreed || message->text == NULL ||
      !is_resume (self, message->text))
    return FALSE;

  gst_ice_ws_link_send (self->link, gst_ice_ws_write_sdp (message->session_id,
          "answer", message->text));
  attach (self, message->session_id, message->peer_id);
  gst_ice_ws_call_reattach (self);
  return TRUE;
}
