/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Runs the control threads of the process, and assigns sessions to them. */

#include "config.h"

#include "gsticeworker.h"

#include "gsticelimits.h"

#define MAX_WORKERS 4

/* Of a main context, with some for others that open one just now. */
#define N_WORKER_DESCRIPTORS 8

static GMutex workers_lock;

/* Protected by workers_lock. */
static GMainContext *contexts[MAX_WORKERS];     /* NULL: not started yet */
static guint next_worker;

static GPrivate current;        /* not NULL: this thread is one */

static gpointer
run_worker (gpointer data)
{
  GMainContext *context = data;
  GMainLoop *loop = g_main_loop_new (context, FALSE);

  g_private_set (&current, context);
  g_main_context_push_thread_default (context);
  g_main_loop_run (loop);
  g_main_context_pop_thread_default (context);
  g_main_loop_unref (loop);
  return NULL;
}

/* Returns: (transfer full): a context whose thread runs; %NULL with @error set */
static GMainContext *
start_worker (GError ** error)
{
  GMainContext *context;
  GThread *thread;

  if (!gst_ice_limits_check (N_WORKER_DESCRIPTORS, error))
    return NULL;

  context = g_main_context_new ();
  thread = g_thread_try_new ("ice-control", run_worker, context, error);
  if (thread == NULL)
    g_clear_pointer (&context, g_main_context_unref);
  else
    g_thread_unref (thread);
  return context;
}

GMainContext *
gst_ice_worker_get_context (GError ** error)
{
  guint n_workers = CLAMP (g_get_num_processors (), 1, MAX_WORKERS);
  GMainContext *context = NULL;
  guint i;

  g_mutex_lock (&workers_lock);
  i = next_worker++ % n_workers;
  if (contexts[i] == NULL)
    contexts[i] = start_worker (error);
  if (contexts[i] != NULL)
    context = g_main_context_ref (contexts[i]);
  g_mutex_unlock (&workers_lock);

  return context;
}

gboolean
gst_ice_worker_is_current (void)
{
  return g_private_get (&current) != NULL;
}
