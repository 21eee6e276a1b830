/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Changes m-lines that are agreed by a further offer: ours, or the peer's. */

#include "config.h"

#include "gsticereoffer.h"

#include "gsticebundle.h"
#include "gsticeformatnumbers.h"
#include "gsticeformats.h"

/* Returns: (transfer none) (nullable): what the icesink on @mline sends */
static GstCaps *
get_written (const GstIceMline * mline)
{
  const GstIceClaim *sender = mline->send[GST_ICE_COMPONENT_RTP - 1];

  return sender != NULL ? sender->formats : NULL;
}

/* Whether the first of @formats (nullable) is among those that the peer takes. */
static gboolean
takes (const GstIceMline * mline, GstCaps * formats, GstIceFormatsUse use)
{
  GstCaps *agreed = gst_ice_mline_get_sent_formats (mline);
  g_autoptr (GstCaps) first = NULL;
  g_autoptr (GstCaps) chosen = NULL;

  if (formats == NULL || agreed == NULL || gst_caps_is_any (formats)
      || gst_caps_is_empty (formats))
    return TRUE;
  first = gst_caps_copy_nth (formats, 0);
  if (gst_ice_formats_are_events (first))
    return TRUE;
  chosen = gst_ice_formats_choose (agreed, first, use);
  return !gst_caps_is_empty (chosen);
}

gboolean
gst_ice_reoffer_peer_takes (const GstIceMline * mline, GstCaps * formats)
{
  return takes (mline, formats, GST_ICE_FORMATS_AGREED);
}

gboolean
gst_ice_reoffer_covers (const GstIceMline * mline, GstCaps * formats)
{
  return takes (mline, formats, GST_ICE_FORMATS_SEND);
}

/* Whether the formats of the sending element have changed to some that the peer was not
 * asked for yet. */
static gboolean
has_other_formats (const GstIceMline * mline)
{
  GstCaps *written = get_written (mline);

  return written != NULL && (mline->described_formats == NULL ||
      !gst_caps_is_strictly_equal (written, mline->described_formats)) &&
      !gst_ice_reoffer_covers (mline, written);
}

static gboolean
has_claims (const GstIceMline * mline)
{
  for (guint c = 0; c < GST_ICE_MAX_COMPONENTS; c++) {
    if (mline->send[c] != NULL || mline->receive[c] != NULL)
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_in_use (const GstIceMline * mline)
{
  return mline->settled && !mline->rejected;
}

gboolean
gst_ice_reoffer_is_needed (GstIceMlines * mlines)
{
  for (guint i = 0; i < gst_ice_mlines_get_size (mlines); i++) {
    const GstIceMline *mline = gst_ice_mlines_get (mlines, i);

    if (is_in_use (mline) && (has_other_formats (mline) ||
            (mline->direction & ~gst_ice_mline_get_claimed_direction (mline))))
      return TRUE;
  }
  return FALSE;
}

/* Numbers. */

static gint
get_type (GstCaps * formats, guint index)
{
  gint type;

  return gst_structure_get_int (gst_caps_get_structure (formats, index),
      "payload", &type) ? type : -1;
}

/* Returns: the place of the format with payload type @type, -1: none */
static gint
find_type (GstCaps * formats, gint type)
{
  for (guint i = 0; i < gst_caps_get_size (formats); i++) {
    if (get_type (formats, i) == type)
      return (gint) i;
  }
  return -1;
}

/* A peer may give a number another meaning, although it must not. */
static void
note_numbers (GstIceMline * mline, GstCaps * formats)
{
  if (mline->numbered_formats == NULL)
    mline->numbered_formats = gst_caps_new_empty ();
  mline->numbered_formats = gst_caps_make_writable (mline->numbered_formats);
  for (guint i = 0; i < gst_caps_get_size (formats); i++) {
    const gint known = find_type (mline->numbered_formats,
        get_type (formats, i));

    if (known >= 0)
      gst_caps_remove_structure (mline->numbered_formats, (guint) known);
    gst_caps_append_structure (mline->numbered_formats,
        gst_structure_copy (gst_caps_get_structure (formats, i)));
  }
}

void
gst_ice_reoffer_note_numbers (GstIceMline * mline)
{
  if (mline->formats != NULL)
    note_numbers (mline, mline->formats);
}

/* The payload types that m-line @index can't give to a new format: all that it ever had,
 * and those of its group. */
static void
note_used_types (GstIceMlines * mlines, guint index, GstIcePayloadTypes used)
{
  const gint group = gst_ice_mlines_get (mlines, index)->group;

  for (guint i = 0; i < gst_ice_mlines_get_size (mlines); i++) {
    const GstIceMline *mline = gst_ice_mlines_get (mlines, i);

    if (i != index && (group < 0 || mline->group != group))
      continue;
    if (mline->numbered_formats != NULL)
      gst_ice_formats_note_types (mline->numbered_formats, used);
    if (mline->formats != NULL)
      gst_ice_formats_note_types (mline->formats, used);
  }
}

/* Gives @formats (transfer none), writable, payload types that mean nothing else in this
 * call (RFC 3264, 8.3.2); a format that was there before has the one that it had. */
static void
number (GstIceMlines * mlines, guint index, GstCaps * formats)
{
  const GstIceMline *mline = gst_ice_mlines_get (mlines, index);
  GstIcePayloadTypes used = { FALSE, };

  note_used_types (mlines, index, used);
  gst_ice_formats_make_distinct (formats, used);
  for (guint i = 0; mline->numbered_formats != NULL
      && i < gst_caps_get_size (formats); i++) {
    const gint known = gst_ice_format_numbers_find (gst_caps_get_structure
        (formats, i), formats, mline->numbered_formats,
        GST_ICE_FORMATS_ANSWERED);
    const gint type = known < 0 ? -1 :
        get_type (mline->numbered_formats, (guint) known);

    if (type >= 0 && find_type (formats, type) < 0)
      gst_ice_formats_set_type (formats, i, type);
  }
}

/* Appends what is agreed, so that the m-line stays if the peer takes nothing else.
 * @formats: (transfer none): writable */
static void
append_agreed (const GstIceMline * mline, GstCaps * formats)
{
  g_autoptr (GstCaps) agreed = gst_caps_copy (mline->formats);
  const guint n_new = gst_caps_get_size (formats);

  gst_ice_formats_drop_other_extensions (agreed, formats);
  for (guint i = 0; i < gst_caps_get_size (agreed); i++) {
    const GstStructure *format = gst_caps_get_structure (agreed, i);
    g_autoptr (GstCaps) ours = gst_caps_copy (formats);

    while (gst_caps_get_size (ours) > n_new)
      gst_caps_remove_structure (ours, n_new);
    if (find_type (formats, get_type (agreed, i)) < 0 &&
        gst_ice_format_numbers_find (format, agreed, ours,
            GST_ICE_FORMATS_ANSWERED) < 0)
      gst_caps_append_structure (formats, gst_structure_copy (format));
  }
}

/* The MID of an m-line stays what it is. */
static void
keep_mid (const GstIceMline * mline, GstCaps * formats)
{
  const guint id = gst_ice_formats_find_extension (mline->formats,
      GST_ICE_FORMATS_MID_URI);
  guint used = 0;

  gst_ice_formats_drop_extension (formats, GST_ICE_FORMATS_MID_URI);
  gst_ice_formats_note_extensions (formats, &used);
  if (id != 0 && id < 15 && !(used & 1u << id))
    gst_ice_formats_add_extension (formats, id, GST_ICE_FORMATS_MID_URI);
}

static void
prepare_formats (GstIceMlines * mlines, guint index)
{
  GstIceMline *mline = gst_ice_mlines_get (mlines, index);
  GstCaps *formats = gst_ice_mline_list_formats (mline);

  if (formats == NULL || mline->formats == NULL) {
    gst_clear_caps (&formats);
    return;
  }
  number (mlines, index, formats);
  keep_mid (mline, formats);
  append_agreed (mline, formats);
  note_numbers (mline, formats);
  gst_clear_caps (&mline->offered_formats);
  mline->offered_formats = formats;
}

void
gst_ice_reoffer_prepare (GstIceMlines * mlines, guint first_new)
{
  for (guint i = 0; i < first_new; i++) {
    GstIceMline *mline = gst_ice_mlines_get (mlines, i);

    if (!is_in_use (mline))
      continue;
    /* The transport of others stays described, on an m-line that is inactive. */
    if (!has_claims (mline))
      mline->withdrawn = !gst_ice_bundle_carries (mlines, i);
    else if (has_other_formats (mline))
      prepare_formats (mlines, i);
    gst_caps_replace (&mline->described_formats, get_written (mline));
  }
}

void
gst_ice_reoffer_undo (GstIceMlines * mlines)
{
  for (guint i = 0; i < gst_ice_mlines_get_size (mlines); i++) {
    GstIceMline *mline = gst_ice_mlines_get (mlines, i);

    if (mline->offered_formats != NULL)
      gst_clear_caps (&mline->described_formats);
    gst_clear_caps (&mline->offered_formats);
    mline->withdrawn = FALSE;
  }
}

/* What the peer says. */

/* A GstStructureFilterMapFunc: what says nothing of the format itself. */
static gboolean
is_of_format (GQuark field, GValue * value, gpointer user_data)
{
  const gchar *name = g_quark_to_string (field);

  return !g_str_has_prefix (name, "extmap-") &&
      !g_str_has_prefix (name, "rtcp-fb-") && !g_str_has_prefix (name, "ssrc");
}

/* Returns: (transfer full) */
static GstCaps *
strip (GstCaps * formats)
{
  GstCaps *copy = gst_caps_copy (formats);

  for (guint i = 0; i < gst_caps_get_size (copy); i++)
    gst_structure_filter_and_map_in_place (gst_caps_get_structure (copy, i),
        is_of_format, NULL);
  return copy;
}

/* @a, @b: (nullable) */
static gboolean
are_same (GstCaps * a, GstCaps * b)
{
  g_autoptr (GstCaps) x = NULL;
  g_autoptr (GstCaps) y = NULL;

  if (a == NULL || b == NULL)
    return a == b;
  x = strip (a);
  y = strip (b);
  return gst_caps_is_strictly_equal (x, y);
}

/* @received, @sent: (transfer full); @sent: (nullable) */
static void
replace (GstIceMline * mline, GstCaps * received, GstCaps * sent)
{
  gst_clear_caps (&mline->formats);
  gst_clear_caps (&mline->sent_formats);
  mline->formats = received;
  mline->sent_formats = sent;
  mline->formats_changed = TRUE;
}

void
gst_ice_reoffer_take_offered (GstIceMline * mline, GstCaps * chosen)
{
  g_autoptr (GstCaps) received = NULL;
  g_autoptr (GstCaps) sent = NULL;

  if (are_same (chosen, gst_ice_mline_get_sent_formats (mline)))
    return;
  /* Formats that we know under another number keep it. With new ones among them the answer
   * repeats the numbers of the offer (RFC 3264, 6.1). */
  if (mline->sent_formats != NULL)
    received = gst_ice_format_numbers_match (chosen, mline->formats, &sent);
  if (received != NULL && gst_caps_get_size (received) ==
      gst_caps_get_size (chosen))
    replace (mline, g_steal_pointer (&received), g_steal_pointer (&sent));
  else
    replace (mline, gst_caps_ref (chosen), NULL);
}

void
gst_ice_reoffer_take_answered (GstIceMline * mline, GstCaps * received,
    GstCaps * sent)
{
  const gboolean same = are_same (received, mline->formats) &&
      are_same (sent, gst_ice_mline_get_sent_formats (mline));

  replace (mline, received, sent);
  mline->formats_changed = !same;
}

void
gst_ice_reoffer_conclude (GstIceMline * mline)
{
  if (mline->offered_formats != NULL)
    mline->change_refused = mline->rejected ||
        !gst_ice_reoffer_peer_takes (mline, mline->described_formats);
  gst_clear_caps (&mline->offered_formats);
  mline->withdrawn = FALSE;
}
