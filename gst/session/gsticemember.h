/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeconfig.h"
#include "gsticeending.h"
#include "gsticemlines.h"
#include "gsticenotice.h"

G_BEGIN_DECLS

typedef struct _GstIceSession GstIceSession;

/* Session thread; no lock is held. May call the session back. */
typedef void (*GstIceNoticeFunc) (GstIceSession * session,
    const GstIceNotice * notice, gpointer user_data);

/* An element's place in a session, from joining to leaving; or an observer's. */
typedef struct
{
  gint ref_count;               /* atomic: the element's and the session's */

  /* Set at construction. */
  GstIceSession *session;       /* (transfer none): outlives its last notice */
  GstIceNoticeFunc notice;
  gpointer user_data;
  GDestroyNotify destroy;
  GstIceConfig *config;         /* what the element sets; NULL: an observer */

  /* Session thread only. */
  GstIceClaim *claim;           /* (transfer none); NULL: an observer */
} GstIceMember;

GstIceMember *gst_ice_member_new (GstIceSession * session,
    const GstIceConfig * config, GstIceNoticeFunc notice, gpointer user_data,
    GDestroyNotify destroy) G_GNUC_WARN_UNUSED_RESULT;
GstIceMember *gst_ice_member_ref (GstIceMember * self);
void gst_ice_member_unref (GstIceMember * self);

/* Session thread. */
void gst_ice_member_tell (GstIceMember * self, const GstIceNotice * notice);

/* Session thread. Takes the element's route away; ends what it sends or receives. */
void gst_ice_member_cut (GstIceMember * self);
void gst_ice_member_end (GstIceMember * self, GstIceEnding ending);

/* Tells that the session goes on, but not with what this one does. */
void gst_ice_member_warn (GstIceMember * self, const GError * error);

G_END_DECLS
