/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticesession.h"

G_BEGIN_DECLS

/* What applications see of a session, text in and text out. The elements that are in
 * the session own it, before they are and after, too; an application that keeps it longer
 * has an object that does nothing. */
#define GST_TYPE_ICE_APP_SIGNALLER (gst_ice_app_signaller_get_type ())
G_DECLARE_FINAL_TYPE (GstIceAppSignaller, gst_ice_app_signaller, GST,
    ICE_APP_SIGNALLER, GObject)

/* Any thread, as all of these. The object that @element (transfer none) shows: that of
 * the other elements of a session called @name, or a new one. What an action fails of is
 * told on the bus of one of its elements.
 * Returns: (transfer full): to be given to gst_ice_app_signaller_hide() */
GstIceAppSignaller *gst_ice_app_signaller_show (const gchar * name,
    GstElement * element) G_GNUC_WARN_UNUSED_RESULT;

/* @self: (transfer full), of gst_ice_app_signaller_show() for @element, which is about
 * to be freed, or shows another from now on */
void gst_ice_app_signaller_hide (GstIceAppSignaller * self,
    GstElement * element);

/* An element that shows @self is in @session, which is called @name, from now on, until
 * gst_ice_app_signaller_detach(). Returns: %FALSE when others of its elements are in
 * another session */
gboolean gst_ice_app_signaller_attach (GstIceAppSignaller * self,
    const gchar * name, GstIceSession * session) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_app_signaller_detach (GstIceAppSignaller * self);

G_END_DECLS
