/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Writes the sums of all calls of this process as metrics. */

#include "config.h"

#include "gsticemetrics.h"

#include "gsticemetricsbackend.h"
#include "gsticeregistry.h"
#include "gsticetotals.h"

static void
write_head (GString * text, const gchar * name, const gchar * type,
    const gchar * help)
{
  g_string_append_printf (text, "# HELP %s %s\n# TYPE %s %s\n", name, help,
      name, type);
}

static void
write_counter (GString * text, const gchar * name, const gchar * help,
    guint64 value)
{
  write_head (text, name, "counter", help);
  g_string_append_printf (text, "%s %" G_GUINT64_FORMAT "\n", name, value);
}

static void
write_packets (GString * text)
{
  GstIceTotals totals;

  gst_ice_totals_collect (&totals);
  write_counter (text, "gst_ice_packets_sent_total", "Packets that were sent.",
      totals.packets_sent);
  write_counter (text, "gst_ice_bytes_sent_total", "Bytes of these.",
      totals.bytes_sent);
  write_counter (text, "gst_ice_packets_discarded_total",
      "Packets that were not sent: there was no path, or it refused them.",
      totals.packets_discarded);
  write_counter (text, "gst_ice_packets_received_total",
      "Packets that were received.", totals.packets_received);
  write_counter (text, "gst_ice_bytes_received_total", "Bytes of these.",
      totals.bytes_received);
  write_counter (text, "gst_ice_packets_dropped_total",
      "Packets that came and nobody took: the queue was full, or the element gone.",
      totals.packets_dropped);
  /* RFC 3550: it may go down, with a copy of a packet. */
  write_head (text, "gst_ice_packets_lost", "gauge",
      "RTP packets that did not come, by sequence numbers, since the process began.");
  g_string_append_printf (text, "gst_ice_packets_lost %" G_GINT64_FORMAT "\n",
      totals.packets_lost);
  write_head (text, "gst_ice_kernel_drops", "gauge",
      "Packets that found the receive buffers full of the sockets that are open, each "
      "with one call.");
  g_string_append_printf (text, "gst_ice_kernel_drops %" G_GUINT64_FORMAT "\n",
      totals.kernel_drops);
}

static void
write_sessions (GString * text)
{
  guint n[GST_ICE_CONNECTION_CLOSED + 1] = { 0, };

  gst_ice_registry_count_states (n, G_N_ELEMENTS (n));
  write_head (text, "gst_ice_sessions", "gauge",
      "Sessions that elements are members of, by state.");
  for (guint i = 0; i < G_N_ELEMENTS (n); i++)
    g_string_append_printf (text, "gst_ice_sessions{state=\"%s\"} %u\n",
        gst_ice_connection_state_to_string ((GstIceConnectionState) i), n[i]);
}

typedef struct
{
  GString *text;
  const gchar *family;          /* NULL: none was written */
} Events;

static void
write_event (const gchar * family, const gchar * label, guint64 n,
    gpointer user_data)
{
  Events *self = user_data;

  if (!g_str_equal (family, self->family))
    return;
  g_string_append_printf (self->text, "%s{kind=\"%s\"} %" G_GUINT64_FORMAT "\n",
      family, label, n);
}

static void
write_events (GString * text)
{
  static const gchar *const families[][2] = {
    {"gst_ice_restarts_total",
        "Restarts of ICE that this side began, by reason."},
    {"gst_ice_secured_total", "Transports that have keys, by cipher."},
  };

  for (guint i = 0; i < G_N_ELEMENTS (families); i++) {
    Events events = { text, families[i][0] };

    write_head (text, families[i][0], "counter", families[i][1]);
    gst_ice_totals_foreach (write_event, &events);
  }
}

gchar *
gst_ice_metrics_write (void)
{
  GString *text = g_string_new (NULL);

  write_sessions (text);
  write_packets (text);
  write_events (text);
  gst_ice_metrics_backend_write_sources (text);
  return g_string_free (text, FALSE);
}
