/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many milliseconds the checks of an m-line hold back those of the next,
 * at most: on a path of 150 ms a relay needs more than 500. */
#define GST_ICE_CHECK_ORDER_CAP_MS 2000

/* The order of checks: those of an m-line wait until the m-line before it
 * works, is dead, or has had its time (RFC 5245, 5.7.4 and 7.1.3.2.3). Pure. */
typedef struct _GstIceCheckOrder GstIceCheckOrder;

GstIceCheckOrder *gst_ice_check_order_new (void) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_check_order_free (GstIceCheckOrder * self);

typedef enum
{
  GST_ICE_CHECK_ORDER_IDLE,            /* the peer's credentials are unknown */
  GST_ICE_CHECK_ORDER_HELD,            /* ready to check, waits for its turn */
  GST_ICE_CHECK_ORDER_CHECKING,
  GST_ICE_CHECK_ORDER_WORKING,         /* a pair works on all components */
  GST_ICE_CHECK_ORDER_DEAD,            /* failed, rejected or removed */
} GstIceCheckOrderPhase;

/* Sets the phase of m-line @index, except CHECKING, which only this file
 * sets. */
void gst_ice_check_order_set (GstIceCheckOrder * self, guint index, GstIceCheckOrderPhase phase);
GstIceCheckOrderPhase gst_ice_check_order_get (GstIceCheckOrder * self, guint index);

/* Lets the next m-line start if it may at @now_ms.
 * Returns: its number, with phase CHECKING from this call on, or -1 */
gint gst_ice_check_order_open (GstIceCheckOrder * self, gint64 now_ms);

/* Returns: in how many milliseconds from @now_ms gst_ice_check_order_open()
 *     lets the next m-line start if nothing happens before, or -1 */
gint gst_ice_check_order_get_wait (GstIceCheckOrder * self, gint64 now_ms);

G_END_DECLS
