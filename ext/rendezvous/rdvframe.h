/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The frames of RFC 6455 as a server sees them. Pure: bytes go in, frames
 * come out. libsoup 3.2's own connection limits neither a fragmented message
 * nor its output queue with the pongs. */

typedef enum
{
  RDV_FRAME_TEXT = 0x1,
  RDV_FRAME_BINARY = 0x2,
  RDV_FRAME_CLOSE = 0x8,
  RDV_FRAME_PING = 0x9,
  RDV_FRAME_PONG = 0xa,
} RdvFrameType;

typedef enum
{
  RDV_CLOSE_NORMAL = 1000,
  RDV_CLOSE_GOING_AWAY = 1001,
  RDV_CLOSE_PROTOCOL_ERROR = 1002,
  RDV_CLOSE_UNSUPPORTED = 1003,
  RDV_CLOSE_NO_STATUS = 1005,
  RDV_CLOSE_ABNORMAL = 1006,
  RDV_CLOSE_BAD_DATA = 1007,
  RDV_CLOSE_POLICY = 1008,
  RDV_CLOSE_TOO_BIG = 1009,
} RdvCloseCode;

/* Collects what arrives. Holds no memory between messages. */
typedef struct
{
  GByteArray *input;            /* NULL when empty: bytes of unfinished frames */
  gsize at;                     /* bytes of input used up */
  GByteArray *fragments;        /* NULL outside a fragmented message */
  guint8 fragments_type;
  gsize max_message;            /* bytes of one message */
} RdvFrameReader;

typedef enum
{
  RDV_FRAME_READ_MORE,          /* no whole frame is there yet */
  RDV_FRAME_READ_ONE,
  RDV_FRAME_READ_ERROR,         /* the connection cannot go on */
} RdvFrameRead;

/* @payload points into the reader, until its next call. */
typedef struct
{
  RdvFrameType type;
  const guint8 *payload;
  gsize length;
  RdvCloseCode error;           /* of RDV_FRAME_READ_ERROR */
} RdvFrame;

void rdv_frame_reader_init (RdvFrameReader * reader, gsize max_message);
void rdv_frame_reader_clear (RdvFrameReader * reader);
void rdv_frame_reader_push (RdvFrameReader * reader, const guint8 * data,
    gsize length);
RdvFrameRead rdv_frame_reader_next (RdvFrameReader * reader, RdvFrame * frame);

/* Returns: (transfer full): an unmasked frame with the whole message */
GBytes *rdv_frame_build (RdvFrameType type, gconstpointer payload, gsize length)
    G_GNUC_WARN_UNUSED_RESULT;

/* @reason: (nullable): cut to what a control frame can hold
 *
 * Returns: (transfer full): a close frame */
GBytes *rdv_frame_build_close (RdvCloseCode code, const char *reason)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
