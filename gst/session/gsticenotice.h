/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecandidate.h"

G_BEGIN_DECLS

typedef enum
{
  GST_ICE_NOTICE_NEGOTIATION_NEEDED,
  GST_ICE_NOTICE_MLINE,         /* the element has got its m-line */
  GST_ICE_NOTICE_FORMATS,       /* the formats of the m-line are agreed */
  GST_ICE_NOTICE_OFFERED,       /* what the peer offers, while no answer can
                                 * be made */
  GST_ICE_NOTICE_DIRECTION,     /* the direction has changed: the peer holds
                                 * or resumes */
  GST_ICE_NOTICE_CANDIDATE,     /* a local candidate; NULL: there are no more */
  GST_ICE_NOTICE_GATHERING_STATE,
  GST_ICE_NOTICE_CONNECTION_STATE,
  GST_ICE_NOTICE_SELECTED_PAIR,
  GST_ICE_NOTICE_SECURED,       /* there are keys: packets can go */
  GST_ICE_NOTICE_CONSUMER_CONNECTING,   /* @peer calls; whoever hears it may say no */
  GST_ICE_NOTICE_CONSUMER_ADDED,        /* media can flow to it */
  GST_ICE_NOTICE_CONSUMER_REMOVED,      /* @text: why */
  GST_ICE_NOTICE_PROGRESS,
  GST_ICE_NOTICE_WARNING,       /* the call goes on */
  GST_ICE_NOTICE_ERROR,         /* the session can't go on */

  /* For the timeline only. */
  GST_ICE_NOTICE_PEER_CANDIDATE,        /* the agent may check it from now on */
  GST_ICE_NOTICE_FIRST_SENT,    /* the first packet of the m-line has left, */
  GST_ICE_NOTICE_FIRST_RECEIVED,        /* or has come, decrypted */
} GstIceNoticeType;

/* News from the session for elements and applications, on the session
 * thread. All fields are (transfer none). */
typedef struct
{
  GstIceNoticeType type;
  gint mline;                   /* -1: the whole session */
  guint consumer;               /* with whom, where there may be several; 0: the one peer */
  const gchar *call_id;         /* of the call that it is about; NULL: none */
  const gchar *address;         /* CONSUMER_…: of its signalling; NULL: not known */
  guint n_consumers;            /* CONSUMER_…: that there are now */
  const GstStructure *peer;     /* CONSUMER_CONNECTING, as is this: who it is, as of
                                 * gst_ice_signaller_describe_peer() */
  gboolean *welcome;            /* to be made FALSE where it is not */
  GstCaps *formats;
  GstIceDirection direction;
  gboolean answering;           /* FORMATS: payload types are the peer's choice */
  const GstIceCandidate *candidate;
  GstIceGatheringState gathering_state;
  GstIceConnectionState connection_state;
  const GstIceCandidate *local; /* SELECTED_PAIR */
  const GstIceCandidate *remote;
  GstProgressType progress;
  const gchar *text;
  const GError *error;
  gint64 at_us;                 /* when it happened, of the monotonic clock; 0: now */
} GstIceNotice;

G_END_DECLS
