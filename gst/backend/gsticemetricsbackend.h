/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Who tells metrics to others, and who has more of them to tell. */

typedef struct
{
  /* Listens at @uri, and answers with what @write returns, (transfer full), in a thread of
   * its own.
   * Returns: (transfer full): the listener, for stop; %NULL with @error set */
  gpointer (*start) (const gchar * uri, gchar * (*write) (void),
      GError ** error);
  /* @listener: (transfer full) */
  void (*stop) (gpointer listener);
} GstIceMetricsBackend;

/* Called before the first session. @backend: static */
void gst_ice_metrics_backend_set (const GstIceMetricsBackend * backend);

/* Any thread. Has somebody listen at @uri; all share the listener who name it.
 * Returns: %FALSE with @error set; else balance with gst_ice_metrics_backend_leave() */
gboolean gst_ice_metrics_backend_join (const gchar * uri,
    gchar * (*write) (void), GError ** error);
void gst_ice_metrics_backend_leave (const gchar * uri);

/* Any thread. @write: appends metrics of its own, called by whatever thread; once for each
 * function */
void gst_ice_metrics_backend_add_source (void (*write) (GString * text));
void gst_ice_metrics_backend_write_sources (GString * text);

G_END_DECLS
