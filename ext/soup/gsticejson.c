/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Reads STUN and TURN servers from the JSON of a credential service. */

#include "config.h"

#include "gsticejson.h"

#include "gsticeerror.h"
#include "gsticeserver.h"

#include <json-glib/json-glib.h>

/* json-glib 1.6 calls itself for each level. */
#define MAX_DEPTH 16

#define MAX_TTL_S (30 * 24 * 3600)

/* Where the clocks of the service and of this machine differ, credentials may seem to
 * have expired before they are here. */
#define MIN_EXPIRY_S 60

static gboolean
is_deep (const gchar * text, gsize size_bytes)
{
  gboolean quoted = FALSE;
  guint depth = 0;

  for (gsize i = 0; i < size_bytes; i++) {
    if (quoted && text[i] == '\\')
      i++;
    else if (text[i] == '"')
      quoted = !quoted;
    else if (!quoted && (text[i] == '{' || text[i] == '['))
      depth++;
    else if (!quoted && (text[i] == '}' || text[i] == ']') && depth > 0)
      depth--;
    if (depth > MAX_DEPTH)
      return TRUE;
  }
  return FALSE;
}

/* Returns: (transfer none) (nullable): the member @name of @node, if it is an
 *     object that has it */
static JsonNode *
get_member (JsonNode * node, const gchar * name)
{
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return NULL;
  return json_object_get_member (json_node_get_object (node), name);
}

static const gchar *
get_string (JsonNode * node)
{
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) ||
      json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (node);
}

/* @third: (nullable)
 * Returns: the string that one of the members is, the first that is */
static const gchar *
get_either (JsonNode * node, const gchar * name, const gchar * other,
    const gchar * third)
{
  const gchar *string = get_string (get_member (node, name));

  if (string == NULL)
    string = get_string (get_member (node, other));
  return string != NULL || third == NULL ? string :
      get_string (get_member (node, third));
}

static void
add_server (GPtrArray * servers, JsonNode * uri, const gchar * username,
    const gchar * password)
{
  const gchar *text = get_string (uri);
  g_autofree gchar *with_scheme = NULL;
  GstIceServer *server;

  if (text == NULL)
    return;
  /* Azure leaves the scheme out. */
  if (!g_str_has_prefix (text, "stun") && !g_str_has_prefix (text, "turn:") &&
      !g_str_has_prefix (text, "turns:"))
    text = with_scheme = g_strconcat ("turn:", text, NULL);

  /* Twilio's STUN URIs have a transport. */
  server = gst_ice_server_from_uri_and_credentials (text, username, password,
      NULL);
  if (server != NULL)
    g_ptr_array_add (servers, server);
}

/* @entry: with urls, as string or array, and credentials */
static void
add_entry (GPtrArray * servers, JsonNode * entry)
{
  static const gchar *const names[] = { "urls", "url", "uris", "Uris" };
  const gchar *username = get_either (entry, "username", "Username", NULL);
  const gchar *password = get_either (entry, "credential", "password",
      "Password");
  JsonNode *uris = NULL;
  JsonArray *array;

  for (guint i = 0; i < G_N_ELEMENTS (names) && uris == NULL; i++)
    uris = get_member (entry, names[i]);
  if (uris == NULL || !JSON_NODE_HOLDS_ARRAY (uris)) {
    add_server (servers, uris, username, password);
    return;
  }

  array = json_node_get_array (uris);
  for (guint i = 0; i < json_array_get_length (array); i++)
    add_server (servers, json_array_get_element (array, i), username, password);
}

/* @list: an array of entries, or one */
static void
add_list (GPtrArray * servers, JsonNode * list)
{
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (list)) {
    add_entry (servers, list);
    return;
  }
  array = json_node_get_array (list);
  for (guint i = 0; i < json_array_get_length (array); i++)
    add_entry (servers, json_array_get_element (array, i));
}

/* Where the entries are: by the names of members, from the root down. */
static const gchar *const paths[][3] = {
  {"iceServers"},               /* W3C */
  {"ice_servers"},              /* Twilio */
  {"IceServerList"},            /* Amazon Kinesis */
  {"v", "iceServers"},          /* Xirsys, and its version 2 */
  {"d", "iceServers"},
  {"ocs", "data", "stunservers"},       /* Nextcloud Talk, beside each other */
  {"ocs", "data", "turnservers"},
};

static void
add_lists (GPtrArray * servers, JsonNode * root)
{
  gboolean found = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    JsonNode *list = root;

    for (guint k = 0; k < G_N_ELEMENTS (paths[i]) && paths[i][k] != NULL; k++)
      list = get_member (list, paths[i][k]);
    if (list != NULL)
      add_list (servers, list);
    found |= list != NULL;
  }
  /* TURN REST is one entry; some services answer with the array alone. */
  if (!found)
    add_list (servers, root);
}

/* Azure tells the time at which the credentials end, by ISO 8601, not how long they
 * last. Returns: seconds from now on, 0: not told */
static guint
read_expiry (JsonNode * root)
{
  const gchar *string = get_string (get_member (root, "expiresOn"));
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) end = NULL;

  if (string != NULL)
    end = g_date_time_new_from_iso8601 (string, utc);
  if (end == NULL)
    return 0;
  return (guint) CLAMP (g_date_time_difference (end, now) / G_TIME_SPAN_SECOND,
      MIN_EXPIRY_S, MAX_TTL_S);
}

/* Returns: (transfer none) (nullable): Kinesis has one in each entry */
static JsonNode *
find_ttl (JsonNode * root)
{
  JsonNode *list = get_member (root, "IceServerList");
  JsonArray *array = list != NULL && JSON_NODE_HOLDS_ARRAY (list) ?
      json_node_get_array (list) : NULL;

  if (array == NULL || json_array_get_length (array) == 0)
    return get_member (root, "ttl");
  return get_member (json_array_get_element (array, 0), "Ttl");
}

/* A number, or, at Twilio, a number in a string. */
static guint
read_ttl (JsonNode * root)
{
  JsonNode *node = find_ttl (root);
  const gchar *string = get_string (node);
  gint64 ttl = 0;

  if (node == NULL)
    return read_expiry (root);

  if (string != NULL)
    ttl = g_ascii_strtoll (string, NULL, 10);
  else if (JSON_NODE_HOLDS_VALUE (node))
    ttl = json_node_get_int (node);
  return (guint) CLAMP (ttl, 0, MAX_TTL_S);
}

GPtrArray *
gst_ice_json_read_servers (const gchar * text, gsize size_bytes, guint * ttl_s,
    GError ** error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GPtrArray) servers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_ice_server_free);
  JsonNode *root;

  if (is_deep (text, size_bytes) ||
      !json_parser_load_from_data (parser, text, (gssize) size_bytes, NULL) ||
      json_parser_get_root (parser) == NULL) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_DESCRIPTION,
        "its answer is no JSON");
    return NULL;
  }

  root = json_parser_get_root (parser);
  add_lists (servers, root);
  if (servers->len == 0) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_DESCRIPTION,
        "its answer names no STUN or TURN server");
    return NULL;
  }
  *ttl_s = read_ttl (root);
  return g_steal_pointer (&servers);
}
