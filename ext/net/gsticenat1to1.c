/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Maps local addresses to those outside a 1:1 NAT, as external-address says. */

#include "config.h"

#include "gsticenat1to1.h"

#include "gsticeerror.h"

#include <gio/gio.h>

#include <string.h>

#define MAX_ENTRIES 64

/* RFC 8445, 5.1.2.1: the preference of a type is the highest byte of a
 * priority. */
#define TYPE_SHIFT 24
#define SRFLX_PREFERENCE 100

typedef struct
{
  GInetAddress *outside;
  GInetAddress *inside;         /* NULL: any address of the same family */
} Entry;

struct _GstIceNat1to1
{
  GArray *entries;              /* of Entry, in the user's order */
  gboolean keep_private;
};

static void
entry_clear (gpointer data)
{
  Entry *entry = data;

  g_clear_object (&entry->outside);
  g_clear_object (&entry->inside);
}

static GInetAddress *
parse_address (const gchar * text)
{
  g_autofree gchar *stripped = g_strstrip (g_strdup (text));

  return g_inet_address_new_from_string (stripped);
}

/* @text: "outside" or "outside/inside" */
static gboolean
add_entry (GstIceNat1to1 * self, const gchar * text)
{
  g_auto (GStrv) parts = g_strsplit (text, "/", -1);
  guint n_parts = g_strv_length (parts);
  Entry entry = { NULL, NULL };

  if (n_parts == 1 || n_parts == 2)
    entry.outside = parse_address (parts[0]);
  if (n_parts == 2)
    entry.inside = parse_address (parts[1]);

  if (entry.outside == NULL || g_inet_address_get_is_any (entry.outside) ||
      g_inet_address_get_is_multicast (entry.outside) ||
      (n_parts == 2 && entry.inside == NULL) ||
      (entry.inside != NULL && g_inet_address_get_family (entry.inside) !=
          g_inet_address_get_family (entry.outside))) {
    entry_clear (&entry);
    return FALSE;
  }
  g_array_append_val (self->entries, entry);
  return TRUE;
}

GstIceNat1to1 *
gst_ice_nat1to1_new (const gchar * external, gboolean keep_private,
    GError ** error)
{
  g_autoptr (GstIceNat1to1) self = g_new0 (GstIceNat1to1, 1);
  g_auto (GStrv) texts = g_strsplit (external, ",", MAX_ENTRIES + 1);

  self->keep_private = keep_private;
  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_array_set_clear_func (self->entries, entry_clear);
  for (guint i = 0; texts[i] != NULL; i++) {
    if (add_entry (self, texts[i]))
      continue;
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        "external-address=%s can't be used: %s is no address; it must be like "
        "203.0.113.7, or, with several, 203.0.113.7/10.0.0.5,"
        "2001:db8::7/fd00::5 (outside/inside)", external, texts[i]);
    return NULL;
  }
  return g_steal_pointer (&self);
}

/* @self: (transfer full) */
void
gst_ice_nat1to1_free (GstIceNat1to1 * self)
{
  g_array_unref (self->entries);
  g_free (self);
}

/* Finds the address outside. An entry for this address goes before one for all
 * addresses.
 * Returns: (transfer full) (nullable) */
static gchar *
look_up (const GstIceNat1to1 * self, const gchar * inside)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (inside);
  GInetAddress *outside = NULL;

  for (guint i = 0; address != NULL && i < self->entries->len; i++) {
    const Entry *entry = &g_array_index (self->entries, Entry, i);

    if (entry->inside != NULL && g_inet_address_equal (entry->inside, address))
      return g_inet_address_to_string (entry->outside);
    if (entry->inside == NULL && outside == NULL &&
        g_inet_address_get_family (entry->outside) ==
        g_inet_address_get_family (address))
      outside = entry->outside;
  }
  return outside != NULL ? g_inet_address_to_string (outside) : NULL;
}

/* Returns: (transfer full): the server-reflexive candidate that a STUN
 *     server would have found */
static GstIceCandidate *
make_reflexive (const GstIceCandidate * host, const gchar * outside)
{
  GstIceCandidate *reflexive = gst_ice_candidate_new (outside, host->port);
  guint32 rest = host->priority & ((1u << TYPE_SHIFT) - 1);

  reflexive->component = host->component;
  reflexive->transport = host->transport;
  reflexive->type = GST_ICE_CANDIDATE_SRFLX;
  reflexive->priority = (SRFLX_PREFERENCE << TYPE_SHIFT) | rest;
  reflexive->base_address = g_strdup (host->address);
  reflexive->related_address = g_strdup (host->address);
  reflexive->related_port = host->port;
  gst_ice_candidate_compute_foundation (reflexive);
  return reflexive;
}

/* Applies the mapping to a host candidate. */
static void
apply_to_host (const GstIceNat1to1 * self, GstIceCandidate * host,
    const gchar * outside, GstIceCandidate ** extra)
{
  if (self->keep_private) {
    if (extra != NULL)
      *extra = make_reflexive (host, outside);
    return;
  }
  g_free (host->base_address);
  host->base_address = host->address;
  host->address = g_strdup (outside);
}

/* Applies the mapping to a candidate that a server or the peer reported. */
static gboolean
apply_to_other (const GstIceNat1to1 * self, GstIceCandidate * candidate,
    const gchar * outside)
{
  gboolean is_known = candidate->type != GST_ICE_CANDIDATE_RELAY &&
      candidate->port == candidate->related_port &&
      g_str_equal (candidate->address, outside);

  if (self->keep_private) {
    if (is_known)
      candidate->type = GST_ICE_CANDIDATE_SRFLX;
    return TRUE;
  }

  /* The related address would reveal the address that is replaced. */
  g_free (candidate->related_address);
  candidate->related_address = g_strdup (outside);
  if (!is_known)
    return TRUE;
  g_clear_pointer (&candidate->related_address, g_free);
  candidate->related_port = 0;
  /* The peer knows it as the host candidate that it was told. */
  if (candidate->type == GST_ICE_CANDIDATE_PRFLX) {
    candidate->type = GST_ICE_CANDIDATE_HOST;
    return TRUE;
  }
  return FALSE;
}

gboolean
gst_ice_nat1to1_apply (const GstIceNat1to1 * self,
    GstIceCandidate * candidate, GstIceCandidate ** extra)
{
  gboolean is_host = candidate->type == GST_ICE_CANDIDATE_HOST;
  const gchar *base = is_host ? candidate->address : candidate->base_address;
  g_autofree gchar *outside = base != NULL ? look_up (self, base) : NULL;

  if (extra != NULL)
    *extra = NULL;
  if (outside == NULL)
    return TRUE;
  if (!is_host)
    return apply_to_other (self, candidate, outside);
  apply_to_host (self, candidate, outside, extra);
  return TRUE;
}
