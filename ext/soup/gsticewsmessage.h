/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Longer messages are refused. A description may have 64 KiB before JSON
 * escapes it, a list some hundred producers. */
#define GST_ICE_WS_MAX_MESSAGE_BYTES (512 * 1024)

/* The messages of gst-plugins-rs' signalling protocol that a peer gets. */
typedef enum
{
  GST_ICE_WS_WELCOME,           /* peer_id: ours; servers, servers_ttl_s;
                                 * text: the secret to come back with, or
                                 * NULL */
  GST_ICE_WS_RESUMED,           /* peer_id: ours again; session_ids */
  GST_ICE_WS_LIST,              /* producers */
  GST_ICE_WS_STATUS,            /* peer_id, produces, room: peerStatusChanged */
  GST_ICE_WS_STARTED,           /* peer_id, session_id: as we requested */
  GST_ICE_WS_START,             /* peer_id, session_id, text: its offer or NULL */
  GST_ICE_WS_OFFER,             /* session_id, text: SDP */
  GST_ICE_WS_ANSWER,            /* session_id, text: SDP */
  GST_ICE_WS_CANDIDATE,         /* session_id, text, mline; "": there are no
                                 * more */
  GST_ICE_WS_END,               /* session_id */
  GST_ICE_WS_ERROR,             /* text */
  GST_ICE_WS_SERVERS,           /* servers, servers_ttl_s; only of
                                 * gst-ice-rendezvous */
} GstIceWsMessageType;

/* A peer that can be called. */
typedef struct
{
  gchar *id;
  gchar *room;                  /* from its meta, or NULL */
} GstIceWsProducer;

/* A message from the server. Fields that its type does not have are NULL or
 * 0. */
typedef struct
{
  GstIceWsMessageType type;
  gchar *peer_id;
  gchar *session_id;
  gchar *text;
  guint mline;
  gboolean produces;
  gchar *room;                  /* from the peer's meta, or NULL */
  GPtrArray *producers;         /* of GstIceWsProducer */
  GPtrArray *session_ids;       /* of gchar * */
  GPtrArray *servers;           /* of GstIceServer, or NULL: none */
  guint servers_ttl_s;          /* how long they are valid, 0: not told */
} GstIceWsMessage;

/* @text: untrusted
 * Returns: (transfer full): the message, or %NULL with @error set to
 *     GST_ICE_ERROR_BAD_DESCRIPTION, also for an unknown type */
GstIceWsMessage *gst_ice_ws_message_parse (const gchar * text, gsize length,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_ws_message_free (GstIceWsMessage * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceWsMessage, gst_ice_ws_message_free)

/* Messages of a peer.
 * Returns: (transfer full): JSON; all arguments are (transfer none), valid
 *     UTF-8 and, unless said, never %NULL */
gchar *gst_ice_ws_write_status (gboolean produces, gboolean listens,
    const gchar * room) G_GNUC_WARN_UNUSED_RESULT;
gchar *gst_ice_ws_write_list (void) G_GNUC_WARN_UNUSED_RESULT;
/* Only for a server whose welcome has a secret. @peer_id, @secret: of the
 * place to take again */
gchar *gst_ice_ws_write_resume (const gchar * peer_id, const gchar * secret)
    G_GNUC_WARN_UNUSED_RESULT;
/* Only for a server that has told servers_ttl_s: others don't know this
 * message. */
gchar *gst_ice_ws_write_get_servers (void) G_GNUC_WARN_UNUSED_RESULT;
/* @offer: (nullable) */
gchar *gst_ice_ws_write_start (const gchar * peer_id, const gchar * offer)
    G_GNUC_WARN_UNUSED_RESULT;
/* @type: "offer" or "answer" */
gchar *gst_ice_ws_write_sdp (const gchar * session_id, const gchar * type,
    const gchar * sdp) G_GNUC_WARN_UNUSED_RESULT;
gchar *gst_ice_ws_write_candidate (const gchar * session_id,
    const gchar * candidate, guint mline) G_GNUC_WARN_UNUSED_RESULT;
gchar *gst_ice_ws_write_end (const gchar * session_id)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
