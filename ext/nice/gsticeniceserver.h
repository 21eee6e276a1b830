/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeserver.h"

#include <gio/gio.h>
#include <nice/agent.h>

G_BEGIN_DECLS

/* libnice 0.1.21 takes so many TURN servers for each component; each address of one
 * counts. */
#define GST_ICE_NICE_MAX_TURN_SERVERS 8

/* One server by one transport, as one agent uses it: finds its address, tells
 * libnice of it, and asks what is wrong if nothing comes of that. Session thread
 * only. */
typedef struct _GstIceNiceServer GstIceNiceServer;

/* Whose server it is. Outlives it. */
typedef struct
{
  NiceAgent *nice;
  guint stream;
  guint n_components;
  gboolean has_ipv4, has_ipv6;  /* host candidates */
  guint n_addresses;            /* that are gathered on */
  GTlsDatabase *database;       /* or NULL */
  /* Something is known of a server that was not before. */
  void (*changed) (gpointer user_data);
  void (*warning) (const GError * error, gpointer user_data);
  /* Relayed to libnice, on a stream. */
  void (*response) (const guint8 * response, gsize size_bytes,
      gpointer user_data);
  /* A server that nothing came from answers all the same. */
  void (*lives) (gpointer user_data);
  gpointer user_data;
} GstIceNiceServerHost;

typedef enum
{
  GST_ICE_NICE_SERVER_RESOLVING,
  GST_ICE_NICE_SERVER_READY,    /* its address is known */
  GST_ICE_NICE_SERVER_TOLD,     /* to libnice */
  GST_ICE_NICE_SERVER_DEAD,     /* of no use; a warning said why */
} GstIceNiceServerState;

/* @server: of which @transport is used */
GstIceNiceServer *gst_ice_nice_server_new (const GstIceServer * server,
    GstIceServerTransport transport, const GstIceNiceServerHost * host) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_nice_server_free (GstIceNiceServer * self);

const GstIceServer *gst_ice_nice_server_get (const GstIceNiceServer * self);
GstIceNiceServerState gst_ice_nice_server_get_state (const GstIceNiceServer *
    self);

/* Only when READY. @n_taken: (inout): how many TURN servers libnice has
 * Returns: whether libnice has something to do for it */
gboolean gst_ice_nice_server_tell (GstIceNiceServer * self, guint * n_taken);

/* Whether a relayed @candidate of libnice's comes from it; if so it is remembered
 * that it works. */
gboolean gst_ice_nice_server_owns (GstIceNiceServer * self,
    const NiceCandidate * candidate);
gboolean gst_ice_nice_server_works (const GstIceNiceServer * self);

/* A STUN server of which libnice could not be told. */
void gst_ice_nice_server_give_up_late (GstIceNiceServer * self);

/* Nothing came from it: finds out why. */
void gst_ice_nice_server_diagnose (GstIceNiceServer * self);

/* Returns: (transfer none): "turn:turn.example:3478?transport=udp" */
const gchar *gst_ice_nice_server_get_uri (const GstIceNiceServer * self);

G_END_DECLS
