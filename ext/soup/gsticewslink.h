/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A WebSocket connection that is opened again when it breaks: after 100 ms,
 * then after twice the time of before, up to 10 s. Each wait is shortened by
 * a random part of up to a quarter, so that not all clients come back to a
 * server at once. Session thread. */
typedef struct _GstIceWsLink GstIceWsLink;

/* Never called from inside a call to the link. @error: (transfer none), domain
 * GST_ICE_ERROR. */
typedef struct
{
  void (*message) (const gchar * text, gsize length, gpointer user_data);
  /* It was open and broke, or could not be opened. It will be tried again. */
  void (*lost) (const GError * error, gpointer user_data);
  /* It will not be tried again: another token, certificate or path is
   * needed. */
  void (*refused) (const GError * error, gpointer user_data);
} GstIceWsLinkEvents;

/* @uri: ws: or wss:; @token: (nullable); @events: static
 * @trust: (nullable): trusted authorities for wss:, %NULL: the system's
 * Returns: (transfer full): a link that is not open */
GstIceWsLink *gst_ice_ws_link_new (GUri * uri, const gchar * token,
    GTlsDatabase * trust, const GstIceWsLinkEvents * events, gpointer user_data)
    G_GNUC_WARN_UNUSED_RESULT;

/* Messages contain keys: without TLS they may only go to this host. */
void gst_ice_ws_link_set_has_keys (GstIceWsLink * self);

void gst_ice_ws_link_free (GstIceWsLink * self);

/* Returns: (transfer none): the name of the server for messages, without
 *     secrets */
const gchar *gst_ice_ws_link_get_where (const GstIceWsLink * self);

/* Returns: what may be wrong, to add to a message, or "" */
const gchar *gst_ice_ws_link_get_hint (const GstIceWsLink * self);

void gst_ice_ws_link_open (GstIceWsLink * self);

/* @text: (transfer full): valid UTF-8; dropped when the link is not open */
void gst_ice_ws_link_send (GstIceWsLink * self, gchar * text);

/* Every server answers the last message. Without any message within seconds,
 * the connection counts as broken. */
void gst_ice_ws_link_expect_answer (GstIceWsLink * self);

/* No event follows. @closed: called once, later, when all messages and the
 * goodbye have been sent, or after 900 ms */
void gst_ice_ws_link_close (GstIceWsLink * self, GSourceFunc closed,
    gpointer user_data);

G_END_DECLS
