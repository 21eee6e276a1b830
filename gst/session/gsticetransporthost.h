/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticenegotiation.h"
#include "gsticenotice.h"
#include "gsticeservers.h"

G_BEGIN_DECLS

typedef struct _GstIceTransport GstIceTransport;

/* Whose transport it is. The pointers outlive the transport. */
typedef struct
{
  GstIceNegotiation *negotiation;
  const GstIceConfig *config;
  GstIceServers *servers;
  GMainContext *context;
  void (*notice) (const GstIceNotice * notice, gpointer user_data);
  /* The negotiation has news. */
  void (*changed) (gpointer user_data);
  /* No pair works, or none any more. @error: (transfer full) */
  void (*lost) (GstIceTransport * transport, GError * error, gpointer user_data);
  /* There are no keys for it: nothing may be sent. @error: (transfer full) */
  void (*insecure) (GstIceTransport * transport, GError * error, gpointer user_data);
  /* The path looks bad, or is gone: media wants another; NONE: it is well again. */
  void (*trouble) (GstIceTransport * transport, GstIceRestartReason reason,
      gpointer user_data);
  /* The fresh generation took over, or can't. */
  void (*restarted) (GstIceTransport * transport, gboolean works, gpointer user_data);
  gpointer user_data;
} GstIceTransportHost;

G_END_DECLS
