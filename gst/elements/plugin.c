/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/**
 * plugin-ice:
 *
 * RTP over the path that ICE nominates.
 */

#include "config.h"

#include <stdlib.h>

#include "gsticeagent.h"
#include "gsticemetrics.h"
#include "gsticeregistry.h"
#include "gsticekeyexchange.h"
#include "gsticecredentialservice.h"
#include "gsticesignaller.h"
#include "gsticeerror.h"
#include "gsticesink.h"
#include "gsticesrc.h"
#include "gsticesrtpbackend.h"

#ifdef HAVE_NICE
#include "gsticeniceagent.h"
#endif
#ifdef HAVE_LITE
#include "gsticeliteagent.h"
#endif
#ifdef HAVE_SOUP
#include "gsticehttpsignaller.h"
#include "gsticeiceservers.h"
#include "gsticemetricsserver.h"
#include "gsticewhepsrc.h"
#include "gsticewssignaller.h"
#endif

/* How long a process that ends waits for its peers and servers to be told. */
#define GOODBYE_TIMEOUT_MS 500

/* What threads of ours still do needs GStreamer. */
static void
wait_for_goodbyes (void)
{
  gst_ice_registry_wait_closed (GOODBYE_TIMEOUT_MS);
}

/* A lite agent where that is asked for, but not for a peer that is lite itself: nobody
 * would check (RFC 8445, 6.1.1). */
static GstIceAgent *
make_agent (const GstIceAgentSettings * settings, GError ** error)
{
  const gboolean is_lite = gst_ice_config_get_boolean (settings->config,
      "ice-lite");

  if (!is_lite && gst_ice_config_get_uint (settings->config,
          "udp-mux-port") != 0) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        "udp-mux-port needs ice-lite=true: an agent that sends checks has a port "
        "of its own");
    return NULL;
  }
#ifdef HAVE_LITE
  if (is_lite && !settings->peer_is_lite)
    return gst_ice_lite_agent_new (settings, error);
#else
  if (is_lite) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        "ice-lite is there on Linux only");
    return NULL;
  }
#endif
#ifdef HAVE_NICE
  return gst_ice_nice_agent_new (settings, error);
#else
  g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
      "The plugin was built without a full ICE agent (libnice)");
  return NULL;
#endif
}

static gboolean
plugin_init (GstPlugin * plugin)
{
  gst_ice_agent_set_factory (make_agent);
#ifdef HAVE_SOUP
  gst_ice_credential_service_set_backend (&gst_ice_ice_servers_service);
  gst_ice_metrics_backend_set (&gst_ice_metrics_server, gst_ice_metrics_write);
  gst_ice_signaller_register ("http", gst_ice_http_signaller_new);
  gst_ice_signaller_register ("https", gst_ice_http_signaller_new);
  gst_ice_signaller_register ("ws", gst_ice_ws_signaller_new);
  gst_ice_signaller_register ("wss", gst_ice_ws_signaller_new);
#endif
  gst_ice_key_exchange_set_backend (&gst_ice_srtp_backend);
  atexit (wait_for_goodbyes);

#ifdef HAVE_SOUP
  if (!GST_ELEMENT_REGISTER (icewhepsrc, plugin))
    return FALSE;
#endif
  return GST_ELEMENT_REGISTER (icesrc, plugin) |
      GST_ELEMENT_REGISTER (icesink, plugin);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, ice,
    "RTP over the path that ICE nominates", plugin_init, VERSION, "LGPL",
    PACKAGE, "https://gst-ice.invalid/")
