/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Whether an HTTP client is on this host, and which of its candidates that allows. */

#include "config.h"

#include "gsticehttppeer.h"

#include "gsticehttpaddress.h"
#include "gsticelog.h"

#include <string.h>

GST_ICE_LOG_CATEGORY (gst_ice_http_peer_log, "icehttppeer",
    "ICE over HTTP: where the peer is");
#define GST_CAT_DEFAULT gst_ice_http_peer_log ()

static gboolean
is_local (SoupServerMessage * message)
{
  SoupMessageHeaders *headers =
      soup_server_message_get_request_headers (message);

  if (soup_message_headers_get_list (headers, "X-Forwarded-For") != NULL
      || soup_message_headers_get_list (headers, "Forwarded") != NULL)
    return FALSE;
  return gst_ice_http_address_same_host (soup_server_message_get_local_address
      (message), soup_server_message_get_remote_address (message));
}

/* "127.0.0.1", "::1", and IPv4 that is written as IPv6 (RFC 4291, 2.5.5.2) */
static gboolean
is_loopback (const gchar * text)
{
  static const guint8 mapped[13] = {[10] = 0xff,[11] = 0xff,[12] = 127 };
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (text);

  if (address == NULL)
    return FALSE;
  return g_inet_address_get_is_loopback (address)
      || (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6
      && memcmp (g_inet_address_to_bytes (address), mapped,
          sizeof mapped) == 0);
}

void
gst_ice_http_peer_drop_loopback (SoupServerMessage * message,
    GstIceDescription * description)
{
  guint n_dropped = 0;

  if (is_local (message))
    return;

  for (guint i = 0; i < description->media->len; i++) {
    GPtrArray *candidates =
        gst_ice_description_get_media (description, i)->candidates;

    for (guint n = candidates->len; n > 0; n--) {
      const GstIceCandidate *candidate = g_ptr_array_index (candidates, n - 1);

      if (!is_loopback (candidate->address))
        continue;
      g_ptr_array_remove_index (candidates, n - 1);
      n_dropped++;
    }
  }
  if (n_dropped > 0)
    GST_INFO ("%u loopback candidates of a peer on another host are left out",
        n_dropped);
}
