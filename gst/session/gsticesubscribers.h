/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticemembers.h"

G_BEGIN_DECLS

/* The m-lines that have one transport: the members on them hear what the transport tells.
 * Session thread only. */
typedef struct _GstIceSubscribers GstIceSubscribers;

/* @members, @all, the call's m-lines: (transfer none), outlive the list; @first: number of
 * the first that has the transport
 * Returns: (transfer full) */
GstIceSubscribers *gst_ice_subscribers_new (GstIceMembers * members,
    GstIceMlines * all, guint first) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_subscribers_free (GstIceSubscribers * self);

void gst_ice_subscribers_add (GstIceSubscribers * self, guint mline);
void gst_ice_subscribers_remove (GstIceSubscribers * self, guint mline);

/* Tells @notice, whose mline is filled in here, for the first m-line only, or for each. */
void gst_ice_subscribers_tell_first (GstIceSubscribers * self,
    GstIceNotice notice);
void gst_ice_subscribers_tell_all (GstIceSubscribers * self,
    GstIceNotice notice);

/* Tells for the first m-line. @error: (transfer full) */
void gst_ice_subscribers_tell_progress (GstIceSubscribers * self,
    GstProgressType type, const gchar * text);
void gst_ice_subscribers_warn (GstIceSubscribers * self, GError * error);

G_END_DECLS
