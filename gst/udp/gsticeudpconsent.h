/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeudpaddress.h"

G_BEGIN_DECLS

/* The peer's consent to receive what we send (RFC 7675), for one nominated
 * pair: asks for it, and gives ours to the peer. Used by one thread at a
 * time; never waits. Times are monotonic microseconds that the caller passes
 * in. */
typedef struct _GstIceUdpConsent GstIceUdpConsent;

typedef enum
{
  GST_ICE_UDP_CONSENT_ALIVE,
  GST_ICE_UDP_CONSENT_SUSPECT,  /* an answer is late, or shows that a NAT
                                 * gave us another address; sending goes on */
  GST_ICE_UDP_CONSENT_LOST,     /* final: nothing may be sent */
} GstIceUdpConsentState;

typedef void (*GstIceUdpConsentFunc) (GstIceUdpConsentState state,
    gpointer user_data);

/* Sends @message. A message that can't be sent counts as lost and is sent
 * again. */
typedef void (*GstIceUdpConsentSend) (const guint8 * message, gsize size_bytes,
    const GstIceUdpAddress * to, gpointer user_data);

/* Settings for gst_ice_udp_consent_new(), which copies what it keeps. */
typedef struct
{
  const gchar *local_ufrag;
  const gchar *local_password;
  const gchar *remote_ufrag;
  const gchar *remote_password;
  gboolean controlling;
  guint timeout_ms;             /* consent is lost after this long without an
                                 * answer; 0: 30 s */
  guint period_ms;              /* 0: 5 s (RFC 7675). Less than 2000 finds a
                                 * dead path soon, with keepalives (RFC 8445,
                                 * 11) that count as consent checks */
  guint32 tag;                  /* the first bytes of our transaction ids */
} GstIceUdpConsentSettings;

/* @send, @changed: called from inside handle() and tick() */
GstIceUdpConsent *gst_ice_udp_consent_new (const GstIceUdpConsentSettings *
    settings, GstIceUdpConsentSend send, GstIceUdpConsentFunc changed,
    gpointer user_data)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_udp_consent_free (GstIceUdpConsent * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceUdpConsent, gst_ice_udp_consent_free)

/* Starts: the nomination of a pair is consent (RFC 7675, 5.1), for @remote
 * only. */
void gst_ice_udp_consent_start (GstIceUdpConsent * self,
    const GstIceUdpAddress * remote, gint64 now_us);

/* Takes a packet whose first byte is below 4. */
void gst_ice_udp_consent_handle (GstIceUdpConsent * self,
    const GstIceUdpAddress * from, const guint8 * data, gsize size_bytes,
    gint64 now_us);

/* Takes note of media from the peer. When steady media stops, and requests were
 * frequent, several requests follow quickly.
 * @vouched: a cipher has authenticated the media: while it stays steady,
 *     requests are sent every 5 s only (RFC 7675, 5.1) */
void gst_ice_udp_consent_hear (GstIceUdpConsent * self, gint64 now_us,
    gboolean vouched);

/* Does what is due at @now_us.
 * Returns: when to call this next, %G_MAXINT64: never */
gint64 gst_ice_udp_consent_tick (GstIceUdpConsent * self, gint64 now_us);

typedef struct
{
  guint64 requests_sent;        /* each repetition counts */
  guint64 responses_received;   /* the peer's answers to our requests */
  guint64 requests_received;    /* the peer's requests, which were answered */
  guint64 forged;               /* dropped for a wrong integrity, name or
                                 * fingerprint */
  guint round_trip_us;          /* of the last request that was sent once; 0:
                                 * none yet */
} GstIceUdpConsentCounts;

/* Any thread. */
void gst_ice_udp_consent_get_counts (GstIceUdpConsent * self,
    GstIceUdpConsentCounts * counts);

G_END_DECLS
