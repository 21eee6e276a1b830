/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "httpside.h"

G_BEGIN_DECLS

/* A gst-ice-rendezvous that the test starts. */
typedef struct
{
  GSubprocess *process;
  guint port;
} Server;

/* Returns: whether the program can be started */
gboolean server_is_there (void);

/* @port: 0: any that is free; @option: (nullable): one, or two
 * with a space between */
void server_start (Server * server, guint port, const gchar * option);
/* Stops it, and asserts that it ends well and silently. Remembers the port. */
void server_stop (Server * server);
void server_kill (Server * server);

/* One end, whose session offers and answers by itself. */
typedef struct
{
  GstIceSignaller *signaller;
  GstIceSignaller *peer;        /* of a producer: the viewer that came last, or NULL */
  GPtrArray *peers;             /* of a producer: of GstIceSignaller, all viewers so far */
  gboolean several;             /* it takes more viewers than one at a time */
  guint n_sent;                 /* number of descriptions sent */
  guint n_wanted, n_offers, n_answers, n_hung_up, n_closed;
  GString *progress;            /* one line each */
  GString *ports;               /* of trickled candidates, "end" for the end */
  GString *servers;             /* hosts of STUN and TURN servers */
  gchar *username;              /* for the last server, or NULL */
  GError *error;
} End;

/* @token: (nullable) */
void end_start (End * end, Server * server, const gchar * room,
    const gchar * token, guint timeout_ms, GstIceDirection direction);
void end_start_at (End * end, const gchar * uri, const gchar * token,
    guint timeout_ms, GstIceDirection direction);

/* Returns: (transfer none): the signaller that carries what is said to the peer */
GstIceSignaller *end_get_peer (End * end);

/* A restart: sends what the first offer had. */
void end_send_offer (End * end);

/* @port: 0: there are no more */
void end_send_candidate (End * end, guint port);

/* Closes and frees it. */
void end_clear (End * end);

G_END_DECLS
