/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The lite agent of one transport: its user name and candidates, and its state by the
 * peer's checks on a port (gsticeliteport.c). */

#include "config.h"

#include "gsticeliteagent.h"

#include "gsticeaddresses.h"
#include "gsticeerror.h"
#include "gsticelitemetrics.h"
#include "gsticeliteport.h"
#include "gsticemetricsbackend.h"
#include "gsticelog.h"
#include "gsticenat1to1.h"
#include "gsticenetworkmonitor.h"
#include "gsticetimer.h"

#include <string.h>
#include <sys/socket.h>

GST_ICE_LOG_CATEGORY (gst_ice_lite_agent_log, "iceliteagent", "ICE-lite agent");
#define GST_CAT_DEFAULT gst_ice_lite_agent_log ()

/* RFC 8445, 5.1.2.1 */
#define HOST_PREFERENCE 126u
#define TCP_PREFERENCE 90u

/* RFC 8445, 5.3: at least 24 and 128 bits of chance; a character has six. */
#define UFRAG_SIZE 8
#define PASSWORD_SIZE 24

typedef struct
{
  GstIceLiteAgent *agent;       /* (transfer none) */
  guint number;                 /* RFC 8445: 1 or 2 */
  GstIceLitePort *port;         /* NULL: does not gather yet, or closed */
  GstIceLiteCall *call;
  GSource *changed;             /* made ready by who reads */
  GstIceUdpAddress remote;      /* of the route that was told, */
  guint stream;                 /* as of a path */
  gboolean has_route;
  GstIceLiteHealth health;      /* that was told */
} Component;

struct _GstIceLiteAgent
{
  GstIceAgent parent;

  /* Set at construction. */
  gchar *name;
  GstIceConfig *config;
  GMainContext *context;
  const GstIceAgentEvents *events;
  gpointer user_data;
  gchar *ufrag;
  gchar *password;
  GstIceNat1to1 *nat;
  guint n_components;
  GstIceDemux *demuxes[GST_ICE_MAX_COMPONENTS];

  /* Session thread. */
  Component components[GST_ICE_MAX_COMPONENTS];
  GPtrArray *locals;            /* of GstIceCandidate */
  GPtrArray *remotes;           /* of GstIceCandidate */
  GSource *tells;               /* what was gathered is told soon, or NULL */
  gboolean has_remote;          /* credentials: pairs count from here on */
  GstIceNetworkMonitor *monitor;
};

G_DEFINE_TYPE (GstIceLiteAgent, gst_ice_lite_agent, GST_TYPE_ICE_AGENT);

/* What the peer does. */

static gboolean
is_at (const GstIceCandidate * candidate, guint component,
    GstIceProtocol transport, const GstIceUdpAddress * address)
{
  GstIceUdpAddress other;

  return candidate->component == component &&
      candidate->transport == transport &&
      gst_ice_udp_address_set_text (&other, candidate->address,
      candidate->port) && gst_ice_udp_address_equal (&other, address);
}

/* Returns: (transfer full): the candidate without its port's brackets and zone */
static GstIceCandidate *
candidate_at (const GstIceUdpAddress * address, guint component)
{
  gchar text[GST_ICE_UDP_ADDRESS_TEXT_SIZE];
  GstIceCandidate *candidate;
  g_autofree gchar *host = NULL;
  gchar *colon;

  gst_ice_udp_address_to_text (address, text);
  colon = strrchr (text, ':');
  host = address->any.sa_family == AF_INET6 ?
      g_strndup (text + 1, colon - text - 2) : g_strndup (text, colon - text);
  candidate = gst_ice_candidate_new (host, gst_ice_udp_address_port (address));
  candidate->component = component;
  return candidate;
}

/* Returns: (transfer full): as the peer described it, or reflexive (RFC 8445, 7.3.1.3) */
static GstIceCandidate *
describe_remote (GstIceLiteAgent * self, const GstIceLitePath * path,
    guint component)
{
  /* RFC 6544, 4.5: who opens a connection is active, and has the port of that socket,
   * which no candidate of its says. */
  const GstIceProtocol transport = path->stream != 0 ?
      GST_ICE_PROTOCOL_TCP_ACTIVE : GST_ICE_PROTOCOL_UDP;
  GstIceCandidate *made;

  for (guint i = 0; i < self->remotes->len; i++) {
    const GstIceCandidate *known = g_ptr_array_index (self->remotes, i);

    if (is_at (known, component, transport, &path->remote))
      return gst_ice_candidate_copy (known);
  }
  made = candidate_at (&path->remote, component);
  made->transport = transport;
  made->type = GST_ICE_CANDIDATE_PRFLX;
  made->priority = MAX (path->priority, 1);
  gst_ice_candidate_compute_foundation (made);
  return made;
}

/* Returns: (transfer full): the candidate of ours that the peer has asked */
static GstIceCandidate *
describe_local (GstIceLiteAgent * self, const GstIceLitePath * path,
    Component * component)
{
  const GstIceProtocol transport = path->stream != 0 ?
      GST_ICE_PROTOCOL_TCP_PASSIVE : GST_ICE_PROTOCOL_UDP;
  g_autoptr (GstIceCandidate) asked = candidate_at (&path->local,
      component->number);

  for (guint i = 0; i < self->locals->len; i++) {
    const GstIceCandidate *known = g_ptr_array_index (self->locals, i);
    const gchar *base = known->base_address != NULL ? known->base_address :
        known->address;

    if (known->component == component->number &&
        known->transport == transport && g_str_equal (base, asked->address))
      return gst_ice_candidate_copy (known);
  }
  asked->port = gst_ice_lite_port_get_number (component->port,
      path->local.any.sa_family);
  asked->transport = transport;
  asked->priority = HOST_PREFERENCE << 24;
  gst_ice_candidate_compute_foundation (asked);
  return g_steal_pointer (&asked);
}

static void
tell_selected (GstIceLiteAgent * self, Component * component,
    const GstIceLitePath * path)
{
  GstIceAgent *agent = GST_ICE_AGENT (self);
  g_autoptr (GstIceCandidate) local = describe_local (self, path, component);
  g_autoptr (GstIceCandidate) remote = describe_remote (self, path,
      component->number);
  g_autoptr (GstIceWaiter) waiter =
      gst_ice_demux_dup_waiter (self->demuxes[component->number - 1]);
  g_autoptr (GstIceRoute) route = NULL;
  g_autoptr (GError) error = NULL;

  if (!gst_ice_lite_port_set_waiter (component->port, waiter, &error)) {
    self->events->warning (agent, error, self->user_data);
    self->events->state (agent, component->number, GST_ICE_AGENT_FAILED,
        self->user_data);
    return;
  }
  route = gst_ice_lite_port_make_route (component->port, component->call, path);
  if (route == NULL)
    return;
  component->has_route = TRUE;
  if (component->health == GST_ICE_LITE_SUSPECT)
    self->events->recovered (agent, component->number, self->user_data);
  component->health = GST_ICE_LITE_ALIVE;
  component->remote = path->remote;
  component->stream = path->stream;
  self->events->state (agent, component->number, GST_ICE_AGENT_CONNECTED,
      self->user_data);
  self->events->selected (agent, component->number, local, remote, route,
      self->user_data);
  self->events->state (agent, component->number, GST_ICE_AGENT_COMPLETED,
      self->user_data);
}

static void
tell_health (GstIceLiteAgent * self, Component * component,
    GstIceLiteHealth health)
{
  void (*const tells[]) (GstIceAgent *, guint, gpointer) = {
    self->events->recovered, self->events->suspect, self->events->lost
  };

  component->health = health;
  if (health == GST_ICE_LITE_LOST)
    component->has_route = FALSE;
  tells[health] (GST_ICE_AGENT (self), component->number, self->user_data);
}

static void
look (Component * component)
{
  GstIceLiteAgent *self = component->agent;
  g_autoptr (GstIceLiteAgent) alive = NULL;
  GstIceLitePath path;
  GstIceLiteHealth health;

  if (component->port == NULL || !self->has_remote)
    return;
  alive = g_object_ref (self);
  health = gst_ice_lite_port_look (component->port, component->call, &path);
  if (path.call != NULL && health == GST_ICE_LITE_ALIVE
      && (!component->has_route || component->stream != path.stream
          || !gst_ice_udp_address_equal (&component->remote, &path.remote)))
    tell_selected (self, component, &path);
  else if (component->has_route && health != component->health)
    tell_health (self, component, health);
}

static gboolean
on_changed (gpointer user_data)
{
  Component *component = user_data;

  g_source_set_ready_time (component->changed, -1);
  look (component);
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch (GSource * source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs changed_funcs = {.dispatch = dispatch };

/* The thread that reads, with the port's lock held. */
static void
mark_changed (gpointer user_data)
{
  Component *component = user_data;

  g_source_set_ready_time (component->changed, 0);
}

/* Gathering. */

static void
add_local (GstIceLiteAgent * self, GstIceCandidate * candidate)
{
  /* What a 1:1 NAT adds is as fixed as our own: all candidates are host (RFC 8445,
   * 5.2). */
  candidate->type = GST_ICE_CANDIDATE_HOST;
  g_clear_pointer (&candidate->related_address, g_free);
  candidate->related_port = 0;
  gst_ice_candidate_compute_foundation (candidate);
  g_ptr_array_add (self->locals, candidate);
}

/* RFC 6544, 4.2: TCP is below all UDP, as it delays what follows a loss; passive has 4 in
 * the upper bits of the local preference. @rank: the larger, the better */
static guint32
get_priority (GstIceProtocol transport, guint component, guint rank)
{
  if (transport == GST_ICE_PROTOCOL_UDP)
    return HOST_PREFERENCE << 24 | MIN (rank, 0xfff) << 12 | (256 - component);
  return TCP_PREFERENCE << 24 | (4u << 13 | MIN (rank, 0xff) << 4) << 8 |
      (256 - component);
}

static void
add_candidate (GstIceLiteAgent * self, Component * component,
    GstIceProtocol transport, const gchar * address, guint rank)
{
  GstIceUdpAddress parsed;
  GstIceCandidate *candidate, *extra = NULL;
  guint port;

  if (!gst_ice_udp_address_set_text (&parsed, address, 0))
    return;
  port = gst_ice_lite_port_get_number (component->port, parsed.any.sa_family);
  if (port == 0)
    return;
  candidate = gst_ice_candidate_new (address, port);
  candidate->component = component->number;
  candidate->transport = transport;
  candidate->priority = get_priority (transport, component->number, rank);
  if (self->nat != NULL)
    gst_ice_nat1to1_apply (self->nat, candidate, &extra);
  add_local (self, candidate);
  if (extra != NULL) {
    extra->priority = candidate->priority - (1 << 8);
    add_local (self, extra);
  }
}

static gboolean
tell_gathered (gpointer user_data)
{
  GstIceLiteAgent *self = user_data;
  GstIceAgent *agent = GST_ICE_AGENT (self);
  g_autoptr (GstIceLiteAgent) alive G_GNUC_UNUSED = g_object_ref (self);

  gst_ice_timer_clear (&self->tells);
  for (guint i = 0; i < self->locals->len; i++)
    self->events->candidate (agent, g_ptr_array_index (self->locals, i),
        self->user_data);
  self->events->gathered_enough (agent, self->user_data);
  self->events->gathering_done (agent, self->user_data);
  return G_SOURCE_REMOVE;
}

static void
on_network_changed (gpointer user_data)
{
  GstIceLiteAgent *self = user_data;

  self->events->network_changed (GST_ICE_AGENT (self), self->user_data);
}

/* Opens the port of a component, and registers it there. */
static gboolean
open_component (GstIceLiteAgent * self, guint c, GError ** error)
{
  const gboolean is_plain = gst_ice_config_get_enum (self->config,
      "encryption") == GST_ICE_ENCRYPTION_NONE;
  GstIceLitePortSettings settings = {
    /* One user name on one port can't be two components. */
    .number = c == 0 ?
        gst_ice_config_get_uint (self->config, "udp-mux-port") : 0,
    .min = gst_ice_config_get_uint (self->config, "min-rtp-port"),
    .max = gst_ice_config_get_uint (self->config, "max-rtp-port"),
    .buffer_bytes = gst_ice_config_get_uint (self->config, "buffer-size"),
    .dscp = gst_ice_config_get_int (self->config, "qos-dscp"),
    .has_tcp = gst_ice_config_get_boolean (self->config, "ice-tcp"),
  };
  Component *component = &self->components[c];
  GstIceLiteCallSettings call = {
    .ufrag = self->ufrag,.password = self->password,
    .demux = self->demuxes[c],
    .consent_ms = gst_ice_config_get_uint (self->config, "consent-timeout"),
    .media_vouches = is_plain,
    .changed = mark_changed,.user_data = component
  };

  if (settings.min > settings.max) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        "min-rtp-port is %u, above max-rtp-port, %u", settings.min,
        settings.max);
    return FALSE;
  }
  component->port = gst_ice_lite_port_join (&settings, error);
  if (component->port == NULL)
    return FALSE;
  component->changed = g_source_new (&changed_funcs, sizeof (GSource));
  g_source_set_callback (component->changed, on_changed, component, NULL);
  g_source_attach (component->changed, self->context);
  component->call = gst_ice_lite_port_add_call (component->port, &call);
  g_return_val_if_fail (component->call != NULL, FALSE);
  return TRUE;
}

static gboolean
gst_ice_lite_agent_gather (GstIceAgent * agent, GError ** error)
{
  GstIceLiteAgent *self = GST_ICE_LITE_AGENT (agent);
  const gchar *interfaces = gst_ice_config_get_string (self->config,
      "network-interfaces");
  const gboolean has_tcp = gst_ice_config_get_boolean (self->config, "ice-tcp");
  g_autoptr (GPtrArray) addresses = gst_ice_addresses_list (interfaces);

  for (guint c = 0; c < self->n_components; c++) {
    if (!open_component (self, c, error))
      return FALSE;
    for (guint i = 0; i < addresses->len; i++) {
      const gchar *address = g_ptr_array_index (addresses, i);

      add_candidate (self, &self->components[c], GST_ICE_PROTOCOL_UDP, address,
          i + 1);
      if (has_tcp)
        add_candidate (self, &self->components[c], GST_ICE_PROTOCOL_TCP_PASSIVE,
            address, i + 1);
    }
  }
  if (self->locals->len == 0) {
    g_autofree gchar *why = gst_ice_addresses_explain (interfaces);

    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
        "There is no address to listen on for %s: %s", self->name, why);
    return FALSE;
  }
  self->monitor = gst_ice_network_monitor_new (interfaces, self->context,
      on_network_changed, self);
  self->tells = gst_ice_timer_new (0, tell_gathered, self);
  return TRUE;
}

/* The rest of an agent. */

static void
gst_ice_lite_agent_get_credentials (GstIceAgent * agent, gchar ** ufrag,
    gchar ** pwd)
{
  GstIceLiteAgent *self = GST_ICE_LITE_AGENT (agent);

  *ufrag = g_strdup (self->ufrag);
  *pwd = g_strdup (self->password);
}

/* The peer is asked nothing. But there is an answer now, and what was nominated before
 * may be used: by who answered, if several did. */
static gboolean
gst_ice_lite_agent_set_remote_credentials (GstIceAgent * agent,
    const gchar * ufrag, const gchar * pwd, GError ** error)
{
  GstIceLiteAgent *self = GST_ICE_LITE_AGENT (agent);

  self->has_remote = TRUE;
  for (guint c = 0; c < self->n_components; c++) {
    Component *component = &self->components[c];

    if (component->changed == NULL)
      continue;
    gst_ice_lite_port_set_peer (component->port, component->call, ufrag);
    mark_changed (component);
  }
  return TRUE;
}

static void
gst_ice_lite_agent_add_remote_candidates (GstIceAgent * agent,
    GPtrArray * candidates)
{
  GstIceLiteAgent *self = GST_ICE_LITE_AGENT (agent);

  for (guint i = 0; i < candidates->len; i++)
    g_ptr_array_add (self->remotes,
        gst_ice_candidate_copy (g_ptr_array_index (candidates, i)));
}

static void
close_component (Component * self)
{
  if (self->port == NULL)
    return;
  if (self->call != NULL)
    gst_ice_lite_port_remove_call (self->port, self->call);
  self->call = NULL;
  g_clear_pointer (&self->port, gst_ice_lite_port_leave);
  g_source_destroy (self->changed);
  g_clear_pointer (&self->changed, g_source_unref);
}

static gboolean
gst_ice_lite_agent_has_heard_peer (GstIceAgent * agent)
{
  GstIceLiteAgent *self = GST_ICE_LITE_AGENT (agent);

  for (guint c = 0; c < self->n_components; c++) {
    const Component *component = &self->components[c];

    if (component->call != NULL
        && gst_ice_lite_port_was_checked (component->port, component->call))
      return TRUE;
  }
  return FALSE;
}

static void
gst_ice_lite_agent_close (GstIceAgent * agent, GDestroyNotify closed,
    gpointer user_data)
{
  GstIceLiteAgent *self = GST_ICE_LITE_AGENT (agent);

  gst_ice_timer_clear (&self->tells);
  g_clear_pointer (&self->monitor, gst_ice_network_monitor_free);
  for (guint c = 0; c < self->n_components; c++)
    close_component (&self->components[c]);
  if (closed != NULL)
    closed (user_data);
}

static void
gst_ice_lite_agent_finalize (GObject * object)
{
  GstIceLiteAgent *self = GST_ICE_LITE_AGENT (object);

  g_warn_if_fail (self->components[0].port == NULL);
  g_ptr_array_unref (self->locals);
  g_ptr_array_unref (self->remotes);
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++)
    g_clear_object (&self->demuxes[c]);
  g_clear_pointer (&self->nat, gst_ice_nat1to1_free);
  g_clear_pointer (&self->config, gst_ice_config_free);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_free (self->password);
  g_free (self->ufrag);
  g_free (self->name);

  G_OBJECT_CLASS (gst_ice_lite_agent_parent_class)->finalize (object);
}

static void
gst_ice_lite_agent_class_init (GstIceLiteAgentClass * klass)
{
  GstIceAgentClass *agent_class = GST_ICE_AGENT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_ice_lite_agent_finalize;
  agent_class->is_lite = TRUE;
  agent_class->gather = gst_ice_lite_agent_gather;
  agent_class->get_credentials = gst_ice_lite_agent_get_credentials;
  agent_class->set_remote_credentials =
      gst_ice_lite_agent_set_remote_credentials;
  agent_class->add_remote_candidates = gst_ice_lite_agent_add_remote_candidates;
  agent_class->has_heard_peer = gst_ice_lite_agent_has_heard_peer;
  agent_class->close = gst_ice_lite_agent_close;
}

static void
gst_ice_lite_agent_init (GstIceLiteAgent * self)
{
  self->locals = g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_ice_candidate_free);
  self->remotes = g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_ice_candidate_free);
}

/* Returns: (transfer full): characters of ice-char (RFC 8839, 5.4), each of six bits */
static gchar *
make_secret (guint size)
{
  static const gchar chars[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  gchar *secret = g_malloc (size + 1);

  gst_ice_udp_stun_randomise (secret, size);
  for (guint i = 0; i < size; i++)
    secret[i] = chars[secret[i] & 63];
  secret[size] = '\0';
  return secret;
}

GstIceAgent *
gst_ice_lite_agent_new (const GstIceAgentSettings * settings, GError ** error)
{
  g_autoptr (GstIceLiteAgent) self =
      g_object_new (GST_TYPE_ICE_LITE_AGENT, NULL);
  const gchar *external;

  self->name = g_strdup (settings->name);
  self->config = gst_ice_config_copy (settings->config);
  self->context = g_main_context_ref (settings->context);
  self->events = settings->events;
  self->user_data = settings->user_data;
  self->ufrag = make_secret (UFRAG_SIZE);
  self->password = make_secret (PASSWORD_SIZE);
  self->n_components = settings->n_components;
  gst_ice_metrics_backend_add_source (gst_ice_lite_metrics_write);
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++) {
    self->demuxes[c] = g_object_ref (settings->demuxes[c]);
    self->components[c].agent = self;
    self->components[c].number = c + 1;
  }
  external = gst_ice_config_get_string (self->config, "external-address");
  if (external != NULL) {
    self->nat = gst_ice_nat1to1_new (external,
        gst_ice_config_get_boolean (self->config, "keep-private-host"), error);
    if (self->nat == NULL)
      return NULL;
  }
  return GST_ICE_AGENT (g_steal_pointer (&self));
}
