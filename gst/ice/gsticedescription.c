/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Offers, answers and trickled fragments as values, without their text form. */

#include "config.h"

#include "gsticedescription.h"

G_DEFINE_BOXED_TYPE (GstIceDescription, gst_ice_description,
    gst_ice_description_ref, gst_ice_description_unref);

static void
media_free (GstIceMediaDescription * media)
{
  g_free (media->media);
  g_free (media->protocol);
  g_free (media->mid);
  gst_clear_caps (&media->formats);
  g_clear_pointer (&media->keying, gst_ice_keying_free);
  g_clear_pointer (&media->ssrcs, g_array_unref);
  g_free (media->cname);
  g_free (media->ufrag);
  g_free (media->pwd);
  g_ptr_array_unref (media->candidates);
  g_ptr_array_unref (media->remote_candidates);
  g_clear_pointer (&media->left_out, g_hash_table_unref);
  g_clear_error (&media->defect);
  g_free (media);
}

GstIceDescription *
gst_ice_description_new (GstIceDescriptionType type)
{
  GstIceDescription *self = g_new0 (GstIceDescription, 1);

  self->ref_count = 1;
  self->type = type;
  self->media = g_ptr_array_new_with_free_func ((GDestroyNotify) media_free);

  return self;
}

GstIceDescription *
gst_ice_description_ref (GstIceDescription * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_int_inc (&self->ref_count);

  return self;
}

void
gst_ice_description_unref (GstIceDescription * self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;

  g_ptr_array_unref (self->media);
  g_free (self);
}

GstIceMediaDescription *
gst_ice_description_add_media (GstIceDescription * self)
{
  GstIceMediaDescription *media;

  g_return_val_if_fail (self != NULL, NULL);

  media = g_new0 (GstIceMediaDescription, 1);
  media->bundle = -1;
  media->candidates =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_ice_candidate_free);
  media->remote_candidates =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_ice_candidate_free);
  g_ptr_array_add (self->media, media);

  return media;
}

GstIceMediaDescription *
gst_ice_description_get_media (const GstIceDescription * self, guint index)
{
  return g_ptr_array_index (self->media, index);
}

void
gst_ice_media_description_leave_out (GstIceMediaDescription * media,
    const gchar * text, GstIceLeftOutReason reason)
{
  if (media->left_out == NULL)
    media->left_out = gst_ice_left_out_lines_new ();
  gst_ice_left_out_note_line (media->left_out, text, reason);
}
