/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Decides whether a new peer is accepted, and which call it replaces. */

#include "config.h"

#include "gsticereception.h"

#include "gsticeerror.h"

/* Who waits for the place of a peer whose path is bad; each has agents and keys. */
#define MAX_ASIDE 4

gboolean
gst_ice_reception_takes_several (const GstIceCallSettings * settings)
{
  return gst_ice_config_get_uint (settings->config, "max-consumers") != 1 &&
      !gst_ice_claims_take_media (settings->claims);
}

/* Returns: (transfer none) (nullable): of the peer, by its description */
static const GstIceKeying *
get_certificate (const GstIceCall * call)
{
  GstIceMlines *mlines = gst_ice_call_get_mlines ((GstIceCall *) call);

  for (guint i = 0; i < gst_ice_mlines_get_size (mlines); i++) {
    const GstIceMline *mline = gst_ice_mlines_get (mlines, i);

    if (!mline->rejected && mline->theirs != NULL &&
        mline->encryption == GST_ICE_ENCRYPTION_DTLS_SRTP)
      return mline->theirs;
  }
  return NULL;
}

/* Whether @offer names the certificate of the peer of @call. */
static gboolean
is_with (const GstIceCall * call, const GstIceDescription * offer)
{
  const GstIceKeying *certificate = get_certificate (call);

  for (guint i = 0; certificate != NULL && i < offer->media->len; i++) {
    const GstIceKeying *keying =
        gst_ice_description_get_media (offer, i)->keying;

    if (keying != NULL && gst_ice_keying_continues (certificate, keying))
      return TRUE;
  }
  return FALSE;
}

/* Whether the peer of @other has shown that the certificate of the peer of @call is its own. */
static gboolean
is_with_same (const GstIceCall * call, const GstIceCall * other)
{
  const GstIceKeying *ours = get_certificate (call);
  const GstIceKeying *theirs = get_certificate (other);

  return ours != NULL && theirs != NULL &&
      gst_ice_call_get_since_us (other) != 0 &&
      gst_ice_keying_continues (ours, theirs);
}

static gboolean
is_replaceable (const GstIceCall * call)
{
  return gst_ice_call_is_draining (call) ||
      gst_ice_restarter_is_replaceable (gst_ice_call_get_restarter
      ((GstIceCall *) call));
}

/* Whether @newcomer may wait for the place of @first. */
static gboolean
may_wait (const GstIceCall * first, const GstIceCall * newcomer)
{
  return is_replaceable (first) || gst_ice_call_get_since_us (newcomer) == 0
      || is_with_same (first, newcomer);
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
  /* With certificates the old peer may be back, and only its offer tells. */
  return gst_ice_calls_get_size (calls) > MAX_ASIDE || (!is_replaceable (first)
      && gst_ice_config_get_enum (settings->config, "encryption") !=
      GST_ICE_ENCRYPTION_DTLS_SRTP);
}

gboolean
gst_ice_reception_is_open (gboolean ended, GError ** error)
{
  if (ended)
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_BUSY,
        "The session here has ended");
  return !ended;
}

gboolean
gst_ice_reception_admits_application (const GstIceConfig * config,
    gboolean ended, GError ** error)
{
  if (ended) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
        "The session has ended");
    return FALSE;
  }
  if (gst_ice_config_is_set (config, "signalling-uri")) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
        "signalling-uri is set: the elements negotiate by themselves");
    return FALSE;
  }
  return TRUE;
}

/* Returns: (transfer full) (nullable): why a candidate for @mline is of no use */
static gchar *
get_uselessness (const GstIceCalls * calls, const GstIceConfig * config,
    guint mline)
{
  GstIceCall *first = gst_ice_calls_get_first (calls);
  guint size;

  if (first == NULL && gst_ice_config_is_set (config, "signalling-uri"))
    return g_strdup ("signalling-uri is set, and there is no call whose peer "
        "it could be of");
  if (mline >= GST_ICE_MAX_MLINES)
    return g_strdup_printf ("a call has at most %u m-lines",
        GST_ICE_MAX_MLINES);
  if (first == NULL ||
      !gst_ice_exchange_has_begun (gst_ice_call_get_exchange (first)))
    return NULL;
  size = gst_ice_mlines_get_size (gst_ice_call_get_mlines (first));
  return mline < size ? NULL :
      g_strdup_printf ("the call has %u m-lines, numbered from 0", size);
}

gboolean
gst_ice_reception_admits_candidate (const GstIceCalls * calls,
    const GstIceConfig * config, GstIceMembers * members, gboolean ended,
    guint mline)
{
  g_autofree gchar *uselessness = NULL;
  g_autoptr (GError) error = NULL;

  /* Candidates of a peer whose call has ended may still be under way. */
  if (ended)
    return FALSE;
  uselessness = get_uselessness (calls, config, mline);
  if (uselessness == NULL)
    return TRUE;
  error = g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
      "The candidate for m-line %u is not used: %s", mline, uselessness);
  gst_ice_members_warn (members, error);
  return FALSE;
}

gboolean
gst_ice_reception_admits_description (const GstIceCalls * calls,
    const GstIceConfig * config, gboolean ended, GstIceClaims * claims,
    GstIceDescriptionType type, GError ** error)
{
  if (!gst_ice_reception_admits_application (config, ended, error))
    return FALSE;
  if (type != GST_ICE_DESCRIPTION_OFFER || gst_ice_calls_have_begun (calls)
      || gst_ice_claims_all_ready (claims))
    return TRUE;
  g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
      "Not all elements of the session know their formats yet; wait for "
      "on-negotiation-needed");
  return FALSE;
}

gboolean
gst_ice_reception_keeps_listening (GstIceClaims * claims,
    GstIceSignaller * signaller)
{
  return signaller != NULL && gst_ice_claims_keep_listening (claims)
      && gst_ice_signaller_awaits_peers (signaller);
}

/* Returns: whether a new call could answer @offer; if not, @error is set. Changes nothing. */
static gboolean
could_take (const GstIceCallSettings * settings,
    GstIceDescription * offer, GError ** error)
{
  GstIceMlines *mlines;
  GstIceNegotiation *negotiation;
  gboolean could;

  /* Then it waits for the elements, and nobody can tell. */
  if (!gst_ice_claims_all_ready (settings->claims))
    return TRUE;

  mlines = gst_ice_mlines_new (settings->claims);
  gst_ice_mlines_set_encryption (mlines, gst_ice_config_get_enum
      (settings->config, "encryption"));
  negotiation = gst_ice_negotiation_new (mlines, gst_ice_config_get_boolean
      (settings->config, "rtcp-mux"));
  could = gst_ice_negotiation_set_remote (negotiation, offer, error);
  gst_ice_negotiation_free (negotiation);
  gst_ice_mlines_free (mlines);
  return could;
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
  GstIceCall *first = gst_ice_calls_get_first (calls);

  *replaced = NULL;
  if (call != NULL && !is_countered (call))
    return TRUE;
  if (call == NULL && (gst_ice_reception_is_full (calls, settings) ||
          (!settings->several && first != NULL && (offer == NULL ||
                  (!is_replaceable (first) && !is_with (first, offer)))))) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_BUSY,
        "The listener is in a call");
    return FALSE;
  }
  if (settings->several)
    return ask_members (calls, settings, signaller, error);
  if (gst_ice_calls_get_size (calls) == 0)
    return TRUE;

  /* An offer that is no good must not cost the call that there is. */
  if (!could_take (settings, offer, error))
    return FALSE;
  *replaced = call;
  return TRUE;
}

/* Whether @call is of a newcomer; the forks of a call have no signaller. */
static gboolean
is_waiting (const GstIceCall * call)
{
  return gst_ice_call_is_aside (call) &&
      gst_ice_exchange_has_signaller (gst_ice_call_get_exchange (call));
}

GstIceCall *
gst_ice_reception_find_successor (const GstIceCalls * calls)
{
  GstIceCall *first = gst_ice_calls_get_first (calls);

  if (first == NULL || gst_ice_call_is_aside (first))
    return first;
  for (guint i = 1; i < gst_ice_calls_get_size (calls); i++) {
    GstIceCall *call = gst_ice_calls_get (calls, i);

    if (is_waiting (call) && gst_ice_call_get_since_us (call) != 0
        && (gst_ice_restarter_has_lost_path (gst_ice_call_get_restarter
                (first)) || is_with_same (first, call)))
      return call;
  }
  return NULL;
}

GstIceCall *
gst_ice_reception_find_stray (const GstIceCalls * calls)
{
  GstIceCall *first = gst_ice_calls_get_first (calls);

  for (guint i = 1; i < gst_ice_calls_get_size (calls); i++) {
    GstIceCall *call = gst_ice_calls_get (calls, i);

    if (is_waiting (call) && !may_wait (first, call))
      return call;
  }
  return NULL;
}
