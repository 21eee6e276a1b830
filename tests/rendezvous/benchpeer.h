/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Calls between pairs of peers, one pair a room, each peer a WebSocket of
 * libsoup in the default main context. */
typedef struct _BenchCalls BenchCalls;

/* @producer_port, @consumer_port: of the servers that the two sides connect to
 *
 * Returns: (transfer full): @n_rooms pairs that are ready to call; aborts when
 *     that does not work. Free with bench_calls_free(). */
BenchCalls *bench_calls_new (guint n_rooms, guint producer_port,
    guint consumer_port) G_GNUC_WARN_UNUSED_RESULT;
void bench_calls_free (BenchCalls * calls);

/* Starts @rate calls a second for @seconds and waits for them.
 *
 * Returns: (transfer full) (element-type gdouble): sorted, for each call that
 *     was answered the milliseconds from startSession to the answer at the
 *     producer */
GArray *bench_calls_run (BenchCalls * calls, guint rate, guint seconds)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
