/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeclaims.h"
#include "gsticedescription.h"
#include "gsticereceiver.h"
#include "gsticesender.h"

#include <gst/check/gstcheck.h>

/* Shared by the tests of the core. */

#define VP8 "application/x-rtp, media=video, encoding-name=VP8, " \
    "clock-rate=90000, payload=96"
#define OPUS "application/x-rtp, media=audio, encoding-name=OPUS, " \
    "clock-rate=48000, payload=96"
#define PCMU "application/x-rtp, media=audio, encoding-name=PCMU, " \
    "clock-rate=8000, payload=0"

/* The time limit of a wait; only a hang takes that long. */
#define PATIENCE (15 * G_TIME_SPAN_SECOND)

/* Returns: (transfer full): an RTP packet with this sequence number; with a
 *     payload type of 64 to 95, RTCP */
GstBuffer *packet_new (guint8 payload_type, guint16 seqnum);

/* Returns: (transfer full): @n packets, numbered from @first on */
GstBufferList *packets_new (guint first, guint n);

/* Returns: (transfer full): their sequence numbers: "1 2 3" */
gchar *packets_to_string (GstBufferList * list);

/* Returns: (transfer full): a UDP host candidate */
GstIceCandidate *candidate_new (const gchar * address, guint port,
    guint component);

/* Adds an m-line of a peer, with credentials and without candidates. */
GstIceMediaDescription *add_media (GstIceDescription * description,
    const gchar * mid, const gchar * caps);
void add_candidate (GstIceMediaDescription * media, const gchar * address,
    guint port);

/* Adds a ready claim. @caps: (nullable) */
GstIceClaim *claim_full (GstIceClaims * claims, const gchar * name,
    GstIceDirection direction, GstIceComponent component, const gchar * mid, GstIceMediaKind kind, const gchar * caps);
GstIceClaim *claim_sink (GstIceClaims * claims, const gchar * name,
    GstIceMediaKind kind, const gchar * caps);
GstIceClaim *claim_src (GstIceClaims * claims, const gchar * name,
    GstIceMediaKind kind, const gchar * caps);

/* A streaming thread that makes one call to a sender or receiver. */
typedef struct
{
  gpointer half;                /* GstIceSender or GstIceReceiver */
  GstBufferList *list;
  GThread *thread;
  GstFlowReturn flow;
} Streaming;

gpointer run_wait_route (gpointer streaming);
gpointer run_send (gpointer streaming);
gpointer run_receive (gpointer streaming);
void streaming_start (Streaming * streaming, GThreadFunc func,
    gpointer half, GstBufferList * list);
GstFlowReturn streaming_join (Streaming * streaming);
