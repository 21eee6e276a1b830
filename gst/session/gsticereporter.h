/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecipher.h"
#include "gsticereceiver.h"
#include "gsticesender.h"

G_BEGIN_DECLS

/* The RTCP of one m-line to one peer when no element sends any: sender
 * reports, goodbyes, and requests for key units. Session thread only. */
typedef struct _GstIceReporter GstIceReporter;

/* @cname: of this end, copied
 * Returns: (transfer full): a reporter without a path to the peer */
GstIceReporter *gst_ice_reporter_new (const gchar * cname)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_reporter_free (GstIceReporter * self);

/* @route, @cipher: (transfer none) (nullable): as of gst_ice_destination_set_route() and
 * gst_ice_destination_set_cipher() */
void gst_ice_reporter_set_way (GstIceReporter * self, GstIceRoute * route,
    gboolean cipher_wanted, GstIceCipher * cipher);

/* @sender, @destination, which is the peer: (transfer none) (nullable): of whose packets is
 * reported from now on; of those of the one before that was goodbye; both or none %NULL
 * @clock_rate: of RTP time; 0: unknown, and nothing is reported
 * @cname: (nullable): if the sender's source has another one than this end */
void gst_ice_reporter_set_sender (GstIceReporter * self, GstIceSender * sender,
    GstIceDestination * destination, guint clock_rate, const gchar * cname);

/* Asks the peer for a key unit, at once or 500 ms after the last request.
 * @receiver: (transfer none): gets what the peer sends; without packets nothing
 *     is asked
 * @fir: by FIR (RFC 5104, 4.3.1), else by PLI (RFC 4585, 6.3.1) */
void gst_ice_reporter_ask_key_unit (GstIceReporter * self,
    GstIceReceiver * receiver, gboolean fir);

G_END_DECLS
