/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeniceserver.h"

G_BEGIN_DECLS

/* The servers of one agent; each entry is one server over one transport.
 * Session thread only. */
typedef struct _GstIceNiceServerList GstIceNiceServerList;

/* @host: outlives the list */
GstIceNiceServerList *gst_ice_nice_server_list_new (const GstIceNiceServerHost *
    host) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_nice_server_list_free (GstIceNiceServerList * self);

/* @server: for any transport; ignored if it is in the list already */
void gst_ice_nice_server_list_add (GstIceNiceServerList * self,
    const GstIceServer * server);

/* Returns: (transfer none) (nullable): the STUN server to use: libnice takes
 *     one */
GstIceNiceServer *gst_ice_nice_server_list_find_stun (const GstIceNiceServerList
    * self);

/* Whether there is a TURN server that may still answer. */
gboolean gst_ice_nice_server_list_has_turn (const GstIceNiceServerList * self);
gboolean gst_ice_nice_server_list_is_resolving (const GstIceNiceServerList *
    self);

/* Give libnice the servers that it can be given. The second returns whether
 * libnice has something to do for them. */
void gst_ice_nice_server_list_tell_stun (GstIceNiceServerList * self);
gboolean gst_ice_nice_server_list_tell_turn (GstIceNiceServerList * self);

/* Returns: (transfer none) (nullable): the server that the relayed
 *     @candidate comes from */
GstIceNiceServer *gst_ice_nice_server_list_claim (GstIceNiceServerList * self,
    const NiceCandidate * candidate);

/* There is no reflexive address: warns for each STUN server that libnice was
 * not given. */
void gst_ice_nice_server_list_give_up_stun (GstIceNiceServerList * self);

/* Diagnoses the servers that gave no candidate. */
void gst_ice_nice_server_list_diagnose (GstIceNiceServerList * self,
    gboolean has_srflx);

G_END_DECLS
