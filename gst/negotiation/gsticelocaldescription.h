/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticechecks.h"
#include "gsticemlines.h"

G_BEGIN_DECLS

/* What is said to the peer of our side: made from the m-lines and their streams
 * when it is asked for, and remembered as said. Pure, but for random numbers. */
typedef struct _GstIceLocalDescription GstIceLocalDescription;

/* @mlines, @checks: (transfer none), outlive it */
GstIceLocalDescription *gst_ice_local_description_new (GstIceMlines * mlines,
    GstIceChecks * checks) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_local_description_free (GstIceLocalDescription * self);

/* What is said from here on differs from what was said (RFC 8866, 5.2). */
void gst_ice_local_description_begin_version (GstIceLocalDescription * self);

/* Whether all m-lines have their credentials, their keying and something to try, or,
 * if @complete, all their candidates, or what their agents found to be enough. */
gboolean gst_ice_local_description_is_ready (GstIceLocalDescription * self,
    gboolean complete);

/* Returns: (transfer full): the offer or the answer */
GstIceDescription *gst_ice_local_description_make (GstIceLocalDescription *
    self, GstIceDescriptionType type) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full) (nullable): a FRAGMENT of what was found since it was last
 *     said; %NULL: nothing was */
GstIceDescription *gst_ice_local_description_make_trickle
    (GstIceLocalDescription * self) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): a FRAGMENT of the credentials and candidates of the
 *     m-lines that restart */
GstIceDescription *gst_ice_local_description_make_restart
    (GstIceLocalDescription * self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
