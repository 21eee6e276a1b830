/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecallsettings.h"

G_BEGIN_DECLS

/* W3C's states of a transport, and the m-lines that use it: the members on
 * these are told of changes and of other events. Session thread only. */
typedef struct
{
  const GstIceCallSettings *settings;   /* (transfer none): of the call */
  GstIceMlines *all;            /* (transfer none): of the call */
  const gchar *media;           /* for logs, such as "audio" */
  GArray *mlines;               /* numbers (guint) of the m-lines; the first
                                 * is the transport's own */

  /* Others may read these. */
  gboolean was_connected;       /* a pair worked, at some time */
  gboolean ended;               /* the peer has ended it, by its keys */
  GstIceGatheringState gathering;
  GstIceConnectionState connection;
} GstIceTransportState;

/* @settings, @all, @media: (transfer none), outlive it; @own: number of the m-line whose
 * transport it is */
void gst_ice_transport_state_init (GstIceTransportState * self,
    const GstIceCallSettings * settings, GstIceMlines * all, guint own,
    const gchar * media);
void gst_ice_transport_state_clear (GstIceTransportState * self);

/* Another m-line uses the transport, or does not use it any more. */
void gst_ice_transport_state_add_mline (GstIceTransportState * self,
    guint mline);
void gst_ice_transport_state_remove_mline (GstIceTransportState * self,
    guint mline);

void gst_ice_transport_state_set_gathering (GstIceTransportState * self,
    GstIceGatheringState state);

/* Sets and reports the state. Until the call is connected, others report its
 * progress; after that this function also reports the loss of the path and
 * the search for another. */
void gst_ice_transport_state_set_connection (GstIceTransportState * self,
    GstIceConnectionState state);

/* Sends @notice, whose mline is filled in here, to the transport's own
 * m-line only, or to each m-line that uses it. */
void gst_ice_transport_state_tell_own (GstIceTransportState * self,
    GstIceNotice notice);
void gst_ice_transport_state_tell_all (GstIceTransportState * self,
    GstIceNotice notice);

/* Reports that a pair is in use, since @at_us of the monotonic clock; 0: now. */
void gst_ice_transport_state_tell_pair (GstIceTransportState * self,
    const GstIceCandidate * local, const GstIceCandidate * remote,
    gint64 at_us);

/* Reports that there are keys, since @at_us of the monotonic clock. */
void gst_ice_transport_state_tell_secured (GstIceTransportState * self,
    gint64 at_us);

/* Writes a candidate of the peer, which may be checked from now on, into the timeline, if
 * there is one. */
void gst_ice_transport_state_record_remote (GstIceTransportState * self,
    const GstIceCandidate * candidate);

/* Reports progress, a warning or an error for the transport's own m-line.
 * @error: (transfer full) */
void gst_ice_transport_state_tell_progress (GstIceTransportState * self,
    GstProgressType type, const gchar * text);
void gst_ice_transport_state_warn (GstIceTransportState * self,
    GError * error);

/* Tells what the states are, once more. */
void gst_ice_transport_state_tell_again (GstIceTransportState * self);

G_END_DECLS
