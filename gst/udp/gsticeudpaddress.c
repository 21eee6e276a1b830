/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* IPv4 and IPv6 transport addresses as values. */

#include "config.h"

#include "gsticeudpaddress.h"

#include <arpa/inet.h>
#include <string.h>

gboolean
gst_ice_udp_address_set (GstIceUdpAddress * self, const struct sockaddr *from,
    gsize size)
{
  memset (self, 0, sizeof (*self));

  if (from->sa_family == AF_INET && size >= sizeof (self->in)) {
    const struct sockaddr_in *in = (const struct sockaddr_in *) from;

    /* Not as a block of memory: sin_zero may hold anything. */
    self->in.sin_family = AF_INET;
    self->in.sin_port = in->sin_port;
    self->in.sin_addr = in->sin_addr;
    return TRUE;
  }
  if (from->sa_family == AF_INET6 && size >= sizeof (self->in6)) {
    memcpy (&self->in6, from, sizeof (self->in6));
    return TRUE;
  }
  return FALSE;
}

gboolean
gst_ice_udp_address_set_text (GstIceUdpAddress * self, const gchar * address,
    guint16 port)
{
  memset (self, 0, sizeof (*self));

  if (inet_pton (AF_INET, address, &self->in.sin_addr) == 1) {
    self->in.sin_family = AF_INET;
    self->in.sin_port = htons (port);
    return TRUE;
  }
  if (inet_pton (AF_INET6, address, &self->in6.sin6_addr) == 1) {
    self->in6.sin6_family = AF_INET6;
    self->in6.sin6_port = htons (port);
    return TRUE;
  }
  return FALSE;
}

socklen_t
gst_ice_udp_address_size (const GstIceUdpAddress * self)
{
  return self->any.sa_family == AF_INET ? sizeof (self->in)
      : sizeof (self->in6);
}

guint16
gst_ice_udp_address_port (const GstIceUdpAddress * self)
{
  return ntohs (self->any.sa_family == AF_INET ? self->in.sin_port
      : self->in6.sin6_port);
}

gboolean
gst_ice_udp_address_equal (const GstIceUdpAddress * a,
    const GstIceUdpAddress * b)
{
  if (a->any.sa_family != b->any.sa_family)
    return FALSE;
  if (a->any.sa_family == AF_INET) {
    return a->in.sin_port == b->in.sin_port
        && a->in.sin_addr.s_addr == b->in.sin_addr.s_addr;
  }
  return a->in6.sin6_port == b->in6.sin6_port
      && memcmp (&a->in6.sin6_addr, &b->in6.sin6_addr,
      sizeof (a->in6.sin6_addr)) == 0;
}

const gchar *
gst_ice_udp_address_to_text (const GstIceUdpAddress * self,
    gchar text[GST_ICE_UDP_ADDRESS_TEXT_SIZE])
{
  gchar address[INET6_ADDRSTRLEN] = "?";
  guint16 port = gst_ice_udp_address_port (self);

  if (self->any.sa_family == AF_INET) {
    inet_ntop (AF_INET, &self->in.sin_addr, address, sizeof (address));
    g_snprintf (text, GST_ICE_UDP_ADDRESS_TEXT_SIZE, "%s:%u", address, port);
  } else {
    inet_ntop (AF_INET6, &self->in6.sin6_addr, address, sizeof (address));
    g_snprintf (text, GST_ICE_UDP_ADDRESS_TEXT_SIZE, "[%s]:%u", address, port);
  }
  return text;
}
