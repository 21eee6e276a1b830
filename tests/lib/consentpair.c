/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "consentpair.h"

#include "gsticeudpstun.h"
#include "udptest.h"

#define STEP_US 20000
#define MAX_SILENCE_MS 10000

typedef struct
{
  GstIceUdpAddress from;
  GBytes *data;
  gint64 due_us;
} Message;

static void
message_free (Message * message)
{
  g_bytes_unref (message->data);
  g_free (message);
}

static void
on_changed (GstIceUdpConsentState state, gpointer user_data)
{
  g_string_append_c (((ConsentEnd *) user_data)->states, "ASL"[state]);
}

static void
on_send (const guint8 * message, gsize size_bytes, const GstIceUdpAddress * to,
    gpointer user_data)
{
  test_send (((ConsentEnd *) user_data)->fd, to, message, size_bytes);
}

void
consent_pair_init (ConsentPair * self, const gchar * address,
    const gchar * password, guint period_ms, guint32 seed)
{
  memset (self, 0, sizeof (*self));
  self->now_us = 1000 * CONSENT_SECOND;
  self->dice = g_rand_new_with_seed (seed);
  /* The time of each request depends on GLib's random numbers. */
  g_random_set_seed (seed);
  for (guint i = 0; i < 2; i++) {
    GstIceUdpConsentSettings settings = {
      .local_ufrag = i ? "bob" : "alice",
      .local_password = i ? CONSENT_BOB : password,
      .remote_ufrag = i ? "alice" : "bob",
      .remote_password = i ? CONSENT_ALICE : CONSENT_BOB,
      .controlling = i == 0,
      .tag = 0x1ce00000 + i,
      .period_ms = period_ms,
    };

    self->ends[i].fd = test_socket (address, &self->ends[i].local);
    self->ends[i].states = g_string_new (NULL);
    self->ends[i].consent = gst_ice_udp_consent_new (&settings, on_send,
        on_changed, &self->ends[i]);
  }
  for (guint i = 0; i < 2; i++)
    gst_ice_udp_consent_start (self->ends[i].consent,
        &self->ends[1 - i].local, self->now_us);
}

void
consent_pair_clear (ConsentPair * self)
{
  for (guint i = 0; i < 2; i++) {
    gst_ice_udp_consent_free (self->ends[i].consent);
    g_string_free (self->ends[i].states, TRUE);
    g_queue_clear_full (&self->ends[i].under_way,
        (GDestroyNotify) message_free);
    close (self->ends[i].fd);
  }
  g_rand_free (self->dice);
}

/* End 1 answers as if the request had come from another port. */
static void
answer_elsewhere (ConsentPair * self, const GstIceUdpAddress * from,
    const guint8 * data, gsize size)
{
  guint8 message[GST_ICE_UDP_STUN_MAX_SIZE];
  GstIceUdpAddress mapped = *from;
  GstIceUdpStun request;

  fail_unless (gst_ice_udp_stun_parse (&request, data, size));
  if (request.type != GST_ICE_UDP_STUN_REQUEST)
    return;
  mapped.in.sin_port = g_htons (self->mapped_port);
  size = gst_ice_udp_stun_build_response (&request, &mapped,
      CONSENT_BOB, message);
  on_send (message, size, from, &self->ends[1]);
}

/* Passes on what has been under way to end @i for long enough. */
static void
hand_over (ConsentPair * self, guint i)
{
  GQueue *queue = &self->ends[i].under_way;

  while (!g_queue_is_empty (queue) &&
      ((Message *) g_queue_peek_head (queue))->due_us <= self->now_us) {
    Message *message = g_queue_pop_head (queue);
    gsize size;
    const guint8 *data = g_bytes_get_data (message->data, &size);

    gst_ice_udp_consent_handle (self->ends[i].consent, &message->from, data,
        size, self->now_us);
    message_free (message);
  }
}

/* Reads what came to end @i, and passes it on unless it is to be lost. */
static void
deliver (ConsentPair * self, guint i)
{
  GstIceUdpAddress from = { 0, };
  socklen_t size = sizeof (from);
  guint8 data[2000];
  gssize got;

  while ((got = recvfrom (self->ends[i].fd, data, sizeof (data), 0, &from.any,
              &size)) > 0) {
    if (i == 1 && self->mapped_port != 0)
      answer_elsewhere (self, &from, data, got);
    else if (g_rand_int_range (self->dice, 0, 100) >= (gint) self->loss_percent) {
      Message *message = g_new0 (Message, 1);

      message->from = from;
      message->data = g_bytes_new (data, got);
      message->due_us = self->now_us + self->delay_us;
      g_queue_push_tail (&self->ends[i].under_way, message);
    }
    size = sizeof (from);
  }
  hand_over (self, i);
}

void
consent_pair_run (ConsentPair * self, gint64 duration_us)
{
  gint64 end_us = self->now_us + duration_us;

  for (; self->now_us < end_us; self->now_us += STEP_US) {
    for (guint i = 0; i < 2; i++) {
      if (self->media && g_rand_int_range (self->dice, 0, 100) >=
          (gint) self->loss_percent)
        gst_ice_udp_consent_hear (self->ends[i].consent, self->now_us,
            self->vouched);
      gst_ice_udp_consent_tick (self->ends[i].consent, self->now_us);
    }
    for (guint i = 0; i < 4; i++)
      deliver (self, i % 2);
  }
}

guint
consent_pair_kill (ConsentPair * self)
{
  guint silence_ms = 0;

  g_string_truncate (self->ends[0].states, 0);
  self->loss_percent = 100;
  while (self->ends[0].states->len == 0 && silence_ms < MAX_SILENCE_MS) {
    consent_pair_run (self, STEP_US);
    silence_ms += STEP_US / 1000;
  }
  return silence_ms;
}
