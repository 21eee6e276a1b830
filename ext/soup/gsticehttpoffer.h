/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeeventqueue.h"
#include "gsticehttpclient.h"

G_BEGIN_DECLS

/* The caller's offer on its way to a listener that may not be there yet, may be
 * in a call, or elsewhere: POSTed until it is taken, refused, or the time is over.
 * Session thread. */
typedef struct _GstIceHttpOffer GstIceHttpOffer;

typedef struct
{
  /* 201 or 200; @body has the answer. It may come after the offer was stopped:
   * the listener has a session then that somebody has to end. */
  void (*accepted) (SoupMessage * message, GBytes * body, GObject * owner);
  /* 406 with an offer in @body, instead of an answer; see accepted. */
  void (*countered) (SoupMessage * message, GBytes * body, GObject * owner);
  void (*failed) (const GError * error, GObject * owner);
} GstIceHttpOfferEvents;

/* @client, @queue, @owner: (transfer none): must live longer; @queue is told
 *     progress
 * @uri: where to
 * @timeout_ms: 0: for ever */
GstIceHttpOffer *gst_ice_http_offer_new (GstIceHttpClient * client,
    GstIceEventQueue * queue, GUri * uri, guint timeout_ms,
    const GstIceHttpOfferEvents * events, GObject * owner)
    G_GNUC_WARN_UNUSED_RESULT;

/* Before it is sent: it asks to receive (WHEP), and 404, 502 and 504 only say that there is
 * nothing yet. */
void gst_ice_http_offer_set_patient (GstIceHttpOffer * self);

/* None of its requests may be under way. */
void gst_ice_http_offer_free (GstIceHttpOffer * self);

/* Begins; or gives a newer offer, for a try that is still to come. */
void gst_ice_http_offer_send (GstIceHttpOffer * self,
    GstIceDescription * description);

/* Ends. What may have made a session at the peer gets a moment to be answered. */
void gst_ice_http_offer_stop (GstIceHttpOffer * self);

G_END_DECLS
