/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* The properties of a member, as offsets from the class's first id. The
 * properties of the session follow. */
enum
{
  GST_ICE_ELEMENT_SESSION_NAME,
  GST_ICE_ELEMENT_SESSION,
  GST_ICE_ELEMENT_MEDIA,
  GST_ICE_ELEMENT_MID,
  GST_ICE_ELEMENT_COMPONENT,
  GST_ICE_ELEMENT_ICE_CONNECTION_STATE,
  GST_ICE_ELEMENT_ICE_GATHERING_STATE,
  GST_ICE_ELEMENT_SELECTED_PAIR,
  GST_ICE_ELEMENT_STATS,
  GST_ICE_ELEMENT_CONFIG
};

/* Installs and documents the properties and signals that icesrc and icesink share. */
void gst_ice_element_class_init (GObjectClass * klass, guint first_id);

G_END_DECLS
