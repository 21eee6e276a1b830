/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticemembers.h"
#include "gsticeservers.h"

/* Eight hexadecimal digits, and the end of a string. */
#define GST_ICE_CALL_ID_SIZE 9

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
  gchar id[GST_ICE_CALL_ID_SIZE];       /* of the call, in messages, statistics and logs */
} GstIceCallSettings;

/* Gives the call its id, which no other call of this machine is likely to have. */
void gst_ice_call_settings_set_id (GstIceCallSettings * self);

/* Writes the number and the id of the call into @notice. */
void gst_ice_call_settings_sign (const GstIceCallSettings * self,
    GstIceNotice * notice);

/* Tell all members, likewise. */
void gst_ice_call_settings_tell_progress (const GstIceCallSettings * self,
    const gchar * text);
void gst_ice_call_settings_warn (const GstIceCallSettings * self,
    const GError * error);

G_END_DECLS
