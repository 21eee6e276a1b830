/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "rdvbus.h"
#include "rdvconfig.h"
#include "rdvmetrics.h"

G_BEGIN_DECLS

/* What rooms and peers share; owned by the server, outlives them. */
typedef struct
{
  const RdvConfig *config;
  RdvMetrics metrics;
  RdvBus *bus;                  /* NULL: alone */
  gboolean stopping;            /* peers leave, but their calls go on */
} RdvContext;

G_END_DECLS
