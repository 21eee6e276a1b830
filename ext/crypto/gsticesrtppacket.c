/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Finds the parts of an SRTP or SRTCP packet: head, payload, index, MKI and
 * tag. */

#include "config.h"

#include "gsticesrtppacket.h"

#include "gsticesrtpbytes.h"

#include <string.h>

#define RTP_HEAD_BYTES 12
#define RTCP_HEAD_BYTES 8
#define EXTENSION_HEAD_BYTES 4
#define INDEX_BYTES 4

const gchar *
gst_ice_srtp_status_get_name (GstIceSrtpStatus status)
{
  static const gchar *const names[GST_ICE_SRTP_N_STATUSES] = {
    "ok", "malformed", "replayed", "too-old", "bad-tag", "unknown-mki",
    "not-encrypted", "source-limit", "key-expired", "failed"
  };

  return names[status];
}

/* Payload type 64 without the marker is RTP: the test vectors of RFC 7714
 * use it. */
gboolean
gst_ice_srtp_packet_is_rtcp (const guint8 * head)
{
  return head[1] >= 192 && head[1] <= 223;
}

static guint
get_tag_bytes (const GstIceSrtpSuiteInfo * suite, gboolean rtcp)
{
  return rtcp ? suite->rtcp_tag_bytes : suite->rtp_tag_bytes;
}

gsize
gst_ice_srtp_packet_get_overhead (const GstIceSrtpSuiteInfo * suite,
    guint mki_bytes, gboolean rtcp)
{
  return (rtcp ? INDEX_BYTES : 0) + mki_bytes + get_tag_bytes (suite, rtcp);
}

/* RFC 7714, 8.2 and 9.2: with GCM the tag comes first and the MKI last. RFC
 * 3711, 3.1 and 3.4: with HMAC the tag comes last. */
void
gst_ice_srtp_packet_lay_out (GstIceSrtpPacket * self,
    const GstIceSrtpSuiteInfo * suite, guint mki_bytes)
{
  guint8 *at = self->data + self->clear_bytes;

  if (suite->aead) {
    self->tag = at;
    at += get_tag_bytes (suite, self->rtcp);
  }
  self->index_field = self->rtcp ? at : NULL;
  if (self->rtcp)
    at += INDEX_BYTES;
  self->mki = at;
  if (!suite->aead)
    self->tag = at + mki_bytes;
}

/* @known: how many bytes of @head there are: at least the fixed ones
 * Returns: the length of the head, as far as these bytes tell */
static gsize
get_rtp_head_bytes (const guint8 * head, gsize known)
{
  const gsize n_bytes = RTP_HEAD_BYTES + 4 * (gsize) (head[0] & 0x0f);

  if ((head[0] & 0x10) == 0)
    return n_bytes;
  if (known < n_bytes + EXTENSION_HEAD_BYTES)
    return n_bytes + EXTENSION_HEAD_BYTES;
  return n_bytes + EXTENSION_HEAD_BYTES +
      4 * (gsize) gst_ice_srtp_read_16 (head + n_bytes + 2);
}

gboolean
gst_ice_srtp_packet_read_head (GstIceSrtpPacket * self, GstIceSrtpReader * in)
{
  gsize known = 0;
  gsize needed = self->rtcp ? RTCP_HEAD_BYTES : RTP_HEAD_BYTES;

  while (known < needed) {
    if (needed > self->clear_bytes)
      return FALSE;
    if (in != NULL)
      gst_ice_srtp_reader_copy (in, self->data + known, needed - known);
    known = needed;
    if (!self->rtcp)
      needed = get_rtp_head_bytes (self->data, known);
  }
  self->head_bytes = known;
  self->ssrc = gst_ice_srtp_read_32 (self->data + (self->rtcp ? 4 : 8));
  return self->data[0] >> 6 == 2;
}

const guint8 *
gst_ice_srtp_reader_next (GstIceSrtpReader * self, gsize n_bytes, gsize * size)
{
  const guint8 *data;

  while (self->offset == self->piece->size) {
    self->piece++;
    self->offset = 0;
  }
  data = self->piece->data + self->offset;
  *size = MIN (self->piece->size - self->offset, n_bytes);
  self->offset += *size;
  return data;
}

void
gst_ice_srtp_reader_copy (GstIceSrtpReader * self, guint8 * out, gsize n_bytes)
{
  while (n_bytes > 0) {
    gsize size;
    const guint8 *data = gst_ice_srtp_reader_next (self, n_bytes, &size);

    memcpy (out, data, size);
    out += size;
    n_bytes -= size;
  }
}
