/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Reads options, files and environment into one configuration, and checks the
 * ranges of all values. */

#include "config.h"

#include "rdvconfig.h"

#include <string.h>

#define ENVIRONMENT "GST_ICE_RENDEZVOUS_"

/* GOption writes into this before the values are checked. */
typedef struct
{
  RdvConfig *config;
  char *token_file;
  char *token_secret_file;
  char *turn_secret_file;
  char *redis_file;
  char *log_level;
  int max_message;
  int max_queue;
  int idle_timeout_s;
} Options;

static GOptionGroup *
network_group_new (Options * o)
{
  RdvConfig *c = o->config;
  const GOptionEntry entries[] = {
    {"address", 'a', 0, G_OPTION_ARG_STRING, &c->address,
        "Listen at this address [127.0.0.1]", "IP"},
    {"port", 'p', 0, G_OPTION_ARG_INT, &c->port,
        "Listen at this port, 0: any [8443]", "N"},
    {"tls-cert", 0, 0, G_OPTION_ARG_FILENAME, &c->tls_cert,
        "Speak TLS with this certificate", "PEM"},
    {"tls-key", 0, 0, G_OPTION_ARG_FILENAME, &c->tls_key,
        "The certificate's key, unless it is in the same file", "PEM"},
    {"stun-uri", 0, 0, G_OPTION_ARG_STRING_ARRAY, &c->stun_uris,
        "Tell peers of this STUN server, repeatable", "stun:HOST:PORT"},
    {"turn-uri", 0, 0, G_OPTION_ARG_STRING_ARRAY, &c->turn_uris,
          "Tell peers of this TURN server, repeatable",
        "turn:HOST:PORT?transport=udp"},
    {"turn-secret-file", 0, 0, G_OPTION_ARG_FILENAME, &o->turn_secret_file,
        "The secret shared with the TURN servers", "FILE"},
    {"turn-ttl", 0, 0, G_OPTION_ARG_INT, &c->turn_ttl_s,
        "Seconds that TURN credentials last [86400]", "S"},
    {"redis", 0, 0, G_OPTION_ARG_STRING, &c->redis,
          "Share rooms with other instances",
        "redis://[[USER]:PASSWORD@]HOST[:PORT][/DB]"},
    {"redis-file", 0, 0, G_OPTION_ARG_FILENAME, &o->redis_file,
        "Read that URI from a file", "FILE"},
    {"prefix", 0, 0, G_OPTION_ARG_STRING, &c->prefix,
        "Before every Redis key and channel [gst-ice]", "TEXT"},
    {NULL, 0, 0, 0, NULL, NULL, NULL}
  };
  GOptionGroup *group = g_option_group_new ("network", "", "", NULL, NULL);

  g_option_group_add_entries (group, entries);
  return group;
}

static void
add_limit_entries (GOptionGroup * group, Options * o)
{
  RdvConfig *c = o->config;
  const GOptionEntry entries[] = {
    {"max-rooms", 0, 0, G_OPTION_ARG_INT, &c->max_rooms,
        "Rooms at a time [10000]", "N"},
    {"max-peers", 0, 0, G_OPTION_ARG_INT, &c->max_peers,
        "Peers at a time on this instance [20000]", "N"},
    {"max-peers-per-room", 0, 0, G_OPTION_ARG_INT, &c->max_peers_per_room,
        "Peers in one room [1000]", "N"},
    {"producers-per-room", 0, 0, G_OPTION_ARG_INT, &c->producers_per_room,
        "Producers in one room [1]", "N"},
    {"max-room-meta", 0, 0, G_OPTION_ARG_INT, &c->max_room_meta,
        "Bytes of meta of all peers of a room [524288]", "BYTES"},
    {"max-sessions", 0, 0, G_OPTION_ARG_INT, &c->max_sessions,
        "Sessions that one peer has started [256]", "N"},
    {"fanout-rate", 0, 0, G_OPTION_ARG_INT, &c->fanout_rate,
        "Bytes a second that lists and status changes of one peer become "
          "[262144]", "BYTES"},
    {"fanout-burst", 0, 0, G_OPTION_ARG_INT, &c->fanout_burst,
        "The same at once [4194304]", "BYTES"},
    {"max-message", 0, 0, G_OPTION_ARG_INT, &o->max_message,
        "Bytes of one message [65536]", "BYTES"},
    {"max-queue", 0, 0, G_OPTION_ARG_INT, &o->max_queue,
        "Bytes waiting for a slow reader [1048576]", "BYTES"},
    {"rate", 0, 0, G_OPTION_ARG_INT, &c->rate,
        "Messages a second of one peer [200]", "N"},
    {"burst", 0, 0, G_OPTION_ARG_INT, &c->burst,
        "Messages at once of one peer [1000]", "N"},
    {"idle-timeout", 0, 0, G_OPTION_ARG_INT, &o->idle_timeout_s,
        "Seconds without a sign of life, 0: for ever [60]", "S"},
    {"handshake-timeout", 0, 0, G_OPTION_ARG_INT, &c->handshake_timeout_s,
        "Seconds from the TCP connection to the peer [10]", "S"},
    {"answer-timeout", 0, 0, G_OPTION_ARG_INT, &c->answer_timeout_s,
        "Seconds from startSession to the answer, 0: for ever [30]", "S"},
    {"resume-timeout", 0, 0, G_OPTION_ARG_INT, &c->resume_timeout_s,
          "Seconds that a peer in a call may take to come back, 0: none [3]",
        "S"},
    {"stop-timeout", 0, 0, G_OPTION_ARG_INT, &c->stop_timeout_s,
        "Seconds that peers have to go when stopping [5]", "S"},
    {NULL, 0, 0, 0, NULL, NULL, NULL}
  };

  g_option_group_add_entries (group, entries);
}

static void
add_token_entries (GOptionGroup * group, Options * o)
{
  RdvConfig *c = o->config;
  const GOptionEntry entries[] = {
    {"token", 0, 0, G_OPTION_ARG_STRING, &c->token,
          "Bearer token for all rooms (others can see it: rather a file)",
        "TOKEN"},
    {"token-file", 0, 0, G_OPTION_ARG_FILENAME, &o->token_file,
        "Read that token from a file", "FILE"},
    {"token-secret", 0, 0, G_OPTION_ARG_STRING, &c->token_secret,
          "Secret of the rooms' tokens (others can see it: rather a file)",
        "SECRET"},
    {"token-secret-file", 0, 0, G_OPTION_ARG_FILENAME, &o->token_secret_file,
        "Read that secret from a file", "FILE"},
    {"allow-origin", 0, 0, G_OPTION_ARG_STRING_ARRAY, &c->allow_origins,
        "Pages of this origin may connect, * for any, repeatable [any with "
          "tokens, none without]", "ORIGIN"},
    {"make-token", 0, 0, G_OPTION_ARG_STRING, &c->make_token,
        "Print a token for this room and exit", "ROOM"},
    {"token-ttl", 0, 0, G_OPTION_ARG_INT, &c->token_ttl_s,
        "Seconds that the printed token lasts [86400]", "S"},
    {"log-level", 0, 0, G_OPTION_ARG_STRING, &o->log_level,
        "error, warning, info or debug [info]", "LEVEL"},
    {"version", 0, 0, G_OPTION_ARG_NONE, &c->version,
        "Print the version and exit", NULL},
    {NULL, 0, 0, 0, NULL, NULL, NULL}
  };

  g_option_group_add_entries (group, entries);
}

/* Reads a secret from the command line, a file, or the environment. */
static gboolean
read_secret (char **value, const char *file, const char *variable,
    GError ** error)
{
  g_autofree char *name = g_strconcat (ENVIRONMENT, variable, NULL);
  const char *environment = g_getenv (name);

  if (file) {
    g_free (g_steal_pointer (value));
    if (!g_file_get_contents (file, value, NULL, error))
      return FALSE;
    g_strchomp (*value);
  } else if (!*value && environment) {
    *value = g_strdup (environment);
  }
  if (*value && !**value) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "%s is empty", file ? file : name);
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_range (const char *option, int value, int min, int max, GError ** error)
{
  if (value >= min && value <= max)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
      "--%s is %d, but %d to %d are possible", option, value, min, max);
  return FALSE;
}

static gboolean
check (Options * o, GError ** error)
{
  RdvConfig *c = o->config;
  RdvLogLevel level = RDV_LOG_INFO;

  if (o->log_level && !rdv_log_level_from_name (o->log_level, &level)) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "--log-level is error, warning, info or debug");
    return FALSE;
  }
  rdv_log_set_level (level);

  if (c->turn_uris && !c->turn_secret) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "--turn-uri needs --turn-secret-file or " ENVIRONMENT "TURN_SECRET");
    return FALSE;
  }
  if (c->tls_key && !c->tls_cert) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "--tls-key needs --tls-cert");
    return FALSE;
  }
  return check_range ("port", c->port, 0, 65535, error)
      && check_range ("turn-ttl", c->turn_ttl_s, 5, 365 * 86400, error)
      && check_range ("token-ttl", c->token_ttl_s, 1, G_MAXINT, error)
      && check_range ("max-rooms", c->max_rooms, 1, G_MAXINT, error)
      && check_range ("max-peers", c->max_peers, 1, G_MAXINT, error)
      && check_range ("max-peers-per-room", c->max_peers_per_room, 1,
      G_MAXINT, error)
      && check_range ("producers-per-room", c->producers_per_room, 1,
      G_MAXINT, error)
      && check_range ("max-room-meta", c->max_room_meta, 0, 1 << 30, error)
      && check_range ("max-sessions", c->max_sessions, 1, G_MAXINT, error)
      && check_range ("fanout-rate", c->fanout_rate, 1, G_MAXINT, error)
      && check_range ("fanout-burst", c->fanout_burst, 1, G_MAXINT, error)
      && check_range ("handshake-timeout", c->handshake_timeout_s, 1, 3600,
      error)
      && check_range ("max-message", o->max_message, 1024, 1 << 24, error)
      && check_range ("max-queue", o->max_queue, o->max_message, 1 << 30, error)
      && check_range ("rate", c->rate, 1, 1000000, error)
      && check_range ("burst", c->burst, 1, 1000000, error)
      && check_range ("idle-timeout", o->idle_timeout_s, 0, 86400, error)
      && check_range ("answer-timeout", c->answer_timeout_s, 0, 86400, error)
      && check_range ("resume-timeout", c->resume_timeout_s, 0, 3600, error)
      && check_range ("stop-timeout", c->stop_timeout_s, 0, 3600, error);
}

static gboolean
parse (Options * o, int *argc, char ***argv, GError ** error)
{
  RdvConfig *c = o->config;
  g_autoptr (GOptionContext) context =
      g_option_context_new ("- rendezvous of ICE peers over WebSocket");
  GOptionGroup *group = network_group_new (o);

  add_limit_entries (group, o);
  add_token_entries (group, o);
  g_option_context_set_main_group (context, group);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (*argc > 1) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
        "\"%s\" is not an option", (*argv)[1]);
    return FALSE;
  }
  return read_secret (&c->token, o->token_file, "TOKEN", error)
      && read_secret (&c->token_secret, o->token_secret_file, "TOKEN_SECRET",
      error)
      && read_secret (&c->turn_secret, o->turn_secret_file, "TURN_SECRET",
      error)
      && read_secret (&c->redis, o->redis_file, "REDIS", error)
      && check (o, error);
}

RdvConfig *
rdv_config_new (int *argc, char ***argv, GError ** error)
{
  g_autoptr (RdvConfig) c = g_new0 (RdvConfig, 1);
  Options o = {.config = c,.max_message = 65536,.max_queue = 1 << 20,
    .idle_timeout_s = 60
  };
  gboolean good;

  c->address = g_strdup ("127.0.0.1");
  c->port = 8443;
  c->turn_ttl_s = 86400;
  c->token_ttl_s = 86400;
  c->max_rooms = 10000;
  c->max_peers = 20000;
  c->max_peers_per_room = 1000;
  c->producers_per_room = 1;
  c->max_room_meta = 512 * 1024;
  c->max_sessions = 256;
  c->fanout_rate = 256 * 1024;
  c->fanout_burst = 4 * 1024 * 1024;
  c->handshake_timeout_s = 10;
  c->rate = 200;
  c->burst = 1000;
  c->answer_timeout_s = 30;
  c->resume_timeout_s = 3;
  c->stop_timeout_s = 5;
  c->prefix = g_strdup ("gst-ice");

  good = parse (&o, argc, argv, error);
  c->socket.max_message = o.max_message;
  c->socket.max_queue = o.max_queue;
  c->socket.idle_timeout_s = o.idle_timeout_s;
  g_free (o.token_file);
  g_free (o.token_secret_file);
  g_free (o.turn_secret_file);
  g_free (o.redis_file);
  g_free (o.log_level);
  return good ? g_steal_pointer (&c) : NULL;
}

void
rdv_config_free (RdvConfig * config)
{
  g_free (config->address);
  g_free (config->tls_cert);
  g_free (config->tls_key);
  g_free (config->token);
  g_free (config->token_secret);
  g_strfreev (config->allow_origins);
  g_strfreev (config->stun_uris);
  g_strfreev (config->turn_uris);
  g_free (config->turn_secret);
  g_free (config->redis);
  g_free (config->prefix);
  g_free (config->make_token);
  g_free (config);
}
