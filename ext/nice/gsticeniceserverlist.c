/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The servers of an agent, and when gathering need not wait for them any
 * more. */

#include "config.h"

#include "gsticeniceserverlist.h"

#define N_RANKS 3

/* How many of libnice's slots are kept for TCP and TLS, however many servers
 * over UDP there are: a firewall may let nothing else through. */
#define RESERVED 2

struct _GstIceNiceServerList
{
  const GstIceNiceServerHost *host;
  GPtrArray *servers;           /* of GstIceNiceServer */
  guint n_taken;                /* TURN servers that libnice has */
  guint n_told[N_RANKS];        /* of TURN servers, by rank */
};

/* Returns: (transfer full): an empty list */
GstIceNiceServerList *
gst_ice_nice_server_list_new (const GstIceNiceServerHost * host)
{
  GstIceNiceServerList *self = g_new0 (GstIceNiceServerList, 1);

  self->host = host;
  self->servers = g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_ice_nice_server_free);
  return self;
}

/* @self: (transfer full) */
void
gst_ice_nice_server_list_free (GstIceNiceServerList * self)
{
  g_ptr_array_unref (self->servers);
  g_free (self);
}

static GstIceNiceServer *
get_server (const GstIceNiceServerList * self, guint i)
{
  return g_ptr_array_index (self->servers, i);
}

static const GstIceServer *
get_value (const GstIceNiceServerList * self, guint i)
{
  return gst_ice_nice_server_get (get_server (self, i));
}

static GstIceNiceServerState
get_state (const GstIceNiceServerList * self, guint i)
{
  return gst_ice_nice_server_get_state (get_server (self, i));
}

static void
add_one (GstIceNiceServerList * self, const GstIceServer * server,
    GstIceServerTransport transport)
{
  g_autoptr (GstIceServer) one = gst_ice_server_copy_for (server, transport);

  for (guint i = 0; i < self->servers->len; i++) {
    if (gst_ice_server_same_place (get_value (self, i), one))
      return;
  }
  g_ptr_array_add (self->servers, gst_ice_nice_server_new (server, transport,
          self->host));
}

void
gst_ice_nice_server_list_add (GstIceNiceServerList * self,
    const GstIceServer * server)
{
  if (server->transport != GST_ICE_SERVER_TCP)
    add_one (self, server, GST_ICE_SERVER_UDP);
  if (server->transport != GST_ICE_SERVER_UDP)
    add_one (self, server, GST_ICE_SERVER_TCP);
}

GstIceNiceServer *
gst_ice_nice_server_list_find_stun (const GstIceNiceServerList * self)
{
  for (guint i = 0; i < self->servers->len; i++) {
    const GstIceServer *server = get_value (self, i);

    if (server->kind == GST_ICE_SERVER_STUN &&
        get_state (self, i) != GST_ICE_NICE_SERVER_DEAD)
      return get_server (self, i);
  }
  return NULL;
}

gboolean
gst_ice_nice_server_list_has_turn (const GstIceNiceServerList * self)
{
  for (guint i = 0; i < self->servers->len; i++) {
    if (get_value (self, i)->kind != GST_ICE_SERVER_STUN &&
        get_state (self, i) != GST_ICE_NICE_SERVER_DEAD)
      return TRUE;
  }
  return FALSE;
}

gboolean
gst_ice_nice_server_list_is_resolving (const GstIceNiceServerList * self)
{
  for (guint i = 0; i < self->servers->len; i++) {
    if (get_state (self, i) == GST_ICE_NICE_SERVER_RESOLVING)
      return TRUE;
  }
  return FALSE;
}

void
gst_ice_nice_server_list_tell_stun (GstIceNiceServerList * self)
{
  GstIceNiceServer *stun = gst_ice_nice_server_list_find_stun (self);

  if (stun != NULL &&
      gst_ice_nice_server_get_state (stun) == GST_ICE_NICE_SERVER_READY)
    gst_ice_nice_server_tell (stun, &self->n_taken);
}

/* UDP goes before TCP: libnice keeps the first relayed candidate of an
 * address, and a relay over TCP is worse. TLS is the last resort, when all
 * else is blocked. */
static guint
get_rank (const GstIceServer * server)
{
  if (server->kind == GST_ICE_SERVER_TURNS)
    return 2;
  return server->transport == GST_ICE_SERVER_UDP ? 0 : 1;
}

static gboolean
may_be_told (const GstIceNiceServerList * self, guint i)
{
  return get_value (self, i)->kind != GST_ICE_SERVER_STUN &&
      (get_state (self, i) == GST_ICE_NICE_SERVER_READY ||
      get_state (self, i) == GST_ICE_NICE_SERVER_RESOLVING);
}

/* Returns: how many slots must stay free for ranks other than @rank */
static guint
count_reserved (const GstIceNiceServerList * self, guint rank)
{
  guint n_wanted[N_RANKS] = { 0, };
  guint n_reserved = 0;

  for (guint i = 0; i < self->servers->len; i++) {
    if (may_be_told (self, i))
      n_wanted[get_rank (get_value (self, i))]++;
  }
  for (guint r = 0; r < N_RANKS; r++) {
    if (r != rank && self->n_told[r] < RESERVED)
      n_reserved += MIN (RESERVED - self->n_told[r], n_wanted[r]);
  }
  return n_reserved;
}

/* A server for which there is no slot at all is told too: it then warns. */
static gboolean
has_place (const GstIceNiceServerList * self, guint rank)
{
  return self->n_taken >= GST_ICE_NICE_MAX_TURN_SERVERS ||
      self->n_taken + count_reserved (self, rank) <
      GST_ICE_NICE_MAX_TURN_SERVERS;
}

static gboolean
tell_rank (GstIceNiceServerList * self, guint rank)
{
  gboolean any = FALSE;

  for (guint i = 0; i < self->servers->len; i++) {
    const GstIceServer *server = get_value (self, i);

    if (server->kind == GST_ICE_SERVER_STUN || get_rank (server) != rank ||
        get_state (self, i) != GST_ICE_NICE_SERVER_READY ||
        !has_place (self, rank))
      continue;
    if (gst_ice_nice_server_tell (get_server (self, i), &self->n_taken)) {
      self->n_told[rank]++;
      any = TRUE;
    }
  }
  return any;
}

gboolean
gst_ice_nice_server_list_tell_turn (GstIceNiceServerList * self)
{
  gboolean any = FALSE;

  /* Twice: slots that other ranks leave go to servers of the first rank. */
  for (guint n = 0; n < 2 * N_RANKS; n++) {
    if (tell_rank (self, n % N_RANKS))
      any = TRUE;
  }
  return any;
}

GstIceNiceServer *
gst_ice_nice_server_list_claim (GstIceNiceServerList * self,
    const NiceCandidate * candidate)
{
  for (guint i = 0; i < self->servers->len; i++) {
    if (gst_ice_nice_server_owns (get_server (self, i), candidate))
      return get_server (self, i);
  }
  return NULL;
}

/* Whether this server, or another way to its host, gave a candidate. */
static gboolean
is_fine (const GstIceNiceServerList * self, const GstIceServer * server,
    gboolean has_srflx)
{
  if (server->kind == GST_ICE_SERVER_STUN && has_srflx)
    return TRUE;

  for (guint i = 0; i < self->servers->len; i++) {
    if (gst_ice_nice_server_works (get_server (self, i)) &&
        g_ascii_strcasecmp (get_value (self, i)->host, server->host) == 0)
      return TRUE;
  }
  return FALSE;
}

void
gst_ice_nice_server_list_diagnose (GstIceNiceServerList * self,
    gboolean has_srflx)
{
  for (guint i = 0; i < self->servers->len; i++) {
    if (!is_fine (self, get_value (self, i), has_srflx))
      gst_ice_nice_server_diagnose (get_server (self, i));
  }
}

void
gst_ice_nice_server_list_give_up_stun (GstIceNiceServerList * self)
{
  for (guint i = 0; i < self->servers->len; i++) {
    if (get_value (self, i)->kind == GST_ICE_SERVER_STUN &&
        get_state (self, i) == GST_ICE_NICE_SERVER_READY)
      gst_ice_nice_server_give_up_late (get_server (self, i));
  }
}
