/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* An epoll with the sockets of one waiting thread. Decides which thread
 * reads them. */

#include "config.h"

#include "gsticeudploop.h"

#include "gsticeerror.h"
#include "gsticelog.h"

#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

GST_ICE_LOG_CATEGORY (gst_ice_udp_loop_log, "iceudploop",
    "ICE UDP sockets of a context");
#define GST_CAT_DEFAULT gst_ice_udp_loop_log ()

/* A thread that is woken sooner than this after its last read lets packets
 * gather. Above some 4,000 wake-ups a second a wake-up costs more than the
 * packets. At the rates of a call nothing waits. */
#define GATHER_BELOW_US 250
#define GATHER_FOR_US 250

/* When gathering gave this many messages, the thread gathers the next ones
 * before it asks the kernel: it then sleeps once for each read, not twice. */
#define N_DENSE 2

/* The readers' ticks are called together, not each at its own time: a thread
 * may have a thousand readers. */
#define MIN_TICK_US (10 * G_TIME_SPAN_MILLISECOND)

#define MAX_EVENTS 256

/* After this many looks at a loop whose thread always waits inside, the
 * fallback reader stops looking. It is roused when that thread leaves. */
#define N_QUIET_LOOKS 10

/* After this many looks at a loop with no thread inside, the fallback reader
 * takes it. A sink that shows 30 pictures a second must not cause that, nor
 * an overloaded processor: a thread that comes back waits until the fallback
 * reader has left, which takes two switches of threads. */
#define N_EMPTY_LOOKS 5

struct _GstIceUdpLoop
{
  GstIcePoller parent;

  /* Set at construction. */
  guint wait_ms;
  gint epoll_fd;
  gint wake_fd;                 /* an eventfd */
  void (*rouse_fallback) (void);

  GMutex lock;                  /* never held across a call that blocks */

  /* Protected by lock. */
  GHashTable *sources;          /* set of GstIceUdpSource, not owned */
  GstIceUdpSource *current;     /* its read() or tick() is running */
  gboolean occupied;            /* a thread is inside the loop */
  gint fallback_fd;             /* -1: the fallback reader is gone */
  gboolean in_fallback;         /* the fallback reader polls it */
  gboolean unwatched;           /* a thread that leaves must rouse the
                                 * fallback reader */
  guint n_turns;                /* of threads other than the fallback reader */
  guint n_waiting;              /* threads that wait for left */
  GCond left;                   /* current became NULL, or occupied FALSE */

  /* Fallback reader only. */
  guint n_turns_seen;
  guint n_quiet_looks;          /* in a row */
  guint n_empty_looks;

  /* The thread inside the loop. */
  GstIceUdpScratch *scratch;
  gboolean more;                /* a socket has more to read */
  gboolean dense;               /* the next packets are worth gathering */
  gint64 last_read_us;
  gint64 due_us;                /* when the next tick of a source is due */
  gint64 next_tick_us;          /* not before this time */
};

G_DEFINE_TYPE (GstIceUdpLoop, gst_ice_udp_loop, GST_TYPE_ICE_POLLER);

static void
gst_ice_udp_loop_wake (GstIcePoller * feed)
{
  GstIceUdpLoop *self = GST_ICE_UDP_LOOP (feed);
  guint64 one = 1;

  /* The write fails when the counter is full; the thread then wakes up
   * anyway. */
  if (write (self->wake_fd, &one, sizeof (one)) < 0)
    GST_TRACE_OBJECT (self, "already awake");
}

static void
gst_ice_udp_loop_clear_wake (GstIceUdpLoop * self)
{
  guint64 count;

  if (read (self->wake_fd, &count, sizeof (count)) < 0)
    GST_TRACE_OBJECT (self, "nobody called");
}

/* Makes @source the current one, unless it was removed. */
static gboolean
gst_ice_udp_loop_enter_source (GstIceUdpLoop * self, GstIceUdpSource * source)
{
  gboolean here;

  g_mutex_lock (&self->lock);
  here = g_hash_table_contains (self->sources, source);
  if (here)
    self->current = source;
  g_mutex_unlock (&self->lock);
  return here;
}

static void
gst_ice_udp_loop_leave_source (GstIceUdpLoop * self)
{
  g_mutex_lock (&self->lock);
  self->current = NULL;
  if (self->n_waiting > 0)
    g_cond_broadcast (&self->left);
  g_mutex_unlock (&self->lock);
}

static void
gst_ice_udp_loop_tick_source (GstIceUdpLoop * self, GstIceUdpSource * source,
    gint64 now_us)
{
  gint64 due_us = source->tick (source, now_us);

  self->due_us = MIN (self->due_us, MAX (self->next_tick_us, due_us));
}

/* Returns: whether there may be more to read */
static gboolean
gst_ice_udp_loop_read (GstIceUdpLoop * self, GstIceUdpSource * source,
    gint64 now_us)
{
  GstIceUdpRead got;

  /* The source was removed while its event was on the way. */
  if (!gst_ice_udp_loop_enter_source (self, source))
    return FALSE;

  got = source->read (source, self->scratch, now_us);
  if (got == GST_ICE_UDP_READ_BROKEN) {
    epoll_ctl (self->epoll_fd, EPOLL_CTL_DEL, source->fd, NULL);
  }
  gst_ice_udp_loop_tick_source (self, source, now_us);
  gst_ice_udp_loop_leave_source (self);
  return got == GST_ICE_UDP_READ_SOME;
}

static void
gst_ice_udp_loop_tick (GstIceUdpLoop * self, gint64 now_us)
{
  g_autofree gpointer *sources = NULL;
  guint n_sources;

  if (now_us < self->due_us)
    return;

  g_mutex_lock (&self->lock);
  sources = g_hash_table_get_keys_as_array (self->sources, &n_sources);
  g_mutex_unlock (&self->lock);

  self->due_us = G_MAXINT64;
  self->next_tick_us = now_us + MIN_TICK_US;
  for (guint i = 0; i < n_sources; i++) {
    if (!gst_ice_udp_loop_enter_source (self, sources[i]))
      continue;
    gst_ice_udp_loop_tick_source (self, sources[i], now_us);
    gst_ice_udp_loop_leave_source (self);
  }
}

/* Sleeps for @time_us or until the loop is woken. */
static void
gst_ice_udp_loop_sleep (GstIceUdpLoop * self, gint64 time_us)
{
  struct pollfd wake = { self->wake_fd, POLLIN, 0 };
  struct timespec timeout = { time_us / G_USEC_PER_SEC,
    time_us % G_USEC_PER_SEC * 1000
  };

  ppoll (&wake, 1, &timeout, NULL);
}

/* Waits a little for more packets, if packets come fast.
 * Returns: whether it waited */
static gboolean
gst_ice_udp_loop_gather (GstIceUdpLoop * self)
{
  gint64 since_us = g_get_monotonic_time () - self->last_read_us;
  gint64 wait_us = self->wait_ms * G_TIME_SPAN_MILLISECOND;

  if (since_us >= (wait_us > 0 ? wait_us : GATHER_BELOW_US))
    return FALSE;
  gst_ice_udp_loop_sleep (self, wait_us > 0 ? wait_us - since_us :
      GATHER_FOR_US);
  return TRUE;
}

static gint
get_timeout_ms (gint64 due_us)
{
  gint64 left_us;

  if (due_us == G_MAXINT64)
    return -1;
  left_us = due_us - g_get_monotonic_time ();
  /* Rounded up: the last millisecond would be spent spinning otherwise. */
  return CLAMP ((left_us + 999) / 1000, 0, G_MAXINT);
}

static gint
gst_ice_udp_loop_poll (GstIceUdpLoop * self,
    struct epoll_event events[MAX_EVENTS], gint timeout_ms)
{
  return epoll_wait (self->epoll_fd, events, MAX_EVENTS, timeout_ms);
}

/* @deadline_us: %G_MININT64: do not wait
 * Returns: the number of events, of sockets or the wake-up */
static gint
gst_ice_udp_loop_wait (GstIceUdpLoop * self,
    struct epoll_event events[MAX_EVENTS], gint64 deadline_us)
{
  gint n = 0;

  if (self->more || deadline_us == G_MININT64)
    return gst_ice_udp_loop_poll (self, events, 0);

  if (self->dense && gst_ice_udp_loop_gather (self))
    n = gst_ice_udp_loop_poll (self, events, 0);
  if (n > 0)
    return n;

  self->dense = FALSE;
  n = gst_ice_udp_loop_poll (self, events,
      get_timeout_ms (MIN (self->due_us, deadline_us)));
  if (n < 1 || (n == 1 && events[0].data.ptr == self))
    return n;

  self->dense = gst_ice_udp_loop_gather (self);
  return gst_ice_udp_loop_poll (self, events, 0);
}

/* One thread at a time, the one inside. */
static void
gst_ice_udp_loop_iterate (GstIceUdpLoop * self, gint64 deadline_us)
{
  struct epoll_event events[MAX_EVENTS];
  gint n = gst_ice_udp_loop_wait (self, events, deadline_us);
  gint64 now_us = g_get_monotonic_time ();
  guint n_messages = 0;

  self->more = n == MAX_EVENTS;
  for (gint i = 0; i < n; i++) {
    if (events[i].data.ptr == self) {
      gst_ice_udp_loop_clear_wake (self);
      self->due_us = now_us;
    } else {
      self->more |= gst_ice_udp_loop_read (self, events[i].data.ptr, now_us);
      self->last_read_us = now_us;
      n_messages += gst_ice_udp_scratch_get_n_messages (self->scratch);
    }
  }
  if (n_messages < N_DENSE)
    self->dense = FALSE;
  gst_ice_udp_loop_tick (self, now_us);
}

static void
gst_ice_udp_loop_dismiss_fallback_locked (GstIceUdpLoop * self)
{
  if (self->in_fallback)
    epoll_ctl (self->fallback_fd, EPOLL_CTL_DEL, self->epoll_fd, NULL);
  self->in_fallback = FALSE;
}

/* Enters the loop when no other thread is inside.
 * Returns: whether the fallback reader was inside since this thread was */
static gboolean
gst_ice_udp_loop_occupy (GstIceUdpLoop * self)
{
  gboolean kept;

  g_mutex_lock (&self->lock);
  kept = self->in_fallback || self->occupied;
  /* The fallback reader may be asleep, as its epoll would rouse it. */
  self->unwatched |= self->in_fallback;
  gst_ice_udp_loop_dismiss_fallback_locked (self);
  /* The fallback reader leaves soon. */
  self->n_waiting++;
  while (self->occupied)
    g_cond_wait (&self->left, &self->lock);
  self->n_waiting--;
  self->occupied = TRUE;
  g_mutex_unlock (&self->lock);
  return kept;
}

static void
gst_ice_udp_loop_vacate (GstIceUdpLoop * self)
{
  gboolean unwatched;

  g_mutex_lock (&self->lock);
  self->occupied = FALSE;
  self->n_turns++;
  unwatched = self->unwatched;
  self->unwatched = FALSE;
  if (self->n_waiting > 0)
    g_cond_broadcast (&self->left);
  g_mutex_unlock (&self->lock);
  if (unwatched)
    self->rouse_fallback ();
}

static void
gst_ice_udp_loop_run (GstIcePoller * feed, gint64 deadline_us)
{
  GstIceUdpLoop *self = GST_ICE_UDP_LOOP (feed);

  /* The fallback reader may have consumed a wake-up of this thread, so the
   * caller looks again. */
  if (gst_ice_udp_loop_occupy (self))
    deadline_us = G_MININT64;
  gst_ice_udp_loop_iterate (self, deadline_us);
  gst_ice_udp_loop_vacate (self);
}

void
gst_ice_udp_loop_keep (GstIceUdpLoop * self)
{
  gboolean mine;

  g_mutex_lock (&self->lock);
  mine = self->in_fallback && !self->occupied;
  if (mine)
    self->occupied = TRUE;
  g_mutex_unlock (&self->lock);
  if (!mine)
    return;

  gst_ice_udp_loop_iterate (self, G_MININT64);

  g_mutex_lock (&self->lock);
  self->occupied = FALSE;
  if (self->n_waiting > 0)
    g_cond_broadcast (&self->left);
  g_mutex_unlock (&self->lock);
}

static void
gst_ice_udp_loop_take_locked (GstIceUdpLoop * self)
{
  struct epoll_event event = {.events = EPOLLIN,.data.ptr = self };

  self->in_fallback =
      epoll_ctl (self->fallback_fd, EPOLL_CTL_ADD, self->epoll_fd, &event) == 0;
}

void
gst_ice_udp_loop_drop (GstIceUdpLoop * self)
{
  g_mutex_lock (&self->lock);
  gst_ice_udp_loop_dismiss_fallback_locked (self);
  self->fallback_fd = -1;
  g_mutex_unlock (&self->lock);
}

GstIceUdpLoopLife
gst_ice_udp_loop_look (GstIceUdpLoop * self, gint64 * due_us)
{
  GstIceUdpLoopLife life = GST_ICE_UDP_LOOP_LIVELY;
  gboolean still;

  g_mutex_lock (&self->lock);
  still = self->n_turns == self->n_turns_seen;
  self->n_turns_seen = self->n_turns;
  self->n_empty_looks = still && !self->occupied ? self->n_empty_looks + 1 : 0;
  if (!self->in_fallback && self->n_empty_looks >= N_EMPTY_LOOKS)
    gst_ice_udp_loop_take_locked (self);

  self->n_quiet_looks = still && self->occupied && !self->in_fallback ?
      self->n_quiet_looks + 1 : 0;
  if (self->in_fallback) {
    life = GST_ICE_UDP_LOOP_FALLBACK;
    /* No thread is inside, or the fallback reader is. */
    *due_us = self->more ? 0 : self->due_us;
  } else if (self->n_quiet_looks >= N_QUIET_LOOKS) {
    self->unwatched = TRUE;
    life = GST_ICE_UDP_LOOP_QUIET;
  }
  g_mutex_unlock (&self->lock);
  return life;
}

static void
gst_ice_udp_loop_finalize (GObject * object)
{
  GstIceUdpLoop *self = GST_ICE_UDP_LOOP (object);

  if (self->epoll_fd >= 0)
    close (self->epoll_fd);
  if (self->wake_fd >= 0)
    close (self->wake_fd);
  g_clear_pointer (&self->scratch, gst_ice_udp_scratch_free);
  g_hash_table_unref (self->sources);
  g_cond_clear (&self->left);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (gst_ice_udp_loop_parent_class)->finalize (object);
}

static void
gst_ice_udp_loop_class_init (GstIceUdpLoopClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_ice_udp_loop_finalize;
  GST_ICE_POLLER_CLASS (klass)->run = gst_ice_udp_loop_run;
  GST_ICE_POLLER_CLASS (klass)->wake = gst_ice_udp_loop_wake;
}

static void
gst_ice_udp_loop_init (GstIceUdpLoop * self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->left);
  self->sources = g_hash_table_new (NULL, NULL);
  self->scratch = gst_ice_udp_scratch_new ();
  self->due_us = G_MAXINT64;
  self->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  self->wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
}

GstIceUdpLoop *
gst_ice_udp_loop_new (guint wait_ms, gint fallback_fd,
    void (*rouse_fallback) (void), GError ** error)
{
  g_autoptr (GstIceUdpLoop) self = g_object_new (GST_TYPE_ICE_UDP_LOOP, NULL);
  struct epoll_event event = {.events = EPOLLIN,.data.ptr = self };

  self->wait_ms = wait_ms;
  self->fallback_fd = fallback_fd;
  self->rouse_fallback = rouse_fallback;
  if (self->epoll_fd >= 0 && self->wake_fd >= 0 && epoll_ctl (self->epoll_fd,
          EPOLL_CTL_ADD, self->wake_fd, &event) == 0)
    gst_ice_udp_loop_take_locked (self);
  if (!self->in_fallback) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
        "Packets can't be waited for: %s.", g_strerror (errno));
    return NULL;
  }
  return g_steal_pointer (&self);
}

gboolean
gst_ice_udp_loop_add (GstIceUdpLoop * self, GstIceUdpSource * source,
    GError ** error)
{
  struct epoll_event event = {.events = EPOLLIN,.data.ptr = source };

  g_mutex_lock (&self->lock);
  g_hash_table_add (self->sources, source);
  g_mutex_unlock (&self->lock);

  if (epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, source->fd, &event) < 0) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
        "Packets can't be waited for: %s.", g_strerror (errno));
    gst_ice_udp_loop_remove (self, source);
    return FALSE;
  }

  /* The first tick of the new source is due. */
  gst_ice_udp_loop_wake (GST_ICE_POLLER (self));
  return TRUE;
}

void
gst_ice_udp_loop_remove (GstIceUdpLoop * self, GstIceUdpSource * source)
{
  epoll_ctl (self->epoll_fd, EPOLL_CTL_DEL, source->fd, NULL);

  g_mutex_lock (&self->lock);
  g_hash_table_remove (self->sources, source);
  self->n_waiting++;
  while (self->current == source)
    g_cond_wait (&self->left, &self->lock);
  self->n_waiting--;
  g_mutex_unlock (&self->lock);
}
