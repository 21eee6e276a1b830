/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedescription.h"
#include "gsticehttpclient.h"

G_BEGIN_DECLS

/* The answer to an offer that the peer made instead of answering ours (WHEP,
 * draft-ietf-wish-whep, 4.3.2), on its way: PATCHed until it is taken, refused, or the
 * time is over. Session thread. */
typedef struct _GstIceHttpCounterOffer GstIceHttpCounterOffer;

typedef struct
{
  /* @etag: (nullable): the version of the session from here on */
  void (*taken) (const gchar * etag, GObject * owner);
  void (*failed) (const GError * error, GObject * owner);
} GstIceHttpCounterOfferEvents;

/* @client, @owner: (transfer none): must live longer
 * @resource: where the peer wants its answer
 * @etag: (nullable): of it
 * @where: the peer, for messages
 * @timeout_ms: 0: as long as such an offer lives */
GstIceHttpCounterOffer *gst_ice_http_counter_offer_new (GstIceHttpClient * client,
    GUri * resource, const gchar * etag, const gchar * where, guint timeout_ms,
    const GstIceHttpCounterOfferEvents * events, GObject * owner)
    G_GNUC_WARN_UNUSED_RESULT;

/* None of its requests may be under way. */
void gst_ice_http_counter_offer_free (GstIceHttpCounterOffer * self);

/* Begins; once. */
void gst_ice_http_counter_offer_answer (GstIceHttpCounterOffer * self,
    GstIceDescription * answer);

/* Ends; no event follows. */
void gst_ice_http_counter_offer_stop (GstIceHttpCounterOffer * self);

G_END_DECLS
