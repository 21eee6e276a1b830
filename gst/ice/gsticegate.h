/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Milliseconds that an m-line's checks hold up those of the next, at most: on a
 * path of 150 ms a relay needs more than 500. */
#define GST_ICE_GATE_CAP_MS 2000

/* The order of checks: those of an m-line wait until the one before it works, is
 * dead, or has had its time (RFC 5245, 5.7.4 and 7.1.3.2.3). Pure. */
typedef struct _GstIceGate GstIceGate;

GstIceGate *gst_ice_gate_new (void) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_gate_free (GstIceGate * self);

typedef enum
{
  GST_ICE_GATE_IDLE,            /* the peer's credentials are not known */
  GST_ICE_GATE_HELD,            /* could check, must wait */
  GST_ICE_GATE_CHECKING,
  GST_ICE_GATE_WORKING,         /* a pair works on all components */
  GST_ICE_GATE_DEAD,            /* failed, rejected or gone */
} GstIceGatePhase;

/* What became of m-line @index; CHECKING is for the gate alone to set. */
void gst_ice_gate_set (GstIceGate * self, guint index, GstIceGatePhase phase);
GstIceGatePhase gst_ice_gate_get (GstIceGate * self, guint index);

/* Lets the next m-line through if it may go at @now_ms.
 * Returns: its number, whose phase is CHECKING now, or -1 */
gint gst_ice_gate_open (GstIceGate * self, gint64 now_ms);

/* Returns: milliseconds from @now_ms until gst_ice_gate_open() may have another
 *     one by time alone, or -1 */
gint gst_ice_gate_get_wait (GstIceGate * self, gint64 now_ms);

G_END_DECLS
