/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/check/gstcheck.h>

G_BEGIN_DECLS

/* Under valgrind a DTLS element needs a minute to make the key for its first
 * use. */
#define TIMEOUT (90 * GST_SECOND)
#define AUDIO "audiotestsrc is-live=true samplesperbuffer=160 ! " \
  "audio/x-raw,rate=8000,channels=1 ! mulawenc ! rtppcmupay min-ptime=20000000 " \
  "max-ptime=20000000 ! icesink name=end network-interfaces=lo "

/* A call whose packets have RTP sequence numbers. Static in a test that may
 * fail, as its pipelines then go on counting. */
typedef struct
{
  GstElement *sender, *receiver;
  GstPad *pad;                  /* of the receiver */

  GMutex lock;
  GCond cond;

  /* Protected by lock. */
  guint n_received;
  gint n_lost;                  /* numbers that have not come */
  guint n_twice;
  gint last;                    /* the highest sequence number, -1: none */
  guint64 seen[65536 / 64];     /* one bit for each number */
} Call;

/* Returns: (transfer full): a pipeline */
GstElement *parse (const gchar * format, ...);

/* A receiver without a sender. @more: further properties of both ends
 * Returns: the port that the receiver listens on */
guint listen_by_http (Call * call, const gchar * more);

/* Packets of another sender follow. */
void forget_last (Call * call);

/* Makes a call by HTTP, and waits until media flows. */
void call_by_http (Call * call, const gchar * more);
/* Counts the packets of the receiver's icesrc. */
void call_start (Call * call);
void call_stop (Call * call);

/* Returns: (transfer full): the "session" of @pipeline's element "end" */
GObject *get_session (GstElement * pipeline);
guint get_n_restarts (GstElement * pipeline, gchar ** reason);
void restart (GstElement * pipeline);

/* Returns: the port in the receiver's pair that media comes from */
guint get_remote_port (GstElement * pipeline);

/* Waits until the pair of @pipeline has another port than @port.
 * Returns: that port */
guint wait_other_pair (GstElement * pipeline, guint port);

/* Waits for @n more packets. */
void wait_packets (Call * call, guint n);
void check_nothing_lost (Call * call);

/* What came in another order while the call began does not count. */
void begin_check (Call * call);

G_END_DECLS
