/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Holds the backend that tells metrics, the listeners of this process, and who adds to
 * what they tell. */

#include "config.h"

#include "gsticemetricsbackend.h"

#include "gsticeerror.h"

#define MAX_SOURCES 4

typedef void (*SourceFunc) (GString * text);

typedef struct
{
  gpointer listener;
  guint n_users;
} Place;

/* Set before the first session, afterwards only read. */
static const GstIceMetricsBackend *backend = NULL;
static gchar *(*write_metrics) (void) = NULL;

static GMutex places_lock;      /* held while a listener starts or stops */
static GHashTable *places;      /* URI -> Place; protected by places_lock */

static GMutex sources_lock;     /* never held while a source writes */
static SourceFunc sources[MAX_SOURCES]; /* protected by sources_lock */
static guint n_sources;

void
gst_ice_metrics_backend_set (const GstIceMetricsBackend * used,
    gchar * (*write) (void))
{
  backend = used;
  write_metrics = write;
}

/* Returns: whether somebody listens at @uri; balance with leave() */
static gboolean
join (const gchar * uri, GError ** error)
{
  Place *place;

  if (backend == NULL) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        "metrics-uri can't be used: the plugin was built without HTTP (libsoup)");
    return FALSE;
  }
  g_mutex_lock (&places_lock);
  if (places == NULL)
    places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  place = g_hash_table_lookup (places, uri);
  if (place == NULL) {
    gpointer listener = backend->start (uri, write_metrics, error);

    if (listener != NULL) {
      place = g_new0 (Place, 1);
      place->listener = listener;
      g_hash_table_insert (places, g_strdup (uri), place);
    }
  }
  if (place != NULL)
    place->n_users++;
  g_mutex_unlock (&places_lock);
  return place != NULL;
}

static void
leave (const gchar * uri)
{
  Place *place;

  g_mutex_lock (&places_lock);
  place = g_hash_table_lookup (places, uri);
  if (--place->n_users == 0) {
    backend->stop (place->listener);
    g_hash_table_remove (places, uri);
  }
  g_mutex_unlock (&places_lock);
}

gboolean
gst_ice_metrics_backend_tell (gchar ** uri, const GstIceConfig * config,
    GError ** error)
{
  const gchar *wanted = gst_ice_config_get_string (config, "metrics-uri");

  if (*uri != NULL || wanted == NULL)
    return TRUE;
  if (!join (wanted, error))
    return FALSE;
  *uri = g_strdup (wanted);
  return TRUE;
}

void
gst_ice_metrics_backend_hush (gchar ** uri)
{
  if (*uri != NULL)
    leave (*uri);
  g_clear_pointer (uri, g_free);
}

void
gst_ice_metrics_backend_add_source (SourceFunc write)
{
  gboolean is_known = FALSE;

  g_mutex_lock (&sources_lock);
  for (guint i = 0; i < n_sources; i++)
    is_known |= sources[i] == write;
  if (!is_known && n_sources < MAX_SOURCES)
    sources[n_sources++] = write;
  g_mutex_unlock (&sources_lock);
}

void
gst_ice_metrics_backend_write_sources (GString * text)
{
  SourceFunc now[MAX_SOURCES];
  guint n;

  g_mutex_lock (&sources_lock);
  n = n_sources;
  for (guint i = 0; i < n; i++)
    now[i] = sources[i];
  g_mutex_unlock (&sources_lock);
  for (guint i = 0; i < n; i++)
    now[i] (text);
}
