/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Writes the verdict and the evidence, for people and for programs. */

#include "config.h"

#include "gsticedoctorreport.h"

#include "gsticedoctorpairs.h"

#include <json-glib/json-glib.h>

#define SECONDS_OF_A_DAY 86400

/* --- Text --- */

static void
write_addresses (GString * text, const GstIceDoctorFindings * findings)
{
  g_string_append (text, "\nAddresses of this machine\n");
  for (guint i = 0; i < findings->addresses->len; i++) {
    const GstIceDoctorAddress *address = &g_array_index (findings->addresses,
        GstIceDoctorAddress, i);

    g_string_append_printf (text, "  %-40s %s\n", address->text, address->kind);
  }
  if (findings->addresses->len == 0)
    g_string_append (text, "  none\n");
}

static void
write_nat (GString * text, const GstIceDoctorFindings * findings)
{
  const GstIceDoctorNat *nat = &findings->nat;
  gchar address[GST_ICE_UDP_ADDRESS_TEXT_SIZE];

  g_string_append (text, "\nNAT\n");
  if (!findings->asked_stun) {
    g_string_append_printf (text, "  not known: %s\n", findings->stun_problem);
    return;
  }
  if (!nat->answered) {
    g_string_append_printf (text, "  not known: %s does not answer by UDP\n",
        findings->stun_uri);
    return;
  }
  g_string_append_printf (text, "  %s sees %s after %.1f ms\n",
      findings->stun_uri, gst_ice_udp_address_to_text (&nat->mapped, address),
      nat->rtt_ms);
  g_string_append_printf (text, "  kind %s: mapping %s, filtering %s\n",
      gst_ice_doctor_nat_get_name (nat),
      gst_ice_doctor_behaviour_to_text (nat->mapping),
      gst_ice_doctor_behaviour_to_text (nat->filtering));
}

static void
write_server (GString * text, const GstIceDoctorServer * server)
{
  g_string_append_printf (text, "  %-48s", server->uri);
  if (server->answered)
    g_string_append_printf (text, " %s after %.1f ms",
        server->server->kind == GST_ICE_SERVER_STUN ? "answers" : "relays",
        server->elapsed_ms);
  else
    g_string_append_printf (text, " %s", server->problem);
  if (server->credentials_s >= 0)
    g_string_append_printf (text, "; credentials for %" G_GINT64_FORMAT " s",
        server->credentials_s);
  if (server->certificate_s >= 0)
    g_string_append_printf (text, "; certificate for %" G_GINT64_FORMAT
        " days", server->certificate_s / SECONDS_OF_A_DAY);
  g_string_append_c (text, '\n');
}

static void
write_servers (GString * text, const GstIceDoctorFindings * findings)
{
  if (findings->servers->len == 0)
    return;
  g_string_append (text, "\nServers\n");
  for (guint i = 0; i < findings->servers->len; i++)
    write_server (text, &g_array_index (findings->servers, GstIceDoctorServer,
            i));
}

static const gchar *
describe_port (const GstIceDoctorPort * port)
{
  return !port->is_free ? "taken by another program" : port->answered ?
      "open" : "blocked";
}

static void
write_ports (GString * text, const GstIceDoctorFindings * findings)
{
  if (findings->ports->len == 0)
    return;
  g_string_append (text, "\nUDP ports\n");
  for (guint i = 0; i < findings->ports->len; i++) {
    const GstIceDoctorPort *port = &g_array_index (findings->ports,
        GstIceDoctorPort, i);

    g_string_append_printf (text, "  %-6u %s\n", port->port,
        describe_port (port));
  }
}

static void
write_facts (GString * text, const GstIceDoctorFindings * findings)
{
  g_string_append (text, "\nThis machine\n");
  for (guint i = 0; i < findings->facts->len; i++) {
    const GstIceDoctorFact *fact = &g_array_index (findings->facts,
        GstIceDoctorFact, i);

    g_string_append_printf (text, "  %-20s %s%s%s\n", fact->name, fact->value,
        fact->note != NULL ? ": " : "", fact->note != NULL ? fact->note : "");
  }
}

static void
write_call (GString * text, const GstIceDoctorCall * call)
{
  g_autoptr (GPtrArray) pairs = gst_ice_doctor_pairs_list (call);

  g_string_append_printf (text, "\nA call of %s\n", call->uri);
  for (guint i = 0; i < call->steps->len; i++) {
    const GstIceTimelineStep *step = &g_array_index (call->steps,
        GstIceTimelineStep, i);

    g_string_append_printf (text, "  %8.1f ms  %s\n", step->at_ms, step->what);
  }
  if (call->error != NULL)
    g_string_append_printf (text, "  %s\n", call->error);
  g_string_append (text, "\nPairs of candidates\n");
  for (guint i = 0; i < pairs->len; i++) {
    const GstIceDoctorPair *pair = pairs->pdata[i];

    g_string_append_printf (text, "  %-36s %-36s %s\n", pair->local,
        pair->remote, pair->what);
  }
  if (pairs->len == 0)
    g_string_append (text, "  none\n");
}

gchar *
gst_ice_doctor_report_to_text (const GstIceDoctorFindings * findings,
    const GstIceDoctorCall * call, const GstIceDoctorVerdict * verdict)
{
  GString *text = g_string_new (verdict->text);

  g_string_append_c (text, '\n');
  if (verdict->remedy != NULL)
    g_string_append_printf (text, "%s\n", verdict->remedy);
  write_addresses (text, findings);
  write_nat (text, findings);
  write_servers (text, findings);
  write_ports (text, findings);
  if (call != NULL)
    write_call (text, call);
  write_facts (text, findings);
  return g_string_free (text, FALSE);
}

/* --- JSON --- */

static void
add_string (JsonBuilder * json, const gchar * name, const gchar * value)
{
  json_builder_set_member_name (json, name);
  if (value != NULL)
    json_builder_add_string_value (json, value);
  else
    json_builder_add_null_value (json);
}

static void
add_bool (JsonBuilder * json, const gchar * name, gboolean value)
{
  json_builder_set_member_name (json, name);
  json_builder_add_boolean_value (json, value);
}

static void
add_number (JsonBuilder * json, const gchar * name, gdouble value)
{
  json_builder_set_member_name (json, name);
  json_builder_add_double_value (json, value);
}

static void
add_int (JsonBuilder * json, const gchar * name, gint64 value)
{
  json_builder_set_member_name (json, name);
  json_builder_add_int_value (json, value);
}

static void
begin_array (JsonBuilder * json, const gchar * name)
{
  json_builder_set_member_name (json, name);
  json_builder_begin_array (json);
}

static void
add_findings (JsonBuilder * json, const GstIceDoctorFindings * findings)
{
  begin_array (json, "addresses");
  for (guint i = 0; i < findings->addresses->len; i++) {
    const GstIceDoctorAddress *address = &g_array_index (findings->addresses,
        GstIceDoctorAddress, i);

    json_builder_begin_object (json);
    add_string (json, "address", address->text);
    add_string (json, "kind", address->kind);
    json_builder_end_object (json);
  }
  json_builder_end_array (json);

  begin_array (json, "ports");
  for (guint i = 0; i < findings->ports->len; i++) {
    const GstIceDoctorPort *port = &g_array_index (findings->ports,
        GstIceDoctorPort, i);

    json_builder_begin_object (json);
    add_int (json, "port", port->port);
    add_string (json, "state", describe_port (port));
    json_builder_end_object (json);
  }
  json_builder_end_array (json);

  json_builder_set_member_name (json, "machine");
  json_builder_begin_object (json);
  for (guint i = 0; i < findings->facts->len; i++) {
    const GstIceDoctorFact *fact = &g_array_index (findings->facts,
        GstIceDoctorFact, i);

    add_string (json, fact->name, fact->value);
  }
  json_builder_end_object (json);
}

static void
add_nat (JsonBuilder * json, const GstIceDoctorFindings * findings)
{
  const GstIceDoctorNat *nat = &findings->nat;
  gchar address[GST_ICE_UDP_ADDRESS_TEXT_SIZE];

  json_builder_set_member_name (json, "nat");
  json_builder_begin_object (json);
  add_string (json, "kind", findings->asked_stun ?
      gst_ice_doctor_nat_get_name (nat) : "unknown");
  add_string (json, "server", findings->stun_uri);
  add_bool (json, "answered", nat->answered);
  if (nat->answered) {
    add_string (json, "mapped", gst_ice_udp_address_to_text (&nat->mapped,
            address));
    add_string (json, "local", gst_ice_udp_address_to_text (&nat->local,
            address));
    add_string (json, "mapping",
        gst_ice_doctor_behaviour_to_text (nat->mapping));
    add_string (json, "filtering",
        gst_ice_doctor_behaviour_to_text (nat->filtering));
    add_number (json, "round-trip-ms", nat->rtt_ms);
  }
  json_builder_end_object (json);
}

static void
add_servers (JsonBuilder * json, const GstIceDoctorFindings * findings)
{
  begin_array (json, "servers");
  for (guint i = 0; i < findings->servers->len; i++) {
    const GstIceDoctorServer *server = &g_array_index (findings->servers,
        GstIceDoctorServer, i);

    json_builder_begin_object (json);
    add_string (json, "uri", server->uri);
    add_bool (json, "answered", server->answered);
    add_bool (json, "refused", server->refused);
    add_string (json, "problem", server->problem);
    add_number (json, "elapsed-ms", server->elapsed_ms);
    if (server->credentials_s >= 0)
      add_int (json, "credentials-s", server->credentials_s);
    if (server->certificate_s >= 0)
      add_int (json, "certificate-s", server->certificate_s);
    json_builder_end_object (json);
  }
  json_builder_end_array (json);
}

static void
add_call (JsonBuilder * json, const GstIceDoctorCall * call)
{
  g_autoptr (GPtrArray) pairs = gst_ice_doctor_pairs_list (call);

  json_builder_set_member_name (json, "call");
  json_builder_begin_object (json);
  add_string (json, "uri", call->uri);
  add_bool (json, "connected", call->connected);
  add_string (json, "error", call->error);
  begin_array (json, "steps");
  for (guint i = 0; i < call->steps->len; i++) {
    const GstIceTimelineStep *step = &g_array_index (call->steps,
        GstIceTimelineStep, i);

    json_builder_begin_object (json);
    add_number (json, "at-ms", step->at_ms);
    add_string (json, "what", step->what);
    json_builder_end_object (json);
  }
  json_builder_end_array (json);
  begin_array (json, "pairs");
  for (guint i = 0; i < pairs->len; i++) {
    const GstIceDoctorPair *pair = pairs->pdata[i];

    json_builder_begin_object (json);
    add_string (json, "local", pair->local);
    add_string (json, "remote", pair->remote);
    add_string (json, "what", pair->what);
    json_builder_end_object (json);
  }
  json_builder_end_array (json);
  json_builder_end_object (json);
}

gchar *
gst_ice_doctor_report_to_json (const GstIceDoctorFindings * findings,
    const GstIceDoctorCall * call, const GstIceDoctorVerdict * verdict)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (json);
  add_string (json, "verdict", verdict->code);
  add_bool (json, "good", verdict->good);
  add_string (json, "text", verdict->text);
  add_string (json, "remedy", verdict->remedy);
  add_nat (json, findings);
  add_servers (json, findings);
  add_findings (json, findings);
  if (call != NULL)
    add_call (json, call);
  json_builder_end_object (json);
  root = json_builder_get_root (json);
  return json_to_string (root, TRUE);
}
