/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Tells ThreadSanitizer what GLib's locks, reference counts and queues order.
 *
 * The system's GLib is not built with ThreadSanitizer and locks with bare
 * futexes, so that everything under a GMutex looks like a race. Linked into the
 * tests of a -Db_sanitize=thread build, where these definitions win over GLib's.
 * Calls inside GLib are not seen: what they order is in tsan.supp.
 */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <gst/gst.h>

/* Macros around the functions defined here. */
#undef g_once_init_enter
#undef g_once_init_leave

/* The project hides symbols; these must be seen by the libraries too. */
#pragma GCC visibility push(default)

void __tsan_acquire (void *addr);
void __tsan_release (void *addr);

/* The function of that name in GLib, which this one replaces. */
#define NEXT(ret, name, args) \
    static gpointer found; \
    ret (*next) args = (ret (*) args) __atomic_load_n (&found, \
        __ATOMIC_RELAXED); \
    if (next == NULL) { \
      next = (ret (*) args) dlsym (RTLD_NEXT, #name); \
      /* Several threads may come here first: all write the same. */ \
      __atomic_store_n (&found, (gpointer) next, __ATOMIC_RELAXED); \
    }

void
g_mutex_lock (GMutex * mutex)
{
  NEXT (void, g_mutex_lock, (GMutex *));
  next (mutex);
  __tsan_acquire (mutex);
}

gboolean
g_mutex_trylock (GMutex * mutex)
{
  NEXT (gboolean, g_mutex_trylock, (GMutex *));
  if (!next (mutex))
    return FALSE;
  __tsan_acquire (mutex);
  return TRUE;
}

void
g_mutex_unlock (GMutex * mutex)
{
  NEXT (void, g_mutex_unlock, (GMutex *));
  __tsan_release (mutex);
  next (mutex);
}

void
g_rec_mutex_lock (GRecMutex * mutex)
{
  NEXT (void, g_rec_mutex_lock, (GRecMutex *));
  next (mutex);
  __tsan_acquire (mutex);
}

void
g_rec_mutex_unlock (GRecMutex * mutex)
{
  NEXT (void, g_rec_mutex_unlock, (GRecMutex *));
  __tsan_release (mutex);
  next (mutex);
}

void
g_cond_wait (GCond * cond, GMutex * mutex)
{
  NEXT (void, g_cond_wait, (GCond *, GMutex *));
  __tsan_release (mutex);
  next (cond, mutex);
  __tsan_acquire (mutex);
}

gboolean
g_cond_wait_until (GCond * cond, GMutex * mutex, gint64 end_time)
{
  gboolean signalled;

  NEXT (gboolean, g_cond_wait_until, (GCond *, GMutex *, gint64));
  __tsan_release (mutex);
  signalled = next (cond, mutex, end_time);
  __tsan_acquire (mutex);
  return signalled;
}

gboolean
g_once_init_enter (volatile void *location)
{
  gboolean first;

  NEXT (gboolean, g_once_init_enter, (volatile void *));
  first = next (location);
  if (!first)
    __tsan_acquire ((void *) location);
  return first;
}

void
g_once_init_leave (volatile void *location, gsize result)
{
  NEXT (void, g_once_init_leave, (volatile void *, gsize));
  __tsan_release ((void *) location);
  next (location, result);
}

/* The thread that drops the last reference sees what all others did before
 * they dropped theirs. Both calls come before that, as the memory may be
 * gone after. */
void
g_object_unref (gpointer object)
{
  NEXT (void, g_object_unref, (gpointer));
  __tsan_release (object);
  __tsan_acquire (object);
  next (object);
}

void
gst_mini_object_unref (GstMiniObject * object)
{
  NEXT (void, gst_mini_object_unref, (GstMiniObject *));
  /* A thread that reads a count of 1 (GST_MINI_OBJECT_REFCOUNT_VALUE) is the
   * last one too. */
  __tsan_release (&object->refcount);
  __tsan_release (object);
  __tsan_acquire (object);
  next (object);
}

/* The callback of a source sees what was done before the source was
 * attached, also when GLib's own loop runs it. */
typedef struct
{
  GSourceFunc func;
  gpointer data;
  GDestroyNotify notify;
} Callback;

static gboolean
run_callback (gpointer data)
{
  Callback *callback = data;

  __tsan_acquire (callback);
  __tsan_acquire (g_source_get_context (g_main_current_source ()));
  return callback->func (callback->data);
}

static void
free_callback (gpointer data)
{
  Callback *callback = data;

  __tsan_acquire (callback);
  if (callback->notify != NULL)
    callback->notify (callback->data);
  g_free (callback);
}

void
g_source_set_callback (GSource * source, GSourceFunc func, gpointer data,
    GDestroyNotify notify)
{
  NEXT (void, g_source_set_callback, (GSource *, GSourceFunc, gpointer,
          GDestroyNotify));
  Callback *callback;

  /* Sources of other types have other arguments. */
  if (func == NULL || (source->source_funcs != &g_idle_funcs &&
          source->source_funcs != &g_timeout_funcs)) {
    next (source, func, data, notify);
    return;
  }

  callback = g_new0 (Callback, 1);
  callback->func = func;
  callback->data = data;
  callback->notify = notify;
  __tsan_release (callback);
  next (source, run_callback, callback, free_callback);
}

guint
g_source_attach (GSource * source, GMainContext * context)
{
  NEXT (guint, g_source_attach, (GSource *, GMainContext *));
  __tsan_release (context);
  return next (source, context);
}

gboolean
g_main_context_iteration (GMainContext * context, gboolean may_block)
{
  NEXT (gboolean, g_main_context_iteration, (GMainContext *, gboolean));
  __tsan_acquire (context);
  return next (context, may_block);
}

void
g_async_queue_push (GAsyncQueue * queue, gpointer data)
{
  NEXT (void, g_async_queue_push, (GAsyncQueue *, gpointer));
  __tsan_release (queue);
  next (queue, data);
}

gpointer
g_async_queue_pop (GAsyncQueue * queue)
{
  gpointer data;

  NEXT (gpointer, g_async_queue_pop, (GAsyncQueue *));
  data = next (queue);
  __tsan_acquire (queue);
  return data;
}

/* What another thread does for an element sees what was done before it was asked to; the
 * pool of those threads is GStreamer's own. */
typedef struct
{
  GstElementCallAsyncFunc func;
  gpointer data;
  GDestroyNotify notify;
} Job;

static void
run_job (GstElement * element, gpointer data)
{
  Job *job = data;

  __tsan_acquire (job);
  job->func (element, job->data);
}

static void
free_job (gpointer data)
{
  Job *job = data;

  __tsan_acquire (job);
  if (job->notify != NULL)
    job->notify (job->data);
  g_free (job);
}

void
gst_element_call_async (GstElement * element, GstElementCallAsyncFunc func,
    gpointer data, GDestroyNotify notify)
{
  NEXT (void, gst_element_call_async, (GstElement *, GstElementCallAsyncFunc,
          gpointer, GDestroyNotify));
  Job *job = g_new0 (Job, 1);

  job->func = func;
  job->data = data;
  job->notify = notify;
  __tsan_release (job);
  next (element, run_job, job, free_job);
}
