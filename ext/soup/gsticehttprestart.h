/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedescription.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* The caller's ICE restarts at a listener (RFC 9725, 4.3.3), one at a time;
 * the last one counts. A repeated one, whose answer was lost, gets the same
 * answer. Session thread. */
typedef struct _GstIceHttpRestart GstIceHttpRestart;

GstIceHttpRestart *gst_ice_http_restart_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Refuses a restart that waits. */
void gst_ice_http_restart_free (GstIceHttpRestart * self);

/* @message: a PATCH with If-Match: *
 * @fragment: its body, with other credentials than @offer, which is what the
 *     peer sent last
 * Returns: whether to tell the session, and @message waits for the answer;
 *     %FALSE: it is a repetition */
gboolean gst_ice_http_restart_take (GstIceHttpRestart * self,
    SoupServerMessage * message, GstIceDescription * fragment);

/* Returns: whether @fragment repeats the restart that was answered last;
 *     @message got that answer again */
gboolean gst_ice_http_restart_repeat (GstIceHttpRestart * self,
    SoupServerMessage * message, const GstIceDescription * fragment);

/* @etag: the new version of the session
 * Returns: (transfer full) (nullable): what the peer sent, %NULL: no restart
 *     waits */
GstIceDescription *gst_ice_http_restart_answer (GstIceHttpRestart * self,
    GstIceDescription * fragment, const gchar * etag)
    G_GNUC_WARN_UNUSED_RESULT;

/* Returns: whether a restart was waiting */
gboolean gst_ice_http_restart_refuse (GstIceHttpRestart * self, guint status,
    const gchar * text);

/* The client of @message has gone.
 * Returns: whether @message was waiting here; the client may send it again */
gboolean gst_ice_http_restart_gone (GstIceHttpRestart * self,
    SoupServerMessage * message);

G_END_DECLS
