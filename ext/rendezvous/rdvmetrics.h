/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "rdvmessage.h"

G_BEGIN_DECLS

/* Why something was refused; a label of the counter of rejections. */
typedef enum
{
  RDV_REJECT_HANDSHAKE,         /* a connection took too long to become a
                                 * peer */
  RDV_REJECT_ORIGIN,
  RDV_REJECT_TOKEN,
  RDV_REJECT_ROOM_NAME,
  RDV_REJECT_ROOMS,
  RDV_REJECT_PEERS,
  RDV_REJECT_STOPPING,
  RDV_REJECT_MALFORMED,
  RDV_REJECT_UNKNOWN_TYPE,
  RDV_REJECT_REFUSED,           /* a request that is well-formed but not allowed */
  RDV_REJECT_UNKNOWN_SESSION,
  RDV_REJECT_PRODUCERS,
  RDV_REJECT_SESSIONS,          /* one peer started too many */
  RDV_REJECT_META,              /* of all peers of a room together */
  RDV_REJECT_FANOUT,            /* bytes that one message makes the server send */
  RDV_REJECT_RATE,
  RDV_REJECT_ERRORS,            /* closed after too many errors */
  RDV_REJECT_TOO_BIG,
  RDV_REJECT_SLOW_READER,
  RDV_REJECT_IDLE,
  RDV_REJECT_NO_ANSWER,
  RDV_N_REJECTS,
} RdvReject;

typedef struct
{
  /* Counters. */
  guint64 messages[RDV_N_TYPES];
  guint64 rejected[RDV_N_REJECTS];
  guint64 peers_total;
  guint64 sessions_total;

  /* Gauges. */
  guint peers;                  /* connected here */
  guint remote_peers;           /* registered through other instances */
  guint rooms;
  guint sessions;
  gint redis_up;                /* -1: not in use */
  gint64 started_us;            /* monotonic */
} RdvMetrics;

/* Returns: (transfer full): @metrics in Prometheus' text format 0.0.4 */
char *rdv_metrics_to_text (const RdvMetrics * metrics)
    G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): the health page, JSON */
char *rdv_metrics_to_health (const RdvMetrics * metrics, gboolean stopping)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
