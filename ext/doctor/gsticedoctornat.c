/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Finds out what kind of NAT is between this machine and a STUN server (RFC 5780). */

#include "config.h"

#include "gsticedoctornat.h"

#include "gsticedoctorbinding.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

static void
set_port (GstIceUdpAddress * address, guint16 port)
{
  if (address->any.sa_family == AF_INET)
    address->in.sin_port = htons (port);
  else
    address->in6.sin6_port = htons (port);
}

/* The address that the kernel sends to @server from: a socket on any address has none. */
static void
find_local (gint fd, const GstIceUdpAddress * server, GstIceUdpAddress * local)
{
  const gint probe = socket (server->any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC,
      0);
  GstIceUdpAddress bound = { 0 };
  socklen_t size = sizeof (*local);

  getsockname (fd, &bound.any, &size);
  size = sizeof (*local);
  if (probe >= 0 && connect (probe, &server->any,
          gst_ice_udp_address_size (server)) == 0)
    getsockname (probe, &local->any, &size);
  if (probe >= 0)
    close (probe);
  set_port (local, gst_ice_udp_address_port (&bound));
}

/* RFC 5780, 4.3: the mapping toward another address, then toward another port of it. */
static GstIceDoctorBehaviour
discover_mapping (gint fd, const GstIceDoctorBinding * first,
    const GstIceUdpAddress * server)
{
  GstIceDoctorBinding by_address, by_port;
  GstIceUdpAddress to = first->other;

  set_port (&to, gst_ice_udp_address_port (server));
  if (!gst_ice_doctor_binding_ask (fd, &to, GST_ICE_DOCTOR_FROM_WHERE_ASKED,
          &by_address))
    return GST_ICE_DOCTOR_UNKNOWN;
  if (!gst_ice_doctor_binding_ask (fd, &first->other,
          GST_ICE_DOCTOR_FROM_WHERE_ASKED, &by_port))
    return GST_ICE_DOCTOR_UNKNOWN;
  if (!gst_ice_udp_address_equal (&by_address.mapped, &by_port.mapped))
    return GST_ICE_DOCTOR_ADDRESS_AND_PORT_DEPENDENT;
  return gst_ice_udp_address_equal (&first->mapped, &by_address.mapped) ?
      GST_ICE_DOCTOR_ENDPOINT_INDEPENDENT : GST_ICE_DOCTOR_ADDRESS_DEPENDENT;
}

/* RFC 5780, 4.4. The socket has sent to one address and port only. */
static GstIceDoctorBehaviour
discover_filtering (const GstIceUdpAddress * server)
{
  const gint fd = gst_ice_doctor_binding_open (server->any.sa_family, 0);
  GstIceDoctorBehaviour filtering = GST_ICE_DOCTOR_UNKNOWN;
  GstIceDoctorBinding binding;

  if (fd < 0)
    return GST_ICE_DOCTOR_UNKNOWN;
  if (gst_ice_doctor_binding_ask (fd, server, GST_ICE_DOCTOR_FROM_WHERE_ASKED,
          &binding)) {
    if (gst_ice_doctor_binding_ask (fd, server,
            GST_ICE_DOCTOR_FROM_OTHER_ADDRESS | GST_ICE_DOCTOR_FROM_OTHER_PORT,
            &binding))
      filtering = GST_ICE_DOCTOR_ENDPOINT_INDEPENDENT;
    else if (gst_ice_doctor_binding_ask (fd, server,
            GST_ICE_DOCTOR_FROM_OTHER_PORT, &binding))
      filtering = GST_ICE_DOCTOR_ADDRESS_DEPENDENT;
    else
      filtering = GST_ICE_DOCTOR_ADDRESS_AND_PORT_DEPENDENT;
  }
  close (fd);
  return filtering;
}

/* Of two servers one can say whether the mapping is the same toward both, and no more. */
static GstIceDoctorBehaviour
compare_servers (gint fd, const GstIceDoctorBinding * first,
    const GstIceUdpAddress * second)
{
  GstIceDoctorBinding binding;

  if (second == NULL || !gst_ice_doctor_binding_ask (fd, second,
          GST_ICE_DOCTOR_FROM_WHERE_ASKED, &binding))
    return GST_ICE_DOCTOR_UNKNOWN;
  return gst_ice_udp_address_equal (&first->mapped, &binding.mapped) ?
      GST_ICE_DOCTOR_ENDPOINT_INDEPENDENT :
      GST_ICE_DOCTOR_ADDRESS_AND_PORT_DEPENDENT;
}

void
gst_ice_doctor_nat_discover (GstIceDoctorNat * self,
    const GstIceUdpAddress * server, const GstIceUdpAddress * second)
{
  const gint fd = gst_ice_doctor_binding_open (server->any.sa_family, 0);
  GstIceDoctorBinding first;

  *self = (GstIceDoctorNat) {
  0};
  if (fd < 0)
    return;
  find_local (fd, server, &self->local);
  if (gst_ice_doctor_binding_ask (fd, server, GST_ICE_DOCTOR_FROM_WHERE_ASKED,
          &first)) {
    self->answered = TRUE;
    self->rtt_ms = first.rtt_ms;
    self->mapped = first.mapped;
    self->translated = !gst_ice_udp_address_equal (&self->local, &self->mapped);
    if (first.has_other) {
      self->mapping = discover_mapping (fd, &first, server);
      self->filtering = discover_filtering (server);
    } else {
      self->mapping = compare_servers (fd, &first, second);
    }
  }
  close (fd);
}

const gchar *
gst_ice_doctor_behaviour_to_text (GstIceDoctorBehaviour behaviour)
{
  static const gchar *const texts[] = {
    "unknown", "endpoint-independent", "address-dependent",
    "address-and-port-dependent",
  };

  return texts[behaviour];
}

const gchar *
gst_ice_doctor_nat_get_name (const GstIceDoctorNat * self)
{
  if (!self->answered)
    return "unknown";
  if (!self->translated)
    return "none";
  switch (self->mapping) {
    case GST_ICE_DOCTOR_ENDPOINT_INDEPENDENT:
      break;
    case GST_ICE_DOCTOR_UNKNOWN:
      return "unknown";
    default:
      return "symmetric";
  }
  switch (self->filtering) {
    case GST_ICE_DOCTOR_ENDPOINT_INDEPENDENT:
      return "full cone";
    case GST_ICE_DOCTOR_ADDRESS_DEPENDENT:
      return "restricted cone";
    case GST_ICE_DOCTOR_ADDRESS_AND_PORT_DEPENDENT:
      return "port-restricted cone";
    default:
      return "cone";
  }
}
