/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticedtlspreload.h"

#include <openssl/crypto.h>
#include <unistd.h>

static GMutex lock;

/* Protected by lock. */
static gboolean begun, warm;
static GThread *thread;         /* NULL: none is there to be waited for */
static pid_t process;           /* that it is a thread of */
static GList *waiting;          /* of GSource, those that are not dispatched yet */

static void
make_first_of (const gchar * name)
{
  GstElement *element = gst_element_factory_make (name, NULL);

  if (element != NULL)
    gst_object_unref (gst_object_ref_sink (element));
}

/* GStreamer's DTLS elements write the keys themselves into the log, at INFO. */
static void
keep_keys_out_of_the_log (void)
{
  GSList *categories = gst_debug_get_all_categories ();

  for (GSList * l = categories; l != NULL; l = l->next) {
    const gchar *name = gst_debug_category_get_name (l->data);

    if ((g_str_equal (name, "dtlsenc") || g_str_equal (name, "dtlsdec")) &&
        gst_debug_category_get_threshold (l->data) > GST_LEVEL_WARNING)
      gst_debug_category_set_threshold (l->data, GST_LEVEL_WARNING);
  }
  g_slist_free (categories);
}

static gpointer
make_first_elements (gpointer data)
{
  make_first_of ("dtlsenc");
  keep_keys_out_of_the_log ();
  /* libsrtp tests itself when it is loaded. */
  make_first_of ("srtpenc");
  make_first_of ("dtlsdec");

  g_mutex_lock (&lock);
  warm = TRUE;
  for (GList * l = waiting; l != NULL; l = l->next)
    g_source_set_ready_time (l->data, 0);
  g_clear_pointer (&waiting, g_list_free);
  g_mutex_unlock (&lock);
  return NULL;
}

void
gst_ice_dtls_preload_prepare (void)
{
  g_mutex_lock (&lock);
  if (!begun) {
    begun = TRUE;
    /* Else OpenSSL tears itself down at the end of the process, under the feet of
     * those that are just closing their handshakes. */
    OPENSSL_init_crypto (OPENSSL_INIT_NO_ATEXIT, NULL);
    process = getpid ();
    thread = g_thread_new ("ice-dtls", make_first_elements, NULL);
  }
  g_mutex_unlock (&lock);
}

void
gst_ice_dtls_preload_wait (void)
{
  GThread *left;

  g_mutex_lock (&lock);
  /* A child of the process has no such thread. */
  left = process == getpid ()? g_steal_pointer (&thread) : NULL;
  g_mutex_unlock (&lock);
  if (left != NULL)
    g_thread_join (left);
}

static gboolean
dispatch (GSource * source, GSourceFunc callback, gpointer user_data)
{
  g_source_set_ready_time (source, -1);
  return callback (user_data);
}

static void
forget (GSource * source)
{
  g_mutex_lock (&lock);
  waiting = g_list_remove (waiting, source);
  g_mutex_unlock (&lock);
}

GSource *
gst_ice_dtls_preload_source_new (void)
{
  static GSourceFuncs functions = {.dispatch = dispatch,.finalize = forget };
  GSource *source = g_source_new (&functions, sizeof (GSource));

  g_mutex_lock (&lock);
  g_source_set_ready_time (source, warm ? 0 : -1);
  if (!warm)
    waiting = g_list_prepend (waiting, source);
  g_mutex_unlock (&lock);
  return source;
}
