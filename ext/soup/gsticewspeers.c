/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Keeps the viewers of a producer until their sessions end, passes on what each of them
 * says, and refuses further ones when the session is full. */

#include "config.h"

#include "gsticewspeers.h"

#include "gsticelog.h"

GST_ICE_LOG_CATEGORY (gst_ice_ws_peers_log, "icewspeers",
    "ICE signalling by WebSocket with all viewers");
#define GST_CAT_DEFAULT gst_ice_ws_peers_log ()

/* A refused viewer asks again and again: the user is told of it once. So many are
 * remembered, and no further ones are told of. */
#define MAX_REFUSED 64

struct _GstIceWsPeers
{
  GstIceWsPeerHost host;
  GPtrArray *peers;             /* of GstIceWsPeer, in the order of coming */
  gboolean full;
  GHashTable *refused;          /* ids of viewers that the user was told of, as keys and values */
};

/* What the room has to know: whether there is a call that can go on without the server. */
static void
update_room (GstIceWsPeers * self)
{
  const GstIceWsCall *shown = NULL;

  for (guint i = 0; i < self->peers->len; i++) {
    const GstIceWsCall *call =
        gst_ice_ws_peer_get_call (g_ptr_array_index (self->peers, i));

    if (shown == NULL || (call->agreed && !shown->agreed))
      shown = call;
  }
  gst_ice_ws_room_set_call (self->host.room, shown);
}

static void
on_changed (GstIceWsPeer * peer, gpointer owner)
{
  GstIceWsPeers *self = owner;
  g_autoptr (GstIceWsPeer) kept = g_object_ref (peer);

  if (gst_ice_ws_peer_get_call (kept) == NULL)
    g_ptr_array_remove (self->peers, kept);
  if (self->peers->len == 0)
    g_hash_table_remove_all (self->refused);
  update_room (self);
}

/* Tells the user, once. */
static void
on_refused (const gchar * id, const gchar * why, gpointer owner)
{
  GstIceWsPeers *self = owner;

  if (g_hash_table_size (self->refused) < MAX_REFUSED
      && g_hash_table_add (self->refused, g_strdup (id)))
    gst_ice_event_queue_progress (self->host.queue, "viewer %s is refused: %s",
        id, why);
}

GstIceWsPeers *
gst_ice_ws_peers_new (const GstIceWsPeerHost * host)
{
  GstIceWsPeers *self = g_new0 (GstIceWsPeers, 1);

  self->host = *host;
  self->host.changed = on_changed;
  self->host.refused = on_refused;
  self->host.owner = self;
  self->peers = g_ptr_array_new_with_free_func (g_object_unref);
  self->refused = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

/* @self: (transfer full) */
void
gst_ice_ws_peers_free (GstIceWsPeers * self)
{
  gst_ice_ws_peers_stop (self);
  g_ptr_array_unref (self->peers);
  g_hash_table_unref (self->refused);
  g_free (self);
}

void
gst_ice_ws_peers_set_full (GstIceWsPeers * self, gboolean full)
{
  if (self->full && !full)
    g_hash_table_remove_all (self->refused);
  self->full = full;
}

/* Returns: whether a viewer has session @id, as the server knows it */
static gboolean
has_session (const GstIceWsPeers * self, const gchar * id)
{
  for (guint i = 0; i < self->peers->len; i++) {
    const GstIceWsCall *call =
        gst_ice_ws_peer_get_call (g_ptr_array_index (self->peers, i));

    if (!call->detached && g_str_equal (call->id, id))
      return TRUE;
  }
  return FALSE;
}

/* Those who come. */

static void
refuse (GstIceWsPeers * self, const GstIceWsMessage * start)
{
  gst_ice_ws_link_send (self->host.link,
      gst_ice_ws_write_end (start->session_id));
  /* A viewer of another producer, whose media goes on. */
  if (!gst_ice_ws_call_is_asked_to_resume (start))
    on_refused (start->peer_id,
        "As many are there as max-consumers allows", self);
}

void
gst_ice_ws_peers_take_start (GstIceWsPeers * self,
    const GstIceWsMessage * message)
{
  GstIceWsPeer *peer;

  for (guint i = 0; i < self->peers->len; i++) {
    if (gst_ice_ws_peer_resume (g_ptr_array_index (self->peers, i), message))
      return;
  }
  if (has_session (self, message->session_id)) {
    GST_WARNING ("session %s has begun before", message->session_id);
    return;
  }
  if (self->full || gst_ice_ws_call_is_asked_to_resume (message)) {
    refuse (self, message);
    return;
  }

  peer = gst_ice_ws_peer_new (&self->host, message);
  g_ptr_array_add (self->peers, peer);
  update_room (self);
  gst_ice_ws_peer_begin (peer, message);
}

/* Those who are there. One that is given something may leave the list: so from the last. */

void
gst_ice_ws_peers_take (GstIceWsPeers * self, const GstIceWsMessage * message)
{
  for (guint i = self->peers->len; i > 0; i--) {
    GstIceWsPeer *peer = g_ptr_array_index (self->peers, i - 1);

    if (message->type == GST_ICE_WS_END)
      gst_ice_ws_peer_take_end (peer, message);
    else
      gst_ice_ws_peer_take (peer, message);
  }
}

void
gst_ice_ws_peers_detach (GstIceWsPeers * self)
{
  for (guint i = self->peers->len; i > 0; i--)
    gst_ice_ws_peer_detach (g_ptr_array_index (self->peers, i - 1));
}

void
gst_ice_ws_peers_reattach (GstIceWsPeers * self, const GPtrArray * session_ids)
{
  for (guint i = self->peers->len; i > 0; i--)
    gst_ice_ws_peer_reattach (g_ptr_array_index (self->peers, i - 1),
        session_ids);

  /* Those that we ended when the server could not hear it. */
  for (guint i = 0; i < session_ids->len; i++) {
    const gchar *id = g_ptr_array_index (session_ids, i);

    if (!has_session (self, id))
      gst_ice_ws_link_send (self->host.link, gst_ice_ws_write_end (id));
  }
}

void
gst_ice_ws_peers_stop (GstIceWsPeers * self)
{
  while (self->peers->len > 0)
    gst_ice_ws_peer_stop (g_ptr_array_index (self->peers,
            self->peers->len - 1));
}

/* Questions. */

gboolean
gst_ice_ws_peers_any_agreed (const GstIceWsPeers * self)
{
  for (guint i = 0; i < self->peers->len; i++) {
    if (gst_ice_ws_peer_get_call (g_ptr_array_index (self->peers, i))->agreed)
      return TRUE;
  }
  return FALSE;
}

gboolean
gst_ice_ws_peers_any_detached (const GstIceWsPeers * self)
{
  for (guint i = 0; i < self->peers->len; i++) {
    if (gst_ice_ws_peer_get_call (g_ptr_array_index (self->peers, i))->detached)
      return TRUE;
  }
  return FALSE;
}
