/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedemux.h"
#include "gsticeudpconsent.h"

#include <nice/agent.h>

G_BEGIN_DECLS

/* The peer's consent (RFC 7675) on a pair that libnice sends on: it is asked by
 * libnice's own call, so through its TURN server, or over its TCP connection to the
 * peer. libnice 0.1.21 swallows the answers, as they are to nothing that it asked: they
 * are taken from a socket of ours beside its own, from what carries a stream to the
 * server (gsticeturntunnel.h), or from the connection before libnice reads it
 * (gsticenicepeek.h). Where none comes, as from an interface that is not known to carry the relay, nothing is
 * concluded from that. Session thread only. */
typedef struct _GstIceNiceConsent GstIceNiceConsent;

/* What it is made with; it copies or refs what it keeps. */
typedef struct
{
  NiceAgent *nice;
  guint stream;
  guint component;
  GstIceDemux *demux;           /* where media goes that came to the wrong socket */
  GMainContext *context;        /* of the session thread */
  GstIceUdpConsentFunc changed; /* from the context, never from inside a call */
  gpointer user_data;
} GstIceNiceConsentSettings;

/* The pair that libnice has selected. @consent: of the peer; its tag is not used
 * Returns: (transfer full) (nullable): %NULL if there is no such pair */
GstIceNiceConsent *gst_ice_nice_consent_new (const GstIceNiceConsentSettings *
    settings, const GstIceUdpConsentSettings * consent)
    G_GNUC_WARN_UNUSED_RESULT;

/* Nothing else of ours is beside libnice's sockets any more: answers are heard from
 * here on. */
void gst_ice_nice_consent_listen (GstIceNiceConsent * self);

/* libnice goes on using its sockets. @self: (transfer full) */
void gst_ice_nice_consent_free (GstIceNiceConsent * self);

/* A response came to libnice, perhaps to what was asked here. */
void gst_ice_nice_consent_take (GstIceNiceConsent * self,
    const guint8 * response, gsize size_bytes);

/* Media came. */
void gst_ice_nice_consent_hear (GstIceNiceConsent * self, gint64 now_us);

/* Returns: whether the peer has answered here, and consent is not lost */
gboolean gst_ice_nice_consent_is_given (const GstIceNiceConsent * self);

G_END_DECLS
