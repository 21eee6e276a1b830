/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The m-lines of a call: their order, and what was agreed for each. */

#include "config.h"

#include "gsticemlines.h"

#include "gsticeerror.h"
#include "gsticeformats.h"

#include <string.h>

/* The most m-lines that a message describes. */
#define MAX_DESCRIBED 8

struct _GstIceMlines
{
  GstIceClaims *claims;         /* (transfer none) */
  GPtrArray *mlines;            /* of GstIceMline */
  GPtrArray *retired;           /* of GstIceMline: of offers that were rolled back */
  gchar *cname;                 /* of what is sent without an element for RTCP */
  GstIceEncryption encryption;
};

static void
mline_free (GstIceMline * mline)
{
  g_free (mline->media);
  g_free (mline->mid);
  g_free (mline->protocol);
  g_clear_pointer (&mline->ssrcs, g_array_unref);
  gst_clear_caps (&mline->formats);
  gst_clear_caps (&mline->sent_formats);
  gst_clear_caps (&mline->other_formats);
  gst_clear_caps (&mline->offered_formats);
  gst_clear_caps (&mline->described_formats);
  gst_clear_caps (&mline->numbered_formats);
  g_clear_pointer (&mline->ours, gst_ice_keying_free);
  g_clear_pointer (&mline->theirs, gst_ice_keying_free);
  g_free (mline);
}

/* Returns: (transfer full): an empty list */
GstIceMlines *
gst_ice_mlines_new (GstIceClaims * claims)
{
  GstIceMlines *self = g_new0 (GstIceMlines, 1);

  self->claims = claims;
  /* RFC 7022, 4.2: another one for each call. */
  self->cname = g_uuid_string_random ();
  self->mlines = g_ptr_array_new_with_free_func ((GDestroyNotify) mline_free);
  self->retired = g_ptr_array_new_with_free_func ((GDestroyNotify) mline_free);
  return self;
}

/* @self: (transfer full) */
void
gst_ice_mlines_free (GstIceMlines * self)
{
  g_ptr_array_unref (self->mlines);
  g_ptr_array_unref (self->retired);
  g_free (self->cname);
  g_free (self);
}

GstIceClaims *
gst_ice_mlines_get_claims (GstIceMlines * self)
{
  return self->claims;
}

const gchar *
gst_ice_mlines_get_cname (GstIceMlines * self)
{
  return self->cname;
}

gboolean
gst_ice_mlines_send_rtcp (GstIceMlines * self)
{
  for (guint i = 0; i < self->mlines->len; i++) {
    if (gst_ice_mlines_get (self, i)->send[GST_ICE_COMPONENT_RTCP - 1] != NULL)
      return TRUE;
  }
  return FALSE;
}

gchar *
gst_ice_mlines_describe_formats (GstIceMlines * self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < MIN (self->mlines->len, MAX_DESCRIBED); i++) {
    const GstIceMline *mline = g_ptr_array_index (self->mlines, i);
    g_autofree gchar *formats = gst_ice_formats_describe (mline->formats);

    g_string_append_printf (text, "%s%s %s", i > 0 ? "; " : "", mline->media,
        formats);
    if (mline->other_formats != NULL) {
      g_autofree gchar *others =
          gst_ice_formats_describe (mline->other_formats);

      g_string_append_printf (text, " (the answer has %s)", others);
    }
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

void
gst_ice_mlines_set_encryption (GstIceMlines * self, GstIceEncryption encryption)
{
  self->encryption = encryption;
}

/* Returns: the place in @mline for @claim */
static GstIceClaim **
get_slot (GstIceMline * mline, const GstIceClaim * claim)
{
  GstIceClaim **slots = claim->direction == GST_ICE_DIRECTION_SENDONLY ?
      mline->send : mline->receive;

  return &slots[claim->component - 1];
}

gint
gst_ice_mlines_find_claim (GstIceMlines * self, const GstIceClaim * claim)
{
  for (guint i = 0; i < self->mlines->len; i++) {
    if (*get_slot (g_ptr_array_index (self->mlines, i), claim) == claim)
      return (gint) i;
  }
  return -1;
}

void
gst_ice_mlines_forget_claim (GstIceMlines * self, const GstIceClaim * claim)
{
  gint index = gst_ice_mlines_find_claim (self, claim);

  if (index >= 0)
    *get_slot (g_ptr_array_index (self->mlines, (guint) index), claim) = NULL;
}

static void
forget_claims (GstIceMline * mline)
{
  memset (mline->send, 0, sizeof (mline->send));
  memset (mline->receive, 0, sizeof (mline->receive));
}

void
gst_ice_mlines_forget_all_claims (GstIceMlines * self)
{
  for (guint i = 0; i < self->mlines->len; i++)
    forget_claims (g_ptr_array_index (self->mlines, i));
}

/* Returns: (transfer container): the ready claims without an m-line */
static GPtrArray *
get_unplaced (GstIceMlines * self)
{
  GPtrArray *unplaced = gst_ice_claims_list_ready (self->claims);

  for (guint i = unplaced->len; i > 0; i--) {
    if (gst_ice_mlines_find_claim (self,
            g_ptr_array_index (unplaced, i - 1)) >= 0)
      g_ptr_array_remove_index (unplaced, i - 1);
  }
  return unplaced;
}

gboolean
gst_ice_mlines_has_unplaced (GstIceMlines * self)
{
  g_autoptr (GPtrArray) unplaced = get_unplaced (self);

  return unplaced->len > 0;
}

static gboolean
fits (const GstIceClaim * claim, GstIceMline * mline)
{
  GstIceMediaKind kind = gst_ice_claim_get_kind (claim);

  return !mline->rejected && *get_slot (mline, claim) == NULL &&
      (kind == GST_ICE_MEDIA_UNSET || kind == mline->kind) &&
      (claim->mid == NULL || g_strcmp0 (claim->mid, mline->mid) == 0);
}

/* Whether @claim can use any of @mline's formats. */
static gboolean
can_take (const GstIceClaim * claim, GstIceMline * mline)
{
  g_autoptr (GstCaps) chosen = NULL;

  if (claim->component == GST_ICE_COMPONENT_RTCP || mline->formats == NULL)
    return TRUE;

  chosen = gst_ice_formats_choose (mline->formats, claim->formats,
      claim->direction == GST_ICE_DIRECTION_SENDONLY ? GST_ICE_FORMATS_SEND :
      GST_ICE_FORMATS_RECEIVE);
  return !gst_caps_is_empty (chosen);
}

/* Puts @claim on the first m-line, from @first on, that has room for it and,
 * with @choosy, a format that it can use. */
static gboolean
place_on_existing (GstIceMlines * self, GstIceClaim * claim, guint first,
    gboolean choosy)
{
  for (guint i = first; i < self->mlines->len; i++) {
    GstIceMline *mline = g_ptr_array_index (self->mlines, i);

    if (fits (claim, mline) && (!choosy || can_take (claim, mline))) {
      *get_slot (mline, claim) = claim;
      return TRUE;
    }
  }
  return FALSE;
}

/* Whether the element that sends has a CNAME of its own. */
static gboolean
has_cname (const GstIceMline * mline)
{
  const GstIceClaim *sender = mline->send[GST_ICE_COMPONENT_RTP - 1];
  const gchar *cname = NULL;
  guint32 ssrc;

  return sender != NULL &&
      gst_ice_formats_get_source (sender->formats, &ssrc, &cname) &&
      cname != NULL;
}

gboolean
gst_ice_mlines_repeat (GstIceMlines * self, const GstIceDescription * offer,
    GError ** error)
{
  const guint n_mlines = gst_ice_mlines_get_size (self);

  if (n_mlines != offer->media->len) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
        "The elements would offer %u m-lines, but the offer that was made has %u",
        n_mlines, offer->media->len);
    return FALSE;
  }
  for (guint i = 0; i < n_mlines; i++) {
    GstIceMline *mline = gst_ice_mlines_get (self, i);
    const GstIceMediaDescription *media =
        gst_ice_description_get_media (offer, i);

    if (media->keying != NULL)
      gst_ice_mline_set_keying (mline, media->keying);
    if (media->cname != NULL && !has_cname (mline)) {
      g_free (self->cname);
      self->cname = g_strdup (media->cname);
    }
  }
  return TRUE;
}

GstIceMline *
gst_ice_mlines_append (GstIceMlines * self, GstIceMediaKind kind,
    const gchar * media, const gchar * mid, const gchar * protocol)
{
  GstIceMline *mline = g_new0 (GstIceMline, 1);

  mline->group = -1;
  mline->carrier = self->mlines->len;
  mline->kind = kind;
  mline->media = g_strdup (media);
  mline->mid = g_strdup (mid);
  mline->encryption = self->encryption;
  mline->protocol = g_strdup (protocol != NULL ? protocol :
      gst_ice_keying_get_profile (self->encryption));
  g_ptr_array_add (self->mlines, mline);
  return mline;
}

/* Returns: (transfer full): an unused mid: the number of the m-line, as
 *     browsers do */
static gchar *
make_mid (GstIceMlines * self)
{
  for (guint n = self->mlines->len;; n++) {
    g_autofree gchar *mid = g_strdup_printf ("%u", n);

    if (!gst_ice_claims_has_mid (self->claims, mid) &&
        gst_ice_mlines_find (self, mid, 0) < 0)
      return g_steal_pointer (&mid);
  }
}

static gboolean
place_on_new (GstIceMlines * self, GstIceClaim * claim, GError ** error)
{
  GstIceMediaKind kind = gst_ice_claim_get_kind (claim);
  g_autofree gchar *mid = NULL;
  GstIceMline *mline;

  if (claim->component == GST_ICE_COMPONENT_RTCP) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        "%s has component=rtcp, but no element of the session sends or receives "
        "RTP on that m-line; set media or mid to the one that is meant",
        claim->name);
    return FALSE;
  }
  if (kind == GST_ICE_MEDIA_UNSET) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        "%s has no m-line to take and does not know what to offer; set media "
        "and caps", claim->name);
    return FALSE;
  }
  if (self->mlines->len >= GST_ICE_MAX_MLINES) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        "A session has at most %d m-lines", GST_ICE_MAX_MLINES);
    return FALSE;
  }

  mid = claim->mid != NULL ? g_strdup (claim->mid) : make_mid (self);
  mline = gst_ice_mlines_append (self, kind,
      gst_ice_media_kind_to_string (kind), mid, NULL);
  *get_slot (mline, claim) = claim;
  return TRUE;
}

void
gst_ice_mline_set_keying (GstIceMline * mline, const GstIceKeying * ours)
{
  g_clear_pointer (&mline->ours, gst_ice_keying_free);
  mline->ours = gst_ice_keying_copy (ours);
}

GstCaps *
gst_ice_mline_get_sent_formats (const GstIceMline * mline)
{
  return mline->sent_formats != NULL ? mline->sent_formats : mline->formats;
}

GstIceDirection
gst_ice_mline_get_claimed_direction (const GstIceMline * mline)
{
  return (mline->send[0] != NULL ? GST_ICE_DIRECTION_SENDONLY : 0) |
      (mline->receive[0] != NULL ? GST_ICE_DIRECTION_RECVONLY : 0);
}

GstCaps *
gst_ice_mline_list_formats (const GstIceMline * mline)
{
  g_autoptr (GstCaps) receive = NULL;
  g_autoptr (GstCaps) send = NULL;
  GstCaps *formats = NULL;

  if (mline->send[0] != NULL && mline->send[0]->formats != NULL)
    send = gst_ice_formats_close (mline->send[0]->formats);

  if (mline->receive[0] != NULL && mline->receive[0]->formats != NULL)
    receive = gst_ice_formats_fixate (mline->receive[0]->formats);

  if (send != NULL && receive != NULL)
    formats = gst_ice_formats_join (send, receive);
  else if (send != NULL || receive != NULL)
    formats = gst_caps_copy (send != NULL ? send : receive);
  if (formats != NULL)
    gst_ice_formats_complete_offer (formats);
  return formats;
}

/* Sets the formats of the first offer on @mline. */
static gboolean
set_offered_formats (GstIceMline * mline, GError ** error)
{
  GstIceClaim *any = mline->send[0] ? mline->send[0] : mline->receive[0];

  gst_clear_caps (&mline->formats);
  mline->formats = gst_ice_mline_list_formats (mline);
  gst_caps_replace (&mline->described_formats,
      mline->send[0] != NULL ? mline->send[0]->formats : NULL);
  if (mline->formats == NULL) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        "%s does not know which formats to offer: what is downstream takes any; "
        "set caps=\"application/x-rtp,media=…,encoding-name=…,clock-rate=…\"",
        any->name);
    return FALSE;
  }
  return TRUE;
}

gboolean
gst_ice_mlines_place (GstIceMlines * self, gboolean rtcp_mux, GError ** error)
{
  g_autoptr (GPtrArray) unplaced = get_unplaced (self);
  guint first_new = self->mlines->len;

  for (guint i = 0; i < unplaced->len; i++) {
    GstIceClaim *claim = g_ptr_array_index (unplaced, i);

    /* An agreed m-line can still get RTCP, but no further RTP. */
    if (!place_on_existing (self, claim,
            claim->component == GST_ICE_COMPONENT_RTCP ? 0 : first_new, FALSE)
        && !place_on_new (self, claim, error))
      return FALSE;
  }

  for (guint i = first_new; i < self->mlines->len; i++) {
    GstIceMline *mline = gst_ice_mlines_get (self, i);

    mline->rtcp_mux = rtcp_mux;
    mline->n_components = rtcp_mux ? 1 : 2;
    mline->direction = gst_ice_mline_get_claimed_direction (mline);
    if (!set_offered_formats (mline, error))
      return FALSE;
  }
  return TRUE;
}

/* Places claims in the order of an offer of ours, so that a claim that names
 * its kind goes before one that takes any. */
void
gst_ice_mlines_place_on_offered (GstIceMlines * self, guint first_new)
{
  g_autoptr (GPtrArray) unplaced = get_unplaced (self);

  for (guint i = 0; i < unplaced->len; i++) {
    GstIceClaim *claim = g_ptr_array_index (unplaced, i);

    if (!place_on_existing (self, claim, first_new, TRUE))
      place_on_existing (self, claim, first_new, FALSE);
  }
}

void
gst_ice_mlines_truncate (GstIceMlines * self, guint n)
{
  g_ptr_array_set_size (self->mlines, (gint) n);
}

void
gst_ice_mlines_retire (GstIceMlines * self, guint n)
{
  while (self->mlines->len > n) {
    GstIceMline *mline = g_ptr_array_steal_index (self->mlines,
        self->mlines->len - 1);

    forget_claims (mline);
    g_ptr_array_add (self->retired, mline);
  }
}

guint
gst_ice_mlines_get_size (GstIceMlines * self)
{
  return self->mlines->len;
}

GstIceMline *
gst_ice_mlines_get (GstIceMlines * self, guint index)
{
  return g_ptr_array_index (self->mlines, index);
}

gint
gst_ice_mlines_find (GstIceMlines * self, const gchar * mid, guint index)
{
  for (guint i = 0; i < self->mlines->len; i++) {
    if (mid == NULL ? i == index :
        g_strcmp0 (mid, gst_ice_mlines_get (self, i)->mid) == 0)
      return (gint) i;
  }
  return -1;
}
