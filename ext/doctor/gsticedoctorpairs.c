/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The pairs of a call's candidates, and why each works or not, as far as its ends' addresses
 * tell. Pure. */

#include "config.h"

#include "gsticedoctorpairs.h"

#include "gsticedoctorsystem.h"

#include <string.h>

static void
add (GPtrArray * pairs, const gchar * local, const gchar * remote,
    const gchar * what)
{
  GstIceDoctorPair *pair = g_new (GstIceDoctorPair, 1);

  *pair = (GstIceDoctorPair) {
  local, remote, what};
  g_ptr_array_add (pairs, pair);
}

static gboolean
is_ipv6 (const GstIceDoctorCandidate * candidate)
{
  return strchr (candidate->address, ':') != NULL;
}

static gboolean
has_type (const GstIceDoctorCandidate * candidate, const gchar * type)
{
  return g_str_equal (candidate->type, type);
}

/* A reflexive candidate of ours is left out: what is sent from it is sent from its base
 * (RFC 8445, 6.1.2.4). */
static gboolean
can_pair (const GstIceDoctorCandidate * local,
    const GstIceDoctorCandidate * remote)
{
  return local->mline == remote->mline && !has_type (local, "srflx") &&
      g_str_equal (local->transport, remote->transport) &&
      is_ipv6 (local) == is_ipv6 (remote);
}

static const gchar *
explain_silence (const GstIceDoctorCandidate * local,
    const GstIceDoctorCandidate * remote)
{
  const gchar *kind;

  if (g_str_has_suffix (remote->address, ".local"))
    return "no answer: the name is known in the peer's own network only";
  kind = gst_ice_doctor_system_get_address_kind (remote->address);
  if (has_type (remote, "relay"))
    return
        "no answer: the peer's TURN server does not pass it on, or nothing leaves here";
  if (g_str_equal (remote->transport, "tcp"))
    return "no connection: the peer's firewall lets no TCP in";
  if (has_type (local, "relay"))
    return "no answer: the peer lets nothing in from this TURN server";
  if (g_str_has_prefix (kind, "private"))
    return
        "no answer: the address is private, it counts in its own network only";
  if (has_type (remote, "srflx"))
    return "no answer: the peer's NAT or this one lets nothing in from there";
  return
      "no answer: a firewall is in the way, or this is not the peer's address";
}

GPtrArray *
gst_ice_doctor_pairs_list (const GstIceDoctorCall * call)
{
  GPtrArray *pairs = g_ptr_array_new_with_free_func (g_free);

  if (call->selected_local != NULL)
    add (pairs, call->selected_local, call->selected_remote,
        call->connected ? "works, and is nominated" :
        "answers, but there are no keys");
  for (guint i = 0; i < call->local->len; i++) {
    const GstIceDoctorCandidate *local = &g_array_index (call->local,
        GstIceDoctorCandidate, i);

    for (guint k = 0; k < call->remote->len; k++) {
      const GstIceDoctorCandidate *remote = &g_array_index (call->remote,
          GstIceDoctorCandidate, k);

      if (!can_pair (local, remote) ||
          (g_strcmp0 (call->selected_local, local->text) == 0 &&
              g_strcmp0 (call->selected_remote, remote->text) == 0))
        continue;
      add (pairs, local->text, remote->text, call->selected_local != NULL ?
          "not needed" : explain_silence (local, remote));
    }
  }
  return pairs;
}

void
gst_ice_doctor_pairs_add_steps (GstIceDoctorCall * call)
{
  g_autoptr (GPtrArray) pairs = gst_ice_doctor_pairs_list (call);

  for (guint i = 0; call->checks_until_ms > 0 && i < pairs->len; i++) {
    const GstIceDoctorPair *pair = pairs->pdata[i];
    const GstIceTimelineStep step = {
      .at_ms = call->checks_from_ms,.until_ms = call->checks_until_ms,
      .what = g_strdup_printf ("pair %s → %s: %s", pair->local, pair->remote,
          pair->what)
    };

    g_array_append_val (call->steps, step);
  }
}
