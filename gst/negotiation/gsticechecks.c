/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Has the streams of a call, and tells each when to check and which
 * candidates. */

#include "config.h"

#include "gsticechecks.h"

#include "gsticecheckorder.h"

struct _GstIceChecks
{
  GPtrArray *streams;           /* of GstIceStream */
  GPtrArray *retired;           /* of GstIceStream: of m-lines that were rolled back */
  GstIceCheckOrder *order;
  GQueue *actions;              /* (transfer none) */
};

/* Returns: (transfer full): checks without streams */
GstIceChecks *
gst_ice_checks_new (GQueue * actions)
{
  GstIceChecks *self = g_new0 (GstIceChecks, 1);

  self->streams = g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_ice_stream_free);
  self->retired = g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_ice_stream_free);
  self->order = gst_ice_check_order_new ();
  self->actions = actions;
  return self;
}

/* @self: (transfer full) */
void
gst_ice_checks_free (GstIceChecks * self)
{
  g_ptr_array_unref (self->streams);
  g_ptr_array_unref (self->retired);
  gst_ice_check_order_free (self->order);
  g_free (self);
}

GstIceStream *
gst_ice_checks_get_stream (GstIceChecks * self, guint index)
{
  while (self->streams->len <= index)
    g_ptr_array_add (self->streams, gst_ice_stream_new ());
  return g_ptr_array_index (self->streams, index);
}

guint
gst_ice_checks_get_n_streams (const GstIceChecks * self)
{
  return self->streams->len;
}

gboolean
gst_ice_checks_are_with (const GstIceChecks * self, const gchar * ufrag,
    const gchar * pwd)
{
  for (guint i = 0; i < self->streams->len; i++) {
    const gchar *theirs, *password;

    gst_ice_stream_get_remote_credentials (g_ptr_array_index (self->streams, i),
        &theirs, &password);
    if (g_strcmp0 (theirs, ufrag) == 0
        && (pwd == NULL || g_strcmp0 (password, pwd) == 0))
      return TRUE;
  }
  return FALSE;
}

void
gst_ice_checks_forget_peer (GstIceChecks * self)
{
  for (guint i = 0; i < self->streams->len; i++) {
    GstIceStream *stream = g_ptr_array_index (self->streams, i);

    /* Others wait for the turn of a stream that has a transport of its own. */
    if (gst_ice_stream_is_checking (stream)
        && !gst_ice_checks_is_dead (self, i))
      gst_ice_check_order_set (self->order, i, GST_ICE_CHECK_ORDER_IDLE);
    gst_ice_stream_forget_peer (stream);
  }
}

void
gst_ice_checks_renew (GstIceChecks * self, guint first)
{
  for (guint i = first; i < self->streams->len; i++) {
    GstIceStream *old = g_ptr_array_index (self->streams, i);
    GstIceStream *fresh = gst_ice_stream_new ();

    gst_ice_stream_add_remote_of (fresh, old);
    g_ptr_array_add (self->retired, old);
    g_ptr_array_index (self->streams, i) = fresh;
    gst_ice_check_order_set (self->order, i, GST_ICE_CHECK_ORDER_IDLE);
  }
}

void
gst_ice_checks_hold (GstIceChecks * self, guint index)
{
  gst_ice_check_order_set (self->order, index, GST_ICE_CHECK_ORDER_HELD);
  gst_ice_checks_pass_on (self, index);
}

void
gst_ice_checks_pass_on (GstIceChecks * self, guint index)
{
  GstIceStream *stream = gst_ice_checks_get_stream (self, index);
  g_autoptr (GPtrArray) candidates = NULL;

  if (!gst_ice_stream_is_checking (stream))
    return;

  candidates = gst_ice_stream_take_remote (stream, NULL);
  if (candidates->len > 0)
    gst_ice_action_push (self->actions, GST_ICE_ACTION_ADD_CANDIDATES,
        index)->candidates = g_steal_pointer (&candidates);
}

void
gst_ice_checks_skip (GstIceChecks * self, guint index)
{
  gst_ice_check_order_set (self->order, index, GST_ICE_CHECK_ORDER_WORKING);
}

void
gst_ice_checks_set_working (GstIceChecks * self, guint index)
{
  gst_ice_checks_skip (self, index);
  gst_ice_stream_set_working (gst_ice_checks_get_stream (self, index));
}

void
gst_ice_checks_set_dead (GstIceChecks * self, guint index)
{
  gst_ice_check_order_set (self->order, index, GST_ICE_CHECK_ORDER_DEAD);
}

gboolean
gst_ice_checks_is_dead (GstIceChecks * self, guint index)
{
  return gst_ice_check_order_get (self->order, index) ==
      GST_ICE_CHECK_ORDER_DEAD;
}

/* Returns: (transfer none) (nullable): a remote candidate that is known to work */
static const GstIceCandidate *
find_working_remote (GstIceChecks * self)
{
  for (guint i = 0; i < self->streams->len; i++) {
    const GstIceCandidate *working =
        gst_ice_stream_get_selected_remote (g_ptr_array_index (self->streams,
            i));

    if (working != NULL)
      return working;
  }
  return NULL;
}

static void
start (GstIceChecks * self, guint index)
{
  GstIceStream *stream = gst_ice_checks_get_stream (self, index);
  GstIceAction *action = gst_ice_action_push (self->actions,
      GST_ICE_ACTION_START_CHECKS, index);
  const gchar *ufrag, *pwd;

  gst_ice_stream_set_checking (stream);
  gst_ice_stream_get_remote_credentials (stream, &ufrag, &pwd);
  action->ufrag = g_strdup (ufrag);
  action->pwd = g_strdup (pwd);
  action->candidates = gst_ice_stream_take_remote (stream,
      find_working_remote (self));
}

gint
gst_ice_checks_run (GstIceChecks * self, gint64 now_ms)
{
  gint index;

  /* The order was kept once, for the first generation. A restart must be
   * fast, as media may be cut off. */
  for (guint i = 0; i < self->streams->len; i++) {
    if (gst_ice_stream_can_check_again (g_ptr_array_index (self->streams, i)))
      start (self, i);
  }
  while ((index = gst_ice_check_order_open (self->order, now_ms)) >= 0)
    start (self, (guint) index);
  return gst_ice_check_order_get_wait (self->order, now_ms);
}
