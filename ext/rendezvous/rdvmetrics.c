/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Counters, as text for Prometheus and as the health page. */

#include "config.h"

#include "rdvmetrics.h"

#define PREFIX "gst_ice_rendezvous_"

static const char *const reject_names[RDV_N_REJECTS] = {
  "handshake", "origin", "token", "room-name", "rooms", "peers", "stopping",
  "malformed",
  "unknown-type", "refused", "unknown-session", "producers",
  "sessions", "meta", "fanout", "rate", "errors",
  "too-big", "slow-reader", "idle", "no-answer"
};

static void
append_head (GString * text, const char *name, const char *type,
    const char *help)
{
  g_string_append_printf (text, "# HELP " PREFIX "%s %s\n# TYPE " PREFIX
      "%s %s\n", name, help, name, type);
}

static void
append_value (GString * text, const char *name, const char *type,
    const char *help, guint64 value)
{
  append_head (text, name, type, help);
  g_string_append_printf (text, PREFIX "%s %" G_GUINT64_FORMAT "\n", name,
      value);
}

char *
rdv_metrics_to_text (const RdvMetrics * metrics)
{
  GString *text = g_string_sized_new (4096);
  gint64 up_us = g_get_monotonic_time () - metrics->started_us;
  guint i;

  append_value (text, "uptime_seconds", "gauge", "Seconds since the start.",
      up_us / G_TIME_SPAN_SECOND);
  append_value (text, "peers", "gauge", "Peers connected to this instance.",
      metrics->peers);
  append_value (text, "remote_peers", "gauge",
      "Peers of other instances in rooms of this one.", metrics->remote_peers);
  append_value (text, "rooms", "gauge", "Rooms with a peer of this instance.",
      metrics->rooms);
  append_value (text, "sessions", "gauge",
      "Sessions of peers of this instance.", metrics->sessions);
  append_value (text, "peers_total", "counter", "Peers welcomed.",
      metrics->peers_total);
  append_value (text, "sessions_total", "counter", "Sessions started.",
      metrics->sessions_total);
  if (metrics->redis_up >= 0)
    append_value (text, "redis_up", "gauge", "Whether Redis is connected.",
        metrics->redis_up);

  append_head (text, "messages_total", "counter", "Messages received by type.");
  for (i = 0; i < RDV_N_TYPES; i++)
    g_string_append_printf (text, PREFIX "messages_total{type=\"%s\"} %"
        G_GUINT64_FORMAT "\n", rdv_type_name (i), metrics->messages[i]);
  append_head (text, "rejected_total", "counter",
      "Connections and messages turned away by reason.");
  for (i = 0; i < RDV_N_REJECTS; i++)
    g_string_append_printf (text, PREFIX "rejected_total{reason=\"%s\"} %"
        G_GUINT64_FORMAT "\n", reject_names[i], metrics->rejected[i]);
  return g_string_free (text, FALSE);
}

char *
rdv_metrics_to_health (const RdvMetrics * metrics, gboolean stopping)
{
  gint64 up_us = g_get_monotonic_time () - metrics->started_us;

  return g_strdup_printf ("{\"status\":\"%s\",\"uptime\":%" G_GINT64_FORMAT
      ",\"peers\":%u,\"rooms\":%u,\"redis\":\"%s\"}\n",
      stopping ? "stopping" : "ok", (gint64) (up_us / G_TIME_SPAN_SECOND),
      metrics->peers, metrics->rooms, metrics->redis_up < 0 ? "unused" :
      metrics->redis_up ? "up" : "down");
}
