/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticeudppool.h"

#include "gsticeerror.h"

#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

GST_DEBUG_CATEGORY_STATIC (gst_ice_udp_pool_debug);
#define GST_CAT_DEFAULT gst_ice_udp_pool_debug

/* Woken this soon after it last read, a thread lets packets gather: above some
 * 8,000 wake-ups a second, which is where they begin to cost more than packets. At
 * the rates of a call nothing waits. */
#define GATHER_BELOW_US 125
#define GATHER_FOR_US 250

/* Readers are asked together, not each when it is due: a thread has a thousand. */
#define MIN_TICK_US (10 * G_TIME_SPAN_MILLISECOND)

#define MAX_EVENTS 256

/* One thread, and the readers it polls. */
typedef struct
{
  gchar *name;                  /* set at construction; NULL: it is not shared */
  guint wait_ms;                /* set at construction */
  gint epoll_fd;                /* set at construction */
  gint wake_fd;                 /* set at construction; an eventfd */
  GThread *thread;              /* set at construction */

  guint n_users;                /* readers; protected by pool_lock */

  GMutex lock;                  /* never held across a call that blocks */

  /* Protected by lock. */
  GHashTable *readers;          /* set of GstIceUdpReader, not owned */
  GstIceUdpReader *current;     /* the thread is inside it */
  gboolean stopping;
  guint n_waiting;              /* for left */
  GCond left;                   /* current became NULL */

  /* The context's thread. */
  GstIceUdpScratch *scratch;
  gint64 last_read_us;
  gint64 due_us;                /* when a reader wants its tick */
  gint64 next_tick_us;          /* no sooner */
} Context;

static GMutex pool_lock;        /* taken before a context's, never held across a
                                 * call that blocks */

/* Protected by pool_lock. */
static GHashTable *contexts;    /* GstIceUdpReader, not owned -> Context, owned by
                                 * its n_users together */

static void
init_debug (void)
{
  static gsize done = 0;

  if (g_once_init_enter (&done)) {
    GST_DEBUG_CATEGORY_INIT (gst_ice_udp_pool_debug, "iceudppool", 0,
        "ICE threads that read UDP sockets");
    g_once_init_leave (&done, 1);
  }
}

static void
context_wake (Context * self)
{
  guint64 one = 1;

  /* It fails with the counter full, and then the thread wakes up anyway. */
  if (write (self->wake_fd, &one, sizeof (one)) < 0)
    GST_TRACE ("already awake");
}

static void
context_clear_wake (Context * self)
{
  guint64 count;

  if (read (self->wake_fd, &count, sizeof (count)) < 0)
    GST_TRACE ("nobody called");
}

/* Makes @reader the thread's, if it is still in the context. */
static gboolean
context_enter (Context * self, GstIceUdpReader * reader)
{
  g_mutex_lock (&self->lock);
  if (g_hash_table_contains (self->readers, reader))
    self->current = reader;
  g_mutex_unlock (&self->lock);

  return self->current != NULL;
}

static void
context_leave (Context * self)
{
  g_mutex_lock (&self->lock);
  self->current = NULL;
  if (self->n_waiting > 0)
    g_cond_broadcast (&self->left);
  g_mutex_unlock (&self->lock);
}

/* Returns: whether there may be more to read */
static gboolean
context_read (Context * self, GstIceUdpReader * reader, gint64 now_us)
{
  GstIceUdpRead got;

  /* One that was removed while its event was on the way. */
  if (!context_enter (self, reader))
    return FALSE;

  got = gst_ice_udp_reader_read (reader, self->scratch, now_us);
  if (got == GST_ICE_UDP_READ_BROKEN) {
    epoll_ctl (self->epoll_fd, EPOLL_CTL_DEL,
        gst_ice_udp_reader_get_fd (reader), NULL);
  }
  self->due_us = MIN (self->due_us, MAX (self->next_tick_us,
          gst_ice_udp_reader_tick (reader, now_us)));
  context_leave (self);
  return got == GST_ICE_UDP_READ_SOME;
}

static void
context_tick (Context * self, gint64 now_us)
{
  g_autofree gpointer *readers = NULL;
  guint n_readers;

  if (now_us < self->due_us)
    return;

  g_mutex_lock (&self->lock);
  readers = g_hash_table_get_keys_as_array (self->readers, &n_readers);
  g_mutex_unlock (&self->lock);

  self->due_us = G_MAXINT64;
  self->next_tick_us = now_us + MIN_TICK_US;
  for (guint i = 0; i < n_readers; i++) {
    if (!context_enter (self, readers[i]))
      continue;
    self->due_us = MIN (self->due_us, MAX (self->next_tick_us,
            gst_ice_udp_reader_tick (readers[i], now_us)));
    context_leave (self);
  }
}

/* Waits, unless somebody wants to come or go. */
static void
context_sleep (Context * self, gint64 time_us)
{
  struct pollfd wake = { self->wake_fd, POLLIN, 0 };
  struct timespec timeout = { time_us / G_USEC_PER_SEC,
    time_us % G_USEC_PER_SEC * 1000
  };

  ppoll (&wake, 1, &timeout, NULL);
}

/* There is something to read: lets more come first, if packets come fast. */
static void
context_gather (Context * self)
{
  gint64 since_us = g_get_monotonic_time () - self->last_read_us;
  gint64 wait_us = self->wait_ms * G_TIME_SPAN_MILLISECOND;

  if (since_us < wait_us)
    context_sleep (self, wait_us - since_us);
  else if (wait_us == 0 && since_us < GATHER_BELOW_US)
    context_sleep (self, GATHER_FOR_US);
}

static gint
get_timeout_ms (gint64 due_us)
{
  gint64 left_us = due_us - g_get_monotonic_time ();

  if (due_us == G_MAXINT64)
    return -1;
  /* Rounded up, or the last millisecond would be spent spinning. */
  return CLAMP ((left_us + 999) / 1000, 0, G_MAXINT);
}

/* Returns: how many events there are, of sockets or of those that come and go */
static gint
context_wait (Context * self, struct epoll_event events[MAX_EVENTS],
    gboolean more)
{
  gint n = epoll_wait (self->epoll_fd, events, MAX_EVENTS,
      more ? 0 : get_timeout_ms (self->due_us));

  if (more || n < 1 || (n == 1 && events[0].data.ptr == self))
    return n;

  context_gather (self);
  return epoll_wait (self->epoll_fd, events, MAX_EVENTS, 0);
}

/* @more: (inout): whether there is something left to read
 * Returns: %FALSE when the context is done */
static gboolean
context_iterate (Context * self, gboolean * more)
{
  struct epoll_event events[MAX_EVENTS];
  gboolean stopping;
  gint64 now_us;
  gint n = context_wait (self, events, *more);

  *more = n == MAX_EVENTS;
  now_us = g_get_monotonic_time ();
  for (gint i = 0; i < n; i++) {
    if (events[i].data.ptr == self) {
      context_clear_wake (self);
      self->due_us = now_us;
    } else {
      *more |= context_read (self, events[i].data.ptr, now_us);
      self->last_read_us = now_us;
    }
  }

  /* After the wake-up was taken back: one that comes later is still there then. */
  g_mutex_lock (&self->lock);
  stopping = self->stopping;
  g_mutex_unlock (&self->lock);
  if (stopping)
    return FALSE;
  context_tick (self, now_us);
  return TRUE;
}

static gpointer
context_run (gpointer data)
{
  Context *self = data;
  gboolean more = FALSE;

  self->scratch = gst_ice_udp_scratch_new ();
  while (context_iterate (self, &more));
  gst_ice_udp_scratch_free (self->scratch);
  return NULL;
}

/* @self: (transfer full): no thread runs it */
static void
context_free (Context * self)
{
  if (self->epoll_fd >= 0)
    close (self->epoll_fd);
  if (self->wake_fd >= 0)
    close (self->wake_fd);
  g_hash_table_unref (self->readers);
  g_cond_clear (&self->left);
  g_mutex_clear (&self->lock);
  g_free (self->name);
  g_free (self);
}

/* Returns: (transfer full): a context with its thread, %NULL with @error set */
static Context *
context_new (const gchar * name, guint wait_ms, GError ** error)
{
  Context *self = g_new0 (Context, 1);
  struct epoll_event event = {.events = EPOLLIN,.data.ptr = self };

  self->name = g_strdup (name);
  self->wait_ms = wait_ms;
  self->due_us = G_MAXINT64;
  self->readers = g_hash_table_new (NULL, NULL);
  g_mutex_init (&self->lock);
  g_cond_init (&self->left);
  self->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  self->wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);

  if (self->epoll_fd < 0 || self->wake_fd < 0 || epoll_ctl (self->epoll_fd,
          EPOLL_CTL_ADD, self->wake_fd, &event) < 0) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
        "Packets can't be waited for: %s.", g_strerror (errno));
    context_free (self);
    return NULL;
  }

  self->thread = g_thread_try_new (name ? name : "ice-udp", context_run, self,
      error);
  if (self->thread == NULL) {
    context_free (self);
    return NULL;
  }
  return self;
}

/* Returns: (transfer none) (nullable): the shared context of that name */
static Context *
find_context_locked (const gchar * name)
{
  GHashTableIter iter;
  Context *context;

  g_hash_table_iter_init (&iter, contexts);
  while (name && g_hash_table_iter_next (&iter, NULL, (gpointer *) & context)) {
    if (context->name && g_str_equal (context->name, name))
      return context;
  }
  return NULL;
}

/* Returns: (transfer none): the context that @reader is in from now on, or %NULL
 *     with @error set */
static Context *
join_context_locked (GstIceUdpReader * reader, const gchar * name,
    guint wait_ms, GError ** error)
{
  Context *context;

  if (contexts == NULL)
    contexts = g_hash_table_new (NULL, NULL);

  context = find_context_locked (name);
  if (context == NULL)
    context = context_new (name, wait_ms, error);
  if (context != NULL) {
    context->n_users++;
    g_hash_table_insert (contexts, reader, context);
  }
  return context;
}

gboolean
gst_ice_udp_pool_add (GstIceUdpReader * reader, const gchar * name,
    guint wait_ms, GError ** error)
{
  struct epoll_event event = {.events = EPOLLIN,.data.ptr = reader };
  Context *context;

  init_debug ();
  g_mutex_lock (&pool_lock);
  context = join_context_locked (reader, name, wait_ms, error);
  g_mutex_unlock (&pool_lock);
  if (context == NULL)
    return FALSE;

  g_mutex_lock (&context->lock);
  g_hash_table_add (context->readers, reader);
  g_mutex_unlock (&context->lock);

  if (epoll_ctl (context->epoll_fd, EPOLL_CTL_ADD,
          gst_ice_udp_reader_get_fd (reader), &event) < 0) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
        "Packets can't be waited for: %s.", g_strerror (errno));
    gst_ice_udp_pool_remove (reader);
    return FALSE;
  }

  /* Its first tick is due. */
  context_wake (context);
  return TRUE;
}

/* Returns: whether the context has no reader any more, and nobody can join it */
static gboolean
leave_context (GstIceUdpReader * reader, Context * context)
{
  gboolean last;

  g_mutex_lock (&pool_lock);
  g_hash_table_remove (contexts, reader);
  last = --context->n_users == 0;
  g_mutex_unlock (&pool_lock);
  return last;
}

void
gst_ice_udp_pool_remove (GstIceUdpReader * reader)
{
  Context *context;

  g_mutex_lock (&pool_lock);
  context = contexts ? g_hash_table_lookup (contexts, reader) : NULL;
  g_mutex_unlock (&pool_lock);

  g_return_if_fail (context != NULL);
  g_return_if_fail (context->thread != g_thread_self ());

  epoll_ctl (context->epoll_fd, EPOLL_CTL_DEL,
      gst_ice_udp_reader_get_fd (reader), NULL);

  g_mutex_lock (&context->lock);
  g_hash_table_remove (context->readers, reader);
  context->n_waiting++;
  while (context->current == reader)
    g_cond_wait (&context->left, &context->lock);
  context->n_waiting--;
  g_mutex_unlock (&context->lock);

  /* Not before: up to here, the context lives by this reader. */
  if (!leave_context (reader, context))
    return;

  g_mutex_lock (&context->lock);
  context->stopping = TRUE;
  g_mutex_unlock (&context->lock);
  context_wake (context);
  g_thread_join (context->thread);
  context_free (context);
}

guint
gst_ice_udp_pool_get_n_threads (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer context;

  g_mutex_lock (&pool_lock);
  if (contexts != NULL)
    g_hash_table_iter_init (&iter, contexts);
  while (contexts != NULL && g_hash_table_iter_next (&iter, NULL, &context))
    g_hash_table_add (seen, context);
  g_mutex_unlock (&pool_lock);

  return g_hash_table_size (seen);
}
