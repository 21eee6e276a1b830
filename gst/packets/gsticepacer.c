/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The one thread of the process that sends at a pace, and ends when nobody needs it. */

#include "config.h"

#include "gsticepacer.h"

/* How long the thread waits for somebody who needs it. */
#define LINGER_US G_USEC_PER_SEC

typedef struct
{
  GObject *owner;               /* reference */
  GstIcePacerFunc run;
  gint64 due_us;
} Turn;

static GMutex lock;             /* not held while anything is sent */
static GCond woken;

/* Protected by lock. */
static GArray *turns;           /* of Turn: who waits; NULL: no thread runs */

/* Returns: the index of the turn that is due first; -1: nobody waits */
static gint
find_first_locked (void)
{
  gint first = -1;

  for (guint i = 0; i < turns->len; i++) {
    if (first < 0 || g_array_index (turns, Turn, i).due_us <
        g_array_index (turns, Turn, first).due_us)
      first = (gint) i;
  }
  return first;
}

static Turn *
find_locked (GObject * owner)
{
  for (guint i = 0; i < turns->len; i++) {
    if (g_array_index (turns, Turn, i).owner == owner)
      return &g_array_index (turns, Turn, i);
  }
  return NULL;
}

/* @owner: (transfer full): in the list again, with the earlier of both times */
static void
wait_turn_locked (GObject * owner, GstIcePacerFunc run, gint64 due_us)
{
  Turn *turn = find_locked (owner);

  if (turn == NULL) {
    const Turn added = { owner, run, due_us };

    g_array_append_val (turns, added);
    return;
  }
  turn->due_us = MIN (turn->due_us, due_us);
  g_object_unref (owner);
}

/* Waits until a turn is due.
 * Returns: %FALSE: nobody came for long */
static gboolean
take_turn_locked (Turn * turn)
{
  const gint64 until_us = g_get_monotonic_time () + LINGER_US;
  gint first;

  for (;;) {
    first = find_first_locked ();
    if (first >= 0 && g_array_index (turns, Turn, first).due_us <=
        g_get_monotonic_time ())
      break;
    if (!g_cond_wait_until (&woken, &lock, first >= 0 ? g_array_index (turns,
                Turn, first).due_us : until_us) && first < 0)
      return FALSE;
  }
  *turn = g_array_index (turns, Turn, first);
  g_array_remove_index_fast (turns, (guint) first);
  return TRUE;
}

static gpointer
run_turns (gpointer data)
{
  Turn turn;

  g_mutex_lock (&lock);
  while (take_turn_locked (&turn)) {
    gint64 due_us;

    g_mutex_unlock (&lock);
    due_us = turn.run (turn.owner, g_get_monotonic_time ());
    if (due_us == 0)
      g_object_unref (turn.owner);
    g_mutex_lock (&lock);
    if (due_us != 0)
      wait_turn_locked (turn.owner, turn.run, due_us);
  }
  g_clear_pointer (&turns, g_array_unref);
  g_mutex_unlock (&lock);
  return NULL;
}

static gboolean
ensure_thread_locked (void)
{
  GThread *thread;

  if (turns != NULL)
    return TRUE;
  thread = g_thread_try_new ("ice-pacer", run_turns, NULL, NULL);
  if (thread == NULL)
    return FALSE;
  g_thread_unref (thread);
  turns = g_array_new (FALSE, FALSE, sizeof (Turn));
  return TRUE;
}

gboolean
gst_ice_pacer_wake (GObject * owner, GstIcePacerFunc run)
{
  gboolean runs;

  g_mutex_lock (&lock);
  runs = ensure_thread_locked ();
  if (runs)
    wait_turn_locked (g_object_ref (owner), run, g_get_monotonic_time ());
  g_cond_signal (&woken);
  g_mutex_unlock (&lock);
  return runs;
}
