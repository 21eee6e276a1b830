/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticesession.h"

G_BEGIN_DECLS

/* The session as applications see it, with descriptions as text. It belongs
 * to the elements in the session, also before they join and after they
 * leave. An application may keep it longer; it then does nothing. */
#define GST_TYPE_ICE_APP_SIGNALLER (gst_ice_app_signaller_get_type ())
G_DECLARE_FINAL_TYPE (GstIceAppSignaller, gst_ice_app_signaller, GST,
    ICE_APP_SIGNALLER, GObject)

/* Any thread, as all functions here. Returns the object that @element (transfer
 * none) shows: that of the other elements of session @name, or a new one.
 * Errors of its actions are posted by one of its elements.
 * Returns: (transfer full): for gst_ice_app_signaller_hide() */
GstIceAppSignaller *gst_ice_app_signaller_show (const gchar * name,
    GstElement * element) G_GNUC_WARN_UNUSED_RESULT;

/* @self: (transfer full), from gst_ice_app_signaller_show() for @element,
 *     which is about to be freed or will show another object */
void gst_ice_app_signaller_hide (GstIceAppSignaller * self,
    GstElement * element);

/* From this call on until gst_ice_app_signaller_detach(), an element that shows
 * @self is in @session, named @name.
 * Returns: %FALSE when others of its elements are in another session */
gboolean gst_ice_app_signaller_attach (GstIceAppSignaller * self,
    const gchar * name, GstIceSession * session) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_app_signaller_detach (GstIceAppSignaller * self);

G_END_DECLS
