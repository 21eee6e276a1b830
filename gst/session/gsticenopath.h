/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeleftout.h"

G_BEGIN_DECLS

/* What is known when a transport finds no path, to explain it to a user. */
typedef struct
{
  const gchar *media;           /* "audio" */
  gboolean was_connected;       /* there was a path, but no keys */
  guint n_local;                /* candidates */
  guint n_remote;               /* that the peer sent, usable or not */
  GstIceLeftOut left_out;       /* those of n_remote that can't be used */
  const gchar *failures;        /* errors of servers, as sentences; NULL:
                                 * none */
} GstIceNoPath;

/* Returns: (transfer full): the error to tell */
GError *gst_ice_no_path_explain (const GstIceNoPath * self)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
