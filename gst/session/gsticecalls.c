/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Keeps the calls of a session until they are closed. */

#include "config.h"

#include "gsticecalls.h"

struct _GstIceCalls
{
  const GstIceCallEvents *events;
  gpointer user_data;
  GPtrArray *calls;             /* of GstIceCall */
  GstIceMembers *nobody;        /* who hears of calls aside */
  guint last_consumer;          /* the number that was given last */

  guint n_closing;              /* calls, and one more until all are */
  GDestroyNotify closed;        /* NULL: not closing */
  gpointer closed_data;
};

/* Returns: (transfer full): no call */
GstIceCalls *
gst_ice_calls_new (const GstIceCallEvents * events, gpointer user_data)
{
  GstIceCalls *self = g_new0 (GstIceCalls, 1);

  self->events = events;
  self->user_data = user_data;
  self->calls = g_ptr_array_new ();
  self->nobody = gst_ice_members_new ();
  self->n_closing = 1;
  return self;
}

static void
on_closed (gpointer data)
{
  GstIceCalls *self = data;
  const GDestroyNotify closed = self->closed;
  gpointer closed_data = self->closed_data;

  if (--self->n_closing > 0)
    return;
  g_ptr_array_unref (self->calls);
  gst_ice_members_free (self->nobody);
  g_free (self);
  closed (closed_data);
}

void
gst_ice_calls_close (GstIceCalls * self, GDestroyNotify closed,
    gpointer user_data)
{
  self->closed = closed;
  self->closed_data = user_data;
  while (self->calls->len > 0)
    gst_ice_calls_remove (self, g_ptr_array_index (self->calls, 0));
  on_closed (self);
}

GstIceCall *
gst_ice_calls_add (GstIceCalls * self, const GstIceCallSettings * settings,
    GstIceSignaller * signaller)
{
  GstIceCallSettings numbered = *settings;
  GstIceCall *call;

  gst_ice_call_settings_set_id (&numbered);
  if (settings->several)
    numbered.consumer = ++self->last_consumer;
  if (settings->aside)
    numbered.members = self->nobody;
  call = gst_ice_call_new (&numbered, self->events, self->user_data);
  gst_ice_exchange_set_signaller (gst_ice_call_get_exchange (call), signaller);
  g_ptr_array_add (self->calls, call);
  return call;
}

void
gst_ice_calls_remove (GstIceCalls * self, GstIceCall * call)
{
  g_ptr_array_remove (self->calls, call);
  self->n_closing++;
  gst_ice_call_close (call, on_closed, self);
}

guint
gst_ice_calls_get_next_consumer (const GstIceCalls * self)
{
  return self->last_consumer + 1;
}

guint
gst_ice_calls_get_size (const GstIceCalls * self)
{
  return self->calls->len;
}

GstIceCall *
gst_ice_calls_get (const GstIceCalls * self, guint index)
{
  return g_ptr_array_index (self->calls, index);
}

GstIceCall *
gst_ice_calls_get_first (const GstIceCalls * self)
{
  return self->calls->len > 0 ? gst_ice_calls_get (self, 0) : NULL;
}

void
gst_ice_calls_put_first (GstIceCalls * self, GstIceCall * call)
{
  g_ptr_array_remove (self->calls, call);
  g_ptr_array_insert (self->calls, 0, call);
}

void
gst_ice_calls_set_aside (GstIceCalls * self, GstIceCall * call)
{
  gst_ice_call_step_aside (call, self->nobody);
}

GstIceCall *
gst_ice_calls_find (const GstIceCalls * self, GstIceSignaller * signaller)
{
  for (guint i = 0; i < self->calls->len; i++) {
    GstIceCall *call = gst_ice_calls_get (self, i);

    if (gst_ice_exchange_get_signaller (gst_ice_call_get_exchange (call)) ==
        signaller)
      return call;
  }
  return NULL;
}

GstIceCall *
gst_ice_calls_find_consumer (const GstIceCalls * self, guint consumer)
{
  for (guint i = 0; i < self->calls->len; i++) {
    GstIceCall *call = gst_ice_calls_get (self, i);

    if (gst_ice_call_get_consumer (call) == consumer)
      return call;
  }
  return NULL;
}

GstIceCall *
gst_ice_calls_find_failed (const GstIceCalls * self)
{
  for (guint i = 0; i < self->calls->len; i++) {
    GstIceCall *call = gst_ice_calls_get (self, i);

    if (gst_ice_call_has_failed (call))
      return call;
  }
  return NULL;
}

/* One peer. */

void
gst_ice_calls_add_fragment (GstIceCalls * self, GstIceSignaller * signaller,
    GstIceDescription * fragment)
{
  GstIceCall *call = gst_ice_calls_find (self, signaller);

  if (call != NULL)
    gst_ice_exchange_add_fragment (gst_ice_call_get_exchange (call), fragment);
}

void
gst_ice_calls_take_answer (GstIceCalls * self, GstIceSignaller * signaller,
    GstIceDescription * answer)
{
  GstIceCall *call = gst_ice_calls_find (self, signaller);
  g_autoptr (GError) error = NULL;

  if (call != NULL
      && !gst_ice_exchange_set_remote (gst_ice_call_get_exchange (call),
          answer, &error)
      && !gst_ice_restarter_end (gst_ice_call_get_restarter (call), error)
      && !gst_ice_renegotiator_end (gst_ice_call_get_renegotiator (call),
          error))
    gst_ice_call_fail (call, error);
}

void
gst_ice_calls_take_restart (GstIceCalls * self, GstIceSignaller * signaller,
    GstIceDescription * fragment)
{
  GstIceCall *call = gst_ice_calls_find (self, signaller);

  if (call != NULL)
    gst_ice_restarter_take (gst_ice_call_get_restarter (call), fragment);
}

void
gst_ice_calls_end_restart (GstIceCalls * self, GstIceSignaller * signaller,
    const GError * error)
{
  GstIceCall *call = gst_ice_calls_find (self, signaller);

  /* None under way: it was given up before. */
  if (call != NULL)
    gst_ice_restarter_end (gst_ice_call_get_restarter (call), error);
}

void
gst_ice_calls_ask_key_unit (GstIceCalls * self, const GstIceClaim * claim)
{
  GstIceCall *first = gst_ice_calls_get_first (self);

  if (first != NULL)
    gst_ice_call_ask_key_unit (first, claim);
}

/* All. A call never leaves the list while it is asked for something. */

void
gst_ice_calls_run (GstIceCalls * self)
{
  for (guint i = 0; i < self->calls->len; i++)
    gst_ice_call_run (gst_ice_calls_get (self, i));
}

void
gst_ice_calls_stop (GstIceCalls * self)
{
  for (guint i = 0; i < self->calls->len; i++)
    gst_ice_call_stop (gst_ice_calls_get (self, i));
}

void
gst_ice_calls_update_servers (GstIceCalls * self)
{
  for (guint i = 0; i < self->calls->len; i++)
    gst_ice_call_update_servers (gst_ice_calls_get (self, i));
}

void
gst_ice_calls_forget_claim (GstIceCalls * self, const GstIceClaim * claim)
{
  for (guint i = 0; i < self->calls->len; i++) {
    GstIceCall *call = gst_ice_calls_get (self, i);

    gst_ice_call_forget_claim (call, claim);
    gst_ice_renegotiator_note_leaving (gst_ice_call_get_renegotiator (call));
  }
}

GError *
gst_ice_calls_note_change (GstIceCalls * self, const GstIceClaim * claim,
    gboolean came)
{
  GError *error = NULL;

  for (guint i = 0; i < self->calls->len; i++) {
    GstIceCall *call = gst_ice_calls_get (self, i);
    GstIceRenegotiator *each = gst_ice_call_get_renegotiator (call);
    g_autoptr (GError) reason = NULL;

    gst_ice_renegotiator_note_change (each, claim);
    reason = gst_ice_renegotiator_explain (each, claim, came);
    if (reason != NULL && !came && gst_ice_call_get_consumer (call) != 0)
      gst_ice_call_fail (call, reason);
    else if (reason != NULL && error == NULL)
      error = g_steal_pointer (&reason);
  }
  return error;
}

gboolean
gst_ice_calls_request_restart (GstIceCalls * self, GError ** error)
{
  g_autoptr (GError) failure = NULL;

  for (guint i = 0; i < self->calls->len; i++) {
    GstIceCall *call = gst_ice_calls_get (self, i);
    GstIceRestarter *restarter = gst_ice_call_get_restarter (call);

    /* A viewer that is about to come has new credentials anyway. */
    if (gst_ice_call_get_consumer (call) == 0
        || gst_ice_call_was_connected (call))
      gst_ice_restarter_request (restarter, failure == NULL ? &failure : NULL);
  }
  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  return failure == NULL;
}

gboolean
gst_ice_calls_have_begun (const GstIceCalls * self)
{
  for (guint i = 0; i < self->calls->len; i++) {
    if (gst_ice_exchange_has_begun (gst_ice_call_get_exchange
            (gst_ice_calls_get (self, i))))
      return TRUE;
  }
  return FALSE;
}

/* Returns: how good a state is */
static gint
rank (GstIceConnectionState state)
{
  switch (state) {
    case GST_ICE_CONNECTION_CONNECTED:
    case GST_ICE_CONNECTION_COMPLETED:
      return 4;
    case GST_ICE_CONNECTION_CHECKING:
      return 3;
    case GST_ICE_CONNECTION_DISCONNECTED:
      return 2;
    case GST_ICE_CONNECTION_NEW:
      return 1;
    default:
      return 0;
  }
}

GstIceConnectionState
gst_ice_calls_get_connection_state (const GstIceCalls * self)
{
  GstIceConnectionState best = GST_ICE_CONNECTION_NEW;

  for (guint i = 0; i < self->calls->len; i++) {
    const GstIceConnectionState state =
        gst_ice_call_get_connection_state (gst_ice_calls_get (self, i));

    if (gst_ice_call_is_aside (gst_ice_calls_get (self, i)))
      continue;
    if (i == 0 || rank (state) > rank (best))
      best = state;
  }
  return best;
}

GstIceGatheringState
gst_ice_calls_get_gathering_state (const GstIceCalls * self)
{
  GstIceGatheringState most = GST_ICE_GATHERING_NEW;

  for (guint i = 0; i < self->calls->len; i++)
    most = MAX (most,
        gst_ice_call_get_gathering_state (gst_ice_calls_get (self, i)));
  return most;
}
