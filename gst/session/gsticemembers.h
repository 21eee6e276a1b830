/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeending.h"
#include "gsticemember.h"

G_BEGIN_DECLS

/* The elements and observers of a session, in the order of joining, and
 * which of them hear a notice. Session thread only. */
typedef struct _GstIceMembers GstIceMembers;

GstIceMembers *gst_ice_members_new (void) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_members_free (GstIceMembers * self);

/* @member: (transfer none), referenced */
void gst_ice_members_add (GstIceMembers * self, GstIceMember * member);
void gst_ice_members_remove (GstIceMembers * self, GstIceMember * member);

/* Merges the settings of @member, which is not yet in the list, into @config.
 * Returns: %FALSE with GST_ICE_ERROR_SETTINGS, naming both, when two
 *     contradict each other */
gboolean gst_ice_members_merge_config (GstIceMembers * self, GstIceMember * member,
    GstIceConfig * config, GError ** error);

/* Tells all members on the notice's m-line, and observers. Progress, warnings
 * and errors go to one element only: the first on that m-line, or of the
 * session.
 * @mlines: (nullable): of the call that the notice is about */
void gst_ice_members_tell (GstIceMembers * self, GstIceMlines * mlines,
    const GstIceNotice * notice);

/* Writes what no member hears into the timeline, if there is one. */
void gst_ice_members_record (GstIceMembers * self, GstIceMlines * mlines,
    const GstIceNotice * notice);

/* Returns: whether there is a timeline */
gboolean gst_ice_members_are_recorded (const GstIceMembers * self);

/* Tells a step that a user wants to see, of the session. */
void gst_ice_members_tell_progress (GstIceMembers * self, const gchar * text);

/* Tells the one element that has @claim (transfer none). */
void gst_ice_members_tell_claim (GstIceMembers * self,
    const GstIceClaim * claim, const GstIceNotice * notice);

/* Warns that something does not work while the session goes on. @error:
 * (transfer none) */
void gst_ice_members_warn (GstIceMembers * self, const GError * error);

/* The same, of the call with @call_id. */
void gst_ice_members_warn_of_call (GstIceMembers * self,
    const gchar * call_id, const GError * error);

/* Ends what all elements send and receive. */
void gst_ice_members_end (GstIceMembers * self, GstIceEnding ending);

G_END_DECLS
