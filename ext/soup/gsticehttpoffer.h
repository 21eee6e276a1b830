/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeeventqueue.h"
#include "gsticehttpclient.h"

G_BEGIN_DECLS

/* Sends the caller's offer by POST until it is accepted, refused, or the
 * time is over. The listener may not be there yet, may be in a call, or may
 * redirect. Session thread. */
typedef struct _GstIceHttpOffer GstIceHttpOffer;

typedef struct
{
  /* Status 201 or 200; @body is the answer. May come after the offer was
   * stopped: the listener then has a session that must be ended. */
  void (*accepted) (SoupMessage * message, GBytes * body, GObject * owner);
  /* Status 406, with an offer in @body instead of an answer; otherwise as
   * accepted. */
  void (*countered) (SoupMessage * message, GBytes * body, GObject * owner);
  void (*failed) (const GError * error, GObject * owner);
} GstIceHttpOfferEvents;

/* @client, @queue, @owner: (transfer none): must live longer; progress is told
 *     to @queue
 * @uri: of the listener
 * @timeout_ms: 0: no limit */
GstIceHttpOffer *gst_ice_http_offer_new (GstIceHttpClient * client,
    GstIceEventQueue * queue, GUri * uri, guint timeout_ms,
    const GstIceHttpOfferEvents * events, GObject * owner)
    G_GNUC_WARN_UNUSED_RESULT;

/* Before sending: the offer asks to receive (WHEP), so 404, 502 and 504 mean
 * only that there is no stream yet. */
void gst_ice_http_offer_set_patient (GstIceHttpOffer * self);

/* No request may be under way. */
void gst_ice_http_offer_free (GstIceHttpOffer * self);

/* Begins. Called again, sets a newer offer for the next try. */
void gst_ice_http_offer_send (GstIceHttpOffer * self,
    GstIceDescription * description);

/* Ends. A request that may have made a session at the peer gets a moment to
 * be answered. */
void gst_ice_http_offer_stop (GstIceHttpOffer * self);

G_END_DECLS
