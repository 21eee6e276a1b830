/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* One STUN or TURN server as an agent uses it: resolved, given to libnice,
 * and probed if it gives no candidate. */

#include "config.h"

#include "gsticeniceserver.h"

#include "gsticeerror.h"
#include "gsticelog.h"
#include "gsticenicesrv.h"
#include "gsticeturnprobe.h"
#include "gsticeturntunnel.h"

GST_ICE_LOG_CATEGORY (gst_ice_nice_server_log, "iceniceserver",
    "STUN and TURN servers on libnice");
#define GST_CAT_DEFAULT gst_ice_nice_server_log ()

/* One for each family. */
#define MAX_ADDRESSES 2

/* libnice may connect again after a redirection (300). */
#define CONNECTIONS_PER_CANDIDATE 2

struct _GstIceNiceServer
{
  GstIceServer *server;
  const GstIceNiceServerHost *host;
  gchar *uri;                   /* without secrets */
  gchar *name;                  /* for messages: as the user wrote it */
  GstIceNiceServerState state;
  gboolean works;
  guint first_slot, n_slots;    /* its slots in libnice's list */
  GPtrArray *addresses;         /* address texts that libnice can use */
  GstIceNiceSrv *srv;           /* NULL: its port is known */
  GCancellable *cancellable;    /* of the look-up of its name */
  GstIceTurnTunnel *tunnel;     /* NULL: not needed, or not yet */
  GstIceTurnProbe *probe;       /* NULL: not diagnosed */
};

static void
set_state (GstIceNiceServer * self, GstIceNiceServerState state)
{
  self->state = state;
}

/* @what: "is of no use because …" */
static void
give_up (GstIceNiceServer * self, const gchar * what)
{
  g_autoptr (GError) error = g_error_new (GST_ICE_ERROR,
      GST_ICE_ERROR_SIGNALLING, "%s server %s %s",
      self->server->kind == GST_ICE_SERVER_STUN ? "STUN" : "TURN", self->name,
      what);

  set_state (self, GST_ICE_NICE_SERVER_DEAD);
  self->host->warning (error, self->host->user_data);
}

/* The address. */

static gboolean
has_family (const GstIceNiceServer * self, GSocketFamily family)
{
  return family == G_SOCKET_FAMILY_IPV4 ? self->host->has_ipv4 :
      self->host->has_ipv6;
}

/* Takes the first address of each family in which there are host candidates. */
static void
take_addresses (GstIceNiceServer * self, GList * addresses)
{
  static const GSocketFamily families[MAX_ADDRESSES] = {
    G_SOCKET_FAMILY_IPV4, G_SOCKET_FAMILY_IPV6
  };

  for (guint f = 0; f < MAX_ADDRESSES; f++) {
    for (GList * l = addresses; l != NULL; l = l->next) {
      if (g_inet_address_get_family (l->data) == families[f] &&
          has_family (self, families[f])) {
        g_ptr_array_add (self->addresses, g_inet_address_to_string (l->data));
        break;
      }
    }
  }
  set_state (self, GST_ICE_NICE_SERVER_READY);
}

static void
on_resolved (GObject * source, GAsyncResult * result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  GList *addresses = g_resolver_lookup_by_name_finish (G_RESOLVER (source),
      result, &error);
  GstIceNiceServer *self = data;

  /* If cancelled, the server is freed. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (addresses != NULL) {
    take_addresses (self, addresses);
    if (self->addresses->len == 0)
      give_up (self, "has no address of a family that there is an address of "
          "here");
    g_resolver_free_addresses (addresses);
  } else {
    g_autofree gchar *what = g_strdup_printf ("can't be found: %s",
        error->message);

    give_up (self, what);
  }
  self->host->changed (self->host->user_data);
}

static gboolean
needs_tunnel (const GstIceNiceServer * self)
{
  return self->server->kind == GST_ICE_SERVER_TURNS ||
      (self->server->kind == GST_ICE_SERVER_TURN &&
      self->server->transport == GST_ICE_SERVER_TCP);
}

static void
resolve (GstIceNiceServer * self)
{
  g_autoptr (GInetAddress) literal =
      g_inet_address_new_from_string (self->server->host);

  if (needs_tunnel (self)) {
    /* The tunnel resolves the name. */
    set_state (self, GST_ICE_NICE_SERVER_READY);
  } else if (literal != NULL) {
    g_autoptr (GList) list = g_list_append (NULL, literal);

    take_addresses (self, list);
    if (self->addresses->len == 0)
      give_up (self, "is of a family that there is no address of here");
  } else {
    g_autoptr (GResolver) resolver = g_resolver_get_default ();

    self->cancellable = g_cancellable_new ();
    g_resolver_lookup_by_name_async (resolver, self->server->host,
        self->cancellable, on_resolved, self);
  }
}

static void
on_place (const GstIceServer * place, gpointer user_data)
{
  GstIceNiceServer *self = user_data;
  GstIceServer *unplaced = self->server;

  self->server = gst_ice_server_copy (place);
  gst_ice_server_free (unplaced);
  g_clear_pointer (&self->srv, gst_ice_nice_srv_free);
  resolve (self);
  if (self->state != GST_ICE_NICE_SERVER_RESOLVING)
    self->host->changed (self->host->user_data);
}

/* Finds its port, if nobody said which, then its address. */
static void
find (GstIceNiceServer * self)
{
  if (self->server->has_port || g_hostname_is_ip_address (self->server->host))
    resolve (self);
  else
    self->srv = gst_ice_nice_srv_new (self->server, self->host->database,
        on_place, self);
}

/* Returns: (transfer full): a server whose address is known or being looked
 *     up */
GstIceNiceServer *
gst_ice_nice_server_new (const GstIceServer * server,
    GstIceServerTransport transport, const GstIceNiceServerHost * host)
{
  GstIceNiceServer *self = g_new0 (GstIceNiceServer, 1);

  self->server = gst_ice_server_copy_for (server, transport);
  self->host = host;
  self->uri = gst_ice_server_to_uri (self->server);
  self->name = gst_ice_server_to_uri (server);
  self->addresses = g_ptr_array_new_with_free_func (g_free);
  find (self);
  return self;
}

/* @self: (transfer full) */
void
gst_ice_nice_server_free (GstIceNiceServer * self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->srv, gst_ice_nice_srv_free);
  g_clear_pointer (&self->probe, gst_ice_turn_probe_free);
  g_clear_pointer (&self->tunnel, gst_ice_turn_tunnel_free);
  g_ptr_array_unref (self->addresses);
  gst_ice_server_free (self->server);
  g_free (self->uri);
  g_free (self->name);
  g_free (self);
}

/* libnice. */

static void
on_tunnel_failed (const GError * error, gpointer user_data)
{
  GstIceNiceServer *self = user_data;

  if (self->state == GST_ICE_NICE_SERVER_DEAD)
    return;
  set_state (self, GST_ICE_NICE_SERVER_DEAD);
  self->host->warning (error, self->host->user_data);
  self->host->changed (self->host->user_data);
}

static void
on_response (const guint8 * response, gsize size_bytes, gpointer user_data)
{
  GstIceNiceServer *self = user_data;

  self->host->response (response, size_bytes, self->host->user_data);
}

static const GstIceTurnTunnelEvents tunnel_events = {
  .failed = on_tunnel_failed,
  .response = on_response,
};

static gboolean
tell_address (GstIceNiceServer * self, const gchar * address, guint port,
    guint * n_taken)
{
  const GstIceServer *server = self->server;
  NiceRelayType type = server->transport == GST_ICE_SERVER_UDP ?
      NICE_RELAY_TYPE_TURN_UDP : NICE_RELAY_TYPE_TURN_TCP;

  if (*n_taken == GST_ICE_NICE_MAX_TURN_SERVERS)
    return FALSE;

  if (self->n_slots++ == 0)
    self->first_slot = *n_taken;
  (*n_taken)++;
  GST_DEBUG ("%s is %s, port %u", self->uri, address, port);
  for (guint c = 1; c <= self->host->n_components; c++)
    nice_agent_set_relay_info (self->host->nice, self->host->stream, c,
        address, port, server->username != NULL ? server->username : "",
        server->password != NULL ? server->password : "", type);
  return TRUE;
}

static gboolean
tell_tunnel (GstIceNiceServer * self, guint * n_taken)
{
  g_autoptr (GError) error = NULL;

  self->tunnel = gst_ice_turn_tunnel_new (self->server, self->host->database,
      self->host->has_ipv4 ? G_SOCKET_FAMILY_IPV4 : G_SOCKET_FAMILY_IPV6,
      self->host->n_components * self->host->n_addresses *
      CONNECTIONS_PER_CANDIDATE, &tunnel_events, self, &error);
  if (self->tunnel == NULL) {
    give_up (self, error->message);
    return FALSE;
  }
  return tell_address (self, gst_ice_turn_tunnel_get_address (self->tunnel),
      gst_ice_turn_tunnel_get_port (self->tunnel), n_taken);
}

static void
give_up_for_many (GstIceNiceServer * self)
{
  g_autofree gchar *what =
      g_strdup_printf ("is not used over %s: libnice takes "
      "%d at most, each address and transport of a server counts",
      self->server->kind ==
      GST_ICE_SERVER_TURNS ? "TLS" : self->server->transport ==
      GST_ICE_SERVER_UDP ? "UDP" : "TCP",
      GST_ICE_NICE_MAX_TURN_SERVERS);

  give_up (self, what);
}

gboolean
gst_ice_nice_server_tell (GstIceNiceServer * self, guint * n_taken)
{
  guint n_told = 0;

  g_return_val_if_fail (self->state == GST_ICE_NICE_SERVER_READY, FALSE);

  set_state (self, GST_ICE_NICE_SERVER_TOLD);
  if (self->server->kind == GST_ICE_SERVER_STUN) {
    g_object_set (self->host->nice,
        "stun-server", (gchar *) g_ptr_array_index (self->addresses, 0),
        "stun-server-port", self->server->port, NULL);
    return TRUE;
  }

  if (needs_tunnel (self)) {
    n_told = tell_tunnel (self, n_taken);
  } else {
    for (guint i = 0; i < self->addresses->len; i++)
      n_told += tell_address (self, g_ptr_array_index (self->addresses, i),
          self->server->port, n_taken);
  }
  if (n_told == 0 && self->state != GST_ICE_NICE_SERVER_DEAD)
    give_up_for_many (self);
  return n_told > 0;
}

void
gst_ice_nice_server_give_up_late (GstIceNiceServer * self)
{
  give_up (self,
      "is not used until the next ICE restart: libnice takes one, and "
      "before gathering begins; set stun-server to have it at once");
}

/* libnice 0.1.21 tells only by the priority which server a relayed candidate
 * comes from: bits 6 to 8 of the local preference are the number of the
 * server. */
static guint
get_slot (const NiceCandidate * candidate)
{
  return candidate->priority >> (8 + 6) & 7;
}

gboolean
gst_ice_nice_server_owns (GstIceNiceServer * self,
    const NiceCandidate * candidate)
{
  guint slot = get_slot (candidate);
  gboolean is_own = slot >= self->first_slot &&
      slot < self->first_slot + self->n_slots;

  /* Even when the server was silent for too long and counted as dead. */
  self->works = self->works || is_own;
  return is_own;
}

gboolean
gst_ice_nice_server_works (const GstIceNiceServer * self)
{
  return self->works;
}

static void
on_probed (const GError * error, gpointer user_data)
{
  GstIceNiceServer *self = user_data;

  if (error == NULL) {
    GST_DEBUG ("%s works", self->uri);
    self->host->lives (self->host->user_data);
    return;
  }
  set_state (self, GST_ICE_NICE_SERVER_DEAD);
  self->host->warning (error, self->host->user_data);
}

void
gst_ice_nice_server_diagnose (GstIceNiceServer * self)
{
  if (self->probe == NULL && self->state == GST_ICE_NICE_SERVER_TOLD)
    self->probe = gst_ice_turn_probe_new (self->server, self->name,
        self->host->database, on_probed, self);
}

/* Getters. */

const GstIceServer *
gst_ice_nice_server_get (const GstIceNiceServer * self)
{
  return self->server;
}

GstIceNiceServerState
gst_ice_nice_server_get_state (const GstIceNiceServer * self)
{
  return self->state;
}

const gchar *
gst_ice_nice_server_get_uri (const GstIceNiceServer * self)
{
  return self->uri;
}
