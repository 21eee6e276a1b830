/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Decides which local candidates the peer is told of, and in which form. */

#include "config.h"

#include "gsticenicecandidatefilter.h"

#include "gsticecompatibility.h"
#include "gsticeniceconvert.h"
#include "gsticenat1to1.h"

#include <string.h>

struct _GstIceNiceCandidateFilter
{
  gboolean relay_only;
  gboolean keep_foundations;
  GstIceNat1to1 *mapping;       /* NULL: no mapping */
};

GstIceNiceCandidateFilter *
gst_ice_nice_candidate_filter_new (const GstIceConfig * config, GError ** error)
{
  const gchar *external = gst_ice_config_get_string (config,
      "external-address");
  GstIceNat1to1 *mapping = NULL;
  GstIceNiceCandidateFilter *self;

  if (external != NULL) {
    mapping = gst_ice_nat1to1_new (external,
        gst_ice_config_get_boolean (config, "keep-private-host"), error);
    if (mapping == NULL)
      return NULL;
  }
  self = g_new0 (GstIceNiceCandidateFilter, 1);
  self->mapping = mapping;
  self->relay_only = gst_ice_config_get_enum (config,
      "ice-transport-policy") == GST_ICE_POLICY_RELAY;
  /* In old dialects the checks contain the foundations too. */
  self->keep_foundations = gst_ice_config_get_enum (config,
      "compatibility") != GST_ICE_COMPATIBILITY_RFC5245;
  return self;
}

/* @self: (transfer full) */
void
gst_ice_nice_candidate_filter_free (GstIceNiceCandidateFilter * self)
{
  g_clear_pointer (&self->mapping, gst_ice_nat1to1_free);
  g_free (self);
}

/* The related address would reveal what the user wants hidden. */
static void
hide_related (GstIceCandidate * candidate)
{
  gboolean is_ipv6;

  if (candidate->related_address == NULL)
    return;
  is_ipv6 = strchr (candidate->related_address, ':') != NULL;
  g_free (candidate->related_address);
  candidate->related_address = g_strdup (is_ipv6 ? "::" : "0.0.0.0");
  candidate->related_port = 0;
}

/* Returns: (transfer full): a local candidate in our form */
static GstIceCandidate *
describe (const GstIceNiceCandidateFilter * self,
    GstIceNiceGathering * gathering, const NiceCandidate * candidate)
{
  GstIceCandidate *ours = gst_ice_nice_candidate_to_ours (candidate);

  /* libnice's foundations have a meaning within one agent only. */
  if (!self->keep_foundations)
    *ours->foundation = '\0';
  ours->server = gst_ice_nice_gathering_add_candidate (gathering, candidate);
  if (self->relay_only)
    hide_related (ours);
  return ours;
}

GPtrArray *
gst_ice_nice_candidate_filter_describe_new (const GstIceNiceCandidateFilter *
    self, GstIceNiceGathering * gathering, const NiceCandidate * candidate)
{
  GPtrArray *told = g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_ice_candidate_free);
  g_autoptr (GstIceCandidate) local = NULL;
  GstIceCandidate *extra = NULL;

  /* libnice 0.1.21 reports reflexive candidates even when only relays are
   * allowed. */
  if (self->relay_only && candidate->type != NICE_CANDIDATE_TYPE_RELAYED)
    return told;

  local = describe (self, gathering, candidate);
  if (self->relay_only || self->mapping == NULL ||
      gst_ice_nat1to1_apply (self->mapping, local, &extra))
    g_ptr_array_add (told, g_steal_pointer (&local));
  if (extra != NULL)
    g_ptr_array_add (told, extra);
  return told;
}

GstIceCandidate *
gst_ice_nice_candidate_filter_describe_selected (const GstIceNiceCandidateFilter
    * self, GstIceNiceGathering * gathering, const NiceCandidate * candidate)
{
  GstIceCandidate *local = describe (self, gathering, candidate);

  if (!self->relay_only && self->mapping != NULL)
    (void) gst_ice_nat1to1_apply (self->mapping, local, NULL);
  return local;
}
