/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Writes what a session tells, and when, into a file. */

#include "config.h"

#include "gsticerecorder.h"

#include "gsticeerror.h"
#include "gsticerecordedpairs.h"

/* A timeline that is longer is of no use to anybody; the beginning is kept. */
#define MAX_STEPS 500

struct _GstIceRecorder
{
  gchar *path;                  /* no other recorder has it */
  gint64 begin_us;
  GArray *steps;                /* of GstIceTimelineStep */
  GHashTable *pairs;            /* GstIceRecordedPairs by get_key() */
  gboolean changed;             /* since it was written */
};

static GMutex paths_lock;
static GHashTable *paths;       /* protected by paths_lock: a set, not owned */

/* Returns: (transfer full): @path, or, while another session writes there, "call-2.svg" for
 *     "call.svg" */
static gchar *
take_path (const gchar * path)
{
  const gchar *name = strrchr (path, '/') != NULL ? strrchr (path, '/') : path;
  const gchar *end = strrchr (name, '.') != NULL ? strrchr (name, '.') :
      path + strlen (path);
  gchar *taken = g_strdup (path);

  g_mutex_lock (&paths_lock);
  if (paths == NULL)
    paths = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint n = 2; g_hash_table_contains (paths, taken); n++) {
    g_free (taken);
    taken = g_strdup_printf ("%.*s-%u%s", (gint) (end - path), path, n, end);
  }
  g_hash_table_add (paths, taken);
  g_mutex_unlock (&paths_lock);
  return taken;
}

static void
give_back (gchar * path)
{
  g_mutex_lock (&paths_lock);
  g_hash_table_remove (paths, path);
  if (g_hash_table_size (paths) == 0)
    g_clear_pointer (&paths, g_hash_table_unref);
  g_mutex_unlock (&paths_lock);
  g_free (path);
}

GstIceRecorder *
gst_ice_recorder_new (const gchar * path)
{
  GstIceRecorder *self;

  if (path == NULL || *path == '\0')
    path = g_getenv ("GST_ICE_TIMELINE");
  if (path == NULL || *path == '\0')
    return NULL;

  self = g_new0 (GstIceRecorder, 1);
  self->path = take_path (path);
  self->begin_us = g_get_monotonic_time ();
  self->steps = gst_ice_timeline_new ();
  self->pairs = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
      (GDestroyNotify) gst_ice_recorded_pairs_free);
  return self;
}

static gboolean
write_file (GstIceRecorder * self, GError ** error)
{
  g_autofree gchar *text = gst_ice_timeline_draw (self->steps, self->path);
  g_autoptr (GError) failure = NULL;

  self->changed = FALSE;
  if (g_file_set_contents (self->path, text, -1, &failure))
    return TRUE;
  g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
      "timeline=%s can't be written: %s", self->path, failure->message);
  return FALSE;
}

/* @self: (transfer full) */
void
gst_ice_recorder_free (GstIceRecorder * self)
{
  if (self->changed)
    write_file (self, NULL);
  give_back (self->path);
  g_hash_table_unref (self->pairs);
  g_array_unref (self->steps);
  g_free (self);
}

/* Returns: (transfer full) (nullable): the notice in words; %NULL: another says the same */
static gchar *
describe (const GstIceNotice * notice)
{
  switch (notice->type) {
    case GST_ICE_NOTICE_CANDIDATE:{
      g_autofree gchar *address = notice->candidate != NULL ?
          gst_ice_candidate_to_host_port (notice->candidate) : NULL;

      return notice->candidate == NULL ? g_strdup ("no more candidates") :
          g_strdup_printf ("candidate %s/%s %s",
          gst_ice_candidate_type_to_string (notice->candidate->type),
          gst_ice_protocol_to_string (notice->candidate->transport), address);
    }
    case GST_ICE_NOTICE_FIRST_SENT:
      return g_strdup ("first packet sent");
    case GST_ICE_NOTICE_FIRST_RECEIVED:
      return g_strdup ("first packet received");
    case GST_ICE_NOTICE_DIRECTION:
      return g_strdup_printf ("direction %s",
          gst_ice_direction_to_string (notice->direction));
    case GST_ICE_NOTICE_PROGRESS:
      return g_strdup (notice->text);
    case GST_ICE_NOTICE_WARNING:
    case GST_ICE_NOTICE_ERROR:
      return g_strdup (notice->error->message);
    default:
      return NULL;
  }
}

/* Whether somebody may want to look at the file now. */
static gboolean
ends_step (const GstIceNotice * notice)
{
  return notice->type == GST_ICE_NOTICE_ERROR
      || notice->type == GST_ICE_NOTICE_WARNING
      || notice->type == GST_ICE_NOTICE_FIRST_SENT
      || notice->type == GST_ICE_NOTICE_FIRST_RECEIVED
      || (notice->type == GST_ICE_NOTICE_PROGRESS
      && notice->progress == GST_PROGRESS_TYPE_COMPLETE);
}

/* Returns: of an m-line of a call */
static gint64
get_key (const GstIceNotice * notice)
{
  return (gint64) notice->consumer << 32 | notice->mline;
}

/* Returns: (transfer none) (nullable): the pairs of the notice's m-line; %NULL: there is no
 *     room for them */
static GstIceRecordedPairs *
get_pairs (GstIceRecorder * self, const GstIceNotice * notice,
    const gchar * prefix)
{
  const gint64 key = get_key (notice);
  GstIceRecordedPairs *pairs = g_hash_table_lookup (self->pairs, &key);

  if (pairs == NULL && self->steps->len < MAX_STEPS) {
    pairs = gst_ice_recorded_pairs_new (self->steps, MAX_STEPS, self->begin_us,
        prefix);
    g_hash_table_insert (self->pairs, g_memdup2 (&key, sizeof (key)), pairs);
  }
  return pairs;
}

static void
note_connection_state (GstIceRecordedPairs * pairs, GstIceConnectionState state)
{
  if (state == GST_ICE_CONNECTION_COMPLETED)
    gst_ice_recorded_pairs_end (pairs, "not selected");
  else if (state == GST_ICE_CONNECTION_FAILED)
    gst_ice_recorded_pairs_end (pairs, "failed");
  else if (state == GST_ICE_CONNECTION_CLOSED)
    gst_ice_recorded_pairs_end (pairs, "not checked any more");
}

static void
note_pairs (GstIceRecorder * self, const GstIceNotice * notice, gint64 at_us,
    const gchar * prefix)
{
  GstIceRecordedPairs *pairs = notice->mline < 0 ? NULL :
      get_pairs (self, notice, prefix);

  if (pairs == NULL)
    return;
  switch (notice->type) {
    case GST_ICE_NOTICE_GATHERING_STATE:
      if (notice->gathering_state == GST_ICE_GATHERING_GATHERING)
        gst_ice_recorded_pairs_reset (pairs);
      break;
    case GST_ICE_NOTICE_CANDIDATE:
      if (notice->candidate != NULL)
        gst_ice_recorded_pairs_add_local (pairs, notice->candidate);
      break;
    case GST_ICE_NOTICE_PEER_CANDIDATE:
      gst_ice_recorded_pairs_add_remote (pairs, notice->candidate);
      break;
    case GST_ICE_NOTICE_SELECTED_PAIR:
      gst_ice_recorded_pairs_select (pairs, notice->local, notice->remote,
          at_us);
      break;
    case GST_ICE_NOTICE_CONNECTION_STATE:
      note_connection_state (pairs, notice->connection_state);
      break;
    default:
      return;
  }
  self->changed = TRUE;
}

gboolean
gst_ice_recorder_note (GstIceRecorder * self, const GstIceNotice * notice,
    const gchar * medium, GError ** error)
{
  const gint64 at_us = notice->at_us != 0 ? notice->at_us :
      g_get_monotonic_time ();
  g_autofree gchar *what = describe (notice);
  g_autofree gchar *viewer = notice->consumer != 0 ?
      g_strdup_printf ("viewer %u: ", notice->consumer) : g_strdup ("");
  g_autofree gchar *prefix = g_strconcat (viewer, medium != NULL ? medium : "",
      medium != NULL ? ": " : "", NULL);
  g_autofree gchar *line = NULL;

  if (what != NULL && self->steps->len < MAX_STEPS) {
    line = g_strconcat (prefix, what, NULL);
    gst_ice_timeline_add_at (self->steps, self->begin_us, at_us, line);
    self->changed = TRUE;
  }
  note_pairs (self, notice, at_us, prefix);
  return line == NULL || !ends_step (notice) || write_file (self, error);
}
