/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A token bucket for each client of a listener. */

#include "config.h"

#include "gsticehttpquota.h"

/* Requests of one client. */
#define MAX_BURST 100.0
#define PER_SECOND 50.0

/* What a table of clients may cost; then the one that was not heard of for longest goes. */
#define MAX_CLIENTS 1024

typedef struct
{
  guint64 key;
  gdouble n_allowed;            /* requests, now */
  gint64 counted;               /* monotonic time, when n_allowed was so */
} Client;

struct _GstIceHttpQuota
{
  GQueue clients;               /* of Client, the last heard of first */
  GHashTable *links;            /* key -> its GList in clients */
};

/* Returns: (transfer full): which has charged nobody */
GstIceHttpQuota *
gst_ice_http_quota_new (void)
{
  GstIceHttpQuota *self = g_new0 (GstIceHttpQuota, 1);

  g_queue_init (&self->clients);
  self->links = g_hash_table_new (g_int64_hash, g_int64_equal);
  return self;
}

/* @self: (transfer full) */
void
gst_ice_http_quota_free (GstIceHttpQuota * self)
{
  g_hash_table_unref (self->links);
  g_queue_clear_full (&self->clients, g_free);
  g_free (self);
}

static Client *
add_client (GstIceHttpQuota * self, guint64 key, gint64 now)
{
  Client *client = g_new0 (Client, 1);

  if (self->clients.length >= MAX_CLIENTS) {
    Client *oldest = g_queue_pop_tail (&self->clients);

    g_hash_table_remove (self->links, &oldest->key);
    g_free (oldest);
  }
  client->key = key;
  client->n_allowed = MAX_BURST;
  client->counted = now;
  g_queue_push_head (&self->clients, client);
  g_hash_table_insert (self->links, &client->key, self->clients.head);
  return client;
}

static Client *
find_client (GstIceHttpQuota * self, guint64 key, gint64 now)
{
  GList *link = g_hash_table_lookup (self->links, &key);

  if (link == NULL)
    return add_client (self, key, now);
  g_queue_unlink (&self->clients, link);
  g_queue_push_head_link (&self->clients, link);
  return link->data;
}

gboolean
gst_ice_http_quota_charge (GstIceHttpQuota * self, guint64 key)
{
  const gint64 now = g_get_monotonic_time ();
  Client *client = find_client (self, key, now);

  client->n_allowed += (now - client->counted) * PER_SECOND / G_USEC_PER_SEC;
  client->n_allowed = MIN (client->n_allowed, MAX_BURST);
  client->counted = now;
  if (client->n_allowed < 1)
    return FALSE;
  client->n_allowed -= 1;
  return TRUE;
}
