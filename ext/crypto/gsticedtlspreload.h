/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* The first of GStreamer's DTLS elements in a process makes an RSA key, whether anybody
 * wants it or not, for a quarter of a second (1.22). That is done here, once, in a
 * thread of its own, so that no session has to wait. Any thread. */

/* Begins that. Further calls do nothing. */
void gst_ice_dtls_preload_prepare (void);

/* Until it is done: who takes GStreamer down has to wait. */
void gst_ice_dtls_preload_wait (void);

/* Returns: (transfer full): a source, not attached, that is dispatched once elements can be
 *     made without a wait */
GSource *gst_ice_dtls_preload_source_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
