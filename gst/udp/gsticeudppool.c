/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Assigns each socket to the thread that waits for its packets. The fallback
 * reader, a thread of the pool, reads for threads that are away. */

#include "config.h"

#include "gsticeudppool.h"

#include "gsticeerror.h"
#include "gsticeudploop.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* How often the fallback reader looks for threads that are away. */
#define LOOK_US (10 * G_TIME_SPAN_MILLISECOND)

#define MAX_EVENTS 64

/* The fallback reader: a thread that polls the loops it reads for. */
typedef struct
{
  /* Set at construction. */
  gint epoll_fd;
  gint wake_fd;                 /* an eventfd */
  GThread *thread;

  gint stopping;                /* atomic */

  gint64 next_pass_us;          /* fallback reader only */
} FallbackReader;

/* A loop and the number of its users. */
typedef struct
{
  GstIceUdpLoop *loop;          /* set at construction */
  GstIceWaiter *context;        /* set at construction, not owned, or NULL */
  guint n_users;                /* sources; protected by pool_lock */
} Place;

static GMutex pool_lock;        /* taken before a waiter's and a loop's,
                                 * never held across a call that blocks */

/* Protected by pool_lock. */
static FallbackReader *fallback;        /* NULL while there are no places */
static GPtrArray *places;       /* of Place; each is owned by its users
                                 * together */
static GHashTable *sources;     /* GstIceUdpReader, not owned -> Place, not owned */

static void
rouse_fallback (void)
{
  guint64 one = 1;

  g_mutex_lock (&pool_lock);
  /* The write fails when the counter is full; the thread then wakes up
   * anyway. */
  if (fallback != NULL && write (fallback->wake_fd, &one, sizeof (one)) < 0)
    GST_TRACE ("already awake");
  g_mutex_unlock (&pool_lock);
}

/* Returns: (transfer full): all loops */
static GPtrArray *
dup_loops (void)
{
  GPtrArray *loops = g_ptr_array_new_with_free_func (g_object_unref);

  g_mutex_lock (&pool_lock);
  for (guint i = 0; i < places->len; i++) {
    Place *place = g_ptr_array_index (places, i);

    g_ptr_array_add (loops, g_object_ref (place->loop));
  }
  g_mutex_unlock (&pool_lock);
  return loops;
}

/* Returns: (transfer full) (nullable): @loop, if it still exists */
static GstIceUdpLoop *
dup_loop (gpointer loop)
{
  GstIceUdpLoop *found = NULL;

  g_mutex_lock (&pool_lock);
  for (guint i = 0; found == NULL && i < places->len; i++) {
    Place *place = g_ptr_array_index (places, i);

    if (place->loop == loop)
      found = g_object_ref (place->loop);
  }
  g_mutex_unlock (&pool_lock);
  return found;
}

/* Looks at all loops, and does what is due in those that the fallback reader
 * has taken.
 * Returns: when to do it again, %G_MAXINT64: when roused */
static gint64
pass (gint64 now_us)
{
  g_autoptr (GPtrArray) loops = dup_loops ();
  gint64 next_us = G_MAXINT64;

  for (guint i = 0; i < loops->len; i++) {
    GstIceUdpLoop *loop = g_ptr_array_index (loops, i);
    gint64 due_us = G_MAXINT64;

    switch (gst_ice_udp_loop_look (loop, &due_us)) {
      case GST_ICE_UDP_LOOP_FALLBACK:
        if (due_us <= now_us)
          gst_ice_udp_loop_keep (loop);
        next_us = MIN (next_us, due_us);
        break;
      case GST_ICE_UDP_LOOP_LIVELY:
        next_us = now_us;
        break;
      case GST_ICE_UDP_LOOP_QUIET:
        break;
    }
  }
  return next_us == G_MAXINT64 ? next_us : MAX (next_us, now_us + LOOK_US);
}

static void
keep (gpointer data)
{
  g_autoptr (GstIceUdpLoop) loop = dup_loop (data);

  if (loop != NULL)
    gst_ice_udp_loop_keep (loop);
}

static gint
get_timeout_ms (gint64 due_us)
{
  if (due_us == G_MAXINT64)
    return -1;
  return CLAMP ((due_us - g_get_monotonic_time () + 999) / 1000, 0, G_MAXINT);
}

static gpointer
fallback_reader_run (gpointer data)
{
  FallbackReader *self = data;
  struct epoll_event events[MAX_EVENTS];
  guint64 count;

  while (!g_atomic_int_get (&self->stopping)) {
    gint n = epoll_wait (self->epoll_fd, events, MAX_EVENTS,
        get_timeout_ms (self->next_pass_us));
    gint64 now_us = g_get_monotonic_time ();

    for (gint i = 0; i < n; i++) {
      if (events[i].data.ptr != self)
        keep (events[i].data.ptr);
      else if (read (self->wake_fd, &count, sizeof (count)) < 0)
        GST_TRACE ("nobody called");
    }
    if (now_us >= self->next_pass_us)
      self->next_pass_us = pass (now_us);
    else if (n > 0)
      self->next_pass_us = MIN (self->next_pass_us, now_us + LOOK_US);
  }
  return NULL;
}

/* @self: (transfer full) (nullable): no other thread has it */
static void
fallback_reader_free (FallbackReader * self)
{
  guint64 one = 1;

  if (self == NULL)
    return;
  g_atomic_int_set (&self->stopping, TRUE);
  if (self->thread != NULL && write (self->wake_fd, &one, sizeof (one)) < 0)
    GST_TRACE ("already awake");
  g_clear_pointer (&self->thread, g_thread_join);
  if (self->epoll_fd >= 0)
    close (self->epoll_fd);
  if (self->wake_fd >= 0)
    close (self->wake_fd);
  g_free (self);
}

/* Returns: (transfer full): a running fallback reader, %NULL with @error set */
static FallbackReader *
fallback_reader_new (GError ** error)
{
  FallbackReader *self = g_new0 (FallbackReader, 1);
  struct epoll_event event = {.events = EPOLLIN,.data.ptr = self };

  self->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  self->wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (self->epoll_fd < 0 || self->wake_fd < 0 || epoll_ctl (self->epoll_fd,
          EPOLL_CTL_ADD, self->wake_fd, &event) < 0) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
        "Packets can't be waited for: %s.", g_strerror (errno));
    fallback_reader_free (self);
    return NULL;
  }

  self->thread = g_thread_try_new ("ice-udp", fallback_reader_run, self, error);
  if (self->thread == NULL)
    g_clear_pointer (&self, fallback_reader_free);
  return self;
}

/* Returns: (transfer none): a new place, %NULL with @error set */
static Place *
make_place_locked (GstIceWaiter * context, GError ** error)
{
  guint wait_ms = context != NULL ? gst_ice_waiter_get_wait (context) : 0;
  GstIceUdpLoop *loop;
  Place *place;

  if (places == NULL) {
    places = g_ptr_array_new ();
    sources = g_hash_table_new (NULL, NULL);
  }
  if (fallback == NULL)
    fallback = fallback_reader_new (error);
  if (fallback == NULL)
    return NULL;

  loop =
      gst_ice_udp_loop_new (wait_ms, fallback->epoll_fd, rouse_fallback, error);
  if (loop == NULL)
    return NULL;
  place = g_new0 (Place, 1);
  place->loop = loop;
  place->context = context;
  g_ptr_array_add (places, place);
  if (context != NULL)
    gst_ice_waiter_set_poller (context, GST_ICE_POLLER (loop));
  return place;
}

static Place *
join_place_locked (GstIceUdpSource * source, GstIceWaiter * context,
    GError ** error)
{
  Place *place = NULL;

  for (guint i = 0; places != NULL && i < places->len; i++) {
    Place *other = g_ptr_array_index (places, i);

    if (other->context == context)
      place = other;
  }
  if (place == NULL)
    place = make_place_locked (context, error);
  if (place != NULL) {
    place->n_users++;
    g_hash_table_insert (sources, source, place);
  }
  return place;
}

/* Returns: (transfer full) (nullable): the fallback reader, if it has
 *     nothing left to read */
static FallbackReader *
retire_fallback_locked (void)
{
  return places == NULL || places->len > 0 ? NULL : g_steal_pointer (&fallback);
}

/* Returns: (transfer full) (nullable): as for retire_fallback_locked() */
static FallbackReader *
leave_place_locked (GstIceUdpSource * source, Place * place)
{
  g_hash_table_remove (sources, source);
  if (--place->n_users > 0)
    return NULL;

  if (place->context != NULL)
    gst_ice_waiter_set_poller (place->context, NULL);
  gst_ice_udp_loop_drop (place->loop);
  g_ptr_array_remove_fast (places, place);
  g_object_unref (place->loop);
  g_free (place);
  return retire_fallback_locked ();
}

gboolean
gst_ice_udp_pool_add (GstIceUdpSource * source, GstIceWaiter * context,
    GError ** error)
{
  FallbackReader *idle = NULL;
  Place *place;

  g_mutex_lock (&pool_lock);
  place = join_place_locked (source, context, error);
  if (place == NULL)
    idle = retire_fallback_locked ();
  g_mutex_unlock (&pool_lock);
  fallback_reader_free (idle);

  if (place == NULL)
    return FALSE;
  if (gst_ice_udp_loop_add (place->loop, source, error))
    return TRUE;
  gst_ice_udp_pool_remove (source);
  return FALSE;
}

void
gst_ice_udp_pool_remove (GstIceUdpSource * source)
{
  FallbackReader *idle;
  Place *place;

  g_mutex_lock (&pool_lock);
  place = sources != NULL ? g_hash_table_lookup (sources, source) : NULL;
  g_mutex_unlock (&pool_lock);
  g_return_if_fail (place != NULL);

  /* This source keeps the place alive meanwhile. */
  gst_ice_udp_loop_remove (place->loop, source);

  g_mutex_lock (&pool_lock);
  idle = leave_place_locked (source, place);
  g_mutex_unlock (&pool_lock);
  fallback_reader_free (idle);
}

guint
gst_ice_udp_pool_get_n_threads (void)
{
  guint n;

  g_mutex_lock (&pool_lock);
  n = fallback != NULL ? 1 : 0;
  g_mutex_unlock (&pool_lock);
  return n;
}
