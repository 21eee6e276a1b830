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
  GString *states;              /* of the changes, as letters: A, S, L */
  GQueue under_way;             /* of messages to this end */
} ConsentEnd;

/* Two ends on loopback that ask each other for consent. The test moves the
 * clock, so that a minute takes no time, and seeds the random numbers, so
 * that each run is the same. */
typedef struct
{
  ConsentEnd ends[2];
  gint64 now_us;
  guint loss_percent;           /* in each direction */
  gint64 delay_us;              /* in each direction */
  gboolean media;               /* 50 packets a second, both ways, with the
                                 * same loss */
  gboolean vouched;             /* a cipher has authenticated the media */
  guint16 mapped_port;          /* the port of end 0 that end 1 reports; 0:
                                 * the real one */
  GRand *dice;
} ConsentPair;

#define CONSENT_SECOND ((gint64) G_USEC_PER_SEC)

/* Names and passwords of the two ends. */
#define CONSENT_ALICE "aliceAliceAliceAliceAl"
#define CONSENT_BOB "bobbobbobbobbobbobbobb"

/* @password: what end 0, alice, accepts as hers
 * @period_ms: 0: RFC 7675's
 * @seed: of the random numbers */
void consent_pair_init (ConsentPair * self, const gchar * address,
    const gchar * password, guint period_ms, guint32 seed);
void consent_pair_clear (ConsentPair * self);

void consent_pair_run (ConsentPair * self, gint64 duration_us);

/* Loses everything until end 0 reports something, or for 10 s.
 * Returns: after how many milliseconds */
guint consent_pair_kill (ConsentPair * self);

G_END_DECLS
