/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The abstract ICE agent: calls the functions of its class. */

#include "config.h"

#include "gsticeagent.h"

#include "gsticeerror.h"

G_DEFINE_ABSTRACT_TYPE (GstIceAgent, gst_ice_agent, G_TYPE_OBJECT);

/* Written while the plugin is loaded, afterwards only read. */
static GstIceAgentFactory agent_factory;

static void
gst_ice_agent_class_init (GstIceAgentClass * klass)
{
}

static void
gst_ice_agent_init (GstIceAgent * self)
{
}

void
gst_ice_agent_set_servers (GstIceAgent * self, GPtrArray * servers,
    gboolean complete)
{
  GstIceAgentClass *klass = GST_ICE_AGENT_GET_CLASS (self);

  if (klass->set_servers != NULL)
    klass->set_servers (self, servers, complete);
}

gboolean
gst_ice_agent_is_lite (GstIceAgent * self)
{
  return GST_ICE_AGENT_GET_CLASS (self)->is_lite;
}

gboolean
gst_ice_agent_gather (GstIceAgent * self, GError ** error)
{
  return GST_ICE_AGENT_GET_CLASS (self)->gather (self, error);
}

void
gst_ice_agent_get_credentials (GstIceAgent * self, gchar ** ufrag, gchar ** pwd)
{
  GST_ICE_AGENT_GET_CLASS (self)->get_credentials (self, ufrag, pwd);
}

gboolean
gst_ice_agent_set_remote_credentials (GstIceAgent * self, const gchar * ufrag,
    const gchar * pwd, GError ** error)
{
  return GST_ICE_AGENT_GET_CLASS (self)->set_remote_credentials (self, ufrag,
      pwd, error);
}

void
gst_ice_agent_add_remote_candidates (GstIceAgent * self, GPtrArray * candidates)
{
  GST_ICE_AGENT_GET_CLASS (self)->add_remote_candidates (self, candidates);
}

void
gst_ice_agent_count_left_out (GstIceAgent * self, GstIceLeftOut * left_out)
{
  GstIceAgentClass *klass = GST_ICE_AGENT_GET_CLASS (self);

  if (klass->count_left_out != NULL)
    klass->count_left_out (self, left_out);
}

gboolean
gst_ice_agent_has_heard_peer (GstIceAgent * self)
{
  GstIceAgentClass *klass = GST_ICE_AGENT_GET_CLASS (self);

  return klass->has_heard_peer != NULL && klass->has_heard_peer (self);
}

void
gst_ice_agent_close (GstIceAgent * self, GDestroyNotify closed,
    gpointer user_data)
{
  GST_ICE_AGENT_GET_CLASS (self)->close (self, closed, user_data);
}

void
gst_ice_agent_set_factory (GstIceAgentFactory factory)
{
  agent_factory = factory;
}

/**
 * gst_ice_agent_new:
 *
 * Returns: (transfer full): an agent of the backend, or %NULL with @error set
 */
GstIceAgent *
gst_ice_agent_new (const GstIceAgentSettings * settings, GError ** error)
{
  if (agent_factory == NULL) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
        "The plugin was built without an ICE agent (libnice)");
    return NULL;
  }
  return agent_factory (settings, error);
}
