/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Goes on looking for a direct pair while a relayed one is selected. */

#include "config.h"

#include "gsticenicedirectchecks.h"

#include "gsticelog.h"
#include "gsticetimer.h"

#include <stun/stunagent.h>
#include <stun/usages/ice.h>
#include <string.h>

GST_ICE_LOG_CATEGORY (gst_ice_nice_direct_checks_log, "icenicedirectchecks",
    "ICE, direct pairs beside a relayed one");
#define GST_CAT_DEFAULT gst_ice_nice_direct_checks_log ()

/* Time between two checks: RFC 8445, 14.2, as in gsticenicesettings.c. */
#define PACING_MS 10

/* The most pairs of one round. A hostile peer may offer more; the rest is
 * not tried. */
#define MAX_PAIRS 16

#define PREFERENCE_SHIFT 24     /* position of the type preference, RFC 8445,
                                 * 5.1.2.1 */
#define PRFLX_PREFERENCE 110

/* libnice's preference for relays. A relay that was learned from a check has
 * it too. */
#define MAX_RELAY_PREFERENCE 30

/* How long to wait before each further round. Both ends have to open a way
 * through their NATs, and either may begin later than the other. */
static const guint gaps_ms[] = { 20, 30, 50, 100, 200, 400, 800 };

typedef struct
{
  GSocket *socket;              /* reference */
  GSocketAddress *remote;       /* reference */
  guint32 priority;             /* in the request */
} Pair;

struct _GstIceNiceDirectChecks
{
  NiceAgent *nice;
  guint stream;
  guint n_components;
  const GstIceNiceRemote *peer;
  GMainContext *context;
  StunAgent stun;
  guint64 tie_breaker;

  GArray *pairs;                /* of Pair, for this round */
  guint n_sent;                 /* pairs that were checked */
  guint n_rounds;
  GSource *timer;               /* NULL: not running */
};

static gboolean on_time (gpointer data);

static void
pair_clear (gpointer data)
{
  Pair *pair = data;

  g_clear_object (&pair->socket);
  g_clear_object (&pair->remote);
}

GstIceNiceDirectChecks *
gst_ice_nice_direct_checks_new (NiceAgent * nice, guint stream,
    guint n_components, const GstIceNiceRemote * peer, GMainContext * context)
{
  GstIceNiceDirectChecks *self = g_new0 (GstIceNiceDirectChecks, 1);

  self->nice = nice;
  self->stream = stream;
  self->n_components = n_components;
  self->peer = peer;
  self->context = g_main_context_ref (context);
  self->tie_breaker = (guint64) g_random_int () << 32 | g_random_int ();
  self->pairs = g_array_new (FALSE, TRUE, sizeof (Pair));
  g_array_set_clear_func (self->pairs, pair_clear);
  stun_agent_init (&self->stun, STUN_ALL_KNOWN_ATTRIBUTES,
      STUN_COMPATIBILITY_RFC5389, STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS |
      STUN_AGENT_USAGE_USE_FINGERPRINT);
  return self;
}

/* @self: (transfer full) */
void
gst_ice_nice_direct_checks_free (GstIceNiceDirectChecks * self)
{
  gst_ice_timer_clear (&self->timer);
  g_array_unref (self->pairs);
  g_main_context_unref (self->context);
  g_free (self);
}

/* Which pairs. */

static gboolean
is_relayed (const NiceCandidate * candidate)
{
  return candidate->type == NICE_CANDIDATE_TYPE_RELAYED ||
      candidate->priority >> PREFERENCE_SHIFT <= MAX_RELAY_PREFERENCE;
}

static GSocketAddress *
to_gio (const NiceAddress * address)
{
  struct sockaddr_storage storage = { 0, };

  nice_address_copy_to_sockaddr (address, (struct sockaddr *) &storage);
  return g_socket_address_new_from_native (&storage, sizeof (storage));
}

static gboolean
is_bound_to (GSocket * socket, const NiceAddress * address)
{
  g_autoptr (GSocketAddress) bound = g_socket_get_local_address (socket, NULL);
  struct sockaddr_storage storage = { 0, };
  NiceAddress ours;

  if (bound == NULL || !g_socket_address_to_native (bound, &storage,
          sizeof (storage), NULL))
    return FALSE;
  nice_address_init (&ours);
  nice_address_set_from_sockaddr (&ours, (struct sockaddr *) &storage);
  return nice_address_equal (&ours, address);
}

/* Returns: (transfer full) (nullable): libnice's socket of a host candidate */
static GSocket *
find_socket (GPtrArray * sockets, const NiceCandidate * host)
{
  for (guint i = 0; sockets != NULL && i < sockets->len; i++) {
    GSocket *socket = g_ptr_array_index (sockets, i);

    if (g_socket_get_socket_type (socket) == G_SOCKET_TYPE_DATAGRAM &&
        is_bound_to (socket, &host->addr))
      return g_object_ref (socket);
  }
  return NULL;
}

/* Adds pairs of our @host with the peer's candidates that are not relays;
 * where both ends are relayed, also with the peer's relays. */
static void
add_pairs_of (GstIceNiceDirectChecks * self, const NiceCandidate * host,
    GPtrArray * sockets, const GSList * remotes, gboolean to_relays)
{
  g_autoptr (GSocket) socket = find_socket (sockets, host);

  for (const GSList * r = remotes; socket != NULL && r; r = r->next) {
    const NiceCandidate *remote = r->data;
    Pair pair = { NULL, };

    if (self->pairs->len == MAX_PAIRS)
      return;
    if (remote->transport != NICE_CANDIDATE_TRANSPORT_UDP ||
        (is_relayed (remote) && !to_relays) ||
        nice_address_ip_version (&remote->addr) !=
        nice_address_ip_version (&host->addr))
      continue;
    pair.socket = g_object_ref (socket);
    pair.remote = to_gio (&remote->addr);
    pair.priority = PRFLX_PREFERENCE << PREFERENCE_SHIFT |
        (host->priority & ((1 << PREFERENCE_SHIFT) - 1));
    g_array_append_val (self->pairs, pair);
  }
}

static void
add_pairs (GstIceNiceDirectChecks * self, guint component)
{
  g_autoptr (GPtrArray) sockets = NULL;
  NiceCandidate *local, *remote;
  GSList *locals, *remotes;

  if (!nice_agent_get_selected_pair (self->nice, self->stream, component,
          &local, &remote) || (!is_relayed (local) && !is_relayed (remote)))
    return;

  sockets = nice_agent_get_sockets (self->nice, self->stream, component);
  locals = nice_agent_get_local_candidates (self->nice, self->stream,
      component);
  remotes = nice_agent_get_remote_candidates (self->nice, self->stream,
      component);
  for (GSList * l = locals; l; l = l->next) {
    const NiceCandidate *host = l->data;

    if (host->type == NICE_CANDIDATE_TYPE_HOST &&
        host->transport == NICE_CANDIDATE_TRANSPORT_UDP)
      add_pairs_of (self, host, sockets, remotes, is_relayed (local) &&
          is_relayed (remote));
  }
  g_slist_free_full (locals, (GDestroyNotify) nice_candidate_free);
  g_slist_free_full (remotes, (GDestroyNotify) nice_candidate_free);
}

/* Checking them. */

/* Returns: the size of the request, 0 if none can be made */
static gsize
build_check (GstIceNiceDirectChecks * self, const Pair * pair, guint8 * buffer,
    gsize size)
{
  const gchar *password = gst_ice_nice_remote_get_password (self->peer);
  g_autofree gchar *ufrag = NULL;
  g_autofree gchar *own_password = NULL;
  g_autofree gchar *name = NULL;
  gboolean controlling;
  StunMessage message;
  StunTransactionId id;

  if (password == NULL || !nice_agent_get_local_credentials (self->nice,
          self->stream, &ufrag, &own_password))
    return 0;
  g_object_get (self->nice, "controlling-mode", &controlling, NULL);
  name = g_strdup_printf ("%s:%s", gst_ice_nice_remote_get_ufrag (self->peer),
      ufrag);
  size = stun_usage_ice_conncheck_create (&self->stun, &message, buffer, size,
      (const uint8_t *) name, strlen (name), (const uint8_t *) password,
      strlen (password), controlling, controlling, pair->priority,
      self->tie_breaker, NULL, STUN_USAGE_ICE_COMPATIBILITY_RFC5245);
  /* The answer goes to libnice, which ignores it: it did not ask. */
  stun_message_id (&message, id);
  stun_agent_forget_transaction (&self->stun, id);
  return size;
}

static void
check (GstIceNiceDirectChecks * self, const Pair * pair)
{
  guint8 buffer[STUN_MAX_MESSAGE_SIZE_IPV6];
  gsize size = build_check (self, pair, buffer, sizeof (buffer));

  /* A check that can't be sent counts as lost. */
  if (size > 0 && !g_socket_is_closed (pair->socket))
    g_socket_send_to (pair->socket, pair->remote, (const gchar *) buffer, size,
        NULL, NULL);
}

static gboolean
on_time (gpointer data)
{
  GstIceNiceDirectChecks *self = data;

  gst_ice_timer_clear (&self->timer);
  if (self->n_sent == self->pairs->len) {
    g_array_set_size (self->pairs, 0);
    self->n_sent = 0;
    for (guint c = 1; c <= self->n_components; c++)
      add_pairs (self, c);
    GST_DEBUG ("round %u: %u pairs", self->n_rounds, self->pairs->len);
  }
  if (self->n_sent < self->pairs->len)
    check (self, &g_array_index (self->pairs, Pair, self->n_sent++));

  if (self->n_sent < self->pairs->len)
    gst_ice_timer_restart (&self->timer, self->context, PACING_MS, on_time,
        self);
  else if (self->n_rounds < G_N_ELEMENTS (gaps_ms))
    gst_ice_timer_restart (&self->timer, self->context,
        gaps_ms[self->n_rounds++], on_time, self);
  return G_SOURCE_REMOVE;
}

void
gst_ice_nice_direct_checks_begin (GstIceNiceDirectChecks * self)
{
  if (self->timer == NULL) {
    self->n_rounds = 0;
    gst_ice_timer_restart (&self->timer, self->context, 0, on_time, self);
  }
}
