/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "rdvbus.h"
#include "rdvconfig.h"
#include "rdvmetrics.h"

G_BEGIN_DECLS

/* What rooms and peers share. Owned by the server, which outlives them. */
typedef struct
{
  const RdvConfig *config;
  RdvMetrics metrics;
  RdvBus *bus;                  /* NULL: no other instances */
  gboolean stopping;            /* peers leave, but their calls go on */
} RdvContext;

G_END_DECLS
