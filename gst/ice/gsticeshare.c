/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticeshare.h"

/* One thread, and those who share it. */
typedef struct
{
  gchar *name;                  /* set at construction */
  GThread *thread;              /* set at construction */

  guint n_users;                /* protected by contexts_lock */

  GMutex lock;                  /* never held across a call of theirs */

  /* Protected by lock. */
  GQueue asking;                /* of GstIceShare, who asked first is first */
  GstIceShare *current;         /* the thread is inside it */
  gboolean stopping;
  gboolean sleeping;            /* the thread waits for wanted */
  guint n_waiting;              /* for left */
  GCond wanted;                 /* asking has something, or stopping */
  GCond left;                   /* current changed */
} Context;

struct _GstIceShare
{
  /* Set at construction. */
  Context *context;
  void (*func) (gpointer user_data);
  gpointer user_data;

  gboolean asked;               /* in asking; protected by the context's lock */
};

static GMutex contexts_lock;    /* taken before a context's */

/* Protected by contexts_lock. */
static GHashTable *contexts;    /* name -> Context, owned by its n_users together */

/* Returns: (transfer none) (nullable): whose call is next; it is current now */
static GstIceShare *
context_next (Context * self)
{
  GstIceShare *next;

  g_mutex_lock (&self->lock);
  self->current = NULL;
  if (self->n_waiting > 0)
    g_cond_broadcast (&self->left);
  while (!self->stopping && g_queue_is_empty (&self->asking)) {
    self->sleeping = TRUE;
    g_cond_wait (&self->wanted, &self->lock);
  }
  self->sleeping = FALSE;

  next = self->stopping ? NULL : g_queue_pop_head (&self->asking);
  if (next != NULL)
    next->asked = FALSE;
  self->current = next;
  g_mutex_unlock (&self->lock);
  return next;
}

static gpointer
context_run (gpointer data)
{
  GstIceShare *next;

  while ((next = context_next (data)) != NULL)
    next->func (next->user_data);
  return NULL;
}

static Context *
context_new (const gchar * name)
{
  Context *self = g_new0 (Context, 1);

  self->name = g_strdup (name);
  g_mutex_init (&self->lock);
  g_cond_init (&self->wanted);
  g_cond_init (&self->left);
  g_queue_init (&self->asking);
  self->thread = g_thread_new (name, context_run, self);
  return self;
}

/* @self: (transfer full): nobody shares it */
static void
context_free (Context * self)
{
  g_mutex_lock (&self->lock);
  self->stopping = TRUE;
  g_cond_signal (&self->wanted);
  g_mutex_unlock (&self->lock);
  g_thread_join (self->thread);

  g_cond_clear (&self->left);
  g_cond_clear (&self->wanted);
  g_mutex_clear (&self->lock);
  g_free (self->name);
  g_free (self);
}

GstIceShare *
gst_ice_share_new (const gchar * name, void (*func) (gpointer user_data),
    gpointer user_data)
{
  GstIceShare *self = g_new0 (GstIceShare, 1);

  self->func = func;
  self->user_data = user_data;

  g_mutex_lock (&contexts_lock);
  if (contexts == NULL)
    contexts = g_hash_table_new (g_str_hash, g_str_equal);
  self->context = g_hash_table_lookup (contexts, name);
  if (self->context == NULL) {
    self->context = context_new (name);
    g_hash_table_insert (contexts, self->context->name, self->context);
  }
  self->context->n_users++;
  g_mutex_unlock (&contexts_lock);
  return self;
}

/* @self: (transfer full) */
void
gst_ice_share_free (GstIceShare * self)
{
  Context *context = self->context;
  gboolean last;

  g_mutex_lock (&context->lock);
  if (self->asked)
    g_queue_remove (&context->asking, self);
  context->n_waiting++;
  while (context->current == self)
    g_cond_wait (&context->left, &context->lock);
  context->n_waiting--;
  g_mutex_unlock (&context->lock);
  g_free (self);

  g_mutex_lock (&contexts_lock);
  last = --context->n_users == 0;
  if (last)
    g_hash_table_remove (contexts, context->name);
  g_mutex_unlock (&contexts_lock);

  if (last)
    context_free (context);
}

void
gst_ice_share_ask (GstIceShare * self)
{
  Context *context = self->context;

  g_mutex_lock (&context->lock);
  if (!self->asked) {
    self->asked = TRUE;
    g_queue_push_tail (&context->asking, self);
    /* One who is at work, or was woken before, looks for more by itself. */
    if (context->sleeping)
      g_cond_signal (&context->wanted);
    context->sleeping = FALSE;
  }
  g_mutex_unlock (&context->lock);
}
