/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "fakeroute.h"
#include "gsticeagent.h"

G_BEGIN_DECLS

/* An agent that gathers, connects and fails when the test says so. All
 * agents of the process are in a list. Any thread. */
#define FAKE_TYPE_AGENT (fake_agent_get_type ())
G_DECLARE_FINAL_TYPE (FakeAgent, fake_agent, FAKE, AGENT, GstIceAgent)

typedef enum
{
  FAKE_AGENT_CONNECTS,          /* connects by itself to the agent that it is
                                 * told of */
  FAKE_AGENT_FAILS,             /* gathers; its checks get no answer */
  FAKE_AGENT_HANGS,             /* gathers; its checks never end */
  FAKE_AGENT_OBEYS,             /* does only what the test tells it */
  FAKE_AGENT_CANT_GATHER,
  FAKE_AGENT_CANT_BE_MADE,
} FakeAgentBehaviour;

/* Makes this the factory of agents, and forgets former agents and
 * behaviours. */
void fake_agents_start (void);
void fake_agents_stop (void);

/* For agents made from now on with this @name; (nullable): for all others. */
void fake_agents_set_behaviour (const gchar * name, FakeAgentBehaviour how);

/* Returns: (transfer none) (nullable): the @n-th agent, from 0, called @name */
FakeAgent *fake_agents_find (const gchar * name, guint n);

/* Returns: (transfer none): the same, waiting until it is made */
FakeAgent *fake_agents_wait (const gchar * name, guint n);

/* How many agents were made, and how many of these are not closed. */
guint fake_agents_get_n_made (void);
guint fake_agents_get_n_open (void);

/* Returns: (transfer full): what agents were asked to do, in order:
 *     "audio:gather video:gather audio:check:ufrag audio:candidates:2
 *     audio:close" */
gchar *fake_agents_get_log (void) G_GNUC_WARN_UNUSED_RESULT;

gboolean fake_agent_is_controlling (FakeAgent * self);
guint fake_agent_get_n_components (FakeAgent * self);

/* These make the agent emit, from its context: a host candidate at @port;
 * the end of gathering; a state; a pair of that candidate with the peer's at
 * @remote_port. */
void fake_agent_tell_candidate (FakeAgent * self, guint component, guint port);
void fake_agent_tell_gathered (FakeAgent * self);
void fake_agent_tell_state (FakeAgent * self, guint component,
    GstIceAgentState state);
void fake_agent_tell_selected (FakeAgent * self, guint component, guint port,
    guint remote_port, GstIceRoute * route);

/* Returns: the demux for packets of @component. */
GstIceDemux *fake_agent_get_inlet (FakeAgent * self, guint component);

G_END_DECLS
