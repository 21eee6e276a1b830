/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Reaches a verdict: which of all findings decides whether calls connect. Pure. */

#include "config.h"

#include "gsticedoctorverdict.h"

#include "gsticedoctorsystem.h"

#include <string.h>

/* What the servers' answers come to. */
typedef struct
{
  guint n_asked, n_answered;    /* all, by any transport */
  guint n_udp_asked, n_udp_answered;    /* a refusal is an answer */
  guint n_turn, n_turn_answered;
  const GstIceDoctorServer *refused;    /* the first that takes no credentials */
  const GstIceDoctorServer *turn;       /* the first that relays */
  const GstIceDoctorServer *dead;       /* the first that does not answer */
} Summary;

static void
add_server (Summary * self, const GstIceDoctorServer * server)
{
  const gboolean udp = server->server->transport == GST_ICE_SERVER_UDP;
  const gboolean heard = server->answered || server->refused;

  self->n_asked++;
  self->n_answered += heard;
  self->n_udp_asked += udp;
  self->n_udp_answered += udp && heard;
  if (server->server->kind != GST_ICE_SERVER_STUN) {
    self->n_turn++;
    self->n_turn_answered += server->answered;
    if (self->turn == NULL && server->answered)
      self->turn = server;
  }
  if (self->refused == NULL && server->refused)
    self->refused = server;
  if (self->dead == NULL && !heard)
    self->dead = server;
}

static Summary
summarise (const GstIceDoctorFindings * findings)
{
  Summary self = { 0 };

  for (guint i = 0; i < findings->servers->len; i++)
    add_server (&self, &g_array_index (findings->servers, GstIceDoctorServer,
            i));
  if (findings->nat.answered)
    self.n_udp_answered++;
  return self;
}

static void
set (GstIceDoctorVerdict * self, const gchar * code, gchar * text,
    gchar * remedy)
{
  self->code = code;
  self->text = text;
  self->remedy = remedy;
}

/* Returns: whether the network is to blame, whatever kind of NAT there is */
static gboolean
judge_network (GstIceDoctorVerdict * self, const Summary * summary)
{
  if (summary->n_answered == 0 && summary->n_udp_answered == 0) {
    set (self, "unreachable",
        g_strdup ("No server answers, by UDP, TCP or TLS."),
        g_strdup ("Look at the network, the servers' names and ports, and the "
            "firewall."));
    return TRUE;
  }
  if (summary->n_udp_asked > 0 && summary->n_udp_answered == 0) {
    self->good = summary->turn != NULL;
    if (self->good)
      set (self, "udp-blocked",
          g_strdup_printf
          ("UDP is blocked here. Calls take this TURN server, which "
              "TCP reaches: %s.", summary->turn->uri), NULL);
    else
      set (self, "udp-blocked",
          g_strdup ("UDP is blocked here, and no TURN server relays by TCP or "
              "TLS: no call connects."),
          g_strdup ("Give a TURN server with ?transport=tcp, or turns: on port "
              "443: turn-server=turns://user:password@host:443."));
    return TRUE;
  }
  return FALSE;
}

static gboolean
judge_credentials (GstIceDoctorVerdict * self, const Summary * summary)
{
  if (summary->refused == NULL)
    return FALSE;
  set (self, "turn-refused", g_strdup_printf ("%s.", summary->refused->problem),
      g_strdup ("Ask for the credentials anew: user and password belong to the "
          "URI, percent-encoded; those with a time in the user name expire."));
  return TRUE;
}

static gboolean
judge_ports (GstIceDoctorVerdict * self, const GstIceDoctorFindings * findings)
{
  g_autoptr (GString) blocked = g_string_new (NULL);
  guint n_blocked = 0, n_free = 0;

  for (guint i = 0; i < findings->ports->len; i++) {
    const GstIceDoctorPort *port = &g_array_index (findings->ports,
        GstIceDoctorPort, i);

    n_free += port->is_free;
    if (!port->is_free || port->answered)
      continue;
    g_string_append_printf (blocked, "%s%u", n_blocked++ > 0 ? ", " : "",
        port->port);
  }
  if (findings->ports->len > 0 && n_free == 0) {
    set (self, "ports-taken",
        g_strdup ("The ports of the range are taken by other programs."),
        g_strdup ("Choose another min-rtp-port and max-rtp-port."));
    return TRUE;
  }
  if (n_blocked == 0)
    return FALSE;
  set (self, "ports-blocked",
      g_strdup_printf ("A firewall blocks UDP ports of the range: %s, of those "
          "that were tried. Other ports get answers.", blocked->str),
      g_strdup ("Open the range for UDP in the firewall, or choose another "
          "min-rtp-port and max-rtp-port."));
  return TRUE;
}

/* Returns: whether @address is that of @text, whatever the port */
static gboolean
is_address (const GstIceUdpAddress * address, const gchar * text)
{
  GstIceUdpAddress other;

  return gst_ice_udp_address_set_text (&other, text,
      gst_ice_udp_address_port (address)) &&
      gst_ice_udp_address_equal (&other, address);
}

static gboolean
judge_external_address (GstIceDoctorVerdict * self,
    const GstIceDoctorFindings * findings)
{
  gchar mapped[GST_ICE_UDP_ADDRESS_TEXT_SIZE];

  if (findings->external_address == NULL || !findings->nat.answered ||
      is_address (&findings->nat.mapped, findings->external_address))
    return FALSE;
  set (self, "wrong-external-address",
      g_strdup_printf ("Others see this machine at %s, not at the "
          "external-address %s.",
          gst_ice_udp_address_to_text (&findings->nat.mapped, mapped),
          findings->external_address),
      g_strdup ("Set external-address to the first, without its port."));
  return TRUE;
}

/* @relay: whether a TURN server takes what goes no other way */
static void
judge_nat (GstIceDoctorVerdict * self, const GstIceDoctorNat * nat,
    gboolean relay)
{
  const gchar *name = gst_ice_doctor_nat_get_name (nat);

  if (!nat->answered) {
    self->good = relay;
    set (self, "nat-unknown",
        g_strdup ("No server told by UDP how this machine "
            "is seen from outside, so its NAT is not known."),
        g_strdup ("Give a STUN server that answers by UDP."));
  } else if (!nat->translated) {
    self->good = TRUE;
    set (self, "no-nat", g_strdup ("There is no NAT between here and the "
            "servers: direct paths work with all peers but those where UDP is "
            "blocked."), NULL);
  } else if (g_str_equal (name, "symmetric")) {
    self->good = relay;
    set (self, "symmetric-nat",
        g_strdup_printf ("This machine is behind a symmetric NAT: peers behind "
            "symmetric or port-restricted NATs have no direct path%s.", relay ?
            ", and take the TURN server" : ""), relay ? NULL :
        g_strdup
        ("Give a TURN server: turn-server=turn://user:password@host."));
  } else if (g_str_equal (name, "unknown")) {
    self->good = relay;
    set (self, "nat",
        g_strdup ("This machine is behind a NAT, of which these servers can't "
            "tell the kind."),
        g_strdup ("Give a second STUN server, or one that answers RFC 5780."));
  } else {
    self->good = TRUE;
    set (self, "cone-nat",
        g_strdup_printf ("This machine is behind a %s NAT: direct paths work "
            "with all peers%s%s.", name, g_str_equal (name,
                "port-restricted cone") ?
            " but those behind symmetric NATs or where UDP is blocked" :
            " but those where UDP is blocked",
            relay ? "; these take the TURN server" : ""),
        relay ? NULL : g_strdup ("For peers that direct paths do not reach, "
            "give a TURN server."));
  }
}

void
gst_ice_doctor_verdict_reach (GstIceDoctorVerdict * self,
    const GstIceDoctorFindings * findings)
{
  const Summary summary = summarise (findings);

  *self = (GstIceDoctorVerdict) {
  NULL};
  if (findings->addresses->len == 0) {
    set (self, "no-address", g_strdup ("This machine has no address that ICE "
            "could use."), g_strdup ("Look at the network interfaces."));
    return;
  }
  if (summary.n_asked == 0 && !findings->asked_stun) {
    self->good = TRUE;
    set (self, "not-asked", g_strdup ("Only this machine was looked at, as no "
            "server was given."),
        g_strdup ("Give --stun-server and --turn-server as a call has them."));
    return;
  }
  if (judge_network (self, &summary) || judge_credentials (self, &summary) ||
      judge_ports (self, findings) || judge_external_address (self, findings))
    return;
  if (summary.n_turn > 0 && summary.turn == NULL) {
    set (self, "turn-unreachable", g_strdup_printf ("%s.",
            summary.dead != NULL ? summary.dead->problem :
            "No TURN server relays"), g_strdup ("Look at the server, its port, "
            "and the firewalls on the way."));
    return;
  }
  judge_nat (self, &findings->nat, summary.turn != NULL);
}

/* --- A call --- */

static gboolean
has_candidate (const GArray * candidates, const gchar * type)
{
  for (guint i = 0; i < candidates->len; i++) {
    if (g_str_equal (g_array_index (candidates, GstIceDoctorCandidate, i).type,
            type))
      return TRUE;
  }
  return FALSE;
}

/* Returns: whether all host candidates have private addresses */
static gboolean
is_private (const GArray * candidates)
{
  for (guint i = 0; i < candidates->len; i++) {
    const GstIceDoctorCandidate *candidate = &g_array_index (candidates,
        GstIceDoctorCandidate, i);

    if (!g_str_has_suffix (candidate->address, ".local") &&
        !g_str_has_prefix (gst_ice_doctor_system_get_address_kind
            (candidate->address), "private"))
      return FALSE;
  }
  return TRUE;
}

static void
judge_connected (GstIceDoctorVerdict * self, const GstIceDoctorCall * call)
{
  const gboolean relayed = g_str_has_prefix (call->selected_local, "relay/") ||
      g_str_has_prefix (call->selected_remote, "relay/");

  self->good = TRUE;
  set (self, relayed ? "connects-relayed" : "connects",
      g_strdup_printf ("The call connects, %s: %s to %s.",
          relayed ? "by a TURN server" : "directly", call->selected_local,
          call->selected_remote), NULL);
}

/* No pair answered; nobody has a relay. What is behind it is told from this end's NAT. */
static void
judge_nats (GstIceDoctorVerdict * self, const GstIceDoctorNat * nat)
{
  const gchar *name = gst_ice_doctor_nat_get_name (nat);
  gchar *remedy = g_strdup ("Give one of the ends a TURN server: "
      "turn-server=turn://user:password@host.");

  if (g_str_equal (name, "symmetric"))
    set (self, "both-nats",
        g_strdup ("Both ends are behind NATs that let no direct "
            "path through (here a symmetric one, there a symmetric or "
            "port-restricted one), and no TURN server was given."), remedy);
  else if (g_str_equal (name, "port-restricted cone"))
    set (self, "peer-symmetric",
        g_strdup ("The peer is behind a symmetric NAT, and "
            "this end behind a port-restricted one: there is no direct path, and "
            "no TURN server was given."), remedy);
  else
    set (self, "no-path",
        g_strdup_printf ("No pair of candidates answers. The NAT "
            "here (%s) is no reason: UDP is blocked at the peer, or a firewall is "
            "between.", name), remedy);
}

static void
judge_silence (GstIceDoctorVerdict * self,
    const GstIceDoctorFindings * findings, const GstIceDoctorCall * call)
{
  const gboolean relay = has_candidate (call->local, "relay") ||
      has_candidate (call->remote, "relay");
  const gboolean reflexive = has_candidate (call->remote, "srflx");

  if (findings->asked_stun && !findings->nat.answered && !relay)
    set (self, "udp-blocked",
        g_strdup ("UDP is blocked here, and no TURN server "
            "relays by TCP or TLS: the call does not connect."),
        g_strdup
        ("Give a TURN server with ?transport=tcp, or turns: on port 443."));
  else if (relay)
    set (self, "no-path",
        g_strdup ("No pair of candidates answers, not even by the "
            "TURN server."),
        g_strdup ("Look whether the peer still runs, and "
            "whether its firewall lets the TURN server's packets in."));
  else if (!reflexive && is_private (call->remote))
    set (self, "peer-private",
        g_strdup ("The peer offers private addresses only, and "
            "they do not answer from here: it has no STUN server, or UDP is blocked "
            "there."),
        g_strdup ("Run gst-ice-doctor at the peer. Give the peer a STUN "
            "server (stun-server) or its public address (external-address); where "
            "UDP is blocked, a TURN server by TCP or TLS."));
  else if (!reflexive)
    set (self, "peer-address",
        g_strdup ("Nothing answers at the addresses that the "
            "peer offers: they are wrong (external-address), or a firewall blocks "
            "the peer's UDP ports."),
        g_strdup ("Run gst-ice-doctor at the peer, with "
            "--external-address, --min-rtp-port and --max-rtp-port as its calls "
            "have them."));
  else
    judge_nats (self, &findings->nat);
}

void
gst_ice_doctor_verdict_reach_call (GstIceDoctorVerdict * self,
    const GstIceDoctorFindings * findings, const GstIceDoctorCall * call)
{
  const Summary summary = summarise (findings);

  *self = (GstIceDoctorVerdict) {
  NULL};
  if (call->connected)
    judge_connected (self, call);
  else if (call->selected_local != NULL)
    set (self, "no-keys", g_strdup ("There is a path to the peer, but the DTLS "
            "handshake does not come to an end."),
        g_strdup ("Look whether the peer "
            "uses DTLS-SRTP (encryption=dtls-srtp)."));
  else if (call->remote->len == 0)
    set (self, "no-answer", g_strdup_printf ("The call fails before ICE: %s.",
            call->error), NULL);
  else if (!judge_credentials (self, &summary))
    judge_silence (self, findings, call);
}

void
gst_ice_doctor_verdict_clear (GstIceDoctorVerdict * self)
{
  g_free (self->text);
  g_free (self->remedy);
}
