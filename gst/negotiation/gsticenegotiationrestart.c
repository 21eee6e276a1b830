/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticenegotiationprivate.h"

#include "gsticebundle.h"
#include "gsticeerror.h"

/* Ufrags of the peer that are remembered: nobody goes further back. */
#define MAX_SPENT 32

GstIceStream *
gst_ice_negotiation_get_kept (GstIceNegotiation * self, guint index)
{
  return index < self->kept->len ? g_ptr_array_index (self->kept, index) : NULL;
}

static void
set_kept (GstIceNegotiation * self, guint index, GstIceStream * line)
{
  if (index >= self->kept->len)
    g_ptr_array_set_size (self->kept, (gint) index + 1);
  g_ptr_array_index (self->kept, index) = line;
}

/* @line: (transfer full): a generation that is gone */
static void
spend (GstIceNegotiation * self, GstIceStream * line)
{
  if (line->remote_ufrag != NULL)
    g_queue_push_head (&self->spent, g_steal_pointer (&line->remote_ufrag));
  if (g_queue_get_length (&self->spent) > MAX_SPENT)
    g_free (g_queue_pop_tail (&self->spent));
  gst_ice_stream_free (line);
}

void
gst_ice_negotiation_let_go (GstIceNegotiation * self, guint index)
{
  GstIceStream *kept = gst_ice_negotiation_get_kept (self, index);

  if (kept == NULL)
    return;
  set_kept (self, index, NULL);
  spend (self, kept);
}

static void
begin_generation (GstIceNegotiation * self, guint index)
{
  GstIceStream *line = gst_ice_negotiation_get_line (self, index);

  if (gst_ice_negotiation_get_kept (self, index) == NULL)
    set_kept (self, index, line);
  else
    spend (self, line);

  line = gst_ice_stream_new ();
  line->restarted = TRUE;
  g_ptr_array_index (self->lines, index) = line;
  /* Those that still wait for their turn have it now. */
  gst_ice_check_order_set (self->check_order, index,
      GST_ICE_CHECK_ORDER_WORKING);
  gst_ice_negotiation_push_action (self, GST_ICE_ACTION_RESTART_AGENT, index);
}

/* Whether m-line @index lives and was agreed. */
static gboolean
can_restart (GstIceNegotiation * self, guint index)
{
  GstIceStream *kept = gst_ice_negotiation_get_kept (self, index);
  const GstIceStream *line = kept != NULL ? kept :
      gst_ice_negotiation_get_line (self, index);

  return !gst_ice_mlines_get (self->mlines, index)->rejected &&
      !gst_ice_bundle_is_carried (self->mlines, index) &&
      gst_ice_check_order_get (self->check_order,
      index) != GST_ICE_CHECK_ORDER_DEAD && line->remote_ufrag != NULL;
}

gboolean
gst_ice_negotiation_begin_restart (GstIceNegotiation * self, GError ** error)
{
  gboolean begun = FALSE;

  if (self->state != STATE_STABLE || !self->described) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
        "ICE can't restart while an offer is open");
    return FALSE;
  }

  for (guint i = 0; i < gst_ice_mlines_get_size (self->mlines); i++) {
    if (can_restart (self, i)) {
      begin_generation (self, i);
      begun = TRUE;
    }
  }
  if (!begun) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
        "There is no m-line whose ICE could be restarted");
    return FALSE;
  }

  self->state = STATE_HAVE_LOCAL_OFFER;
  self->restarting = TRUE;
  self->unsent = TRUE;
  self->version++;
  return TRUE;
}

gboolean
gst_ice_negotiation_is_restarting (GstIceNegotiation * self)
{
  for (guint i = 0; i < self->kept->len; i++) {
    if (g_ptr_array_index (self->kept, i) != NULL)
      return TRUE;
  }
  return FALSE;
}

void
gst_ice_negotiation_abandon_restart (GstIceNegotiation * self)
{
  gboolean any = FALSE;

  for (guint i = 0; i < self->kept->len; i++) {
    GstIceStream *kept = gst_ice_negotiation_get_kept (self, i);

    if (kept == NULL)
      continue;
    any = TRUE;
    spend (self, gst_ice_negotiation_get_line (self, i));
    g_ptr_array_index (self->lines, i) = kept;
    set_kept (self, i, NULL);
  }
  if (!any)
    return;

  self->state = STATE_STABLE;
  self->restarting = FALSE;
  self->unsent = FALSE;
}

/* The peer's. */

static gboolean
is_spent (GstIceNegotiation * self, guint index, const gchar * ufrag)
{
  const GstIceStream *kept = gst_ice_negotiation_get_kept (self, index);

  return g_queue_find_custom (&self->spent, ufrag,
      (GCompareFunc) g_strcmp0) != NULL ||
      (kept != NULL && g_strcmp0 (kept->remote_ufrag, ufrag) == 0);
}

/* Whether @media has a ufrag or a password other than what is known of m-line
 * @index: RFC 8839, 4.4.1.1.1. */
static gboolean
is_restart (GstIceNegotiation * self, guint index,
    const GstIceMediaDescription * media)
{
  return index < self->lines->len &&
      !gst_ice_stream_has_same_credentials (gst_ice_negotiation_get_line (self,
          index), media);
}

gboolean
gst_ice_negotiation_check_credentials (GstIceNegotiation * self, guint index,
    const GstIceMediaDescription * media, gboolean offer, GError ** error)
{
  const GstIceStream *line = gst_ice_negotiation_get_line (self, index);

  if (media->rejected || media->ufrag == NULL ||
      (index < gst_ice_mlines_get_size (self->mlines) &&
          gst_ice_bundle_is_carried (self->mlines, index)))
    return TRUE;

  if (is_spent (self, index, media->ufrag)) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_DESCRIPTION,
        "m-line %u has ICE credentials of an earlier generation", index + 1);
    return FALSE;
  }
  if (!is_restart (self, index, media))
    return TRUE;
  /* RFC 8445, 9: both change. */
  if (g_strcmp0 (line->remote_ufrag, media->ufrag) == 0 ||
      g_strcmp0 (line->remote_pwd, media->pwd) == 0) {
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

void
gst_ice_negotiation_follow_restart (GstIceNegotiation * self, guint index,
    const GstIceMediaDescription * media)
{
  if (is_restart (self, index, media) && can_restart (self, index))
    begin_generation (self, index);
}

/* With nothing but credentials and candidates. */

GstIceDescription *
gst_ice_negotiation_describe_restart (GstIceNegotiation * self)
{
  g_autoptr (GstIceDescription) fragment = NULL;

  if (self->state == STATE_STABLE || !gst_ice_negotiation_is_restarting (self))
    return NULL;

  fragment = gst_ice_description_new (GST_ICE_DESCRIPTION_FRAGMENT);
  for (guint i = 0; i < gst_ice_mlines_get_size (self->mlines); i++) {
    GstIceMline *mline = gst_ice_mlines_get (self->mlines, i);
    GstIceMediaDescription *media;

    if (gst_ice_negotiation_get_kept (self, i) == NULL)
      continue;
    media = gst_ice_description_add_media (fragment);
    media->kind = mline->kind;
    media->media = g_strdup (mline->media);
    media->mid = g_strdup (mline->mid);
    gst_ice_stream_describe (gst_ice_negotiation_get_line (self, i),
        mline->n_components, media);
  }

  self->unsent = FALSE;
  if (self->state == STATE_HAVE_REMOTE_OFFER) {
    self->state = STATE_STABLE;
    self->version++;
  }
  return g_steal_pointer (&fragment);
}

/* Returns: which m-line @media, number @place of a fragment, is of; -1: none, or
 *     one that can't restart */
static gint
find_restarted (GstIceNegotiation * self, const GstIceMediaDescription * media,
    guint place)
{
  gint index = gst_ice_mlines_find (self->mlines, media->mid, place);

  return media->ufrag != NULL && media->pwd != NULL && index >= 0 &&
      can_restart (self, (guint) index) ? index : -1;
}

static gboolean
check_fragment (GstIceNegotiation * self, const GstIceDescription * fragment,
    gboolean offer, GError ** error)
{
  guint n_restarted = 0, n_missing = 0;

  for (guint i = 0; i < fragment->media->len; i++) {
    GstIceMediaDescription *media = gst_ice_description_get_media (fragment, i);
    gint index = find_restarted (self, media, i);

    if (index < 0)
      continue;
    if (!gst_ice_negotiation_check_credentials (self, (guint) index, media,
            offer, error))
      return FALSE;
    n_restarted += !offer || is_restart (self, (guint) index, media);
  }
  for (guint i = 0; i < self->kept->len; i++)
    n_missing += gst_ice_negotiation_get_kept (self, i) != NULL;

  if (n_restarted == 0 || (!offer && n_restarted < n_missing)) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_DESCRIPTION,
        offer ? "No m-line has new ICE credentials" :
        "Not all m-lines have new ICE credentials");
    return FALSE;
  }
  return TRUE;
}

gboolean
gst_ice_negotiation_set_remote_restart (GstIceNegotiation * self,
    const GstIceDescription * fragment, GError ** error)
{
  gboolean offer = self->state != STATE_HAVE_LOCAL_OFFER;

  if (!self->described || self->state == STATE_HAVE_REMOTE_OFFER ||
      (!offer && (!self->restarting || self->unsent))) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
        "The peer restarts ICE while an offer is open");
    return FALSE;
  }
  if (!check_fragment (self, fragment, offer, error))
    return FALSE;

  for (guint i = 0; i < fragment->media->len; i++) {
    GstIceMediaDescription *media = gst_ice_description_get_media (fragment, i);
    gint index = find_restarted (self, media, i);
    GstIceStream *line;

    if (index < 0)
      continue;
    gst_ice_negotiation_follow_restart (self, (guint) index, media);
    line = gst_ice_negotiation_get_line (self, (guint) index);
    if (line->remote_ufrag == NULL)
      gst_ice_stream_set_remote_credentials (line, media->ufrag, media->pwd);
    gst_ice_stream_add_remote_media (line, media);
    gst_ice_negotiation_pass_on_candidates (self, (guint) index);
  }
  self->state = offer ? STATE_HAVE_REMOTE_OFFER : STATE_STABLE;
  self->restarting = FALSE;
  return TRUE;
}
