/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Lists what the elements of a session ask for, before any peer is known. */

#include "config.h"

#include "gsticeclaims.h"

#include "gsticeerror.h"
#include "gsticeformats.h"

struct _GstIceClaims
{
  GPtrArray *claims;            /* of GstIceClaim */
};

static void
claim_free (GstIceClaim * claim)
{
  g_free (claim->name);
  g_free (claim->mid);
  gst_clear_caps (&claim->formats);
  g_clear_object (&claim->owner);
  g_free (claim);
}

/* Returns: (transfer full): an empty list */
GstIceClaims *
gst_ice_claims_new (void)
{
  GstIceClaims *self = g_new0 (GstIceClaims, 1);

  self->claims = g_ptr_array_new_with_free_func ((GDestroyNotify) claim_free);
  return self;
}

/* @self: (transfer full) */
void
gst_ice_claims_free (GstIceClaims * self)
{
  g_ptr_array_unref (self->claims);
  g_free (self);
}

GstIceClaim *
gst_ice_claims_add (GstIceClaims * self, const GstIceClaim * claim)
{
  GstIceClaim *copy = g_new0 (GstIceClaim, 1);

  *copy = *claim;
  copy->name = g_strdup (claim->name);
  copy->mid = g_strdup (claim->mid);
  copy->formats = claim->formats != NULL ? gst_caps_ref (claim->formats) : NULL;
  copy->owner = claim->owner != NULL ? g_object_ref (claim->owner) : NULL;
  g_ptr_array_add (self->claims, copy);
  return copy;
}

void
gst_ice_claims_remove (GstIceClaims * self, GstIceClaim * claim)
{
  g_ptr_array_remove (self->claims, claim);
}

/* Whether both can only mean the same component of the same m-line. */
static gboolean
claims_clash (const GstIceClaim * a, const GstIceClaim * b)
{
  return a != b && a->ready && b->ready && a->direction == b->direction &&
      a->component == b->component && a->kind != GST_ICE_MEDIA_UNSET &&
      a->kind == b->kind && g_strcmp0 (a->mid, b->mid) == 0;
}

/* @a, @b: (nullable). Returns: whether they begin with the same encoding */
static gboolean
begin_alike (GstCaps * a, GstCaps * b)
{
  static const gchar *const fields[] = { "encoding-name", "clock-rate",
    "encoding-params"
  };

  if (a == NULL || b == NULL || gst_caps_get_size (a) == 0
      || gst_caps_get_size (b) == 0)
    return a == b;
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    const GValue *x = gst_structure_get_value (gst_caps_get_structure (a, 0),
        fields[i]);
    const GValue *y = gst_structure_get_value (gst_caps_get_structure (b, 0),
        fields[i]);

    if (x == NULL || y == NULL ? x != y :
        gst_value_compare (x, y) != GST_VALUE_EQUAL)
      return FALSE;
  }
  return TRUE;
}

gboolean
gst_ice_claims_set_ready (GstIceClaims * self, GstIceClaim * claim,
    GstIceMediaKind kind, GstCaps * formats, GError ** error)
{
  if (claim->ready && kind != GST_ICE_MEDIA_UNSET &&
      gst_ice_claim_get_kind (claim) != GST_ICE_MEDIA_UNSET &&
      kind != gst_ice_claim_get_kind (claim)) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        "%s sends %s and gets %s now: that is not sent; another medium needs "
        "another icesink", claim->name,
        gst_ice_media_kind_to_string (gst_ice_claim_get_kind (claim)),
        gst_ice_media_kind_to_string (kind));
    return FALSE;
  }
  if (kind != GST_ICE_MEDIA_UNSET)
    claim->kind = kind;
  claim->recoded = claim->ready && !begin_alike (claim->formats, formats);
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

const GstIceClaim *
gst_ice_claims_find_unready (GstIceClaims * self)
{
  for (guint i = 0; i < self->claims->len; i++) {
    const GstIceClaim *claim = g_ptr_array_index (self->claims, i);

    if (!claim->ready)
      return claim;
  }
  return NULL;
}

gboolean
gst_ice_claims_keep_listening (GstIceClaims * self)
{
  for (guint i = 0; i < self->claims->len; i++) {
    if (((GstIceClaim *) g_ptr_array_index (self->claims, i))->keep_listening)
      return TRUE;
  }
  return FALSE;
}

gboolean
gst_ice_claims_all_ready (GstIceClaims * self)
{
  for (guint i = 0; i < self->claims->len; i++) {
    if (!((GstIceClaim *) g_ptr_array_index (self->claims, i))->ready)
      return FALSE;
  }
  return self->claims->len > 0;
}

gboolean
gst_ice_claim_is_changed_by (const GstIceClaim * claim, GstIceMediaKind kind,
    GstCaps * formats)
{
  g_autoptr (GstCaps) first = NULL;

  if (claim->direction != GST_ICE_DIRECTION_SENDONLY || formats == NULL ||
      gst_caps_is_empty (formats))
    return FALSE;
  first = gst_caps_copy_nth (formats, 0);
  return !gst_ice_formats_are_events (first) && (kind != claim->kind ||
      claim->formats == NULL ||
      !gst_caps_is_strictly_equal (formats, claim->formats));
}

GstIceMediaKind
gst_ice_claim_get_kind (const GstIceClaim * claim)
{
  if (claim->kind != GST_ICE_MEDIA_UNSET || claim->formats == NULL)
    return claim->kind;
  return gst_ice_formats_get_kind (claim->formats);
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

static gint
compare_claims (gconstpointer a, gconstpointer b)
{
  const GstIceClaim *x = *(GstIceClaim * const *) a;
  const GstIceClaim *y = *(GstIceClaim * const *) b;
  GstIceMediaKind kx = gst_ice_claim_get_kind (x);
  GstIceMediaKind ky = gst_ice_claim_get_kind (y);

  if (x->component != y->component)
    return (gint) x->component - (gint) y->component;
  if ((kx == GST_ICE_MEDIA_UNSET) != (ky == GST_ICE_MEDIA_UNSET))
    return kx == GST_ICE_MEDIA_UNSET ? 1 : -1;
  return get_rank (kx) - get_rank (ky);
}

GPtrArray *
gst_ice_claims_list_ready (GstIceClaims * self)
{
  GPtrArray *ready = g_ptr_array_new ();

  for (guint i = 0; i < self->claims->len; i++) {
    GstIceClaim *claim = g_ptr_array_index (self->claims, i);

    if (claim->ready)
      g_ptr_array_add (ready, claim);
  }
  /* GLib documents this sort as stable. */
  g_ptr_array_sort (ready, compare_claims);
  return ready;
}

gboolean
gst_ice_claims_has_mid (GstIceClaims * self, const gchar * mid)
{
  for (guint i = 0; i < self->claims->len; i++) {
    GstIceClaim *claim = g_ptr_array_index (self->claims, i);

    if (g_strcmp0 (claim->mid, mid) == 0)
      return TRUE;
  }
  return FALSE;
}

gboolean
gst_ice_claims_take_media (GstIceClaims * self)
{
  for (guint i = 0; i < self->claims->len; i++) {
    const GstIceClaim *claim = g_ptr_array_index (self->claims, i);

    if (claim->direction == GST_ICE_DIRECTION_RECVONLY &&
        claim->component == GST_ICE_COMPONENT_RTP)
      return TRUE;
  }
  return FALSE;
}

GstIceDirection
gst_ice_claims_get_direction (GstIceClaims * self)
{
  GstIceDirection direction = 0, of_media = 0;

  for (guint i = 0; i < self->claims->len; i++) {
    const GstIceClaim *claim = g_ptr_array_index (self->claims, i);

    direction |= claim->direction;
    if (claim->component == GST_ICE_COMPONENT_RTP)
      of_media |= claim->direction;
  }
  return of_media != 0 ? of_media : direction;
}
