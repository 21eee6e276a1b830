/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Makes TURN credentials from a secret that the TURN servers share. */

#include "config.h"

#include "rdvturn.h"

#include <string.h>

char *
rdv_turn_password (const char *secret, const char *username)
{
  GHmac *hmac = g_hmac_new (G_CHECKSUM_SHA1, (const guint8 *) secret,
      strlen (secret));
  guint8 digest[20];
  gsize length = sizeof digest;

  g_hmac_update (hmac, (const guint8 *) username, -1);
  g_hmac_get_digest (hmac, digest, &length);
  g_hmac_unref (hmac);
  return g_base64_encode (digest, length);
}

static JsonObject *
server_new (char **uris)
{
  JsonObject *server = json_object_new ();
  JsonArray *urls = json_array_new ();

  for (; *uris; uris++)
    json_array_add_string_element (urls, *uris);
  json_object_set_array_member (server, "urls", urls);
  return server;
}

JsonNode *
rdv_turn_ice_servers (char **stun_uris, char **turn_uris, const char *secret,
    const char *user, guint ttl_s, gint64 now)
{
  gboolean stun = stun_uris && *stun_uris;
  gboolean turn = turn_uris && *turn_uris && secret;
  JsonArray *servers;
  JsonNode *node;

  if (!stun && !turn)
    return NULL;

  servers = json_array_new ();
  if (stun)
    json_array_add_object_element (servers, server_new (stun_uris));
  if (turn) {
    g_autofree char *username = g_strdup_printf ("%" G_GINT64_FORMAT ":%s",
        now + ttl_s, user);
    g_autofree char *password = rdv_turn_password (secret, username);
    JsonObject *server = server_new (turn_uris);

    json_object_set_string_member (server, "username", username);
    json_object_set_string_member (server, "credential", password);
    json_array_add_object_element (servers, server);
  }
  node = json_node_new (JSON_NODE_ARRAY);
  json_node_take_array (node, servers);
  return node;
}
