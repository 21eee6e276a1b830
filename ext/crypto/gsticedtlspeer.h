/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Our end of one DTLS association: a dtlsenc and a dtlsdec that are in no pipeline. */
typedef struct _GstIceDtlsPeer GstIceDtlsPeer;

/* On the session thread, never from inside a call. Everything is (transfer none). */
typedef struct
{
  /* To be sent to the other end. */
  void (*packet) (GstBuffer * packet, gpointer user_data);
  /* The handshake is done. @suite: by the name of RFC 4568, 6.2 */
  void (*keys) (const gchar * suite, GstBuffer * our_key,
      GstBuffer * their_key, const gchar * peer_pem, gpointer user_data);
  /* It failed, or the other end closed. */
  void (*broken) (gpointer user_data);
} GstIceDtlsPeerEvents;

/* Session thread, whose context is @context. @events: static */
GstIceDtlsPeer *gst_ice_dtls_peer_new (GMainContext * context,
    const GstIceDtlsPeerEvents * events, gpointer user_data)
    G_GNUC_WARN_UNUSED_RESULT;

/* Session thread. Begins, or, for a server, waits for the other end. @pem: our
 * certificate and its key */
void gst_ice_dtls_peer_start (GstIceDtlsPeer * self, const gchar * pem,
    gboolean client);

/* Any thread. @packet: (transfer full): kept, if it comes before the start */
void gst_ice_dtls_peer_receive (GstIceDtlsPeer * self, GstBuffer * packet);

/* Session thread. No event follows; receive() may still be called. */
void gst_ice_dtls_peer_stop (GstIceDtlsPeer * self);

/* Session thread, when nobody calls receive() any more. */
void gst_ice_dtls_peer_free (GstIceDtlsPeer * self);

G_END_DECLS
