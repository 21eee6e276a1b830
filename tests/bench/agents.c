/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agents.h"

#include <netinet/in.h>
#include <stdlib.h>

static gint n_received;         /* atomic */

void
agents_die (const gchar * why)
{
  g_printerr ("%s\n", why);
  exit (1);
}

static gpointer
run_loop (gpointer context)
{
  g_main_context_push_thread_default (context);
  g_main_loop_run (g_main_loop_new (context, FALSE));
  return NULL;
}

GMainContext *
agents_get_context (void)
{
  static GMainContext *context = NULL;

  if (context == NULL) {
    context = g_main_context_new ();
    g_thread_new ("agents", run_loop, context);
  }
  return context;
}

static void
on_gathered (NiceAgent * agent, guint stream, gpointer done)
{
  g_atomic_int_set ((gint *) done, TRUE);
}

NiceAgent *
agents_make (const gchar * address, const gchar * media, gboolean controlling)
{
  NiceAgent *agent = nice_agent_new_full (agents_get_context (),
      NICE_COMPATIBILITY_RFC5245, NICE_AGENT_OPTION_CONSENT_FRESHNESS);
  NiceAddress local;
  gint done = FALSE;

  g_object_set (agent, "controlling-mode", controlling, "ice-tcp", FALSE,
      "upnp", FALSE, NULL);
  nice_address_init (&local);
  nice_address_set_from_string (&local, address);
  nice_agent_add_local_address (agent, &local);
  nice_agent_add_stream (agent, 1);
  nice_agent_set_stream_name (agent, 1, media);
  g_signal_connect (agent, "candidate-gathering-done",
      G_CALLBACK (on_gathered), &done);
  nice_agent_gather_candidates (agent, 1);
  while (!g_atomic_int_get (&done))
    g_usleep (100);
  return agent;
}

void
agents_count_received (const guint8 * packet, gsize size_bytes)
{
  /* RFC 5761, 4: 192 to 223 is RTCP, of which there are reports now and then. */
  if (size_bytes > 1 && packet[0] > 3 && (packet[1] < 192 || packet[1] > 223))
    g_atomic_int_inc (&n_received);
}

static void
on_received (NiceAgent * agent, guint stream, guint component, guint size,
    gchar * data, gpointer user_data)
{
  agents_count_received ((const guint8 *) data, size);
}

void
agents_attach (NiceAgent * agent)
{
  nice_agent_attach_recv (agent, 1, 1, agents_get_context (), on_received,
      NULL);
}

guint
agents_get_received (void)
{
  return (guint) g_atomic_int_get (&n_received);
}

gboolean
agents_is_connected (NiceAgent * agent)
{
  NiceComponentState state = nice_agent_get_component_state (agent, 1, 1);

  return state == NICE_COMPONENT_STATE_CONNECTED ||
      state == NICE_COMPONENT_STATE_READY;
}

void
agents_get_way (NiceAgent * agent, AgentsWay * way)
{
  NiceCandidate *local, *remote;
  GSocket *socket = nice_agent_get_selected_socket (agent, 1, 1);

  if (socket == NULL ||
      !nice_agent_get_selected_pair (agent, 1, 1, &local, &remote))
    agents_die ("no pair is selected");
  way->fd = g_socket_get_fd (socket);
  nice_address_copy_to_sockaddr (&remote->addr, (struct sockaddr *) &way->to);
  way->to_size = sizeof (struct sockaddr_in);
}
