/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticesignaller.h"

G_BEGIN_DECLS

/* Delivers the events of a signaller to the session one by one, in order,
 * from the main loop, never from inside a call. Session thread. */
typedef struct _GstIceEventQueue GstIceEventQueue;

/* @signaller: (transfer none): owns the queue
 * @events: static */
GstIceEventQueue *gst_ice_event_queue_new (GstIceSignaller * signaller,
    const GstIceSignallerEvents * events, gpointer user_data)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_event_queue_free (GstIceEventQueue * self);

/* Drops all events in the queue, and all later ones. */
void gst_ice_event_queue_stop (GstIceEventQueue * self);

/* Returns: whether all events were delivered */
gboolean gst_ice_event_queue_is_empty (const GstIceEventQueue * self);

/* Returns: whether the peer has left and the session does not know it yet */
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
