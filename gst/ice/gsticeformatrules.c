/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The table of RTP payload formats: the parameters that tell one format from
 * another. */

#include "config.h"

#include "gsticeformatrules.h"

#include <string.h>

/* Longest word of a peer that goes into a message. */
#define MAX_WORD_CHARS 32

/* How well two values match. */
enum
{
  DIFFERENT = 0,
  USABLE = 1,
  GOOD = 2,
  SAME = 3,
};

/* Compares what is sent with what can be received, both as in a=fmtp.
 * Returns: one of the above */
typedef guint (*CompareFunc) (const gchar * stream, const gchar * decoder);

static guint compare_text (const gchar * stream, const gchar * decoder);
static guint compare_h264_profile (const gchar * stream, const gchar * decoder);

/* The parameters that must be equal at both ends. All others, such as Opus'
 * stereo, bit rates and levels, say what a receiver prefers or a sender
 * does; they never cause a refusal. */
static const struct
{
  const gchar *encoding;
  const gchar *parameter;
  const gchar *absent;          /* the value when a peer does not give one */
  CompareFunc compare;
} rules[] = {
  /* RFC 6184, 8.1, 8.2.2, table 5 */
  {"H264", "packetization-mode", "0", compare_text},
  {"H264", "profile-level-id", "42000a", compare_h264_profile},
  /* RFC 7798, 7.1, 7.2.2 */
  {"H265", "profile-space", "0", compare_text},
  {"H265", "profile-id", "1", compare_text},
  {"H265", "tier-flag", "0", compare_text},
  {"H265", "tx-mode", "SRST", compare_text},
  /* RFC 9628, 7 */
  {"VP9", "profile-id", "0", compare_text},
  /* RTP payload format for AV1 (AOMedia), 7.2 */
  {"AV1", "profile", "0", compare_text},
  {"AV1", "tier", "0", compare_text},
};

/* Audio encodings with another clock rate than 48000. RFC 3551, 4.5.2: G.722
 * has 8000, although it samples at 16000; RFC 7587, 4.1; RFC 4733, 2.1.
 * Video is offered at 90000. */
static const struct
{
  const gchar *encoding;
  gint clock_rate;
} clock_rates[] = {
  {"OPUS", 48000}, {"PCMU", 8000}, {"PCMA", 8000}, {"G722", 8000},
  {"G729", 8000}, {"GSM", 8000}, {"ILBC", 8000}, {"TELEPHONE-EVENT", 8000},
  {"CN", 8000}, {"MPA", 90000},
};

/* RFC 6184, table 5: the bits of profile_idc and profile-iop that identify a
 * profile. */
typedef enum
{
  PROFILE_OTHER,
  PROFILE_CONSTRAINED_BASELINE,
  PROFILE_BASELINE,
  PROFILE_MAIN,
  PROFILE_EXTENDED,
  PROFILE_HIGH,
  PROFILE_PROGRESSIVE_HIGH,
  PROFILE_CONSTRAINED_HIGH,
} H264Profile;

static const struct
{
  guint8 idc, iop_mask, iop;
  H264Profile profile;
} h264_profiles[] = {
  {0x42, 0x4f, 0x40, PROFILE_CONSTRAINED_BASELINE},
  {0x4d, 0x8f, 0x80, PROFILE_CONSTRAINED_BASELINE},
  {0x58, 0xcf, 0xc0, PROFILE_CONSTRAINED_BASELINE},
  {0x42, 0x4f, 0x00, PROFILE_BASELINE},
  {0x58, 0xcf, 0x80, PROFILE_BASELINE},
  {0x4d, 0xaf, 0x00, PROFILE_MAIN},
  {0x58, 0xcf, 0x00, PROFILE_EXTENDED},
  {0x64, 0xff, 0x00, PROFILE_HIGH},
  {0x64, 0xff, 0x08, PROFILE_PROGRESSIVE_HIGH},
  {0x64, 0xff, 0x0c, PROFILE_CONSTRAINED_HIGH},
};

#define BIT(profile) (1u << PROFILE_ ## profile)

/* The profiles that a decoder of each profile decodes as well (H.264, annex
 * A). Encoders do not use what Baseline has beyond Constrained Baseline. */
static const guint h264_decodes[] = {
  [PROFILE_OTHER] = 0,
  [PROFILE_CONSTRAINED_BASELINE] = BIT (BASELINE),
  [PROFILE_BASELINE] = BIT (CONSTRAINED_BASELINE),
  [PROFILE_MAIN] = BIT (CONSTRAINED_BASELINE) | BIT (BASELINE),
  [PROFILE_EXTENDED] = BIT (CONSTRAINED_BASELINE) | BIT (BASELINE),
  [PROFILE_HIGH] = BIT (CONSTRAINED_BASELINE) | BIT (BASELINE) | BIT (MAIN) |
      BIT (PROGRESSIVE_HIGH) | BIT (CONSTRAINED_HIGH),
  [PROFILE_PROGRESSIVE_HIGH] = BIT (CONSTRAINED_BASELINE) | BIT (BASELINE) |
      BIT (CONSTRAINED_HIGH),
  [PROFILE_CONSTRAINED_HIGH] = BIT (CONSTRAINED_BASELINE) | BIT (BASELINE),
};

static guint
compare_text (const gchar * stream, const gchar * decoder)
{
  return g_ascii_strcasecmp (stream, decoder) == 0 ? SAME : DIFFERENT;
}

/* @bytes: (out): profile_idc, profile-iop, level_idc */
static gboolean
read_profile_level_id (const gchar * text, guint8 * bytes)
{
  guint64 number;

  if (strlen (text) != 6
      || !g_ascii_string_to_unsigned (text, 16, 0, 0xffffff, &number, NULL))
    return FALSE;
  bytes[0] = (guint8) (number >> 16);
  bytes[1] = (guint8) (number >> 8);
  bytes[2] = (guint8) number;
  return TRUE;
}

static H264Profile
find_h264_profile (const guint8 * bytes)
{
  for (guint i = 0; i < G_N_ELEMENTS (h264_profiles); i++) {
    if (h264_profiles[i].idc == bytes[0]
        && (bytes[1] & h264_profiles[i].iop_mask) == h264_profiles[i].iop)
      return h264_profiles[i].profile;
  }
  return PROFILE_OTHER;
}

/* Ignores the level: it says what the receiver prefers (RFC 6184, 8.2.2). */
static guint
compare_h264_profile (const gchar * stream, const gchar * decoder)
{
  guint8 a[3], b[3];
  H264Profile x, y;

  if (!read_profile_level_id (stream, a) || !read_profile_level_id (decoder, b))
    return compare_text (stream, decoder);
  x = find_h264_profile (a);
  y = find_h264_profile (b);
  if (x == PROFILE_OTHER || y == PROFILE_OTHER)
    return a[0] == b[0] && a[1] == b[1] ? SAME : DIFFERENT;
  if (x == y)
    return SAME;
  return h264_decodes[y] & (1u << x) ? USABLE : DIFFERENT;
}

/* Returns: (transfer full) (nullable): the parameter as text. It is a string
 *     in caps from SDP, and may be a number in caps that people write. */
static gchar *
to_text (const GValue * value)
{
  if (G_VALUE_HOLDS_STRING (value))
    return g_value_dup_string (value);
  if (G_VALUE_HOLDS_INT (value))
    return g_strdup_printf ("%d", g_value_get_int (value));
  return NULL;
}

/* Returns: (transfer full) (nullable): parameter @name of @format */
static gchar *
get_parameter (const GstStructure * format, const gchar * name)
{
  const GValue *value = gst_structure_get_value (format, name);

  return value != NULL ? to_text (value) : NULL;
}

/* @theirs: (nullable): %NULL: the default
 * @ours: (nullable): one value, a list of values, or %NULL: any */
static guint
compare_values (guint rule, const gchar * theirs, const GValue * ours,
    GstIceFormatsUse use)
{
  g_autofree gchar *text = NULL;
  guint best = DIFFERENT;

  if (theirs == NULL && use == GST_ICE_FORMATS_ANSWERED)
    return USABLE;
  if (theirs == NULL)
    theirs = rules[rule].absent;
  /* Caps without the parameter most likely mean its default. */
  if (ours == NULL)
    return g_ascii_strcasecmp (theirs, rules[rule].absent) == 0 ? GOOD : USABLE;
  if (GST_VALUE_HOLDS_LIST (ours)) {
    for (guint i = 0; i < gst_value_list_get_size (ours); i++)
      best = MAX (best, compare_values (rule, theirs,
              gst_value_list_get_value (ours, i), use));
    return best;
  }

  text = to_text (ours);
  if (text == NULL)
    return USABLE;
  if (use == GST_ICE_FORMATS_RECEIVE)
    return rules[rule].compare (theirs, text);
  return rules[rule].compare (text, theirs);
}

/* Whether @theirs, from a description, has none of the parameters that it
 * should have. The peer then accepts any value, rather than the defaults
 * only. GStreamer's depayloaders and webrtcbin write H.264 and H.265 so. */
static gboolean
says_nothing (const GstStructure * theirs, const gchar * encoding)
{
  gboolean any = FALSE;

  if (!g_str_has_prefix (encoding, "H26"))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    any |= g_str_equal (rules[i].encoding, encoding)
        && gst_structure_has_field (theirs, rules[i].parameter);
  return !any;
}

/* Profiles that H.264 is offered with. The first one is what every decoder
 * supports. */
static const gchar *const h264_offered[] = { "42e01f", "64001f" };

guint
gst_ice_format_rules_get_n_variants (const GstStructure * format,
    const gchar * encoding)
{
  return g_strcmp0 (encoding, "H264") == 0 && says_nothing (format, encoding) ?
      G_N_ELEMENTS (h264_offered) : 1;
}

void
gst_ice_format_rules_complete (GstStructure * format, guint variant)
{
  const gchar *encoding = gst_structure_get_string (format, "encoding-name");

  if (g_strcmp0 (encoding, "H264") != 0 || !says_nothing (format, encoding))
    return;
  gst_structure_set (format, "packetization-mode", G_TYPE_STRING, "1",
      "profile-level-id", G_TYPE_STRING, h264_offered[variant],
      "level-asymmetry-allowed", G_TYPE_STRING, "1", NULL);
}

static guint
compare_parameters (const GstStructure * theirs, const GstStructure * ours,
    GstIceFormatsUse use)
{
  const gchar *encoding = gst_structure_get_string (theirs, "encoding-name");
  guint score = SAME;

  if (encoding == NULL)
    return score;
  if (says_nothing (theirs, encoding))
    return USABLE;

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++) {
    g_autofree gchar *value = NULL;
    guint one;

    if (!g_str_equal (rules[i].encoding, encoding))
      continue;
    value = get_parameter (theirs, rules[i].parameter);
    one = compare_values (i, value,
        gst_structure_get_value (ours, rules[i].parameter), use);
    /* An answer may name the profile of the answerer's own stream. */
    if (use == GST_ICE_FORMATS_ANSWERED
        && rules[i].compare == compare_h264_profile)
      one = MAX (one, USABLE);
    /* The agreed formats are fixed: send the best of them. */
    if (one == DIFFERENT && use != GST_ICE_FORMATS_AGREED)
      return DIFFERENT;
    score += one;
  }
  return score;
}

/* The fields of rtpmap, which tell one encoding from another. */
static const gchar *const rtpmap_fields[] = {
  "media", "encoding-name", "clock-rate", "encoding-params", NULL
};

/* RFC 7587, 7: the "/2" is a part of Opus' name, and says nothing of the
 * channels. */
static gboolean
is_rtpmap_field (const gchar * name, const GstStructure * format)
{
  return g_strv_contains (rtpmap_fields, name)
      && !(g_str_equal (name, "encoding-params")
      && g_strcmp0 (gst_structure_get_string (format, "encoding-name"),
          "OPUS") == 0);
}

/* Whether field @name of both structures has a value in common; either may
 * be a set. */
static gboolean
meet (const GstStructure * a, const GstStructure * b, const gchar * name)
{
  const GValue *x = gst_structure_get_value (a, name);
  const GValue *y = gst_structure_get_value (b, name);

  return x == NULL || y == NULL || gst_value_intersect (NULL, x, y);
}

guint
gst_ice_format_rules_compare (const GstStructure * theirs,
    const GstStructure * ours, GstIceFormatsUse use)
{
  for (guint i = 0; rtpmap_fields[i] != NULL; i++) {
    if (is_rtpmap_field (rtpmap_fields[i], theirs)
        && !meet (theirs, ours, rtpmap_fields[i]))
      return DIFFERENT;
  }
  /* A structure without a name means its static payload type, as in
   * rtppcmudepay's caps. */
  if ((!gst_structure_has_field (theirs, "encoding-name")
          || !gst_structure_has_field (ours, "encoding-name"))
      && !meet (theirs, ours, "payload"))
    return DIFFERENT;

  return compare_parameters (theirs, ours, use);
}

/* RFC 6184, 8.2.2: the profile is that of the stream that is sent. So is the
 * level, if both ends may use different levels. When the peer can decode the
 * stream but offered another profile, the answer keeps the offered one, by
 * which the peer recognises the format. */
static void
answer_h264_profile (GstStructure * format, const GstStructure * sent)
{
  g_autofree gchar *theirs = get_parameter (format, "profile-level-id");
  g_autofree gchar *ours = get_parameter (sent, "profile-level-id");
  g_autofree gchar *asymmetry = get_parameter (format,
      "level-asymmetry-allowed");
  g_autofree gchar *text = NULL;
  guint8 a[3], b[3];

  if (theirs == NULL || ours == NULL || !read_profile_level_id (ours, a)
      || !read_profile_level_id (theirs, b)
      || compare_h264_profile (ours, theirs) != SAME)
    return;

  text = g_strdup_printf ("%02x%02x%02x", a[0], a[1],
      g_strcmp0 (asymmetry, "1") == 0 ? a[2] : MIN (a[2], b[2]));
  gst_structure_set (format, "profile-level-id", G_TYPE_STRING, text, NULL);
}

/* A GstStructureFilterMapFunc. Removes what the peer says of its own stream,
 * which is not true of ours. */
static gboolean
drop_stream_parameters (GQuark field, GValue * value, gpointer user_data)
{
  return !g_str_has_prefix (g_quark_to_string (field), "sprop-");
}

/* A GstStructureForeachFunc. */
static gboolean
add_stream_parameter (GQuark field, const GValue * value, gpointer format)
{
  if (g_str_has_prefix (g_quark_to_string (field), "sprop-"))
    gst_structure_id_set_value (format, field, value);
  return TRUE;
}

void
gst_ice_format_rules_answer (GstStructure * format, const GstStructure * sent)
{
  gst_structure_filter_and_map_in_place (format, drop_stream_parameters, NULL);
  if (sent == NULL
      || g_strcmp0 (gst_structure_get_string (format, "encoding-name"),
          gst_structure_get_string (sent, "encoding-name")) != 0)
    return;

  gst_structure_foreach (sent, add_stream_parameter, format);
  if (g_strcmp0 (gst_structure_get_string (format, "encoding-name"),
          "H264") == 0)
    answer_h264_profile (format, sent);
}

gint
gst_ice_format_rules_get_clock_rate (const GstStructure * format)
{
  const gchar *encoding = gst_structure_get_string (format, "encoding-name");

  if (g_strcmp0 (gst_structure_get_string (format, "media"), "audio") != 0)
    return 90000;
  /* RFC 3551, 6: most static types have a rate of 8000. */
  if (encoding == NULL)
    return 8000;
  for (guint i = 0; i < G_N_ELEMENTS (clock_rates); i++) {
    if (g_str_equal (clock_rates[i].encoding, encoding))
      return clock_rates[i].clock_rate;
  }
  return 48000;
}

/* Whether @text, which may come from a peer, can be part of a message. */
static gboolean
is_short_word (const gchar * text)
{
  const gchar *c;

  for (c = text; g_ascii_isgraph (*c); c++);
  return *c == '\0' && c > text && c - text <= MAX_WORD_CHARS;
}

/* Returns: (transfer none) (nullable): of several, as a depayloader has them, the first */
static const gchar *
get_encoding (const GstStructure * format)
{
  const GValue *value = gst_structure_get_value (format, "encoding-name");

  if (value != NULL && GST_VALUE_HOLDS_LIST (value)
      && gst_value_list_get_size (value) > 0)
    value = gst_value_list_get_value (value, 0);
  return value != NULL && G_VALUE_HOLDS_STRING (value) ?
      g_value_get_string (value) : NULL;
}

void
gst_ice_format_rules_describe (const GstStructure * format, GString * text)
{
  const gchar *encoding = get_encoding (format);
  guint n = 0;

  if (encoding == NULL || !is_short_word (encoding)) {
    g_string_append (text, "?");
    return;
  }
  g_string_append (text, encoding);
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++) {
    g_autofree gchar *value = NULL;

    if (g_str_equal (rules[i].encoding, encoding))
      value = get_parameter (format, rules[i].parameter);
    if (value != NULL && is_short_word (value))
      g_string_append_printf (text, "%s%s=%s", n++ > 0 ? ", " : " (",
          rules[i].parameter, value);
  }
  if (n > 0)
    g_string_append_c (text, ')');
}
