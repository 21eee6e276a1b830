/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticetypes.h"

G_BEGIN_DECLS

/* The settings of a session that were set, by the names of their properties.
 * The .c file has the table of all settings, with types, ranges and
 * defaults. */
typedef struct _GstIceConfig GstIceConfig;

#define GST_TYPE_ICE_CONFIG (gst_ice_config_get_type ())
GType gst_ice_config_get_type (void);

GstIceConfig *gst_ice_config_new (void) G_GNUC_WARN_UNUSED_RESULT;
GstIceConfig *gst_ice_config_copy (const GstIceConfig * self)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_config_free (GstIceConfig * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceConfig, gst_ice_config_free)

/* Installs a property for every setting that all elements have, with ids from @first_id on.
 * Returns: the first id that is free after them */
guint gst_ice_config_install_properties (GObjectClass * klass, guint first_id);

/* The same for one that only some have. */
void gst_ice_config_install_property (GObjectClass * klass, guint id,
    const gchar * name);

/* The value of the property @pspec, which one of these functions installed. A string
 * that is empty or %NULL takes the setting away; of auth-token and turn-shared-secret
 * only %NULL does. */
void gst_ice_config_set (GstIceConfig * self, GParamSpec * pspec,
    const GValue * value);
void gst_ice_config_get (const GstIceConfig * self, GParamSpec * pspec,
    GValue * value);

/* Adds the settings of @other.
 * Returns: (transfer none) (nullable): the name of a property that both set
 *     to different values; @self is unchanged then */
const gchar *gst_ice_config_merge (GstIceConfig * self,
    const GstIceConfig * other);

gboolean gst_ice_config_is_set (const GstIceConfig * self, const gchar * name);

/* Return the setting, or its default. Strings are (transfer none)
 * (nullable). */
const gchar *gst_ice_config_get_string (const GstIceConfig * self,
    const gchar * name);
guint gst_ice_config_get_uint (const GstIceConfig * self, const gchar * name);
gint gst_ice_config_get_int (const GstIceConfig * self, const gchar * name);
gboolean gst_ice_config_get_boolean (const GstIceConfig * self,
    const gchar * name);
gint gst_ice_config_get_enum (const GstIceConfig * self, const gchar * name);

/* Returns: (transfer none) (nullable) */
GObject *gst_ice_config_get_object (const GstIceConfig * self,
    const gchar * name);
const GValue *gst_ice_config_get_value (const GstIceConfig * self,
    const gchar * name);

/* Appends @string to the array @name. */
void gst_ice_config_append (GstIceConfig * self, const gchar * name,
    const gchar * string);

G_END_DECLS
