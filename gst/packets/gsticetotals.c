/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Adds up what the senders and receivers of this process count, for metrics. */

#include "config.h"

#include "gsticetotals.h"

/* Kinds of what is counted by name; more are a mistake, and not counted. */
#define MAX_EVENTS 64

typedef void (*AddFunc) (gpointer half, GstIceTotals * totals);

typedef struct
{
  gchar *family, *label;
  guint64 n;
} Event;

static GMutex totals_lock;      /* taken before those of senders and receivers */

/* Protected by totals_lock. */
static GHashTable *halves;      /* half, not owned -> AddFunc */
static GstIceTotals gone;       /* of those that have left */
static GHashTable *sockets;     /* not owned: whose drops are in the totals that
                                 * are being collected; NULL: none */
static Event events[MAX_EVENTS];
static guint n_events;

void
gst_ice_totals_enter (gpointer half, AddFunc add)
{
  g_mutex_lock (&totals_lock);
  if (halves == NULL)
    halves = g_hash_table_new (NULL, NULL);
  g_hash_table_insert (halves, half, (gpointer) add);
  g_mutex_unlock (&totals_lock);
}

void
gst_ice_totals_leave (gpointer half)
{
  AddFunc add;

  g_mutex_lock (&totals_lock);
  add = (AddFunc) g_hash_table_lookup (halves, half);
  add (half, &gone);
  gone.kernel_drops = 0;
  g_clear_pointer (&sockets, g_hash_table_unref);
  g_hash_table_remove (halves, half);
  if (g_hash_table_size (halves) == 0)
    g_clear_pointer (&halves, g_hash_table_unref);
  g_mutex_unlock (&totals_lock);
}

void
gst_ice_totals_collect (GstIceTotals * totals)
{
  GHashTableIter iter;
  gpointer half, add;

  g_mutex_lock (&totals_lock);
  *totals = gone;
  if (halves != NULL) {
    g_hash_table_iter_init (&iter, halves);
    while (g_hash_table_iter_next (&iter, &half, &add))
      ((AddFunc) add) (half, totals);
  }
  g_clear_pointer (&sockets, g_hash_table_unref);
  g_mutex_unlock (&totals_lock);
}

void
gst_ice_totals_add_kernel_drops (GstIceTotals * totals, gpointer socket,
    guint64 n)
{
  if (sockets == NULL)
    sockets = g_hash_table_new (NULL, NULL);
  if (g_hash_table_add (sockets, socket))
    totals->kernel_drops += n;
}

void
gst_ice_totals_count (const gchar * family, const gchar * label)
{
  Event *found = NULL;

  g_mutex_lock (&totals_lock);
  for (guint i = 0; found == NULL && i < n_events; i++) {
    if (g_str_equal (events[i].family, family)
        && g_str_equal (events[i].label, label))
      found = &events[i];
  }
  if (found == NULL && n_events < MAX_EVENTS) {
    found = &events[n_events++];
    found->family = g_strdup (family);
    found->label = g_strdup (label);
  }
  if (found != NULL)
    found->n++;
  g_mutex_unlock (&totals_lock);
}

void
gst_ice_totals_foreach (void (*func) (const gchar * family,
        const gchar * label, guint64 n, gpointer user_data), gpointer user_data)
{
  g_mutex_lock (&totals_lock);
  for (guint i = 0; i < n_events; i++)
    func (events[i].family, events[i].label, events[i].n, user_data);
  g_mutex_unlock (&totals_lock);
}
