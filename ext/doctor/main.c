/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* gst-ice-doctor: says why calls connect or not: this machine, its NAT, the servers, and a
 * call on trial. */

#include "config.h"

#include "gsticedoctorcall.h"
#include "gsticedoctornetwork.h"
#include "gsticedoctorpairs.h"
#include "gsticedoctorreport.h"
#include "gsticedoctorsystem.h"
#include "gsticedoctorverdict.h"

#include <locale.h>
#include <stdlib.h>

/* What the program ends with. */
enum
{
  GOOD = 0,
  BAD = 1,                      /* the verdict names something to mend */
  USAGE = 2,
};

#define DEFAULT_TIMEOUT_S 15

typedef struct
{
  gchar **stun_servers, **turn_servers, **rest;
  gchar *tls_ca_file, *auth_token_file, *external_address, *interfaces;
  gchar *timeline;
  gint min_port, max_port, timeout_s;
  gboolean json;
} Options;

static void
options_clear (Options * self)
{
  g_strfreev (self->stun_servers);
  g_strfreev (self->turn_servers);
  g_strfreev (self->rest);
  g_free (self->tls_ca_file);
  g_free (self->auth_token_file);
  g_free (self->external_address);
  g_free (self->interfaces);
  g_free (self->timeline);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear);

static gboolean
parse_options (Options * self, int *argc, char ***argv, GError ** error)
{
  const GOptionEntry entries[] = {
    {"stun-server", 's', 0, G_OPTION_ARG_STRING_ARRAY, &self->stun_servers,
        "A STUN server, as the property; may be repeated", "URI"},
    {"turn-server", 't', 0, G_OPTION_ARG_STRING_ARRAY, &self->turn_servers,
        "A TURN server, as the property; may be repeated", "URI"},
    {"tls-ca-file", 0, 0, G_OPTION_ARG_FILENAME, &self->tls_ca_file,
        "Who is trusted with TLS (PEM); else the system's authorities", "FILE"},
    {"auth-token-file", 0, 0, G_OPTION_ARG_FILENAME, &self->auth_token_file,
        "The bearer token that URI asks for", "FILE"},
    {"external-address", 0, 0, G_OPTION_ARG_STRING, &self->external_address,
        "What external-address of a call says; is it right?", "ADDRESS"},
    {"network-interfaces", 0, 0, G_OPTION_ARG_STRING, &self->interfaces,
        "As the property", "NAMES"},
    {"min-rtp-port", 0, 0, G_OPTION_ARG_INT, &self->min_port,
        "The first port of a range to try", "PORT"},
    {"max-rtp-port", 0, 0, G_OPTION_ARG_INT, &self->max_port,
        "The last port of it", "PORT"},
    {"timeout", 0, 0, G_OPTION_ARG_INT, &self->timeout_s,
        "How long the call may take, 1 to 300; default 15", "SECONDS"},
    {"timeline", 0, 0, G_OPTION_ARG_FILENAME, &self->timeline,
          "Draws the call's steps on an axis of time: SVG, or a page (.html)",
        "FILE"},
    {"json", 'j', 0, G_OPTION_ARG_NONE, &self->json,
        "For programs", NULL},
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->rest, NULL,
        "[URI]"},
    {NULL}
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (context,
      "Says in one line whether ICE calls work from here, then the evidence. "
      "With URI (http: or https:, as signalling-uri of a caller) it makes the "
      "call, without media.");
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  return g_option_context_parse (context, argc, argv, error);
}

static gboolean
check_options (const Options * self, GError ** error)
{
  const gchar *wrong = NULL;

  if (self->rest != NULL && self->rest[0] != NULL && self->rest[1] != NULL)
    wrong = "Only one URI can be called";
  else if (self->rest != NULL && self->rest[0] != NULL &&
      !g_str_has_prefix (self->rest[0], "http://") &&
      !g_str_has_prefix (self->rest[0], "https://"))
    wrong = "The URI has to begin with http:// or https://";
  else if (self->timeline != NULL && (self->rest == NULL ||
          self->rest[0] == NULL))
    wrong = "--timeline needs a URI to call";
  else if (self->min_port != 0 || self->max_port != 0) {
    if (self->min_port < 1 || self->max_port > 65535 ||
        self->min_port > self->max_port)
      wrong = "--min-rtp-port and --max-rtp-port have to be a range of 1 to "
          "65535";
  }
  if (wrong == NULL && (self->timeout_s < 1 || self->timeout_s > 300))
    wrong = "--timeout has to be 1 to 300 seconds";
  if (wrong != NULL)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s", wrong);
  return wrong == NULL;
}

/* Returns: whether all of @uris could be read */
static gboolean
read_servers (gchar ** uris, gboolean stun, GPtrArray * servers,
    GError ** error)
{
  for (guint i = 0; uris != NULL && uris[i] != NULL; i++) {
    GstIceServer *server = gst_ice_server_from_uri (uris[i], error);

    if (server == NULL)
      return FALSE;
    g_ptr_array_add (servers, server);
    if ((server->kind == GST_ICE_SERVER_STUN) != stun) {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
          "A %s server does not begin with %s", stun ? "STUN" : "TURN",
          stun ? "turn:" : "stun:");
      return FALSE;
    }
  }
  return TRUE;
}

static void
examine (GstIceDoctorFindings * findings, const Options * options,
    const GPtrArray * servers, GTlsDatabase * database)
{
  gst_ice_doctor_system_add_addresses (findings, options->interfaces);
  findings->external_address = g_strdup (options->external_address);
  gst_ice_doctor_network_find_nat (findings, servers);
  for (guint i = 0; i < servers->len; i++)
    gst_ice_doctor_network_ask_server (findings, servers->pdata[i], database);
  if (options->min_port > 0)
    gst_ice_doctor_network_try_ports (findings, servers,
        (guint) options->min_port, (guint) options->max_port);
}

/* Returns: (transfer full) (nullable) */
static GstIceDoctorCall *
make_call (const Options * options, GError ** error)
{
  g_autofree gchar *token = NULL;
  GstIceDoctorCallSettings settings = {
    .uri = options->rest[0],.stun_servers = options->stun_servers,
    .turn_servers = options->turn_servers,.tls_ca_file = options->tls_ca_file,
    .interfaces = options->interfaces,
    .timeout_ms = (guint) options->timeout_s * 1000
  };

  if (options->auth_token_file != NULL) {
    if (!g_file_get_contents (options->auth_token_file, &token, NULL, error))
      return NULL;
    settings.auth_token = g_strstrip (token);
  }
  return gst_ice_doctor_call_make (&settings);
}

/* Returns: what the program ends with */
static int
report (const Options * options, const GstIceDoctorFindings * findings,
    GstIceDoctorCall * call)
{
  GstIceDoctorVerdict verdict;
  g_autofree gchar *text = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  if (call != NULL)
    gst_ice_doctor_verdict_reach_call (&verdict, findings, call);
  else
    gst_ice_doctor_verdict_reach (&verdict, findings);
  text = options->json ?
      gst_ice_doctor_report_to_json (findings, call, &verdict) :
      gst_ice_doctor_report_to_text (findings, call, &verdict);
  g_print ("%s\n", text);
  status = verdict.good ? GOOD : BAD;
  gst_ice_doctor_verdict_clear (&verdict);

  if (options->timeline != NULL) {
    g_autofree gchar *drawn = NULL;

    /* After the report, which has them in a table of its own. */
    gst_ice_doctor_pairs_add_steps (call);
    drawn = gst_ice_timeline_draw (call->steps, options->timeline);
    if (!g_file_set_contents (options->timeline, drawn, -1, &error)) {
      g_printerr ("gst-ice-doctor: %s\n", error->message);
      status = BAD;
    }
  }
  return status;
}

static int
fail_usage (const GError * error)
{
  g_printerr ("gst-ice-doctor: %s\n", error->message);
  return USAGE;
}

int
main (int argc, char **argv)
{
  g_auto (Options) options = {.timeout_s = DEFAULT_TIMEOUT_S };
  g_autoptr (GstIceDoctorFindings) findings = gst_ice_doctor_findings_new ();
  g_autoptr (GPtrArray) servers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_ice_server_free);
  g_autoptr (GstIceDoctorCall) call = NULL;
  g_autoptr (GTlsDatabase) database = NULL;
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  if (!parse_options (&options, &argc, &argv, &error) ||
      !check_options (&options, &error) ||
      !read_servers (options.stun_servers, TRUE, servers, &error) ||
      !read_servers (options.turn_servers, FALSE, servers, &error))
    return fail_usage (error);
  if (options.tls_ca_file != NULL) {
    database = g_tls_file_database_new (options.tls_ca_file, &error);
    if (database == NULL)
      return fail_usage (error);
  }

  examine (findings, &options, servers, database);
  if (options.rest != NULL && options.rest[0] != NULL) {
    call = make_call (&options, &error);
    if (call == NULL)
      return fail_usage (error);
  }
  gst_ice_doctor_system_add_facts (findings);
  return report (&options, findings, call);
}
