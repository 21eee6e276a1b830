/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Who an HTTP client is: its address and headers; whether it is on this host, and which of its
 * candidates that allows. */

#include "config.h"

#include "gsticehttppeer.h"

#include "gsticehttpaddress.h"
#include "gsticelog.h"
#include "gsticesdpnames.h"

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

/* Of headers that an application is shown. */
#define MAX_HEADERS 64
#define MAX_NAME_BYTES 64

/* Those by which a peer proves who it is are the listener's own business. */
static gboolean
is_secret (const gchar * name)
{
  return g_ascii_strcasecmp (name, "Authorization") == 0
      || g_ascii_strcasecmp (name, "Proxy-Authorization") == 0
      || g_ascii_strcasecmp (name, "Cookie") == 0;
}

/* Shown also when strangers have used up all names that they may bring. */
static const gchar *const usual[] = {
  "Host", "User-Agent", "Origin", "Referer", "Accept", "Accept-Language",
  "Accept-Encoding", "Content-Type", "Content-Length", "Connection",
  "Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host",
  "X-Forwarded-Prefix", "X-Real-IP", "X-Request-ID", "Via", "DNT",
  "Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest",
};

static void
know_usual (void)
{
  static gsize done = 0;

  if (!g_once_init_enter (&done))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (usual); i++)
    g_quark_from_static_string (usual[i]);
  g_once_init_leave (&done, 1);
}

/* GLib keeps the name of a field for the life of the process. */
static gboolean
may_show (const gchar * name)
{
  know_usual ();
  return !is_secret (name) && strlen (name) <= MAX_NAME_BYTES &&
      gst_ice_sdp_may_name (name);
}

static GstStructure *
copy_headers (SoupMessageHeaders * headers)
{
  GstStructure *copy = gst_structure_new_empty ("headers");
  SoupMessageHeadersIter iter;
  const gchar *name, *value;
  guint n = 0;

  soup_message_headers_iter_init (&iter, headers);
  while (n++ < MAX_HEADERS
      && soup_message_headers_iter_next (&iter, &name, &value)) {
    if (may_show (name) && g_utf8_validate (value, -1, NULL))
      gst_structure_set (copy, name, G_TYPE_STRING, value, NULL);
  }
  return copy;
}

/* Returns: (transfer full) (nullable): the address that a proxy on this host names */
static gchar *
get_forwarded (SoupServerMessage * message)
{
  const gchar *list = soup_message_headers_get_list
      (soup_server_message_get_request_headers (message), "X-Forwarded-For");
  const gchar *comma = list != NULL ? strrchr (list, ',') : NULL;
  g_autofree gchar *last = g_strdup (comma != NULL ? comma + 1 : list);
  g_autoptr (GInetAddress) inet = NULL;

  if (last == NULL || !gst_ice_http_address_same_host
      (soup_server_message_get_local_address (message),
          soup_server_message_get_remote_address (message)))
    return NULL;
  inet = g_inet_address_new_from_string (g_strstrip (last));
  return inet != NULL ? g_inet_address_to_string (inet) : NULL;
}

static gchar *
get_address (SoupServerMessage * message)
{
  GSocketAddress *address = soup_server_message_get_remote_address (message);
  gchar *forwarded = get_forwarded (message);

  if (forwarded != NULL || !G_IS_INET_SOCKET_ADDRESS (address))
    return forwarded;
  return g_inet_address_to_string (g_inet_socket_address_get_address
      (G_INET_SOCKET_ADDRESS (address)));
}

GstStructure *
gst_ice_http_peer_describe (SoupServerMessage * message)
{
  g_autofree gchar *address = get_address (message);
  g_autoptr (GstStructure) headers = copy_headers
      (soup_server_message_get_request_headers (message));

  return gst_structure_new ("peer", "address", G_TYPE_STRING, address,
      "path", G_TYPE_STRING,
      g_uri_get_path (soup_server_message_get_uri (message)), "headers",
      GST_TYPE_STRUCTURE, headers, NULL);
}
