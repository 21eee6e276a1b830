/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The bus over Redis: connects, subscribes to rooms, sorts what comes by
 * instance and room, and tries again when Redis is down. */

#include "config.h"

#include "rdvredis.h"

#include <string.h>

#include "rdvlease.h"
#include "rdvlog.h"
#include "rdvpresence.h"

#define BEAT_MS 1000
#define LOST_MS 5000            /* Redis down for longer: other peers are gone */
#define BACKOFF_MIN_MS 200
#define BACKOFF_MAX_MS 3200
#define LOADED "* "             /* begins the answer to a load */

typedef struct
{
  RdvBus bus;
  const RdvBusCalls *calls;
  gpointer user_data;

  RdvLinkAddress *address;
  char *id;                     /* of this instance */
  char *room_prefix;            /* of keys and channels */
  char *instance_prefix;
  char *common;                 /* channel of all instances */

  /* Redis takes no commands on a connection with subscriptions, so there are
   * two. */
  RdvLink *commands;            /* NULL while waiting to connect */
  RdvLink *events;
  guint n_ready;                /* how many of the two are ready */
  guint64 epoch;                /* how often both were ready */
  gboolean up;
  gboolean complained;          /* logged: one line for each outage */
  gboolean stopping;

  RdvPresence *presence;
  RdvLease *lease;

  guint beat, retry, lost;      /* source ids, 0: none */
  guint backoff_ms;
} RdvRedis;

/* What to do with a reply. */
typedef struct
{
  RdvRedis *self;
  char *name;                   /* a room or an instance */
} Request;

static void start (RdvRedis * self);
static void go_down (RdvRedis * self, const char *why);

static Request *
request_new (RdvRedis * self, const char *name)
{
  Request *request = g_new (Request, 1);

  request->self = self;
  request->name = g_strdup (name);
  return request;
}

static void
request_free (Request * request)
{
  g_free (request->name);
  g_free (request);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, request_free);

/* What Redis publishes about the peers of other instances. */

/* @text: "<instance> +<number> <peer> <status>" or "<instance> - <peer>" */
static void
take_room_event (RdvRedis * self, const char *room, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", 4);
  gboolean ours;

  if (g_strv_length (words) < 3)
    return;
  ours = g_str_equal (words[0], self->id);
  if (words[1][0] == '+' && words[3]) {
    if (ours && rdv_presence_is_last (self->presence, room, words[2],
            words[1] + 1)) {
      self->calls->confirmed (room, words[2], self->user_data);
    } else if (!ours) {
      rdv_lease_note (self->lease, words[0]);
      self->calls->peer (room, words[0], words[2], words[3], self->user_data);
    }
  } else if (g_str_equal (words[1], "-") && !ours) {
    self->calls->gone (room, words[0], words[2], self->user_data);
  }
}

static void
finish_load (RdvRedis * self, const char *room)
{
  rdv_presence_open (self->presence, self->commands, room);
  self->calls->joined (room, self->user_data);
}

/* @text: "<number> <room>", then lines of "<peer> <instance> <status>" */
static void
take_loaded (RdvRedis * self, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  const char *room = lines[0]
      ? rdv_presence_match (self->presence, lines[0]) : NULL;
  char **line;

  if (!room)
    return;
  for (line = lines + 1; *line; line++) {
    g_auto (GStrv) words = g_strsplit (*line, " ", 3);

    if (g_strv_length (words) < 3 || g_str_equal (words[1], self->id))
      continue;
    rdv_lease_note (self->lease, words[1]);
    self->calls->peer (room, words[1], words[0], words[2], self->user_data);
  }
  finish_load (self, room);
}

static void
take_message (RdvRedis * self, const char *text)
{
  const char *space = strchr (text, ' ');
  g_autofree char *instance = NULL;

  if (!space)
    return;
  if (g_str_has_prefix (text, LOADED)) {
    take_loaded (self, text + strlen (LOADED));
    return;
  }
  instance = g_strndup (text, space - text);
  rdv_lease_note (self->lease, instance);
  self->calls->message (instance, space + 1, self->user_data);
}

static void
on_load_answered (redisAsyncContext * redis, void *data, void *user_data)
{
  g_autoptr (Request) request = user_data;
  redisReply *reply = data;

  if (!reply || reply->type != REDIS_REPLY_ERROR)
    return;
  rdv_log (RDV_LOG_ERROR, "redis-refused", "reason", reply->str, NULL);
  finish_load (request->self, request->name);
}

/* The room is loaded after the subscription, so no event of it is missed. */
static void
on_subscribed (RdvRedis * self, const char *room)
{
  if (rdv_presence_has (self->presence, room))
    rdv_presence_load (self->presence, self->commands, room, on_load_answered,
        request_new (self, room));
}

/* @channel: that of this instance, or that of all instances */
static void
take_text (RdvRedis * self, const char *channel, const char *text)
{
  if (!g_str_equal (channel, self->common))
    take_message (self, text);
  else if (!g_str_equal (text, self->id))
    self->calls->renewed (text, self->user_data);
}

static void
on_event (redisAsyncContext * redis, void *data, void *user_data)
{
  RdvRedis *self = user_data;
  redisReply *reply = data;
  const char *kind, *channel, *room = NULL;

  if (!reply || reply->type != REDIS_REPLY_ARRAY || reply->elements < 3
      || !reply->element[1]->str)
    return;
  kind = reply->element[0]->str;
  channel = reply->element[1]->str;
  if (g_str_has_prefix (channel, self->room_prefix))
    room = channel + strlen (self->room_prefix);

  if (g_str_equal (kind, "message") && reply->element[2]->str) {
    if (room)
      take_room_event (self, room, reply->element[2]->str);
    else
      take_text (self, channel, reply->element[2]->str);
  } else if (g_str_equal (kind, "subscribe") && room) {
    on_subscribed (self, room);
  }
}

static void
subscribe (RdvRedis * self, const char *prefix, const char *name)
{
  g_autofree char *channel = g_strconcat (prefix, name, NULL);

  rdv_link_command (self->events, on_event, self, "SUBSCRIBE", channel, NULL);
}

/* Once a second: leases and keys are renewed. */

static gboolean
on_beat (gpointer user_data)
{
  RdvRedis *self = user_data;

  if (!rdv_lease_beat (self->lease, self->commands)) {
    self->beat = 0;
    go_down (self, "no answer");
    return G_SOURCE_REMOVE;
  }
  rdv_presence_refresh (self->presence, self->commands);
  return G_SOURCE_CONTINUE;
}

static void
on_expired (gpointer user_data)
{
  RdvRedis *self = user_data;

  self->calls->forgotten (self->user_data);
  rdv_presence_announce_all (self->presence, self->commands);
}

static void
on_instance_lost (const char *instance, gpointer user_data)
{
  RdvRedis *self = user_data;

  self->calls->lost (instance, self->user_data);
}

static const RdvLeaseCalls lease_calls = { on_expired, on_instance_lost };

/* Redis comes up and goes down. */

static gboolean
on_retry (gpointer user_data)
{
  RdvRedis *self = user_data;

  self->retry = 0;
  start (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_lost (gpointer user_data)
{
  RdvRedis *self = user_data;

  self->lost = 0;
  rdv_lease_forget_all (self->lease);
  self->calls->lost (NULL, self->user_data);
  return G_SOURCE_REMOVE;
}

static void
clear_source (guint * id)
{
  if (*id)
    g_source_remove (*id);
  *id = 0;
}

static void
go_down (RdvRedis * self, const char *why)
{
  g_autofree char *where = g_strdup_printf ("%s:%d", self->address->host,
      self->address->port);
  g_autofree char *reason = g_strdup (why);
  gboolean was_up = self->up;

  self->up = FALSE;
  self->n_ready = 0;
  clear_source (&self->beat);
  g_clear_pointer (&self->commands, rdv_link_free);
  g_clear_pointer (&self->events, rdv_link_free);
  if (self->stopping)
    return;

  rdv_log (self->complained ? RDV_LOG_DEBUG : RDV_LOG_ERROR, "redis-down",
      "redis", where, "reason", reason, "effect",
      "rooms go on within this instance", NULL);
  self->complained = TRUE;
  self->address->attempt++;
  self->retry = g_timeout_add (self->backoff_ms + g_random_int_range (0,
          self->backoff_ms / 2), on_retry, self);
  self->backoff_ms = MIN (self->backoff_ms * 2, BACKOFF_MAX_MS);
  if (was_up) {
    self->lost = g_timeout_add (LOST_MS, on_lost, self);
    self->calls->state (FALSE, self->user_data);
  }
}

static void
subscribe_room (const char *room, gpointer user_data)
{
  RdvRedis *self = user_data;

  subscribe (self, self->room_prefix, room);
}

static void
go_up (RdvRedis * self)
{
  g_autofree char *where = g_strdup_printf ("%s:%d", self->address->host,
      self->address->port);

  self->up = TRUE;
  self->complained = FALSE;
  self->backoff_ms = BACKOFF_MIN_MS;
  self->epoch++;
  rdv_lease_reset (self->lease, self->epoch);
  rdv_presence_reset (self->presence, self->epoch);
  clear_source (&self->lost);
  rdv_log (RDV_LOG_INFO, "redis-up", "redis", where, "instance", self->id,
      NULL);

  subscribe (self, self->instance_prefix, self->id);
  subscribe (self, self->common, "");
  self->beat = g_timeout_add (BEAT_MS, on_beat, self);
  on_beat (self);
  rdv_link_command (self->commands, NULL, NULL, "PUBLISH", self->common,
      self->id, NULL);
  self->calls->state (TRUE, self->user_data);
  rdv_presence_foreach (self->presence, subscribe_room, self);
}

static void
on_link (RdvLink * link, const char *why, gpointer user_data)
{
  RdvRedis *self = user_data;

  if (why)
    go_down (self, why);
  else if (++self->n_ready == 2)
    go_up (self);
}

static void
start (RdvRedis * self)
{
  self->commands = rdv_link_new (self->address, on_link, self);
  self->events = rdv_link_new (self->address, on_link, self);
}

/* The bus. */

static gboolean
rdv_redis_join (RdvBus * bus, const char *room)
{
  RdvRedis *self = (RdvRedis *) bus;

  rdv_presence_join (self->presence, room);
  if (self->up)
    subscribe (self, self->room_prefix, room);
  return self->up;
}

static void
rdv_redis_leave (RdvBus * bus, const char *room)
{
  RdvRedis *self = (RdvRedis *) bus;
  g_autofree char *channel = g_strconcat (self->room_prefix, room, NULL);

  rdv_presence_leave (self->presence, room);
  if (self->up)
    rdv_link_command (self->events, NULL, NULL, "UNSUBSCRIBE", channel, NULL);
}

static void
rdv_redis_publish (RdvBus * bus, const char *room, const char *peer,
    const char *status)
{
  RdvRedis *self = (RdvRedis *) bus;

  rdv_presence_set (self->presence, self->up ? self->commands : NULL, room,
      peer, status);
}

static void
rdv_redis_withdraw (RdvBus * bus, const char *room, const char *peer)
{
  RdvRedis *self = (RdvRedis *) bus;

  rdv_presence_remove (self->presence, self->up ? self->commands : NULL, room,
      peer);
}

static void
rdv_redis_send (RdvBus * bus, const char *instance, const char *payload)
{
  RdvRedis *self = (RdvRedis *) bus;
  g_autofree char *channel = g_strconcat (self->instance_prefix, instance,
      NULL);
  g_autofree char *text = g_strconcat (self->id, " ", payload, NULL);

  if (!self->up)
    return;
  rdv_link_tell (self->commands, channel, text);
}

static void
rdv_redis_stop (RdvBus * bus)
{
  RdvRedis *self = (RdvRedis *) bus;

  self->stopping = TRUE;
  clear_source (&self->beat);
  clear_source (&self->retry);
  if (!self->up)
    return;
  rdv_presence_remove_all (self->presence, self->commands);
  rdv_lease_drop (self->lease, self->commands);
  rdv_link_flush (self->commands);
}

static void
rdv_redis_free (RdvBus * bus)
{
  RdvRedis *self = (RdvRedis *) bus;

  clear_source (&self->beat);
  clear_source (&self->retry);
  clear_source (&self->lost);
  g_clear_pointer (&self->commands, rdv_link_free);
  g_clear_pointer (&self->events, rdv_link_free);
  rdv_presence_free (self->presence);
  rdv_lease_free (self->lease);
  rdv_link_address_free (self->address);
  g_free (self->room_prefix);
  g_free (self->instance_prefix);
  g_free (self->common);
  g_free (self->id);
  g_free (self);
}

RdvBus *
rdv_redis_new (const char *uri, const char *prefix, const RdvBusCalls * calls,
    gpointer user_data, GError ** error)
{
  RdvLinkAddress *address = rdv_link_address_new (uri, error);
  RdvRedis *self;

  if (!address)
    return NULL;
  self = g_new0 (RdvRedis, 1);
  self->bus = (RdvBus) {
  rdv_redis_join, rdv_redis_leave, rdv_redis_publish, rdv_redis_withdraw,
        rdv_redis_send, rdv_redis_stop, rdv_redis_free};
  self->calls = calls;
  self->user_data = user_data;
  self->address = address;
  self->id = g_uuid_string_random ();
  self->room_prefix = g_strconcat (prefix, ":room:", NULL);
  self->instance_prefix = g_strconcat (prefix, ":instance:", NULL);
  self->common = g_strconcat (prefix, ":instances", NULL);
  self->backoff_ms = BACKOFF_MIN_MS;
  self->presence = rdv_presence_new (self->room_prefix, self->instance_prefix,
      self->id);
  self->lease = rdv_lease_new (self->instance_prefix, self->id, &lease_calls,
      self);
  start (self);
  return &self->bus;
}
