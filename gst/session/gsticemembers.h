/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeending.h"
#include "gsticemember.h"

G_BEGIN_DECLS

/* Who sits in a session, in the order of joining, and who of them hears what.
 * Session thread only. */
typedef struct _GstIceMembers GstIceMembers;

GstIceMembers *gst_ice_members_new (void) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_members_free (GstIceMembers * self);

/* @member: (transfer none), referenced */
void gst_ice_members_add (GstIceMembers * self, GstIceMember * member);
void gst_ice_members_remove (GstIceMembers * self, GstIceMember * member);

/* Adds what @member, not yet in the list, sets to @config. Returns: %FALSE with
 *     GST_ICE_ERROR_SETTINGS when it contradicts another, naming both */
gboolean gst_ice_members_merge_config (GstIceMembers * self, GstIceMember * member,
    GstIceConfig * config, GError ** error);

/* Tells all whose m-line it is about, and observers; but progress, warnings and
 * errors one element only: the first on that m-line, or of the session.
 * @mlines: (nullable): of the call that it is about */
void gst_ice_members_tell (GstIceMembers * self, GstIceMlines * mlines,
    const GstIceNotice * notice);

/* Tells that the session goes on, but not as it should. @error: (transfer none) */
void gst_ice_members_warn (GstIceMembers * self, const GError * error);

/* Ends what all of them send and receive. */
void gst_ice_members_end (GstIceMembers * self, GstIceEnding ending);

G_END_DECLS
