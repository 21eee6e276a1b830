/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Finds the formats of two descriptions that are the same under different
 * numbers. */

#include "config.h"

#include "gsticeformatnumbers.h"

#include "gsticeformats.h"

#include <string.h>

/* Prefix of the caps fields of header extensions. */
#define EXTENSION_PREFIX "extmap-"

/* Returns: -1: none */
static gint
get_number (const GstStructure * format)
{
  gint number;

  return gst_structure_get_int (format, "payload", &number) ? number : -1;
}

/* Returns: the payload type that @format repairs or wraps; -1: none */
static gint
get_apt (const GstStructure * format)
{
  const gchar *text = gst_structure_get_string (format, "apt");
  guint64 number;
  gint apt;

  if (gst_structure_get_int (format, "apt", &apt))
    return apt;
  return text != NULL && g_ascii_string_to_unsigned (text, 10, 0, 127, &number,
      NULL) ? (gint) number : -1;
}

/* Returns: (transfer none) (nullable): the format of @formats with @number */
static const GstStructure *
find_number (GstCaps * formats, gint number)
{
  for (guint i = 0; number >= 0 && i < gst_caps_get_size (formats); i++) {
    if (get_number (gst_caps_get_structure (formats, i)) == number)
      return gst_caps_get_structure (formats, i);
  }
  return NULL;
}

/* Returns: how well both match, with room for a preference in the low bits;
 *     0: not at all */
static guint
rate (const GstStructure * theirs, const GstStructure * ours,
    GstIceFormatsUse use)
{
  const guint score = gst_ice_format_rules_compare (theirs, ours, use);

  return score > 0 ? 2 * score + (get_number (theirs) == get_number (ours)) : 0;
}

/* Returns: the same for the formats that @a and @b repair; above 0 if they
 *     repair none */
static guint
rate_repaired (const GstStructure * a, GstCaps * theirs,
    const GstStructure * b, GstCaps * ours, GstIceFormatsUse use)
{
  const GstStructure *x = find_number (theirs, get_apt (a));
  const GstStructure *y = find_number (ours, get_apt (b));

  if (get_apt (a) < 0 || get_apt (b) < 0)
    return 1;
  if (x == NULL || y == NULL)
    return x == y && get_apt (a) == get_apt (b);
  return rate (x, y, use);
}

/* @used: (nullable): the places in @ours that are taken */
static gint
find (const GstStructure * format, GstCaps * theirs, GstCaps * ours,
    GstIceFormatsUse use, const gboolean * used)
{
  guint best_score = 0;
  gint best = -1;

  for (guint i = 0; i < gst_caps_get_size (ours); i++) {
    const GstStructure *each = gst_caps_get_structure (ours, i);
    const guint repaired = rate_repaired (format, theirs, each, ours, use);
    const guint own = rate (format, each, use);

    if (own == 0 || repaired == 0 || (used != NULL && used[i]) ||
        own + repaired <= best_score)
      continue;
    best_score = own + repaired;
    best = (gint) i;
  }
  return best;
}

gint
gst_ice_format_numbers_find (const GstStructure * format, GstCaps * theirs,
    GstCaps * ours, GstIceFormatsUse use)
{
  return find (format, theirs, ours, use, NULL);
}

/* A GstStructureFilterMapFunc. */
static gboolean
is_no_extension (GQuark field, GValue * value, gpointer user_data)
{
  return !g_str_has_prefix (g_quark_to_string (field), EXTENSION_PREFIX);
}

/* A format that gets the numbers of another one. */
typedef struct
{
  GstStructure *to;
  GstCaps *numbers;             /* the format with the header extensions to
                                 * take */
} Renumbered;

/* A GstStructureForeachFunc: an extension that was not offered will not
 * come. */
static gboolean
add_extension (GQuark field, const GValue * value, gpointer user_data)
{
  const Renumbered *self = user_data;
  const gchar *uri = gst_ice_formats_get_extension_uri (value);
  guint id;

  if (is_no_extension (field, NULL, NULL) || uri == NULL)
    return TRUE;
  id = gst_ice_formats_find_extension (self->numbers, uri);
  if (id > 0) {
    g_autofree gchar *name = g_strdup_printf (EXTENSION_PREFIX "%u", id);

    gst_structure_set_value (self->to, name, value);
  }
  return TRUE;
}

/* Returns: (transfer full): @format with payload type and extensions of place @place of
 *     @offered */
static GstStructure *
renumber (const GstStructure * format, GstCaps * offered, gint place)
{
  g_autoptr (GstCaps) one = gst_caps_copy_nth (offered, (guint) place);
  Renumbered self = { gst_structure_copy (format), one };
  const gint number = get_number (gst_caps_get_structure (one, 0));

  gst_structure_filter_and_map_in_place (self.to, is_no_extension, NULL);
  gst_structure_foreach (format, add_extension, &self);
  if (number >= 0)
    gst_structure_set (self.to, "payload", G_TYPE_INT, number, NULL);
  return self.to;
}

/* The formats that are repaired have other numbers too. */
static void
renumber_repaired (GstStructure * format, GstCaps * answered, GstCaps * offered)
{
  const GstStructure *repaired = find_number (answered, get_apt (format));
  const gint place = repaired != NULL ? find (repaired, answered, offered,
      GST_ICE_FORMATS_ANSWERED, NULL) : -1;
  g_autofree gchar *text = NULL;

  if (place < 0)
    return;
  text = g_strdup_printf ("%d",
      get_number (gst_caps_get_structure (offered, (guint) place)));
  gst_structure_set (format, "apt", G_TYPE_STRING, text, NULL);
}

GstCaps *
gst_ice_format_numbers_match (GstCaps * answered, GstCaps * offered,
    GstCaps ** sent)
{
  const guint n = gst_caps_get_size (offered);
  g_autofree gboolean *used = g_new0 (gboolean, n + 1);
  GstCaps *received = gst_caps_new_empty ();

  *sent = gst_caps_new_empty ();
  for (guint i = 0; i < gst_caps_get_size (answered); i++) {
    const GstStructure *format = gst_caps_get_structure (answered, i);
    GstStructure *comes;
    gint place = find (format, answered, offered, GST_ICE_FORMATS_ANSWERED,
        used);

    if (place < 0)
      continue;
    used[place] = TRUE;
    comes = renumber (format, offered, place);
    if (get_apt (comes) >= 0)
      renumber_repaired (comes, answered, offered);
    gst_caps_append_structure (received, comes);
    gst_caps_append_structure (*sent, gst_structure_copy (format));
  }
  return received;
}
