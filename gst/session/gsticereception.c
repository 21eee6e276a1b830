/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Decides whether a newcomer is let in, and which call it takes the place of. */

#include "config.h"

#include "gsticereception.h"

#include "gsticeerror.h"

gboolean
gst_ice_reception_takes_several (const GstIceCallSettings * settings)
{
  return gst_ice_config_get_uint (settings->config, "max-consumers") != 1 &&
      !gst_ice_claims_take_media (settings->claims);
}

gboolean
gst_ice_reception_is_full (const GstIceCalls * calls,
    const GstIceCallSettings * settings)
{
  const guint max = gst_ice_config_get_uint (settings->config, "max-consumers");
  GstIceCall *first = gst_ice_calls_get_first (calls);

  if (first == NULL)
    return FALSE;
  if (gst_ice_call_get_consumer (first) != 0 &&
      gst_ice_reception_takes_several (settings))
    return max != 0 && gst_ice_calls_get_size (calls) >= max;
  return !gst_ice_restarter_is_replaceable (gst_ice_call_get_restarter (first));
}

/* Whether the peer of @call has an offer of its own instead of an answer to ours. */
static gboolean
is_countered (const GstIceCall * call)
{
  return gst_ice_exchange_is_countered (gst_ice_call_get_exchange (call)) &&
      !gst_ice_call_was_connected (call);
}

/* Returns: whether none of the elements' applications refuses the newcomer */
static gboolean
ask_members (const GstIceCalls * calls, const GstIceCallSettings * settings,
    GstIceSignaller * signaller, GError ** error)
{
  g_autoptr (GstStructure) peer = gst_ice_signaller_describe_peer (signaller);
  gboolean welcome = TRUE;
  const GstIceNotice notice = {.type = GST_ICE_NOTICE_CONSUMER_CONNECTING,
    .mline = -1,.consumer = gst_ice_calls_get_next_consumer (calls),
    .address = gst_structure_get_string (peer, "address"),.peer = peer,
    .welcome = &welcome
  };

  gst_ice_members_tell (settings->members, NULL, &notice);
  if (!welcome)
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_UNAUTHORIZED,
        "The application here refuses this viewer");
  return welcome;
}

gboolean
gst_ice_reception_admit (const GstIceCalls * calls,
    const GstIceCallSettings * settings, GstIceCall * call,
    GstIceSignaller * signaller, GstIceDescription * offer,
    GstIceCall ** replaced, GError ** error)
{
  *replaced = NULL;
  if (call != NULL && !is_countered (call))
    return TRUE;
  if (call == NULL && gst_ice_reception_is_full (calls, settings)) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_BUSY,
        "The listener is in a call");
    return FALSE;
  }
  if (settings->several)
    return ask_members (calls, settings, signaller, error);
  if (gst_ice_calls_get_size (calls) == 0)
    return TRUE;

  /* An offer that is no good must not cost the call that there is. */
  if (!gst_ice_call_could_take (settings, offer, error))
    return FALSE;
  *replaced = call != NULL ? call : gst_ice_calls_get_first (calls);
  return TRUE;
}
