/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Matches a peer's offer or answer with our m-lines (RFC 3264). */

#include "config.h"

#include "gsticematch.h"

#include "gsticebundle.h"
#include "gsticeerror.h"
#include "gsticeformatnumbers.h"
#include "gsticeformats.h"
#include "gsticereoffer.h"

/* The most m-lines and elements that a message names. */
#define MAX_EXPLAINED 8

static gboolean
has_rtcp_component (const GstIceMediaDescription * media)
{
  for (guint i = 0; i < media->candidates->len; i++) {
    GstIceCandidate *candidate = g_ptr_array_index (media->candidates, i);

    if (candidate->component == GST_ICE_COMPONENT_RTCP)
      return TRUE;
  }
  return FALSE;
}

/* Returns: our direction when the peer offers @theirs and we would do @ours:
 *     what the peer sends, we can receive, and the other way round (RFC
 *     3264, 6.1) */
static GstIceDirection
mirror (GstIceDirection theirs, GstIceDirection ours)
{
  return ((theirs & GST_ICE_DIRECTION_SENDONLY) ?
      ours & GST_ICE_DIRECTION_RECVONLY : 0) |
      ((theirs & GST_ICE_DIRECTION_RECVONLY) ?
      ours & GST_ICE_DIRECTION_SENDONLY : 0);
}

/* Returns: (transfer full): what the elements on @mline, with its direction of now, take of
 *     @offered (transfer full) */
static GstCaps *
choose_formats (const GstIceMline * mline, GstCaps * offered)
{
  const GstIceClaim *receiver = mline->receive[0];
  const GstIceClaim *sender = mline->send[0];

  if (receiver != NULL)
    gst_caps_take (&offered, gst_ice_formats_choose (offered,
            receiver->formats, GST_ICE_FORMATS_RECEIVE));
  if (sender != NULL) {
    /* An m-line that sends and receives has one codec for both ways. */
    g_autoptr (GstCaps) sent = receiver != NULL && sender->formats != NULL ?
        gst_ice_formats_close (sender->formats) : NULL;

    gst_caps_take (&offered, gst_ice_formats_choose (offered,
            sent != NULL ? sent : sender->formats, GST_ICE_FORMATS_SEND));
  }
  if ((mline->direction & GST_ICE_DIRECTION_SENDONLY)) {
    offered = gst_caps_make_writable (offered);
    gst_ice_formats_drop_other_extensions (offered, mline->send[0]->formats);
  }
  return offered;
}

/* Reduces an offered m-line to what our claims allow. */
static void
settle_offered (GstIceMline * mline, const GstIceMediaDescription * offer,
    gboolean rtcp_mux)
{
  mline->direction = mirror (offer->direction,
      gst_ice_mline_get_claimed_direction (mline));

  /* Without a second component of the peer there is no other place for RTCP. */
  mline->rtcp_mux = offer->rtcp_mux && (rtcp_mux
      || !has_rtcp_component (offer));
  mline->n_components = mline->rtcp_mux ? 1 : 2;

  if (mline->formats != NULL)
    mline->formats = choose_formats (mline, mline->formats);
  mline->rejected = mline->direction == GST_ICE_DIRECTION_INACTIVE ||
      mline->formats == NULL || gst_caps_is_empty (mline->formats);
}

/* The same for an m-line that is agreed, in a further offer. */
static void
settle_offered_again (GstIceMline * mline, const GstIceMediaDescription * offer)
{
  g_autoptr (GstCaps) chosen = NULL;

  mline->rejected |= offer->rejected;
  /* A peer may hold and resume, so the previous direction does not count. */
  mline->direction = mirror (offer->direction,
      gst_ice_mline_get_claimed_direction (mline));
  if (mline->rejected || mline->formats == NULL || offer->formats == NULL ||
      gst_ice_mline_get_claimed_direction (mline) == GST_ICE_DIRECTION_INACTIVE)
    return;
  chosen = choose_formats (mline, gst_caps_ref (offer->formats));
  if (gst_caps_is_empty (chosen)) {
    mline->rejected = mline->change_refused = TRUE;
    gst_caps_replace (&mline->other_formats, offer->formats);
  } else {
    gst_ice_reoffer_take_offered (mline, chosen);
  }
}

/* What comes in bears the numbers that we offered, what goes out those of the answer (RFC
 * 3264, 5.1 and 6.1). */
static void
settle_answered (GstIceMline * mline, GstCaps * answered)
{
  GstCaps *sent;
  GstCaps *received = gst_ice_format_numbers_match (answered,
      mline->offered_formats != NULL ? mline->offered_formats : mline->formats,
      &sent);

  if (gst_caps_is_empty (received)) {
    mline->rejected = TRUE;
    gst_caps_replace (&mline->other_formats, answered);
    gst_caps_unref (received);
    gst_caps_unref (sent);
    return;
  }
  gst_ice_reoffer_take_answered (mline, received, sent);
}

/* @offered: @theirs is of an offer, or of an answer */
static void
set_theirs (GstIceMline * mline, const GstIceMediaDescription * theirs,
    gboolean offered)
{
  if (mline->encryption == GST_ICE_ENCRYPTION_NONE || theirs->keying == NULL)
    return;
  g_clear_pointer (&mline->theirs, gst_ice_keying_free);
  mline->theirs = gst_ice_keying_copy (theirs->keying);
  mline->theirs_offered = offered;
}

/* The peer has described all m-lines. When the m-line that names a transport
 * is rejected, the keying comes from the m-lines that use the transport. */
static void
settle (GstIceMlines * self, const GstIceDescription * theirs, gboolean offered)
{
  for (guint i = 0; i < gst_ice_mlines_get_size (self); i++) {
    GstIceMline *mline = gst_ice_mlines_get (self, i);
    GstIceMline *carrier = gst_ice_mlines_get (self, mline->carrier);

    mline->settled = TRUE;
    gst_ice_reoffer_note_numbers (mline);
    gst_ice_reoffer_conclude (mline);
    if (offered)
      gst_caps_replace (&mline->described_formats,
          mline->send[0] != NULL ? mline->send[0]->formats : NULL);
    if (carrier->rejected && !mline->rejected)
      set_theirs (carrier, gst_ice_description_get_media (theirs, i), offered);
  }
}

/* The agreed encryption can't be weakened during a call. Keys in a
 * description may change (RFC 4568, 7.1.4), in an offer to those of a suite
 * that is ours. RFC 8842, 5.5 also allows another certificate; here that
 * needs another call. */
static gboolean
check_keying (const GstIceMline * mline, const GstIceMediaDescription * theirs,
    GError ** error)
{
  if (mline->rejected || theirs->rejected ||
      mline->encryption == GST_ICE_ENCRYPTION_NONE || mline->theirs == NULL)
    return TRUE;

  if (gst_ice_keying_check (mline->encryption, mline->media, theirs->protocol,
          theirs->keying, theirs->rtcp_mux || !mline->rtcp_mux, error)) {
    const GstIceCrypto *our_crypto, *their_crypto;

    if (gst_ice_keying_continues (mline->theirs, theirs->keying))
      return TRUE;
    if (mline->encryption == GST_ICE_ENCRYPTION_SDES && mline->ours != NULL &&
        gst_ice_keying_settle (mline->ours, theirs->keying, TRUE, &our_crypto,
            &their_crypto))
      return TRUE;
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_UNSUPPORTED,
        "The peer wants to go on with another key for %s; that needs another "
        "call", mline->media);
  }
  return FALSE;
}

/* Refuses a description with a defect in an m-line that is in use. */
static gboolean
check_defect (const GstIceMline * mline, const GstIceMediaDescription * theirs,
    GError ** error)
{
  if (mline->rejected || theirs->rejected || theirs->defect == NULL)
    return TRUE;
  g_propagate_error (error, g_error_copy (theirs->defect));
  return FALSE;
}

/* Whether a new m-line of the peer can be used.
 * @refusal: (inout): why not, for the first m-line that an element could
 *     want */
static gboolean
is_usable (const GstIceMline * mline, const GstIceMediaDescription * theirs,
    gboolean rtcp_mux, GError ** refusal)
{
  g_autoptr (GError) error = NULL;

  if (theirs->rejected)
    return FALSE;
  if (theirs->defect != NULL)
    error = g_error_copy (theirs->defect);
  else if (gst_ice_keying_check (mline->encryption, theirs->media,
          theirs->protocol, theirs->keying, rtcp_mux && theirs->rtcp_mux,
          &error))
    return TRUE;
  if (*refusal == NULL && theirs->kind != GST_ICE_MEDIA_UNSET)
    *refusal = g_steal_pointer (&error);
  return FALSE;
}

/* Whether @theirs describes the same m-line as @mline. */
static gboolean
is_same_mline (const GstIceMline * mline, const GstIceMediaDescription * theirs)
{
  return g_strcmp0 (mline->media, theirs->media) == 0 &&
      (theirs->mid == NULL || g_strcmp0 (mline->mid, theirs->mid) == 0);
}

/* RFC 3264, 8: m-lines keep their places; new ones come at the end. */
static gboolean
check_known_mlines (GstIceMlines * self, const GstIceDescription * theirs,
    const gchar * what, GError ** error)
{
  for (guint i = 0; i < gst_ice_mlines_get_size (self); i++) {
    GstIceMline *mline = gst_ice_mlines_get (self, i);

    if (i >= theirs->media->len ||
        !is_same_mline (mline, gst_ice_description_get_media (theirs, i))) {
      g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_DESCRIPTION,
          "The %s breaks the order of m-lines: number %u is not the %s that was "
          "agreed", what, i + 1, mline->media);
      return FALSE;
    }
    if (!check_defect (mline, gst_ice_description_get_media (theirs, i), error)
        || !check_keying (mline, gst_ice_description_get_media (theirs, i),
            error))
      return FALSE;
  }
  return TRUE;
}

/* Returns: (transfer full): "an offer of audio OPUS; video H264 (…)" and
 *     "icesink0 sends video VP8", to show why nothing matches */
static gchar *
explain_formats (GstIceMlines * self, const GstIceDescription * offer)
{
  g_autoptr (GString) text = g_string_new ("offered are ");
  g_autoptr (GPtrArray) claims =
      gst_ice_claims_list_ready (gst_ice_mlines_get_claims (self));

  for (guint i = 0; i < MIN (offer->media->len, MAX_EXPLAINED); i++) {
    const GstIceMediaDescription *media =
        gst_ice_description_get_media (offer, i);
    g_autofree gchar *formats = media->formats != NULL ?
        gst_ice_formats_describe (media->formats) :
        g_strdup ("unknown formats");

    g_string_append_printf (text, "%s%s %s", i > 0 ? "; " : "", media->media,
        formats);
  }
  for (guint i = 0; i < MIN (claims->len, MAX_EXPLAINED); i++) {
    const GstIceClaim *claim = g_ptr_array_index (claims, i);
    g_autofree gchar *formats = gst_ice_formats_describe (claim->formats);

    if (claim->component == GST_ICE_COMPONENT_RTP)
      g_string_append_printf (text, "%s%s %s %s", i > 0 ? "; " : ", and ",
          claim->name, claim->direction == GST_ICE_DIRECTION_SENDONLY ?
          "sends" : "takes", formats);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
set_nothing_fits (GstIceMlines * self, const GstIceDescription * offer,
    GError ** error)
{
  g_autofree gchar *formats = explain_formats (self, offer);

  g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_UNSUPPORTED,
      "Nothing in the offer can be taken: its media, formats, directions or "
      "profiles are not those of the elements here; %s", formats);
}

/* @refusal: receives the reason why the first m-line was rejected */
static void
append_offered (GstIceMlines * self, const GstIceMediaDescription * theirs,
    gboolean rtcp_mux, GError ** refusal)
{
  GstIceMline *mline = gst_ice_mlines_append (self, theirs->kind,
      theirs->media, theirs->mid, theirs->protocol);

  mline->rejected = !is_usable (mline, theirs, rtcp_mux, refusal);
  set_theirs (mline, theirs, TRUE);
  gst_caps_replace (&mline->formats, theirs->formats);
  mline->ssrcs = theirs->ssrcs != NULL ? g_array_ref (theirs->ssrcs) : NULL;
}

gboolean
gst_ice_match_offer (GstIceMlines * self,
    const GstIceDescription * offer, gboolean rtcp_mux, GError ** error)
{
  guint first_new = gst_ice_mlines_get_size (self);
  /* A call that exists may lose its m-lines one by one. */
  gboolean any = first_new > 0;
  g_autoptr (GError) refusal = NULL;

  if (!check_known_mlines (self, offer, "offer", error))
    return FALSE;

  for (guint i = first_new; i < offer->media->len; i++)
    append_offered (self, gst_ice_description_get_media (offer, i), rtcp_mux,
        &refusal);

  gst_ice_mlines_place_on_offered (self, first_new);
  for (guint i = first_new; i < gst_ice_mlines_get_size (self); i++) {
    GstIceMline *mline = gst_ice_mlines_get (self, i);

    if (!mline->rejected)
      settle_offered (mline, gst_ice_description_get_media (offer, i),
          rtcp_mux);
  }
  for (guint i = 0; i < first_new; i++)
    settle_offered_again (gst_ice_mlines_get (self, i),
        gst_ice_description_get_media (offer, i));
  gst_ice_bundle_match_offer (self, offer, first_new);
  for (guint i = first_new; i < gst_ice_mlines_get_size (self); i++)
    any |= !gst_ice_mlines_get (self, i)->rejected;

  if (!any) {
    gst_ice_mlines_truncate (self, first_new);
    if (refusal != NULL) {
      g_propagate_error (error, g_steal_pointer (&refusal));
      return FALSE;
    }
    set_nothing_fits (self, offer, error);
    return FALSE;
  }

  for (guint i = 0; i < first_new; i++) {
    GstIceMline *mline = gst_ice_mlines_get (self, i);
    const GstIceMediaDescription *theirs =
        gst_ice_description_get_media (offer, i);

    if (!mline->rejected && mline->encryption == GST_ICE_ENCRYPTION_SDES)
      set_theirs (mline, theirs, TRUE);
  }
  settle (self, offer, TRUE);
  return TRUE;
}

/* RFC 3264, 6: an answer must have the offered profile. */
static gboolean
check_answered_keying (GstIceMlines * self, const GstIceDescription * answer,
    GError ** error)
{
  for (guint i = 0; i < gst_ice_mlines_get_size (self); i++) {
    const GstIceMline *mline = gst_ice_mlines_get (self, i);
    const GstIceMediaDescription *theirs =
        gst_ice_description_get_media (answer, i);
    const GstIceCrypto *our_crypto, *their_crypto;

    if (mline->rejected || theirs->rejected)
      continue;
    if (!gst_ice_keying_check (mline->encryption, mline->media,
            theirs->protocol, theirs->keying, theirs->rtcp_mux, error))
      return FALSE;
    if (mline->encryption == GST_ICE_ENCRYPTION_SDES && mline->ours != NULL &&
        !gst_ice_keying_settle (mline->ours, theirs->keying, FALSE, &our_crypto,
            &their_crypto)) {
      g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_DESCRIPTION,
          "The answer chooses a key for %s that was not offered", mline->media);
      return FALSE;
    }
  }
  return TRUE;
}

/* Formats that one answer left out may be in the next.
 * Returns: (transfer full): of GstCaps, the formats of each m-line before */
static GPtrArray *
reopen_formats (GstIceMlines * self, const GstIceDescription * offer)
{
  GPtrArray *before = g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_caps_unref);

  for (guint i = 0; i < gst_ice_mlines_get_size (self); i++) {
    GstIceMline *mline = gst_ice_mlines_get (self, i);
    GstCaps *offered = gst_ice_description_get_media (offer, i)->formats;

    g_ptr_array_add (before, mline->formats != NULL ?
        gst_caps_ref (mline->formats) : gst_caps_new_empty ());
    if (mline->rejected || offered == NULL)
      continue;
    gst_caps_replace (&mline->formats, offered);
    gst_caps_replace (&mline->sent_formats, NULL);
  }
  return before;
}

/* Notes which m-lines have other formats than @before. */
static void
note_changed (GstIceMlines * self, GPtrArray * before)
{
  for (guint i = 0; i < before->len; i++) {
    GstIceMline *mline = gst_ice_mlines_get (self, i);

    mline->formats_changed = !mline->rejected &&
        !gst_caps_is_strictly_equal (mline->formats,
        g_ptr_array_index (before, i));
  }
}

/* Takes what a valid answer says of each m-line. */
static void
settle_all (GstIceMlines * self, const GstIceDescription * answer)
{
  for (guint i = 0; i < gst_ice_mlines_get_size (self); i++) {
    GstIceMline *mline = gst_ice_mlines_get (self, i);
    GstIceMediaDescription *theirs = gst_ice_description_get_media (answer, i);

    if (mline->rejected || theirs->rejected || theirs->formats == NULL ||
        mline->withdrawn) {
      mline->rejected = TRUE;
      continue;
    }
    settle_answered (mline, theirs->formats);
    mline->rtcp_mux = mline->rtcp_mux && theirs->rtcp_mux;
    mline->direction = mirror (theirs->direction,
        gst_ice_mline_get_claimed_direction (mline));
    set_theirs (mline, theirs, FALSE);
  }
}

gboolean
gst_ice_match_answer (GstIceMlines * self,
    const GstIceDescription * answer, GError ** error)
{
  return gst_ice_match_next_answer (self, NULL, answer, error);
}

gboolean
gst_ice_match_next_answer (GstIceMlines * self, const GstIceDescription * offer,
    const GstIceDescription * answer, GError ** error)
{
  g_autoptr (GPtrArray) before = NULL;

  if (answer->media->len != gst_ice_mlines_get_size (self)) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_DESCRIPTION,
        "The answer has %u m-lines, the offer had %u", answer->media->len,
        gst_ice_mlines_get_size (self));
    return FALSE;
  }
  if (!check_known_mlines (self, answer, "answer", error))
    return FALSE;
  if (!check_answered_keying (self, answer, error) ||
      !gst_ice_bundle_check_answer (self, answer, error))
    return FALSE;

  if (offer != NULL)
    before = reopen_formats (self, offer);
  settle_all (self, answer);
  gst_ice_bundle_match_answer (self, answer);
  settle (self, answer, FALSE);
  if (before != NULL)
    note_changed (self, before);
  return TRUE;
}
