/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeudpaddress.h"

G_BEGIN_DECLS

/* The peer's consent to be sent to (RFC 7675), asked for and given on one nominated
 * pair, by whatever way there is to it. One thread at a time; it never waits. Times are
 * monotonic microseconds, and passed in. */
typedef struct _GstIceUdpConsent GstIceUdpConsent;

typedef enum
{
  GST_ICE_UDP_CONSENT_ALIVE,
  GST_ICE_UDP_CONSENT_SUSPECT,  /* an answer is late, or says that a NAT has given
                                 * us another address; sending goes on */
  GST_ICE_UDP_CONSENT_LOST,     /* for good: nothing may be sent */
} GstIceUdpConsentState;

typedef void (*GstIceUdpConsentFunc) (GstIceUdpConsentState state,
    gpointer user_data);

/* What can't be sent is lost, as the network may lose it: it is sent again. */
typedef void (*GstIceUdpConsentSend) (const guint8 * message, gsize size_bytes,
    const GstIceUdpAddress * to, gpointer user_data);

/* What it is made with; it copies what it keeps. */
typedef struct
{
  const gchar *local_ufrag;
  const gchar *local_password;
  const gchar *remote_ufrag;
  const gchar *remote_password;
  gboolean controlling;
  guint timeout_ms;             /* without an answer until it is lost; 0: 30 s */
  guint period_ms;              /* 0: 5 s, as RFC 7675 has it; less than 2000: to
                                 * find a dead path soon, by keepalives (RFC 8445,
                                 * 11) that are consent as well */
  guint32 tag;                  /* what our transaction ids begin with */
} GstIceUdpConsentSettings;

/* @send, @changed: called from within handle() and tick() */
GstIceUdpConsent *gst_ice_udp_consent_new (const GstIceUdpConsentSettings *
    settings, GstIceUdpConsentSend send, GstIceUdpConsentFunc changed,
    gpointer user_data)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_udp_consent_free (GstIceUdpConsent * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceUdpConsent, gst_ice_udp_consent_free)

/* A pair was nominated, which is consent (RFC 7675, 5.1): counts from now on, to
 * this address only. */
void gst_ice_udp_consent_start (GstIceUdpConsent * self,
    const GstIceUdpAddress * remote, gint64 now_us);

/* A packet whose first byte is below 4. */
void gst_ice_udp_consent_handle (GstIceUdpConsent * self,
    const GstIceUdpAddress * from, const guint8 * data, gsize size_bytes,
    gint64 now_us);

/* Other packets came from the peer. Where they did so steadily and come no more, it
 * is asked at once and quickly, when it was asked often before. @vouched: a cipher has
 * found that they are the peer's: while they come steadily, it is asked every 5 s only,
 * as RFC 7675, 5.1 has it. */
void gst_ice_udp_consent_hear (GstIceUdpConsent * self, gint64 now_us,
    gboolean vouched);

/* Does what is due.
 * Returns: when something will be, %G_MAXINT64: never */
gint64 gst_ice_udp_consent_tick (GstIceUdpConsent * self, gint64 now_us);

typedef struct
{
  guint64 requests_sent;        /* the same one again counts again */
  guint64 responses_received;   /* of the peer, to ours */
  guint64 requests_received;    /* of the peer, answered */
  guint64 forged;               /* dropped: integrity, name or fingerprint */
  guint round_trip_us;          /* of the last request sent once, 0: none yet */
} GstIceUdpConsentCounts;

/* Any thread. */
void gst_ice_udp_consent_get_counts (GstIceUdpConsent * self,
    GstIceUdpConsentCounts * counts);

G_END_DECLS
