/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The messages of the signalling protocol of gst-plugins-rs' webrtcsink, in
 * JSON. "getIceServers" and "resume" are extensions of ours. */
typedef enum
{
  RDV_TYPE_SET_PROTOCOL_VERSION,
  RDV_TYPE_SET_PEER_STATUS,
  RDV_TYPE_LIST,
  RDV_TYPE_LIST_CONSUMERS,
  RDV_TYPE_START_SESSION,
  RDV_TYPE_PEER,
  RDV_TYPE_END_SESSION,
  RDV_TYPE_END_SESSION_V1_1,
  RDV_TYPE_GET_ICE_SERVERS,
  RDV_TYPE_RESUME,
  RDV_N_TYPES,
} RdvType;

typedef enum
{
  RDV_ROLE_PRODUCER = 1 << 0,
  RDV_ROLE_LISTENER = 1 << 1,
  RDV_ROLE_CONSUMER = 1 << 2,
} RdvRoles;

typedef enum
{
  RDV_BODY_OFFER,
  RDV_BODY_ANSWER,
  RDV_BODY_ICE,
} RdvBody;

#define RDV_MESSAGE_ERROR (rdv_message_error_quark ())
GQuark rdv_message_error_quark (void);

typedef enum
{
  RDV_MESSAGE_ERROR_MALFORMED,
  RDV_MESSAGE_ERROR_UNKNOWN_TYPE,
} RdvMessageError;

/* A message of a peer. Fields that its type does not have are 0. */
typedef struct
{
  RdvType type;
  char *peer_id;                /* startSession, resume */
  char *secret;                 /* resume */
  char *session_id;             /* peer, endSession */
  char *offer;                  /* startSession, NULL without */
  guint roles;                  /* setPeerStatus, of RdvRoles */
  JsonNode *meta;               /* setPeerStatus, NULL without */
  gsize meta_size;              /* bytes of meta as text */
  gboolean v1_1;                /* setProtocolVersion */
  RdvBody body;                 /* peer */
  JsonNode *content;            /* peer: "sdp" or "ice"; endSessionV1_1: "error" */
} RdvMessage;

const char *rdv_type_name (RdvType type);

/* Parses untrusted JSON: strictly, and to a limited depth.
 *
 * Returns: (transfer full) (nullable): the value, or NULL with @error set */
JsonNode *rdv_json_parse (const char *text, gsize length, GError ** error)
    G_GNUC_WARN_UNUSED_RESULT;

/* @object: (transfer full)
 *
 * Returns: (transfer full): its text, which is valid UTF-8 */
char *rdv_json_to_text (JsonObject * object) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer none) (nullable): a member that is a string, or NULL */
const char *rdv_json_get_string (JsonObject * object, const char *name);

/* Returns: (transfer full) (nullable): NULL with @error of RDV_MESSAGE_ERROR set */
RdvMessage *rdv_message_parse (const char *text, gsize length, GError ** error)
    G_GNUC_WARN_UNUSED_RESULT;
void rdv_message_free (RdvMessage * message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RdvMessage, rdv_message_free)

/* @roles: a JSON array of names
 *
 * Returns: whether all are known; if so, sets @sum */
gboolean rdv_roles_from_json (JsonNode * roles, guint * sum);

/* Returns: (transfer full): the array of names */
JsonArray *rdv_roles_to_json (guint roles) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): an object with "type" set to @type */
JsonObject *rdv_reply_new (const char *type) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
