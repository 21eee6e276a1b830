/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Connects the elements on one m-line with a transport: who sends on which route, who gets
 * what comes in on which component. */

#include "config.h"

#include "gsticemedia.h"

#include "gsticeerror.h"
#include "gsticereceiver.h"
#include "gsticesender.h"

struct _GstIceMedia
{
  guint index;
  GstIceMline *mline;           /* (transfer none) */
  GstIceMembers *members;       /* (transfer none) */
  GstIceMlines *mlines;         /* (transfer none): of the call */
  GstIceTransport *transport;   /* (transfer none); NULL: none yet, or never */
  gboolean agreed;              /* formats and rtcp-mux are final */
  gboolean refused;             /* nobody will use it */
};

GstIceMedia *
gst_ice_media_new (guint index, GstIceMline * mline, GstIceMembers * members,
    GstIceMlines * mlines)
{
  GstIceMedia *self = g_new0 (GstIceMedia, 1);

  self->index = index;
  self->mline = mline;
  self->members = members;
  self->mlines = mlines;
  return self;
}

/* @self: (transfer full) */
void
gst_ice_media_free (GstIceMedia * self)
{
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
  gst_ice_members_tell (self->members, self->mlines, &notice);
}

void
gst_ice_media_tell_formats (GstIceMedia * self, gboolean answering)
{
  const GstIceNotice notice = {.type = GST_ICE_NOTICE_FORMATS,
    .formats = self->mline->formats,.answering = answering
  };

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

/* Wiring. */

/* Returns: (transfer none) (nullable): who sends on component @c + 1 */
static GstIceSender *
get_sender (const GstIceMedia * self, guint c)
{
  const GstIceClaim *claim = self->mline->send[c];

  return claim != NULL && claim->owner != NULL ? GST_ICE_SENDER (claim->owner) :
      NULL;
}

/* Returns: (transfer none) (nullable): who receives on component @c + 1 */
static GstIceReceiver *
get_receiver (const GstIceMedia * self, guint c)
{
  const GstIceClaim *claim = self->mline->receive[c];

  return claim != NULL && claim->owner != NULL ?
      GST_ICE_RECEIVER (claim->owner) : NULL;
}

/* Before there is a way in or out: what a receiver still has of another call waits for
 * this one's cipher, which drops it.
 * @shared: the bundle demux opens RTCP, as several m-lines take it */
static void
set_ciphers (GstIceMedia * self, gboolean shared)
{
  GstIceCipher *cipher = gst_ice_transport_get_cipher (self->transport);
  const gboolean wanted = self->mline->encryption != GST_ICE_ENCRYPTION_NONE;

  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++) {
    const gboolean opened = shared && c + 1 == GST_ICE_COMPONENT_RTCP;

    if (get_sender (self, c) != NULL)
      gst_ice_sender_set_cipher (get_sender (self, c), wanted, cipher);
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

static void
connect_receivers (GstIceMedia * self)
{
  GstIceDemux *first = gst_ice_transport_get_demux (self->transport, 0);
  GstIceReceiver *rtp = get_rtp_receiver (self);
  GstIceReceiver *rtcp = get_receiver (self, 1);

  if (self->mline->rtcp_mux) {
    gst_ice_demux_set_receivers (first, TRUE, rtp, rtcp);
  } else {
    gst_ice_demux_set_receivers (first, FALSE, rtp, NULL);
    /* All that comes on component 2 is RTCP: no telling apart. */
    gst_ice_demux_set_receivers (gst_ice_transport_get_demux (self->transport,
            1), FALSE, rtcp, NULL);
  }
}

/* @route: (nullable) */
static void
set_route (GstIceMedia * self, guint c, GstIceRoute * route)
{
  if (get_sender (self, c) != NULL)
    gst_ice_sender_set_route (get_sender (self, c), route);
  if (get_receiver (self, c) != NULL)
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
      get_sender (self, 0) != NULL)
    gst_ice_sender_set_route (get_sender (self, 0), NULL);
}

/* Packets have the numbers that the peer knows; what shares a transport says of which
 * m-line it is. */
static void
set_formats (GstIceMedia * self, gboolean shared)
{
  GstCaps *sent = gst_ice_mline_get_sent_formats (self->mline);
  GstIceMid mid;

  if (get_sender (self, 0) == NULL)
    return;
  gst_ice_mid_init (&mid, self->mline->mid, shared ? sent : NULL);
  gst_ice_sender_set_mid (get_sender (self, 0), &mid);
  gst_ice_sender_set_agreed (get_sender (self, 0), sent);
}

static void
wire_one (GstIceMedia * self, gboolean shared)
{
  set_formats (self, shared);
  set_ciphers (self, shared);
  /* What comes in for the others is told apart by the bundle demux. */
  if (gst_ice_media_is_first (self))
    connect_receivers (self);
  set_routes (self);
}

/* A refused m-line's packets are known, and dropped. */
static void
join_bundle (GstIceMedia * self, GstIceBundleDemux * bundle)
{
  const GstIceMline *mline = self->mline;

  gst_ice_bundle_demux_add (bundle, mline->mid, mline->formats, mline->ssrcs,
      self->refused ? NULL : get_rtp_receiver (self),
      self->refused ? NULL : get_receiver (self, 1));
}

/* @sharers: of GstIceMedia, those that have the transport */
static void
wire_bundle (GPtrArray * sharers, GstIceTransport * transport)
{
  const GstIceMedia *first = g_ptr_array_index (sharers, 0);
  g_autoptr (GstIceBundleDemux) bundle =
      gst_ice_bundle_demux_new (first->mline->encryption !=
      GST_ICE_ENCRYPTION_NONE, gst_ice_transport_get_cipher (transport));

  for (guint i = 0; i < sharers->len; i++) {
    GstIceMedia *media = g_ptr_array_index (sharers, i);

    join_bundle (media, bundle);
    if (media->agreed && !media->refused)
      wire_one (media, TRUE);
    else if (media == first)
      gst_ice_demux_set_receivers (gst_ice_transport_get_demux (transport, 0),
          TRUE, NULL, NULL);
  }
  gst_ice_demux_set_bundle (gst_ice_transport_get_demux (transport, 0), bundle);
}

void
gst_ice_media_wire (GPtrArray * all, GstIceTransport * transport)
{
  GstIceMedia *first =
      g_ptr_array_index (all, gst_ice_transport_get_index (transport));
  g_autoptr (GPtrArray) sharers = g_ptr_array_new ();

  if (!first->agreed)
    return;

  g_ptr_array_add (sharers, first);
  for (guint i = 0; i < all->len; i++) {
    GstIceMedia *media = g_ptr_array_index (all, i);

    if (media->transport == transport && media != first)
      g_ptr_array_add (sharers, media);
  }
  if (sharers->len > 1)
    wire_bundle (sharers, transport);
  else if (!first->refused)
    wire_one (first, FALSE);
}

void
gst_ice_media_disconnect (GstIceMedia * self)
{
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
  if (get_sender (self, 0) != NULL)
    gst_ice_sender_set_agreed (get_sender (self, 0), NULL);
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
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++) {
    set_route (self, c, NULL);
    if (get_sender (self, c) != NULL)
      gst_ice_sender_end (get_sender (self, c), ending);
    if (get_receiver (self, c) != NULL)
      gst_ice_receiver_end (get_receiver (self, c), ending);
  }
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
  else
    gst_structure_set (stats, "ice-state", G_TYPE_STRING, "new",
        "packets-received", G_TYPE_UINT64, G_GUINT64_CONSTANT (0),
        "bytes-received", G_TYPE_UINT64, G_GUINT64_CONSTANT (0),
        "packets-unclaimed", G_TYPE_UINT64, G_GUINT64_CONSTANT (0),
        "encryption", G_TYPE_STRING,
        gst_ice_encryption_to_string (self->mline->encryption), NULL);
  return stats;
}
