/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecandidate.h"
#include "gsticeleftout.h"

G_BEGIN_DECLS

/* The addresses of those of the peer's candidates that have names: the system's resolver
 * knows them, or, for ".local", who else is on the local link. Nothing here is an error:
 * what stays unknown is left out. Session thread only. */
typedef struct _GstIceNiceResolver GstIceNiceResolver;

/* @candidates: (transfer none): of GstIceCandidate, with an address each. Never from
 *     inside a call. May free the names. */
typedef void (*GstIceNiceResolverFound) (GPtrArray * candidates,
    gpointer user_data);

/* @interfaces: (nullable): as gst_ice_addresses_list()
 * @all_names: also names that do not end in ".local"
 * @context: the thread's default one
 * Returns: (transfer full) */
GstIceNiceResolver *gst_ice_nice_resolver_new (const gchar * interfaces,
    gboolean all_names, GMainContext * context, GstIceNiceResolverFound found,
    gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_nice_resolver_free (GstIceNiceResolver * self);

/* Looks up the name of @candidate, of which nobody else will hear again, unless 16 others
 * are being looked up, or it is none of the link's and those only are. */
void gst_ice_nice_resolver_add (GstIceNiceResolver * self,
    const GstIceCandidate * candidate);

/* Adds those whose names are not known to anybody, or not yet, and those that are not looked
 * up. */
void gst_ice_nice_resolver_count_left_out (const GstIceNiceResolver * self,
    GstIceLeftOut * left_out);

/* Whether @candidate is of no use before its name is looked up. */
gboolean gst_ice_nice_resolver_is_name (const GstIceCandidate * candidate);

G_END_DECLS
