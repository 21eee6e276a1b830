/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeserver.h"

#include <gio/gio.h>
#include <nice/agent.h>

G_BEGIN_DECLS

/* How many TURN servers libnice 0.1.21 takes for each component. Each
 * address of a server counts. */
#define GST_ICE_NICE_MAX_TURN_SERVERS 8

/* One server over one transport, as one agent uses it: finds its address,
 * gives it to libnice, and if no candidate comes finds out why. Session
 * thread only. */
typedef struct _GstIceNiceServer GstIceNiceServer;

/* The owner of the server; outlives it. */
typedef struct
{
  NiceAgent *nice;
  guint stream;
  guint n_components;
  gboolean has_ipv4, has_ipv6;  /* of the host candidates */
  guint n_addresses;            /* addresses to gather on */
  GTlsDatabase *database;       /* or NULL */
  /* There is something new about a server. */
  void (*changed) (gpointer user_data);
  void (*warning) (const GError * error, gpointer user_data);
  /* Relayed to libnice over a stream. */
  void (*response) (const guint8 * response, gsize size_bytes,
      gpointer user_data);
  /* A server that gave no candidate answers all the same. */
  void (*lives) (gpointer user_data);
  gpointer user_data;
} GstIceNiceServerHost;

typedef enum
{
  GST_ICE_NICE_SERVER_RESOLVING,
  GST_ICE_NICE_SERVER_READY,    /* the address is known */
  GST_ICE_NICE_SERVER_TOLD,     /* given to libnice */
  GST_ICE_NICE_SERVER_DEAD,     /* can't be used; a warning said why */
} GstIceNiceServerState;

/* @server: only @transport is used */
GstIceNiceServer *gst_ice_nice_server_new (const GstIceServer * server,
    GstIceServerTransport transport, const GstIceNiceServerHost * host) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_nice_server_free (GstIceNiceServer * self);

const GstIceServer *gst_ice_nice_server_get (const GstIceNiceServer * self);
GstIceNiceServerState gst_ice_nice_server_get_state (const GstIceNiceServer *
    self);

/* Only if READY. @n_taken: (inout): how many TURN servers libnice has
 * Returns: whether libnice has something to do for the server */
gboolean gst_ice_nice_server_tell (GstIceNiceServer * self, guint * n_taken);

/* Whether libnice's relayed @candidate comes from this server. If so, the
 * server counts as working. */
gboolean gst_ice_nice_server_owns (GstIceNiceServer * self,
    const NiceCandidate * candidate);
gboolean gst_ice_nice_server_works (const GstIceNiceServer * self);

/* For a STUN server that libnice could not be given. */
void gst_ice_nice_server_give_up_late (GstIceNiceServer * self);

/* The server gave no candidate: finds out why. */
void gst_ice_nice_server_diagnose (GstIceNiceServer * self);

/* Returns: (transfer none): "turn:turn.example:3478?transport=udp" */
const gchar *gst_ice_nice_server_get_uri (const GstIceNiceServer * self);

G_END_DECLS
