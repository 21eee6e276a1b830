/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Converts the formats of an m-line between SDP attributes and
 * application/x-rtp caps. */

#include "config.h"

#include "gsticesdpformats.h"

#include "gsticelog.h"
#include "gsticesdpnames.h"
#include "gsticesdpstatictypes.h"

#include <gst/sdp/sdp.h>

#include <string.h>

#define MAX_PAYLOAD_TYPE 127

/* Limits for one format and for one m-line. Each parameter makes a caps
 * field, whose name GLib keeps as long as the process runs. */
#define MAX_PARAMETERS 64
#define MAX_SHARED 64
#define MAX_NAME_CHARS 64

/* RFC 8285, 4.3: one byte. Offers may use ids of 4096 and more for
 * extensions whose id is still to be chosen (5). Those get no id here. */
#define MAX_EXTENSION_ID 255

/* RFC 6904: an encrypted extension has a form in packets that is not
 * supported here. */
#define ENCRYPTED_URI "urn:ietf:params:rtp-hdrext:encrypt"

GST_ICE_LOG_CATEGORY (gst_ice_sdpformats_log, "icesdpformats",
    "ICE: formats in SDP");
#define GST_CAT_DEFAULT gst_ice_sdpformats_log ()

/* Written by gst_sdp_media_set_media_from_caps (), read by rtpsession. */
static const gchar *const feedback[][2] = {
  {"nack", "rtcp-fb-nack"},
  {"nack pli", "rtcp-fb-nack-pli"},
  {"ccm fir", "rtcp-fb-ccm-fir"},
  {"transport-cc", "rtcp-fb-transport-cc"},
};

/* Unknown to GStreamer 1.22: the receiver's estimate of the bandwidth, which
 * an application may send by itself. */
#define REMB "goog-remb"
#define REMB_FIELD "rtcp-fb-goog-remb"

/* What GStreamer would not put into the caps of a format. */
typedef struct
{
  gchar *level_asymmetry;       /* owned; NULL: not given */
  gboolean remb;
} Extras;

/* Whether a caps field of this name is a parameter of a=fmtp. GStreamer
 * takes all unknown strings for parameters, also those that only this
 * process uses and copies of another SDP's attributes. */
static gboolean
is_parameter_name (const gchar * name)
{
  static const gchar *const others[] = {
    "cname", "seqnum-offset", "ssrc", "timestamp-offset"
  };
  static const gchar *const prefixes[] = {
    "a-", "extmap-", "rid-", "rtcp-fb-", "srtcp-", "srtp-", "ssrc-", "x-"
  };
  const gchar *c;
  guint i;

  for (c = name; *c != '\0'; c++) {
    if (!g_ascii_isgraph (*c) || c - name >= MAX_NAME_CHARS)
      return FALSE;
  }

  for (i = 0; i < G_N_ELEMENTS (others); i++) {
    if (strcmp (name, others[i]) == 0)
      return FALSE;
  }
  for (i = 0; i < G_N_ELEMENTS (prefixes); i++) {
    if (g_str_has_prefix (name, prefixes[i]))
      return FALSE;
  }

  return *name != '\0' && gst_ice_sdp_may_name (name);
}

/* Returns: (transfer none): the rest of @value after the payload type; %NULL
 *     when it is another payload type's */
static const gchar *
value_for_payload (const gchar * value, gint payload, gboolean take_all)
{
  gchar *end;

  if (take_all && *value == '*')
    end = (gchar *) value + 1;
  else if (!g_ascii_isdigit (*value)
      || g_ascii_strtoull (value, &end, 10) != (guint64) payload)
    return NULL;

  if (*end != ' ')
    return NULL;
  while (*end == ' ')
    end++;

  return end;
}

static void
add_attribute (GstSDPMedia * media, const gchar * key, gint payload,
    const gchar * value)
{
  g_autofree gchar *text = g_strdup_printf ("%d %s", payload, value);

  gst_sdp_media_add_attribute (media, key, text);
}

/* Removes from @value what must not become a caps field.
 * @level_asymmetry: (out): a parameter of which GStreamer 1.22 would make
 *     "profile", losing profile-level-id (RFC 6184, 8.1)
 * Returns: (transfer full): the rest */
static gchar *
clean_parameters (const gchar * value, gchar ** level_asymmetry)
{
  g_auto (GStrv) items = g_strsplit (value, ";", MAX_PARAMETERS + 1);
  GString *cleaned = g_string_new (NULL);
  guint i;

  for (i = 0; items[i] != NULL && i < MAX_PARAMETERS; i++) {
    const gchar *item = g_strstrip (items[i]);
    const gchar *equals = strchr (item, '=');
    gsize length = equals ? (gsize) (equals - item) : strlen (item);
    g_autofree gchar *name = g_ascii_strdown (item, length);

    g_strchomp (name);
    if (strcmp (name, "level-asymmetry-allowed") == 0) {
      g_free (*level_asymmetry);
      *level_asymmetry = g_strstrip (g_strdup (equals ? equals + 1 : "1"));
    } else if (is_parameter_name (name)) {
      g_string_append_printf (cleaned, "%s;", item);
    }
  }

  return g_string_free (cleaned, FALSE);
}

static void
add_feedback (GstSDPMedia * media, gint payload, const gchar * value,
    Extras * extras)
{
  guint i;

  if (strcmp (value, REMB) == 0)
    extras->remb = TRUE;

  for (i = 0; i < G_N_ELEMENTS (feedback); i++) {
    if (strcmp (feedback[i][0], value) == 0)
      add_attribute (media, "rtcp-fb", payload, value);
  }
}

/* Fills @single with the attributes of one payload type in @media. @single
 * is small, however long @media is: the time of GStreamer's look-ups grows
 * with the square of the length. */
static void
select_payload (const GstSDPMedia * media, gint payload, GstSDPMedia * single,
    Extras * extras)
{
  gboolean have_rtpmap = FALSE, have_fmtp = FALSE, have_framesize = FALSE;
  guint i;

  for (i = 0; i < gst_sdp_media_attributes_len (media); i++) {
    const GstSDPAttribute *attribute = gst_sdp_media_get_attribute (media, i);
    gboolean is_feedback = strcmp (attribute->key, "rtcp-fb") == 0;
    const gchar *value =
        value_for_payload (attribute->value, payload, is_feedback);

    if (value == NULL)
      continue;

    if (is_feedback) {
      if (gst_sdp_media_attributes_len (single) < MAX_PARAMETERS)
        add_feedback (single, payload, value, extras);
    } else if (strcmp (attribute->key, "rtpmap") == 0 && !have_rtpmap) {
      have_rtpmap = TRUE;
      add_attribute (single, "rtpmap", payload, value);
    } else if (strcmp (attribute->key, "framesize") == 0 && !have_framesize) {
      have_framesize = TRUE;
      add_attribute (single, "framesize", payload, value);
    } else if (strcmp (attribute->key, "fmtp") == 0 && !have_fmtp) {
      g_autofree gchar *cleaned = clean_parameters (value,
          &extras->level_asymmetry);

      have_fmtp = TRUE;
      add_attribute (single, "fmtp", payload, cleaned);
    }
  }
}

/* Returns: (transfer full) (nullable): caps with one structure */
static GstCaps *
parse_single (const GstSDPMedia * media, gint payload,
    gboolean take_static_types, Extras * extras)
{
  GstSDPMedia *single;
  GstCaps *caps = NULL;

  gst_sdp_media_new (&single);
  gst_sdp_media_set_media (single, gst_sdp_media_get_media (media));
  select_payload (media, payload, single, extras);
  if (gst_sdp_media_get_attribute_val (single, "rtpmap") == NULL
      && take_static_types)
    gst_ice_sdp_static_type_to_rtpmap (payload, single);
  if (gst_sdp_media_get_attribute_val (single, "rtpmap") != NULL)
    caps = gst_sdp_media_get_caps_from_media (single, payload);
  gst_sdp_media_free (single);

  return caps;
}

/* Returns: (transfer full) (nullable): the same, with the attributes of all
 *     formats added */
static GstCaps *
parse_payload (const GstSDPMedia * media, const GstSDPMedia * shared,
    gint payload, gboolean take_static_types)
{
  Extras extras = { NULL, FALSE };
  GstCaps *caps = parse_single (media, payload, take_static_types, &extras);
  g_autofree gchar *level_asymmetry = extras.level_asymmetry;
  GstStructure *structure;
  gint clock_rate;

  if (caps == NULL)
    return NULL;

  structure = gst_caps_get_structure (caps, 0);
  if (!gst_structure_get_int (structure, "clock-rate", &clock_rate)
      || clock_rate <= 0) {
    gst_caps_unref (caps);
    return NULL;
  }

  /* RFC 3551, 4.5.2: G.722 has 8000, though some peers write its sampling
   * rate. */
  if (g_strcmp0 (gst_structure_get_string (structure, "encoding-name"),
          "G722") == 0)
    gst_structure_set (structure, "clock-rate", G_TYPE_INT, 8000, NULL);

  gst_sdp_media_attributes_to_caps (shared, caps);
  gst_structure_set_name (structure, "application/x-rtp");
  if (level_asymmetry != NULL)
    gst_structure_set (structure, "level-asymmetry-allowed", G_TYPE_STRING,
        level_asymmetry, NULL);
  if (extras.remb)
    gst_structure_set (structure, REMB_FIELD, G_TYPE_BOOLEAN, TRUE, NULL);

  return caps;
}

/* "3 URI" or "3/sendonly URI attributes" */
static gboolean
is_extmap (const GstSDPAttribute * attribute)
{
  g_auto (GStrv) words = NULL;

  if (strcmp (attribute->key, "extmap") != 0 || attribute->value == NULL
      || g_ascii_strtoull (attribute->value, NULL, 10) > MAX_EXTENSION_ID)
    return FALSE;
  words = g_strsplit (attribute->value, " ", 3);
  return g_strcmp0 (words[0] != NULL ? words[1] : NULL, ENCRYPTED_URI) != 0;
}

static void
share_attribute (GstSDPMedia * shared, const GstSDPAttribute * attribute)
{
  if (gst_sdp_media_attributes_len (shared) < MAX_SHARED
      && (is_extmap (attribute)
          || strcmp (attribute->key, "framerate") == 0
          || strcmp (attribute->key, "x-dimensions") == 0))
    gst_sdp_media_add_attribute (shared, attribute->key, attribute->value);
}

/* Returns: (transfer full): the attributes that apply to all formats */
static GstSDPMedia *
select_shared (const GstSDPMessage * message, const GstSDPMedia * media)
{
  GstSDPMedia *shared;
  guint i;

  gst_sdp_media_new (&shared);
  for (i = 0; i < gst_sdp_media_attributes_len (media); i++)
    share_attribute (shared, gst_sdp_media_get_attribute (media, i));

  /* RFC 8285, 5: extmap may be at the session level. */
  for (i = 0; i < gst_sdp_message_attributes_len (message); i++)
    share_attribute (shared, gst_sdp_message_get_attribute (message, i));

  return shared;
}

GstCaps *
gst_ice_sdp_formats_parse (const GstSDPMessage * message,
    const GstSDPMedia * media, gboolean take_static_types)
{
  GstSDPMedia *shared = select_shared (message, media);
  GstCaps *formats = gst_caps_new_empty ();
  gboolean seen[MAX_PAYLOAD_TYPE + 1] = { FALSE, };
  guint i;


  for (i = 0; i < gst_sdp_media_formats_len (media); i++) {
    guint64 payload;
    GstCaps *caps;

    if (!g_ascii_string_to_unsigned (gst_sdp_media_get_format (media, i), 10, 0,
            MAX_PAYLOAD_TYPE, &payload, NULL) || seen[payload])
      continue;

    seen[payload] = TRUE;
    caps = parse_payload (media, shared, payload, take_static_types);
    if (caps != NULL)
      gst_caps_append (formats, caps);
    else
      GST_INFO ("payload type %u has no usable rtpmap", (guint) payload);
  }
  gst_sdp_media_free (shared);

  if (gst_caps_is_empty (formats))
    gst_clear_caps (&formats);

  return formats;
}

/* A GstStructureFilterMapFunc: FALSE removes the field. */
static gboolean
keep_on_the_wire (GQuark field, GValue * value, gpointer user_data)
{
  const gchar *name = g_quark_to_string (field);
  const gchar *text;

  if (g_str_has_prefix (name, "rtcp-fb-") || g_str_has_prefix (name, "extmap-")
      || strcmp (name, "payload") == 0 || strcmp (name, "clock-rate") == 0)
    return TRUE;

  if (!G_VALUE_HOLDS_STRING (value))
    return FALSE;

  text = g_value_get_string (value);
  if (text == NULL || strpbrk (text, "\r\n") != NULL)
    return FALSE;

  if (strcmp (name, "a-framerate") == 0 || strcmp (name, "a-framesize") == 0
      || strcmp (name, "x-dimensions") == 0)
    return TRUE;

  return is_parameter_name (name);
}

static gboolean
is_opus (const GstStructure * structure)
{
  const gchar *name = gst_structure_get_string (structure, "encoding-name");

  return name != NULL && g_ascii_strcasecmp (name, "OPUS") == 0;
}

/* Fills in what a static payload type implies.
 * Returns: whether @structure has all that an a=rtpmap needs */
static gboolean
complete (GstStructure * structure)
{
  gint payload, clock_rate;

  if (!gst_structure_get_int (structure, "payload", &payload) || payload < 0
      || payload > MAX_PAYLOAD_TYPE)
    return FALSE;

  gst_ice_sdp_static_type_complete (payload, structure);

  /* For this field GStreamer would write level-asymmetry-allowed=1, and no
   * level. */
  if (g_strcmp0 (gst_structure_get_string (structure, "encoding-name"),
          "H264") == 0)
    gst_structure_remove_field (structure, "profile");
  /* RFC 7587, 7: the name always ends in "/2", also for mono, whatever the
   * caps say. Chromium drops Opus without it. */
  if (is_opus (structure))
    gst_structure_set (structure, "encoding-name", G_TYPE_STRING, "opus",
        "clock-rate", G_TYPE_INT, 48000, "encoding-params", G_TYPE_STRING, "2",
        NULL);

  return gst_structure_get_string (structure, "encoding-name") != NULL
      && gst_structure_get_int (structure, "clock-rate", &clock_rate)
      && clock_rate > 0;
}

/* Returns: (transfer full): an a=fmtp value in which "0-15=1", GStreamer's
 *     form of a parameter without a value, is "0-15" again (RFC 4733, 2.4.1) */
static gchar *
restore_parameters (const gchar * fmtp)
{
  g_auto (GStrv) words = g_strsplit (fmtp, " ", 2);
  g_auto (GStrv) items = g_strsplit (words[1] ? words[1] : "", ";", -1);
  g_autofree gchar *joined = NULL;
  guint i;

  for (i = 0; items[i] != NULL; i++) {
    gchar *value = strchr (items[i], '=');

    if (g_ascii_isdigit (*items[i]) && g_strcmp0 (value, "=1") == 0)
      *value = '\0';
  }
  joined = g_strjoinv (";", items);

  return g_strdup_printf ("%s %s", words[0], joined);
}

static gboolean
has_attribute (const GstSDPMedia * media, const GstSDPAttribute * wanted)
{
  guint i;

  for (i = 0; i < gst_sdp_media_attributes_len (media); i++) {
    const GstSDPAttribute *attribute = gst_sdp_media_get_attribute (media, i);

    if (strcmp (attribute->key, wanted->key) == 0
        && g_strcmp0 (attribute->value, wanted->value) == 0)
      return TRUE;
  }

  return FALSE;
}

/* Moves the attributes of one format to @media. Each format repeats the
 * attributes that apply to the whole m-line; these are moved once. */
static void
merge_format (const GstSDPMedia * single, GstSDPMedia * media)
{
  guint i;

  gst_sdp_media_add_format (media, gst_sdp_media_get_format (single, 0));
  for (i = 0; i < gst_sdp_media_attributes_len (single); i++) {
    const GstSDPAttribute *attribute = gst_sdp_media_get_attribute (single, i);

    if (strcmp (attribute->key, "fmtp") == 0) {
      g_autofree gchar *value = restore_parameters (attribute->value);

      gst_sdp_media_add_attribute (media, "fmtp", value);
    } else if (!has_attribute (media, attribute)) {
      gst_sdp_media_add_attribute (media, attribute->key, attribute->value);
    }
  }
}

static void
write_format (GstStructure * structure, GstSDPMedia * media)
{
  GstCaps *caps = gst_caps_new_full (structure, NULL);
  GstSDPMedia *single;
  gboolean remb = FALSE;
  gint payload;

  gst_structure_get_boolean (structure, REMB_FIELD, &remb);
  gst_structure_remove_field (structure, REMB_FIELD);
  gst_structure_set (structure, "media", G_TYPE_STRING,
      gst_sdp_media_get_media (media), NULL);
  gst_sdp_media_new (&single);
  if (gst_sdp_media_set_media_from_caps (caps, single) == GST_SDP_OK) {
    if (remb && gst_structure_get_int (structure, "payload", &payload))
      add_attribute (single, "rtcp-fb", payload, REMB);
    merge_format (single, media);
  }
  gst_sdp_media_free (single);
  gst_caps_unref (caps);
}

void
gst_ice_sdp_formats_write (const GstCaps * formats, GstSDPMedia * media)
{
  gboolean seen[MAX_PAYLOAD_TYPE + 1] = { FALSE, };
  guint i;


  for (i = 0; i < gst_caps_get_size (formats); i++) {
    GstStructure *structure =
        gst_structure_copy (gst_caps_get_structure (formats, i));
    gint payload;

    gst_structure_filter_and_map_in_place (structure, keep_on_the_wire, NULL);
    if (!complete (structure)) {
      GST_WARNING ("left out of the SDP, as it has no payload type, encoding "
          "name or clock rate: %" GST_PTR_FORMAT, structure);
      gst_structure_free (structure);
      continue;
    }

    gst_structure_get_int (structure, "payload", &payload);
    if (seen[payload]) {
      gst_structure_free (structure);
      continue;
    }
    seen[payload] = TRUE;
    write_format (structure, media);
  }
}
