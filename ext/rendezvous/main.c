/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* gst-ice-rendezvous: a server over which two peers behind NATs exchange
 * their descriptions and candidates. Reads the options, and serves until a
 * signal comes. */

#include "config.h"

#include <glib-unix.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "rdvserver.h"
#include "rdvtoken.h"

typedef struct
{
  GMainLoop *loop;
  RdvServer *server;
  gboolean stopping;
} Program;

static void
on_stopped (gpointer user_data)
{
  Program *program = user_data;

  g_main_loop_quit (program->loop);
}

static gboolean
on_signal (gpointer user_data)
{
  Program *program = user_data;

  if (program->stopping) {
    g_main_loop_quit (program->loop);
    return G_SOURCE_CONTINUE;
  }
  program->stopping = TRUE;
  rdv_log (RDV_LOG_INFO, "stopping", NULL);
  rdv_server_stop (program->server, on_stopped, program);
  return G_SOURCE_CONTINUE;
}

/* Each peer takes a descriptor. */
static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit (RLIMIT_NOFILE, &limit);
  }
}

static int
print_token (const RdvConfig * config)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autofree char *token = NULL;

  if (!config->token_secret) {
    fprintf (stderr, "gst-ice-rendezvous: --make-token needs a secret: "
        "--token-secret-file\n");
    return 2;
  }
  token = rdv_token_make (config->token_secret, config->make_token,
      now + config->token_ttl_s);
  printf ("%s\n", token);
  return 0;
}

static int
serve (const RdvConfig * config)
{
  g_autoptr (GError) error = NULL;
  Program program = { NULL, NULL, FALSE };
  g_autofree char *port = NULL;
  guint on_term, on_int;

  raise_descriptor_limit ();
  program.server = rdv_server_new (config, &error);
  if (!program.server) {
    rdv_log (RDV_LOG_ERROR, "cannot-start", "reason", error->message, NULL);
    return 1;
  }
  program.loop = g_main_loop_new (NULL, FALSE);
  on_term = g_unix_signal_add (SIGTERM, on_signal, &program);
  on_int = g_unix_signal_add (SIGINT, on_signal, &program);

  port = g_strdup_printf ("%u", rdv_server_get_port (program.server));
  rdv_log (RDV_LOG_INFO, "listening", "address", config->address, "port", port,
      "tls", config->tls_cert ? "yes" : "no", NULL);
  printf ("port %s\n", port);
  fflush (stdout);

  g_main_loop_run (program.loop);

  rdv_server_free (program.server);
  g_source_remove (on_term);
  g_source_remove (on_int);
  g_main_loop_unref (program.loop);
  rdv_log (RDV_LOG_INFO, "stopped", NULL);
  return 0;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RdvConfig) config = NULL;

  signal (SIGPIPE, SIG_IGN);
  config = rdv_config_new (&argc, &argv, &error);
  if (!config) {
    fprintf (stderr, "gst-ice-rendezvous: %s\n", error->message);
    return 2;
  }
  if (config->version) {
    printf ("gst-ice-rendezvous " VERSION "\n");
    return 0;
  }
  return config->make_token ? print_token (config) : serve (config);
}
