/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The frames of WebSocket (RFC 6455, 5) as a server sees them: converts
 * bytes to frames, with a limit on the size of a message, and frames to
 * bytes. */

#include "config.h"

#include "rdvframe.h"

#include <string.h>

#define MAX_CONTROL_PAYLOAD 125 /* RFC 6455, 5.5 */

void
rdv_frame_reader_init (RdvFrameReader * reader, gsize max_message)
{
  memset (reader, 0, sizeof *reader);
  reader->max_message = max_message;
}

void
rdv_frame_reader_clear (RdvFrameReader * reader)
{
  g_clear_pointer (&reader->input, g_byte_array_unref);
  g_clear_pointer (&reader->fragments, g_byte_array_unref);
  reader->at = 0;
}

void
rdv_frame_reader_push (RdvFrameReader * reader, const guint8 * data,
    gsize length)
{
  if (!reader->input)
    reader->input = g_byte_array_sized_new (length);
  if (reader->at > 0) {
    g_byte_array_remove_range (reader->input, 0, reader->at);
    reader->at = 0;
  }
  g_byte_array_append (reader->input, data, length);
}

static RdvFrameRead
fail (RdvFrame * frame, RdvCloseCode code)
{
  frame->error = code;
  return RDV_FRAME_READ_ERROR;
}

/* Returns: the size of the header, 0 when it is incomplete. The length may
 *     be any 64 bits that the peer claims. */
static gsize
read_length (const guint8 * header, gsize available, guint64 * length)
{
  gsize i, n_bytes = (header[1] & 0x7f) == 126 ? 2 :
      (header[1] & 0x7f) == 127 ? 8 : 0;

  if (available < 2 + n_bytes + 4)
    return 0;
  *length = n_bytes ? 0 : header[1] & 0x7f;
  for (i = 0; i < n_bytes; i++)
    *length = *length << 8 | header[2 + i];
  return 2 + n_bytes + 4;
}

static void
unmask (guint8 * payload, gsize length, const guint8 * mask)
{
  gsize i;

  for (i = 0; i < length; i++)
    payload[i] ^= mask[i & 3];
}

/* Takes a data frame: returns whole messages, collects fragments. */
static RdvFrameRead
take_data (RdvFrameReader * reader, RdvFrame * frame, gboolean final,
    guint8 opcode)
{
  gboolean continues = opcode == 0;

  if (continues != (reader->fragments != NULL))
    return fail (frame, RDV_CLOSE_PROTOCOL_ERROR);
  if (!continues && final)
    return RDV_FRAME_READ_ONE;

  if (!continues) {
    reader->fragments = g_byte_array_new ();
    reader->fragments_type = opcode;
  }
  g_byte_array_append (reader->fragments, frame->payload, frame->length);
  if (!final)
    return RDV_FRAME_READ_MORE;

  /* The bytes stay in the input, so one owner is enough. */
  g_byte_array_remove_range (reader->input, 0, reader->at);
  g_byte_array_prepend (reader->input, reader->fragments->data,
      reader->fragments->len);
  reader->at = reader->fragments->len;
  frame->type = reader->fragments_type;
  frame->payload = reader->input->data;
  frame->length = reader->at;
  g_clear_pointer (&reader->fragments, g_byte_array_unref);
  return RDV_FRAME_READ_ONE;
}

static RdvFrameRead
read_frame (RdvFrameReader * reader, RdvFrame * frame, gboolean * more)
{
  gsize available = reader->input->len - reader->at;
  guint8 *header = reader->input->data + reader->at;
  gsize held = reader->fragments ? reader->fragments->len : 0;
  gboolean final, control;
  gsize header_size;
  guint64 length;
  guint8 opcode;

  *more = FALSE;
  if (available < 2)
    return RDV_FRAME_READ_MORE;

  final = (header[0] & 0x80) != 0;
  opcode = header[0] & 0x0f;
  control = (opcode & 0x8) != 0;
  /* No extension was agreed, and a client must mask. */
  if ((header[0] & 0x70) || !(header[1] & 0x80) || opcode > 0xa ||
      (opcode > 0x2 && opcode < 0x8))
    return fail (frame, RDV_CLOSE_PROTOCOL_ERROR);
  if (control && (!final || (header[1] & 0x7f) > MAX_CONTROL_PAYLOAD))
    return fail (frame, RDV_CLOSE_PROTOCOL_ERROR);

  header_size = read_length (header, available, &length);
  if (header_size == 0)
    return RDV_FRAME_READ_MORE;
  /* Checked before the payload comes, so that a too long one is never kept. */
  if (!control && (length > reader->max_message
          || length + held > reader->max_message))
    return fail (frame, RDV_CLOSE_TOO_BIG);
  if (available - header_size < length)
    return RDV_FRAME_READ_MORE;

  unmask (header + header_size, length, header + header_size - 4);
  frame->type = opcode;
  frame->payload = header + header_size;
  frame->length = length;
  reader->at += header_size + length;
  *more = TRUE;
  return control ? RDV_FRAME_READ_ONE :
      take_data (reader, frame, final, opcode);
}

RdvFrameRead
rdv_frame_reader_next (RdvFrameReader * reader, RdvFrame * frame)
{
  RdvFrameRead result;
  gboolean more;

  if (!reader->input)
    return RDV_FRAME_READ_MORE;

  do
    result = read_frame (reader, frame, &more);
  while (result == RDV_FRAME_READ_MORE && more);

  /* Thousands of peers are idle most of the time, so they keep no memory. */
  if (result == RDV_FRAME_READ_MORE && reader->at == reader->input->len) {
    g_clear_pointer (&reader->input, g_byte_array_unref);
    reader->at = 0;
  }
  return result;
}

GBytes *
rdv_frame_build (RdvFrameType type, gconstpointer payload, gsize length)
{
  guint8 header[10] = { 0x80 | type };
  gsize header_size = 2;
  GByteArray *frame;
  guint i;

  if (length <= 125) {
    header[1] = length;
  } else if (length <= G_MAXUINT16) {
    header[1] = 126;
    header[2] = length >> 8;
    header[3] = length & 0xff;
    header_size = 4;
  } else {
    header[1] = 127;
    for (i = 0; i < 8; i++)
      header[2 + i] = (guint64) length >> (56 - 8 * i) & 0xff;
    header_size = 10;
  }
  frame = g_byte_array_sized_new (header_size + length);
  g_byte_array_append (frame, header, header_size);
  g_byte_array_append (frame, payload, length);
  return g_byte_array_free_to_bytes (frame);
}

GBytes *
rdv_frame_build_close (RdvCloseCode code, const char *reason)
{
  guint8 payload[MAX_CONTROL_PAYLOAD] = { code >> 8, code & 0xff };
  gsize length = 0;

  if (reason) {
    length = MIN (strlen (reason), sizeof payload - 2);
    memcpy (payload + 2, reason, length);
  }
  return rdv_frame_build (RDV_FRAME_CLOSE, payload, 2 + length);
}
