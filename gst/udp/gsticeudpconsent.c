/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Asks for the peer's consent and gives ours (RFC 7675), and tells when a path looks
 * dead. */

#include "config.h"

#include "gsticeudpconsent.h"

#include "gsticelog.h"
#include "gsticeudploss.h"
#include "gsticeudpsilence.h"
#include "gsticeudpstun.h"

#include <string.h>

GST_ICE_LOG_CATEGORY (gst_ice_udp_consent_log, "iceudpconsent",
    "ICE consent freshness");
#define GST_CAT_DEFAULT gst_ice_udp_consent_log ()

/* RFC 7675, 5.1: every 5 s, times 0.8 to 1.2; 30 s without an answer end it. */
#define PERIOD_US (5 * G_USEC_PER_SEC)
#define DEFAULT_TIMEOUT_MS 30000

/* RFC 7675, 5.1 sends a request once; at 5 % loss that makes one in a thousand
 * calls of an hour end for nothing, at 20 % all of them. A request without an
 * answer is sent again, as RFC 8489, 6.2.1 has it: the same transaction, after
 * 0.5, 1 and 2 s. */
#define FIRST_RETRANSMISSION_US (G_USEC_PER_SEC / 2)

/* How long the newest request is without its answer before it looks bad. */
#define SUSPECT_US (2 * G_USEC_PER_SEC)

/* When steady media has stopped: between two requests. */
#define HURRY_US (50 * G_TIME_SPAN_MILLISECOND)

/* A path that has lost no request of the last ten seconds or so. */
#define CLEAN_TOLERANCE 3

/* Requests whose answer counts: all within 30 s, 4 s apart at least. */
#define N_REQUESTS 8

/* RFC 8445, 7.1.1: as a peer-reflexive candidate of component 1 would have. */
#define PRIORITY 0x6e7f1effu

typedef struct
{
  guint8 id[GST_ICE_UDP_STUN_ID_SIZE];
  gint64 sent_us;               /* the first time */
  guint n_sent;                 /* 0: there is no such request */
} Request;

struct _GstIceUdpConsent
{
  /* Set at construction. */
  gchar *local_ufrag, *local_password;
  gchar *remote_ufrag, *remote_password;
  gboolean controlling;
  guint64 tie_breaker;
  gint64 timeout_us;
  gint64 period_us;
  guint32 tag;
  GstIceUdpConsentSend send;
  GstIceUdpConsentFunc changed;
  gpointer user_data;

  /* The thread that has it. */
  GstIceUdpAddress remote;
  gboolean started;
  GstIceUdpConsentState state;
  Request requests[N_REQUESTS]; /* a ring */
  guint newest;                 /* in requests */
  gboolean waiting;             /* for the answer to the newest */
  gint64 patience_us;           /* from due_us on */
  gint64 due_us;                /* when the first of those without an answer left */
  GstIceUdpSilence silence;
  gboolean vouched;             /* the last media that came is the peer's for sure */
  guint n_hurried;              /* requests to send in a hurry */
  gint64 hurry_us;              /* when they have to be answered; 0: no hurry */
  GstIceUdpAddress mapped;      /* ours, as the peer saw it first */
  gboolean has_mapped;
  gboolean rebound;             /* and as it sees it no more */
  GstIceUdpLoss loss;           /* of requests */
  gint64 answered_us;           /* when consent was last given */
  gint64 next_request_us;
  gint64 retransmit_us;         /* the newest */

  GMutex lock;                  /* never held across a system call */

  /* Protected by lock. */
  GstIceUdpConsentCounts counts;
};

/* Returns: (transfer full): consent that was not yet given */
GstIceUdpConsent *
gst_ice_udp_consent_new (const GstIceUdpConsentSettings * settings,
    GstIceUdpConsentSend send, GstIceUdpConsentFunc changed, gpointer user_data)
{
  GstIceUdpConsent *self = g_new0 (GstIceUdpConsent, 1);
  guint timeout_ms = settings->timeout_ms;

  self->local_ufrag = g_strdup (settings->local_ufrag);
  self->local_password = g_strdup (settings->local_password);
  self->remote_ufrag = g_strdup (settings->remote_ufrag);
  self->remote_password = g_strdup (settings->remote_password);
  self->controlling = settings->controlling;
  self->tag = settings->tag;
  self->timeout_us = (timeout_ms > 0 ? timeout_ms : DEFAULT_TIMEOUT_MS) *
      G_TIME_SPAN_MILLISECOND;
  self->period_us = settings->period_ms > 0 ?
      settings->period_ms * G_TIME_SPAN_MILLISECOND : PERIOD_US;
  self->send = send;
  self->changed = changed;
  self->user_data = user_data;
  gst_ice_udp_stun_randomise (&self->tie_breaker, sizeof (self->tie_breaker));
  g_mutex_init (&self->lock);
  return self;
}

/* @self: (transfer full) */
void
gst_ice_udp_consent_free (GstIceUdpConsent * self)
{
  g_free (self->local_ufrag);
  g_free (self->local_password);
  g_free (self->remote_ufrag);
  g_free (self->remote_password);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static void
gst_ice_udp_consent_set_state (GstIceUdpConsent * self,
    GstIceUdpConsentState state)
{
  static const gchar *const names[] = { "alive", "suspect", "lost" };

  if (self->state == state)
    return;

  GST_DEBUG ("consent of \"%s\" is %s", self->remote_ufrag, names[state]);
  self->state = state;
  if (self->changed != NULL)
    self->changed (state, self->user_data);
}

static void
gst_ice_udp_consent_plan (GstIceUdpConsent * self, gint64 now_us,
    gint64 period_us)
{
  /* Also the first: many calls may have begun at once. */
  self->next_request_us = now_us +
      g_random_int_range (period_us / 10 * 8, period_us / 10 * 12 + 1);
}

/* Whether the peer's media shows that the path works: it comes steadily, it is the
 * peer's, and no question was lost of late. Its end is noticed sooner than an answer
 * is late. */
static gboolean
is_shown_to_work (const GstIceUdpConsent * self)
{
  return self->vouched && self->state == GST_ICE_UDP_CONSENT_ALIVE &&
      gst_ice_udp_loss_get_tolerance (&self->loss) <= CLEAN_TOLERANCE &&
      gst_ice_udp_silence_get_due_us (&self->silence) != G_MAXINT64;
}

/* Whether the next request takes the place of sending the last one again. */
static gboolean
is_frequent (GstIceUdpConsent * self)
{
  return self->period_us < SUSPECT_US;
}

/* How long no answer is tolerated. */
static gint64
gst_ice_udp_consent_get_patience_us (GstIceUdpConsent * self)
{
  if (!is_frequent (self))
    return SUSPECT_US;
  return gst_ice_udp_loss_get_tolerance (&self->loss) * self->period_us;
}

static void
gst_ice_udp_consent_calm_down (GstIceUdpConsent * self)
{
  self->hurry_us = 0;
  self->n_hurried = 0;
}

/* Is the path dead? An answer, or media, says that it is not. */
static void
gst_ice_udp_consent_hurry (GstIceUdpConsent * self, gint64 now_us)
{
  guint n = gst_ice_udp_loss_get_tolerance_in_silence (&self->loss);

  if (self->state != GST_ICE_UDP_CONSENT_ALIVE)
    return;
  self->n_hurried = n;
  self->hurry_us = now_us + n * HURRY_US + 2 * self->counts.round_trip_us;
  self->next_request_us = now_us;
}

void
gst_ice_udp_consent_start (GstIceUdpConsent * self,
    const GstIceUdpAddress * remote, gint64 now_us)
{
  gboolean moved = self->started;

  self->remote = *remote;
  self->started = TRUE;
  self->state = GST_ICE_UDP_CONSENT_ALIVE;
  self->waiting = FALSE;
  self->has_mapped = self->rebound = FALSE;
  gst_ice_udp_consent_calm_down (self);
  self->answered_us = now_us;
  /* RFC 7675, 5.1: an answer counts for the pair that was asked. */
  memset (self->requests, 0, sizeof (self->requests));
  gst_ice_udp_consent_plan (self, now_us, self->period_us);
  /* What a peer's check has moved us to may be gone already, or soon: its media, which
   * is as steady from there as it was, says so as well. */
  if (moved && is_frequent (self))
    gst_ice_udp_consent_hurry (self, now_us);
}

static void
gst_ice_udp_consent_send (GstIceUdpConsent * self, const guint8 * message,
    gsize size)
{
  self->send (message, size, &self->remote, self->user_data);
}

static void
gst_ice_udp_consent_send_request (GstIceUdpConsent * self)
{
  guint8 message[GST_ICE_UDP_STUN_MAX_SIZE];
  Request *newest = &self->requests[self->newest];
  GstIceUdpStunRequest request = {
    .to_ufrag = self->remote_ufrag,
    .from_ufrag = self->local_ufrag,
    .password = self->remote_password,
    .priority = PRIORITY,
    .controlling = self->controlling,
    .tie_breaker = self->tie_breaker,
  };

  memcpy (request.id, newest->id, sizeof (request.id));
  gst_ice_udp_consent_send (self, message,
      gst_ice_udp_stun_build_request (&request, message));
  newest->n_sent++;

  g_mutex_lock (&self->lock);
  self->counts.requests_sent++;
  g_mutex_unlock (&self->lock);
}

/* The last request is answered by now, or counts as lost; but a path that is dead
 * has no loss to learn from. */
static void
gst_ice_udp_consent_note_loss (GstIceUdpConsent * self)
{
  if (self->state == GST_ICE_UDP_CONSENT_ALIVE && self->hurry_us == 0)
    gst_ice_udp_loss_note (&self->loss, self->waiting);
}

static void
gst_ice_udp_consent_ask (GstIceUdpConsent * self, gint64 now_us)
{
  Request *request;

  if (!self->waiting) {
    self->due_us = now_us;
    self->patience_us = gst_ice_udp_consent_get_patience_us (self);
  }
  self->newest = (self->newest + 1) % N_REQUESTS;
  request = &self->requests[self->newest];
  gst_ice_udp_stun_randomise (request->id, sizeof (request->id));
  GST_WRITE_UINT32_BE (request->id, self->tag);
  request->sent_us = now_us;
  request->n_sent = 0;
  self->waiting = TRUE;
  self->retransmit_us = is_frequent (self) ? G_MAXINT64 :
      now_us + FIRST_RETRANSMISSION_US;
  gst_ice_udp_consent_plan (self, now_us, self->period_us);
  if (self->n_hurried > 0) {
    self->n_hurried--;
    self->next_request_us = now_us + HURRY_US;
  }
  gst_ice_udp_consent_send_request (self);
}

void
gst_ice_udp_consent_hear (GstIceUdpConsent * self, gint64 now_us,
    gboolean vouched)
{
  self->vouched = vouched;
  gst_ice_udp_silence_hear (&self->silence, now_us);
  gst_ice_udp_consent_calm_down (self);
}

/* Returns: when it is time for gst_ice_udp_consent_hurry() */
static gint64
gst_ice_udp_consent_get_hurry_us (GstIceUdpConsent * self)
{
  return is_frequent (self) ? gst_ice_udp_silence_get_due_us (&self->silence) :
      G_MAXINT64;
}

static void
gst_ice_udp_consent_retransmit (GstIceUdpConsent * self, gint64 now_us)
{
  guint n_sent = self->requests[self->newest].n_sent;

  self->retransmit_us = now_us + (FIRST_RETRANSMISSION_US << MIN (n_sent, 8));
  gst_ice_udp_consent_send_request (self);
}

static gint64
gst_ice_udp_consent_next_us (GstIceUdpConsent * self)
{
  gint64 next_us = MIN (self->next_request_us,
      self->answered_us + self->timeout_us);

  next_us = MIN (next_us, gst_ice_udp_consent_get_hurry_us (self));
  if (self->hurry_us != 0)
    next_us = MIN (next_us, self->hurry_us);
  if (self->waiting)
    next_us = MIN (next_us, self->retransmit_us);
  if (self->waiting && self->state == GST_ICE_UDP_CONSENT_ALIVE)
    next_us = MIN (next_us, self->due_us + self->patience_us);
  return next_us;
}

gint64
gst_ice_udp_consent_tick (GstIceUdpConsent * self, gint64 now_us)
{
  if (!self->started || self->state == GST_ICE_UDP_CONSENT_LOST)
    return G_MAXINT64;

  if (now_us >= self->answered_us + self->timeout_us) {
    gst_ice_udp_consent_set_state (self, GST_ICE_UDP_CONSENT_LOST);
    return G_MAXINT64;
  }
  if (now_us >= gst_ice_udp_consent_get_hurry_us (self)) {
    GST_DEBUG ("media of \"%s\" has stopped", self->remote_ufrag);
    gst_ice_udp_silence_stop (&self->silence);
    self->vouched = FALSE;
    gst_ice_udp_consent_hurry (self, now_us);
  }
  if ((self->waiting && now_us >= self->due_us + self->patience_us) ||
      (self->hurry_us != 0 && now_us >= self->hurry_us)) {
    gst_ice_udp_consent_calm_down (self);
    gst_ice_udp_consent_set_state (self, GST_ICE_UDP_CONSENT_SUSPECT);
  }

  if (now_us >= self->next_request_us) {
    gst_ice_udp_consent_note_loss (self);
    gst_ice_udp_consent_ask (self, now_us);
  }
  if (self->waiting && now_us >= self->retransmit_us)
    gst_ice_udp_consent_retransmit (self, now_us);
  return gst_ice_udp_consent_next_us (self);
}

static void
gst_ice_udp_consent_count_forged (GstIceUdpConsent * self)
{
  g_mutex_lock (&self->lock);
  self->counts.forged++;
  g_mutex_unlock (&self->lock);
}

/* RFC 8445, 7.3. What ICE has to learn from a check it learnt from those that came
 * before the nomination, or will from the next. */
static void
gst_ice_udp_consent_handle_request (GstIceUdpConsent * self,
    const GstIceUdpStun * stun, const GstIceUdpAddress * from)
{
  guint8 message[GST_ICE_UDP_STUN_MAX_SIZE];

  if (!gst_ice_udp_stun_check_username (stun, self->local_ufrag,
          self->remote_ufrag)
      || !gst_ice_udp_stun_check_integrity (stun, self->local_password)) {
    gst_ice_udp_consent_count_forged (self);
    return;
  }

  g_mutex_lock (&self->lock);
  self->counts.requests_received++;
  g_mutex_unlock (&self->lock);
  gst_ice_udp_consent_send (self, message,
      gst_ice_udp_stun_build_response (stun, from, self->local_password,
          message));
}

/* Returns: (transfer none) (nullable): which of ours @stun answers */
static Request *
gst_ice_udp_consent_find_request (GstIceUdpConsent * self,
    const GstIceUdpStun * stun)
{
  for (guint i = 0; i < N_REQUESTS; i++) {
    if (self->requests[i].n_sent > 0 &&
        memcmp (self->requests[i].id, stun->id, GST_ICE_UDP_STUN_ID_SIZE) == 0)
      return &self->requests[i];
  }
  return NULL;
}

/* A NAT that forgot us has given us another address: the peer, who sends to the one
 * it knows, takes nothing from it. */
static void
gst_ice_udp_consent_take_mapped (GstIceUdpConsent * self,
    const GstIceUdpStun * stun)
{
  GstIceUdpAddress mapped;

  if (!gst_ice_udp_stun_get_mapped (stun, &mapped))
    return;
  self->mapped = self->has_mapped ? self->mapped : mapped;
  self->has_mapped = TRUE;
  self->rebound = !gst_ice_udp_address_equal (&self->mapped, &mapped);
}

static void
gst_ice_udp_consent_handle_success (GstIceUdpConsent * self,
    Request * request, const GstIceUdpStun * stun, gint64 now_us)
{
  g_mutex_lock (&self->lock);
  self->counts.responses_received++;
  /* Karn's algorithm: of a request sent twice nobody knows which it answers. */
  if (request->n_sent == 1)
    self->counts.round_trip_us = MAX (now_us - request->sent_us, 1);
  g_mutex_unlock (&self->lock);

  if (request == &self->requests[self->newest])
    self->waiting = FALSE;
  else if (self->waiting)
    self->due_us = self->requests[self->newest].sent_us;
  request->n_sent = 0;
  self->answered_us = now_us;
  if (self->hurry_us != 0)
    gst_ice_udp_consent_plan (self, now_us, self->period_us);
  if (is_shown_to_work (self))
    gst_ice_udp_consent_plan (self, now_us, MAX (self->period_us, PERIOD_US));
  gst_ice_udp_consent_calm_down (self);
  gst_ice_udp_consent_take_mapped (self, stun);
  gst_ice_udp_consent_set_state (self, self->rebound ?
      GST_ICE_UDP_CONSENT_SUSPECT : GST_ICE_UDP_CONSENT_ALIVE);
}

static void
gst_ice_udp_consent_handle_answer (GstIceUdpConsent * self,
    const GstIceUdpStun * stun, gint64 now_us)
{
  Request *request = gst_ice_udp_consent_find_request (self, stun);

  /* The second answer to a request sent twice is nothing bad. One that comes
   * after the end is too late (RFC 7675, 5.1). */
  if (request == NULL || self->state == GST_ICE_UDP_CONSENT_LOST)
    return;
  if (!gst_ice_udp_stun_check_integrity (stun, self->remote_password)) {
    gst_ice_udp_consent_count_forged (self);
    return;
  }

  if (stun->type == GST_ICE_UDP_STUN_SUCCESS) {
    gst_ice_udp_consent_handle_success (self, request, stun, now_us);
  } else if (stun->error_code == 403) {
    /* RFC 7675, 5.2: the peer takes its consent back. */
    gst_ice_udp_consent_set_state (self, GST_ICE_UDP_CONSENT_LOST);
  }
}

void
gst_ice_udp_consent_handle (GstIceUdpConsent * self,
    const GstIceUdpAddress * from, const guint8 * data, gsize size_bytes,
    gint64 now_us)
{
  GstIceUdpStun stun;

  /* RFC 7675, 5.1: the address is part of what is agreed. */
  if (!self->started || !gst_ice_udp_address_equal (from, &self->remote))
    return;
  if (!gst_ice_udp_stun_parse (&stun, data, size_bytes)) {
    gst_ice_udp_consent_count_forged (self);
    return;
  }

  switch (stun.type) {
    case GST_ICE_UDP_STUN_REQUEST:
      gst_ice_udp_consent_handle_request (self, &stun, from);
      break;
    case GST_ICE_UDP_STUN_SUCCESS:
    case GST_ICE_UDP_STUN_ERROR:
      gst_ice_udp_consent_handle_answer (self, &stun, now_us);
      break;
    default:
      /* Indications keep a NAT's binding: they did (RFC 8445, 11). */
      break;
  }
}

void
gst_ice_udp_consent_get_counts (GstIceUdpConsent * self,
    GstIceUdpConsentCounts * counts)
{
  g_mutex_lock (&self->lock);
  *counts = self->counts;
  g_mutex_unlock (&self->lock);
}
