/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Which candidates of the peer's are of no use, and why, for a user who asks why there is
 * no path. */

#include "config.h"

#include "gsticeleftout.h"

#include "gsticecandidate.h"

#include <string.h>

/* Lines that are remembered: a peer may send any number. */
#define MAX_LINES 128

static const gchar *const descriptions[] = {
  [GST_ICE_LEFT_OUT_GRAMMAR] = "that can't be read",
  [GST_ICE_LEFT_OUT_PRIORITY] =
      "with a priority that is not 1 to 2147483647 (RFC 8445, 5.1.2)",
  [GST_ICE_LEFT_OUT_TRANSPORT] =
      "of a transport other than UDP and TCP, such as ssltcp",
  [GST_ICE_LEFT_OUT_TCP] =
      "of TCP, which ice-tcp=false leaves out; set ice-tcp to true",
  [GST_ICE_LEFT_OUT_NAME] = "with a name that nobody resolves",
  [GST_ICE_LEFT_OUT_NAME_UNASKED] =
      "with a name, which resolve-names=false, or "
      "ice-transport-policy=relay, does not look up",
  [GST_ICE_LEFT_OUT_ADDRESS] =
      "at an address that is no host's, such as a multicast group",
  [GST_ICE_LEFT_OUT_LOOPBACK] =
      "at a loopback address, where only a peer on this machine is; does the "
      "peer gather on its other interfaces?",
  [GST_ICE_LEFT_OUT_IPV4] = "of IPv4, of which there is no local candidate",
  [GST_ICE_LEFT_OUT_IPV6] = "of IPv6, of which there is no local candidate",
  [GST_ICE_LEFT_OUT_TOO_MANY] = "more than are tried",
};

GHashTable *
gst_ice_left_out_lines_new (void)
{
  return g_hash_table_new (NULL, NULL);
}

static void
note (GHashTable * lines, gpointer key, gpointer reason)
{
  if (g_hash_table_size (lines) < MAX_LINES)
    g_hash_table_insert (lines, key, reason);
}

void
gst_ice_left_out_note_line (GHashTable * lines, const gchar * text,
    GstIceLeftOutReason reason)
{
  note (lines, GUINT_TO_POINTER (g_str_hash (text)), GUINT_TO_POINTER (reason));
}

void
gst_ice_left_out_merge_lines (GHashTable * lines, GHashTable * more)
{
  GHashTableIter iter;
  gpointer key, reason;

  if (more == NULL)
    return;
  g_hash_table_iter_init (&iter, more);
  while (g_hash_table_iter_next (&iter, &key, &reason))
    note (lines, key, reason);
}

void
gst_ice_left_out_count_lines (GstIceLeftOut * self, GHashTable * lines)
{
  GHashTableIter iter;
  gpointer reason;

  g_hash_table_iter_init (&iter, lines);
  while (g_hash_table_iter_next (&iter, NULL, &reason))
    self->n[GPOINTER_TO_UINT (reason)]++;
}

static gboolean
is_ipv6 (const GstIceCandidate * candidate)
{
  return strchr (candidate->address, ':') != NULL;
}

static gboolean
is_loopback (const GstIceCandidate * candidate)
{
  return g_hostname_is_ip_address (candidate->address) &&
      (g_str_has_prefix (candidate->address, "127.") ||
      strcmp (candidate->address, "::1") == 0);
}

static gboolean
any (GPtrArray * candidates,
    gboolean (*is) (const GstIceCandidate * candidate), gboolean wanted)
{
  for (guint i = 0; i < candidates->len; i++) {
    if (is (g_ptr_array_index (candidates, i)) == wanted)
      return TRUE;
  }
  return FALSE;
}

void
gst_ice_left_out_count_hopeless (GstIceLeftOut * self, GPtrArray * locals,
    GPtrArray * remotes, gboolean takes_tcp)
{
  for (guint i = 0; i < remotes->len; i++) {
    const GstIceCandidate *remote = g_ptr_array_index (remotes, i);

    if (remote->transport != GST_ICE_PROTOCOL_UDP && !takes_tcp)
      self->n[GST_ICE_LEFT_OUT_TCP]++;
    else if (locals->len == 0 || !g_hostname_is_ip_address (remote->address))
      continue;
    else if (is_loopback (remote) && !any (locals, is_loopback, TRUE))
      self->n[GST_ICE_LEFT_OUT_LOOPBACK]++;
    else if (!any (locals, is_ipv6, is_ipv6 (remote)))
      self->n[is_ipv6 (remote) ? GST_ICE_LEFT_OUT_IPV6 :
          GST_ICE_LEFT_OUT_IPV4]++;
  }
}

guint
gst_ice_left_out_get_sum (const GstIceLeftOut * self)
{
  guint sum = 0;

  for (guint i = 0; i < GST_ICE_LEFT_OUT_N_REASONS; i++)
    sum += self->n[i];
  return sum;
}

gchar *
gst_ice_left_out_describe (const GstIceLeftOut * self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < GST_ICE_LEFT_OUT_N_REASONS; i++) {
    if (self->n[i] > 0)
      g_string_append_printf (text, "%s%u %s", text->len > 0 ? "; " : "",
          self->n[i], descriptions[i]);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
