/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Watches this machine's addresses by netlink and reports changes of the
 * list. Monitors of the same interfaces and context share a socket. */

#include "config.h"

#include "gsticenetworkmonitor.h"

#include "gsticeaddresses.h"
#include "gsticetimer.h"

#include <gio/gio.h>
#include <sys/socket.h>
#include <unistd.h>

#ifdef __linux__
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#endif

/* How long to wait for quiet. An interface that comes up gets its addresses
 * one after the other; one that moves loses the old address before it has
 * the new one. */
#define QUIET_MS 150
/* The longest wait, for changes that never stop. */
#define MAX_QUIET_MS 600

/* What monitors of the same interfaces and context share. Only the thread of
 * that context uses it. */
typedef struct
{
  /* Set at construction. */
  gchar *interfaces;
  GMainContext *context;

  guint n_users;                /* monitors, and one while these are told */
  GPtrArray *monitors;          /* of GstIceNetworkMonitor, not owned */
  GSocket *socket;              /* NULL: without netlink */
  GSource *source;              /* of the socket */
  GSource *quiet;               /* NULL: nothing has changed */
  gint64 noisy_us;              /* when the changes began, while quiet is set */
} Watch;

struct _GstIceNetworkMonitor
{
  /* Set at construction. */
  Watch *watch;
  void (*changed) (gpointer user_data);
  gpointer user_data;

  GPtrArray *addresses;         /* the list that was reported last */
};

static GMutex watches_lock;
static GPtrArray *watches;      /* of Watch, owned by their monitors together */

static void
watch_ref (Watch * self)
{
  self->n_users++;
}

/* @self: (transfer full) */
static void
watch_unref (Watch * self)
{
  if (--self->n_users > 0)
    return;
  g_mutex_lock (&watches_lock);
  g_ptr_array_remove_fast (watches, self);
  if (watches->len == 0)
    g_clear_pointer (&watches, g_ptr_array_unref);
  g_mutex_unlock (&watches_lock);

  gst_ice_timer_clear (&self->source);
  gst_ice_timer_clear (&self->quiet);
  g_clear_object (&self->socket);
  g_ptr_array_unref (self->monitors);
  g_main_context_unref (self->context);
  g_free (self->interfaces);
  g_free (self);
}

/* Ignores the order, which the kernel changes. */
static gboolean
is_same (GPtrArray * a, GPtrArray * b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++) {
    if (!g_ptr_array_find_with_equal_func (b, g_ptr_array_index (a, i),
            g_str_equal, NULL))
      return FALSE;
  }
  return TRUE;
}

/* @addresses: the list as it is. A monitor's @changed may free any monitor. */
static void
tell_all (Watch * self, GPtrArray * addresses)
{
  g_autoptr (GPtrArray) told = g_ptr_array_copy (self->monitors, NULL, NULL);

  for (guint i = 0; i < told->len; i++) {
    GstIceNetworkMonitor *monitor = g_ptr_array_index (told, i);

    if (!g_ptr_array_find (self->monitors, monitor, NULL)
        || is_same (addresses, monitor->addresses))
      continue;
    g_ptr_array_unref (monitor->addresses);
    monitor->addresses = g_ptr_array_ref (addresses);
    monitor->changed (monitor->user_data);
  }
}

static gboolean
on_quiet (gpointer user_data)
{
  Watch *self = user_data;
  g_autoptr (GPtrArray) addresses = gst_ice_addresses_list (self->interfaces);

  gst_ice_timer_clear (&self->quiet);
  /* Without any address a change is of no use. */
  if (addresses->len == 0)
    return G_SOURCE_REMOVE;

  watch_ref (self);
  tell_all (self, addresses);
  watch_unref (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_netlink (GSocket * socket, GIOCondition condition, gpointer user_data)
{
  Watch *self = user_data;
  const gint64 now_us = g_get_monotonic_time ();
  gint64 left_ms;
  gchar buffer[8192];

  /* The messages are not looked at: that one came is enough. So lost ones do
   * no harm. */
  while (g_socket_receive (socket, buffer, sizeof (buffer), NULL, NULL) > 0);

  if (self->quiet == NULL)
    self->noisy_us = now_us;
  left_ms = MAX_QUIET_MS - (now_us - self->noisy_us) / G_TIME_SPAN_MILLISECOND;
  gst_ice_timer_restart (&self->quiet, self->context,
      (guint) CLAMP (left_ms, 0, QUIET_MS), on_quiet, self);
  return G_SOURCE_CONTINUE;
}

/* Returns: (transfer full) (nullable): a socket that gets news of addresses */
static GSocket *
open_netlink (void)
{
#ifdef __linux__
  struct sockaddr_nl address = {.nl_family = AF_NETLINK,
    .nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_LINK
  };
  gint fd = socket (AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
      NETLINK_ROUTE);
  GSocket *made;

  if (fd < 0)
    return NULL;
  if (bind (fd, (struct sockaddr *) &address, sizeof (address)) != 0 ||
      (made = g_socket_new_from_fd (fd, NULL)) == NULL) {
    close (fd);
    return NULL;
  }
  g_socket_set_blocking (made, FALSE);
  return made;
#else
  return NULL;
#endif
}

/* Returns: (transfer full): a new watch without monitors */
static Watch *
watch_new (const gchar * interfaces, GMainContext * context)
{
  Watch *self = g_new0 (Watch, 1);

  self->n_users = 1;
  self->interfaces = g_strdup (interfaces);
  self->context = g_main_context_ref (context);
  self->monitors = g_ptr_array_new ();
  self->socket = open_netlink ();
  if (self->socket == NULL)
    return self;

  self->source = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->source, G_SOURCE_FUNC (on_netlink), self, NULL);
  g_source_attach (self->source, context);
  return self;
}

/* Returns: (transfer full): the watch of these, made if there is none */
static Watch *
watch_get (const gchar * interfaces, GMainContext * context)
{
  Watch *found = NULL;

  g_mutex_lock (&watches_lock);
  if (watches == NULL)
    watches = g_ptr_array_new ();
  for (guint i = 0; found == NULL && i < watches->len; i++) {
    Watch *other = g_ptr_array_index (watches, i);

    if (other->context == context
        && g_strcmp0 (other->interfaces, interfaces) == 0)
      found = other;
  }
  if (found != NULL) {
    watch_ref (found);
  } else {
    found = watch_new (interfaces, context);
    g_ptr_array_add (watches, found);
  }
  g_mutex_unlock (&watches_lock);
  return found;
}

GstIceNetworkMonitor *
gst_ice_network_monitor_new (const gchar * interfaces, GMainContext * context,
    void (*changed) (gpointer user_data), gpointer user_data)
{
  GstIceNetworkMonitor *self = g_new0 (GstIceNetworkMonitor, 1);

  self->watch = watch_get (interfaces, context);
  self->addresses = gst_ice_addresses_list (interfaces);
  self->changed = changed;
  self->user_data = user_data;
  g_ptr_array_add (self->watch->monitors, self);
  return self;
}

/* @self: (transfer full) */
void
gst_ice_network_monitor_free (GstIceNetworkMonitor * self)
{
  g_ptr_array_remove_fast (self->watch->monitors, self);
  g_ptr_array_unref (self->addresses);
  watch_unref (self->watch);
  g_free (self);
}
