/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Changes RTP payload types to those that the peer knows, and removes
 * packets that the peer does not take. */

#include "config.h"

#include "gsticepayloadmap.h"

#include "gsticeformatnumbers.h"

/* RFC 3550, 5.1: the second byte of a packet has the marker bit and the
 * payload type. */
#define TYPE_OFFSET 1
#define TYPE_MASK 0x7f
#define N_TYPES 128

/* In place of a payload type: the peer does not take it. */
#define UNWANTED N_TYPES

/* RFC 2198, 3: the header of a block begins with a bit, set on all but the
 * last, and its payload type. */
#define RED_MORE 0x80
#define RED_HEADER_BYTES 4

/* A packet with more blocks than this is left as it is. */
#define MAX_RED_BLOCKS 8

struct _GstIcePayloadMap
{
  guint8 types[N_TYPES];        /* indexed by what is written: what is sent,
                                 * or UNWANTED */
  gboolean redundant[N_TYPES];  /* indexed by what is written: has other
                                 * types inside (RFC 2198) */
};

static gint
get_type (const GstStructure * format)
{
  gint type;

  return gst_structure_get_int (format, "payload", &type) && type >= 0 &&
      type < N_TYPES ? type : -1;
}

static gboolean
is_called (const GstStructure * format, const gchar * name)
{
  return g_strcmp0 (gst_structure_get_string (format, "encoding-name"),
      name) == 0;
}

/* Forward error correction also recovers the payload type, of the packet
 * that it was computed from (RFC 5109, 7.3; RFC 8627, 4.2.2). */
static gboolean
is_correction (const GstStructure * format)
{
  return is_called (format, "ULPFEC") || is_called (format, "FLEXFEC") ||
      is_called (format, "FLEXFEC-03");
}

/* Notes the payload types of @written. Where two formats have the same type, the
 * first counts: that is the present one.
 * Returns: whether any of them changes */
static gboolean
note_formats (GstIcePayloadMap * self, GstCaps * written, GstCaps * agreed)
{
  gboolean noted[N_TYPES] = { FALSE, };
  gboolean changed = FALSE;

  for (guint i = 0; i < gst_caps_get_size (written); i++) {
    const GstStructure *format = gst_caps_get_structure (written, i);
    const gint type = get_type (format);
    const gint place = gst_ice_format_numbers_find (format, written, agreed,
        GST_ICE_FORMATS_AGREED);
    gint other;

    if (type < 0 || noted[type])
      continue;
    noted[type] = TRUE;
    other = place < 0 ? -1 : get_type (gst_caps_get_structure (agreed,
            (guint) place));
    self->types[type] = place < 0 ? UNWANTED : other < 0 ? (guint8) type :
        (guint8) other;
    self->redundant[type] = is_called (format, "RED");
    changed |= self->types[type] != type && self->types[type] != UNWANTED;
  }
  return changed;
}

static void
drop_correction (GstIcePayloadMap * self, GstCaps * written)
{
  for (guint i = 0; i < gst_caps_get_size (written); i++) {
    const GstStructure *format = gst_caps_get_structure (written, i);

    if (get_type (format) >= 0 && is_correction (format))
      self->types[get_type (format)] = UNWANTED;
  }
}

GstIcePayloadMap *
gst_ice_payload_map_new (GstCaps * written, GstCaps * agreed)
{
  g_autoptr (GstIcePayloadMap) self = g_atomic_rc_box_new0 (GstIcePayloadMap);

  for (guint i = 0; i < N_TYPES; i++)
    self->types[i] = (guint8) i;
  if (note_formats (self, written, agreed))
    drop_correction (self, written);
  for (guint i = 0; i < N_TYPES; i++) {
    if (self->types[i] != i)
      return g_steal_pointer (&self);
  }
  return NULL;
}

GstIcePayloadMap *
gst_ice_payload_map_ref (GstIcePayloadMap * self)
{
  return g_atomic_rc_box_acquire (self);
}

/* @self: (transfer full) */
void
gst_ice_payload_map_unref (GstIcePayloadMap * self)
{
  g_atomic_rc_box_release (self);
}

/* Returns: where the payload of @packet begins; 0: it is not RTP */
static gsize
find_payload (GstBuffer * packet)
{
  guint8 head[4];
  gsize at;

  if (gst_buffer_extract (packet, 0, head, 1) != 1)
    return 0;
  at = 12 + 4 * (gsize) (head[0] & 0x0f);
  if (!(head[0] & 0x10))
    return at;
  if (gst_buffer_extract (packet, at, head, 4) != 4)
    return 0;
  return at + 4 + 4 * (gsize) GST_READ_UINT16_BE (head + 2);
}

static GstBuffer *
change_type (GstBuffer * packet, gsize at, guint8 byte, guint8 type)
{
  byte = (guint8) ((byte & ~TYPE_MASK) | type);
  packet = gst_buffer_make_writable (packet);
  gst_buffer_fill (packet, at, &byte, 1);
  return packet;
}

/* Changes the payload type in each block of @packet. */
static GstBuffer *
change_blocks (const GstIcePayloadMap * self, GstBuffer * packet)
{
  gsize at = find_payload (packet);
  guint8 byte = RED_MORE;

  for (guint i = 0; at > 0 && i < MAX_RED_BLOCKS && (byte & RED_MORE) &&
      gst_buffer_extract (packet, at, &byte, 1) == 1;
      i++, at += RED_HEADER_BYTES) {
    const guint8 type = self->types[byte & TYPE_MASK];

    if (type != UNWANTED && type != (byte & TYPE_MASK))
      packet = change_type (packet, at, byte, type);
  }
  return packet;
}

/* @packet: (transfer full).
 * Returns: (transfer full) (nullable): %NULL: the peer does not take this
 *     format */
static GstBuffer *
apply_to (const GstIcePayloadMap * self, GstBuffer * packet)
{
  guint8 byte, type;

  if (gst_buffer_extract (packet, TYPE_OFFSET, &byte, 1) != 1)
    return packet;
  type = self->types[byte & TYPE_MASK];
  if (type == UNWANTED) {
    gst_buffer_unref (packet);
    return NULL;
  }
  if (self->redundant[byte & TYPE_MASK])
    packet = change_blocks (self, packet);
  return type == (byte & TYPE_MASK) ? packet :
      change_type (packet, TYPE_OFFSET, byte, type);
}

/* A GstBufferListFunc. */
static gboolean
apply_to_buffer (GstBuffer ** packet, guint index, gpointer self)
{
  *packet = apply_to (self, *packet);
  return TRUE;
}

GstBufferList *
gst_ice_payload_map_apply (const GstIcePayloadMap * self, GstBufferList * list)
{
  list = gst_buffer_list_make_writable (list);
  gst_buffer_list_foreach (list, apply_to_buffer, (gpointer) self);
  return list;
}
