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

/* Session thread, without a lock held. May call the session. */
typedef void (*GstIceNoticeFunc) (GstIceSession * session,
    const GstIceNotice * notice, gpointer user_data);

/* The place of an element, or an observer, in a session, from joining to
 * leaving. */
typedef struct
{
  gint ref_count;               /* atomic: one for the element, one for the
                                 * session */

  /* Set at construction. */
  GstIceSession *session;       /* (transfer none): outlives the last notice */
  GstIceNoticeFunc notice;
  gpointer user_data;
  GDestroyNotify destroy;
  GstIceConfig *config;         /* the element's settings; NULL: an observer */

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

/* Session thread. Removes the element's route, and ends what it sends or
 * receives. */
void gst_ice_member_cut (GstIceMember * self);
void gst_ice_member_end (GstIceMember * self, GstIceEnding ending);

/* Warns that the session goes on without what this element does. */
void gst_ice_member_warn (GstIceMember * self, const GError * error);

G_END_DECLS
