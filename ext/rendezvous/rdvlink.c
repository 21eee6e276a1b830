/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* One connection to Redis by hiredis, as a source of the main loop. */

#include "config.h"

#include "rdvlink.h"

#include <gio/gio.h>
#include <gio/gnetworking.h>
#include <hiredis/adapters/glib.h>
#include <stdarg.h>
#include <string.h>

#define CONNECT_TIMEOUT_MS 3000
#define MAX_WORDS 12

struct _RdvLink
{
  const RdvLinkAddress *address;
  RdvLinkFunc func;
  gpointer user_data;

  GCancellable *cancellable;    /* of the look-up of the host's name */
  redisAsyncContext *redis;     /* NULL until resolved, and once broken */
  GSource *source;              /* of redis */
  gboolean ready;
  guint timeout;                /* source ids, 0: none */
  guint idle;
  char *why;                    /* why the link is broken; NULL: it is not */
};

/* Addresses. */

static gboolean
read_database (RdvLinkAddress * address, const char *path, GError ** error)
{
  guint64 number = 0;

  if (*path == '/')
    path++;
  if (*path && !g_ascii_string_to_unsigned (path, 10, 0, 1 << 20, &number,
          error))
    return FALSE;
  address->database = number;
  return TRUE;
}

RdvLinkAddress *
rdv_link_address_new (const char *uri, GError ** error)
{
  g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_HAS_PASSWORD, NULL);
  RdvLinkAddress *address;

  if (!parsed || g_strcmp0 (g_uri_get_scheme (parsed), "redis") != 0
      || !g_uri_get_host (parsed) || !*g_uri_get_host (parsed)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
        "The URI of Redis has the form redis://[[USER]:PASSWORD@]HOST[:PORT]"
        "[/DB]");
    return NULL;
  }
  address = g_new0 (RdvLinkAddress, 1);
  address->host = g_strdup (g_uri_get_host (parsed));
  address->port = g_uri_get_port (parsed) > 0 ? g_uri_get_port (parsed) : 6379;
  if (g_uri_get_user (parsed) && *g_uri_get_user (parsed))
    address->user = g_strdup (g_uri_get_user (parsed));
  address->password = g_strdup (g_uri_get_password (parsed));
  if (!read_database (address, g_uri_get_path (parsed), error))
    g_clear_pointer (&address, rdv_link_address_free);
  return address;
}

void
rdv_link_address_free (RdvLinkAddress * address)
{
  g_free (address->host);
  g_free (address->user);
  g_free (address->password);
  g_free (address);
}

/* A broken connection is reported later, from the main loop: hiredis may
 * still be using it when it breaks. */

static gboolean
on_broken (gpointer user_data)
{
  RdvLink *link = user_data;

  link->idle = 0;
  link->func (link, link->why, link->user_data);
  return G_SOURCE_REMOVE;
}

static void
fail (RdvLink * link, const char *why)
{
  if (link->why)
    return;
  link->why = g_strdup (why && *why ? why : "the connection broke");
  link->idle = g_idle_add (on_broken, link);
}

/* hiredis frees the context right after this. */
static void
on_disconnected (const redisAsyncContext * redis, int status)
{
  RdvLink *link = redis->data;

  if (!link)
    return;
  link->redis = NULL;
  fail (link, redis->errstr);
}

/* hiredis' own adapter would wake up the main loop here, as if another
 * thread had called. That costs a turn of the loop for each command and
 * reply. All our calls come from the main loop. */
static void
on_add_read (void *data)
{
  ((RedisSource *) data)->poll_fd.events |= G_IO_IN;
}

static void
on_remove_read (void *data)
{
  ((RedisSource *) data)->poll_fd.events &= ~G_IO_IN;
}

static void
on_add_write (void *data)
{
  ((RedisSource *) data)->poll_fd.events |= G_IO_OUT;
}

static void
on_remove_write (void *data)
{
  ((RedisSource *) data)->poll_fd.events &= ~G_IO_OUT;
}

/* The adapter of hiredis 0.14 reads after a write, even if the write freed
 * the context. It does not when its events are cleared. */
static void
on_cleanup (void *data)
{
  RedisSource *source = data;

  redis_source_cleanup (source);
  source->poll_fd.revents = 0;
  source->poll_fd.events = 0;
  g_source_destroy (data);
}

/* Connecting. */

static void
on_ready (redisAsyncContext * redis, void *data, void *user_data)
{
  redisReply *reply = data;
  RdvLink *link = reply ? redis->data : NULL;

  if (!link)
    return;
  if (reply->type == REDIS_REPLY_ERROR) {
    fail (link, reply->str);
    return;
  }
  if (link->timeout)
    g_source_remove (link->timeout);
  link->timeout = 0;
  link->ready = TRUE;
  link->func (link, NULL, link->user_data);
}

static void
on_connected (const redisAsyncContext * redis, int status)
{
  RdvLink *link = redis->data;
  int one = 1;

  if (!link)
    return;
  if (status == REDIS_OK) {
    /* hiredis 0.14 sets this for blocking connections only. */
    setsockopt (redis->c.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return;
  }
  /* hiredis frees the context after this, without on_disconnected. */
  link->redis = NULL;
  fail (link, redis->errstr);
}

static gboolean
on_timeout (gpointer user_data)
{
  RdvLink *link = user_data;

  link->timeout = 0;
  fail (link, "no answer");
  return G_SOURCE_REMOVE;
}

static void
connect_to (RdvLink * link, const char *ip)
{
  const RdvLinkAddress *address = link->address;
  g_autofree char *database = g_strdup_printf ("%d", address->database);
  redisAsyncContext *redis = redisAsyncConnect (ip, address->port);

  if (!redis || redis->err) {
    fail (link, redis ? redis->errstr : "out of memory");
    if (redis)
      redisAsyncFree (redis);
    return;
  }
  redis->data = link;
  link->redis = redis;
  link->source = redis_source_new (redis);
  redis->ev.cleanup = on_cleanup;
  redis->ev.addRead = on_add_read;
  redis->ev.delRead = on_remove_read;
  redis->ev.addWrite = on_add_write;
  redis->ev.delWrite = on_remove_write;
  /* As in rdvpoll.c. */
  g_source_set_can_recurse (link->source, TRUE);
  g_source_attach (link->source, NULL);
  redisAsyncSetConnectCallback (redis, on_connected);
  redisAsyncSetDisconnectCallback (redis, on_disconnected);

  if (address->password && address->user)
    rdv_link_command (link, NULL, NULL, "AUTH", address->user,
        address->password, NULL);
  else if (address->password)
    rdv_link_command (link, NULL, NULL, "AUTH", address->password, NULL);
  /* This fails too when AUTH failed. */
  rdv_link_command (link, on_ready, NULL, "SELECT", database, NULL);
}

/* Resolves the name beforehand: redisAsyncConnect() would block the main
 * loop. */
static void
on_resolved (GObject * source, GAsyncResult * result, gpointer user_data)
{
  RdvLink *link = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *ip = NULL;
  GList *addresses = g_resolver_lookup_by_name_finish (G_RESOLVER (source),
      result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (addresses) {
    guint turn = link->address->attempt % g_list_length (addresses);

    ip = g_inet_address_to_string (g_list_nth_data (addresses, turn));
    connect_to (link, ip);
    g_resolver_free_addresses (addresses);
  } else {
    fail (link, error->message);
  }
}

RdvLink *
rdv_link_new (const RdvLinkAddress * address, RdvLinkFunc func,
    gpointer user_data)
{
  RdvLink *link = g_new0 (RdvLink, 1);
  g_autoptr (GResolver) resolver = g_resolver_get_default ();

  link->address = address;
  link->func = func;
  link->user_data = user_data;
  link->cancellable = g_cancellable_new ();
  link->timeout = g_timeout_add (CONNECT_TIMEOUT_MS, on_timeout, link);
  g_resolver_lookup_by_name_async (resolver, address->host, link->cancellable,
      on_resolved, link);
  return link;
}

void
rdv_link_free (RdvLink * link)
{
  redisAsyncContext *redis = g_steal_pointer (&link->redis);

  g_cancellable_cancel (link->cancellable);
  g_object_unref (link->cancellable);
  if (redis) {
    redis->data = NULL;
    redisAsyncFree (redis);
  }
  if (link->source)
    g_source_unref (link->source);
  if (link->timeout)
    g_source_remove (link->timeout);
  if (link->idle)
    g_source_remove (link->idle);
  g_free (link->why);
  g_free (link);
}

void
rdv_link_command (RdvLink * link, redisCallbackFn * func, gpointer user_data,
    const char *word, ...)
{
  const char *words[MAX_WORDS];
  size_t lengths[MAX_WORDS];
  int n = 0;
  va_list args;

  va_start (args, word);
  for (; word && n < MAX_WORDS; word = va_arg (args, const char *))
  {
    words[n] = word;
    lengths[n++] = strlen (word);
  }
  va_end (args);
  if ((!link->redis || redisAsyncCommandArgv (link->redis, func, user_data, n,
              words, lengths) != REDIS_OK) && func)
    func (link->redis, NULL, user_data);
}

void
rdv_link_tell (RdvLink * link, const char *channel, const char *text)
{
  const char *words[] = { "PUBLISH", channel, text };
  size_t lengths[] = { strlen (words[0]), strlen (channel), strlen (text) };

  if (!link->redis)
    return;
  /* redisAsyncCommandArgv() would expect a reply. */
  redisAppendCommand (&link->redis->c, "CLIENT REPLY SKIP");
  redisAppendCommandArgv (&link->redis->c, G_N_ELEMENTS (words), words,
      lengths);
  rdv_link_flush (link);
}

void
rdv_link_flush (RdvLink * link)
{
  if (link->redis && link->ready)
    redisAsyncHandleWrite (link->redis);
}
