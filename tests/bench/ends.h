/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define ENDS_CAPS "application/x-rtp, media=video, encoding-name=VP8, " \
    "clock-rate=90000, payload=96"
#define ENDS_PACKET_SIZE 1200

/* A sender and a receiver of one kind, in this process, with a way between them. */
typedef struct
{
  GstElement *sender, *receiver;        /* pipelines, or NULL: there is none */
  GstPad *out;                  /* what is pushed here is sent */
  GstPad *in;                   /* (transfer none): where it comes out */
  gint raw_fd;                  /* of the kinds without elements, or -1 */
  gint received;                /* atomic: packets */
  gint64 arrived_us;            /* when the last single one did; read after received */
} Ends;

/* @kind: "null", "udp", "nice" or "ice"; @from, @to: addresses; @from_device,
 * @to_device: that have them
 * Returns: (transfer full): the two, connected; exits with a message if they can't */
Ends *ends_new (const gchar * kind, const gchar * from,
    const gchar * from_device, const gchar * to, const gchar * to_device)
    G_GNUC_WARN_UNUSED_RESULT;

/* Sends packets in lists of @length until there are @n_packets. */
void ends_push (Ends * self, guint length, guint n_packets);

G_END_DECLS
