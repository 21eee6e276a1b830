/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeudpconsent.h"

G_BEGIN_DECLS

/* One end. */
typedef struct
{
  GstIceUdpConsent *consent;
  GstIceUdpAddress local;
  gint fd;
  GString *states;              /* of the changes: A, S, L */
} ConsentEnd;

/* Two ends that ask each other for consent, on loopback. Time is what the test says: a
 * minute takes no time. So are dice: it ends the same way each time. */
typedef struct
{
  ConsentEnd ends[2];
  gint64 now_us;
  guint loss_percent;           /* each way */
  gboolean media;               /* 50 packets a second, both ways, lost as others */
  gboolean vouched;             /* that are the peer's for sure */
  guint16 mapped_port;          /* what end 1 sees of end 0; 0: what there is */
  GRand *dice;
} ConsentPair;

#define CONSENT_SECOND ((gint64) G_USEC_PER_SEC)

/* What each end has to know of the other. */
#define CONSENT_ALICE "aliceAliceAliceAliceAl"
#define CONSENT_BOB "bobbobbobbobbobbobbobb"

/* @password: what alice, end 0, takes for hers; @period_ms: 0: RFC 7675's; @seed: of
 * the dice */
void consent_pair_init (ConsentPair * self, const gchar * address,
    const gchar * password, guint period_ms, guint32 seed);
void consent_pair_clear (ConsentPair * self);

void consent_pair_run (ConsentPair * self, gint64 duration_us);

/* All is lost from now on, until end 0 has something to say, or for 10 s.
 * Returns: after how many milliseconds */
guint consent_pair_kill (ConsentPair * self);

G_END_DECLS
