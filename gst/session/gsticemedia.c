/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Connects the elements on one m-line with a transport: gives routes to senders, and
 * receivers to demuxes. */

#include "config.h"

#include "gsticemedia.h"

#include "gsticeerror.h"
#include "gsticefirstpackets.h"
#include "gsticeformats.h"
#include "gsticereceiver.h"
#include "gsticereporter.h"
#include "gsticesender.h"

struct _GstIceMedia
{
  guint index;
  GstIceMline *mline;           /* (transfer none) */
  const GstIceCallSettings *settings;   /* (transfer none) */
  GstIceMlines *mlines;         /* (transfer none): of the call */
  GstIceTransport *transport;   /* (transfer none); NULL: none yet, or never */
  GstIceFeedback *feedback;     /* of the peer, on what we send; NULL: nothing is */
  GstIceReporter *reporter;     /* NULL: not wired yet */
  GstIceFirstPackets *first_packets;
  gboolean open;                /* what is sent reaches the peer */
  gboolean midstream;           /* packets came before there was a way to it */
  gboolean agreed;              /* formats and rtcp-mux are final */
  GstCaps *told_formats;        /* as the elements know them; NULL: they don't */
  gboolean refused;             /* nobody will use it */
  GstIceDestination *destinations[GST_ICE_MAX_COMPONENTS];      /* what this peer is sent
                                                                 * where elements are in several calls; NULL: nothing */
};

GstIceMedia *
gst_ice_media_new (guint index, GstIceMline * mline,
    const GstIceCallSettings * settings, GstIceMlines * mlines)
{
  GstIceMedia *self = g_new0 (GstIceMedia, 1);

  self->index = index;
  self->mline = mline;
  self->settings = settings;
  self->mlines = mlines;
  self->first_packets = gst_ice_first_packets_new (settings, mlines, index);
  return self;
}

/* @self: (transfer full) */
void
gst_ice_media_free (GstIceMedia * self)
{
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++)
    g_clear_object (&self->destinations[c]);
  gst_ice_first_packets_free (self->first_packets);
  gst_clear_caps (&self->told_formats);
  g_clear_pointer (&self->feedback, gst_ice_feedback_unref);
  g_clear_pointer (&self->reporter, gst_ice_reporter_free);
  g_free (self);
}

void
gst_ice_media_set_transport (GstIceMedia * self, GstIceTransport * transport)
{
  self->transport = transport;
}

GstIceTransport *
gst_ice_media_get_transport (const GstIceMedia * self)
{
  return self->transport;
}

gboolean
gst_ice_media_is_first (const GstIceMedia * self)
{
  return self->transport != NULL &&
      gst_ice_transport_get_index (self->transport) == self->index;
}

void
gst_ice_media_agree (GstIceMedia * self)
{
  self->agreed = TRUE;
}

/* Telling. */

static void
tell (GstIceMedia * self, GstIceNotice notice)
{
  notice.mline = (gint) self->index;
  gst_ice_call_settings_sign (self->settings, &notice);
  gst_ice_members_tell (self->settings->members, self->mlines, &notice);
}

void
gst_ice_media_tell_formats (GstIceMedia * self, gboolean answering)
{
  const GstIceNotice notice = {.type = GST_ICE_NOTICE_FORMATS,
    .formats = self->mline->formats,.answering = answering
  };

  gst_caps_replace (&self->told_formats, self->mline->formats);
  tell (self, notice);
}

void
gst_ice_media_tell_direction (GstIceMedia * self)
{
  const GstIceNotice notice = {.type = GST_ICE_NOTICE_DIRECTION,
    .direction = self->mline->direction
  };

  tell (self, notice);
}

void
gst_ice_media_tell_silence (GstIceMedia * self)
{
  const GstIceClaim *claim = self->mline->receive[GST_ICE_COMPONENT_RTP - 1];
  g_autoptr (GError) error = NULL;
  GstIceNotice warning = {.type = GST_ICE_NOTICE_WARNING,.mline = -1 };

  if (self->agreed || claim == NULL || self->mline->rejected
      || (self->mline->direction & GST_ICE_DIRECTION_RECVONLY))
    return;
  error = g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_UNSUPPORTED,
      "The peer sends no %s: %s gets nothing for now", self->mline->media,
      claim->name);
  warning.error = error;
  gst_ice_members_tell_claim (self->settings->members, claim, &warning);
}

void
gst_ice_media_tell_place (GstIceMedia * self)
{
  const GstIceNotice notice = {.type = GST_ICE_NOTICE_MLINE };

  tell (self, notice);
}

void
gst_ice_media_tell_refusal (GstIceMedia * self, gboolean answering)
{
  g_autoptr (GError) error = g_error_new (GST_ICE_ERROR,
      GST_ICE_ERROR_UNSUPPORTED, answering ?
      "The peer offers %s in no format, direction or profile that can be "
      "taken here" : "The peer refused %s; the rest of the call goes on",
      self->mline->media);
  const GstIceNotice warning = {.type = GST_ICE_NOTICE_WARNING,.error = error };
  const GstIceNotice progress = {.type = GST_ICE_NOTICE_PROGRESS,
    .progress = GST_PROGRESS_TYPE_CANCELED,.text = "refused"
  };

  gst_ice_media_tell_place (self);
  if (gst_ice_mline_get_claimed_direction (self->mline) ==
      GST_ICE_DIRECTION_INACTIVE)
    return;
  tell (self, warning);
  tell (self, progress);
}

void
gst_ice_media_enter (GstIceMedia * self, gboolean answering)
{
  gst_ice_media_tell_place (self);
  if (self->refused)
    gst_ice_media_end (self, GST_ICE_ENDING_REFUSED);
  else if (self->agreed)
    gst_ice_media_tell_formats (self, answering);
}

/* Wiring. */

/* Returns: (transfer none) (nullable): who sends on component @c + 1 */
static GstIceSender *
get_sender (const GstIceMedia * self, guint c)
{
  const GstIceClaim *claim = self->settings->aside ? NULL :
      self->mline->send[c];

  return claim != NULL && claim->owner != NULL ? GST_ICE_SENDER (claim->owner) :
      NULL;
}

/* Returns: (transfer none) (nullable): who receives on component @c + 1 */
static GstIceReceiver *
get_receiver (const GstIceMedia * self, guint c)
{
  const GstIceClaim *claim = self->settings->aside ? NULL :
      self->mline->receive[c];

  return claim != NULL && claim->owner != NULL ?
      GST_ICE_RECEIVER (claim->owner) : NULL;
}

/* Returns: (transfer none) (nullable): what the peer is sent on component @c + 1 */
static GstIceDestination *
get_destination (GstIceMedia * self, guint c)
{
  GstIceSender *sender = get_sender (self, c);

  if (sender == NULL)
    return NULL;
  if (!self->settings->several)
    return gst_ice_sender_get_destination (sender);
  if (self->destinations[c] == NULL && !self->refused) {
    self->destinations[c] = gst_ice_destination_new ();
    gst_ice_sender_add (sender, self->destinations[c]);
  }
  return self->destinations[c];
}

/* Where elements are in several calls: the peer is sent nothing any more. */
static void
remove_destination (GstIceMedia * self, guint c)
{
  if (self->destinations[c] == NULL)
    return;
  gst_ice_destination_set_route (self->destinations[c], NULL);
  if (get_sender (self, c) != NULL)
    gst_ice_sender_remove (get_sender (self, c), self->destinations[c]);
  g_clear_object (&self->destinations[c]);
}

/* Before there is a way in or out: what a receiver still has of another call waits for
 * this one's cipher, which drops it. RTCP is opened before it comes to a receiver. */
static void
set_ciphers (GstIceMedia * self)
{
  const GstIceClaim *sent = self->mline->send[0];
  GstIceCipher *cipher = gst_ice_transport_get_cipher (self->transport);
  const gboolean wanted = self->mline->encryption != GST_ICE_ENCRYPTION_NONE;

  /* What was lost is sent again. */
  if (cipher != NULL && sent != NULL
      && gst_ice_formats_name_feedback (sent->formats, "rtcp-fb-nack"))
    gst_ice_cipher_allow_repeats (cipher);
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++) {
    const gboolean opened = c + 1 == GST_ICE_COMPONENT_RTCP;

    if (get_destination (self, c) != NULL)
      gst_ice_destination_set_cipher (get_destination (self, c), wanted,
          cipher);
    if (get_receiver (self, c) != NULL)
      gst_ice_receiver_set_cipher (get_receiver (self, c), wanted && !opened,
          opened ? NULL : cipher);
  }
}

/* Returns: (transfer none) (nullable): who gets RTP; what comes while nothing was agreed to
 *     come is dropped (RFC 3264, 8.4) */
static GstIceReceiver *
get_rtp_receiver (const GstIceMedia * self)
{
  return (self->mline->direction & GST_ICE_DIRECTION_RECVONLY) ?
      get_receiver (self, 0) : NULL;
}

/* An RTP session before the element acts on feedback itself, where RTCP comes to it. */
static void
listen_to_peer (GstIceMedia * self, GstIceRtcpDemux * demux)
{
  GstIceSender *sender = get_sender (self, 0);

  if (self->feedback == NULL && sender != NULL
      && get_destination (self, 0) != NULL)
    self->feedback = gst_ice_feedback_new (sender, get_destination (self, 0));
  if (self->feedback != NULL)
    gst_ice_feedback_set_passive (self->feedback, sender == NULL
        || self->refused || (get_receiver (self, 1) != NULL
            && gst_ice_sender_has_session (sender)));
  gst_ice_rtcp_demux_add (demux, self->refused ? NULL : get_receiver (self, 1),
      self->feedback);
}

/* @sharers: of GstIceMedia, those that have the transport */
static void
connect_receivers (GPtrArray * sharers, GstIceTransport * transport)
{
  GstIceMedia *first = g_ptr_array_index (sharers, 0);
  const gboolean mux = first->mline->rtcp_mux;
  g_autoptr (GstIceRtcpDemux) demux =
      gst_ice_rtcp_demux_new (first->mline->encryption !=
      GST_ICE_ENCRYPTION_NONE, gst_ice_transport_get_cipher (transport),
      gst_ice_transport_get_route (transport, mux ? 0 : 1));

  for (guint i = 0; i < sharers->len; i++)
    listen_to_peer (g_ptr_array_index (sharers, i), demux);
  gst_ice_demux_set_receivers (gst_ice_transport_get_demux (transport, 0), mux,
      sharers->len == 1 && !first->refused ? get_rtp_receiver (first) : NULL,
      mux ? demux : NULL);
  if (!mux)
    gst_ice_demux_set_receivers (gst_ice_transport_get_demux (transport, 1),
        TRUE, NULL, demux);
}

/* @route: (nullable) */
static void
set_route (GstIceMedia * self, guint c, GstIceRoute * route)
{
  GstIceDestination *destination = route != NULL ||
      !self->settings->several ? get_destination (self, c) :
      self->destinations[c];

  if (destination != NULL)
    gst_ice_destination_set_route (destination, route);
  /* What several peers send is read by nobody's thread. */
  if (get_receiver (self, c) != NULL && !self->settings->several)
    gst_ice_receiver_set_route (get_receiver (self, c), route);
}

/* With rtcp-mux both components have one path. */
static void
set_routes (GstIceMedia * self)
{
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++)
    set_route (self, c, gst_ice_transport_get_route (self->transport,
            self->mline->rtcp_mux ? 0 : c));
  /* RTCP goes on while media is on hold (RFC 3264, 5.1). */
  if (!(self->mline->direction & GST_ICE_DIRECTION_SENDONLY) &&
      get_destination (self, 0) != NULL)
    gst_ice_destination_set_route (get_destination (self, 0), NULL);
}

/* Packets have the numbers that the peer knows; what shares a transport says of which
 * m-line it is. */
static void
set_formats (GstIceMedia * self, gboolean shared)
{
  GstCaps *sent = gst_ice_mline_get_sent_formats (self->mline);
  GstIceDestination *destination = get_destination (self, 0);
  GstIceMid mid;

  if (destination == NULL)
    return;
  gst_ice_mid_init (&mid, self->mline->mid, shared ? sent : NULL);
  gst_ice_destination_set_mid (destination, &mid);
  gst_ice_destination_set_agreed (destination, sent);
}

/* Whether packets have come to the element before there was a way to this peer. */
static gboolean
is_in_midstream (const GstIceMedia * self)
{
  GstIceSenderCounts counts = { 0, };

  if (get_sender (self, 0) != NULL)
    gst_ice_sender_get_counts (get_sender (self, 0), &counts);
  return counts.packets_sent + counts.packets_discarded > 0;
}

/* A peer that has come, or is back, shows nothing before a key unit. The beginning of a
 * stream is one. */
static void
set_open (GstIceMedia * self)
{
  const gboolean open = get_destination (self, 0) != NULL &&
      gst_ice_destination_has_way (get_destination (self, 0));

  if (open && !self->open && self->midstream)
    gst_ice_requests_ask_key_unit (gst_ice_sender_get_requests (get_sender
            (self, 0)));
  self->open = open;
}

/* Returns: of what is sent now, or of the m-line's first format; 0: that says none */
static guint
get_clock_rate (const GstIceMedia * self)
{
  const GstIceClaim *sender = self->mline->send[0];
  GstCaps *formats = sender != NULL && sender->formats != NULL ?
      sender->formats : self->mline->formats;
  gint rate = 0;

  if (formats != NULL && gst_caps_get_size (formats) > 0)
    gst_structure_get_int (gst_caps_get_structure (formats, 0), "clock-rate",
        &rate);
  return (guint) MAX (rate, 0);
}

/* RTCP of ours, where no element sends any. */
static void
report (GstIceMedia * self)
{
  GstIceSender *sender = gst_ice_mlines_send_rtcp (self->mlines) ? NULL :
      get_sender (self, 0);
  const gchar *cname = NULL;
  guint32 ssrc;

  if (self->reporter == NULL)
    self->reporter =
        gst_ice_reporter_new (gst_ice_mlines_get_cname (self->mlines));
  if (sender != NULL)
    gst_ice_formats_get_source (self->mline->send[0]->formats, &ssrc, &cname);
  gst_ice_reporter_set_way (self->reporter,
      gst_ice_transport_get_route (self->transport,
          self->mline->rtcp_mux ? 0 : 1),
      self->mline->encryption != GST_ICE_ENCRYPTION_NONE,
      gst_ice_transport_get_cipher (self->transport));
  gst_ice_reporter_set_sender (self->reporter, sender, sender != NULL ?
      get_destination (self, 0) : NULL, get_clock_rate (self), cname);
}

static void
watch_first_packets (GstIceMedia * self)
{
  const gboolean sends = self->mline->direction & GST_ICE_DIRECTION_SENDONLY;

  gst_ice_first_packets_watch (self->first_packets, sends ?
      get_destination (self, 0) : NULL, self->settings->several ? NULL :
      get_rtp_receiver (self));
}

/* A refused m-line's packets are known, and dropped. */
static void
join_bundle (GstIceMedia * self, GstIceBundleDemux * bundle)
{
  const GstIceMline *mline = self->mline;

  gst_ice_bundle_demux_add (bundle, mline->mid, mline->formats, mline->ssrcs,
      self->refused ? NULL : get_rtp_receiver (self));
}

/* @sharers: of GstIceMedia, those that have the transport */
static void
connect_bundle (GPtrArray * sharers, GstIceTransport * transport)
{
  g_autoptr (GstIceBundleDemux) bundle = gst_ice_bundle_demux_new ();

  for (guint i = 0; i < sharers->len; i++)
    join_bundle (g_ptr_array_index (sharers, i), bundle);
  gst_ice_demux_set_bundle (gst_ice_transport_get_demux (transport, 0), bundle);
}

/* Returns: (transfer container): of GstIceMedia, those of @all that have @transport, its own
 *     m-line first; none if that has another one by now */
static GPtrArray *
list_sharers (GPtrArray * all, GstIceTransport * transport)
{
  const guint index = gst_ice_transport_get_index (transport);
  GPtrArray *sharers = g_ptr_array_new ();
  GstIceMedia *first = index < all->len ? g_ptr_array_index (all, index) : NULL;

  if (first == NULL || first->transport != transport)
    return sharers;
  g_ptr_array_add (sharers, first);
  for (guint i = 0; i < all->len; i++) {
    GstIceMedia *media = g_ptr_array_index (all, i);

    if (media->transport == transport && media != first)
      g_ptr_array_add (sharers, media);
  }
  return sharers;
}

static gboolean
is_usable (const GstIceMedia * self)
{
  return self->agreed && !self->refused;
}

void
gst_ice_media_wire (GPtrArray * all, GstIceTransport * transport)
{
  g_autoptr (GPtrArray) sharers = list_sharers (all, transport);
  const GstIceMedia *first = sharers->len > 0 ? sharers->pdata[0] : NULL;
  const gboolean shared = sharers->len > 1;

  if (first == NULL || !first->agreed || (!shared && first->refused))
    return;

  for (guint i = 0; i < sharers->len; i++) {
    GstIceMedia *media = g_ptr_array_index (sharers, i);

    if (is_usable (media)) {
      /* A cipher may be all that the way lacks. */
      media->midstream = is_in_midstream (media);
      set_formats (media, shared);
      set_ciphers (media);
    }
  }
  connect_receivers (sharers, transport);
  if (shared)
    connect_bundle (sharers, transport);
  for (guint i = 0; i < sharers->len; i++) {
    GstIceMedia *media = g_ptr_array_index (sharers, i);

    if (is_usable (media)) {
      set_routes (media);
      set_open (media);
      report (media);
      watch_first_packets (media);
    }
  }
}

/* @goodbye: the peer does not know yet that nothing more is sent */
static void
stop_reports (GstIceMedia * self, gboolean goodbye)
{
  if (self->reporter == NULL)
    return;
  if (goodbye)
    gst_ice_reporter_set_sender (self->reporter, NULL, NULL, 0, NULL);
  gst_ice_reporter_set_way (self->reporter, NULL, FALSE, NULL);
}

void
gst_ice_media_disconnect (GstIceMedia * self)
{
  stop_reports (self, TRUE);
  gst_ice_first_packets_stop (self->first_packets);
  if (gst_ice_media_is_first (self)) {
    gst_ice_demux_set_bundle (gst_ice_transport_get_demux (self->transport, 0),
        NULL);
    for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++)
      gst_ice_demux_set_receivers (gst_ice_transport_get_demux (self->transport,
              c), FALSE, NULL, NULL);
  }
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++)
    set_route (self, c, NULL);
  /* The next peer agrees on something else. */
  if (!self->settings->several && get_destination (self, 0) != NULL)
    gst_ice_destination_set_agreed (get_destination (self, 0), NULL);
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++)
    remove_destination (self, c);
}

void
gst_ice_media_change_formats (GPtrArray * all, guint index, gboolean answering)
{
  GstIceMedia *self = g_ptr_array_index (all, index);
  GstIceSender *sender = get_sender (self, 0);

  if (self->transport == NULL || !is_usable (self))
    return;
  gst_ice_media_wire (all, self->transport);
  if (sender != NULL && self->open)
    gst_ice_requests_ask_key_unit (gst_ice_sender_get_requests (sender));
  /* Only the stream may be of another of them. */
  if (self->told_formats != self->mline->formats)
    gst_ice_media_tell_formats (self, answering);
}

void
gst_ice_media_remove (GPtrArray * all, guint index)
{
  GstIceMedia *self;

  /* It may not have been made yet. */
  if (index >= all->len)
    return;
  self = g_ptr_array_index (all, index);
  gst_ice_media_disconnect (self);
  if (gst_ice_media_is_first (self)) {
    gst_ice_transport_give_up (self->transport);
    gst_ice_transport_close (self->transport, NULL, NULL);
  } else if (self->transport != NULL) {
    gst_ice_transport_state_remove_mline (gst_ice_transport_get_state
        (self->transport), index);
  }
  g_ptr_array_set_size (all, (gint) index);
}

void
gst_ice_media_refuse (GstIceMedia * self, GstIceEnding ending)
{
  self->refused = TRUE;
  gst_ice_media_end (self, ending);
}

gboolean
gst_ice_media_is_agreed (const GstIceMedia * self)
{
  return self->agreed;
}

void
gst_ice_media_end (GstIceMedia * self, GstIceEnding ending)
{
  stop_reports (self, FALSE);
  gst_ice_first_packets_stop (self->first_packets);
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++) {
    set_route (self, c, NULL);
    remove_destination (self, c);
    if (self->settings->several)
      continue;
    if (get_sender (self, c) != NULL)
      gst_ice_sender_end (get_sender (self, c), ending);
    if (get_receiver (self, c) != NULL)
      gst_ice_receiver_end (get_receiver (self, c), ending);
  }
}

void
gst_ice_media_ask_key_unit (GstIceMedia * self)
{
  GstIceReceiver *receiver = get_receiver (self, 0);
  GstCaps *formats = self->mline->formats;
  const gboolean pli =
      gst_ice_formats_name_feedback (formats, "rtcp-fb-nack-pli");

  /* With an element that sends RTCP it is for that to ask. */
  if (receiver != NULL && self->reporter != NULL
      && self->mline->send[GST_ICE_COMPONENT_RTCP - 1] == NULL
      && (pli || gst_ice_formats_name_feedback (formats, "rtcp-fb-ccm-fir")))
    gst_ice_reporter_ask_key_unit (self->reporter, receiver, !pli);
}

/* Where elements are in several calls: what they sent in this one. */
static void
add_sent (const GstIceMedia * self, GstStructure * stats)
{
  GstIceSenderCounts counts = { 0, };
  g_autoptr (GstIceRoute) route = NULL;

  if (self->destinations[0] == NULL)
    return;
  gst_ice_destination_add_counts (self->destinations[0], &counts);
  gst_structure_set (stats, "packets-sent", G_TYPE_UINT64, counts.packets_sent,
      "bytes-sent", G_TYPE_UINT64, counts.bytes_sent,
      "packets-discarded-on-send", G_TYPE_UINT64, counts.packets_discarded,
      "packets-discarded-slow", G_TYPE_UINT64, counts.packets_slow, NULL);
  route = gst_ice_destination_dup_route (self->destinations[0]);
  if (route != NULL)
    gst_ice_route_add_stats (route, stats);
}

GstStructure *
gst_ice_media_get_stats (const GstIceMedia * self)
{
  GstStructure *stats = gst_structure_new ("ice-transport",
      "mline", G_TYPE_UINT, self->index,
      "mid", G_TYPE_STRING, self->mline->mid,
      "kind", G_TYPE_STRING, self->mline->media, NULL);

  if (self->transport != NULL)
    gst_ice_transport_add_stats (self->transport, stats);
  if (self->feedback != NULL)
    gst_ice_feedback_add_stats (self->feedback, get_clock_rate (self), stats);
  if (self->transport == NULL)
    gst_structure_set (stats, "ice-state", G_TYPE_STRING, "new",
        "packets-received", G_TYPE_UINT64, G_GUINT64_CONSTANT (0),
        "bytes-received", G_TYPE_UINT64, G_GUINT64_CONSTANT (0),
        "packets-unclaimed", G_TYPE_UINT64, G_GUINT64_CONSTANT (0),
        "encryption", G_TYPE_STRING,
        gst_ice_encryption_to_string (self->mline->encryption), NULL);
  add_sent (self, stats);
  return stats;
}
