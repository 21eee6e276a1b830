/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticemembers.h"
#include "gsticeservers.h"

G_BEGIN_DECLS

/* What a session gives to each of its calls. All (transfer none), and
 * outlives the call. */
typedef struct
{
  GstIceClaims *claims;         /* what the elements ask for */
  const GstIceConfig *config;
  GstIceServers *servers;
  GstIceMembers *members;       /* to be told of states, pairs and candidates */
  GMainContext *context;        /* of the session thread */
  gboolean several;             /* the same elements are in other calls, too: this one
                                 * ends nothing of theirs */
  gboolean aside;               /* it waits for the place of another: no element is in it,
                                 * and members are none */
  guint consumer;               /* the number of the call then, else 0 */
} GstIceCallSettings;

G_END_DECLS
