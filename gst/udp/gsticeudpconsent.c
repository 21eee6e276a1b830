/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Checks consent on a path and answers the peer's checks (RFC 7675); reports
 * a path that looks dead. */

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

/* RFC 7675, 5.1: a request every 5 s, times 0.8 to 1.2. Consent expires 30 s
 * after the last answer. */
#define PERIOD_US (5 * G_USEC_PER_SEC)
#define DEFAULT_TIMEOUT_MS 30000

/* RFC 7675, 5.1 sends each request once. With 5 % loss, one of a thousand
 * calls of an hour would then end for no reason; with 20 % loss, all of
 * them. So an unanswered request is sent again, with the same transaction
 * id, after 0.5, 1 and 2 s (RFC 8489, 6.2.1). */
#define FIRST_RETRANSMISSION_US (G_USEC_PER_SEC / 2)

/* A path is suspect when the newest request has had no answer for this long. */
#define SUSPECT_US (2 * G_USEC_PER_SEC)

/* The time between two requests when steady media has stopped. */
#define HURRY_US (50 * G_TIME_SPAN_MILLISECOND)

/* When the first of frequent requests leaves: the sooner it is answered, the
 * sooner a path that dies is told from one that loses. */
#define FIRST_US (80 * G_TIME_SPAN_MILLISECOND)

/* An answer later than two round trips, or than this, makes requests quick where
 * no media comes that would tell. */
#define LATE_US (60 * G_TIME_SPAN_MILLISECOND)

/* On a path that loses, or may lose, many have to follow on a late one: those
 * take this long together, so that a short disturbance does not lose them all. */
#define SPREAD_US (800 * G_TIME_SPAN_MILLISECOND)

/* Before the first answer of a path: when it is late, and how long the last
 * request is waited for. */
#define UNKNOWN_LATE_US (100 * G_TIME_SPAN_MILLISECOND)
#define UNKNOWN_PATIENCE_US (300 * G_TIME_SPAN_MILLISECOND)

/* A path with this tolerance or less has lost no request in the last ten
 * seconds or so. */
#define CLEAN_TOLERANCE 3

/* Requests whose answers are accepted: all of the last 30 s, at least 4 s
 * apart; of quick ones, those of the last 1.6 s. */
#define N_REQUESTS 32

/* RFC 8445, 7.1.1: the priority of a peer-reflexive candidate of component
 * 1. */
#define PRIORITY 0x6e7f1effu

typedef struct
{
  guint8 id[GST_ICE_UDP_STUN_ID_SIZE];
  gint64 sent_us;               /* when first sent */
  guint n_sent;                 /* how often sent; 0: the entry is empty */
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

  /* The thread that runs the consent. */
  GstIceUdpAddress remote;
  gboolean started;
  GstIceUdpConsentState state;
  Request requests[N_REQUESTS]; /* a ring */
  guint newest;                 /* index in requests */
  gboolean waiting;             /* the newest request has no answer yet */
  gint64 patience_us;           /* how long to wait, counted from due_us */
  gint64 due_us;                /* when the oldest unanswered request left */
  GstIceUdpSilence silence;
  gboolean vouched;             /* a cipher has authenticated the last media */
  guint n_hurried;              /* fast requests left to send */
  gint64 hurry_gap_us;          /* the time between two of these */
  gboolean hurries_late;        /* because an answer is late */
  gint64 hurry_us;              /* when the fast requests must be answered;
                                 * 0: none */
  GstIceUdpAddress mapped;      /* our own address in the first answer */
  gboolean has_mapped;
  gboolean rebound;             /* a later answer had another address */
  GstIceUdpLoss loss;           /* loss of requests */
  gint64 answered_us;           /* when the last answer came */
  gint64 next_request_us;
  gint64 retransmit_us;         /* when to repeat the newest request */

  GMutex lock;                  /* never held across a system call */

  /* Protected by lock. */
  GstIceUdpConsentCounts counts;
};

/* Returns: (transfer full): a consent that is not started */
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
  /* The first one too: many calls may have begun at once. */
  self->next_request_us = now_us +
      g_random_int_range (period_us / 10 * 8, period_us / 10 * 12 + 1);
}

/* Whether the peer's media alone shows that the path works: it comes
 * steadily, it is authenticated, and no request was lost lately. A silence
 * of such media is noticed sooner than a late answer. */
static gboolean
is_shown_to_work (const GstIceUdpConsent * self)
{
  return self->vouched && self->state == GST_ICE_UDP_CONSENT_ALIVE &&
      gst_ice_udp_loss_get_tolerance (&self->loss) <= CLEAN_TOLERANCE &&
      gst_ice_udp_silence_get_due_us (&self->silence) != G_MAXINT64;
}

/* Whether requests are so frequent that the next one replaces repeating the
 * last. */
static gboolean
is_frequent (GstIceUdpConsent * self)
{
  return self->period_us < SUSPECT_US;
}

/* How long answers may be missing. */
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
  self->hurries_late = FALSE;
}

/* Sends @n requests, one every @gap_us, to find out whether the path is dead. An
 * answer or media ends this. */
static void
gst_ice_udp_consent_hurry (GstIceUdpConsent * self, guint n, gint64 gap_us,
    gint64 now_us)
{
  const gint64 round_trip_us = self->counts.round_trip_us;

  if (self->state != GST_ICE_UDP_CONSENT_ALIVE)
    return;
  self->n_hurried = n;
  self->hurry_gap_us = gap_us;
  self->hurry_us = now_us + n * gap_us + (round_trip_us == 0 ?
      UNKNOWN_PATIENCE_US : 2 * round_trip_us);
  self->next_request_us = now_us;
}

/* Steady media has stopped, or the peer has moved the path. */
static void
gst_ice_udp_consent_hurry_in_silence (GstIceUdpConsent * self, gint64 now_us)
{
  gst_ice_udp_consent_hurry (self,
      gst_ice_udp_loss_get_tolerance_in_silence (&self->loss), HURRY_US,
      now_us);
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
  /* RFC 7675, 5.1: an answer counts only for the pair that was asked. */
  memset (self->requests, 0, sizeof (self->requests));
  gst_ice_udp_consent_plan (self, now_us,
      is_frequent (self) ? FIRST_US : self->period_us);
  /* The peer moved us to this path with a check, and the path may be dead
   * soon. The peer's media, which stays steady, tells that as well. */
  if (moved && is_frequent (self))
    gst_ice_udp_consent_hurry_in_silence (self, now_us);
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

/* Counts the last request as answered or lost. A dead path says nothing
 * about loss, nor does one whose media has stopped. Before the first answer,
 * late and lost are the same. */
static void
gst_ice_udp_consent_note_loss (GstIceUdpConsent * self)
{
  const gboolean has_asked = self->requests[self->newest].sent_us != 0;

  if (has_asked && self->counts.round_trip_us != 0 &&
      self->state == GST_ICE_UDP_CONSENT_ALIVE &&
      (self->hurry_us == 0 || self->hurries_late))
    gst_ice_udp_loss_note (&self->loss, self->waiting);
}

/* Counts those as lost that were sent before @first, the first that was
 * answered. */
static void
gst_ice_udp_consent_note_first (GstIceUdpConsent * self, const Request * first)
{
  for (guint i = 0; i < N_REQUESTS; i++) {
    if (self->requests[i].n_sent > 0
        && self->requests[i].sent_us < first->sent_us)
      gst_ice_udp_loss_note (&self->loss, TRUE);
  }
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
    self->next_request_us = now_us + self->hurry_gap_us;
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

/* Returns: when gst_ice_udp_consent_hurry() is to be called */
static gint64
gst_ice_udp_consent_get_hurry_us (GstIceUdpConsent * self)
{
  return is_frequent (self) ? gst_ice_udp_silence_get_due_us (&self->silence) :
      G_MAXINT64;
}

/* Media that goes one way tells its receiver that the path is dead, and not its
 * sender, who has nothing but answers.
 * Returns: when an answer is so late that more requests have to follow quickly,
 *     G_MAXINT64: never */
static gint64
gst_ice_udp_consent_get_late_us (GstIceUdpConsent * self)
{
  const gint64 round_trip_us = self->counts.round_trip_us;

  if (!self->waiting || self->hurry_us != 0 || !is_frequent (self) ||
      self->state != GST_ICE_UDP_CONSENT_ALIVE ||
      gst_ice_udp_silence_get_due_us (&self->silence) != G_MAXINT64)
    return G_MAXINT64;
  return MAX (self->due_us + (round_trip_us == 0 ? UNKNOWN_LATE_US :
          MAX (LATE_US, 2 * round_trip_us)),
      self->requests[self->newest].sent_us + HURRY_US);
}

/* Where the tolerance is small the path loses nothing, and all can follow at
 * once. */
static void
gst_ice_udp_consent_hurry_when_late (GstIceUdpConsent * self, gint64 now_us)
{
  const guint n = gst_ice_udp_loss_get_tolerance_when_late (&self->loss);

  gst_ice_udp_consent_hurry (self, n, n <= CLEAN_TOLERANCE ? HURRY_US :
      MAX (HURRY_US, SPREAD_US / n), now_us);
  self->hurries_late = TRUE;
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
  next_us = MIN (next_us, gst_ice_udp_consent_get_late_us (self));
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
    gst_ice_udp_consent_hurry_in_silence (self, now_us);
  }
  if (now_us >= gst_ice_udp_consent_get_late_us (self))
    gst_ice_udp_consent_hurry_when_late (self, now_us);
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

/* RFC 8445, 7.3. The agent learns nothing from these checks: it has learnt
 * all from those before the nomination, or learns it from the next one. */
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

/* Returns: (transfer none) (nullable): the request that @stun answers */
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

/* The answer may show that a NAT lost its binding and gave us another
 * address. The peer still sends to the address that it knows, and accepts
 * nothing from the new one. */
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
  if (self->counts.round_trip_us == 0)
    gst_ice_udp_consent_note_first (self, request);
  g_mutex_lock (&self->lock);
  self->counts.responses_received++;
  /* Karn's algorithm: the round trip of a repeated request is not measured,
   * as the answer may be to either copy. */
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

  /* A second answer to a repeated request is harmless. An answer after
   * expiry is too late (RFC 7675, 5.1). */
  if (request == NULL || self->state == GST_ICE_UDP_CONSENT_LOST)
    return;
  if (!gst_ice_udp_stun_check_integrity (stun, self->remote_password)) {
    gst_ice_udp_consent_count_forged (self);
    return;
  }

  if (stun->type == GST_ICE_UDP_STUN_SUCCESS) {
    gst_ice_udp_consent_handle_success (self, request, stun, now_us);
  } else if (stun->error_code == 403) {
    /* RFC 7675, 5.2: the peer revokes its consent. */
    gst_ice_udp_consent_set_state (self, GST_ICE_UDP_CONSENT_LOST);
  }
}

void
gst_ice_udp_consent_handle (GstIceUdpConsent * self,
    const GstIceUdpAddress * from, const guint8 * data, gsize size_bytes,
    gint64 now_us)
{
  GstIceUdpStun stun;

  /* RFC 7675, 5.1: consent is for this address only. */
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
      /* An indication only keeps a NAT binding open (RFC 8445, 11); there is
       * nothing to answer. */
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
