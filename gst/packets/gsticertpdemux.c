/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Finds the m-line of an RTP packet by its MID, payload type or source (RFC
 * 9143, 9.2). */

#include "config.h"

#include "gsticertpdemux.h"

#include "gsticeformats.h"

#include <string.h>

/* RFC 3550, 5.1. */
#define HEADER_BYTES 12
#define MAX_PAYLOAD_TYPE 127

/* RFC 8285, 4.2 and 4.3. */
#define ONE_BYTE_PROFILE 0xbede
#define TWO_BYTE_PROFILE 0x1000
#define TWO_BYTE_MASK 0xfff0
#define MAX_EXTENSION_ID 255

/* How many sources are remembered. Packets of other sources must say
 * themselves where they belong, as anybody may invent sources. */
#define MAX_LEARNT 256

#define NOBODY -1
#define SEVERAL -2

struct _GstIceRtpDemux
{
  GPtrArray *mids;              /* gchar * for each m-line, by number; NULL:
                                 * it has no MID */
  guint mid_extension;          /* id of the MID extension; 0: not agreed */
  gint types[MAX_PAYLOAD_TYPE + 1];     /* number of the m-line that has the
                                         * payload type, NOBODY, or SEVERAL */
  GHashTable *sources;          /* SSRC -> number of the m-line */
  guint n_learnt;
};

/* Returns: (transfer full): a demux without m-lines */
GstIceRtpDemux *
gst_ice_rtp_demux_new (void)
{
  GstIceRtpDemux *self = g_new0 (GstIceRtpDemux, 1);

  self->mids = g_ptr_array_new_with_free_func (g_free);
  self->sources = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i <= MAX_PAYLOAD_TYPE; i++)
    self->types[i] = NOBODY;
  return self;
}

/* @self: (transfer full) */
void
gst_ice_rtp_demux_free (GstIceRtpDemux * self)
{
  g_ptr_array_unref (self->mids);
  g_hash_table_unref (self->sources);
  g_free (self);
}

/* The extmap field of caps is a URI, or an array of direction, URI and
 * attributes. */
static const gchar *
get_uri (const GValue * value)
{
  if (GST_VALUE_HOLDS_ARRAY (value) && gst_value_array_get_size (value) > 1)
    value = gst_value_array_get_value (value, 1);
  return G_VALUE_HOLDS_STRING (value) ? g_value_get_string (value) : NULL;
}

/* A GstStructureForeachFunc. */
static gboolean
look_for_mid_extension (GQuark field, const GValue * value, gpointer user_data)
{
  GstIceRtpDemux *self = user_data;
  const gchar *name = g_quark_to_string (field);
  guint64 id;

  if (g_str_has_prefix (name, "extmap-") &&
      g_strcmp0 (get_uri (value), GST_ICE_FORMATS_MID_URI) == 0 &&
      g_ascii_string_to_unsigned (name + strlen ("extmap-"), 10, 1,
          MAX_EXTENSION_ID, &id, NULL))
    self->mid_extension = (guint) id;
  return TRUE;
}

static void
add_type (GstIceRtpDemux * self, gint type, gint number)
{
  if (type < 0 || type > MAX_PAYLOAD_TYPE)
    return;
  if (self->types[type] == NOBODY)
    self->types[type] = number;
  else if (self->types[type] != number)
    self->types[type] = SEVERAL;
}

void
gst_ice_rtp_demux_add (GstIceRtpDemux * self, const gchar * mid,
    GstCaps * formats, GArray * ssrcs)
{
  const gint number = (gint) self->mids->len;

  g_ptr_array_add (self->mids, g_strdup (mid));
  for (guint i = 0; formats != NULL && i < gst_caps_get_size (formats); i++) {
    const GstStructure *format = gst_caps_get_structure (formats, i);
    gint type;

    gst_structure_foreach (format, look_for_mid_extension, self);
    if (gst_structure_get_int (format, "payload", &type))
      add_type (self, type, number);
  }
  for (guint i = 0; ssrcs != NULL && i < ssrcs->len; i++)
    g_hash_table_insert (self->sources,
        GUINT_TO_POINTER (g_array_index (ssrcs, guint32, i)),
        GINT_TO_POINTER (number));
}

/* Returns: the m-line with this @mid of @size bytes */
static gint
find_mid (GstIceRtpDemux * self, const guint8 * mid, gsize size)
{
  for (guint i = 0; i < self->mids->len; i++) {
    const gchar *known = g_ptr_array_index (self->mids, i);

    if (known != NULL && strlen (known) == size &&
        memcmp (known, mid, size) == 0)
      return (gint) i;
  }
  return NOBODY;
}

/* Searches the header extensions in the @size bytes at @data.
 * Returns: the m-line that they name */
static gint
find_in_extensions (GstIceRtpDemux * self, const guint8 * data, gsize size,
    gboolean two_bytes)
{
  gsize i = 0;

  while (i < size) {
    guint id = two_bytes ? data[i] : data[i] >> 4;
    gsize header = two_bytes ? 2 : 1, length;

    /* In both forms padding is one byte. */
    if (data[i] == 0) {
      i++;
      continue;
    }
    if (i + header > size || (!two_bytes && id == 15))
      return NOBODY;
    length = two_bytes ? data[i + 1] : (gsize) (data[i] & 0x0f) + 1;
    i += header;
    if (length > size - i)
      return NOBODY;
    if (id == self->mid_extension)
      return find_mid (self, data + i, length);
    i += length;
  }
  return NOBODY;
}

/* Returns: the m-line that the header extensions of @packet name */
static gint
find_by_extension (GstIceRtpDemux * self, const guint8 * packet, gsize size)
{
  gsize at = HEADER_BYTES + 4 * (packet[0] & 0x0f), length;
  guint16 profile;

  if (self->mid_extension == 0 || !(packet[0] & 0x10) || size < at + 4)
    return NOBODY;

  profile = GST_READ_UINT16_BE (packet + at);
  length = 4 * (gsize) GST_READ_UINT16_BE (packet + at + 2);
  at += 4;
  if (length > size - at || (profile != ONE_BYTE_PROFILE &&
          (profile & TWO_BYTE_MASK) != TWO_BYTE_PROFILE))
    return NOBODY;
  return find_in_extensions (self, packet + at, length,
      profile != ONE_BYTE_PROFILE);
}

/* Packets can't change what the peer announced. */
static void
learn (GstIceRtpDemux * self, guint32 ssrc, gint number)
{
  if (self->n_learnt >= MAX_LEARNT ||
      g_hash_table_contains (self->sources, GUINT_TO_POINTER (ssrc)))
    return;
  self->n_learnt++;
  g_hash_table_insert (self->sources, GUINT_TO_POINTER (ssrc),
      GINT_TO_POINTER (number));
}

gint
gst_ice_rtp_demux_sort (GstIceRtpDemux * self, const guint8 * packet,
    gsize size)
{
  gint number;
  guint32 ssrc;
  gpointer found;

  if (size < HEADER_BYTES || packet[0] >> 6 != 2)
    return NOBODY;

  ssrc = GST_READ_UINT32_BE (packet + 8);
  number = find_by_extension (self, packet, size);
  if (number >= 0) {
    learn (self, ssrc, number);
    return number;
  }

  number = self->types[packet[1] & 0x7f];
  if (number != SEVERAL)
    return number;
  return g_hash_table_lookup_extended (self->sources, GUINT_TO_POINTER (ssrc),
      NULL, &found) ? GPOINTER_TO_INT (found) : NOBODY;
}
