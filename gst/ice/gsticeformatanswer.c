/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Removes from an answer's formats what no element here does. */

#include "config.h"

#include "gsticeformatanswer.h"

#include "gsticeformatrules.h"
#include "gsticeformats.h"

#include <string.h>

/* RFC 8285, 4.2, 4.3: a packet has at most 8 bits for the id. */
#define MAX_EXTENSION_ID 255

#define SEND GST_ICE_DIRECTION_SENDONLY
#define RECEIVE GST_ICE_DIRECTION_RECVONLY

/* Used to make RTCP feedback: transport-wide sequence numbers for
 * rtpsession, and the send time for a receiver's estimate (REMB). */
static const gchar *const feedback_extensions[] = {
  "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
  "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time", NULL
};

/* icesink acts on them, icesrc sends them, so they are no empty promise. */
static const gchar *const plain_feedback[] = {
  "rtcp-fb-nack-pli", "rtcp-fb-ccm-fir", NULL
};

/* Acted on only by who keeps what he has sent, which the caps of what is sent tell. */
#define NACK "rtcp-fb-nack"

/* A GstStructureForeachFunc: FALSE when the field is the extension @uri. */
static gboolean
is_no_such_extension (GQuark field, const GValue * value, gpointer uri)
{
  return !g_str_has_prefix (g_quark_to_string (field), "extmap-")
      || g_strcmp0 (gst_ice_formats_get_extension_uri (value), uri) != 0;
}

/* Whether a structure of @caps has the extension @uri.
 * @field: (nullable): the field where it must be */
static gboolean
names_extension (GstCaps * caps, const gchar * uri, const gchar * field)
{
  for (guint i = 0; caps != NULL && !gst_caps_is_any (caps)
      && i < gst_caps_get_size (caps); i++) {
    const GstStructure *format = gst_caps_get_structure (caps, i);
    const GValue *value;

    if (field == NULL) {
      if (!gst_structure_foreach (format, is_no_such_extension, (gpointer) uri))
        return TRUE;
      continue;
    }
    value = gst_structure_get_value (format, field);
    if (value != NULL
        && g_strcmp0 (gst_ice_formats_get_extension_uri (value), uri) == 0)
      return TRUE;
  }
  return FALSE;
}

static GstIceDirection
direction_from_text (const gchar * text)
{
  if (g_strcmp0 (text, "sendonly") == 0)
    return SEND;
  if (g_strcmp0 (text, "recvonly") == 0)
    return RECEIVE;
  if (g_strcmp0 (text, "inactive") == 0)
    return GST_ICE_DIRECTION_INACTIVE;
  return GST_ICE_DIRECTION_SENDRECV;
}

/* Returns: the directions, as seen here, in which extension @uri is used */
static GstIceDirection
get_use (const GstIceFormatAnswer * self, const gchar * field,
    const gchar * uri)
{
  const gboolean mid = g_strcmp0 (uri, GST_ICE_FORMATS_MID_URI) == 0;
  GstIceDirection use = 0;

  if (mid || names_extension (self->sent, uri, field))
    use |= SEND;
  if (mid || names_extension (self->received, uri, NULL)
      || (self->has_rtcp && g_strv_contains (feedback_extensions, uri)))
    use |= RECEIVE;
  return use;
}

/* Returns: (transfer none): item @index of the array that an extmap with
 *     direction or attributes is; "" if it has no such item */
static const gchar *
get_item (const GValue * extmap, guint index)
{
  const gchar *text = NULL;

  if (GST_VALUE_HOLDS_ARRAY (extmap)
      && index < gst_value_array_get_size (extmap))
    text = g_value_get_string (gst_value_array_get_value (extmap, index));
  return text != NULL ? text : "";
}

/* Puts @direction into @extmap, which owns the other strings. */
static void
set_direction (GValue * extmap, const gchar * direction)
{
  const gchar *words[] = { direction,
    gst_ice_formats_get_extension_uri (extmap), get_item (extmap, 2)
  };
  GValue said = G_VALUE_INIT, word = G_VALUE_INIT;

  g_value_init (&said, GST_TYPE_ARRAY);
  g_value_init (&word, G_TYPE_STRING);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
    g_value_set_string (&word, words[i]);
    gst_value_array_append_value (&said, &word);
  }
  g_value_unset (&word);
  g_value_unset (extmap);
  *extmap = said;
}

/* Changes @extmap into its form in the answer.
 * Returns: FALSE when the answer leaves it out */
static gboolean
answer_extension (const GstIceFormatAnswer * self, const gchar * field,
    GValue * extmap)
{
  const gchar *uri = gst_ice_formats_get_extension_uri (extmap);
  GstIceDirection offered = direction_from_text (get_item (extmap, 0));
  GstIceDirection mirrored = (offered & SEND ? RECEIVE : 0)
      | (offered & RECEIVE ? SEND : 0);
  GstIceDirection ours;

  if (uri == NULL || g_ascii_strtoull (field + strlen ("extmap-"), NULL,
          10) > MAX_EXTENSION_ID)
    return FALSE;

  ours = get_use (self, field, uri) & mirrored & self->direction;
  if (ours == 0)
    return FALSE;
  /* RFC 8285, 5: an extmap without a direction has that of the m-line. */
  if (offered != GST_ICE_DIRECTION_SENDRECV || ours != self->direction)
    set_direction (extmap, ours == SEND ? "sendonly" :
        ours == RECEIVE ? "recvonly" : "sendrecv");
  return TRUE;
}

/* Whether somebody here acts on feedback @name, or sends it. */
static gboolean
has_feedback (const GstIceFormatAnswer * self, const gchar * name)
{
  if (g_strv_contains (plain_feedback, name)
      || gst_ice_formats_name_feedback (self->sent, name)
      || gst_ice_formats_name_feedback (self->received, name))
    return TRUE;
  return self->has_rtcp && (self->direction != SEND
      || g_strcmp0 (name, NACK) != 0);
}

/* GstStructureFilterMapFunc: FALSE takes the field out. */
static gboolean
answer_field (GQuark field, GValue * value, gpointer user_data)
{
  const GstIceFormatAnswer *self = user_data;
  const gchar *name = g_quark_to_string (field);

  if (g_str_has_prefix (name, "extmap-"))
    return answer_extension (self, name, value);
  if (g_str_has_prefix (name, "rtcp-fb-"))
    return has_feedback (self, name);
  return TRUE;
}

/* Returns: (transfer none) (nullable): the structure of @sent that leaves as
 *     @format */
static const GstStructure *
find_sent (const GstIceFormatAnswer * self, const GstStructure * format)
{
  for (guint i = 0; self->sent != NULL && !gst_caps_is_any (self->sent)
      && (self->direction & SEND) && i < gst_caps_get_size (self->sent); i++) {
    const GstStructure *sent = gst_caps_get_structure (self->sent, i);

    if (gst_ice_format_rules_compare (format, sent, GST_ICE_FORMATS_SEND) > 0)
      return sent;
  }
  return NULL;
}

GstCaps *
gst_ice_format_answer_make (const GstIceFormatAnswer * self, GstCaps * agreed)
{
  GstCaps *said = gst_caps_copy (agreed);

  for (guint i = 0; i < gst_caps_get_size (said); i++) {
    GstStructure *format = gst_caps_get_structure (said, i);

    gst_ice_format_rules_answer (format, find_sent (self, format));
    gst_structure_filter_and_map_in_place (format, answer_field,
        (gpointer) self);
  }
  return said;
}
