/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticestream.h"

static GPtrArray *
candidates_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_ice_candidate_free);
}

/* Appends copies of @from's candidates from number @first on. */
static void
copy_candidates (GPtrArray * to, GPtrArray * from, guint first)
{
  for (guint i = first; i < from->len; i++)
    g_ptr_array_add (to, gst_ice_candidate_copy (g_ptr_array_index (from, i)));
}

/* Returns: (transfer full): an m-line of which nothing is known */
GstIceStream *
gst_ice_stream_new (void)
{
  GstIceStream *self = g_new0 (GstIceStream, 1);

  self->candidates = candidates_new ();
  self->remote_candidates = candidates_new ();
  return self;
}

/* @self: (transfer full) */
void
gst_ice_stream_free (GstIceStream * self)
{
  g_free (self->ufrag);
  g_free (self->pwd);
  g_ptr_array_unref (self->candidates);
  g_free (self->remote_ufrag);
  g_free (self->remote_pwd);
  g_ptr_array_unref (self->remote_candidates);
  for (guint i = 0; i < GST_ICE_MAX_COMPONENTS; i++) {
    g_clear_pointer (&self->selected_local[i], gst_ice_candidate_free);
    g_clear_pointer (&self->selected_remote[i], gst_ice_candidate_free);
  }
  g_free (self);
}

void
gst_ice_stream_set_credentials (GstIceStream * self, const gchar * ufrag,
    const gchar * pwd)
{
  g_free (self->ufrag);
  g_free (self->pwd);
  self->ufrag = g_strdup (ufrag);
  self->pwd = g_strdup (pwd);
}

void
gst_ice_stream_set_remote_credentials (GstIceStream * self, const gchar * ufrag,
    const gchar * pwd)
{
  g_free (self->remote_ufrag);
  g_free (self->remote_pwd);
  self->remote_ufrag = g_strdup (ufrag);
  self->remote_pwd = g_strdup (pwd);
}

gboolean
gst_ice_stream_has_same_credentials (const GstIceStream * self,
    const GstIceMediaDescription * media)
{
  return media->rejected || self->remote_ufrag == NULL ||
      (g_strcmp0 (self->remote_ufrag, media->ufrag) == 0 &&
      g_strcmp0 (self->remote_pwd, media->pwd) == 0);
}

gboolean
gst_ice_stream_is_of_generation (const GstIceStream * self,
    const GstIceMediaDescription * media)
{
  return media->ufrag == NULL || self->remote_ufrag == NULL ||
      g_str_equal (media->ufrag, self->remote_ufrag);
}

static gboolean
is_known (GPtrArray * known, const GstIceCandidate * candidate)
{
  for (guint i = 0; i < known->len; i++) {
    if (gst_ice_candidate_same_address (g_ptr_array_index (known, i),
            candidate))
      return TRUE;
  }
  return FALSE;
}

void
gst_ice_stream_add_local (GstIceStream * self,
    const GstIceCandidate * candidate)
{
  if (!is_known (self->candidates, candidate))
    g_ptr_array_add (self->candidates, gst_ice_candidate_copy (candidate));
}

void
gst_ice_stream_set_selected (GstIceStream * self, const GstIceCandidate * local,
    const GstIceCandidate * remote)
{
  guint c = local->component - 1;

  g_return_if_fail (c < GST_ICE_MAX_COMPONENTS);

  g_clear_pointer (&self->selected_local[c], gst_ice_candidate_free);
  g_clear_pointer (&self->selected_remote[c], gst_ice_candidate_free);
  self->selected_local[c] = gst_ice_candidate_copy (local);
  self->selected_remote[c] = gst_ice_candidate_copy (remote);
}

void
gst_ice_stream_add_remote (GstIceStream * self,
    const GstIceCandidate * candidate)
{
  if (candidate == NULL)
    self->remote_end = TRUE;
  else if (self->remote_candidates->len < GST_ICE_MAX_CANDIDATES &&
      !is_known (self->remote_candidates, candidate))
    g_ptr_array_add (self->remote_candidates,
        gst_ice_candidate_copy (candidate));
}

void
gst_ice_stream_add_remote_media (GstIceStream * self,
    const GstIceMediaDescription * media)
{
  for (guint i = 0; i < media->candidates->len; i++)
    gst_ice_stream_add_remote (self, g_ptr_array_index (media->candidates, i));
  if (media->end_of_candidates)
    gst_ice_stream_add_remote (self, NULL);
}

static gboolean
is_like (const GstIceCandidate * candidate, const GstIceCandidate * working)
{
  return working != NULL && candidate->transport == working->transport &&
      g_strcmp0 (candidate->address, working->address) == 0;
}

GPtrArray *
gst_ice_stream_take_remote (GstIceStream * self,
    const GstIceCandidate * working)
{
  GPtrArray *taken = candidates_new ();

  for (guint pass = 0; pass < 2; pass++) {
    for (guint i = self->n_taken; i < self->remote_candidates->len; i++) {
      const GstIceCandidate *candidate =
          g_ptr_array_index (self->remote_candidates, i);

      if (is_like (candidate, working) == (pass == 0))
        g_ptr_array_add (taken, gst_ice_candidate_copy (candidate));
    }
  }
  self->n_taken = self->remote_candidates->len;
  return taken;
}

/* RFC 8839, 4.4.1.2.2: after nomination, the nominated candidates only. */
static void
describe_nominated (const GstIceStream * self, guint n_components,
    GstIceMediaDescription * media)
{
  for (guint c = 0; c < n_components; c++) {
    g_ptr_array_add (media->candidates,
        gst_ice_candidate_copy (self->selected_local[c]));
    g_ptr_array_add (media->remote_candidates,
        gst_ice_candidate_copy (self->selected_remote[c]));
  }
  media->end_of_candidates = TRUE;
}

void
gst_ice_stream_describe (GstIceStream * self, guint n_components,
    GstIceMediaDescription * media)
{
  gboolean nominated = TRUE;

  for (guint c = 0; c < n_components; c++)
    nominated = nominated && self->selected_local[c] != NULL;

  media->ufrag = g_strdup (self->ufrag);
  media->pwd = g_strdup (self->pwd);
  if (nominated) {
    describe_nominated (self, n_components, media);
  } else {
    copy_candidates (media->candidates, self->candidates, 0);
    media->end_of_candidates = self->gathered;
  }
  self->n_signalled = self->candidates->len;
  self->end_signalled = self->gathered;
}

gboolean
gst_ice_stream_has_news (const GstIceStream * self)
{
  return self->n_signalled < self->candidates->len ||
      self->end_signalled != self->gathered;
}

void
gst_ice_stream_trickle (GstIceStream * self, GstIceMediaDescription * media)
{
  media->ufrag = g_strdup (self->ufrag);
  media->pwd = g_strdup (self->pwd);
  copy_candidates (media->candidates, self->candidates, self->n_signalled);
  media->end_of_candidates = self->gathered;
  self->n_signalled = self->candidates->len;
  self->end_signalled = self->gathered;
}
