/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Finds the sessions of the process by name, and closes them after their last element. */

#include "config.h"

#include "gsticeregistry.h"

#include "gsticeworker.h"

/* How long the last to leave waits, at most: only an application that holds the session
 * thread up makes it as long. */
#define QUIET_TIMEOUT_MS 500

typedef struct
{
  GstIceSession *session;       /* reference */
  guint n_members;
} Entry;

static GMutex registry_lock;    /* never held while calling out */
static GCond closed_cond;

/* Protected by registry_lock. */
static GHashTable *sessions;    /* name -> Entry */
static guint n_closing;         /* sessions that were left, not yet closed */

GstIceSession *
gst_ice_registry_join (const gchar * name, GError ** error)
{
  GstIceSession *session = NULL;
  Entry *entry;

  g_mutex_lock (&registry_lock);
  if (sessions == NULL)
    sessions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  entry = g_hash_table_lookup (sessions, name);
  if (entry == NULL && (session = gst_ice_session_new (name, error)) != NULL) {
    entry = g_new0 (Entry, 1);
    entry->session = g_steal_pointer (&session);
    g_hash_table_insert (sessions, g_strdup (name), entry);
  }
  if (entry != NULL) {
    entry->n_members++;
    session = g_object_ref (entry->session);
  }
  g_mutex_unlock (&registry_lock);

  return session;
}

static void
on_closed (gpointer data)
{
  g_mutex_lock (&registry_lock);
  n_closing--;
  g_cond_broadcast (&closed_cond);
  g_mutex_unlock (&registry_lock);
}

/* gst_deinit() may come as soon as the state of the last element is NULL, and after it
 * even a buffer that is freed is too much: who closes @session (transfer full) waits
 * until it is through with GStreamer. What it says to peers and servers is not waited
 * for. */
static void
close_session (GstIceSession * session)
{
  g_autoptr (GstIceLatch) quiet = gst_ice_latch_new ();

  gst_ice_session_close (session, quiet, on_closed, NULL);
  g_object_unref (session);
  if (!gst_ice_worker_is_current ())
    gst_ice_latch_wait (quiet, QUIET_TIMEOUT_MS);
}

void
gst_ice_registry_leave (const gchar * name)
{
  GstIceSession *closing = NULL;
  Entry *entry;

  g_mutex_lock (&registry_lock);
  entry = sessions != NULL ? g_hash_table_lookup (sessions, name) : NULL;
  if (entry != NULL && --entry->n_members == 0) {
    closing = entry->session;
    g_hash_table_remove (sessions, name);
    n_closing++;
  }
  g_mutex_unlock (&registry_lock);

  if (closing != NULL)
    close_session (closing);
}

gboolean
gst_ice_registry_wait_closed (guint timeout_ms)
{
  gint64 deadline = g_get_monotonic_time () +
      timeout_ms * G_TIME_SPAN_MILLISECOND;
  gboolean in_time = TRUE;

  g_mutex_lock (&registry_lock);
  while (n_closing > 0 && in_time)
    in_time = g_cond_wait_until (&closed_cond, &registry_lock, deadline);
  g_mutex_unlock (&registry_lock);

  return in_time;
}

void
gst_ice_registry_count_states (guint * n, guint n_states)
{
  GHashTableIter iter;
  gpointer entry;

  g_mutex_lock (&registry_lock);
  if (sessions != NULL) {
    g_hash_table_iter_init (&iter, sessions);
    while (g_hash_table_iter_next (&iter, NULL, &entry)) {
      guint state = gst_ice_session_get_connection_state
          (((Entry *) entry)->session);

      if (state < n_states)
        n[state]++;
    }
  }
  g_mutex_unlock (&registry_lock);
}
