/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecandidate.h"
#include "gsticeleftout.h"

G_BEGIN_DECLS

/* Finds the addresses of the peer's candidates that have names: from the
 * system's resolver, and for ".local" names on the local link. Failure is no
 * error: a candidate whose name stays unknown is left out. Session thread
 * only. */
typedef struct _GstIceNiceResolver GstIceNiceResolver;

/* Never called from inside a call. May free the resolver.
 * @candidates: (transfer none): of GstIceCandidate, each with an address */
typedef void (*GstIceNiceResolverFound) (GPtrArray * candidates,
    gpointer user_data);

/* @interfaces: (nullable): as in gst_ice_addresses_list()
 * @all_names: also resolve names that do not end in ".local"
 * @context: the thread's default one
 * Returns: (transfer full) */
GstIceNiceResolver *gst_ice_nice_resolver_new (const gchar * interfaces,
    gboolean all_names, GMainContext * context, GstIceNiceResolverFound found,
    gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void gst_ice_nice_resolver_free (GstIceNiceResolver * self);

/* Looks up the name of @candidate. Ignores it if 16 names are being looked
 * up already, or if it is outside the link and only the link's are allowed. */
void gst_ice_nice_resolver_add (GstIceNiceResolver * self,
    const GstIceCandidate * candidate);

/* Adds the number of candidates without an address: the name is unknown, not
 * resolved yet, or not looked up. */
void gst_ice_nice_resolver_count_left_out (const GstIceNiceResolver * self,
    GstIceLeftOut * left_out);

/* Whether @candidate can't be used before its name is resolved. */
gboolean gst_ice_nice_resolver_is_name (const GstIceCandidate * candidate);

G_END_DECLS
