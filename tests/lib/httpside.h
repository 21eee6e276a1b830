/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticesignaller.h"

#include <gio/gio.h>
#include <gst/check/gstcheck.h>

G_BEGIN_DECLS

#ifndef WAIT_MS
#define WAIT_MS 8000
#endif

#define OFFER \
  "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n" \
  "m=audio 9 RTP/AVP 96\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\n" \
  "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789abcdefghijkl\r\n" \
  "a=rtpmap:96 opus/48000\r\na=rtcp-mux\r\na=sendonly\r\n"

#define FRAGMENT(ufrag) \
  "m=audio 9 RTP/AVP 0\r\na=mid:0\r\na=ice-ufrag:" ufrag "\r\n" \
  "a=ice-pwd:0123456789abcdefghijkl\r\n" \
  "a=candidate:1 1 UDP 1 127.0.0.1 6000 typ host\r\n"

#define SDP "Content-Type: application/sdp; charset=utf-8\r\n"
#define FRAG "Content-Type: application/trickle-ice-sdpfrag\r\n"

/* One end of a call, and all that its signaller told. */
typedef struct
{
  GstIceSignaller *signaller;
  GstIceSignaller *peer;        /* of a listener: who called last, or NULL */
  gboolean answers;             /* each offer, at once */
  gboolean several;             /* it takes more calls than one at a time */
  GError *refusal;              /* of each offer and restart, or NULL */

  guint n_descriptions, n_hung_up, n_closed;
  guint n_restarts, n_restarts_failed;
  GString *progress, *warnings; /* one line each */
  GString *ports;               /* of trickled candidates, in order */
  GString *servers;             /* URI, user name, password: one line each */
  GError *error;
  guint port;                   /* where the listener listens */
  gboolean closing;
} Side;

extern gboolean side_late;

gboolean side_on_late (gpointer user_data);

#define WAIT(condition) G_STMT_START { \
  guint late_id = g_timeout_add (WAIT_MS, side_on_late, NULL); \
  side_late = FALSE; \
  while (!(condition) && !side_late) \
    g_main_context_iteration (NULL, TRUE); \
  fail_if (side_late, "in vain: %s", #condition); \
  g_source_remove (late_id); \
} G_STMT_END

/* @token: (nullable)
 * Returns: (transfer full) */
GstIceConfig *side_make_config (const gchar * uri, const gchar * token,
    guint timeout_ms);

/* @string: (nullable) */
void side_set_string (GstIceConfig * config, const gchar * name,
    const gchar * string);

/* Makes and starts a signaller. */
void side_init_config (Side * side, const GstIceConfig * config);
void side_init_directed (Side * side, const GstIceConfig * config,
    GstIceDirection direction);
void side_init (Side * side, const gchar * uri, const gchar * token,
    guint timeout_ms);

/* A listener at /cam, listening on side->port. */
void side_init_listener (Side * side, const gchar * token, guint timeout_ms);

/* A caller of @port that has sent its offer. */
void side_init_caller (Side * side, guint port, const gchar * token,
    guint timeout_ms);

void side_send_description (Side * side, GstIceDescriptionType type);
void side_send_candidate (Side * side, guint port);

void side_close (Side * side);
/* Closes it before, if needed. */
void side_clear (Side * side);

/* A client that can send malformed HTTP. */
typedef struct
{
  GSocketConnection *connection;
  GString *reply;
  gboolean ended;
  gchar buffer[4096];
} Raw;

/* @text: (transfer full): sent at once */
void raw_send (Raw * raw, guint port, gchar * text);
void raw_clear (Raw * raw);

/* Returns: (transfer full): a whole request, or the whole reply to one */
gchar *raw_make_request (const gchar * line, const gchar * headers,
    const gchar * body);
gchar *raw_ask (guint port, const gchar * line, const gchar * headers,
    const gchar * body);

/* @reply must have @status, and @words. */
void assert_reply (const gchar * reply, guint status, const gchar * words);

/* Returns: (transfer full): the value of a header in @reply; the path of the session that
 *     @reply tells of */
gchar *get_header (const gchar * reply, const gchar * name);
gchar *get_session (const gchar * reply);

/* Sends a candidate to the session at @path. Returns: the status of the reply */
guint trickle (Side * listener, const gchar * path);

G_END_DECLS
