/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The messages of a peer: strict JSON, then the fields of each type. Also builds
 * the server's own messages. */

#include "config.h"

#include "rdvmessage.h"

#include <string.h>

#define MAX_DEPTH 16
#define MAX_META 4096           /* bytes: each list of the room repeats it */
#define MAX_ID 64               /* bytes of an identifier */

static const char *const type_names[RDV_N_TYPES] = {
  "setProtocolVersion", "setPeerStatus", "list", "listConsumers",
  "startSession", "peer", "endSession", "endSessionV1_1", "getIceServers",
  "resume"
};

static const char *const role_names[] = { "producer", "listener", "consumer" };

G_DEFINE_QUARK (rdv - message - error - quark, rdv_message_error);

const char *
rdv_type_name (RdvType type)
{
  return type_names[type];
}

static gboolean
malformed (GError ** error, const char *what)
{
  g_set_error (error, RDV_MESSAGE_ERROR, RDV_MESSAGE_ERROR_MALFORMED,
      "Malformed message: %s", what);
  return FALSE;
}

/* Checks RFC 8259 before json-glib gets the text: json-glib's parser
 * recurses without a limit, and takes comments, assignments and other things
 * that are not JSON. That of 1.6 leaks memory for an incomplete text. */
typedef struct
{
  const char *at;
  const char *end;
  char closers[MAX_DEPTH];      /* the closing character for each open
                                 * bracket */
  guint depth;
} Scan;

static void
skip_space (Scan * scan)
{
  while (scan->at < scan->end && strchr (" \t\r\n", *scan->at) && *scan->at)
    scan->at++;
}

static gboolean
take (Scan * scan, char c)
{
  if (scan->at == scan->end || *scan->at != c)
    return FALSE;
  scan->at++;
  return TRUE;
}

/* Reads the four digits of an escape.
 *
 * Returns: the code unit; 0, which a string must not contain, when there are
 *     not four digits */
static guint
scan_unit (Scan * scan)
{
  guint i, unit = 0;

  for (i = 0; i < 4; i++, scan->at++) {
    if (scan->at == scan->end || !g_ascii_isxdigit (*scan->at))
      return 0;
    unit = unit << 4 | g_ascii_xdigit_value (*scan->at);
  }
  return unit;
}

/* Half of a surrogate pair is not a character. */
static gboolean
scan_escape (Scan * scan)
{
  guint unit;

  if (scan->at == scan->end || !*scan->at || !strchr ("\"\\/bfnrtu", *scan->at))
    return FALSE;
  if (*scan->at++ != 'u')
    return TRUE;
  unit = scan_unit (scan);
  if (unit < 0xd800 || unit > 0xdfff)
    return unit != 0;
  if (unit > 0xdbff || !take (scan, '\\') || !take (scan, 'u'))
    return FALSE;
  unit = scan_unit (scan);
  return unit >= 0xdc00 && unit <= 0xdfff;
}

static gboolean
scan_string (Scan * scan)
{
  if (!take (scan, '"'))
    return FALSE;
  while (scan->at < scan->end && *scan->at != '"') {
    guchar c = *scan->at++;

    if (c < 0x20)
      return FALSE;
    if (c == '\\' && !scan_escape (scan))
      return FALSE;
  }
  return take (scan, '"');
}

static gboolean
scan_digits (Scan * scan)
{
  const char *begin = scan->at;

  while (scan->at < scan->end && g_ascii_isdigit (*scan->at))
    scan->at++;
  return scan->at > begin;
}

static gboolean
scan_number (Scan * scan)
{
  take (scan, '-');
  if (!take (scan, '0') && !scan_digits (scan))
    return FALSE;
  if (take (scan, '.') && !scan_digits (scan))
    return FALSE;
  if (take (scan, 'e') || take (scan, 'E')) {
    if (!take (scan, '+'))
      take (scan, '-');
    return scan_digits (scan);
  }
  return TRUE;
}

static gboolean
scan_scalar (Scan * scan)
{
  static const char *const words[] = { "true", "false", "null" };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (words); i++) {
    gsize length = strlen (words[i]);

    if ((gsize) (scan->end - scan->at) >= length
        && memcmp (scan->at, words[i], length) == 0) {
      scan->at += length;
      return TRUE;
    }
  }
  return scan->at < scan->end && *scan->at == '"' ? scan_string (scan) :
      scan_number (scan);
}

/* Returns: whether there is a member's name with a colon, where it has to be */
static gboolean
scan_name (Scan * scan)
{
  if (scan->depth == 0 || scan->closers[scan->depth - 1] != '}')
    return TRUE;
  skip_space (scan);
  if (!scan_string (scan))
    return FALSE;
  skip_space (scan);
  return take (scan, ':');
}

/* Takes closing brackets, and the comma before the next value.
 *
 * Returns: FALSE when neither is there */
static gboolean
scan_rest (Scan * scan)
{
  for (skip_space (scan); scan->depth > 0; skip_space (scan)) {
    if (take (scan, ','))
      return scan_name (scan);
    if (!take (scan, scan->closers[scan->depth - 1]))
      return FALSE;
    scan->depth--;
  }
  return TRUE;
}

static gboolean
check_text (const char *text, gsize length, GError ** error)
{
  Scan scan = {.at = text,.end = text + length };

  do {
    gboolean object;

    skip_space (&scan);
    object = take (&scan, '{');
    if (object || take (&scan, '[')) {
      if (scan.depth == MAX_DEPTH)
        return malformed (error, "nested too deeply");
      scan.closers[scan.depth++] = object ? '}' : ']';
      skip_space (&scan);
      if (scan.at < scan.end && *scan.at == scan.closers[scan.depth - 1]) {
        if (!scan_rest (&scan))
          return malformed (error, "not JSON");
      } else if (!scan_name (&scan)) {
        return malformed (error, "not JSON");
      }
    } else if (!scan_scalar (&scan) || !scan_rest (&scan)) {
      return malformed (error, "not JSON");
    }
  } while (scan.depth > 0);
  return scan.at == scan.end || malformed (error, "more than one value");
}

JsonNode *
rdv_json_parse (const char *text, gsize length, GError ** error)
{
  g_autoptr (JsonParser) parser = NULL;

  if (!check_text (text, length, error))
    return NULL;
  parser = json_parser_new ();
  if (!json_parser_load_from_data (parser, text, length, NULL)
      || !json_parser_get_root (parser)) {
    malformed (error, "not JSON");
    return NULL;
  }
  return json_parser_steal_root (parser);
}

/* Half of a surrogate pair, written as \ud800, becomes bytes that are not
 * UTF-8. The receiver would close its connection because of these. */
static char *
node_to_text (JsonNode * node)
{
  char *text = json_to_string (node, FALSE);
  char *valid;

  if (g_utf8_validate (text, -1, NULL))
    return text;
  valid = g_utf8_make_valid (text, -1);
  g_free (text);
  return valid;
}

char *
rdv_json_to_text (JsonObject * object)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, object);
  return node_to_text (node);
}

const char *
rdv_json_get_string (JsonObject * object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  if (!node || !JSON_NODE_HOLDS_VALUE (node)
      || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (node);
}

/* Returns: (transfer full) (nullable) */
static char *
get_id (JsonObject * object, const char *name)
{
  const char *id = rdv_json_get_string (object, name);

  return id && *id && strlen (id) <= MAX_ID ? g_strdup (id) : NULL;
}

gboolean
rdv_roles_from_json (JsonNode * roles, guint * sum)
{
  JsonArray *array;
  guint i, j;

  if (!roles || !JSON_NODE_HOLDS_ARRAY (roles))
    return FALSE;
  array = json_node_get_array (roles);
  *sum = 0;
  for (i = 0; i < json_array_get_length (array); i++) {
    JsonNode *role = json_array_get_element (array, i);
    const char *name = JSON_NODE_HOLDS_VALUE (role)
        && json_node_get_value_type (role) == G_TYPE_STRING
        ? json_node_get_string (role) : "";

    for (j = 0; j < G_N_ELEMENTS (role_names); j++)
      if (g_str_equal (name, role_names[j]))
        break;
    if (j == G_N_ELEMENTS (role_names))
      return FALSE;
    *sum |= 1 << j;
  }
  return TRUE;
}

JsonArray *
rdv_roles_to_json (guint roles)
{
  JsonArray *array = json_array_new ();
  guint i;

  for (i = 0; i < G_N_ELEMENTS (role_names); i++)
    if (roles & 1 << i)
      json_array_add_string_element (array, role_names[i]);
  return array;
}

static gboolean
parse_version (RdvMessage * message, JsonObject * object, GError ** error)
{
  const char *version = rdv_json_get_string (object, "version");

  message->v1_1 = g_strcmp0 (version, "v1_1") == 0;
  if (!message->v1_1 && g_strcmp0 (version, "v1_0") != 0)
    return malformed (error, "version is v1_0 or v1_1");
  return TRUE;
}

static gboolean
parse_status (RdvMessage * message, JsonObject * object, GError ** error)
{
  JsonNode *meta = json_object_get_member (object, "meta");

  if (!rdv_roles_from_json (json_object_get_member (object, "roles"),
          &message->roles))
    return malformed (error,
        "roles is an array of \"producer\", \"listener\", \"consumer\"");
  if (meta && !JSON_NODE_HOLDS_NULL (meta)) {
    g_autofree char *text = node_to_text (meta);

    message->meta_size = strlen (text);
    if (message->meta_size > MAX_META)
      return malformed (error, "meta has more than 4096 bytes");
    message->meta = json_node_copy (meta);
  }
  return TRUE;
}

static gboolean
parse_start (RdvMessage * message, JsonObject * object, GError ** error)
{
  JsonNode *offer = json_object_get_member (object, "offer");

  message->peer_id = get_id (object, "peerId");
  if (!message->peer_id)
    return malformed (error, "startSession needs a peerId");
  message->offer = g_strdup (rdv_json_get_string (object, "offer"));
  if (offer && !message->offer && !JSON_NODE_HOLDS_NULL (offer))
    return malformed (error, "offer is a string or null");
  return TRUE;
}

static gboolean
parse_resume (RdvMessage * message, JsonObject * object, GError ** error)
{
  message->peer_id = get_id (object, "peerId");
  message->secret = get_id (object, "secret");
  return (message->peer_id && message->secret)
      || malformed (error, "resume needs a peerId and a secret");
}

static gboolean
parse_sdp (RdvMessage * message, JsonNode * sdp, GError ** error)
{
  JsonObject *object;
  const char *type;

  if (!JSON_NODE_HOLDS_OBJECT (sdp))
    return malformed (error, "sdp is an object");
  object = json_node_get_object (sdp);
  type = rdv_json_get_string (object, "type");
  message->body = g_strcmp0 (type, "offer") == 0 ? RDV_BODY_OFFER :
      RDV_BODY_ANSWER;
  if ((message->body == RDV_BODY_ANSWER && g_strcmp0 (type, "answer") != 0)
      || !rdv_json_get_string (object, "sdp"))
    return malformed (error, "sdp has a type (offer or answer) and a sdp");
  return TRUE;
}

static gboolean
parse_ice (RdvMessage * message, JsonNode * ice, GError ** error)
{
  JsonObject *object;
  JsonNode *index;

  message->body = RDV_BODY_ICE;
  if (!JSON_NODE_HOLDS_OBJECT (ice))
    return malformed (error, "ice is an object");
  object = json_node_get_object (ice);
  index = json_object_get_member (object, "sdpMLineIndex");
  if (!rdv_json_get_string (object, "candidate") || !index
      || !JSON_NODE_HOLDS_VALUE (index)
      || json_node_get_value_type (index) != G_TYPE_INT64
      || json_node_get_int (index) < 0
      || json_node_get_int (index) > G_MAXUINT32)
    return malformed (error, "ice has a candidate and a sdpMLineIndex");
  return TRUE;
}

static gboolean
parse_session (RdvMessage * message, JsonObject * object, GError ** error)
{
  JsonNode *sdp = json_object_get_member (object, "sdp");
  JsonNode *ice = json_object_get_member (object, "ice");
  JsonNode *content = NULL;

  message->session_id = get_id (object, "sessionId");
  if (!message->session_id)
    return malformed (error, "a sessionId is missing");

  if (message->type == RDV_TYPE_PEER) {
    if (!sdp == !ice)
      return malformed (error, "peer has either sdp or ice");
    content = sdp ? sdp : ice;
    if (sdp ? !parse_sdp (message, sdp, error) : !parse_ice (message, ice,
            error))
      return FALSE;
  } else if (message->type == RDV_TYPE_END_SESSION_V1_1) {
    content = json_object_get_member (object, "error");
  }
  if (content)
    message->content = json_node_copy (content);
  return TRUE;
}

static gboolean
parse_fields (RdvMessage * message, JsonObject * object, GError ** error)
{
  switch (message->type) {
    case RDV_TYPE_SET_PROTOCOL_VERSION:
      return parse_version (message, object, error);
    case RDV_TYPE_SET_PEER_STATUS:
      return parse_status (message, object, error);
    case RDV_TYPE_START_SESSION:
      return parse_start (message, object, error);
    case RDV_TYPE_RESUME:
      return parse_resume (message, object, error);
    case RDV_TYPE_PEER:
    case RDV_TYPE_END_SESSION:
    case RDV_TYPE_END_SESSION_V1_1:
      return parse_session (message, object, error);
    case RDV_TYPE_LIST:
    case RDV_TYPE_LIST_CONSUMERS:
    case RDV_TYPE_GET_ICE_SERVERS:
    case RDV_N_TYPES:
      break;
  }
  return TRUE;
}

RdvMessage *
rdv_message_parse (const char *text, gsize length, GError ** error)
{
  g_autoptr (RdvMessage) message = NULL;
  g_autoptr (JsonNode) root = rdv_json_parse (text, length, error);
  JsonObject *object;
  const char *type;
  guint i;

  if (!root)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (root)) {
    malformed (error, "not an object");
    return NULL;
  }
  object = json_node_get_object (root);
  type = rdv_json_get_string (object, "type");
  if (!type) {
    malformed (error, "type is missing");
    return NULL;
  }
  for (i = 0; i < RDV_N_TYPES; i++)
    if (g_str_equal (type, type_names[i]))
      break;
  if (i == RDV_N_TYPES) {
    g_set_error (error, RDV_MESSAGE_ERROR, RDV_MESSAGE_ERROR_UNKNOWN_TYPE,
        "Unknown message type");
    return NULL;
  }
  message = g_new0 (RdvMessage, 1);
  message->type = i;
  return parse_fields (message, object, error) ? g_steal_pointer (&message) :
      NULL;
}

void
rdv_message_free (RdvMessage * message)
{
  g_free (message->peer_id);
  g_free (message->session_id);
  g_free (message->offer);
  g_free (message->secret);
  g_clear_pointer (&message->meta, json_node_unref);
  g_clear_pointer (&message->content, json_node_unref);
  g_free (message);
}

JsonObject *
rdv_reply_new (const char *type)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "type", type);
  return object;
}
