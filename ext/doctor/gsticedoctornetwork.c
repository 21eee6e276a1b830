/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Asks STUN and TURN servers what the network between them and this machine lets through. */

#include "config.h"

#include "gsticedoctornetwork.h"

#include "gsticedoctorbinding.h"
#include "gsticeerror.h"
#include "gsticeturnprobe.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define TLS_TIMEOUT_S 3
#define MAX_PORTS 5

/* --- One server by one transport --- */

typedef struct
{
  GMainLoop *loop;
  GError *error;                /* NULL: the server does what it should */
} Asking;

static void
on_probed (const GError * error, gpointer user_data)
{
  Asking *asking = user_data;

  asking->error = error != NULL ? g_error_copy (error) : NULL;
  g_main_loop_quit (asking->loop);
}

static gboolean
accept_any (GTlsConnection * connection, GTlsCertificate * certificate,
    GTlsCertificateFlags errors, gpointer user_data)
{
  return TRUE;
}

static void
on_client_event (GSocketClient * client, GSocketClientEvent event,
    GSocketConnectable * address, GIOStream * connection, gpointer user_data)
{
  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING)
    g_signal_connect (connection, "accept-certificate", G_CALLBACK (accept_any),
        NULL);
}

/* Nothing is said to a server that may not be trusted: its certificate is looked at, and
 * the connection closed. Returns: seconds until it ends, -1 if that can't be told */
static gint64
find_certificate_end (const GstIceServer * server)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GIOStream) tls = NULL;
  g_autoptr (GDateTime) end = NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  GTlsCertificate *certificate;

  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_set_tls (client, TRUE);
  g_socket_client_set_timeout (client, TLS_TIMEOUT_S);
  g_signal_connect (client, "event", G_CALLBACK (on_client_event), NULL);
  connection = g_socket_client_connect_to_host (client, server->host,
      (guint16) server->port, NULL, NULL);
  if (connection == NULL)
    return -1;
  tls = g_object_ref (g_tcp_wrapper_connection_get_base_io_stream
      (G_TCP_WRAPPER_CONNECTION (connection)));
  certificate = g_tls_connection_get_peer_certificate (G_TLS_CONNECTION (tls));
  if (certificate != NULL)
    end = g_tls_certificate_get_not_valid_after (certificate);
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  return end != NULL ? g_date_time_difference (end, now) / G_TIME_SPAN_SECOND :
      -1;
}

/* A user name of the TURN REST scheme begins with the second since 1970 at which it
 * expires. Returns: seconds until then, -1 if it is no such name */
static gint64
find_credentials_end (const GstIceServer * server)
{
  gchar *end = NULL;
  gint64 expiry;

  if (server->username == NULL)
    return -1;
  expiry = g_ascii_strtoll (server->username, &end, 10);
  if (end == server->username || (*end != ':' && *end != '\0') ||
      expiry < G_GINT64_CONSTANT (1000000000))
    return -1;
  return MAX (expiry - g_get_real_time () / G_TIME_SPAN_SECOND, 0);
}

static void
ask_by (GstIceDoctorFindings * findings, const GstIceServer * whole,
    GstIceServerTransport transport, GTlsDatabase * database)
{
  GstIceDoctorServer found = { NULL };
  Asking asking = { NULL };
  GstIceTurnProbe *probe;
  const gint64 start = g_get_monotonic_time ();

  found.server = gst_ice_server_copy_for (whole, transport);
  found.uri = gst_ice_server_to_uri (found.server);
  asking.loop = g_main_loop_new (NULL, FALSE);
  probe = gst_ice_turn_probe_new (found.server, found.uri, database, on_probed,
      &asking);
  g_main_loop_run (asking.loop);
  gst_ice_turn_probe_free (probe);
  g_main_loop_unref (asking.loop);

  found.elapsed_ms = (g_get_monotonic_time () - start) / 1000.0;
  found.answered = asking.error == NULL;
  found.refused = g_error_matches (asking.error, GST_ICE_ERROR,
      GST_ICE_ERROR_UNAUTHORIZED);
  found.problem = asking.error != NULL ? g_strdup (asking.error->message) :
      NULL;
  found.credentials_s = find_credentials_end (found.server);
  found.certificate_s = found.server->kind == GST_ICE_SERVER_TURNS ?
      find_certificate_end (found.server) : -1;
  g_clear_error (&asking.error);
  g_array_append_val (findings->servers, found);
}

void
gst_ice_doctor_network_ask_server (GstIceDoctorFindings * findings,
    const GstIceServer * server, GTlsDatabase * database)
{
  const gboolean tls = server->kind == GST_ICE_SERVER_TURNS;

  if (!tls && server->transport != GST_ICE_SERVER_TCP)
    ask_by (findings, server, GST_ICE_SERVER_UDP, database);
  if (tls || server->transport != GST_ICE_SERVER_UDP)
    ask_by (findings, server, GST_ICE_SERVER_TCP, database);
}

/* --- The NAT --- */

/* @address: (out): the server's IPv4 address, or its IPv6 address where it has no other:
 *     NAT is IPv4's */
static gboolean
resolve (const GstIceServer * server, GstIceUdpAddress * address)
{
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  GList *found = g_resolver_lookup_by_name (resolver, server->host, NULL, NULL);
  gboolean has_address = FALSE;

  for (GList * each = found; each != NULL; each = each->next) {
    const gboolean ipv4 = g_inet_address_get_family (each->data) ==
        G_SOCKET_FAMILY_IPV4;
    g_autofree gchar *text = NULL;

    if (has_address && !ipv4)
      continue;
    text = g_inet_address_to_string (each->data);
    has_address = gst_ice_udp_address_set_text (address, text,
        (guint16) server->port);
    if (ipv4)
      break;
  }
  g_resolver_free_addresses (found);
  return has_address;
}

/* @addresses: (out): of STUN servers, then of TURN servers that UDP reaches
 * @uris: (element-type utf8): theirs
 * Returns: how many there are, at most 2 */
static guint
resolve_all (const GPtrArray * servers, GstIceUdpAddress addresses[2],
    GPtrArray * uris)
{
  guint n = 0;

  for (guint kind = 0; kind < 2; kind++) {
    for (guint i = 0; i < servers->len && n < 2; i++) {
      const GstIceServer *server = servers->pdata[i];

      if ((server->kind == GST_ICE_SERVER_STUN) != (kind == 0) ||
          server->kind == GST_ICE_SERVER_TURNS ||
          server->transport == GST_ICE_SERVER_TCP)
        continue;
      if (resolve (server, &addresses[n])) {
        g_ptr_array_add (uris, gst_ice_server_to_uri (server));
        n++;
      }
    }
  }
  return n;
}

void
gst_ice_doctor_network_find_nat (GstIceDoctorFindings * findings,
    const GPtrArray * servers)
{
  g_autoptr (GPtrArray) uris = g_ptr_array_new_with_free_func (g_free);
  GstIceUdpAddress addresses[2];
  const guint n = resolve_all (servers, addresses, uris);

  if (n == 0) {
    findings->stun_problem = g_strdup (servers->len == 0 ?
        "no server was given" : "no server that UDP reaches was given, or "
        "their names are not known");
    return;
  }
  findings->asked_stun = TRUE;
  for (guint i = 0; i < n && !findings->nat.answered; i++) {
    g_free (findings->stun_uri);
    findings->stun_uri = g_strdup (uris->pdata[i]);
    gst_ice_doctor_nat_discover (&findings->nat, &addresses[i],
        i == 0 && n > 1 ? &addresses[1] : NULL);
  }
}

/* --- Ports --- */

static void
try_port (GstIceDoctorFindings * findings, const GstIceUdpAddress * server,
    guint port)
{
  const gint fd = gst_ice_doctor_binding_open (server->any.sa_family, port);
  GstIceDoctorPort found = {.port = port,.is_free = fd >= 0 };
  GstIceDoctorBinding binding;

  if (fd >= 0) {
    found.answered = gst_ice_doctor_binding_ask (fd, server,
        GST_ICE_DOCTOR_FROM_WHERE_ASKED, &binding);
    close (fd);
  }
  g_array_append_val (findings->ports, found);
}

void
gst_ice_doctor_network_try_ports (GstIceDoctorFindings * findings,
    const GPtrArray * servers, guint min_port, guint max_port)
{
  g_autoptr (GPtrArray) uris = g_ptr_array_new_with_free_func (g_free);
  GstIceUdpAddress addresses[2];
  const guint n = resolve_all (servers, addresses, uris);
  const guint n_ports = MIN (max_port - min_port + 1, MAX_PORTS);

  if (!findings->nat.answered)
    return;
  for (guint i = 0; i < n; i++) {
    if (!g_str_equal (uris->pdata[i], findings->stun_uri))
      continue;
    for (guint k = 0; k < n_ports; k++)
      try_port (findings, &addresses[i], n_ports == 1 ? min_port :
          min_port + (max_port - min_port) * k / (n_ports - 1));
    return;
  }
}
