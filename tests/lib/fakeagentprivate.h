/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "fakeagent.h"

G_BEGIN_DECLS

/* What fakeagent.c, its list and behaviour, and fakeagenttell.c share. */
struct _FakeAgent
{
  GstIceAgent parent;

  /* Set at construction. */
  gchar *name;
  guint number;                 /* of all agents, from 1 */
  guint n_components;
  gboolean controlling;
  FakeAgentBehaviour behaviour;
  GMainContext *context;
  GstIceDemux *demuxes[GST_ICE_MAX_COMPONENTS];
  const GstIceAgentEvents *events;
  gpointer user_data;

  /* Protected by fake_agents_lock. */
  gchar *ufrag, *pwd;
  gchar *remote_ufrag;
  GPtrArray *remote_candidates;
  gboolean connected;
  gboolean closed;
};

extern GMutex fake_agents_lock;

G_END_DECLS
