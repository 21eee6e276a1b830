/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticesignaller.h"

G_BEGIN_DECLS

/* Events of a signaller on their way to the session: told one after the other,
 * in order, from the main loop, never from inside a call. Session thread. */
typedef struct _GstIceEventQueue GstIceEventQueue;

/* @signaller: (transfer none): owns the queue
 * @events: static */
GstIceEventQueue *gst_ice_event_queue_new (GstIceSignaller * signaller,
    const GstIceSignallerEvents * events, gpointer user_data)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_event_queue_free (GstIceEventQueue * self);

/* Drops what was not told yet, and all that comes after. */
void gst_ice_event_queue_stop (GstIceEventQueue * self);

/* Returns: %TRUE when the session knows all */
gboolean gst_ice_event_queue_is_empty (const GstIceEventQueue * self);

/* Returns: %TRUE when the session does not know yet that the peer left */
gboolean gst_ice_event_queue_has_hung_up (const GstIceEventQueue * self);

/* The signaller's events; all arguments are (transfer none). */
void gst_ice_event_queue_description (GstIceEventQueue * self,
    GstIceDescription * description);
void gst_ice_event_queue_trickle (GstIceEventQueue * self,
    GstIceDescription * fragment);
void gst_ice_event_queue_progress (GstIceEventQueue * self,
    const gchar * format, ...) G_GNUC_PRINTF (2, 3);
void gst_ice_event_queue_restart (GstIceEventQueue * self,
    GstIceDescription * fragment);
void gst_ice_event_queue_restart_failed (GstIceEventQueue * self,
    const GError * error);
void gst_ice_event_queue_failed (GstIceEventQueue * self,
    const GError * error);
void gst_ice_event_queue_warning (GstIceEventQueue * self,
    const GError * warning);
void gst_ice_event_queue_hung_up (GstIceEventQueue * self);
void gst_ice_event_queue_offer_wanted (GstIceEventQueue * self);
void gst_ice_event_queue_server (GstIceEventQueue * self,
    const GstIceServer * server);

G_END_DECLS
