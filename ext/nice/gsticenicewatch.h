/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Watches this machine's addresses. One thread. */
typedef struct _GstIceNiceWatch GstIceNiceWatch;

/* @interfaces: (nullable): as gst_ice_nice_addresses_list()
 * @context: where @changed is called, each time that list is another than it was
 *     and has been the same for a moment
 * Returns: (transfer full): a watch; without netlink one that sees nothing */
GstIceNiceWatch *gst_ice_nice_watch_new (const gchar * interfaces,
    GMainContext * context, void (*changed) (gpointer user_data),
    gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_nice_watch_free (GstIceNiceWatch * self);

G_END_DECLS
