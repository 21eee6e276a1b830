/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedemux.h"
#include "gsticeudpconsent.h"

#include <nice/agent.h>

G_BEGIN_DECLS

/* The peer's consent (RFC 7675) on a pair that libnice sends on. Requests
 * leave by libnice's own call, and so through its TURN server, or over its
 * TCP connection to the peer. libnice 0.1.21 swallows the answers, as it did
 * not ask. They are taken from a socket of ours beside libnice's, from the
 * tunnel that carries a stream to the server (gsticeturntunnel.h), or from
 * the connection before libnice reads it (gsticenicepeek.h). When no answer
 * comes at all, as when the relay's interface is unknown, that is not taken
 * for a dead path. Session thread only. */
typedef struct _GstIceNiceConsent GstIceNiceConsent;

/* Settings; the consent copies or refs what it keeps. */
typedef struct
{
  NiceAgent *nice;
  guint stream;
  guint component;
  GstIceDemux *demux;           /* takes media that came to the wrong socket */
  GMainContext *context;        /* of the session thread */
  GstIceUdpConsentFunc changed; /* called from the context, never from inside
                                 * a call */
  gpointer user_data;
} GstIceNiceConsentSettings;

/* For the pair that libnice has selected. @consent: of the peer; its tag is not
 * used
 * Returns: (transfer full) (nullable): %NULL if there is no such pair */
GstIceNiceConsent *gst_ice_nice_consent_new (const GstIceNiceConsentSettings *
    settings, const GstIceUdpConsentSettings * consent)
    G_GNUC_WARN_UNUSED_RESULT;

/* Begins to listen for answers. No other socket of ours may be beside
 * libnice's by then. */
void gst_ice_nice_consent_listen (GstIceNiceConsent * self);

/* libnice goes on using its sockets. @self: (transfer full) */
void gst_ice_nice_consent_free (GstIceNiceConsent * self);

/* A response came to libnice. It may be an answer to a request of ours. */
void gst_ice_nice_consent_take (GstIceNiceConsent * self,
    const guint8 * response, gsize size_bytes);

/* Media came from the peer. */
void gst_ice_nice_consent_hear (GstIceNiceConsent * self, gint64 now_us);

/* Returns: whether the peer has answered, and consent is not lost */
gboolean gst_ice_nice_consent_is_given (const GstIceNiceConsent * self);

G_END_DECLS
