/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/check/gstcheck.h>

G_BEGIN_DECLS

/* Under valgrind, the key that a DTLS element makes on its first use takes a minute. */
#define TIMEOUT (90 * GST_SECOND)
#define AUDIO "audiotestsrc is-live=true samplesperbuffer=160 ! " \
  "audio/x-raw,rate=8000,channels=1 ! mulawenc ! rtppcmupay min-ptime=20000000 " \
  "max-ptime=20000000 ! icesink name=end network-interfaces=lo "

/* A call of which the sender's packets are numbered by RTP. Static in a test that
 * may fail: its pipelines then still count. */
typedef struct
{
  GstElement *sender, *receiver;
  GstPad *pad;                  /* of the receiver */

  GMutex lock;
  GCond cond;

  /* Protected by lock. */
  guint n_received;
  gint n_lost;                  /* sequence numbers that were passed over */
  guint n_twice;
  gint last;                    /* the highest sequence number, -1: none */
  guint64 seen[65536 / 64];     /* a bit each */
} Call;

/* Returns: (transfer full): a pipeline */
GstElement *parse (const gchar * format, ...);

/* A receiver without a sender. @more: further properties of both ends
 * Returns: the port that it listens on */
guint listen_by_http (Call * call, const gchar * more);

/* Another sender's packets are to come. */
void forget_last (Call * call);

/* By HTTP; until media flows. */
void call_by_http (Call * call, const gchar * more);
/* Counts what comes to the receiver's icesrc. */
void call_start (Call * call);
void call_stop (Call * call);

/* Returns: (transfer full): the "session" of @pipeline's element "end" */
GObject *get_session (GstElement * pipeline);
guint get_n_restarts (GstElement * pipeline, gchar ** reason);
void restart (GstElement * pipeline);

/* Returns: the port that media comes from, as the receiver's pair has it */
guint get_remote_port (GstElement * pipeline);

/* Waits until @pipeline has another pair than that with @port.
 * Returns: the port of that */
guint wait_other_pair (GstElement * pipeline, guint port);

/* Waits for @n more packets. */
void wait_packets (Call * call, guint n);
void check_nothing_lost (Call * call);

G_END_DECLS
