/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticemembers.h"

G_BEGIN_DECLS

/* The states of a transport as W3C has them, and the m-lines that have the transport: the
 * members on these are told of changes, and of what else happens. Session thread only. */
typedef struct
{
  GstIceMembers *members;       /* (transfer none) */
  GstIceMlines *all;            /* (transfer none): of the call */
  const gchar *media;           /* for logs: "audio" */
  GArray *mlines;               /* of guint; the first is the transport's own */

  /* Others read these. */
  gboolean was_connected;       /* a pair worked, at some time */
  GstIceGatheringState gathering;
  GstIceConnectionState connection;
} GstIceTransportState;

/* @members, @all, @media: (transfer none), outlive it; @own: number of the m-line whose
 * transport it is */
void gst_ice_transport_state_init (GstIceTransportState * self,
    GstIceMembers * members, GstIceMlines * all, guint own,
    const gchar * media);
void gst_ice_transport_state_clear (GstIceTransportState * self);

/* Another m-line has the transport, too, or has it no more. */
void gst_ice_transport_state_add_mline (GstIceTransportState * self,
    guint mline);
void gst_ice_transport_state_remove_mline (GstIceTransportState * self,
    guint mline);

void gst_ice_transport_state_set_gathering (GstIceTransportState * self,
    GstIceGatheringState state);

/* Before a call is on, who starts its checks tells of progress; from then on the loss of
 * the path, and the search for another, are told here. */
void gst_ice_transport_state_set_connection (GstIceTransportState * self,
    GstIceConnectionState state);

/* Tells @notice, whose mline is filled in here, for the transport's own m-line only, or
 * for each that has it. */
void gst_ice_transport_state_tell_own (GstIceTransportState * self,
    GstIceNotice notice);
void gst_ice_transport_state_tell_all (GstIceTransportState * self,
    GstIceNotice notice);

/* Tells for the transport's own m-line. @error: (transfer full) */
void gst_ice_transport_state_tell_progress (GstIceTransportState * self,
    GstProgressType type, const gchar * text);
void gst_ice_transport_state_warn (GstIceTransportState * self,
    GError * error);

G_END_DECLS
