/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticechecks.h"
#include "gsticemlines.h"

G_BEGIN_DECLS

/* Our side as the peer is told. Made from the m-lines and streams on
 * request; remembers what was sent. Pure, but for random numbers. */
typedef struct _GstIceLocalDescription GstIceLocalDescription;

/* @mlines, @checks: (transfer none): outlive the description */
GstIceLocalDescription *gst_ice_local_description_new (GstIceMlines * mlines,
    GstIceChecks * checks) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_local_description_free (GstIceLocalDescription * self);

/* The next description differs from the last (RFC 8866, 5.2). */
void gst_ice_local_description_begin_version (GstIceLocalDescription * self);

/* The descriptions to come follow @offer, which another one has made. */
void gst_ice_local_description_continue (GstIceLocalDescription * self,
    const GstIceDescription * offer);

/* Whether all m-lines have credentials, keying and at least one candidate;
 * with @complete, all candidates, or as many as their agents find enough. */
gboolean gst_ice_local_description_is_ready (GstIceLocalDescription * self,
    gboolean complete);

/* Returns: (transfer full): the offer or the answer */
GstIceDescription *gst_ice_local_description_make (GstIceLocalDescription *
    self, GstIceDescriptionType type) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full) (nullable): a FRAGMENT with the candidates found
 *     since the last description; %NULL: there are none */
GstIceDescription *gst_ice_local_description_make_trickle
    (GstIceLocalDescription * self) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): a FRAGMENT with credentials and candidates of
 *     the m-lines that restart */
GstIceDescription *gst_ice_local_description_make_restart
    (GstIceLocalDescription * self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
