/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Limits the requests of each client that has not shown the token: 100 at
 * once, and 50 a second. Session thread. */
typedef struct _GstIceHttpQuota GstIceHttpQuota;

GstIceHttpQuota *gst_ice_http_quota_new (void) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_http_quota_free (GstIceHttpQuota * self);

/* Charges a request to the client with @key.
 * Returns: whether the request is allowed */
gboolean gst_ice_http_quota_charge (GstIceHttpQuota * self, guint64 key);

G_END_DECLS
