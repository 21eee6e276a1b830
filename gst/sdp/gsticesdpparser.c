/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Reads a peer's SDP (offer, answer or fragment) into a GstIceDescription. */

#include "config.h"

#include "gsticelog.h"
#include "gsticesdp.h"

#include "gsticecandidatetext.h"
#include "gsticeerror.h"
#include "gsticesdpformats.h"
#include "gsticesdpgroups.h"
#include "gsticesdpkeying.h"
#include "gsticesdplines.h"
#include "gsticesdpsources.h"

#include <gst/sdp/sdp.h>

#include <string.h>

/* RFC 8839, 5.4 asks for a password of 22 characters; older ICE allows
 * fewer. */
#define MIN_UFRAG_CHARS 4
#define MIN_PWD_CHARS 16
#define MAX_CREDENTIAL_CHARS 256

/* The words of an m= line and the mid are copied into logs and errors. */
#define MAX_WORD_CHARS 64

GST_ICE_LOG_CATEGORY (gst_ice_sdp_log, "icesdp", "ICE: descriptions in SDP");
#define GST_CAT_DEFAULT gst_ice_sdp_log ()

/* The m-line that is being read. */
typedef struct
{
  const GstSDPMessage *message;
  const GstSDPMedia *line;
  guint index;
  GstIceDescriptionType type;
  GstIceMediaDescription *media;        /* to be filled in */
} LineReader;

/* Returns: (transfer none): the attribute of the m-line or, if it has none,
 *     of the session */
static const gchar *
find_attribute (const LineReader * reader, const gchar * key)
{
  const gchar *value = gst_sdp_media_get_attribute_val (reader->line, key);

  if (value != NULL)
    return value;

  return gst_sdp_message_get_attribute_val (reader->message, key);
}

static gboolean
is_word (const gchar * text)
{
  const gchar *c;

  for (c = text; *c != '\0'; c++) {
    if (!g_ascii_isgraph (*c) || c - text >= MAX_WORD_CHARS)
      return FALSE;
  }

  return c > text;
}

static gboolean
read_m_line (const LineReader * reader, GError ** error)
{
  GstIceMediaDescription *media = reader->media;
  const gchar *kind = gst_sdp_media_get_media (reader->line);
  const gchar *protocol = gst_sdp_media_get_proto (reader->line);

  if (!is_word (kind) || (reader->type != GST_ICE_DESCRIPTION_FRAGMENT
          && !is_word (protocol))) {
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_DESCRIPTION,
        "m-line %u does not say media type, port, protocol and formats.",
        reader->index);
    return FALSE;
  }

  media->media = g_strdup (kind);
  media->kind = gst_ice_media_kind_from_string (kind);

  /* In a fragment only the media type counts (RFC 8840, 9.2). */
  if (reader->type == GST_ICE_DESCRIPTION_FRAGMENT)
    return TRUE;

  media->protocol = g_strdup (protocol);
  media->rejected = gst_sdp_media_get_port (reader->line) == 0;
  /* RFC 9143, 6: port 0 does not mean that such an m-line is rejected. */
  media->bundle_only = media->rejected
      && reader->type == GST_ICE_DESCRIPTION_OFFER
      && gst_sdp_media_get_attribute_val (reader->line, "bundle-only") != NULL;
  media->rejected &= !media->bundle_only;

  return TRUE;
}

/* RFC 8866, 6.7: without an attribute it is sendrecv. The last attribute
 * counts.
 * Returns: @otherwise when @key is not a direction */
static GstIceDirection
direction_from_key (const gchar * key, GstIceDirection otherwise)
{
  if (strcmp (key, "sendrecv") == 0)
    return GST_ICE_DIRECTION_SENDRECV;
  if (strcmp (key, "sendonly") == 0)
    return GST_ICE_DIRECTION_SENDONLY;
  if (strcmp (key, "recvonly") == 0)
    return GST_ICE_DIRECTION_RECVONLY;
  if (strcmp (key, "inactive") == 0)
    return GST_ICE_DIRECTION_INACTIVE;

  return otherwise;
}

static GstIceDirection
read_direction (const LineReader * reader)
{
  GstIceDirection direction = GST_ICE_DIRECTION_SENDRECV;
  guint i;

  if (reader->media->rejected)
    return GST_ICE_DIRECTION_INACTIVE;

  for (i = 0; i < gst_sdp_message_attributes_len (reader->message); i++)
    direction = direction_from_key (gst_sdp_message_get_attribute
        (reader->message, i)->key, direction);
  for (i = 0; i < gst_sdp_media_attributes_len (reader->line); i++)
    direction = direction_from_key (gst_sdp_media_get_attribute
        (reader->line, i)->key, direction);

  return direction;
}

/* RFC 8839, 5.4 allows letters, digits, "+" and "/". Real servers also write
 * "=", "-" and "_", which do no harm, as credentials are only compared. Not
 * ":", which separates the two halves of a STUN username (RFC 8445, 7.2.2). */
static gboolean
is_credential (const gchar * value, gsize min_chars)
{
  const gchar *c;

  for (c = value; *c != '\0'; c++) {
    if (g_ascii_iscntrl (*c) || *c == ' ' || *c == ':')
      return FALSE;
  }

  return (gsize) (c - value) >= min_chars && c - value <= MAX_CREDENTIAL_CHARS;
}

/* Returns: (transfer full): ice-ufrag or ice-pwd, or %NULL with @error set */
static gchar *
read_credential (const LineReader * reader, const gchar * key, guint min_chars,
    GError ** error)
{
  const gchar *value = find_attribute (reader, key);

  if (value != NULL && is_credential (value, min_chars))
    return g_strdup (value);

  if (value == NULL)
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_DESCRIPTION,
        "m-line %u (%s) has no a=%s, so the peer does not use ICE for it.",
        reader->index, reader->media->media, key);
  else
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_DESCRIPTION,
        "m-line %u (%s) has an a=%s that is not %u to %d characters without "
        "blanks and \":\".", reader->index, reader->media->media, key,
        min_chars, MAX_CREDENTIAL_CHARS);

  return NULL;
}

static gboolean
has_candidate (const GPtrArray * candidates, const GstIceCandidate * candidate)
{
  guint i;

  for (i = 0; i < candidates->len; i++) {
    if (gst_ice_candidate_same_address (g_ptr_array_index (candidates, i),
            candidate))
      return TRUE;
  }

  return FALSE;
}

static void
read_candidate (const LineReader * reader, const gchar * value)
{
  GPtrArray *candidates = reader->media->candidates;
  g_autofree gchar *text = g_strconcat ("candidate:", value, NULL);
  g_autoptr (GstIceCandidate) candidate = NULL;
  g_autoptr (GError) error = NULL;
  GstIceLeftOutReason why;

  if (candidates->len >= GST_ICE_MAX_CANDIDATES) {
    GST_INFO ("m-line %u: one candidate too many", reader->index);
    return;
  }

  candidate = gst_ice_candidate_parse (text, &why, &error);
  if (candidate == NULL) {
    /* Without the line itself: Lync's ICE v6 has the password in it. */
    GST_INFO ("m-line %u: %s", reader->index, error->message);
    gst_ice_media_description_leave_out (reader->media, text, why);
    return;
  }
  if (!has_candidate (candidates, candidate))
    g_ptr_array_add (candidates, g_steal_pointer (&candidate));
}

/* RFC 8839, 5.2: component, address and port for each component. */
static void
read_remote_candidates (const LineReader * reader, const gchar * value)
{
  GPtrArray *candidates = reader->media->remote_candidates;
  g_auto (GStrv) words = g_strsplit (value, " ", -1);
  guint i;

  for (i = 0; words[i] && words[i + 1] && words[i + 2]; i += 3) {
    GstIceCandidate *candidate =
        gst_ice_sdp_parse_endpoint (words[i], words[i + 1], words[i + 2]);

    if (candidate == NULL || candidates->len >= GST_ICE_MAX_COMPONENTS) {
      GST_INFO ("m-line %u: bad a=remote-candidates", reader->index);
      g_clear_pointer (&candidate, gst_ice_candidate_free);
      return;
    }
    g_ptr_array_add (candidates, candidate);
  }
}

/* RFC 8839, 4.2.4, a=ice-mismatch: the peer found no candidate of ours for
 * the default address of a component. One reason is a component that we
 * don't have, as RTCP shares RTP's. */
static gboolean
refuses_ice (const LineReader * reader, GError ** error)
{
  if (reader->type != GST_ICE_DESCRIPTION_ANSWER
      || find_attribute (reader, "ice-mismatch") == NULL)
    return FALSE;

  g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_DESCRIPTION,
      "The peer does not use ICE for m-line %u (%s), as it misses a candidate "
      "for an address of ours (a=ice-mismatch). If it can't share a port "
      "between RTP and RTCP, set rtcp-mux=false.", reader->index,
      reader->media->media);
  return TRUE;
}

static gboolean
read_credentials (const LineReader * reader, GError ** error)
{
  GstIceMediaDescription *media = reader->media;
  g_autofree gchar *ufrag = NULL;

  if (refuses_ice (reader, error))
    return FALSE;
  ufrag = read_credential (reader, "ice-ufrag", MIN_UFRAG_CHARS, error);
  if (ufrag == NULL)
    return FALSE;
  media->pwd = read_credential (reader, "ice-pwd", MIN_PWD_CHARS, error);
  if (media->pwd == NULL)
    return FALSE;

  media->ufrag = g_steal_pointer (&ufrag);
  return TRUE;
}

static void
read_candidate_attribute (const LineReader * reader,
    const GstSDPAttribute * attribute)
{
  if (g_ascii_strcasecmp (attribute->key, "candidate") == 0
      || g_ascii_strcasecmp (attribute->key, "x-candidate-ipv6") == 0)
    read_candidate (reader, attribute->value);
  else if (strcmp (attribute->key, "remote-candidates") == 0
      && reader->type != GST_ICE_DESCRIPTION_FRAGMENT)
    read_remote_candidates (reader, attribute->value);
}

/* RFC 8839, 5.1 has candidates in m-lines only. Those at the session level
 * apply to all. */
static void
read_candidates (const LineReader * reader)
{
  guint i;

  reader->media->end_of_candidates =
      find_attribute (reader, "end-of-candidates") != NULL;
  for (i = 0; i < gst_sdp_media_attributes_len (reader->line); i++)
    read_candidate_attribute (reader,
        gst_sdp_media_get_attribute (reader->line, i));
  for (i = 0; i < gst_sdp_message_attributes_len (reader->message); i++)
    read_candidate_attribute (reader,
        gst_sdp_message_get_attribute (reader->message, i));
}

static gboolean
read_media (const LineReader * reader, GError ** error)
{
  GstIceMediaDescription *media = reader->media;
  const gchar *mid;

  if (!read_m_line (reader, error))
    return FALSE;

  mid = gst_sdp_media_get_attribute_val (reader->line, "mid");
  if (mid != NULL && is_word (mid))
    media->mid = g_strdup (mid);

  if (reader->type != GST_ICE_DESCRIPTION_FRAGMENT) {
    media->direction = read_direction (reader);
    media->rtcp_mux = gst_sdp_media_get_attribute_val (reader->line,
        "rtcp-mux") != NULL || gst_sdp_media_get_attribute_val (reader->line,
        "rtcp-mux-only") != NULL;
    media->keying = gst_ice_sdp_keying_parse (reader->message, reader->line);
    media->ssrcs = gst_ice_sdp_sources_parse (reader->line);
    /* A rejected m-line has a format only because the grammar requires one. */
    media->formats = gst_ice_sdp_formats_parse (reader->message, reader->line,
        !media->rejected);
  }

  return TRUE;
}

/* Reads the transport of the m-line. In a group it may say nothing. */
static void
read_transport (const LineReader * reader)
{
  GstIceMediaDescription *media = reader->media;

  if (media->bundle < 0 || find_attribute (reader, "ice-ufrag") != NULL)
    read_credentials (reader, &media->defect);
  if (media->defect == NULL)
    read_candidates (reader);
}

/* Whether @media is in group @tag and may share the transport of @donor. */
static gboolean
shares_transport (const GstIceMediaDescription * media, gint tag,
    const GstIceMediaDescription * donor)
{
  return media->bundle == tag && media->defect == NULL
      && (media->ufrag == NULL || strcmp (media->ufrag, donor->ufrag) == 0);
}

/* Returns: (transfer none) (nullable): the m-line of group @tag that
 *     describes the transport: the tagged one if possible */
static GstIceMediaDescription *
find_donor (const GstIceDescription * description, gint tag)
{
  GstIceMediaDescription *tagged =
      gst_ice_description_get_media (description, (guint) tag);

  if (tagged->ufrag != NULL)
    return tagged;
  for (guint i = 0; i < description->media->len; i++) {
    GstIceMediaDescription *media =
        gst_ice_description_get_media (description, i);

    if (media->bundle == tag && media->ufrag != NULL)
      return media;
  }
  return NULL;
}

/* Not if all its a=crypto were left out. */
static gboolean
has_keys (const GstIceKeying * keying)
{
  return keying != NULL && (keying->fingerprints->len > 0
      || keying->cryptos->len > 0);
}

/* Gives @media those values of the transport that it lacks, from @donor. Not
 * candidates if it has its own: these may be of a transport that @media
 * would have outside of the group, with the same credentials, as in
 * browsers' "balanced" offers. */
static void
give_transport (GstIceMediaDescription * media,
    const GstIceMediaDescription * donor)
{
  if (media->ufrag == NULL) {
    media->ufrag = g_strdup (donor->ufrag);
    media->pwd = g_strdup (donor->pwd);
  }
  if (!has_keys (media->keying) && has_keys (donor->keying)) {
    g_clear_pointer (&media->keying, gst_ice_keying_free);
    media->keying = gst_ice_keying_copy (donor->keying);
  }
  if (media->candidates->len > 0)
    return;

  for (guint i = 0; i < donor->candidates->len; i++)
    g_ptr_array_add (media->candidates,
        gst_ice_candidate_copy (g_ptr_array_index (donor->candidates, i)));
  media->end_of_candidates |= donor->end_of_candidates;
}

/* The transport belongs to the whole group (RFC 9143, 7.1.3): peers describe
 * it in any m-line of the group, and negotiation may reject that m-line. */
static void
share_transport (const GstIceDescription * description, guint tag)
{
  GstIceMediaDescription *donor = find_donor (description, (gint) tag);

  /* First the donor gets what it lacks, then the others get it from the
   * donor. */
  for (guint pass = 0; donor != NULL && pass < 2; pass++) {
    for (guint i = 0; i < description->media->len; i++) {
      GstIceMediaDescription *media =
          gst_ice_description_get_media (description, i);

      if (media == donor || !shares_transport (media, (gint) tag, donor))
        continue;
      if (pass == 0)
        give_transport (donor, media);
      else
        give_transport (media, donor);
    }
  }
}

/* Reads the transports. A mistake in one becomes the defect of its m-line. */
static void
read_transports (LineReader * reader, const GstIceDescription * description)
{
  for (guint i = 0; i < description->media->len; i++) {
    reader->index = i;
    reader->line = gst_sdp_message_get_media (reader->message, i);
    reader->media = gst_ice_description_get_media (description, i);
    if (!reader->media->rejected)
      read_transport (reader);
  }
  for (guint i = 0; i < description->media->len; i++) {
    /* In an offer of our own kind the m-lines have the same credentials, but
     * ports of their own. */
    if (!description->own_transports &&
        gst_ice_description_get_media (description, i)->bundle == (gint) i)
      share_transport (description, i);
  }
  for (guint i = 0; i < description->media->len; i++) {
    reader->index = i;
    reader->line = gst_sdp_message_get_media (reader->message, i);
    reader->media = gst_ice_description_get_media (description, i);
    if (!reader->media->rejected && reader->media->ufrag == NULL
        && reader->media->defect == NULL)
      read_credentials (reader, &reader->media->defect);
  }
}

/* Returns: (transfer none) (nullable): the first defect of an m-line */
static const GError *
find_defect (const GstIceDescription * description)
{
  for (guint i = 0; i < description->media->len; i++) {
    const GstIceMediaDescription *media =
        gst_ice_description_get_media (description, i);

    if (media->defect != NULL)
      return media->defect;
  }
  return NULL;
}

static guint64
parse_origin_number (const gchar * word)
{
  return word ? g_ascii_strtoull (word, NULL, 10) : 0;
}

/* RFC 8839, 5.3 has a=ice-lite at the session level only. A peer that writes
 * it in an m-line means the same: it sends no checks and never controls. */
static gboolean
is_lite (const GstSDPMessage * message)
{
  if (gst_sdp_message_get_attribute_val (message, "ice-lite") != NULL)
    return TRUE;
  for (guint i = 0; i < gst_sdp_message_medias_len (message); i++) {
    if (gst_sdp_media_get_attribute_val (gst_sdp_message_get_media (message, i),
            "ice-lite") != NULL)
      return TRUE;
  }
  return FALSE;
}

static GstIceDescription *
read_message (const GstSDPMessage * message, GstIceDescriptionType type,
    GError ** error)
{
  g_autoptr (GstIceDescription) description = gst_ice_description_new (type);
  LineReader reader = { message, NULL, 0, type, NULL };

  if (type != GST_ICE_DESCRIPTION_FRAGMENT) {
    const GstSDPOrigin *origin = gst_sdp_message_get_origin (message);

    if (gst_sdp_message_get_version (message) == NULL) {
      g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_DESCRIPTION,
          "The description has no v= line, so it is not SDP.");
      return NULL;
    }
    description->session_id = parse_origin_number (origin->sess_id);
    description->version = parse_origin_number (origin->sess_version);
    description->ice_lite = is_lite (message);
    description->own_transports =
        g_strcmp0 (gst_sdp_message_get_attribute_val (message,
            GST_ICE_SDP_TRANSPORTS), "each") == 0;
  }

  for (; reader.index < gst_sdp_message_medias_len (message); reader.index++) {
    reader.line = gst_sdp_message_get_media (message, reader.index);
    reader.media = gst_ice_description_add_media (description);
    if (!read_media (&reader, error))
      return NULL;
  }
  gst_ice_sdp_groups_parse (message, description);
  read_transports (&reader, description);
  /* A fragment is useless without ICE. */
  if (type == GST_ICE_DESCRIPTION_FRAGMENT && find_defect (description) != NULL) {
    g_propagate_error (error, g_error_copy (find_defect (description)));
    return NULL;
  }

  return g_steal_pointer (&description);
}

/* A restart without candidates may be credentials alone, which belong to the
 * first m-line, whose transport a group shares (whip-whep 1.2.0).
 * Returns: whether @message has an m-line afterwards */
static gboolean
ensure_m_line (GstSDPMessage * message, GstIceDescriptionType type)
{
  GstSDPMedia media = { NULL };

  if (gst_sdp_message_medias_len (message) > 0)
    return TRUE;
  if (type != GST_ICE_DESCRIPTION_FRAGMENT ||
      gst_sdp_message_get_attribute_val (message, "ice-ufrag") == NULL)
    return FALSE;

  gst_sdp_media_init (&media);
  gst_sdp_media_set_media (&media, "unnamed");
  gst_sdp_message_add_media (message, &media);
  return TRUE;
}

static GstIceDescription *
parse_text (const gchar * text, gssize length, GstIceDescriptionType type,
    GError ** error)
{
  GstIceDescription *description = NULL;
  GstSDPMessage *message;
  GString *cleaned;


  cleaned = gst_ice_sdp_clean (text, length, GST_ICE_SDP_MAX_BYTES, error);
  if (cleaned == NULL)
    return NULL;

  gst_sdp_message_new (&message);
  /* The parser must not get an empty text. For any other it returns
   * GST_SDP_OK. */
  if (cleaned->len > 0)
    gst_sdp_message_parse_buffer ((const guint8 *) cleaned->str, cleaned->len,
        message);
  g_string_free (cleaned, TRUE);

  if (ensure_m_line (message, type))
    description = read_message (message, type, error);
  else
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_DESCRIPTION,
        "The description has no m-line, so it offers no media.");
  gst_sdp_message_free (message);

  return description;
}

GstIceDescription *
gst_ice_sdp_parse (const gchar * text, gssize length,
    GstIceDescriptionType type, GError ** error)
{
  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (type != GST_ICE_DESCRIPTION_FRAGMENT, NULL);

  return parse_text (text, length, type, error);
}

GstIceDescription *
gst_ice_sdp_parse_fragment (const gchar * text, gssize length, GError ** error)
{
  g_return_val_if_fail (text != NULL, NULL);

  return parse_text (text, length, GST_ICE_DESCRIPTION_FRAGMENT, error);
}
