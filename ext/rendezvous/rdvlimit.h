/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A token bucket: @rate a second, @burst at once. Pure: the caller passes
 * the time in. */
typedef struct
{
  gdouble rate;                 /* tokens a second */
  gdouble burst;                /* most tokens held */
  gdouble level;                /* tokens held now */
  gint64 stamp_us;              /* monotonic, of level */
} RdvLimit;

void rdv_limit_init (RdvLimit * limit, gdouble rate, guint burst, gint64 now_us);

/* Takes one token.
 *
 * Returns: whether there was a token to take */
gboolean rdv_limit_take (RdvLimit * limit, gint64 now_us);

/* Returns: whether rdv_limit_charge() may be called: no tokens are owed */
gboolean rdv_limit_may_charge (RdvLimit * limit, gint64 now_us);

/* Takes @cost tokens, even if there are fewer. The rest is owed, and
 * rdv_limit_may_charge() returns FALSE until it is paid. So one action may
 * cost more than the burst. */
void rdv_limit_charge (RdvLimit * limit, gdouble cost);

G_END_DECLS
