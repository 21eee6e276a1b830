/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticerestarter.h"

G_BEGIN_DECLS

/* Decides when a call makes another offer because its elements have changed, and when such an
 * offer is taken back (RFC 3264, 4 and 8). Session thread. */
typedef struct _GstIceRenegotiator GstIceRenegotiator;

/* All (transfer none), the call's; they outlive the renegotiator. @changed: the call is to be
 * run */
GstIceRenegotiator *gst_ice_renegotiator_new (GstIceNegotiation * negotiation,
    GstIceExchange * exchange, GstIceMlines * mlines,
    GstIceRestarter * restarter, const GstIceCallSettings * settings,
    void (*changed) (gpointer user_data), gpointer user_data)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_renegotiator_free (GstIceRenegotiator * self);
void gst_ice_renegotiator_stop (GstIceRenegotiator * self);

/* Asks the application for another offer, or makes it, when it is needed and may be made. */
void gst_ice_renegotiator_run (GstIceRenegotiator * self);

/* The element of @claim has come, or has other formats, and goes on with those that are agreed;
 * or one has left, after which others of its pipeline may leave too. */
void gst_ice_renegotiator_note_change (GstIceRenegotiator * self,
    const GstIceClaim * claim);
void gst_ice_renegotiator_note_leaving (GstIceRenegotiator * self);

/* @came: the element of @claim is new, else it has other formats
 * Returns: (transfer full) (nullable): why the peer can't be told of what the element does
 *     now, and, if it is one of several, gets nothing more; %NULL: it can, or need not */
GError *gst_ice_renegotiator_explain (GstIceRenegotiator * self,
    const GstIceClaim * claim, gboolean came) G_GNUC_WARN_UNUSED_RESULT;

/* Our offer, if one is out, and @description of the peer have crossed: the end that answered
 * the first offer of the call takes its own back.
 * Returns: %FALSE with GST_ICE_ERROR_GLARE when the peer has to give way */
gboolean gst_ice_renegotiator_give_way (GstIceRenegotiator * self,
    const GstIceDescription * description, GError ** error);

/* The peer's answer is no good, or has come too late: the call goes on as before.
 * Returns: %FALSE when the first offer of the call is what it answers */
gboolean gst_ice_renegotiator_end (GstIceRenegotiator * self,
    const GError * error);

G_END_DECLS
