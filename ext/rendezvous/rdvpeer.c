/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* One peer: limits the rate of its messages, parses them, answers those that
 * need no room, and passes the others to its table of calls. */

#include "config.h"

#include "rdvpeer.h"

#include <string.h>

#include "rdvtoken.h"
#include "rdvturn.h"

#define ERRORS_BURST 20         /* bad messages at once */
#define ERRORS_RATE 0.5         /* a second, in the long run */

static void
add_ice_servers (RdvPeer * peer, JsonObject * object)
{
  const RdvConfig *config = peer->context->config;
  JsonNode *servers = rdv_turn_ice_servers (config->stun_uris,
      config->turn_uris, config->turn_secret, peer->id, config->turn_ttl_s,
      g_get_real_time () / G_USEC_PER_SEC);

  if (!servers)
    return;
  json_object_set_member (object, "iceServers", servers);
  if (config->turn_secret)
    json_object_set_int_member (object, "iceServersTtl", config->turn_ttl_s);
}

static void
close_for (RdvPeer * peer, RdvReject reject, RdvCloseCode code,
    const char *reason)
{
  peer->context->metrics.rejected[reject]++;
  rdv_socket_close (peer->socket, code, reason);
}

/* Counts a useless message. Too many of them end the connection. */
static void
complain (RdvPeer * peer, RdvReject reject, const char *details)
{
  peer->context->metrics.rejected[reject]++;
  rdv_log (RDV_LOG_DEBUG, "message-rejected", "peer", peer->id, "reason",
      details, NULL);
  rdv_peer_send_error (peer, details);
  if (!rdv_limit_take (&peer->errors, g_get_monotonic_time ()))
    close_for (peer, RDV_REJECT_ERRORS, RDV_CLOSE_POLICY, "too many errors");
}

static void
take_version (RdvPeer * peer, const RdvMessage * message)
{
  if (peer->spoke)
    complain (peer, RDV_REJECT_REFUSED,
        "setProtocolVersion has to be the first message");
  else
    peer->v1_1 = message->v1_1;
}

static void
take_message (RdvPeer * peer, const RdvMessage * message)
{
  RdvReject reject = RDV_REJECT_REFUSED;
  g_autofree char *refusal = NULL;

  peer->context->metrics.messages[message->type]++;
  if (message->type == RDV_TYPE_SET_PROTOCOL_VERSION) {
    take_version (peer, message);
  } else if (message->type == RDV_TYPE_GET_ICE_SERVERS) {
    JsonObject *reply = rdv_reply_new ("iceServers");

    add_ice_servers (peer, reply);
    rdv_peer_send (peer, reply);
  } else {
    refusal = peer->calls->message (peer, message, &reject, peer->user_data);
    if (refusal)
      complain (peer, reject, refusal);
  }
  peer->spoke = TRUE;
}

/* Returns: whether the peer may send one more message at this time */
static gboolean
within_rate (RdvPeer * peer)
{
  if (rdv_limit_take (&peer->rate, g_get_monotonic_time ()))
    return TRUE;

  peer->context->metrics.rejected[RDV_REJECT_RATE]++;
  if (peer->excess++ == 0)
    rdv_peer_send_error (peer, "Too many messages: some are dropped");
  if (peer->excess > (guint) peer->context->config->burst)
    rdv_socket_close (peer->socket, RDV_CLOSE_POLICY, "too many messages");
  return FALSE;
}

static void
on_message (RdvSocket * socket, const char *text, gsize length,
    gpointer user_data)
{
  RdvPeer *peer = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (RdvMessage) message = NULL;

  if (!within_rate (peer))
    return;
  message = rdv_message_parse (text, length, &error);
  if (message)
    take_message (peer, message);
  else if (error->code == RDV_MESSAGE_ERROR_UNKNOWN_TYPE)
    complain (peer, RDV_REJECT_UNKNOWN_TYPE, error->message);
  else
    complain (peer, RDV_REJECT_MALFORMED, error->message);

  /* Another peer took over the connection. */
  if (!peer->socket) {
    peer->calls->left (peer, RDV_CLOSE_NORMAL, "resumed", peer->user_data);
    peer->calls->closed (peer, peer->user_data);
  }
}

/* Counts connections that the socket ended by itself. */
static void
count_end (RdvMetrics * metrics, RdvCloseCode code, const char *reason)
{
  if (code == RDV_CLOSE_TOO_BIG)
    metrics->rejected[RDV_REJECT_TOO_BIG]++;
  else if (g_str_equal (reason, "reads too slowly"))
    metrics->rejected[RDV_REJECT_SLOW_READER]++;
  else if (g_str_equal (reason, "no sign of life"))
    metrics->rejected[RDV_REJECT_IDLE]++;
}

static void
on_ended (RdvSocket * socket, RdvCloseCode code, const char *reason,
    gpointer user_data)
{
  RdvPeer *peer = user_data;

  count_end (&peer->context->metrics, code, reason);
  peer->calls->left (peer, code, reason, peer->user_data);
}

static void
on_closed (RdvSocket * socket, gpointer user_data)
{
  RdvPeer *peer = user_data;

  if (peer->lost_us)
    g_clear_pointer (&peer->socket, rdv_socket_free);
  else
    peer->calls->closed (peer, peer->user_data);
}

static const RdvSocketCalls socket_calls = { on_message, on_ended, on_closed };

RdvPeer *
rdv_peer_new_remote (const char *id, const char *instance)
{
  RdvPeer *peer = g_new0 (RdvPeer, 1);

  peer->id = g_strdup (id);
  peer->instance = g_strdup (instance);
  peer->registered = TRUE;
  peer->confirmed = TRUE;
  return peer;
}

RdvPeer *
rdv_peer_new (RdvContext * context, RdvPoll * poll, GIOStream * stream,
    GSocket * gsocket, const RdvPeerCalls * calls, gpointer user_data)
{
  RdvPeer *peer = g_new0 (RdvPeer, 1);
  gint64 now_us = g_get_monotonic_time ();

  peer->calls = calls;
  peer->user_data = user_data;
  peer->id = g_uuid_string_random ();
  peer->secret = rdv_token_new_secret ();
  peer->context = context;
  rdv_limit_init (&peer->rate, context->config->rate, context->config->burst,
      now_us);
  rdv_limit_init (&peer->errors, ERRORS_RATE, ERRORS_BURST, now_us);
  rdv_limit_init (&peer->fanout, context->config->fanout_rate,
      context->config->fanout_burst, now_us);
  peer->socket =
      rdv_socket_new (poll, stream, gsocket, &context->config->socket,
      &socket_calls, peer);
  return peer;
}

void
rdv_peer_free (RdvPeer * peer)
{
  g_clear_pointer (&peer->socket, rdv_socket_free);
  g_clear_pointer (&peer->meta, json_node_unref);
  g_free (peer->instance);
  g_free (peer->secret);
  g_free (peer->id);
  g_free (peer);
}

void
rdv_peer_welcome (RdvPeer * peer)
{
  JsonObject *welcome = rdv_reply_new ("welcome");

  json_object_set_string_member (welcome, "peerId", peer->id);
  json_object_set_string_member (welcome, "resumeSecret", peer->secret);
  add_ice_servers (peer, welcome);
  rdv_peer_send (peer, welcome);
}

void
rdv_peer_take_over (RdvPeer * old, RdvPeer * peer, JsonArray * sessions)
{
  RdvSocket *broken = old->socket;
  JsonObject *resumed = rdv_reply_new ("resumed");

  old->socket = peer->socket;
  old->v1_1 = peer->v1_1;
  old->lost_us = 0;
  rdv_socket_set_user_data (old->socket, old);
  peer->socket = broken;
  if (broken) {
    rdv_socket_set_user_data (broken, peer);
    rdv_socket_close (broken, RDV_CLOSE_GOING_AWAY, "taken over");
  }
  json_object_set_string_member (resumed, "peerId", old->id);
  json_object_set_string_member (resumed, "resumeSecret", old->secret);
  json_object_set_array_member (resumed, "sessions", sessions);
  rdv_peer_send (old, resumed);
}

void
rdv_peer_send_text (RdvPeer * peer, const char *text)
{
  if (peer->socket)
    rdv_socket_send_text (peer->socket, text, strlen (text));
}

void
rdv_peer_send (RdvPeer * peer, JsonObject * object)
{
  g_autofree char *text = rdv_json_to_text (object);

  rdv_peer_send_text (peer, text);
}

void
rdv_peer_send_error (RdvPeer * peer, const char *details)
{
  JsonObject *error = rdv_reply_new ("error");

  json_object_set_string_member (error, "details", details);
  rdv_peer_send (peer, error);
}

void
rdv_peer_reply (RdvPeer * peer, JsonObject * object)
{
  g_autofree char *text = rdv_json_to_text (object);

  rdv_socket_send_reply (peer->socket, text, strlen (text));
}

void
rdv_peer_set_status (RdvPeer * peer, guint roles, JsonNode * meta,
    gsize meta_size)
{
  JsonNode *copy = meta ? json_node_copy (meta) : NULL;

  g_clear_pointer (&peer->meta, json_node_unref);
  peer->meta = copy;
  peer->meta_size = meta_size;
  peer->roles = roles;
  peer->registered = TRUE;
}
