/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticelitecalls.h"
#include "gsticewaiter.h"

G_BEGIN_DECLS

/* One UDP port that many calls share: a socket for each address family, on
 * all addresses of this machine; with ICE-TCP also the TCP port of the same
 * number. Reads all packets, answers checks, and gives each call its media. */
#define GST_TYPE_ICE_LITE_PORT (gst_ice_lite_port_get_type ())
G_DECLARE_FINAL_TYPE (GstIceLitePort, gst_ice_lite_port, GST, ICE_LITE_PORT,
    GObject)

typedef struct
{
  guint number;                 /* users with the same number share the port;
                                 * 0: it is not shared */
  guint min, max;               /* without a number: the range; min 0: any
                                 * port */
  guint buffer_bytes;           /* of each socket and direction; 0: the
                                 * system's */
  gint dscp;                    /* -1: none */
  gboolean has_tcp;             /* accepts TCP connections */
} GstIceLitePortSettings;

/* Any thread, for all these functions; but not the thread that reads. */

/* Opens the port, or joins it if it is open in this process.
 * Returns: (transfer full): for gst_ice_lite_port_leave(); %NULL with
 *     GST_ICE_ERROR_LOCAL or GST_ICE_ERROR_SETTINGS */
GstIceLitePort *gst_ice_lite_port_join (const GstIceLitePortSettings * settings,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;

/* @self: (transfer full): the last user closes the port, at once */
void gst_ice_lite_port_leave (GstIceLitePort * self);

/* @waiter: (transfer none) (nullable): of a thread that wants the packets of a
 *     call. The thread of the first waiter reads the port, and passes their
 *     packets to the others.
 * Returns: %FALSE with GST_ICE_ERROR_SETTINGS: two different shared threads
 *     would read */
gboolean gst_ice_lite_port_set_waiter (GstIceLitePort * self,
    GstIceWaiter * waiter, GError ** error);

/* Returns: the port of @family, AF_INET or AF_INET6; 0: there is no socket
 *     for it */
guint gst_ice_lite_port_get_number (GstIceLitePort * self, gint family);

/* See gst_ice_lite_calls_add(), _remove() and _set_peer(). A removed call
 * gets no more packets, but for those that a reader has taken already. */
GstIceLiteCall *gst_ice_lite_port_add_call (GstIceLitePort * self,
    const GstIceLiteCallSettings * settings);
void gst_ice_lite_port_remove_call (GstIceLitePort * self,
    GstIceLiteCall * call);
void gst_ice_lite_port_set_peer (GstIceLitePort * self, GstIceLiteCall * call,
    const gchar * ufrag);

/* Returns: whether a check came from a peer that knows the call's password */
gboolean gst_ice_lite_port_was_checked (GstIceLitePort * self,
    GstIceLiteCall * call);

/* @path: (out): what the peer has nominated; its call is %NULL if that is nothing
 * Returns: how the peer is heard */
GstIceLiteHealth gst_ice_lite_port_look (GstIceLitePort * self,
    GstIceLiteCall * call, GstIceLitePath * path);

/* Returns: (transfer full) (nullable): a route to the peer of @path, from
 *     gst_ice_lite_port_look(); %NULL: it was a TCP connection that has
 *     ended */
GstIceRoute *gst_ice_lite_port_make_route (GstIceLitePort * self,
    GstIceLiteCall * call, const GstIceLitePath * path)
    G_GNUC_WARN_UNUSED_RESULT;

/* What a port has counted since it was opened. */
typedef struct
{
  guint number;
  guint n_calls;
  guint n_streams;              /* TCP connections */
  guint kernel_drops;           /* packets that found a receive buffer full */
  GstIceLiteCounts counts;
} GstIceLitePortState;

/* Calls @func for each port that can be shared, with a lock held. */
void gst_ice_lite_port_foreach (void (*func) (const GstIceLitePortState * state,
        gpointer user_data), gpointer user_data);

G_END_DECLS
