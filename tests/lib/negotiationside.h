/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeerror.h"
#include "gsticenegotiation.h"
#include "icetest.h"

#define AUDIO GST_ICE_MEDIA_AUDIO
#define VIDEO GST_ICE_MEDIA_VIDEO
#define OFFER GST_ICE_DESCRIPTION_OFFER
#define ANSWER GST_ICE_DESCRIPTION_ANSWER
#define FRAGMENT GST_ICE_DESCRIPTION_FRAGMENT

/* One side of a negotiation, with audio and video. */
typedef struct
{
  GstIceClaims *claims;
  GstIceMlines *mlines;
  GstIceNegotiation *negotiation;
  gchar name;                   /* part of its credentials and addresses */
} Side;

void side_init (Side * side, gchar name);
void side_clear (Side * side);

/* Returns: (transfer none): the stream of m-line @mline */
GstIceStream *stream_of (GstIceNegotiation * negotiation, guint mline);

/* Returns: (transfer full): all actions: "open:0 agreed:0 check:0:Pa0:2
 *     add:0:1 refused:1" */
gchar *get_actions (Side * side);
void assert_actions (Side * side, const gchar * expected);
void add_local (Side * side, guint mline, guint port);

/* The agents of both m-lines report credentials and a candidate each. */
void gather (Side * side);
GstIceDescription *describe (Side * side, GstIceDescriptionType type);
void take (Side * side, GstIceDescription * description);
void refuse (Side * side, GstIceDescription * description, gint code);
void begin_offer (Side * side);

/* Lets both exchange their first offer and answer. */
void agree (Side * caller, Side * listener);
void init_both (Side * caller, Side * listener);
void clear_both (Side * caller, Side * listener);
void select_pair (Side * side, guint mline, guint port, const gchar * remote,
    guint remote_port);
