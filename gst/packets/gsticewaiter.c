/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Lets one thread wait for packets: in a poller if there are sockets, else
 * on a condition. */

#include "config.h"

#include "gsticewaiter.h"

struct _GstIceWaiter
{
  GObject parent;

  guint wait_ms;                /* set at construction */
  gboolean is_shared;           /* set at construction */

  GMutex lock;                  /* never held across a call that blocks */

  /* Protected by lock. */
  GstIcePoller *poller;         /* or NULL */
  GThread *runner;              /* the thread in gst_ice_waiter_run(), or
                                 * NULL */
  gboolean woken;
  GCond cond;                   /* signalled when woken, or when poller
                                 * changes, while there is no poller */
};

G_DEFINE_TYPE (GstIceWaiter, gst_ice_waiter, G_TYPE_OBJECT);

static void
gst_ice_waiter_finalize (GObject * object)
{
  GstIceWaiter *self = GST_ICE_WAITER (object);

  g_clear_object (&self->poller);
  g_cond_clear (&self->cond);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (gst_ice_waiter_parent_class)->finalize (object);
}

static void
gst_ice_waiter_class_init (GstIceWaiterClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_ice_waiter_finalize;
}

static void
gst_ice_waiter_init (GstIceWaiter * self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
}

GstIceWaiter *
gst_ice_waiter_new (guint wait_ms, gboolean is_shared)
{
  GstIceWaiter *self = g_object_new (GST_TYPE_ICE_WAITER, NULL);

  self->wait_ms = wait_ms;
  self->is_shared = is_shared;
  return self;
}

gboolean
gst_ice_waiter_is_shared (GstIceWaiter * self)
{
  return self->is_shared;
}

guint
gst_ice_waiter_get_wait (GstIceWaiter * self)
{
  return self->wait_ms;
}

/* The thread that runs looks again. If it is the caller, it does so anyway. */
static void
gst_ice_waiter_rouse_locked (GstIceWaiter * self)
{
  if (self->runner == NULL || self->runner == g_thread_self ())
    return;
  if (self->poller != NULL)
    gst_ice_poller_wake (self->poller);
  else
    g_cond_signal (&self->cond);
}

void
gst_ice_waiter_set_poller (GstIceWaiter * self, GstIcePoller * poller)
{
  GstIcePoller *old;

  g_mutex_lock (&self->lock);
  /* Wakes the thread where it waits at present. */
  gst_ice_waiter_rouse_locked (self);
  old = self->poller;
  self->poller = poller != NULL ? g_object_ref (poller) : NULL;
  g_mutex_unlock (&self->lock);

  g_clear_object (&old);
}

void
gst_ice_waiter_wake (GstIceWaiter * self)
{
  g_mutex_lock (&self->lock);
  if (!self->woken)
    gst_ice_waiter_rouse_locked (self);
  self->woken = TRUE;
  g_mutex_unlock (&self->lock);
}

/* Returns: whether there is time left */
static gboolean
gst_ice_waiter_wait_locked (GstIceWaiter * self, gint64 deadline_us)
{
  g_autoptr (GstIcePoller) poller = NULL;

  if (self->poller == NULL && deadline_us == G_MAXINT64) {
    g_cond_wait (&self->cond, &self->lock);
    return TRUE;
  }
  if (self->poller == NULL)
    return g_cond_wait_until (&self->cond, &self->lock, deadline_us);

  poller = g_object_ref (self->poller);
  g_mutex_unlock (&self->lock);
  gst_ice_poller_run (poller, deadline_us);
  /* The last reference closes descriptors. */
  g_clear_object (&poller);
  g_mutex_lock (&self->lock);
  return deadline_us == G_MAXINT64 || g_get_monotonic_time () < deadline_us;
}

gboolean
gst_ice_waiter_run (GstIceWaiter * self, gint64 deadline_us)
{
  gboolean woken, in_time = TRUE;

  g_mutex_lock (&self->lock);
  self->runner = g_thread_self ();
  while (!self->woken && in_time)
    in_time = gst_ice_waiter_wait_locked (self, deadline_us);
  woken = self->woken;
  self->woken = FALSE;
  self->runner = NULL;
  g_mutex_unlock (&self->lock);
  return woken || in_time;
}
