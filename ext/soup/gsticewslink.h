/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A WebSocket connection that is made again when it was lost: after 100 ms, then
 * twice as long each time up to 10 s, each up to a quarter shorter by chance, so
 * that not all come back to a server at once. Session thread. */
typedef struct _GstIceWsLink GstIceWsLink;

/* Never called from inside a call to the link. @error: (transfer none), domain
 * GST_ICE_ERROR. */
typedef struct
{
  void (*message) (const gchar * text, gsize length, gpointer user_data);
  /* It was open, or could not be opened; it is tried again. */
  void (*lost) (const GError * error, gpointer user_data);
  /* It is not tried again: another token, certificate or path is needed. */
  void (*refused) (const GError * error, gpointer user_data);
} GstIceWsLinkEvents;

/* @uri: ws: or wss:; @token: (nullable); @events: static
 * @trust: (nullable): who is trusted with wss:, %NULL: the system's authorities
 * Returns: (transfer full): a link that was not opened yet */
GstIceWsLink *gst_ice_ws_link_new (GUri * uri, const gchar * token,
    GTlsDatabase * trust, const GstIceWsLinkEvents * events, gpointer user_data)
    G_GNUC_WARN_UNUSED_RESULT;

/* Messages have keys in them: without TLS they go to this host only. */
void gst_ice_ws_link_set_has_keys (GstIceWsLink * self);

void gst_ice_ws_link_free (GstIceWsLink * self);

/* Returns: (transfer none): what the server is called in messages: without what is
 *     secret */
const gchar *gst_ice_ws_link_get_where (const GstIceWsLink * self);

/* Returns: what may be wrong, to be added to a message, or "" */
const gchar *gst_ice_ws_link_get_hint (const GstIceWsLink * self);

void gst_ice_ws_link_open (GstIceWsLink * self);

/* @text: (transfer full): valid UTF-8; dropped when the link is not open */
void gst_ice_ws_link_send (GstIceWsLink * self, gchar * text);

/* What was sent last is answered by every server: without a word within seconds, the
 * connection counts as lost. */
void gst_ice_ws_link_expect_answer (GstIceWsLink * self);

/* No event follows. @closed: called once, later, when what was sent and the
 * goodbye have left, or 900 ms have passed */
void gst_ice_ws_link_close (GstIceWsLink * self, GSourceFunc closed,
    gpointer user_data);

G_END_DECLS
