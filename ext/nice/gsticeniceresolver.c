/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Resolves the names in the peer's candidates. */

#include "config.h"

#include "gsticeniceresolver.h"

#include "gsticelog.h"
#include "gsticemdns.h"
#include "gsticemdnsmessage.h"

GST_ICE_LOG_CATEGORY (gst_ice_nice_resolver_log, "iceniceresolver",
    "names of the peer's candidates");
#define GST_CAT_DEFAULT gst_ice_nice_resolver_log ()

/* Limits on what a peer can make us look up. */
#define MAX_NAMES 16
#define MAX_CANDIDATES 16       /* for one name */

/* Of each family the first address of a name is used. */
static const GSocketFamily families[] = {
  G_SOCKET_FAMILY_IPV4, G_SOCKET_FAMILY_IPV6
};

/* A name that is being looked up, in one of two ways or in both. */
typedef struct
{
  GstIceNiceResolver *owner;
  gchar *name;
  GPtrArray *candidates;        /* of GstIceCandidate: those with this name */
  GCancellable *resolving;      /* NULL: not asking the system's resolver, or
                                 * it failed */
  gboolean asking;              /* asking by multicast DNS */
} Name;

struct _GstIceNiceResolver
{
  GstIceMdns *mdns;
  gboolean all_names;           /* also names outside the local link */
  GstIceNiceResolverFound found;
  gpointer user_data;
  GPtrArray *names;             /* of Name */
  GstIceLeftOut left_out;       /* except names being looked up */
};

static void
name_free (gpointer data)
{
  Name *name = data;

  if (name->resolving != NULL)
    g_cancellable_cancel (name->resolving);
  g_clear_object (&name->resolving);
  g_ptr_array_unref (name->candidates);
  g_free (name->name);
  g_free (name);
}

static GPtrArray *
candidates_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_ice_candidate_free);
}

/* Returns: (nullable): the look-up of @text */
static Name *
find_name (const GstIceNiceResolver * self, const gchar * text)
{
  for (guint i = 0; i < self->names->len; i++) {
    Name *name = g_ptr_array_index (self->names, i);

    if (g_ascii_strcasecmp (name->name, text) == 0)
      return name;
  }
  return NULL;
}

/* Adds copies of @candidate with its addresses instead of its name. */
static void
add_resolved (GPtrArray * resolved, const GstIceCandidate * candidate,
    GPtrArray * addresses)
{
  for (guint f = 0; f < G_N_ELEMENTS (families); f++) {
    for (guint i = 0; i < addresses->len; i++) {
      GInetAddress *address = g_ptr_array_index (addresses, i);
      GstIceCandidate *copy;

      if (g_inet_address_get_family (address) != families[f])
        continue;
      copy = gst_ice_candidate_copy (candidate);
      g_free (copy->address);
      copy->address = g_inet_address_to_string (address);
      g_ptr_array_add (resolved, copy);
      break;
    }
  }
}

/* The callback may free the owner. */
static void
tell_found (Name * name, GPtrArray * addresses)
{
  GstIceNiceResolver *self = name->owner;
  g_autoptr (GPtrArray) resolved = candidates_new ();

  for (guint i = 0; i < name->candidates->len; i++)
    add_resolved (resolved, g_ptr_array_index (name->candidates, i), addresses);
  GST_DEBUG ("%s has %u addresses", name->name, addresses->len);
  if (name->asking)
    gst_ice_mdns_forget (self->mdns, name->name);
  g_ptr_array_remove (self->names, name);
  self->found (resolved, self->user_data);
}

/* One of the two ways gave no result. */
static void
give_up (Name * name)
{
  if (name->asking || name->resolving != NULL)
    return;
  GST_INFO ("the peer's candidates at %s are left out: nobody knows that name",
      name->name);
  name->owner->left_out.n[GST_ICE_LEFT_OUT_NAME] += name->candidates->len;
  g_ptr_array_remove (name->owner->names, name);
}

static void
on_asked (const gchar * text, GPtrArray * addresses, gpointer user_data)
{
  Name *name = find_name (user_data, text);

  name->asking = FALSE;
  if (addresses->len > 0)
    tell_found (name, addresses);
  else
    give_up (name);
}

static void
on_resolved (GObject * source, GAsyncResult * result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  GList *list = g_resolver_lookup_by_name_finish (G_RESOLVER (source), result,
      &error);
  g_autoptr (GPtrArray) addresses = NULL;
  Name *name = data;

  /* If cancelled, the name is freed. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_clear_object (&name->resolving);
  if (list == NULL) {
    GST_DEBUG ("%s: %s", name->name, error->message);
    give_up (name);
    return;
  }
  addresses = g_ptr_array_new_with_free_func (g_object_unref);
  for (GList * l = list; l != NULL; l = l->next)
    g_ptr_array_add (addresses, l->data);
  g_list_free (list);
  tell_found (name, addresses);
}

GstIceNiceResolver *
gst_ice_nice_resolver_new (const gchar * interfaces, gboolean all_names,
    GMainContext * context, GstIceNiceResolverFound found, gpointer user_data)
{
  GstIceNiceResolver *self = g_new0 (GstIceNiceResolver, 1);

  self->mdns = gst_ice_mdns_new (interfaces, context, on_asked, self);
  self->all_names = all_names;
  self->found = found;
  self->user_data = user_data;
  self->names = g_ptr_array_new_with_free_func (name_free);
  return self;
}

/* @self: (transfer full) */
void
gst_ice_nice_resolver_free (GstIceNiceResolver * self)
{
  g_ptr_array_unref (self->names);
  gst_ice_mdns_free (self->mdns);
  g_free (self);
}

/* RFC 6762, 3: ".local" names are looked up on the link. The system's
 * resolver is asked at the same time, as a network may have them in its DNS
 * or in a hosts file. */
static Name *
look_up (GstIceNiceResolver * self, const gchar * text)
{
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  Name *name = g_new0 (Name, 1);

  name->owner = self;
  name->name = g_strdup (text);
  name->candidates = candidates_new ();
  name->resolving = g_cancellable_new ();
  name->asking = gst_ice_mdns_message_is_name (text) &&
      gst_ice_mdns_ask (self->mdns, text);
  g_ptr_array_add (self->names, name);
  g_resolver_lookup_by_name_async (resolver, text, name->resolving,
      on_resolved, name);
  return name;
}

void
gst_ice_nice_resolver_add (GstIceNiceResolver * self,
    const GstIceCandidate * candidate)
{
  Name *name = find_name (self, candidate->address);

  /* A stranger would choose what this host asks which name server. */
  if (!self->all_names && !gst_ice_mdns_message_is_name (candidate->address)) {
    GST_INFO
        ("the peer's candidate at %s is left out: resolve-names is not set",
        candidate->address);
    self->left_out.n[GST_ICE_LEFT_OUT_NAME_UNASKED]++;
    return;
  }
  if (name == NULL && self->names->len < MAX_NAMES)
    name = look_up (self, candidate->address);
  if (name != NULL && name->candidates->len < MAX_CANDIDATES) {
    g_ptr_array_add (name->candidates, gst_ice_candidate_copy (candidate));
    return;
  }
  GST_INFO ("the peer's candidate at %s is left out: there are too many names",
      candidate->address);
  self->left_out.n[GST_ICE_LEFT_OUT_TOO_MANY]++;
}

void
gst_ice_nice_resolver_count_left_out (const GstIceNiceResolver * self,
    GstIceLeftOut * left_out)
{
  for (guint i = 0; i < GST_ICE_LEFT_OUT_N_REASONS; i++)
    left_out->n[i] += self->left_out.n[i];
  for (guint i = 0; i < self->names->len; i++) {
    const Name *name = g_ptr_array_index (self->names, i);

    left_out->n[GST_ICE_LEFT_OUT_NAME] += name->candidates->len;
  }
}

gboolean
gst_ice_nice_resolver_is_name (const GstIceCandidate * candidate)
{
  return !g_hostname_is_ip_address (candidate->address);
}
