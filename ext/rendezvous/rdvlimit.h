/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A token bucket: @rate a second, @burst at once. Pure: the caller says what
 * time it is. */
typedef struct
{
  gdouble rate;                 /* tokens a second */
  gdouble burst;                /* most tokens held */
  gdouble level;                /* tokens held now */
  gint64 stamp_us;              /* monotonic, of level */
} RdvLimit;

void rdv_limit_init (RdvLimit * limit, gdouble rate, guint burst, gint64 now_us);

/* Returns: whether there was a token to take. */
gboolean rdv_limit_take (RdvLimit * limit, gint64 now_us);

G_END_DECLS
