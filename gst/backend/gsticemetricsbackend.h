/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeconfig.h"

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

/* Called before the first session. @backend: static; @write: what it is to tell */
void gst_ice_metrics_backend_set (const GstIceMetricsBackend * backend,
    gchar * (*write) (void));

/* Any thread. Has metrics told at "metrics-uri", if @config has it; all share the listener
 * who name the same URI.
 * @uri: (inout): %NULL: they are not told yet; for gst_ice_metrics_backend_hush()
 * Returns: %FALSE with @error set when nobody can listen there */
gboolean gst_ice_metrics_backend_tell (gchar ** uri,
    const GstIceConfig * config, GError ** error);
void gst_ice_metrics_backend_hush (gchar ** uri);

/* Any thread. @write: appends metrics of its own, called by whatever thread; once for each
 * function */
void gst_ice_metrics_backend_add_source (void (*write) (GString * text));
void gst_ice_metrics_backend_write_sources (GString * text);

G_END_DECLS
