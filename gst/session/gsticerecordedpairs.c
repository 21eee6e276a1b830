/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Draws the pairs of candidates of one m-line on a timeline. */

#include "config.h"

#include "gsticerecordedpairs.h"

#include <string.h>

/* As many as libnice checks (its max-connectivity-checks), and of a peer's candidates. */
#define MAX_PAIRS 100
#define MAX_REMOTE 100

typedef struct
{
  const GstIceCandidate *local, *remote;        /* of the arrays */
  guint step;
  gboolean ended;
} Pair;

struct _GstIceRecordedPairs
{
  GArray *steps;                /* (transfer none) */
  guint max_steps;
  gint64 begin_us;
  gchar *prefix;
  GPtrArray *local, *remote;    /* of GstIceCandidate */
  GArray *pairs;                /* of Pair */
  GstIceCandidate *selected_local, *selected_remote;    /* NULL: none is yet */
  gboolean ended;               /* no more checks are made */
};

static GPtrArray *
new_candidates (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_ice_candidate_free);
}

GstIceRecordedPairs *
gst_ice_recorded_pairs_new (GArray * steps, guint max_steps, gint64 begin_us,
    const gchar * prefix)
{
  GstIceRecordedPairs *self = g_new0 (GstIceRecordedPairs, 1);

  self->steps = steps;
  self->max_steps = max_steps;
  self->begin_us = begin_us;
  self->prefix = g_strdup (prefix);
  self->local = new_candidates ();
  self->remote = new_candidates ();
  self->pairs = g_array_new (FALSE, FALSE, sizeof (Pair));
  return self;
}

static void
clear_selected (GstIceRecordedPairs * self)
{
  g_clear_pointer (&self->selected_local, gst_ice_candidate_free);
  g_clear_pointer (&self->selected_remote, gst_ice_candidate_free);
}

/* @self: (transfer full) */
void
gst_ice_recorded_pairs_free (GstIceRecordedPairs * self)
{
  clear_selected (self);
  g_free (self->prefix);
  g_array_unref (self->pairs);
  g_ptr_array_unref (self->local);
  g_ptr_array_unref (self->remote);
  g_free (self);
}

static void
end_pair (GstIceRecordedPairs * self, Pair * pair, gint64 at_us,
    const gchar * result)
{
  if (!pair->ended)
    gst_ice_timeline_end (self->steps, self->begin_us, at_us, pair->step,
        result);
  pair->ended = TRUE;
}

void
gst_ice_recorded_pairs_end (GstIceRecordedPairs * self, const gchar * result)
{
  for (guint i = 0; i < self->pairs->len; i++)
    end_pair (self, &g_array_index (self->pairs, Pair, i),
        g_get_monotonic_time (), result);
  self->ended = TRUE;
}

void
gst_ice_recorded_pairs_reset (GstIceRecordedPairs * self)
{
  gst_ice_recorded_pairs_end (self, "not checked any more");
  self->ended = FALSE;
  clear_selected (self);
  g_array_set_size (self->pairs, 0);
  g_ptr_array_set_size (self->local, 0);
  g_ptr_array_set_size (self->remote, 0);
}

static gchar *
describe_end (const GstIceCandidate * candidate)
{
  g_autofree gchar *address = gst_ice_candidate_to_host_port (candidate);

  return g_strdup_printf ("%s/%s %s",
      gst_ice_candidate_type_to_string (candidate->type),
      gst_ice_protocol_to_string (candidate->transport), address);
}

/* Returns: (transfer full) */
static gchar *
describe (const GstIceRecordedPairs * self, const GstIceCandidate * local,
    const GstIceCandidate * remote)
{
  g_autofree gchar *from = describe_end (local);
  g_autofree gchar *to = describe_end (remote);

  return g_strdup_printf ("%spair %s → %s", self->prefix, from, to);
}

/* RFC 6544, 6.2: a passive end does not check. */
static gboolean
can_reach (GstIceProtocol local, GstIceProtocol remote)
{
  switch (local) {
    case GST_ICE_PROTOCOL_TCP_ACTIVE:
      return remote == GST_ICE_PROTOCOL_TCP_PASSIVE;
    case GST_ICE_PROTOCOL_TCP_PASSIVE:
      return FALSE;
    default:
      return local == remote;
  }
}

/* RFC 8445, 6.1.2.2. */
static gboolean
can_pair (const GstIceCandidate * local, const GstIceCandidate * remote)
{
  return can_reach (local->transport, remote->transport) &&
      (strchr (local->address, ':') != NULL) ==
      (strchr (remote->address, ':') != NULL);
}

static void
form (GstIceRecordedPairs * self, const GstIceCandidate * local,
    const GstIceCandidate * remote)
{
  Pair pair = {.local = local,.remote = remote };
  g_autofree gchar *what = NULL;

  if (self->ended || !can_pair (local, remote) || self->pairs->len >= MAX_PAIRS
      || self->steps->len >= self->max_steps)
    return;
  what = describe (self, local, remote);
  pair.step = gst_ice_timeline_begin (self->steps, self->begin_us, what);
  g_array_append_val (self->pairs, pair);
}

void
gst_ice_recorded_pairs_add_local (GstIceRecordedPairs * self,
    const GstIceCandidate * candidate)
{
  GstIceCandidate *local;

  /* What is sent from a reflexive one is sent from its base (RFC 8445, 6.1.2.4). */
  if (candidate->component != GST_ICE_COMPONENT_RTP
      || candidate->type == GST_ICE_CANDIDATE_SRFLX
      || candidate->type == GST_ICE_CANDIDATE_PRFLX)
    return;
  local = gst_ice_candidate_copy (candidate);
  g_ptr_array_add (self->local, local);
  for (guint i = 0; i < self->remote->len; i++)
    form (self, local, g_ptr_array_index (self->remote, i));
}

static gboolean
has_remote (const GstIceRecordedPairs * self, const GstIceCandidate * candidate)
{
  for (guint i = 0; i < self->remote->len; i++) {
    if (gst_ice_candidate_same_address (g_ptr_array_index (self->remote, i),
            candidate))
      return TRUE;
  }
  return FALSE;
}

void
gst_ice_recorded_pairs_add_remote (GstIceRecordedPairs * self,
    const GstIceCandidate * candidate)
{
  GstIceCandidate *remote;

  /* The address of a name is known to the agent only. */
  if (candidate->component != GST_ICE_COMPONENT_RTP
      || !g_hostname_is_ip_address (candidate->address)
      || self->remote->len >= MAX_REMOTE || has_remote (self, candidate))
    return;
  remote = gst_ice_candidate_copy (candidate);
  g_ptr_array_add (self->remote, remote);
  for (guint i = 0; i < self->local->len; i++)
    form (self, g_ptr_array_index (self->local, i), remote);
}

static const gchar *
get_base (const GstIceCandidate * candidate)
{
  return candidate->base_address != NULL ? candidate->base_address :
      candidate->address;
}

/* @selected: perhaps what the peer sees of @local */
static gboolean
is_local (const GstIceCandidate * local, const GstIceCandidate * selected)
{
  if (gst_ice_candidate_same_address (local, selected))
    return TRUE;
  return selected->type != GST_ICE_CANDIDATE_RELAY &&
      local->type == GST_ICE_CANDIDATE_HOST &&
      local->transport == selected->transport &&
      g_str_equal (get_base (local), get_base (selected));
}

/* Returns: (transfer none) (nullable): %NULL: a check taught the agent one of the addresses */
static Pair *
find_pair (const GstIceRecordedPairs * self, const GstIceCandidate * local,
    const GstIceCandidate * remote)
{
  for (guint i = 0; i < self->pairs->len; i++) {
    Pair *pair = &g_array_index (self->pairs, Pair, i);

    if (is_local (pair->local, local)
        && gst_ice_candidate_same_address (pair->remote, remote))
      return pair;
  }
  return NULL;
}

static gboolean
is_selected (const GstIceRecordedPairs * self, const GstIceCandidate * local,
    const GstIceCandidate * remote)
{
  return self->selected_local != NULL
      && gst_ice_candidate_same_address (self->selected_local, local)
      && gst_ice_candidate_same_address (self->selected_remote, remote);
}

void
gst_ice_recorded_pairs_select (GstIceRecordedPairs * self,
    const GstIceCandidate * local, const GstIceCandidate * remote, gint64 at_us)
{
  Pair *pair = find_pair (self, local, remote);
  g_autofree gchar *what = NULL;
  g_autofree gchar *text = NULL;

  /* Of an m-line that uses another's transport, nothing is known. */
  if (self->local->len == 0 || is_selected (self, local, remote))
    return;
  clear_selected (self);
  self->selected_local = gst_ice_candidate_copy (local);
  self->selected_remote = gst_ice_candidate_copy (remote);
  if (pair != NULL && !pair->ended) {
    end_pair (self, pair, at_us, "works, and is selected");
    return;
  }
  if (self->steps->len >= self->max_steps)
    return;
  what = describe (self, local, remote);
  text = g_strconcat (what, ": works, and is selected", NULL);
  gst_ice_timeline_add_at (self->steps, self->begin_us, at_us, text);
}
