/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The ICE side of one m-line over its generations: credentials and
 * candidates of both ends, and which of them the other end knows. */

#include "config.h"

#include "gsticestream.h"

#include "gsticeerror.h"

/* How many former ufrags of the peer are remembered. Late messages do not go
 * further back. */
#define MAX_SPENT 32

typedef struct
{
  gchar *ufrag, *pwd;           /* NULL until there is an agent */
  GPtrArray *candidates;        /* of GstIceCandidate */
  gboolean gathered;
  gboolean gathered_enough;

  gchar *remote_ufrag, *remote_pwd;     /* NULL until described */
  GPtrArray *remote_candidates; /* of GstIceCandidate */
  GHashTable *left_out;         /* those that can't be used, as of gsticeleftout.h */
  gboolean remote_end;

  /* The nominated pairs, by component - 1; NULL before. */
  GstIceCandidate *selected_local[GST_ICE_MAX_COMPONENTS];
  GstIceCandidate *selected_remote[GST_ICE_MAX_COMPONENTS];

  guint n_signalled;            /* how many of candidates were sent */
  gboolean end_signalled;
  guint n_taken;                /* how many of remote_candidates were taken */

  gboolean restarted;           /* it is not the first generation */
  gboolean checking;            /* its checks have begun */
} Generation;

struct _GstIceStream
{
  Generation *now;              /* the newest */
  Generation *kept;             /* the generation before, until the newest
                                 * works; or NULL */
  GQueue spent;                 /* of gchar *: the peer's ufrags of former
                                 * generations, newest first */
};

static GPtrArray *
candidates_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_ice_candidate_free);
}

static void
copy_candidates (GPtrArray * to, GPtrArray * from, guint first)
{
  for (guint i = first; i < from->len; i++)
    g_ptr_array_add (to, gst_ice_candidate_copy (g_ptr_array_index (from, i)));
}

static Generation *
generation_new (gboolean restarted)
{
  Generation *self = g_new0 (Generation, 1);

  self->candidates = candidates_new ();
  self->remote_candidates = candidates_new ();
  self->left_out = gst_ice_left_out_lines_new ();
  self->restarted = restarted;
  return self;
}

static void
generation_free (Generation * self)
{
  g_free (self->ufrag);
  g_free (self->pwd);
  g_ptr_array_unref (self->candidates);
  g_free (self->remote_ufrag);
  g_free (self->remote_pwd);
  g_ptr_array_unref (self->remote_candidates);
  g_hash_table_unref (self->left_out);
  for (guint i = 0; i < GST_ICE_MAX_COMPONENTS; i++) {
    g_clear_pointer (&self->selected_local[i], gst_ice_candidate_free);
    g_clear_pointer (&self->selected_remote[i], gst_ice_candidate_free);
  }
  g_free (self);
}

/* Returns: (transfer full): an empty stream */
GstIceStream *
gst_ice_stream_new (void)
{
  GstIceStream *self = g_new0 (GstIceStream, 1);

  self->now = generation_new (FALSE);
  return self;
}

/* @self: (transfer full) */
void
gst_ice_stream_free (GstIceStream * self)
{
  generation_free (self->now);
  g_clear_pointer (&self->kept, generation_free);
  g_queue_clear_full (&self->spent, g_free);
  g_free (self);
}

/* Generations. */

/* Remembers the ufrag of @generation and frees it. @generation: (transfer
 * full) */
static void
spend (GstIceStream * self, Generation * generation)
{
  if (generation->remote_ufrag != NULL)
    g_queue_push_head (&self->spent,
        g_steal_pointer (&generation->remote_ufrag));
  if (g_queue_get_length (&self->spent) > MAX_SPENT)
    g_free (g_queue_pop_tail (&self->spent));
  generation_free (generation);
}

void
gst_ice_stream_begin_generation (GstIceStream * self)
{
  if (self->kept == NULL)
    self->kept = self->now;
  else
    spend (self, self->now);
  self->now = generation_new (TRUE);
}

gboolean
gst_ice_stream_is_restarting (const GstIceStream * self)
{
  return self->kept != NULL;
}

void
gst_ice_stream_set_working (GstIceStream * self)
{
  if (self->kept != NULL && self->now->checking)
    spend (self, g_steal_pointer (&self->kept));
}

gboolean
gst_ice_stream_abandon_generation (GstIceStream * self)
{
  if (self->kept == NULL)
    return FALSE;
  spend (self, self->now);
  self->now = g_steal_pointer (&self->kept);
  return TRUE;
}

gboolean
gst_ice_stream_is_agreed (const GstIceStream * self)
{
  const Generation *working = self->kept != NULL ? self->kept : self->now;

  return working->remote_ufrag != NULL;
}

void
gst_ice_stream_forget_peer (GstIceStream * self)
{
  g_clear_pointer (&self->now->remote_ufrag, g_free);
  g_clear_pointer (&self->now->remote_pwd, g_free);
  g_ptr_array_set_size (self->now->remote_candidates, 0);
  self->now->n_taken = 0;
  self->now->remote_end = self->now->checking = FALSE;
}

/* Our side. */

void
gst_ice_stream_set_credentials (GstIceStream * self, const gchar * ufrag,
    const gchar * pwd)
{
  g_free (self->now->ufrag);
  g_free (self->now->pwd);
  self->now->ufrag = g_strdup (ufrag);
  self->now->pwd = g_strdup (pwd);
}

void
gst_ice_stream_get_credentials (const GstIceStream * self,
    const gchar ** ufrag, const gchar ** pwd)
{
  *ufrag = self->now->ufrag;
  *pwd = self->now->pwd;
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
  if (!is_known (self->now->candidates, candidate))
    g_ptr_array_add (self->now->candidates, gst_ice_candidate_copy (candidate));
}

void
gst_ice_stream_set_gathered (GstIceStream * self)
{
  self->now->gathered = self->now->gathered_enough = TRUE;
}

void
gst_ice_stream_set_gathered_enough (GstIceStream * self)
{
  self->now->gathered_enough = TRUE;
}

void
gst_ice_stream_set_selected (GstIceStream * self, const GstIceCandidate * local,
    const GstIceCandidate * remote)
{
  guint c = local->component - 1;

  g_return_if_fail (c < GST_ICE_MAX_COMPONENTS);

  g_clear_pointer (&self->now->selected_local[c], gst_ice_candidate_free);
  g_clear_pointer (&self->now->selected_remote[c], gst_ice_candidate_free);
  self->now->selected_local[c] = gst_ice_candidate_copy (local);
  self->now->selected_remote[c] = gst_ice_candidate_copy (remote);
}

guint
gst_ice_stream_get_n_local (const GstIceStream * self)
{
  return self->now->candidates->len;
}

gboolean
gst_ice_stream_can_be_described (const GstIceStream * self, gboolean complete)
{
  return self->now->ufrag != NULL && (self->now->gathered_enough ||
      (!complete && self->now->candidates->len > 0));
}

/* RFC 8839, 4.4.1.2.2: after nomination, only the nominated candidates. */
static void
describe_nominated (const Generation * self, guint n_components,
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

static void
set_signalled (Generation * self)
{
  self->n_signalled = self->candidates->len;
  self->end_signalled = self->gathered;
}

void
gst_ice_stream_describe (GstIceStream * self, guint n_components,
    GstIceMediaDescription * media)
{
  Generation *now = self->now;
  gboolean nominated = TRUE;

  for (guint c = 0; c < n_components; c++)
    nominated = nominated && now->selected_local[c] != NULL;

  gst_ice_stream_describe_credentials (self, media);
  if (nominated) {
    describe_nominated (now, n_components, media);
  } else {
    copy_candidates (media->candidates, now->candidates, 0);
    media->end_of_candidates = now->gathered;
  }
  set_signalled (now);
}

void
gst_ice_stream_describe_credentials (const GstIceStream * self,
    GstIceMediaDescription * media)
{
  media->ufrag = g_strdup (self->now->ufrag);
  media->pwd = g_strdup (self->now->pwd);
}

gboolean
gst_ice_stream_has_news (const GstIceStream * self)
{
  return self->now->n_signalled < self->now->candidates->len ||
      self->now->end_signalled != self->now->gathered;
}

void
gst_ice_stream_trickle (GstIceStream * self, GstIceMediaDescription * media)
{
  gst_ice_stream_describe_credentials (self, media);
  copy_candidates (media->candidates, self->now->candidates,
      self->now->n_signalled);
  media->end_of_candidates = self->now->gathered;
  set_signalled (self->now);
}

/* The peer's side. */

static gboolean
is_spent (const GstIceStream * self, const gchar * ufrag)
{
  return g_queue_find_custom ((GQueue *) & self->spent, ufrag,
      (GCompareFunc) g_strcmp0) != NULL ||
      (self->kept != NULL && g_strcmp0 (self->kept->remote_ufrag, ufrag) == 0);
}

gboolean
gst_ice_stream_check_credentials (const GstIceStream * self, guint index,
    const GstIceMediaDescription * media, gboolean offer, GError ** error)
{
  if (media->rejected || media->ufrag == NULL)
    return TRUE;

  if (is_spent (self, media->ufrag)) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_DESCRIPTION,
        "m-line %u has ICE credentials of an earlier generation", index + 1);
    return FALSE;
  }
  if (!gst_ice_stream_is_restarted_by (self, media))
    return TRUE;
  /* RFC 8445, 9: both change. */
  if (g_strcmp0 (self->now->remote_ufrag, media->ufrag) == 0 ||
      g_strcmp0 (self->now->remote_pwd, media->pwd) == 0) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_DESCRIPTION,
        "m-line %u restarts ICE with half of its old credentials", index + 1);
    return FALSE;
  }
  if (!offer) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_DESCRIPTION,
        "m-line %u of the answer has other ICE credentials, but no restart was "
        "offered", index + 1);
    return FALSE;
  }
  return TRUE;
}

gboolean
gst_ice_stream_is_restarted_by (const GstIceStream * self,
    const GstIceMediaDescription * media)
{
  return !media->rejected && self->now->remote_ufrag != NULL &&
      (g_strcmp0 (self->now->remote_ufrag, media->ufrag) != 0 ||
      g_strcmp0 (self->now->remote_pwd, media->pwd) != 0);
}

gboolean
gst_ice_stream_is_known (const GstIceStream * self,
    const GstIceMediaDescription * media)
{
  return media->ufrag != NULL && (is_spent (self, media->ufrag) ||
      g_strcmp0 (self->now->remote_ufrag, media->ufrag) == 0);
}

gboolean
gst_ice_stream_take_credentials (GstIceStream * self,
    const GstIceMediaDescription * media)
{
  if (self->now->remote_ufrag != NULL)
    return FALSE;
  g_free (self->now->remote_pwd);
  self->now->remote_ufrag = g_strdup (media->ufrag);
  self->now->remote_pwd = g_strdup (media->pwd);
  return !self->now->restarted;
}

void
gst_ice_stream_add_remote (GstIceStream * self,
    const GstIceCandidate * candidate)
{
  GPtrArray *known = self->now->remote_candidates;

  if (candidate == NULL)
    self->now->remote_end = TRUE;
  else if (known->len < GST_ICE_MAX_CANDIDATES && !is_known (known, candidate))
    g_ptr_array_add (known, gst_ice_candidate_copy (candidate));
}

void
gst_ice_stream_add_remote_media (GstIceStream * self,
    const GstIceMediaDescription * media)
{
  for (guint i = 0; i < media->candidates->len; i++)
    gst_ice_stream_add_remote (self, g_ptr_array_index (media->candidates, i));
  gst_ice_left_out_merge_lines (self->now->left_out, media->left_out);
  if (media->end_of_candidates)
    gst_ice_stream_add_remote (self, NULL);
}

void
gst_ice_stream_add_remote_of (GstIceStream * self, GstIceStream * other)
{
  g_autoptr (GPtrArray) candidates = gst_ice_stream_take_remote (other, NULL);

  for (guint i = 0; i < candidates->len; i++)
    gst_ice_stream_add_remote (self, g_ptr_array_index (candidates, i));
  if (other->now->remote_end)
    gst_ice_stream_add_remote (self, NULL);
}

/* Whether @media has the ufrag of @generation, or no ufrag. */
static gboolean
is_of (const Generation * generation, const GstIceMediaDescription * media)
{
  return media->ufrag == NULL || generation->remote_ufrag == NULL ||
      g_str_equal (media->ufrag, generation->remote_ufrag);
}

gboolean
gst_ice_stream_is_addressed (const GstIceStream * self,
    const GstIceMediaDescription * media)
{
  if (!is_of (self->now, media))
    return FALSE;
  return self->kept == NULL || self->now->remote_ufrag != NULL ||
      media->ufrag == NULL || !is_of (self->kept, media);
}

gboolean
gst_ice_stream_has_remote_end (const GstIceStream * self)
{
  return self->now->remote_end;
}

guint
gst_ice_stream_get_n_remote (const GstIceStream * self)
{
  return self->now->remote_candidates->len;
}

guint
gst_ice_stream_get_n_unusable (const GstIceStream * self)
{
  return g_hash_table_size (self->now->left_out);
}

void
gst_ice_stream_count_left_out (const GstIceStream * self, gboolean takes_tcp,
    GstIceLeftOut * left_out)
{
  gst_ice_left_out_count_lines (left_out, self->now->left_out);
  gst_ice_left_out_count_hopeless (left_out, self->now->candidates,
      self->now->remote_candidates, takes_tcp);
}

const GstIceCandidate *
gst_ice_stream_get_selected_remote (const GstIceStream * self)
{
  return self->now->selected_remote[0];
}

/* Checks. */

gboolean
gst_ice_stream_can_check_again (const GstIceStream * self)
{
  return self->now->restarted && !self->now->checking &&
      self->now->remote_ufrag != NULL;
}

void
gst_ice_stream_set_checking (GstIceStream * self)
{
  self->now->checking = TRUE;
}

gboolean
gst_ice_stream_is_checking (const GstIceStream * self)
{
  return self->now->checking;
}

void
gst_ice_stream_get_remote_credentials (const GstIceStream * self,
    const gchar ** ufrag, const gchar ** pwd)
{
  *ufrag = self->now->remote_ufrag;
  *pwd = self->now->remote_pwd;
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
  GPtrArray *known = self->now->remote_candidates;
  GPtrArray *taken = candidates_new ();

  for (guint pass = 0; pass < 2; pass++) {
    for (guint i = self->now->n_taken; i < known->len; i++) {
      const GstIceCandidate *candidate = g_ptr_array_index (known, i);

      if (is_like (candidate, working) == (pass == 0))
        g_ptr_array_add (taken, gst_ice_candidate_copy (candidate));
    }
  }
  self->now->n_taken = known->len;
  return taken;
}
