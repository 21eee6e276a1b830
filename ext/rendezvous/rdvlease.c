/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Renews the key of this instance in Redis once a second, and reports other
 * instances whose keys have expired. */

#include "config.h"

#include "rdvlease.h"

#include "rdvlog.h"

#define LEASE_MS "3000"
#define MAX_MISSES 2            /* beats without the lease of another instance */
#define SILENCE_US (4 * G_TIME_SPAN_SECOND)     /* then Redis counts as down */

struct _RdvLease
{
  const RdvLeaseCalls *calls;
  gpointer user_data;
  char *prefix;
  char *key;                    /* our own */
  char *epoch;                  /* its value */
  GHashTable *instances;        /* id -> number of leases missed */
  gint64 answered_us;           /* when the last beat was answered; 0: none
                                 * since reset */
};

/* What to do with a reply. */
typedef struct
{
  RdvLease *lease;
  char *instance;
} Question;

static void
question_free (Question * question)
{
  g_free (question->instance);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free);

RdvLease *
rdv_lease_new (const char *prefix, const char *id, const RdvLeaseCalls * calls,
    gpointer user_data)
{
  RdvLease *lease = g_new0 (RdvLease, 1);

  lease->calls = calls;
  lease->user_data = user_data;
  lease->prefix = g_strdup (prefix);
  lease->key = g_strconcat (prefix, id, NULL);
  lease->instances = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      NULL);
  return lease;
}

void
rdv_lease_free (RdvLease * lease)
{
  g_hash_table_unref (lease->instances);
  g_free (lease->epoch);
  g_free (lease->key);
  g_free (lease->prefix);
  g_free (lease);
}

void
rdv_lease_reset (RdvLease * lease, guint64 epoch)
{
  g_free (lease->epoch);
  lease->epoch = g_strdup_printf ("%" G_GUINT64_FORMAT, epoch);
  lease->answered_us = 0;
}

void
rdv_lease_note (RdvLease * lease, const char *instance)
{
  g_hash_table_insert (lease->instances, g_strdup (instance),
      GUINT_TO_POINTER (0));
}

void
rdv_lease_forget_all (RdvLease * lease)
{
  g_hash_table_remove_all (lease->instances);
}

static void
on_beat_answered (redisAsyncContext * redis, void *data, void *user_data)
{
  RdvLease *lease = user_data;
  redisReply *reply = data;
  gboolean first = lease->answered_us == 0;

  if (!reply)
    return;
  lease->answered_us = g_get_monotonic_time ();
  if (reply->type == REDIS_REPLY_ERROR && first) {
    rdv_log (RDV_LOG_ERROR, "redis-refused", "reason", reply->str, NULL);
  } else if (reply->type == REDIS_REPLY_NIL && !first) {
    rdv_log (RDV_LOG_WARNING, "lease-lost", NULL);
    lease->calls->expired (lease->user_data);
  }
}

static void
on_lease (redisAsyncContext * redis, void *data, void *user_data)
{
  g_autoptr (Question) question = user_data;
  RdvLease *lease = question->lease;
  redisReply *reply = data;
  guint misses;

  if (!reply || reply->type != REDIS_REPLY_INTEGER
      || !g_hash_table_contains (lease->instances, question->instance))
    return;
  misses = GPOINTER_TO_UINT (g_hash_table_lookup (lease->instances,
          question->instance)) + 1;
  if (reply->integer) {
    rdv_lease_note (lease, question->instance);
  } else if (misses < MAX_MISSES) {
    g_hash_table_insert (lease->instances, g_strdup (question->instance),
        GUINT_TO_POINTER (misses));
  } else {
    g_hash_table_remove (lease->instances, question->instance);
    rdv_log (RDV_LOG_WARNING, "instance-lost", "instance", question->instance,
        NULL);
    lease->calls->lost (question->instance, lease->user_data);
  }
}

gboolean
rdv_lease_beat (RdvLease * lease, RdvLink * link)
{
  GHashTableIter iter;
  const char *instance;

  if (lease->answered_us
      && g_get_monotonic_time () - lease->answered_us > SILENCE_US)
    return FALSE;

  rdv_link_command (link, on_beat_answered, lease, "SET", lease->key,
      lease->epoch, "PX", LEASE_MS, "GET", NULL);
  g_hash_table_iter_init (&iter, lease->instances);
  while (g_hash_table_iter_next (&iter, (gpointer *) & instance, NULL)) {
    g_autofree char *key = g_strconcat (lease->prefix, instance, NULL);
    Question *question = g_new (Question, 1);

    question->lease = lease;
    question->instance = g_strdup (instance);
    rdv_link_command (link, on_lease, question, "EXISTS", key, NULL);
  }
  return TRUE;
}

void
rdv_lease_drop (RdvLease * lease, RdvLink * link)
{
  rdv_link_command (link, NULL, NULL, "DEL", lease->key, NULL);
}
