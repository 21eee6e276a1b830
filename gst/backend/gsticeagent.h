/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecandidate.h"
#include "gsticeconfig.h"
#include "gsticeleftout.h"
#include "gsticedemux.h"
#include "gsticeroute.h"
#include "gsticeserver.h"

G_BEGIN_DECLS

/* The ICE agent of one m-line for one generation: gathers once, checks
 * pairs, nominates. A restart makes another agent. Session thread only. */
#define GST_TYPE_ICE_AGENT (gst_ice_agent_get_type ())
G_DECLARE_DERIVABLE_TYPE (GstIceAgent, gst_ice_agent, GST, ICE_AGENT, GObject)

/* The state of one component. CONNECTED: a pair works. */
typedef enum
{
  GST_ICE_AGENT_NEW,
  GST_ICE_AGENT_CHECKING,
  GST_ICE_AGENT_CONNECTED,
  GST_ICE_AGENT_COMPLETED,
  GST_ICE_AGENT_FAILED,
} GstIceAgentState;

/* Events of an agent, on the session thread, never from inside a call to the
 * agent. */
typedef struct
{
  void (*candidate) (GstIceAgent * agent, const GstIceCandidate * candidate,
      gpointer user_data);
  /* A check of the peer came from an address that the peer had not told (RFC 8445, 7.3.1.3).
   * For users: the agent has seen to it. May be NULL. */
  void (*learned) (GstIceAgent * agent, const GstIceCandidate * remote,
      gpointer user_data);
  /* A description need not wait for the candidates that may still come. */
  void (*gathered_enough) (GstIceAgent * agent, gpointer user_data);
  void (*gathering_done) (GstIceAgent * agent, gpointer user_data);
  void (*state) (GstIceAgent * agent, guint component, GstIceAgentState state,
      gpointer user_data);
  /* A pair was nominated, the first or another. @route: (transfer none) */
  void (*selected) (GstIceAgent * agent, guint component,
      const GstIceCandidate * local, const GstIceCandidate * remote,
      GstIceRoute * route, gpointer user_data);
  /* suspect: an answer is late, sending goes on. recovered: the answer came
   * after all. lost: the peer's consent is lost (RFC 7675), sending ends. */
  void (*suspect) (GstIceAgent * agent, guint component, gpointer user_data);
  void (*recovered) (GstIceAgent * agent, guint component, gpointer user_data);
  void (*lost) (GstIceAgent * agent, guint component, gpointer user_data);
  /* The addresses to gather on have changed. */
  void (*network_changed) (GstIceAgent * agent, gpointer user_data);
  /* Something, such as a server, can't be used. The agent goes on without
   * it. */
  void (*warning) (GstIceAgent * agent, const GError * error,
      gpointer user_data);
} GstIceAgentEvents;

/* Settings for gst_ice_agent_new(). The agent copies or refs what it keeps. */
typedef struct
{
  const gchar *name;            /* for logs, such as "audio" */
  guint n_components;           /* 1 or 2 */
  gboolean controlling;
  gboolean peer_is_lite;        /* as the peer's description says (RFC 8839,
                                 * 5.3) */
  const gchar *ufrag, *pwd;     /* the agent's credentials; NULL: it makes
                                 * its own */
  const GstIceConfig *config;
  GMainContext *context;        /* of the session thread */
  GstIceDemux *demuxes[GST_ICE_MAX_COMPONENTS];  /* take the packets */
  const GstIceAgentEvents *events;      /* static */
  gpointer user_data;
} GstIceAgentSettings;

struct _GstIceAgentClass
{
  GObjectClass parent_class;

  gboolean is_lite;             /* sends no checks (RFC 8445, 2.5) */

  /* NULL: this agent needs no servers. */
  void (*set_servers) (GstIceAgent * self, GPtrArray * servers,
      gboolean complete);
  gboolean (*gather) (GstIceAgent * self, GError ** error);
  void (*get_credentials) (GstIceAgent * self, gchar ** ufrag, gchar ** pwd);
  gboolean (*set_remote_credentials) (GstIceAgent * self, const gchar * ufrag,
      const gchar * pwd, GError ** error);
  void (*add_remote_candidates) (GstIceAgent * self, GPtrArray * candidates);
  /* May be NULL: an agent that tries all. */
  void (*count_left_out) (GstIceAgent * self, GstIceLeftOut * left_out);
  /* May be NULL: only a pair that works shows it. */
  gboolean (*has_heard_peer) (GstIceAgent * self);
  void (*close) (GstIceAgent * self, GDestroyNotify closed, gpointer user_data);
};

/* Called before gathering, and again when there are more servers.
 * @servers: of GstIceServer; servers that the agent has already stay as they
 *     are
 * @complete: whether gathering may end without waiting for more servers */
void gst_ice_agent_set_servers (GstIceAgent * self, GPtrArray * servers,
    gboolean complete);

/* Returns: whether the agent is lite; the description must say so, and the
 *     peer controls */
gboolean gst_ice_agent_is_lite (GstIceAgent * self);

/* Starts gathering; candidates and gathering_done follow as events. */
gboolean gst_ice_agent_gather (GstIceAgent * self, GError ** error);

/* @ufrag, @pwd: (out) (transfer full) */
void gst_ice_agent_get_credentials (GstIceAgent * self, gchar ** ufrag,
    gchar ** pwd);

/* Checks may leave from this call on. */
gboolean gst_ice_agent_set_remote_credentials (GstIceAgent * self,
    const gchar * ufrag, const gchar * pwd, GError ** error);

/* @candidates: of GstIceCandidate; the agent ignores those that it can't use */
void gst_ice_agent_add_remote_candidates (GstIceAgent * self,
    GPtrArray * candidates);

/* Adds those of the peer's candidates that the agent does not try, to @left_out: names,
 * addresses that are no host's, and what is too much. */
void gst_ice_agent_count_left_out (GstIceAgent * self,
    GstIceLeftOut * left_out);

/* Returns: whether a check of the peer came, as far as the agent can tell */
gboolean gst_ice_agent_has_heard_peer (GstIceAgent * self);

/* Frees sockets and allocations; no event follows. @closed is called once, on
 * the session thread, when that is done; it may be called before this returns. */
void gst_ice_agent_close (GstIceAgent * self, GDestroyNotify closed,
    gpointer user_data);

/* Returns: (transfer full): an agent, or %NULL with @error set */
typedef GstIceAgent *(*GstIceAgentFactory) (const GstIceAgentSettings *
    settings, GError ** error);

/* Called before the first session: by the plugin for the backend, by a test
 * for a fake. */
void gst_ice_agent_set_factory (GstIceAgentFactory factory);
GstIceAgent *gst_ice_agent_new (const GstIceAgentSettings * settings,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
