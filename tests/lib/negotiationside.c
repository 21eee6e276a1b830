/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "negotiationside.h"

void
side_init (Side * side, gchar name)
{
  side->name = name;
  side->claims = gst_ice_claims_new ();
  side->mlines = gst_ice_mlines_new (side->claims);
  claim_sink (side->claims, "v", VIDEO, VP8);
  claim_sink (side->claims, "a", AUDIO, OPUS);
  claim_src (side->claims, "vsrc", VIDEO, VP8);
  claim_src (side->claims, "asrc", AUDIO, OPUS);
  side->negotiation = gst_ice_negotiation_new (side->mlines, TRUE);
}

void
side_clear (Side * side)
{
  gst_ice_negotiation_free (side->negotiation);
  gst_ice_mlines_free (side->mlines);
  gst_ice_claims_free (side->claims);
}

GstIceStream *
stream_of (GstIceNegotiation * negotiation, guint mline)
{
  return gst_ice_checks_get_stream (gst_ice_negotiation_get_checks
      (negotiation), mline);
}

gchar *
get_actions (Side * side)
{
  GString *text = g_string_new (NULL);
  GstIceAction *action;

  while ((action = gst_ice_negotiation_next_action (side->negotiation))) {
    guint n = action->candidates != NULL ? action->candidates->len : 0;

    if (text->len > 0)
      g_string_append_c (text, ' ');
    switch (action->type) {
      case GST_ICE_ACTION_OPEN_AGENT:
        g_string_append_printf (text, "open:%u", action->mline);
        break;
      case GST_ICE_ACTION_CARRY:
        g_string_append_printf (text, "carry:%u", action->mline);
        break;
      case GST_ICE_ACTION_RESTART_AGENT:
        g_string_append_printf (text, "restart:%u", action->mline);
        break;
      case GST_ICE_ACTION_AGREED:
        g_string_append_printf (text, "agreed:%u", action->mline);
        break;
      case GST_ICE_ACTION_REKEY:
        g_string_append_printf (text, "rekey:%u", action->mline);
        break;
      case GST_ICE_ACTION_DIRECTION:
        g_string_append_printf (text, "direction:%u", action->mline);
        break;
      case GST_ICE_ACTION_CLOSE_AGENT:
        g_string_append_printf (text, "close:%u", action->mline);
        break;
      case GST_ICE_ACTION_FORMATS:
        g_string_append_printf (text, "formats:%u", action->mline);
        break;
      case GST_ICE_ACTION_REFUSED:
        g_string_append_printf (text, "refused:%u", action->mline);
        break;
      case GST_ICE_ACTION_START_CHECKS:
        fail_unless (action->pwd != NULL);
        g_string_append_printf (text, "check:%u:%s:%u", action->mline,
            action->ufrag, n);
        break;
      case GST_ICE_ACTION_ADD_CANDIDATES:
        g_string_append_printf (text, "add:%u:%u", action->mline, n);
        break;
    }
    gst_ice_action_free (action);
  }
  return g_string_free (text, FALSE);
}

void
assert_actions (Side * side, const gchar * expected)
{
  g_autofree gchar *text = get_actions (side);

  fail_unless_equals_string (text, expected);
}

void
add_local (Side * side, guint mline, guint port)
{
  g_autofree gchar *address = g_strdup_printf ("192.0.2.%d", side->name);
  g_autoptr (GstIceCandidate) candidate = candidate_new (address, port, 1);

  gst_ice_stream_add_local (stream_of (side->negotiation, mline), candidate);
}

void
gather (Side * side)
{
  for (guint i = 0; i < 2; i++) {
    g_autofree gchar *ufrag = g_strdup_printf ("%cfrag%u", side->name, i);

    gst_ice_stream_set_credentials (stream_of (side->negotiation, i), ufrag,
        "passwordofatleast22characters");
    add_local (side, i, 5000 + i);
    gst_ice_stream_set_gathered (stream_of (side->negotiation, i));
  }
}

GstIceDescription *
describe (Side * side, GstIceDescriptionType type)
{
  GError *error = NULL;
  GstIceDescription *description =
      gst_ice_negotiation_describe (side->negotiation, type, &error);

  g_assert_no_error (error);
  return description;
}

void
take (Side * side, GstIceDescription * description)
{
  GError *error = NULL;

  gst_ice_negotiation_set_remote (side->negotiation, description, &error);
  g_assert_no_error (error);
}

void
refuse (Side * side, GstIceDescription * description, gint code)
{
  GError *error = NULL;

  fail_if (gst_ice_negotiation_set_remote (side->negotiation, description,
          &error));
  g_assert_error (error, GST_ICE_ERROR, code);
  g_error_free (error);
}

void
begin_offer (Side * side)
{
  GError *error = NULL;

  gst_ice_negotiation_begin_offer (side->negotiation, &error);
  g_assert_no_error (error);
}

void
agree (Side * caller, Side * listener)
{
  g_autoptr (GstIceDescription) offer = NULL;
  g_autoptr (GstIceDescription) answer = NULL;

  begin_offer (caller);
  gather (caller);
  offer = describe (caller, OFFER);
  take (listener, offer);
  gather (listener);
  answer = describe (listener, ANSWER);
  take (caller, answer);
  g_free (get_actions (caller));
  g_free (get_actions (listener));
}

void
init_both (Side * caller, Side * listener)
{
  side_init (caller, 'a');
  side_init (listener, 'b');
}

void
clear_both (Side * caller, Side * listener)
{
  side_clear (caller);
  side_clear (listener);
}

void
select_pair (Side * side, guint mline, guint port, const gchar * remote,
    guint remote_port)
{
  g_autofree gchar *address = g_strdup_printf ("192.0.2.%d", side->name);
  g_autoptr (GstIceCandidate) ours = candidate_new (address, port, 1);
  g_autoptr (GstIceCandidate) theirs = candidate_new (remote, remote_port, 1);

  gst_ice_stream_set_selected (stream_of (side->negotiation, mline), ours,
      theirs);
}
