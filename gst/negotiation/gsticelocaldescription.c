/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Makes the offers, answers and fragments that tell the peer of our side. */

#include "config.h"

#include "gsticelocaldescription.h"

#include "gsticebundle.h"
#include "gsticeformatanswer.h"
#include "gsticeformats.h"

struct _GstIceLocalDescription
{
  GstIceMlines *mlines;         /* (transfer none) */
  GstIceChecks *checks;         /* (transfer none) */
  guint64 session_id;
  guint64 version;
};

/* Returns: (transfer full): a description before the first offer or answer */
GstIceLocalDescription *
gst_ice_local_description_new (GstIceMlines * mlines, GstIceChecks * checks)
{
  GstIceLocalDescription *self = g_new0 (GstIceLocalDescription, 1);

  self->mlines = mlines;
  self->checks = checks;
  /* RFC 8866, 5.2: unique. Positive as a signed number too, for peers that
   * read it so. */
  self->session_id = ((guint64) g_random_int () << 31) | g_random_int ();
  return self;
}

/* @self: (transfer full) */
void
gst_ice_local_description_free (GstIceLocalDescription * self)
{
  g_free (self);
}

void
gst_ice_local_description_begin_version (GstIceLocalDescription * self)
{
  self->version++;
}

void
gst_ice_local_description_continue (GstIceLocalDescription * self,
    const GstIceDescription * offer)
{
  self->session_id = offer->session_id;
  self->version = offer->version;
}

static gboolean
lacks_keying (const GstIceMline * mline)
{
  return mline->encryption != GST_ICE_ENCRYPTION_NONE && mline->ours == NULL;
}

gboolean
gst_ice_local_description_is_ready (GstIceLocalDescription * self,
    gboolean complete)
{
  for (guint i = 0; i < gst_ice_mlines_get_size (self->mlines); i++) {
    if (gst_ice_checks_is_dead (self->checks, i) ||
        gst_ice_bundle_is_carried (self->mlines, i))
      continue;
    if (lacks_keying (gst_ice_mlines_get (self->mlines, i)) ||
        !gst_ice_stream_can_be_described (gst_ice_checks_get_stream
            (self->checks, i), complete))
      return FALSE;
  }
  return TRUE;
}

/* Describes our source (RFC 5576). Its CNAME must be that of its RTCP (6.1).
 * Where there is RTCP with an unknown CNAME, the source is not described; nor to a viewer whose
 * stream may change to any format: it changes its source with it, and a browser that was told of
 * one shows nothing of another. */
static void
describe_source (GstIceLocalDescription * self, const GstIceMline * mline,
    gboolean answering, GstIceMediaDescription * media)
{
  const GstIceClaim *sender = mline->send[GST_ICE_COMPONENT_RTP - 1];
  const GstIceClaim *rtcp = mline->send[GST_ICE_COMPONENT_RTCP - 1];
  const gchar *cname;
  guint32 ssrc;

  if (!(mline->direction & GST_ICE_DIRECTION_SENDONLY) || sender == NULL ||
      !gst_ice_formats_get_source (sender->formats, &ssrc, &cname) ||
      (cname == NULL && rtcp != NULL) ||
      (answering && mline->receive[GST_ICE_COMPONENT_RTP - 1] == NULL
          && gst_ice_formats_are_open (sender->formats)))
    return;

  media->ssrcs = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_array_append_val (media->ssrcs, ssrc);
  media->cname = g_strdup (cname != NULL ? cname :
      gst_ice_mlines_get_cname (self->mlines));
}

static void
describe_transport (GstIceLocalDescription * self, guint index,
    gboolean answering, GstIceMediaDescription * media)
{
  GstIceMline *mline = gst_ice_mlines_get (self->mlines, index);
  const GstIceMline *carrier = gst_ice_mlines_get (self->mlines,
      mline->carrier);
  GstIceStream *stream =
      gst_ice_checks_get_stream (self->checks, mline->carrier);

  if (carrier->ours != NULL)
    media->keying = gst_ice_keying_describe (carrier->ours,
        answering ? carrier->theirs : NULL);
  /* The transport is described under this m-line even when the m-line is
   * refused. */
  if (mline == carrier || mline->group == (gint) index) {
    gst_ice_stream_describe (stream, mline->n_components, media);
    return;
  }
  /* Credentials are repeated in each m-line, as browsers do, for peers that
   * look for them there. RFC 9143, 7.1.3 has them in the first m-line only. */
  gst_ice_stream_describe_credentials (stream, media);
  media->bundle_only = !answering;
}

static GstIceMediaDescription *
add_mline (GstIceDescription * description, const GstIceMline * mline)
{
  GstIceMediaDescription *media = gst_ice_description_add_media (description);

  media->kind = mline->kind;
  media->media = g_strdup (mline->media);
  media->mid = g_strdup (mline->mid);
  return media;
}

/* Returns: (transfer full): the agreed formats reduced to what an answer may
 *     promise (RFC 3264, 6.1) */
static GstCaps *
answer_formats (const GstIceMline * mline)
{
  const GstIceClaim *sender = mline->send[GST_ICE_COMPONENT_RTP - 1];
  const GstIceClaim *receiver = mline->receive[GST_ICE_COMPONENT_RTP - 1];
  const GstIceFormatAnswer answer = {
    .direction = mline->direction,
    .sent = sender != NULL ? sender->formats : NULL,
    .received = receiver != NULL ? receiver->formats : NULL,
    .has_rtcp = mline->send[GST_ICE_COMPONENT_RTCP - 1] != NULL ||
        mline->receive[GST_ICE_COMPONENT_RTCP - 1] != NULL,
  };

  return gst_ice_format_answer_make (&answer, mline->formats);
}

/* Returns: the m-line whose transport a refused one would have had, or else
 *     any other with a transport; -1: none */
static gint
find_transport (GstIceLocalDescription * self, const GstIceMline * refused)
{
  for (guint pass = 0; pass < 2; pass++) {
    for (guint i = 0; i < gst_ice_mlines_get_size (self->mlines); i++) {
      const GstIceMline *mline = gst_ice_mlines_get (self->mlines, i);

      if (!mline->rejected && (pass == 1 || mline->carrier == refused->carrier))
        return (gint) mline->carrier;
    }
  }
  return -1;
}

/* webrtcbin 1.22 and 1.26 take an answer only if refused m-lines say the
 * same of the transport as the others. Keys are left out, as they belong to
 * one m-line. */
static void
describe_refused (GstIceLocalDescription * self, const GstIceMline * mline,
    GstIceMediaDescription * media)
{
  const gint index = find_transport (self, mline);
  const GstIceMline *carrier;

  if (index < 0)
    return;
  carrier = gst_ice_mlines_get (self->mlines, (guint) index);
  media->rtcp_mux = carrier->rtcp_mux;
  gst_ice_stream_describe_credentials (gst_ice_checks_get_stream (self->checks,
          (guint) index), media);
  if (carrier->ours != NULL &&
      carrier->encryption == GST_ICE_ENCRYPTION_DTLS_SRTP)
    media->keying = gst_ice_keying_describe (carrier->ours, carrier->theirs);
}

static void
describe_mline (GstIceLocalDescription * self, guint index,
    GstIceDescription * description)
{
  GstIceMline *mline = gst_ice_mlines_get (self->mlines, index);
  const gboolean offer = description->type == GST_ICE_DESCRIPTION_OFFER;
  GstIceMediaDescription *media = add_mline (description, mline);

  media->protocol = g_strdup (mline->protocol);
  media->rejected = mline->rejected || (offer && mline->withdrawn);
  gst_caps_replace (&media->formats, offer && mline->offered_formats != NULL ?
      mline->offered_formats : mline->formats);
  if (media->rejected) {
    if (!offer)
      describe_refused (self, mline, media);
    return;
  }

  if (!offer && mline->formats != NULL)
    gst_caps_take (&media->formats, answer_formats (mline));
  /* An offer has what the elements would do, also while the peer holds the
   * call. */
  media->direction = offer ?
      gst_ice_mline_get_claimed_direction (mline) : mline->direction;
  describe_source (self, mline, !offer, media);
  media->rtcp_mux = mline->rtcp_mux;
  media->bundle = mline->group;
  describe_transport (self, index, !offer, media);
}

GstIceDescription *
gst_ice_local_description_make (GstIceLocalDescription * self,
    GstIceDescriptionType type)
{
  GstIceDescription *description = gst_ice_description_new (type);

  description->session_id = self->session_id;
  description->version = self->version;
  for (guint i = 0; i < gst_ice_mlines_get_size (self->mlines); i++) {
    describe_mline (self, i, description);
    description->own_transports |= type == GST_ICE_DESCRIPTION_OFFER &&
        gst_ice_bundle_is_separate (self->mlines, i);
  }
  return description;
}

/* Returns: (transfer none): the m-line that describes the transport of
 *     m-line @index: itself, or, when that is refused, the one that names
 *     its group */
static const GstIceMline *
get_speaker (GstIceLocalDescription * self, guint index)
{
  const GstIceMline *own = gst_ice_mlines_get (self->mlines, index);

  for (guint i = 0; own->rejected && i < gst_ice_mlines_get_size (self->mlines);
      i++) {
    const GstIceMline *mline = gst_ice_mlines_get (self->mlines, i);

    if (mline->carrier == index && !mline->rejected)
      return mline;
  }
  return own;
}

GstIceDescription *
gst_ice_local_description_make_trickle (GstIceLocalDescription * self)
{
  g_autoptr (GstIceDescription) fragment =
      gst_ice_description_new (GST_ICE_DESCRIPTION_FRAGMENT);

  for (guint i = 0; i < gst_ice_mlines_get_size (self->mlines); i++) {
    GstIceStream *stream = gst_ice_checks_get_stream (self->checks, i);

    if (!gst_ice_checks_is_dead (self->checks, i) &&
        !gst_ice_bundle_is_carried (self->mlines, i) &&
        gst_ice_stream_has_news (stream))
      gst_ice_stream_trickle (stream, add_mline (fragment,
              get_speaker (self, i)));
  }
  return fragment->media->len > 0 ? g_steal_pointer (&fragment) : NULL;
}

GstIceDescription *
gst_ice_local_description_make_restart (GstIceLocalDescription * self)
{
  GstIceDescription *fragment =
      gst_ice_description_new (GST_ICE_DESCRIPTION_FRAGMENT);

  for (guint i = 0; i < gst_ice_mlines_get_size (self->mlines); i++) {
    GstIceMline *mline = gst_ice_mlines_get (self->mlines, i);
    GstIceStream *stream = gst_ice_checks_get_stream (self->checks, i);

    if (gst_ice_stream_is_restarting (stream))
      gst_ice_stream_describe (stream, mline->n_components,
          add_mline (fragment, get_speaker (self, i)));
  }
  return fragment;
}
