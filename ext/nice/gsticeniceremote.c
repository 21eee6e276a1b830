/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Gives libnice the peer's credentials and candidates, in an order that
 * suits its checks. */

#include "config.h"

#include "gsticeniceremote.h"

#include "gsticelog.h"
#include "gsticeniceconvert.h"
#include "gsticeniceresolver.h"
#include "gsticetimer.h"

#include <gio/gio.h>

#include <string.h>

GST_ICE_LOG_CATEGORY (gst_ice_nice_remote_log, "iceniceremote",
    "ICE, the peer's candidates");
#define GST_CAT_DEFAULT gst_ice_nice_remote_log ()

/* How long relayed candidates wait. A direct pair needs one round trip, or
 * two where both ends have to open a way through a NAT: docs/nat.md. */
#define RELAY_HOLD_MS 80
/* The same where there are TCP candidates: a connection takes a round trip more, and
 * what libnice nominates then is final. */
#define TCP_RELAY_HOLD_MS 300

/* With TCP candidates libnice waits until checks have failed. It then gives up on an
 * address after 2 s, over UDP after three requests. */
#define TCP_MAX_TRANSMISSIONS 3
#define TCP_TIMEOUT_MS 2000

/* libnice cuts off longer ones; RFC 8839, 5.4 has the same limit. */
#define MAX_CREDENTIAL_LENGTH 256

/* For each component and generation. To an address that does not answer
 * libnice sends five requests from each local address of its family. So a
 * peer that names others' addresses can make us send about a hundred
 * requests, and no more. */
#define MAX_CHECKED 16

struct _GstIceNiceRemote
{
  NiceAgent *nice;              /* reference */
  guint stream;
  guint n_components;
  GMainContext *context;
  gboolean relay_only;
  gboolean takes_tcp;           /* TCP candidates (RFC 6544) are used */
  gboolean has_tcp;             /* the peer has some */
  GstIceNiceResolver *names;    /* NULL: only relays are allowed */

  gchar *ufrag, *password;      /* NULL: not yet known */
  gboolean told;                /* libnice has the credentials */

  guint n_checked[GST_ICE_MAX_COMPONENTS];      /* in this generation */
  GstIceLeftOut left_out;       /* except by the resolver */
  GPtrArray *held;              /* of GstIceCandidate */
  GPtrArray *relays;            /* of GstIceCandidate, that libnice takes for
                                 * hosts */
  gint64 release_time;          /* of relayed candidates; 0: there are no
                                 * others yet */
  GSource *timer;               /* NULL: none waits */
};

static GPtrArray *
candidates_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_ice_candidate_free);
}

/* Names that were resolved. */
static void
on_found (GPtrArray * candidates, gpointer user_data)
{
  gst_ice_nice_remote_add_candidates (user_data, candidates);
}

GstIceNiceRemote *
gst_ice_nice_remote_new (NiceAgent * nice, guint stream, guint n_components,
    GMainContext * context, const GstIceConfig * config)
{
  GstIceNiceRemote *self = g_new0 (GstIceNiceRemote, 1);

  self->nice = g_object_ref (nice);
  self->stream = stream;
  self->n_components = n_components;
  self->context = g_main_context_ref (context);
  self->relay_only = gst_ice_config_get_enum (config,
      "ice-transport-policy") == GST_ICE_POLICY_RELAY;
  self->takes_tcp = gst_ice_config_get_boolean (config, "ice-tcp");
  /* A user who wants to stay hidden must not look up names that the peer
   * chose. */
  if (!self->relay_only)
    self->names = gst_ice_nice_resolver_new (gst_ice_config_get_string (config,
            "network-interfaces"), gst_ice_config_get_boolean (config,
            "resolve-names"), context, on_found, self);
  self->held = candidates_new ();
  self->relays = candidates_new ();
  return self;
}

/* @self: (transfer full) */
void
gst_ice_nice_remote_free (GstIceNiceRemote * self)
{
  gst_ice_timer_clear (&self->timer);
  g_clear_pointer (&self->names, gst_ice_nice_resolver_free);
  g_ptr_array_unref (self->held);
  g_ptr_array_unref (self->relays);
  g_main_context_unref (self->context);
  g_object_unref (self->nice);
  g_free (self->ufrag);
  g_free (self->password);
  g_free (self);
}

gboolean
gst_ice_nice_remote_set_credentials (GstIceNiceRemote * self,
    const gchar * ufrag, const gchar * password)
{
  if (ufrag == NULL || password == NULL || *ufrag == '\0' ||
      strlen (ufrag) > MAX_CREDENTIAL_LENGTH ||
      strlen (password) > MAX_CREDENTIAL_LENGTH)
    return FALSE;

  if (g_strcmp0 (self->ufrag, ufrag) != 0 && self->told)
    memset (self->n_checked, 0, sizeof self->n_checked);
  g_free (self->ufrag);
  self->ufrag = g_strdup (ufrag);
  g_free (self->password);
  self->password = g_strdup (password);
  self->told = FALSE;
  return TRUE;
}

/* Candidates go before credentials. libnice 0.1.21 checks a candidate that it
 * learns from an early check at once, without credentials and so in vain.
 * When a new pair is made, libnice drops such a pair, even if it has just
 * been told to try it again. But when the credentials come, libnice makes the
 * pair anew. */
static void
give (GstIceNiceRemote * self, GPtrArray * candidates)
{
  gst_ice_nice_candidates_give (candidates, self->nice, self->stream,
      self->n_components);
  if (self->ufrag == NULL || self->told)
    return;
  self->told = TRUE;
  nice_agent_set_remote_credentials (self->nice, self->stream, self->ufrag,
      self->password);
}

/* With TCP candidates libnice 0.1.21 nominates regularly (RFC 6544, 8): when two pairs
 * work, when one of two hosts works, or when all checks have ended. Where only one pair
 * works, and its other end is a relay, the last would take 11 s. But all others have had
 * their time when the relays are released, so libnice takes these for hosts. Their
 * priority stays. */
static void
pass_for_hosts (GstIceNiceRemote * self, GPtrArray * relays)
{
  for (guint i = 0; i < relays->len; i++) {
    GstIceCandidate *relay = g_ptr_array_index (relays, i);

    g_ptr_array_add (self->relays, gst_ice_candidate_copy (relay));
    relay->type = GST_ICE_CANDIDATE_HOST;
  }
}

static gboolean
on_release (gpointer data)
{
  GstIceNiceRemote *self = data;
  g_autoptr (GPtrArray) released = self->held;

  gst_ice_timer_clear (&self->timer);
  self->held = candidates_new ();
  if (self->has_tcp)
    pass_for_hosts (self, released);
  give (self, released);
  return G_SOURCE_REMOVE;
}

/* Before libnice begins its checks. */
static void
expect_regular_nomination (GstIceNiceRemote * self)
{
  if (self->has_tcp)
    return;
  self->has_tcp = TRUE;
  g_object_set (self->nice, "stun-max-retransmissions", TCP_MAX_TRANSMISSIONS,
      "stun-reliable-timeout", TCP_TIMEOUT_MS, NULL);
}

/* Returns: (transfer full) (nullable): @text as an address; an IPv4 address
 *     in IPv6 form (RFC 4291, 2.5.5.2) becomes IPv4 */
static GInetAddress *
to_address (const gchar * text)
{
  static const guint8 mapped[12] = {[10] = 0xff,[11] = 0xff };
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (text);
  const guint8 *bytes;

  if (address == NULL
      || g_inet_address_get_family (address) != G_SOCKET_FAMILY_IPV6)
    return g_steal_pointer (&address);
  bytes = g_inet_address_to_bytes (address);
  if (memcmp (bytes, mapped, sizeof mapped) != 0)
    return g_steal_pointer (&address);
  return g_inet_address_new_from_bytes (bytes + sizeof mapped,
      G_SOCKET_FAMILY_IPV4);
}

/* Whether @text is the address of one host. Others can't be candidates (RFC
 * 8445, 5.1.1.1). */
static gboolean
is_of_one_host (const gchar * text)
{
  static const guint8 broadcast[4] = { 255, 255, 255, 255 };
  g_autoptr (GInetAddress) address = to_address (text);

  return address != NULL && !g_inet_address_get_is_any (address)
      && !g_inet_address_get_is_multicast (address)
      && (g_inet_address_get_family (address) != G_SOCKET_FAMILY_IPV4
      || memcmp (g_inet_address_to_bytes (address), broadcast,
          sizeof broadcast) != 0);
}

/* Takes room for @candidate.
 * Returns: whether there was room */
static gboolean
take_room (GstIceNiceRemote * self, const GstIceCandidate * candidate)
{
  guint *n = &self->n_checked[candidate->component - 1];

  if (*n >= MAX_CHECKED) {
    GST_INFO ("a candidate of the peer's is left out: %u of component %u are "
        "checked already", *n, candidate->component);
    self->left_out.n[GST_ICE_LEFT_OUT_TOO_MANY]++;
    return FALSE;
  }
  (*n)++;
  return TRUE;
}

/* A GCompareFunc: the highest priority first. */
static gint
compare_priorities (gconstpointer a, gconstpointer b)
{
  const GstIceCandidate *x = *(GstIceCandidate * const *) a;
  const GstIceCandidate *y = *(GstIceCandidate * const *) b;

  return (x->priority < y->priority) - (x->priority > y->priority);
}

/* Whether @candidate, which has an address, shall be checked. */
static gboolean
is_checked (GstIceNiceRemote * self, const GstIceCandidate * candidate)
{
  if (candidate->component < 1 || candidate->component > self->n_components)
    return FALSE;
  if (!is_of_one_host (candidate->address)) {
    GST_INFO ("a candidate of the peer's is left out: no host is at %s",
        candidate->address);
    self->left_out.n[GST_ICE_LEFT_OUT_ADDRESS]++;
    return FALSE;
  }
  return take_room (self, candidate);
}

/* @direct: receives those to give to libnice at once
 * Returns: whether there are candidates that are not relayed */
static gboolean
sort (GstIceNiceRemote * self, GPtrArray * candidates, GPtrArray * direct)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_copy (candidates, NULL, NULL);
  gboolean has_direct = FALSE;

  g_ptr_array_set_free_func (sorted, NULL);
  g_ptr_array_sort (sorted, compare_priorities);
  for (guint i = 0; i < sorted->len; i++) {
    const GstIceCandidate *candidate = g_ptr_array_index (sorted, i);

    /* They would change how libnice 0.1.21 nominates. */
    if (candidate->transport != GST_ICE_PROTOCOL_UDP && !self->takes_tcp)
      continue;
    if (candidate->transport != GST_ICE_PROTOCOL_UDP)
      expect_regular_nomination (self);
    has_direct = has_direct || candidate->type != GST_ICE_CANDIDATE_RELAY;
    if (gst_ice_nice_resolver_is_name (candidate)) {
      if (self->names != NULL && candidate->transport == GST_ICE_PROTOCOL_UDP)
        gst_ice_nice_resolver_add (self->names, candidate);
      else
        self->left_out.n[GST_ICE_LEFT_OUT_NAME_UNASKED]++;
    } else if (is_checked (self, candidate)) {
      g_ptr_array_add (candidate->type == GST_ICE_CANDIDATE_RELAY ?
          self->held : direct, gst_ice_candidate_copy (candidate));
    }
  }
  return has_direct;
}

void
gst_ice_nice_remote_add_candidates (GstIceNiceRemote * self,
    GPtrArray * candidates)
{
  g_autoptr (GPtrArray) direct = candidates_new ();
  gint64 now = g_get_monotonic_time ();

  if (sort (self, candidates, direct) && self->release_time == 0)
    self->release_time = now + (self->relay_only ? 0 : self->has_tcp ?
        TCP_RELAY_HOLD_MS : RELAY_HOLD_MS) * G_TIME_SPAN_MILLISECOND;
  give (self, direct);
  if (self->held->len == 0)
    return;

  /* There is nothing to wait for, or the time is over. */
  if (self->release_time <= now)
    on_release (self);
  else if (self->timer == NULL)
    gst_ice_timer_restart (&self->timer, self->context,
        (guint) ((self->release_time - now) / G_TIME_SPAN_MILLISECOND),
        on_release, self);
}

void
gst_ice_nice_remote_count_left_out (const GstIceNiceRemote * self,
    GstIceLeftOut * left_out)
{
  for (guint i = 0; i < GST_ICE_LEFT_OUT_N_REASONS; i++)
    left_out->n[i] += self->left_out.n[i];
  if (self->names != NULL)
    gst_ice_nice_resolver_count_left_out (self->names, left_out);
}

const GstIceCandidate *
gst_ice_nice_remote_find (const GstIceNiceRemote * self,
    const GstIceCandidate * candidate)
{
  for (guint i = 0; i < self->relays->len; i++) {
    const GstIceCandidate *relay = g_ptr_array_index (self->relays, i);

    if (gst_ice_candidate_same_address (relay, candidate))
      return relay;
  }
  return candidate;
}

const gchar *
gst_ice_nice_remote_get_ufrag (const GstIceNiceRemote * self)
{
  return self->ufrag;
}

const gchar *
gst_ice_nice_remote_get_password (const GstIceNiceRemote * self)
{
  return self->password;
}
