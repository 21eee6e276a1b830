/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticemlines.h"

#include "gsticeerror.h"
#include "gsticeformats.h"

struct _GstIceMlines
{
  GPtrArray *claims;            /* of GstIceClaim, in the order asked for */
  GPtrArray *mlines;            /* of GstIceMline */
  GstIceEncryption encryption;
};

static void
claim_free (GstIceClaim * claim)
{
  g_free (claim->name);
  g_free (claim->mid);
  gst_clear_caps (&claim->formats);
  g_clear_object (&claim->channel);
  g_free (claim);
}

static void
mline_free (GstIceMline * mline)
{
  g_free (mline->media);
  g_free (mline->mid);
  g_free (mline->protocol);
  g_clear_pointer (&mline->ssrcs, g_array_unref);
  gst_clear_caps (&mline->formats);
  g_clear_pointer (&mline->ours, gst_ice_keying_free);
  g_clear_pointer (&mline->theirs, gst_ice_keying_free);
  g_free (mline);
}

/* Returns: (transfer full): a list with no claim and no m-line */
GstIceMlines *
gst_ice_mlines_new (void)
{
  GstIceMlines *self = g_new0 (GstIceMlines, 1);

  self->claims = g_ptr_array_new_with_free_func ((GDestroyNotify) claim_free);
  self->mlines = g_ptr_array_new_with_free_func ((GDestroyNotify) mline_free);
  return self;
}

/* @self: (transfer full) */
void
gst_ice_mlines_free (GstIceMlines * self)
{
  g_ptr_array_unref (self->mlines);
  g_ptr_array_unref (self->claims);
  g_free (self);
}

void
gst_ice_mlines_set_encryption (GstIceMlines * self, GstIceEncryption encryption)
{
  self->encryption = encryption;
}

GstIceClaim *
gst_ice_mlines_add_claim (GstIceMlines * self, const GstIceClaim * claim)
{
  GstIceClaim *copy = g_new0 (GstIceClaim, 1);

  *copy = *claim;
  copy->name = g_strdup (claim->name);
  copy->mid = g_strdup (claim->mid);
  copy->formats = claim->formats != NULL ? gst_caps_ref (claim->formats) : NULL;
  copy->channel = claim->channel != NULL ? g_object_ref (claim->channel) : NULL;
  copy->mline = -1;
  g_ptr_array_add (self->claims, copy);
  return copy;
}

/* The place in @mline where @claim stands, or would stand. */
static GstIceClaim **
get_slot (GstIceMline * mline, const GstIceClaim * claim)
{
  GstIceClaim **slots = claim->direction == GST_ICE_DIRECTION_SENDONLY ?
      mline->send : mline->receive;

  return &slots[claim->component - 1];
}

void
gst_ice_mlines_remove_claim (GstIceMlines * self, GstIceClaim * claim)
{
  if (claim->mline >= 0)
    *get_slot (gst_ice_mlines_get (self, (guint) claim->mline), claim) = NULL;
  g_ptr_array_remove (self->claims, claim);
}

/* Two that can only mean the same component of the same m-line. */
static gboolean
claims_clash (const GstIceClaim * a, const GstIceClaim * b)
{
  return a != b && a->ready && b->ready && a->direction == b->direction &&
      a->component == b->component && a->kind != GST_ICE_MEDIA_UNSET &&
      a->kind == b->kind && g_strcmp0 (a->mid, b->mid) == 0;
}

gboolean
gst_ice_mlines_set_ready (GstIceMlines * self, GstIceClaim * claim,
    GstIceMediaKind kind, GstCaps * formats, GError ** error)
{
  if (kind != GST_ICE_MEDIA_UNSET)
    claim->kind = kind;
  gst_caps_replace (&claim->formats, formats);
  claim->ready = TRUE;

  for (guint i = 0; i < self->claims->len; i++) {
    GstIceClaim *other = g_ptr_array_index (self->claims, i);

    if (claims_clash (claim, other)) {
      g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
          "%s and %s both claim the %s component of the session's %s m-line; "
          "give each another mid, or another session-name", other->name,
          claim->name,
          claim->component == GST_ICE_COMPONENT_RTP ? "RTP" : "RTCP",
          gst_ice_media_kind_to_string (claim->kind));
      return FALSE;
    }
  }
  return TRUE;
}

gboolean
gst_ice_mlines_all_ready (GstIceMlines * self)
{
  for (guint i = 0; i < self->claims->len; i++) {
    if (!((GstIceClaim *) g_ptr_array_index (self->claims, i))->ready)
      return FALSE;
  }
  return self->claims->len > 0;
}

gboolean
gst_ice_mlines_has_unplaced (GstIceMlines * self)
{
  for (guint i = 0; i < self->claims->len; i++) {
    GstIceClaim *claim = g_ptr_array_index (self->claims, i);

    if (claim->ready && claim->mline < 0)
      return TRUE;
  }
  return FALSE;
}

/* The kind that @claim is or, if it left that open, takes by its formats. */
static GstIceMediaKind
get_claimed_kind (const GstIceClaim * claim)
{
  if (claim->kind != GST_ICE_MEDIA_UNSET || claim->formats == NULL)
    return claim->kind;
  return gst_ice_formats_get_kind (claim->formats);
}

static gboolean
fits (const GstIceClaim * claim, GstIceMline * mline)
{
  GstIceMediaKind kind = get_claimed_kind (claim);

  return !mline->rejected && *get_slot (mline, claim) == NULL &&
      (kind == GST_ICE_MEDIA_UNSET || kind == mline->kind) &&
      (claim->mid == NULL || g_strcmp0 (claim->mid, mline->mid) == 0);
}

/* Whether @claim can do with any of @mline's formats. */
static gboolean
can_take (const GstIceClaim * claim, GstIceMline * mline)
{
  g_autoptr (GstCaps) chosen = NULL;

  if (claim->component == GST_ICE_COMPONENT_RTCP || mline->formats == NULL)
    return TRUE;

  chosen = gst_ice_formats_choose (mline->formats, claim->formats);
  return !gst_caps_is_empty (chosen);
}

static void
put_claim (GstIceMlines * self, GstIceClaim * claim, guint index)
{
  *get_slot (gst_ice_mlines_get (self, index), claim) = claim;
  claim->mline = (gint) index;
}

/* Puts @claim on the first m-line from @first on that has room for it and, with
 * @choosy, a format that it can take. */
static gboolean
place_on_existing (GstIceMlines * self, GstIceClaim * claim, guint first,
    gboolean choosy)
{
  for (guint i = first; i < self->mlines->len; i++) {
    GstIceMline *mline = g_ptr_array_index (self->mlines, i);

    if (fits (claim, mline) && (!choosy || can_take (claim, mline))) {
      put_claim (self, claim, i);
      return TRUE;
    }
  }
  return FALSE;
}

static gint
get_rank (GstIceMediaKind kind)
{
  switch (kind) {
    case GST_ICE_MEDIA_AUDIO:
      return 0;
    case GST_ICE_MEDIA_VIDEO:
      return 1;
    default:
      return 2;
  }
}

/* Claims in the order in which they get their m-lines: RTP by rank of media,
 * those that name it first, then RTCP, which joins what is there. */
static gint
compare_claims (gconstpointer a, gconstpointer b)
{
  const GstIceClaim *x = *(GstIceClaim * const *) a;
  const GstIceClaim *y = *(GstIceClaim * const *) b;
  GstIceMediaKind kx = get_claimed_kind (x), ky = get_claimed_kind (y);

  if (x->component != y->component)
    return (gint) x->component - (gint) y->component;
  if ((kx == GST_ICE_MEDIA_UNSET) != (ky == GST_ICE_MEDIA_UNSET))
    return kx == GST_ICE_MEDIA_UNSET ? 1 : -1;
  return get_rank (kx) - get_rank (ky);
}

/* Returns: (transfer container): the ready claims without an m-line */
static GPtrArray *
get_unplaced (GstIceMlines * self)
{
  GPtrArray *unplaced = g_ptr_array_new ();

  for (guint i = 0; i < self->claims->len; i++) {
    GstIceClaim *claim = g_ptr_array_index (self->claims, i);

    if (claim->ready && claim->mline < 0)
      g_ptr_array_add (unplaced, claim);
  }
  /* GLib promises a stable sort. */
  g_ptr_array_sort (unplaced, compare_claims);
  return unplaced;
}

GstIceMline *
gst_ice_mlines_append (GstIceMlines * self, GstIceMediaKind kind,
    const gchar * media, const gchar * mid, const gchar * protocol)
{
  GstIceMline *mline = g_new0 (GstIceMline, 1);

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

/* Whether an m-line is called @mid, or an element wants one that is. */
static gboolean
is_mid_taken (GstIceMlines * self, const gchar * mid)
{
  for (guint i = 0; i < self->claims->len; i++) {
    GstIceClaim *claim = g_ptr_array_index (self->claims, i);

    if (g_strcmp0 (claim->mid, mid) == 0)
      return TRUE;
  }
  return gst_ice_mlines_find (self, mid, 0) >= 0;
}

/* Returns: (transfer full): a mid that is free: its number, as browsers do */
static gchar *
make_mid (GstIceMlines * self)
{
  for (guint n = self->mlines->len;; n++) {
    g_autofree gchar *mid = g_strdup_printf ("%u", n);

    if (!is_mid_taken (self, mid))
      return g_steal_pointer (&mid);
  }
}

static gboolean
place_on_new (GstIceMlines * self, GstIceClaim * claim, GError ** error)
{
  GstIceMediaKind kind = get_claimed_kind (claim);
  g_autofree gchar *mid = NULL;

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
  gst_ice_mlines_append (self, kind, gst_ice_media_kind_to_string (kind), mid,
      NULL);
  put_claim (self, claim, self->mlines->len - 1);
  return TRUE;
}

GstIceDirection
gst_ice_mlines_get_claimed_direction (GstIceMlines * self)
{
  GstIceDirection direction = 0;

  for (guint i = 0; i < self->claims->len; i++)
    direction |= ((GstIceClaim *)
        g_ptr_array_index (self->claims, i))->direction;
  return direction;
}

GstIceDirection
gst_ice_mline_get_claimed_direction (const GstIceMline * mline)
{
  return (mline->send[0] != NULL ? GST_ICE_DIRECTION_SENDONLY : 0) |
      (mline->receive[0] != NULL ? GST_ICE_DIRECTION_RECVONLY : 0);
}

/* What to offer on @mline: what the icesink sends, then what the icesrc takes. */
static gboolean
set_offered_formats (GstIceMline * mline, GError ** error)
{
  g_autoptr (GstCaps) receive = NULL;
  GstCaps *send = mline->send[0] != NULL ? mline->send[0]->formats : NULL;
  GstIceClaim *any = mline->send[0] ? mline->send[0] : mline->receive[0];

  if (mline->receive[0] != NULL && mline->receive[0]->formats != NULL)
    receive = gst_ice_formats_fixate (mline->receive[0]->formats);

  gst_clear_caps (&mline->formats);
  if (send != NULL && receive != NULL)
    mline->formats = gst_ice_formats_join (send, receive);
  else if (send != NULL || receive != NULL)
    mline->formats = gst_caps_copy (send != NULL ? send : receive);

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

    /* An m-line that was agreed takes RTCP, but no further RTP. */
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

/* Claims are placed as they would be in an offer of ours, so that the one that
 * says what it wants goes before the one that takes what is left. */
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
  for (guint i = 0; i < self->claims->len; i++) {
    GstIceClaim *claim = g_ptr_array_index (self->claims, i);

    if (claim->mline >= (gint) n)
      claim->mline = -1;
  }
  g_ptr_array_set_size (self->mlines, (gint) n);
}

void
gst_ice_mlines_reset (GstIceMlines * self)
{
  gst_ice_mlines_truncate (self, 0);
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
