/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Reads and writes the JSON of the signalling protocol of gst-plugins-rs. */

#include "config.h"

#include "gsticewsmessage.h"

#include "gsticedescription.h"
#include "gsticeerror.h"
#include "gsticejson.h"

#include <json-glib/json-glib.h>

/* json-glib 1.6 goes one call deeper for each bracket, without a limit. */
#define MAX_DEPTH 32

#define MAX_SERVERS_TTL_S (30 * 24 * 3600)

/* Reading. */

static gboolean
fail (GError ** error, const gchar * what)
{
  g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_DESCRIPTION,
      "The server's message is no good: %s", what);
  return FALSE;
}

static gboolean
is_shallow (const gchar * text, gsize length)
{
  gboolean quoted = FALSE;
  guint depth = 0;

  for (gsize i = 0; i < length; i++) {
    if (quoted && text[i] == '\\')
      i++;
    else if (text[i] == '"')
      quoted = !quoted;
    else if (!quoted && (text[i] == '{' || text[i] == '['))
      depth++;
    else if (!quoted && (text[i] == '}' || text[i] == ']') && depth > 0)
      depth--;
    if (depth > MAX_DEPTH)
      return FALSE;
  }
  return TRUE;
}

/* Returns: (transfer none) (nullable): the member @name, if it is a string */
static const gchar *
get_string (JsonObject * object, const gchar * name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
      json_node_get_value_type (node) == G_TYPE_STRING ?
      json_node_get_string (node) : NULL;
}

/* Returns: (transfer none) (nullable): the member @name, if it is an object */
static JsonObject *
get_object (JsonObject * object, const gchar * name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ?
      json_node_get_object (node) : NULL;
}

/* Returns: (transfer none) (nullable): the member @name, if it is an array */
static JsonArray *
get_array (JsonObject * object, const gchar * name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ?
      json_node_get_array (node) : NULL;
}

/* @value: (out) (transfer full): the member @name, which has to be there */
static gboolean
take_string (JsonObject * object, const gchar * name, gchar ** value,
    GError ** error)
{
  *value = g_strdup (get_string (object, name));
  return *value != NULL || fail (error, name);
}

/* Returns: (transfer full) (nullable) */
static gchar *
get_room (JsonObject * object)
{
  JsonObject *meta = get_object (object, "meta");

  return meta != NULL ? g_strdup (get_string (meta, "room")) : NULL;
}

static void
producer_free (GstIceWsProducer * producer)
{
  g_free (producer->id);
  g_free (producer->room);
  g_free (producer);
}

static gboolean
read_list (GstIceWsMessage * self, JsonObject * object, GError ** error)
{
  JsonArray *array = get_array (object, "producers");

  if (array == NULL)
    return fail (error, "producers");

  self->producers = g_ptr_array_new_with_free_func ((GDestroyNotify)
      producer_free);
  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonNode *node = json_array_get_element (array, i);
    JsonObject *entry = JSON_NODE_HOLDS_OBJECT (node) ?
        json_node_get_object (node) : NULL;
    GstIceWsProducer *producer;

    if (entry == NULL || get_string (entry, "id") == NULL)
      continue;
    producer = g_new0 (GstIceWsProducer, 1);
    producer->id = g_strdup (get_string (entry, "id"));
    producer->room = get_room (entry);
    g_ptr_array_add (self->producers, producer);
  }
  return TRUE;
}

static gboolean
read_status (GstIceWsMessage * self, JsonObject * object, GError ** error)
{
  JsonArray *roles = get_array (object, "roles");

  if (roles == NULL)
    return fail (error, "roles");

  for (guint i = 0; i < json_array_get_length (roles); i++) {
    JsonNode *role = json_array_get_element (roles, i);

    if (JSON_NODE_HOLDS_VALUE (role) &&
        g_strcmp0 (json_node_get_string (role), "producer") == 0)
      self->produces = TRUE;
  }
  self->room = get_room (object);
  return take_string (object, "peerId", &self->peer_id, error);
}

static gboolean
read_start (GstIceWsMessage * self, JsonObject * object, GError ** error)
{
  self->text = g_strdup (get_string (object, "offer"));
  return take_string (object, "peerId", &self->peer_id, error) &&
      take_string (object, "sessionId", &self->session_id, error);
}

static gboolean
read_candidate (GstIceWsMessage * self, JsonObject * ice, GError ** error)
{
  JsonNode *index = json_object_get_member (ice, "sdpMLineIndex");
  gint64 mline;

  if (index == NULL || !JSON_NODE_HOLDS_VALUE (index) ||
      json_node_get_value_type (index) != G_TYPE_INT64)
    return fail (error, "sdpMLineIndex");

  mline = json_node_get_int (index);
  if (mline < 0 || mline >= GST_ICE_MAX_MLINES)
    return fail (error, "sdpMLineIndex");

  self->type = GST_ICE_WS_CANDIDATE;
  self->mline = (guint) mline;
  return take_string (ice, "candidate", &self->text, error);
}

static gboolean
read_peer (GstIceWsMessage * self, JsonObject * object, GError ** error)
{
  JsonObject *ice = get_object (object, "ice");
  JsonObject *sdp = get_object (object, "sdp");
  const gchar *type;

  if (!take_string (object, "sessionId", &self->session_id, error))
    return FALSE;
  if (ice != NULL)
    return read_candidate (self, ice, error);
  if (sdp == NULL)
    return fail (error, "neither sdp nor ice");

  type = get_string (sdp, "type");
  if (g_strcmp0 (type, "offer") != 0 && g_strcmp0 (type, "answer") != 0)
    return fail (error, "neither offer nor answer");
  self->type = g_str_equal (type, "offer") ? GST_ICE_WS_OFFER :
      GST_ICE_WS_ANSWER;
  return take_string (sdp, "sdp", &self->text, error);
}

/* The list itself is read from the text, see gst_ice_ws_message_parse(). */
static gboolean
read_servers (GstIceWsMessage * self, JsonObject * object, GError ** error)
{
  JsonNode *ttl = json_object_get_member (object, "iceServersTtl");

  if (ttl != NULL && JSON_NODE_HOLDS_VALUE (ttl) &&
      json_node_get_value_type (ttl) == G_TYPE_INT64)
    self->servers_ttl_s =
        (guint) CLAMP (json_node_get_int (ttl), 0, MAX_SERVERS_TTL_S);
  return TRUE;
}

static gboolean
read_welcome (GstIceWsMessage * self, JsonObject * object, GError ** error)
{
  self->text = g_strdup (get_string (object, "resumeSecret"));
  return read_servers (self, object, error) &&
      take_string (object, "peerId", &self->peer_id, error);
}

static gboolean
read_resumed (GstIceWsMessage * self, JsonObject * object, GError ** error)
{
  JsonNode *ids = json_object_get_member (object, "sessions");
  JsonArray *array;

  if (ids == NULL || !JSON_NODE_HOLDS_ARRAY (ids))
    return fail (error, "sessions");

  array = json_node_get_array (ids);
  self->session_ids = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonNode *id = json_array_get_element (array, i);

    if (JSON_NODE_HOLDS_VALUE (id) &&
        json_node_get_value_type (id) == G_TYPE_STRING)
      g_ptr_array_add (self->session_ids, json_node_dup_string (id));
  }
  return take_string (object, "peerId", &self->peer_id, error);
}

static gboolean
read_end (GstIceWsMessage * self, JsonObject * object, GError ** error)
{
  return take_string (object, "sessionId", &self->session_id, error);
}

static gboolean
read_error (GstIceWsMessage * self, JsonObject * object, GError ** error)
{
  return take_string (object, "details", &self->text, error);
}

static const struct
{
  const gchar *name;
  GstIceWsMessageType type;     /* of "peer", read_peer() sets it */
    gboolean (*read) (GstIceWsMessage * self, JsonObject * object,
      GError ** error);
} types[] = {
  {"welcome", GST_ICE_WS_WELCOME, read_welcome},
  {"resumed", GST_ICE_WS_RESUMED, read_resumed},
  {"list", GST_ICE_WS_LIST, read_list},
  {"peerStatusChanged", GST_ICE_WS_STATUS, read_status},
  {"sessionStarted", GST_ICE_WS_STARTED, read_start},
  {"startSession", GST_ICE_WS_START, read_start},
  {"peer", GST_ICE_WS_OFFER, read_peer},
  {"endSession", GST_ICE_WS_END, read_end},
  {"endSessionV1_1", GST_ICE_WS_END, read_end},
  {"error", GST_ICE_WS_ERROR, read_error},
  {"iceServers", GST_ICE_WS_SERVERS, read_servers},
};

static gboolean
read_message (GstIceWsMessage * self, JsonNode * root, GError ** error)
{
  JsonObject *object;
  const gchar *type;

  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return fail (error, "not an object");

  object = json_node_get_object (root);
  type = get_string (object, "type");
  for (guint i = 0; type != NULL && i < G_N_ELEMENTS (types); i++) {
    if (g_str_equal (types[i].name, type)) {
      self->type = types[i].type;
      return types[i].read (self, object, error);
    }
  }
  return fail (error, "the type is not known");
}

/* Returns: (transfer full): the message in @text, or %NULL with @error set */
GstIceWsMessage *
gst_ice_ws_message_parse (const gchar * text, gsize length, GError ** error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GstIceWsMessage) self = g_new0 (GstIceWsMessage, 1);
  g_autoptr (GError) reason = NULL;
  guint ttl_s;

  if (!is_shallow (text, length)) {
    fail (error, "nested too deep");
    return NULL;
  }
  if (!json_parser_load_from_data (parser, text, (gssize) length, &reason)) {
    fail (error, reason->message);
    return NULL;
  }
  if (!read_message (self, json_parser_get_root (parser), error))
    return NULL;
  /* gst-ice-rendezvous adds "iceServers" to its welcome. */
  if (self->type == GST_ICE_WS_WELCOME || self->type == GST_ICE_WS_SERVERS)
    self->servers = gst_ice_json_read_servers (text, length, &ttl_s, NULL);
  return g_steal_pointer (&self);
}

/* @self: (transfer full) */
void
gst_ice_ws_message_free (GstIceWsMessage * self)
{
  g_clear_pointer (&self->producers, g_ptr_array_unref);
  g_clear_pointer (&self->servers, g_ptr_array_unref);
  g_clear_pointer (&self->session_ids, g_ptr_array_unref);
  g_free (self->peer_id);
  g_free (self->session_id);
  g_free (self->text);
  g_free (self->room);
  g_free (self);
}

/* Writing. */

/* Returns: (transfer full): an object with its type */
static JsonObject *
object_new (const gchar * type)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "type", type);
  return object;
}

/* @object: (transfer full)
 * Returns: (transfer full): its text */
static gchar *
write_object (JsonObject * object)
{
  JsonNode *root = json_node_new (JSON_NODE_OBJECT);
  gchar *text;

  json_node_take_object (root, object);
  text = json_to_string (root, FALSE);
  json_node_unref (root);
  return text;
}

/* Returns: (transfer full): the status of a peer with these roles */
gchar *
gst_ice_ws_write_status (gboolean produces, gboolean listens,
    const gchar * room)
{
  JsonObject *object = object_new ("setPeerStatus");
  JsonObject *meta = json_object_new ();
  JsonArray *roles = json_array_new ();

  if (produces)
    json_array_add_string_element (roles, "producer");
  if (listens)
    json_array_add_string_element (roles, "listener");
  json_object_set_array_member (object, "roles", roles);
  json_object_set_string_member (meta, "room", room);
  json_object_set_object_member (object, "meta", meta);
  return write_object (object);
}

/* Returns: (transfer full): the question who produces */
gchar *
gst_ice_ws_write_list (void)
{
  return write_object (object_new ("list"));
}

/* Returns: (transfer full): the request for the place that we had */
gchar *
gst_ice_ws_write_resume (const gchar * peer_id, const gchar * secret)
{
  JsonObject *object = object_new ("resume");

  json_object_set_string_member (object, "peerId", peer_id);
  json_object_set_string_member (object, "secret", secret);
  return write_object (object);
}

/* Returns: (transfer full): the question for STUN and TURN servers */
gchar *
gst_ice_ws_write_get_servers (void)
{
  return write_object (object_new ("getIceServers"));
}

/* Returns: (transfer full): the request for a session with @peer_id */
gchar *
gst_ice_ws_write_start (const gchar * peer_id, const gchar * offer)
{
  JsonObject *object = object_new ("startSession");

  json_object_set_string_member (object, "peerId", peer_id);
  if (offer != NULL)
    json_object_set_string_member (object, "offer", offer);
  else
    json_object_set_null_member (object, "offer");
  return write_object (object);
}

/* @name: "sdp" or "ice"; @content: (transfer full): what it is
 * Returns: (transfer full): a message for the peer */
static gchar *
write_peer (const gchar * session_id, const gchar * name, JsonObject * content)
{
  JsonObject *object = object_new ("peer");

  json_object_set_string_member (object, "sessionId", session_id);
  json_object_set_object_member (object, name, content);
  return write_object (object);
}

/* Returns: (transfer full): an offer or answer */
gchar *
gst_ice_ws_write_sdp (const gchar * session_id, const gchar * type,
    const gchar * sdp)
{
  JsonObject *content = json_object_new ();

  json_object_set_string_member (content, "type", type);
  json_object_set_string_member (content, "sdp", sdp);
  return write_peer (session_id, "sdp", content);
}

/* Returns: (transfer full): a candidate, or the end of them */
gchar *
gst_ice_ws_write_candidate (const gchar * session_id, const gchar * candidate,
    guint mline)
{
  JsonObject *content = json_object_new ();

  json_object_set_string_member (content, "candidate", candidate);
  json_object_set_int_member (content, "sdpMLineIndex", mline);
  return write_peer (session_id, "ice", content);
}

/* Returns: (transfer full): a goodbye */
gchar *
gst_ice_ws_write_end (const gchar * session_id)
{
  JsonObject *object = object_new ("endSession");

  json_object_set_string_member (object, "sessionId", session_id);
  return write_object (object);
}
