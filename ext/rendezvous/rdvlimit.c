/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A token bucket: how often something may happen. */

#include "config.h"

#include "rdvlimit.h"

void
rdv_limit_init (RdvLimit * limit, gdouble rate, guint burst, gint64 now_us)
{
  limit->rate = rate;
  limit->burst = MAX (burst, 1);
  limit->level = limit->burst;
  limit->stamp_us = now_us;
}

static void
fill (RdvLimit * limit, gint64 now_us)
{
  if (now_us > limit->stamp_us) {
    gdouble gained =
        limit->rate * (now_us - limit->stamp_us) / G_TIME_SPAN_SECOND;

    limit->level = MIN (limit->burst, limit->level + gained);
    limit->stamp_us = now_us;
  }
}

gboolean
rdv_limit_take (RdvLimit * limit, gint64 now_us)
{
  fill (limit, now_us);
  if (limit->level < 1.0)
    return FALSE;
  limit->level -= 1.0;
  return TRUE;
}

gboolean
rdv_limit_may_charge (RdvLimit * limit, gint64 now_us)
{
  fill (limit, now_us);
  return limit->level > 0.0;
}

void
rdv_limit_charge (RdvLimit * limit, gdouble cost)
{
  limit->level -= cost;
}
