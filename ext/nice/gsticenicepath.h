/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeconfig.h"
#include "gsticedemux.h"
#include "gsticeroute.h"

#include <nice/agent.h>

G_BEGIN_DECLS

/* How the packets of one component travel: over our own sockets beside
 * libnice's where the selected pair allows that, else by libnice's own
 * calls. Session thread only. */
typedef struct _GstIceNicePath GstIceNicePath;

typedef enum
{
  GST_ICE_NICE_PATH_ALIVE,      /* the path works again */
  GST_ICE_NICE_PATH_SUSPECT,    /* an answer is late; sending goes on */
  GST_ICE_NICE_PATH_LOST,       /* consent is lost (RFC 7675); nothing is
                                 * sent */
} GstIceNicePathHealth;

/* Settings; the path copies or refs what it keeps. */
typedef struct
{
  NiceAgent *nice;
  guint stream;
  guint component;
  GstIceDemux *demux;           /* takes the packets that libnice does not
                                 * see */
  const GstIceConfig *config;
  GMainContext *context;        /* of the session thread */
  /* How the peer answers. Called from the context, never from inside a call. */
  void (*health) (guint component, GstIceNicePathHealth health,
      gpointer user_data);
  gpointer user_data;
} GstIceNicePathSettings;

GstIceNicePath *gst_ice_nice_path_new (const GstIceNicePathSettings *
    settings) G_GNUC_WARN_UNUSED_RESULT;

/* Call this before libnice closes its sockets. Routes of this path then send
 * nothing more over ours. */
void gst_ice_nice_path_free (GstIceNicePath * self);

/* libnice has selected a pair. @remote_ufrag, @remote_password: of the peer
 * Returns: (transfer full): the route for the pair; the previous one works
 *     until gst_ice_nice_path_settle() */
GstIceRoute *gst_ice_nice_path_select (GstIceNicePath * self,
    const gchar * remote_ufrag, const gchar * remote_password)
    G_GNUC_WARN_UNUSED_RESULT;

/* All senders use the last route. */
void gst_ice_nice_path_settle (GstIceNicePath * self);

/* libnice received a packet of media. */
void gst_ice_nice_path_take_media (GstIceNicePath * self, gconstpointer data,
    gsize size_bytes);

/* Returns: whether libnice received media within the last second */
gboolean gst_ice_nice_path_has_media (const GstIceNicePath * self);

/* libnice received a response that may be an answer to a request of ours. */
void gst_ice_nice_path_take_response (GstIceNicePath * self,
    const guint8 * response, gsize size_bytes);

/* Returns: whether we ask for the peer's consent and it is not lost.
 *     libnice's keepalives then say nothing. */
gboolean gst_ice_nice_path_has_consent (GstIceNicePath * self);

G_END_DECLS
