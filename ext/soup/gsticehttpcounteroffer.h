/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedescription.h"
#include "gsticehttpclient.h"

G_BEGIN_DECLS

/* Sends the answer to an offer that the peer made instead of answering ours
 * (WHEP, draft-ietf-wish-whep, 4.3.2), by PATCH, until it is accepted,
 * refused, or the time is over. Session thread. */
typedef struct _GstIceHttpCounterOffer GstIceHttpCounterOffer;

typedef struct
{
  /* @etag: (nullable): the new version of the session */
  void (*taken) (const gchar * etag, GObject * owner);
  void (*failed) (const GError * error, GObject * owner);
} GstIceHttpCounterOfferEvents;

/* @client, @owner: (transfer none): must live longer
 * @resource: the URL for the answer
 * @etag: (nullable): its version
 * @where: the peer, for messages
 * @timeout_ms: 0: the lifetime of such an offer */
GstIceHttpCounterOffer *gst_ice_http_counter_offer_new (GstIceHttpClient * client,
    GUri * resource, const gchar * etag, const gchar * where, guint timeout_ms,
    const GstIceHttpCounterOfferEvents * events, GObject * owner)
    G_GNUC_WARN_UNUSED_RESULT;

/* No request may be under way. */
void gst_ice_http_counter_offer_free (GstIceHttpCounterOffer * self);

/* Begins. To be called once. */
void gst_ice_http_counter_offer_answer (GstIceHttpCounterOffer * self,
    GstIceDescription * answer);

/* Ends. No event follows. */
void gst_ice_http_counter_offer_stop (GstIceHttpCounterOffer * self);

G_END_DECLS
