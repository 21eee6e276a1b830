/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticesignaller.h"

G_BEGIN_DECLS

/* A signaller in memory. Two with the same room in signalling-uri,
 * "fake:call/ROOM" and "fake:listen/ROOM", deliver to each other; for a
 * single one the test is the peer. "fake:refused/ROOM" calls, and its ICE
 * restarts are refused. "fake:broken" can't start. Any thread, unless said
 * otherwise. */
#define FAKE_TYPE_SIGNALLER (fake_signaller_get_type ())
G_DECLARE_FINAL_TYPE (FakeSignaller, fake_signaller, FAKE, SIGNALLER, GObject)

/* Registers the scheme "fake:", and forgets former signallers. */
void fake_signallers_start (void);
void fake_signallers_stop (void);

/* Callers offer again in mid-call, also to restart ICE, until fake_signallers_start(). Before
 * that they do not. */
void fake_signallers_let_offer_again (void);

/* Waits until the signaller is started.
 * Returns: (transfer none) (nullable): the last one made for @uri */
FakeSignaller *fake_signallers_find (const gchar * uri);
FakeSignaller *fake_signallers_wait (const gchar * uri);

/* Returns: (transfer full): what it was asked to do, in order: "start offer
 *     trickle restart reject:GST_ICE_ERROR_BUSY's number hang-up close" */
gchar *fake_signaller_get_log (FakeSignaller * self) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full) (nullable): the last description or fragment sent */
GstIceDescription *fake_signaller_get_sent (FakeSignaller * self,
    GstIceDescriptionType type) G_GNUC_WARN_UNUSED_RESULT;

/* These emit events from its context, as if they came from the peer. */
void fake_signaller_tell_description (FakeSignaller * self,
    GstIceDescription * description);
/* @offer: (nullable): %NULL: the peer waits for ours
 * Returns: (transfer full): the signaller of a peer of its own, which offers; its log is the
 *     listener's */
FakeSignaller *fake_signaller_tell_newcomer (FakeSignaller * self,
    GstIceDescription * offer) G_GNUC_WARN_UNUSED_RESULT;
void fake_signaller_tell_hung_up (FakeSignaller * self);
/* The same for an offer that the peer made instead of answering: this side
 * is no longer the caller. */
void fake_signaller_tell_counter_offer (FakeSignaller * self,
    GstIceDescription * offer);
void fake_signaller_tell_failed (FakeSignaller * self, const GError * error);

G_END_DECLS
