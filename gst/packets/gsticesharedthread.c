/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Threads that read and push for all elements that name the same thread. */

#include "config.h"

#include "gsticesharedthread.h"

/* One thread and its users. */
typedef struct
{
  gchar *name;                  /* set at construction */
  GstIceWaiter *waiter;         /* set at construction; the thread waits here */
  GThread *thread;              /* set at construction */

  guint n_users;                /* protected by teams_lock */

  GMutex lock;                  /* never held across a call of a user's func */

  /* Protected by lock. */
  GQueue asking;                /* of GstIceSharedThread that asked for a
                                 * call, in order */
  GstIceSharedThread *current;  /* its func is running */
  gboolean stopping;
  guint n_waiting;              /* how many wait for left */
  GCond left;                   /* signalled when current changes */
} Team;

struct _GstIceSharedThread
{
  /* Set at construction. */
  Team *team;
  void (*func) (gpointer user_data);
  gpointer user_data;

  gboolean asked;               /* is in asking; protected by the team's lock */
};

static GMutex teams_lock;       /* taken before a team's */

/* Protected by teams_lock. */
static GHashTable *teams;       /* name -> Team; each is owned by its users
                                 * together */

/* Takes the next user from the queue and makes it current.
 * Returns: (transfer none) (nullable) */
static GstIceSharedThread *
team_next (Team * self)
{
  GstIceSharedThread *next;

  g_mutex_lock (&self->lock);
  self->current = NULL;
  if (self->n_waiting > 0)
    g_cond_broadcast (&self->left);
  while (!self->stopping && g_queue_is_empty (&self->asking)) {
    g_mutex_unlock (&self->lock);
    gst_ice_waiter_run (self->waiter, G_MAXINT64);
    g_mutex_lock (&self->lock);
  }

  next = self->stopping ? NULL : g_queue_pop_head (&self->asking);
  if (next != NULL)
    next->asked = FALSE;
  self->current = next;
  g_mutex_unlock (&self->lock);
  return next;
}

static gpointer
team_run (gpointer data)
{
  GstIceSharedThread *next;

  while ((next = team_next (data)) != NULL)
    next->func (next->user_data);
  return NULL;
}

/* @self: (transfer full): without users */
static void
team_free (Team * self)
{
  g_mutex_lock (&self->lock);
  self->stopping = TRUE;
  g_mutex_unlock (&self->lock);
  gst_ice_waiter_wake (self->waiter);
  if (self->thread != NULL)
    g_thread_join (self->thread);

  g_object_unref (self->waiter);
  g_cond_clear (&self->left);
  g_mutex_clear (&self->lock);
  g_free (self->name);
  g_free (self);
}

/* Returns: (transfer full): a team whose thread runs; %NULL with @error set */
static Team *
team_new (const gchar * name, guint wait_ms, GError ** error)
{
  Team *self = g_new0 (Team, 1);

  self->name = g_strdup (name);
  self->waiter = gst_ice_waiter_new (wait_ms, TRUE);
  g_mutex_init (&self->lock);
  g_cond_init (&self->left);
  g_queue_init (&self->asking);
  self->thread = g_thread_try_new (name, team_run, self, error);
  if (self->thread == NULL)
    g_clear_pointer (&self, team_free);
  return self;
}

GstIceSharedThread *
gst_ice_shared_thread_new (const gchar * name, guint wait_ms,
    void (*func) (gpointer user_data), gpointer user_data, GError ** error)
{
  GstIceSharedThread *self = g_new0 (GstIceSharedThread, 1);

  self->func = func;
  self->user_data = user_data;

  g_mutex_lock (&teams_lock);
  if (teams == NULL)
    teams = g_hash_table_new (g_str_hash, g_str_equal);
  self->team = g_hash_table_lookup (teams, name);
  if (self->team == NULL) {
    self->team = team_new (name, wait_ms, error);
    if (self->team != NULL)
      g_hash_table_insert (teams, self->team->name, self->team);
  }
  if (self->team != NULL)
    self->team->n_users++;
  else
    g_clear_pointer (&self, g_free);
  g_mutex_unlock (&teams_lock);
  return self;
}

/* @self: (transfer full) */
void
gst_ice_shared_thread_free (GstIceSharedThread * self)
{
  Team *team = self->team;
  gboolean last;

  g_mutex_lock (&team->lock);
  if (self->asked)
    g_queue_remove (&team->asking, self);
  team->n_waiting++;
  while (team->current == self)
    g_cond_wait (&team->left, &team->lock);
  team->n_waiting--;
  g_mutex_unlock (&team->lock);
  g_free (self);

  g_mutex_lock (&teams_lock);
  last = --team->n_users == 0;
  if (last)
    g_hash_table_remove (teams, team->name);
  g_mutex_unlock (&teams_lock);

  if (last)
    team_free (team);
}

void
gst_ice_shared_thread_ask (GstIceSharedThread * self)
{
  Team *team = self->team;
  gboolean was_empty;

  g_mutex_lock (&team->lock);
  was_empty = g_queue_is_empty (&team->asking);
  if (!self->asked) {
    self->asked = TRUE;
    g_queue_push_tail (&team->asking, self);
  }
  g_mutex_unlock (&team->lock);
  /* Else it is awake, or about to be. */
  if (was_empty)
    gst_ice_waiter_wake (team->waiter);
}

GstIceWaiter *
gst_ice_shared_thread_get_waiter (GstIceSharedThread * self)
{
  return self->team->waiter;
}
