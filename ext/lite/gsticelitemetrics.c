/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Writes what shared ports have counted as metrics. */

#include "config.h"

#include "gsticelitemetrics.h"

#include "gsticeliteport.h"

/* All that is written of one port stands together, as the format wants each family in one
 * place: so ports are asked once for each family. */
typedef struct
{
  GString *text;
  guint family;
} Writer;

static guint64
get_calls (const GstIceLitePortState * state)
{
  return state->n_calls;
}

static guint64
get_streams (const GstIceLitePortState * state)
{
  return state->n_streams;
}

static guint64
get_drops (const GstIceLitePortState * state)
{
  return state->kernel_drops;
}

static guint64
get_checks (const GstIceLitePortState * state)
{
  return state->counts.checks;
}

static guint64
get_strangers (const GstIceLitePortState * state)
{
  return state->counts.strangers;
}

static guint64
get_refused (const GstIceLitePortState * state)
{
  return state->counts.unknown + state->counts.forged +
      state->counts.malformed + state->counts.claimed + state->counts.replayed;
}

static const struct
{
  const gchar *name, *type, *help;
    guint64 (*get) (const GstIceLitePortState * state);
} families[] = {
  {"gst_ice_port_calls", "gauge",
        "Calls on the port, a restart under way counts as one.",
      get_calls},
  {"gst_ice_port_tcp_connections", "gauge", "TCP connections to the port.",
      get_streams},
  {"gst_ice_port_kernel_drops_total", "counter",
      "Packets that found a receive buffer of the port full.", get_drops},
  {"gst_ice_port_checks_total", "counter", "Checks that were answered.",
      get_checks},
  {"gst_ice_port_checks_refused_total", "counter",
      "Checks of unknown names, with a wrong password, of an address that another "
        "call has, or that are none.", get_refused},
  {"gst_ice_port_strangers_total", "counter",
      "Other packets from addresses of no call.", get_strangers},
};

static void
write_port (const GstIceLitePortState * state, gpointer user_data)
{
  Writer *self = user_data;

  g_string_append_printf (self->text, "%s{port=\"%u\"} %" G_GUINT64_FORMAT "\n",
      families[self->family].name, state->number,
      families[self->family].get (state));
}

void
gst_ice_lite_metrics_write (GString * text)
{
  for (guint i = 0; i < G_N_ELEMENTS (families); i++) {
    Writer writer = { text, i };

    g_string_append_printf (text, "# HELP %s %s\n# TYPE %s %s\n",
        families[i].name, families[i].help, families[i].name, families[i].type);
    gst_ice_lite_port_foreach (write_port, &writer);
  }
}
