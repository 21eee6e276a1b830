/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Sends the RTCP that a peer needs on an m-line without an element for RTCP. */

#include "config.h"

#include "gsticereporter.h"

#include "gsticelog.h"
#include "gsticertcp.h"
#include "gsticeticker.h"
#include "gsticetimer.h"

GST_ICE_LOG_CATEGORY (gst_ice_reporter_log, "icereporter", "ICE RTCP reports");
#define GST_CAT_DEFAULT gst_ice_reporter_log ()

/* RFC 3550, 6.2: the least interval is 5 s, or less for more than 72 kbit/s; never less than
 * MIN_INTERVAL_MS, which is enough to keep lips and sound together. */
#define MAX_INTERVAL_MS 5000
#define MIN_INTERVAL_MS 1000
#define REDUCED_MS_KBITS 360000

/* RFC 3550, 6.3.1: half to one and a half of it, by e - 3/2. */
#define COMPENSATION 1.21828

/* Of a stream that has not begun: looked at in doubling steps, and then by one source for all
 * that are idle. */
#define FIRST_LOOK_MS 50
#define MAX_LOOK_MS 1600

#define KEY_UNIT_INTERVAL_US (500 * G_TIME_SPAN_MILLISECOND)

struct _GstIceReporter
{
  gchar *cname;
  guint32 ssrc;                 /* of what is asked for: of no source */

  GstIceRoute *route;           /* NULL: no way at present */
  gboolean cipher_wanted;
  GstIceCipher *cipher;

  GstIceSender *sender;         /* NULL: nothing is reported */
  GstIceDestination *destination;       /* the peer, of that sender */
  guint clock_rate;
  gchar *sender_cname;          /* NULL: cname */
  GSource *report_timer;        /* NULL: not running */
  guint look_ms;                /* until the next look at what did not begin */
  GstIceTicker *idle_ticker;    /* looks each MAX_LOOK_MS; NULL: not running */
  guint64 n_octets;             /* at the last report */
  gint64 reported_us;           /* when that was, 0: never */

  GstIceReceiver *receiver;     /* whose key unit is wanted, NULL: none is */
  gboolean fir;
  guint8 fir_number;
  gint64 asked_us;              /* when a key unit was asked for, 0: never */
  GSource *key_unit_timer;      /* NULL: not running */
};

GstIceReporter *
gst_ice_reporter_new (const gchar * cname)
{
  GstIceReporter *self = g_new0 (GstIceReporter, 1);

  self->cname = g_strdup (cname);
  self->ssrc = g_random_int ();
  return self;
}

/* @self: (transfer full) */
void
gst_ice_reporter_free (GstIceReporter * self)
{
  gst_ice_timer_clear (&self->report_timer);
  gst_ice_ticker_clear (&self->idle_ticker);
  gst_ice_timer_clear (&self->key_unit_timer);
  g_clear_object (&self->route);
  g_clear_object (&self->cipher);
  g_clear_object (&self->sender);
  g_clear_object (&self->destination);
  g_clear_object (&self->receiver);
  g_free (self->sender_cname);
  g_free (self->cname);
  g_free (self);
}

static gboolean
has_way (const GstIceReporter * self)
{
  return self->route != NULL && (self->cipher != NULL || !self->cipher_wanted);
}

/* @packet: (transfer full): of which nobody waits to hear that it is lost */
static void
send_packet (GstIceReporter * self, GstBuffer * packet)
{
  g_autoptr (GstBufferList) list = gst_buffer_list_new_sized (1);

  gst_buffer_list_add (list, packet);
  if (self->cipher != NULL)
    list = gst_ice_cipher_protect (self->cipher, g_steal_pointer (&list));
  if (gst_buffer_list_length (list) > 0)
    gst_ice_route_send_list (self->route, list, 0, NULL, NULL);
}

/* --- Reports --- */

static const gchar *
get_cname (const GstIceReporter * self)
{
  return self->sender_cname != NULL ? self->sender_cname : self->cname;
}

/* @now: running time. Returns: %FALSE when it can't be told which RTP time is now */
static gboolean
get_info (const GstIceReporter * self, const GstIceSource * source,
    GstClockTime now, GstIceRtcpSenderInfo * info)
{
  guint64 ticks;

  if (!GST_CLOCK_TIME_IS_VALID (now)
      || !GST_CLOCK_TIME_IS_VALID (source->running_time)
      || self->clock_rate == 0)
    return FALSE;

  info->ssrc = source->ssrc;
  info->ntp_time = gst_ice_rtcp_to_ntp_time (g_get_real_time ());
  /* What is sent ahead of its time has a later one. */
  ticks = gst_util_uint64_scale (now > source->running_time ? now -
      source->running_time : source->running_time - now, self->clock_rate,
      GST_SECOND);
  info->rtp_time = source->rtp_time + (guint32) (now > source->running_time ?
      ticks : -ticks);
  info->n_packets = (guint32) source->n_packets;
  info->n_octets = (guint32) source->n_octets;
  return TRUE;
}

static guint64
count_octets (const GstIceSources * sources)
{
  guint64 n = 0;

  for (guint i = 0; i < sources->n_sources; i++)
    n += sources->sources[i].n_octets;
  return n;
}

/* Returns: milliseconds to the next report, by what was sent since the last */
static guint
get_interval_ms (GstIceReporter * self, const GstIceSources * sources)
{
  const guint64 n_octets = count_octets (sources);
  const gint64 now_us = g_get_monotonic_time ();
  guint64 ms = MIN_INTERVAL_MS, kbits = 0;

  if (self->reported_us != 0) {
    const guint64 ms_passed = (guint64) MAX (1, (now_us - self->reported_us) /
        G_TIME_SPAN_MILLISECOND);

    kbits = 8 * (n_octets - MIN (n_octets, self->n_octets)) / ms_passed;
    ms = REDUCED_MS_KBITS / MAX (1, kbits);
  }
  self->n_octets = n_octets;
  self->reported_us = now_us;
  ms = CLAMP (ms, MIN_INTERVAL_MS, MAX_INTERVAL_MS);
  return (guint) (ms * g_random_double_range (0.5, 1.5) / COMPENSATION);
}

/* Returns: how many sources something is known of */
static guint
send_reports (GstIceReporter * self, const GstIceSources * sources,
    gboolean goodbye)
{
  const GstClockTime now = gst_ice_sender_get_running_time (self->sender);
  guint n = 0;

  for (guint i = 0; i < sources->n_sources; i++) {
    GstIceRtcpSenderInfo info;

    if (!get_info (self, &sources->sources[i], now, &info))
      continue;
    GST_LOG ("%s of %08x: RTP time %u, %u packets", goodbye ? "goodbye" :
        "report", info.ssrc, info.rtp_time, info.n_packets);
    send_packet (self, goodbye ? gst_ice_rtcp_make_goodbye (&info,
            get_cname (self)) : gst_ice_rtcp_make_sender_report (&info,
            get_cname (self)));
    n++;
  }
  return n;
}

static gboolean on_report_timer (gpointer data);

/* Returns: whether there was something to report; then the next report is on its way */
static gboolean
try_report (GstIceReporter * self)
{
  GstIceSources sources;

  gst_ice_destination_get_sources (self->destination, &sources);
  if (send_reports (self, &sources, FALSE) == 0)
    return FALSE;
  gst_ice_timer_clear (&self->report_timer);
  self->report_timer = gst_ice_timer_new (get_interval_ms (self, &sources),
      on_report_timer, self);
  return TRUE;
}

static void
on_idle (gpointer data)
{
  GstIceReporter *self = data;

  if (try_report (self))
    gst_ice_ticker_clear (&self->idle_ticker);
}

static gboolean
on_report_timer (gpointer data)
{
  GstIceReporter *self = data;

  if (try_report (self))
    return G_SOURCE_REMOVE;
  gst_ice_timer_clear (&self->report_timer);
  if (self->look_ms < MAX_LOOK_MS)
    self->report_timer =
        gst_ice_timer_new (self->look_ms, on_report_timer, self);
  else
    self->idle_ticker = gst_ice_ticker_new (MAX_LOOK_MS, on_idle, self);
  self->look_ms = MIN (2 * self->look_ms, MAX_LOOK_MS);
  return G_SOURCE_REMOVE;
}

static void
stop_timers (GstIceReporter * self)
{
  gst_ice_timer_clear (&self->report_timer);
  gst_ice_ticker_clear (&self->idle_ticker);
}

/* Reports as long as there is something to report, and a way. RFC 3550, 6.2: to one peer, the
 * first may leave at once. */
static void
update_reports (GstIceReporter * self)
{
  if (self->sender == NULL || !has_way (self)) {
    stop_timers (self);
  } else if (self->report_timer == NULL && self->idle_ticker == NULL) {
    self->look_ms = FIRST_LOOK_MS;
    self->report_timer =
        gst_ice_timer_new (self->look_ms, on_report_timer, self);
  }
}

/* RFC 3550, 6.3.7: not of what never sent anything. */
static void
say_goodbye (GstIceReporter * self)
{
  GstIceSources sources;

  if (self->sender == NULL || !has_way (self))
    return;
  gst_ice_destination_get_sources (self->destination, &sources);
  send_reports (self, &sources, TRUE);
}

void
gst_ice_reporter_set_way (GstIceReporter * self, GstIceRoute * route,
    gboolean cipher_wanted, GstIceCipher * cipher)
{
  g_set_object (&self->route, route);
  g_set_object (&self->cipher, cipher);
  self->cipher_wanted = cipher_wanted;
  update_reports (self);
}

void
gst_ice_reporter_set_sender (GstIceReporter * self, GstIceSender * sender,
    GstIceDestination * destination, guint clock_rate, const gchar * cname)
{
  if (sender != self->sender)
    say_goodbye (self);
  g_set_object (&self->sender, sender);
  g_set_object (&self->destination, destination);
  self->clock_rate = clock_rate;
  if (g_strcmp0 (self->sender_cname, cname) != 0) {
    g_free (self->sender_cname);
    self->sender_cname = g_strdup (cname);
  }
  update_reports (self);
}

/* --- Key units --- */

static void
ask_now (GstIceReporter * self)
{
  g_autoptr (GstIceReceiver) receiver = g_steal_pointer (&self->receiver);
  guint32 ssrc;

  if (!has_way (self) || !gst_ice_receiver_get_source (receiver, &ssrc))
    return;
  GST_DEBUG ("asks for a key unit of %08x by %s", ssrc,
      self->fir ? "FIR" : "PLI");
  self->asked_us = g_get_monotonic_time ();
  send_packet (self, gst_ice_rtcp_make_key_unit_request (self->ssrc,
          self->cname, ssrc, self->fir ? self->fir_number++ : -1));
}

static gboolean
on_key_unit_timer (gpointer data)
{
  GstIceReporter *self = data;

  gst_ice_timer_clear (&self->key_unit_timer);
  ask_now (self);
  return G_SOURCE_REMOVE;
}

void
gst_ice_reporter_ask_key_unit (GstIceReporter * self, GstIceReceiver * receiver,
    gboolean fir)
{
  const gint64 wait_us = self->asked_us == 0 ? 0 :
      self->asked_us + KEY_UNIT_INTERVAL_US - g_get_monotonic_time ();

  g_set_object (&self->receiver, receiver);
  self->fir = fir;
  if (self->key_unit_timer != NULL)
    return;
  if (wait_us <= 0)
    ask_now (self);
  else
    self->key_unit_timer = gst_ice_timer_new ((guint) (wait_us /
            G_TIME_SPAN_MILLISECOND + 1), on_key_unit_timer, self);
}
