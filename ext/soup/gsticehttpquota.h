/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* How many requests each client may make that has not shown who it is: so many at once,
 * and so many a second. Session thread. */
typedef struct _GstIceHttpQuota GstIceHttpQuota;

GstIceHttpQuota *gst_ice_http_quota_new (guint max_burst, guint per_second)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_http_quota_free (GstIceHttpQuota * self);

/* Charges a request to the client with @key.
 * Returns: whether it may make it */
gboolean gst_ice_http_quota_charge (GstIceHttpQuota * self, guint64 key);

G_END_DECLS
