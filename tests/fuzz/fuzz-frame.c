/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What a client sends to the rendezvous server: WebSocket frames (RFC 6455), and the JSON
 * of those that are text. */

#include "config.h"

#include "fuzz.h"

#include "rdvframe.h"
#include "rdvmessage.h"

#define MAX_MESSAGE 4096

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  return 0;
}

static void
read_message (const RdvFrame * frame)
{
  g_autoptr (GError) error = NULL;
  RdvMessage *message = rdv_message_parse ((const char *) frame->payload,
      (gssize) frame->length, &error);

  g_assert_true ((message == NULL) == (error != NULL));
  if (message != NULL)
    rdv_message_free (message);
}

/* Reads all frames. Returns: how many came before the end, or the error */
static guint
read_all (RdvFrameReader * reader, gboolean * failed)
{
  RdvFrame frame;
  RdvFrameRead read;
  guint n = 0;

  while ((read = rdv_frame_reader_next (reader, &frame)) == RDV_FRAME_READ_ONE) {
    n++;
    g_assert_cmpuint (frame.length, <=, MAX_MESSAGE);
    if (frame.type == RDV_FRAME_TEXT && frame.length > 0)
      read_message (&frame);
  }
  *failed = read == RDV_FRAME_READ_ERROR;
  return n;
}

/* The frames are the same however the bytes arrive. */
int
LLVMFuzzerTestOneInput (const uint8_t * data, size_t size)
{
  RdvFrameReader whole, bytewise;
  gboolean failed = FALSE, failed_bytewise = FALSE;
  guint n, n_bytewise = 0;

  rdv_frame_reader_init (&whole, MAX_MESSAGE);
  rdv_frame_reader_push (&whole, data, size);
  n = read_all (&whole, &failed);
  rdv_frame_reader_clear (&whole);

  rdv_frame_reader_init (&bytewise, MAX_MESSAGE);
  for (size_t i = 0; i < size && !failed_bytewise; i++) {
    rdv_frame_reader_push (&bytewise, data + i, 1);
    n_bytewise += read_all (&bytewise, &failed_bytewise);
  }
  rdv_frame_reader_clear (&bytewise);

  g_assert_cmpuint (n, ==, n_bytewise);
  g_assert_cmpint (failed, ==, failed_bytewise);
  return 0;
}
