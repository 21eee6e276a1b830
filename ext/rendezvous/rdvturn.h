/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Credentials that a TURN server accepts without having been told of them
 * (draft-uberti-behave-turn-rest-00). */

/* Returns: (transfer full): base64 of the HMAC-SHA1 of @username */
char *rdv_turn_password (const char *secret, const char *username)
    G_GNUC_WARN_UNUSED_RESULT;

/* @stun_uris: (nullable): NULL-terminated
 * @turn_uris: (nullable): NULL-terminated; left out when @secret is NULL
 * @user: (transfer none): goes into the user name after the expiry
 * @ttl_s: seconds that the credentials last
 *
 * Returns: (transfer full) (nullable): the iceServers of an RTCConfiguration, or
 *     NULL when there are none */
JsonNode *rdv_turn_ice_servers (char **stun_uris, char **turn_uris,
    const char *secret, const char *user, guint ttl_s, gint64 now)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
