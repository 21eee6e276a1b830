/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedescription.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* The caller's restarts of ICE at a listener (RFC 9725, 4.3.3): one at a time, the
 * last one counts; one that comes again, as its answer was lost, gets the same
 * answer. Session thread. */
typedef struct _GstIceHttpRestart GstIceHttpRestart;

GstIceHttpRestart *gst_ice_http_restart_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Refuses what waits. */
void gst_ice_http_restart_free (GstIceHttpRestart * self);

/* @message: a PATCH with If-Match: *, and @fragment, its body, whose credentials are
 *     not those of @offer, what the peer has sent last
 * Returns: whether it is to be told, and @message waits for an answer; else it
 *     was the same again */
gboolean gst_ice_http_restart_take (GstIceHttpRestart * self,
    SoupServerMessage * message, GstIceDescription * fragment);

/* Returns: whether @fragment is what was answered last, and @message got that
 *     answer again */
gboolean gst_ice_http_restart_repeat (GstIceHttpRestart * self,
    SoupServerMessage * message, const GstIceDescription * fragment);

/* @etag: of the session from now on
 * Returns: (transfer full) (nullable): what the peer sent, %NULL: it waits for
 *     nothing */
GstIceDescription *gst_ice_http_restart_answer (GstIceHttpRestart * self,
    GstIceDescription * fragment, const gchar * etag)
    G_GNUC_WARN_UNUSED_RESULT;

/* Returns: whether something was waiting */
gboolean gst_ice_http_restart_refuse (GstIceHttpRestart * self, guint status,
    const gchar * text);

/* The client of @message went away. Returns: whether it was ours; it comes again */
gboolean gst_ice_http_restart_gone (GstIceHttpRestart * self,
    SoupServerMessage * message);

G_END_DECLS
