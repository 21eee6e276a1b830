/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Waits for the descriptors of all peers with one epoll set. */

#include "config.h"

#include "rdvpoll.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#define BATCH 128               /* events taken in one turn of the loop */

struct _RdvPoll
{
  int epoll_fd;
  GSource *source;

  /* Of the present turn; an entry becomes NULL when its watch is freed. */
  RdvWatch *batch[BATCH];
  guint32 batch_events[BATCH];
  guint batch_size;

  GQueue woken;                 /* of RdvWatch */
};

struct _RdvWatch
{
  RdvPoll *poll;
  int fd;
  guint32 events;
  GList woken;                  /* in poll->woken while is_woken */
  gboolean is_woken;
  RdvWatchFunc func;
  gpointer user_data;
};

typedef struct
{
  GSource source;
  RdvPoll *poll;
  gpointer tag;
} PollSource;

static gboolean
poll_source_prepare (GSource * source, gint * timeout)
{
  RdvPoll *poll = ((PollSource *) source)->poll;

  *timeout = -1;
  return !g_queue_is_empty (&poll->woken);
}

static gboolean
poll_source_check (GSource * source)
{
  PollSource *self = (PollSource *) source;

  return !g_queue_is_empty (&self->poll->woken)
      || g_source_query_unix_fd (source, self->tag) != 0;
}

static void
call_woken (RdvPoll * poll)
{
  guint n = g_queue_get_length (&poll->woken);

  /* Watches that are woken from here on wait for the next turn. */
  while (n-- > 0 && !g_queue_is_empty (&poll->woken)) {
    RdvWatch *watch = g_queue_pop_head_link (&poll->woken)->data;

    watch->is_woken = FALSE;
    watch->func (0, watch->user_data);
  }
}

static gboolean
poll_source_dispatch (GSource * source, GSourceFunc func, gpointer user_data)
{
  RdvPoll *poll = ((PollSource *) source)->poll;
  struct epoll_event events[BATCH];
  int i, n;

  n = epoll_wait (poll->epoll_fd, events, BATCH, 0);
  poll->batch_size = MAX (n, 0);
  for (i = 0; i < n; i++) {
    poll->batch[i] = events[i].data.ptr;
    poll->batch_events[i] = events[i].events;
  }
  for (i = 0; i < n; i++) {
    if (poll->batch[i])
      poll->batch[i]->func (poll->batch_events[i], poll->batch[i]->user_data);
  }
  poll->batch_size = 0;
  call_woken (poll);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs poll_source_funcs = {
  poll_source_prepare, poll_source_check, poll_source_dispatch, NULL, NULL, NULL
};

RdvPoll *
rdv_poll_new (void)
{
  RdvPoll *poll = g_new0 (RdvPoll, 1);
  PollSource *source;

  poll->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  if (poll->epoll_fd < 0)
    g_error ("epoll_create1: %s", g_strerror (errno));
  g_queue_init (&poll->woken);
  poll->source = g_source_new (&poll_source_funcs, sizeof (PollSource));
  source = (PollSource *) poll->source;
  source->poll = poll;
  source->tag = g_source_add_unix_fd (poll->source, poll->epoll_fd, G_IO_IN);
  /* No dispatch runs the loop recursively. Without this call, GLib 2.74
   * removes the descriptor from the loop and adds it again for each
   * dispatch, and wakes up the loop both times: four more system calls for
   * each message. */
  g_source_set_can_recurse (poll->source, TRUE);
  g_source_attach (poll->source, NULL);
  return poll;
}

void
rdv_poll_free (RdvPoll * poll)
{
  g_source_destroy (poll->source);
  g_source_unref (poll->source);
  close (poll->epoll_fd);
  g_free (poll);
}

RdvWatch *
rdv_watch_new (RdvPoll * poll, int fd, RdvWatchFunc func, gpointer user_data)
{
  RdvWatch *watch = g_new0 (RdvWatch, 1);
  struct epoll_event event = {.events = EPOLLIN,.data.ptr = watch };

  watch->poll = poll;
  watch->fd = fd;
  watch->events = EPOLLIN;
  watch->woken.data = watch;
  watch->func = func;
  watch->user_data = user_data;
  if (epoll_ctl (poll->epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0)
    g_warning ("epoll_ctl: %s", g_strerror (errno));
  return watch;
}

void
rdv_watch_free (RdvWatch * watch)
{
  RdvPoll *poll = watch->poll;
  guint i;

  epoll_ctl (poll->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
  for (i = 0; i < poll->batch_size; i++) {
    if (poll->batch[i] == watch)
      poll->batch[i] = NULL;
  }
  if (watch->is_woken)
    g_queue_unlink (&poll->woken, &watch->woken);
  g_free (watch);
}

void
rdv_watch_set_events (RdvWatch * watch, guint32 events)
{
  struct epoll_event event = {.events = events,.data.ptr = watch };

  if (watch->events == events)
    return;
  watch->events = events;
  if (epoll_ctl (watch->poll->epoll_fd, EPOLL_CTL_MOD, watch->fd, &event) < 0)
    g_warning ("epoll_ctl: %s", g_strerror (errno));
}

void
rdv_watch_wake (RdvWatch * watch)
{
  if (watch->is_woken)
    return;
  watch->is_woken = TRUE;
  g_queue_push_tail_link (&watch->poll->woken, &watch->woken);
}
