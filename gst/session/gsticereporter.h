/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecipher.h"
#include "gsticereceiver.h"
#include "gsticesender.h"

G_BEGIN_DECLS

/* The RTCP of one m-line to one peer where no element sends any: sender reports, goodbyes,
 * and wishes for key units. Session thread only. */
typedef struct _GstIceReporter GstIceReporter;

/* @cname: of this end, copied
 * Returns: (transfer full): one that has no way to the peer */
GstIceReporter *gst_ice_reporter_new (const gchar * cname)
    G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_reporter_free (GstIceReporter * self);

/* @route, @cipher: (transfer none) (nullable): as of gst_ice_sender_set_route() and
 * gst_ice_sender_set_cipher() */
void gst_ice_reporter_set_way (GstIceReporter * self, GstIceRoute * route,
    gboolean cipher_wanted, GstIceCipher * cipher);

/* @sender: (transfer none) (nullable): of whose packets is reported from now on; of those of
 * the one before that was goodbye
 * @clock_rate: of RTP time; 0: unknown, and nothing is reported
 * @cname: (nullable): if its source has another than this end */
void gst_ice_reporter_set_sender (GstIceReporter * self, GstIceSender * sender,
    guint clock_rate, const gchar * cname);

/* The peer of @receiver (transfer none) is to send a key unit, if it sends anything: now, or
 * 500 ms after the last time. @fir: by FIR (RFC 5104, 4.3.1), else by PLI (RFC 4585, 6.3.1) */
void gst_ice_reporter_ask_key_unit (GstIceReporter * self,
    GstIceReceiver * receiver, gboolean fir);

G_END_DECLS
