/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Arithmetic on the formats of an m-line, which are application/x-rtp caps. */

#include "config.h"

#include "gsticeformats.h"

#include "gsticeformatrules.h"

#include <string.h>

/* RFC 3551, 6: the dynamic payload types. */
#define FIRST_DYNAMIC 96
#define LAST_DYNAMIC 127

/* The limit for ids of header extensions (RFC 8285, 4.2 and 4.3). */
#define MAX_EXTENSION_ID 255
#define MAX_SHORT_EXTENSION_ID 14

/* RFC 3551, 3: unassigned types, used when the dynamic ones are all taken.
 * 64 to 95 are RTCP (RFC 5761, 4). */
#define FIRST_UNASSIGNED 35
#define LAST_UNASSIGNED 63

/* At most this many encodings of an m-line are offered. */
#define MAX_FORMATS 32

/* At most this many formats of an m-line are named in a message. */
#define MAX_DESCRIBED 8

GstIceMediaKind
gst_ice_formats_get_kind (GstCaps * caps)
{
  GstIceMediaKind kind = GST_ICE_MEDIA_UNSET;

  if (gst_caps_is_any (caps))
    return GST_ICE_MEDIA_UNSET;

  for (guint i = 0; i < gst_caps_get_size (caps); i++) {
    const gchar *media =
        gst_structure_get_string (gst_caps_get_structure (caps, i), "media");
    GstIceMediaKind this_kind =
        media != NULL ? gst_ice_media_kind_from_string (media) :
        GST_ICE_MEDIA_UNSET;

    if (this_kind == GST_ICE_MEDIA_UNSET || (i > 0 && this_kind != kind))
      return GST_ICE_MEDIA_UNSET;
    kind = this_kind;
  }
  return kind;
}

/* Returns: the lowest dynamic payload type that is not in @used, -1 if there
 *     is none */
static gint
next_dynamic (const gboolean * used)
{
  for (gint pt = FIRST_DYNAMIC; pt <= LAST_DYNAMIC; pt++) {
    if (!used[pt])
      return pt;
  }
  for (gint pt = FIRST_UNASSIGNED; pt <= LAST_UNASSIGNED; pt++) {
    if (!used[pt])
      return pt;
  }
  return -1;
}

/* Gives @format a payload type that is not in @used, its own if possible.
 * Returns: %FALSE when none is left */
static gboolean
assign_payload_type (GstStructure * format, gboolean * used)
{
  gint pt;

  if (!gst_structure_get_int (format, "payload", &pt) || pt < 0 ||
      pt > LAST_DYNAMIC || used[pt])
    pt = next_dynamic (used);
  if (pt < 0)
    return FALSE;

  used[pt] = TRUE;
  gst_structure_set (format, "payload", G_TYPE_INT, pt, NULL);
  return TRUE;
}

static void
fixate_clock_rate (GstStructure * format)
{
  if (gst_structure_has_field (format, "clock-rate"))
    gst_structure_fixate_field_nearest_int (format, "clock-rate",
        gst_ice_format_rules_get_clock_rate (format));
}

/* Appends variant @variant of @structure, with encoding name @encoding, to
 * @formats, if the format is complete. */
static void
add_variant (GstCaps * formats, const GstStructure * structure,
    const GValue * encoding, guint variant, gboolean * used)
{
  GstStructure *format = gst_structure_copy (structure);

  if (encoding != NULL)
    gst_structure_set_value (format, "encoding-name", encoding);
  fixate_clock_rate (format);

  gst_ice_format_rules_complete (format, variant);
  /* A static payload type needs no encoding name. */
  if (gst_caps_get_size (formats) < MAX_FORMATS &&
      gst_structure_has_field (format, "media") &&
      (gst_structure_get_string (format, "encoding-name") != NULL ||
          gst_structure_has_field_typed (format, "payload", G_TYPE_INT)) &&
      assign_payload_type (format, used)) {
    gst_structure_fixate (format);
    gst_caps_append_structure (formats, format);
  } else {
    gst_structure_free (format);
  }
}

/* The same for all variants that must be offered separately. */
static void
add_encoding (GstCaps * formats, const GstStructure * structure,
    const GValue * encoding, gboolean * used)
{
  const gchar *name = encoding != NULL ? g_value_get_string (encoding) :
      gst_structure_get_string (structure, "encoding-name");
  const guint n = gst_ice_format_rules_get_n_variants (structure, name);

  for (guint i = 0; i < n; i++)
    add_variant (formats, structure, encoding, i, used);
}

/* Whether to leave out an encoding that a depayloader lists beside others:
 * names of drafts and of GStreamer's own, which no peer knows, and MULTIOPUS
 * without its channels. */
static gboolean
is_offered_by_nobody (const GstStructure * structure, const GValue * encoding)
{
  const gchar *name = g_value_get_string (encoding);

  return name == NULL || g_str_has_prefix (name, "X-") ||
      strstr (name, "-DRAFT-") != NULL || (g_str_equal (name, "MULTIOPUS") &&
      !gst_structure_has_field_typed (structure, "encoding-params",
          G_TYPE_STRING));
}

/* Appends the encodings of @structure that are worth offering; if there are
 * none, all of them. */
static void
add_encodings (GstCaps * formats, const GstStructure * structure,
    const GValue * names, gboolean * used)
{
  guint n_added = 0;

  for (guint pass = 0; pass < 2 && n_added == 0; pass++) {
    for (guint n = 0; n < gst_value_list_get_size (names); n++) {
      const GValue *name = gst_value_list_get_value (names, n);

      if (is_offered_by_nobody (structure, name) != (pass == 1))
        continue;
      add_encoding (formats, structure, name, used);
      n_added++;
    }
  }
}

GstCaps *
gst_ice_formats_fixate (GstCaps * caps)
{
  GstCaps *formats = gst_caps_new_empty ();
  gboolean used[LAST_DYNAMIC + 1] = { FALSE, };

  for (guint i = 0; !gst_caps_is_any (caps) && i < gst_caps_get_size (caps);
      i++) {
    GstStructure *structure = gst_caps_get_structure (caps, i);
    const GValue *names = gst_structure_get_value (structure, "encoding-name");

    if (names == NULL || !GST_VALUE_HOLDS_LIST (names))
      add_encoding (formats, structure, NULL, used);
    else
      add_encodings (formats, structure, names, used);
  }

  if (gst_caps_is_empty (formats))
    g_clear_pointer (&formats, gst_caps_unref);
  return formats;
}

/* Whether @format is not media but a means to repair it (RFC 4588, 2198,
 * 5109, 8627). */
static gboolean
is_repair (const GstStructure * format)
{
  static const gchar *const names[] = {
    "RTX", "RED", "ULPFEC", "FLEXFEC-03", "FLEXFEC", NULL
  };
  const gchar *name = gst_structure_get_string (format, "encoding-name");

  return name != NULL && g_strv_contains (names, name);
}

/* Caps that take any RTP take media only.
 * Returns: how well @format, from a description, matches the best of @ours;
 *     0: not at all */
static guint
rate (const GstStructure * format, GstCaps * ours, GstIceFormatsUse use)
{
  const gboolean repair = is_repair (format);
  guint best = 0;

  if (ours == NULL || gst_caps_is_any (ours))
    return !repair;

  for (guint i = 0; i < gst_caps_get_size (ours); i++) {
    const GstStructure *each = gst_caps_get_structure (ours, i);

    if (!repair || gst_structure_has_field (each, "encoding-name"))
      best = MAX (best, gst_ice_format_rules_compare (format, each, use));
  }
  return best;
}

void
gst_ice_formats_complete_offer (GstCaps * formats)
{
  for (guint i = 0; i < gst_caps_get_size (formats); i++) {
    GstStructure *format = gst_caps_get_structure (formats, i);

    gst_ice_format_rules_complete (format, 0);
    /* Both elements act on it (RFC 4585, 6.3.1; RFC 5104, 4.3.1). */
    if (g_strcmp0 (gst_structure_get_string (format, "media"), "video") == 0
        && !is_repair (format))
      gst_structure_set (format, "rtcp-fb-nack-pli", G_TYPE_BOOLEAN, TRUE,
          "rtcp-fb-ccm-fir", G_TYPE_BOOLEAN, TRUE, NULL);
  }
}

GstCaps *
gst_ice_formats_join (GstCaps * preferred, GstCaps * more)
{
  GstCaps *joined = gst_caps_new_empty ();
  gboolean used[LAST_DYNAMIC + 1] = { FALSE, };
  GstCaps *parts[] = { preferred, more };

  for (guint p = 0; p < G_N_ELEMENTS (parts); p++) {
    for (guint i = 0; i < gst_caps_get_size (parts[p]); i++) {
      GstStructure *format = gst_caps_get_structure (parts[p], i);

      if (p > 0 && rate (format, preferred, GST_ICE_FORMATS_RECEIVE) > 0)
        continue;

      format = gst_structure_copy (format);
      if (assign_payload_type (format, used))
        gst_caps_append_structure (joined, format);
      else
        gst_structure_free (format);
    }
  }
  return joined;
}

/* A format that repairs or wraps another one names its payload type (RFC
 * 4588, 8.6). */
static void
follow_payload_type (GstCaps * formats, gint from, gint to)
{
  g_autofree gchar *old = g_strdup_printf ("%d", from);
  g_autofree gchar *new = g_strdup_printf ("%d", to);

  for (guint i = 0; i < gst_caps_get_size (formats); i++) {
    GstStructure *format = gst_caps_get_structure (formats, i);

    if (g_strcmp0 (gst_structure_get_string (format, "apt"), old) == 0)
      gst_structure_set (format, "apt", G_TYPE_STRING, new, NULL);
  }
}

void
gst_ice_formats_note_types (GstCaps * formats, GstIcePayloadTypes used)
{
  for (guint i = 0; i < gst_caps_get_size (formats); i++) {
    gint pt;

    if (gst_structure_get_int (gst_caps_get_structure (formats, i), "payload",
            &pt) && pt >= 0 && pt <= LAST_DYNAMIC)
      used[pt] = TRUE;
  }
}

void
gst_ice_formats_make_distinct (GstCaps * formats, GstIcePayloadTypes used)
{
  GstIcePayloadTypes taken;

  /* A new number must also differ from those of later formats of the m-line. */
  memcpy (taken, used, sizeof (taken));
  gst_ice_formats_note_types (formats, taken);
  for (guint i = 0; i < gst_caps_get_size (formats); i++) {
    GstStructure *format = gst_caps_get_structure (formats, i);
    gint pt, other;

    if (!gst_structure_get_int (format, "payload", &pt) ||
        pt < FIRST_DYNAMIC || pt > LAST_DYNAMIC || !used[pt])
      continue;
    other = next_dynamic (taken);
    if (other < 0)
      break;
    taken[other] = TRUE;
    gst_structure_set (format, "payload", G_TYPE_INT, other, NULL);
    follow_payload_type (formats, pt, other);
  }
  memcpy (used, taken, sizeof (taken));
}

void
gst_ice_formats_set_type (GstCaps * formats, guint index, gint type)
{
  GstStructure *format = gst_caps_get_structure (formats, index);
  gint old;

  if (!gst_structure_get_int (format, "payload", &old) || old == type)
    return;
  gst_structure_set (format, "payload", G_TYPE_INT, type, NULL);
  follow_payload_type (formats, old, type);
}

/* A chosen format, while the choice is being sorted. */
typedef struct
{
  const GstStructure *format;
  guint score;
} Choice;

/* A GCompareFunc: the best first. GLib's sort of arrays keeps the order of
 * equals. */
static gint
compare_choices (gconstpointer a, gconstpointer b)
{
  return (gint) ((const Choice *) b)->score - (gint) ((const Choice *)
      a)->score;
}

/* Returns: the place of the best of @choices for @ours, one of the formats that are sent; -1:
 *     none is good */
static gint
find_best (GArray * choices, const GstStructure * ours)
{
  guint best_score = 0;
  gint best = -1;

  for (guint i = 0; i < choices->len; i++) {
    const GstStructure *format = g_array_index (choices, Choice, i).format;
    guint score = gst_ice_format_rules_compare (format, ours,
        GST_ICE_FORMATS_SEND);

    if (score > best_score) {
      best = (gint) i;
      best_score = score;
    }
  }
  return best;
}

/* Whether @format names no format, but a medium. */
static gboolean
is_open (const GstStructure * format)
{
  return !gst_structure_has_field (format, "encoding-name") &&
      !gst_structure_has_field (format, "payload");
}

gboolean
gst_ice_formats_are_open (GstCaps * formats)
{
  for (guint i = 0; i < gst_caps_get_size (formats); i++) {
    if (is_open (gst_caps_get_structure (formats, i)))
      return TRUE;
  }
  return FALSE;
}

GstCaps *
gst_ice_formats_open (GstCaps * formats, GstIceMediaKind kind)
{
  GstCaps *open = gst_caps_copy (formats);

  if (kind != GST_ICE_MEDIA_UNSET)
    gst_caps_append_structure (open, gst_structure_new ("application/x-rtp",
            "media", G_TYPE_STRING, gst_ice_media_kind_to_string (kind), NULL));
  return open;
}

GstCaps *
gst_ice_formats_close (GstCaps * formats)
{
  GstCaps *named;

  if (gst_caps_is_any (formats))
    return gst_caps_ref (formats);
  named = gst_caps_new_empty ();
  for (guint i = 0; i < gst_caps_get_size (formats); i++) {
    const GstStructure *format = gst_caps_get_structure (formats, i);

    if (!is_open (format))
      gst_caps_append_structure (named, gst_structure_copy (format));
  }
  return named;
}

/* Keeps one of the offered formats for each format that is sent, in this order. The peer is
 * told only of that one, and so knows which payload type to expect. If the stream may change to
 * any other, all others follow. */
static void
keep_best (GArray * choices, GstCaps * sent)
{
  g_autofree gboolean *kept = g_new0 (gboolean, choices->len + 1);
  const guint n = choices->len;

  if (sent == NULL || gst_caps_is_any (sent))
    return;
  for (guint i = 0; i < gst_caps_get_size (sent); i++) {
    const GstStructure *ours = gst_caps_get_structure (sent, i);
    const gint best = is_open (ours) ? -1 : find_best (choices, ours);
    Choice choice;

    if (best < 0 || kept[best])
      continue;
    kept[best] = TRUE;
    choice = g_array_index (choices, Choice, best);
    g_array_append_val (choices, choice);
  }
  for (guint i = 0; choices->len > n && gst_ice_formats_are_open (sent)
      && i < n; i++) {
    Choice choice = g_array_index (choices, Choice, i);

    if (!kept[i])
      g_array_append_val (choices, choice);
  }
  g_array_remove_range (choices, 0, n);
}

GstCaps *
gst_ice_formats_choose (GstCaps * offered, GstCaps * acceptable,
    GstIceFormatsUse use)
{
  g_autoptr (GArray) choices = g_array_new (FALSE, FALSE, sizeof (Choice));
  GstCaps *chosen = gst_caps_new_empty ();

  for (guint i = 0; i < gst_caps_get_size (offered); i++) {
    Choice choice = { gst_caps_get_structure (offered, i), 0 };

    choice.score = rate (choice.format, acceptable, use);
    if (choice.score > 0)
      g_array_append_val (choices, choice);
  }
  /* For received formats the peer's order of preference counts. */
  if (use == GST_ICE_FORMATS_AGREED)
    g_array_sort (choices, compare_choices);
  if (use == GST_ICE_FORMATS_SEND)
    keep_best (choices, acceptable);

  for (guint i = 0; i < choices->len; i++)
    gst_caps_append_structure (chosen,
        gst_structure_copy (g_array_index (choices, Choice, i).format));
  return chosen;
}

const gchar *
gst_ice_formats_get_extension_uri (const GValue * extmap)
{
  if (GST_VALUE_HOLDS_ARRAY (extmap) && gst_value_array_get_size (extmap) > 1)
    extmap = gst_value_array_get_value (extmap, 1);
  return G_VALUE_HOLDS_STRING (extmap) ? g_value_get_string (extmap) : NULL;
}

/* Returns: the id of the header extension in caps field @field, 0: it is
 *     another field */
static guint
get_extension_id (GQuark field)
{
  const gchar *name = g_quark_to_string (field);
  guint64 id;

  if (!g_str_has_prefix (name, "extmap-") ||
      !g_ascii_string_to_unsigned (name + strlen ("extmap-"), 10, 1,
          MAX_EXTENSION_ID, &id, NULL))
    return 0;
  return (guint) id;
}

typedef struct
{
  const gchar *uri;
  guint id;
} Extension;

/* A GstStructureForeachFunc. */
static gboolean
look_for_extension (GQuark field, const GValue * value, gpointer user_data)
{
  Extension *wanted = user_data;

  if (g_strcmp0 (gst_ice_formats_get_extension_uri (value), wanted->uri) == 0)
    wanted->id = get_extension_id (field);
  return wanted->id == 0;
}

guint
gst_ice_formats_find_extension (GstCaps * formats, const gchar * uri)
{
  Extension wanted = { uri, 0 };

  for (guint i = 0; i < gst_caps_get_size (formats) && wanted.id == 0; i++)
    gst_structure_foreach (gst_caps_get_structure (formats, i),
        look_for_extension, &wanted);
  return wanted.id;
}

/* A GstStructureForeachFunc. */
static gboolean
note_extension (GQuark field, const GValue * value, gpointer user_data)
{
  guint id = get_extension_id (field);

  if (id > 0 && id <= MAX_SHORT_EXTENSION_ID)
    *(guint *) user_data |= 1u << id;
  return TRUE;
}

void
gst_ice_formats_note_extensions (GstCaps * formats, guint * used)
{
  for (guint i = 0; i < gst_caps_get_size (formats); i++)
    gst_structure_foreach (gst_caps_get_structure (formats, i), note_extension,
        used);
}

void
gst_ice_formats_add_extension (GstCaps * formats, guint id, const gchar * uri)
{
  g_autofree gchar *field = g_strdup_printf ("extmap-%u", id);

  for (guint i = 0; i < gst_caps_get_size (formats); i++)
    gst_structure_set (gst_caps_get_structure (formats, i), field,
        G_TYPE_STRING, uri, NULL);
}

static gboolean
keep_other_extensions (GQuark field, GValue * value, gpointer user_data)
{
  return !g_str_has_prefix (g_quark_to_string (field), "extmap-") ||
      g_strcmp0 (gst_ice_formats_get_extension_uri (value), user_data) != 0;
}

void
gst_ice_formats_drop_extension (GstCaps * formats, const gchar * uri)
{
  for (guint i = 0; i < gst_caps_get_size (formats); i++)
    gst_structure_filter_and_map_in_place (gst_caps_get_structure (formats, i),
        keep_other_extensions, (gpointer) uri);
}

/* A GstStructureForeachFunc for what is sent; @format is what was offered. */
static gboolean
drop_if_another (GQuark field, const GValue * sent, gpointer format)
{
  const GValue *offered = gst_structure_id_get_value (format, field);

  if (offered != NULL && g_str_has_prefix (g_quark_to_string (field), "extmap-")
      && g_strcmp0 (gst_ice_formats_get_extension_uri (offered),
          gst_ice_formats_get_extension_uri (sent)) != 0)
    gst_structure_remove_field (format, g_quark_to_string (field));
  return TRUE;
}

void
gst_ice_formats_drop_other_extensions (GstCaps * formats, GstCaps * sent)
{
  for (guint i = 0; i < gst_caps_get_size (formats); i++) {
    for (guint n = 0; n < gst_caps_get_size (sent); n++)
      gst_structure_foreach (gst_caps_get_structure (sent, n), drop_if_another,
          gst_caps_get_structure (formats, i));
  }
}

gboolean
gst_ice_formats_name_feedback (GstCaps * formats, const gchar * field)
{
  gboolean value;

  for (guint i = 0; formats != NULL && !gst_caps_is_any (formats)
      && i < gst_caps_get_size (formats); i++) {
    if (gst_structure_get_boolean (gst_caps_get_structure (formats, i), field,
            &value) && value)
      return TRUE;
  }
  return FALSE;
}

gchar *
gst_ice_formats_describe (GstCaps * formats)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n;

  if (formats == NULL || gst_caps_is_any (formats))
    return g_strdup ("any");
  if (gst_caps_is_empty (formats))
    return g_strdup ("none");

  n = gst_caps_get_size (formats);
  for (guint i = 0; i < MIN (n, MAX_DESCRIBED); i++) {
    const GstStructure *format = gst_caps_get_structure (formats, i);

    g_string_append (text, i > 0 ? ", " : "");
    if (is_open (format))
      g_string_append (text, i > 0 ? "any other" : "any");
    else
      gst_ice_format_rules_describe (format, text);
  }
  if (n > MAX_DESCRIBED)
    g_string_append_printf (text, " and %u more", n - MAX_DESCRIBED);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
is_event (const GstStructure * format)
{
  return g_strcmp0 (gst_structure_get_string (format, "encoding-name"),
      "TELEPHONE-EVENT") == 0;
}

gboolean
gst_ice_formats_are_events (GstCaps * formats)
{
  for (guint i = 0; i < gst_caps_get_size (formats); i++) {
    if (!is_event (gst_caps_get_structure (formats, i)))
      return FALSE;
  }
  return !gst_caps_is_empty (formats);
}

GstCaps *
gst_ice_formats_to_stream_caps (GstCaps * agreed)
{
  for (guint i = 0; i < gst_caps_get_size (agreed); i++) {
    GstStructure *format = gst_caps_get_structure (agreed, i);

    if (!is_event (format))
      return gst_caps_new_full (gst_structure_copy (format), NULL);
  }
  return NULL;
}

/* Comfort noise (RFC 3389) comes between the packets of what it belongs to, as events do. */
static gboolean
is_stream (const GstStructure * format)
{
  return !is_event (format) && !is_repair (format) &&
      g_strcmp0 (gst_structure_get_string (format, "encoding-name"), "CN") != 0;
}

GstCaps *
gst_ice_formats_list_streams (GstCaps * agreed)
{
  GstCaps *streams = gst_caps_new_empty ();

  for (guint i = 0; i < gst_caps_get_size (agreed); i++) {
    const GstStructure *format = gst_caps_get_structure (agreed, i);

    if (is_stream (format))
      gst_caps_append_structure (streams, gst_structure_copy (format));
  }
  return streams;
}

/* Finds a field by comparing the names of all fields there are. A look-up
 * would, before GStreamer 1.26, make a quark of a name that no caps have, and a
 * quark stays for ever.
 * Returns: (transfer none) (nullable) */
static const gchar *
find_string (const GstStructure * format, const gchar * name)
{
  for (gint i = 0; i < gst_structure_n_fields (format); i++) {
    if (strcmp (gst_structure_nth_field_name (format, (guint) i), name) == 0)
      return gst_structure_get_string (format, name);
  }
  return NULL;
}

gboolean
gst_ice_formats_get_source (GstCaps * formats, guint32 * ssrc,
    const gchar ** cname)
{
  const GstStructure *format;
  g_autofree gchar *field = NULL;

  if (formats == NULL || gst_caps_is_any (formats) ||
      gst_caps_is_empty (formats))
    return FALSE;

  format = gst_caps_get_structure (formats, 0);
  if (!gst_structure_get_uint (format, "ssrc", ssrc))
    return FALSE;

  /* The name is that of GStreamer's SDP library and webrtcbin. */
  field = g_strdup_printf ("ssrc-%u-cname", *ssrc);
  *cname = find_string (format, field);
  if (*cname == NULL)
    *cname = gst_structure_get_string (format, "cname");
  return TRUE;
}
