/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeconfig.h"
#include "gsticedemux.h"
#include "gsticeroute.h"

#include <nice/agent.h>

G_BEGIN_DECLS

/* The way that the packets of one component go: over sockets of ours beside those
 * of libnice where the selected pair allows for it, by libnice's own calls
 * elsewhere. Session thread only. */
typedef struct _GstIceNicePath GstIceNicePath;

typedef enum
{
  GST_ICE_NICE_PATH_ALIVE,      /* again */
  GST_ICE_NICE_PATH_SUSPECT,    /* an answer is late; sending goes on */
  GST_ICE_NICE_PATH_LOST,       /* no consent any more (RFC 7675); nothing is sent */
} GstIceNicePathHealth;

/* What a path is made with; it copies or refs what it keeps. */
typedef struct
{
  NiceAgent *nice;
  guint stream;
  guint component;
  GstIceDemux *demux;           /* where packets go that libnice does not see */
  const GstIceConfig *config;
  GMainContext *context;        /* of the session thread */
  /* How the peer answers. From the context, never from inside a call. */
  void (*health) (guint component, GstIceNicePathHealth health,
      gpointer user_data);
  gpointer user_data;
} GstIceNicePathSettings;

GstIceNicePath *gst_ice_nice_path_new (const GstIceNicePathSettings *
    settings) G_GNUC_WARN_UNUSED_RESULT;

/* Before libnice closes its sockets; routes that were handed out send nothing more
 * over ours. */
void gst_ice_nice_path_free (GstIceNicePath * self);

/* libnice has selected a pair. @remote_ufrag, @remote_password: of the peer
 * Returns: (transfer full): the route for it; the one before goes on until
 *     gst_ice_nice_path_settle() */
GstIceRoute *gst_ice_nice_path_select (GstIceNicePath * self,
    const gchar * remote_ufrag, const gchar * remote_password)
    G_GNUC_WARN_UNUSED_RESULT;

/* All senders have changed over to the last route. */
void gst_ice_nice_path_settle (GstIceNicePath * self);

/* A packet of media came by libnice. */
void gst_ice_nice_path_take_media (GstIceNicePath * self, gconstpointer data,
    gsize size_bytes);

/* Returns: whether one did within the last second */
gboolean gst_ice_nice_path_has_media (const GstIceNicePath * self);

/* A response came to libnice that is perhaps the peer's, to what was asked here. */
void gst_ice_nice_path_take_response (GstIceNicePath * self,
    const guint8 * response, gsize size_bytes);

/* Returns: whether the peer's consent is asked for here and was not lost: what
 *     libnice finds by its keepalives does not count then */
gboolean gst_ice_nice_path_has_consent (GstIceNicePath * self);

G_END_DECLS
