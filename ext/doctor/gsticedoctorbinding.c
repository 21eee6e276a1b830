/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Asks a STUN server by UDP where it sees a socket of this machine. */

#include "config.h"

#include "gsticedoctorbinding.h"

#include "gsticeudpstun.h"

#include <arpa/inet.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEADER_BYTES 20
#define ATTRIBUTE_BYTES 4
#define MAGIC_COOKIE 0x2112a442u        /* RFC 8489, 5 */
#define CHANGE_REQUEST 0x0003   /* RFC 5780, 7.2 */
#define OTHER_ADDRESS 0x802c    /* RFC 5780, 7.4 */
#define MAX_REQUEST_BYTES (HEADER_BYTES + ATTRIBUTE_BYTES + 4)

#define N_TRIES 4
#define TRY_MS 150

gint
gst_ice_doctor_binding_open (gint family, guint port)
{
  GstIceUdpAddress local;
  const gint fd = socket (family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  if (fd < 0)
    return -1;
  gst_ice_udp_address_set_text (&local, family == AF_INET ? "0.0.0.0" : "::",
      (guint16) port);
  if (bind (fd, &local.any, gst_ice_udp_address_size (&local)) != 0) {
    close (fd);
    return -1;
  }
  return fd;
}

/* Returns: how many bytes of @message the request has */
static gsize
build_request (GstIceDoctorFrom from, guint8 message[MAX_REQUEST_BYTES])
{
  const gsize body = from != GST_ICE_DOCTOR_FROM_WHERE_ASKED ?
      ATTRIBUTE_BYTES + 4 : 0;

  GST_WRITE_UINT16_BE (message, GST_ICE_UDP_STUN_REQUEST);
  GST_WRITE_UINT16_BE (message + 2, body);
  GST_WRITE_UINT32_BE (message + 4, MAGIC_COOKIE);
  gst_ice_udp_stun_randomise (message + 8, GST_ICE_UDP_STUN_ID_SIZE);
  if (body > 0) {
    GST_WRITE_UINT16_BE (message + HEADER_BYTES, CHANGE_REQUEST);
    GST_WRITE_UINT16_BE (message + HEADER_BYTES + 2, 4);
    GST_WRITE_UINT32_BE (message + HEADER_BYTES + ATTRIBUTE_BYTES, from);
  }
  return HEADER_BYTES + body;
}

/* @value: of an attribute like MAPPED-ADDRESS (RFC 8489, 14.1) */
static gboolean
read_address (const guint8 * value, gsize size, GstIceUdpAddress * address)
{
  gchar text[INET6_ADDRSTRLEN];
  gint family;

  if (size == 8 && value[1] == 1)
    family = AF_INET;
  else if (size == 20 && value[1] == 2)
    family = AF_INET6;
  else
    return FALSE;
  return inet_ntop (family, value + 4, text, sizeof (text)) != NULL &&
      gst_ice_udp_address_set_text (address, text, GST_READ_UINT16_BE (value +
          2));
}

/* @answer: that gst_ice_udp_stun_parse() took, so every attribute's head and size fit */
static void
find_other (const GstIceUdpStun * answer, GstIceDoctorBinding * result)
{
  gsize offset = HEADER_BYTES;

  while (offset + ATTRIBUTE_BYTES <= answer->size_bytes) {
    const guint8 *at = answer->data + offset;
    const gsize size = GST_READ_UINT16_BE (at + 2);

    if (offset + ATTRIBUTE_BYTES + size > answer->size_bytes)
      return;
    if (GST_READ_UINT16_BE (at) == OTHER_ADDRESS)
      result->has_other = read_address (at + ATTRIBUTE_BYTES, size,
          &result->other);
    offset += ATTRIBUTE_BYTES + (size + 3) / 4 * 4;
  }
}

/* Returns: whether @data is the answer to the request with @id */
static gboolean
take_answer (const guint8 * data, gsize size, const guint8 * id,
    GstIceDoctorBinding * result)
{
  GstIceUdpStun answer;

  if (!gst_ice_udp_stun_parse (&answer, data, size) ||
      answer.type != GST_ICE_UDP_STUN_SUCCESS ||
      memcmp (answer.id, id, GST_ICE_UDP_STUN_ID_SIZE) != 0 ||
      !gst_ice_udp_stun_get_mapped (&answer, &result->mapped))
    return FALSE;
  find_other (&answer, result);
  return TRUE;
}

/* Returns: whether the answer came within @timeout_ms */
static gboolean
await_answer (gint fd, const guint8 * id, gint timeout_ms,
    GstIceDoctorBinding * result)
{
  const gint64 until = g_get_monotonic_time () +
      timeout_ms * G_TIME_SPAN_MILLISECOND;
  struct pollfd waited = {.fd = fd,.events = POLLIN };
  guint8 data[GST_ICE_UDP_STUN_MAX_SIZE];
  gint64 left_us;

  while ((left_us = until - g_get_monotonic_time ()) > 0) {
    gssize size;

    if (poll (&waited, 1, (gint) (left_us / 1000) + 1) <= 0)
      continue;
    /* An ICMP error is one too: another answer may still come. */
    size = recv (fd, data, sizeof (data), MSG_DONTWAIT);
    if (size > 0 && take_answer (data, (gsize) size, id, result))
      return TRUE;
  }
  return FALSE;
}

gboolean
gst_ice_doctor_binding_ask (gint fd, const GstIceUdpAddress * server,
    GstIceDoctorFrom from, GstIceDoctorBinding * result)
{
  guint8 request[MAX_REQUEST_BYTES];
  const gsize size = build_request (from, request);

  for (guint i = 0; i < N_TRIES; i++) {
    const gint64 sent = g_get_monotonic_time ();

    *result = (GstIceDoctorBinding) {
    0};
    (void) sendto (fd, request, size, 0, &server->any,
        gst_ice_udp_address_size (server));
    if (await_answer (fd, request + 8, TRY_MS, result)) {
      result->rtt_ms = (g_get_monotonic_time () - sent) / 1000.0;
      return TRUE;
    }
  }
  return FALSE;
}
