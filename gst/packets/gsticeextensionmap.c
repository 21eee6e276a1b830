/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Changes the ids of header extensions in RTP packets to those that the peer knows. */

#include "config.h"

#include "gsticeextensionmap.h"

#include "gsticeformats.h"

#include <string.h>

#define FIXED_BYTES 12
#define ONE_BYTE_PROFILE 0xbede
#define TWO_BYTE_PROFILE 0x1000
#define TWO_BYTE_MASK 0xfff0
#define ONE_BYTE_MAX_ID 14
#define ONE_BYTE_STOP 15

/* Extensions of more bytes are not looked through. */
#define MAX_EXTENSION_BYTES 1024

/* Fixed header, contributors, extension header, extensions. */
#define MAX_HEADER_BYTES (FIXED_BYTES + 4 * 15 + 4 + MAX_EXTENSION_BYTES)

struct _GstIceExtensionMap
{
  guint8 ids[256];              /* by what is written: what is sent, 0: it is left out */
};

typedef struct
{
  GstIceExtensionMap *self;
  GstCaps *agreed;
} Reading;

/* GstStructureForeachFunc. */
static gboolean
read_extension (GQuark field, const GValue * value, gpointer user_data)
{
  Reading *reading = user_data;
  const gchar *name = g_quark_to_string (field);
  const gchar *uri = gst_ice_formats_get_extension_uri (value);
  guint64 id;

  if (uri != NULL && g_str_has_prefix (name, "extmap-") &&
      g_ascii_string_to_unsigned (name + strlen ("extmap-"), 10, 1, 255, &id,
          NULL))
    reading->self->ids[id] =
        (guint8) gst_ice_formats_find_extension (reading->agreed, uri);
  return TRUE;
}

GstIceExtensionMap *
gst_ice_extension_map_new (GstCaps * written, GstCaps * agreed)
{
  g_autoptr (GstIceExtensionMap) self =
      g_atomic_rc_box_new0 (GstIceExtensionMap);
  Reading reading = { self, agreed };

  for (guint i = 0; i < G_N_ELEMENTS (self->ids); i++)
    self->ids[i] = (guint8) i;
  /* What stands first counts: it is what comes now. */
  for (guint i = gst_caps_get_size (written); i > 0; i--)
    gst_structure_foreach (gst_caps_get_structure (written, i - 1),
        read_extension, &reading);
  for (guint i = 0; i < G_N_ELEMENTS (self->ids); i++) {
    if (self->ids[i] != i)
      return g_steal_pointer (&self);
  }
  return NULL;
}

GstIceExtensionMap *
gst_ice_extension_map_ref (GstIceExtensionMap * self)
{
  return g_atomic_rc_box_acquire (self);
}

/* @self: (transfer full) */
void
gst_ice_extension_map_unref (GstIceExtensionMap * self)
{
  g_atomic_rc_box_release (self);
}

/* Writes the peer's numbers into extensions of @size bytes. */
static void
renumber (const GstIceExtensionMap * self, guint8 * bytes, gsize size,
    gboolean two_bytes)
{
  gsize i = 0;

  while (i < size) {
    const guint id = two_bytes ? bytes[i] : bytes[i] >> 4;
    const guint new_id = self->ids[id];
    gsize length;

    if (bytes[i] == 0) {
      i++;
      continue;
    }
    if ((!two_bytes && id == ONE_BYTE_STOP) || (two_bytes && i + 1 >= size))
      return;
    length = two_bytes ? 2 + (gsize) bytes[i + 1] :
        2 + (gsize) (bytes[i] & 0x0f);
    if (length > size - i)
      return;
    if (new_id == 0 || (!two_bytes && new_id > ONE_BYTE_MAX_ID))
      memset (bytes + i, 0, length);
    else if (two_bytes)
      bytes[i] = (guint8) new_id;
    else
      bytes[i] = (guint8) (new_id << 4 | (bytes[i] & 0x0f));
    i += length;
  }
}

/* @bytes: the first @n of a packet
 * Returns: how many of them are its header, or 0 when that stays as it is */
static gsize
rewrite_header (const GstIceExtensionMap * self, guint8 * bytes, gsize n)
{
  const gsize at = n > 0 ? FIXED_BYTES + 4 * (gsize) (bytes[0] & 0x0f) : 0;
  guint profile, type;
  gsize size;

  if (n < at + 4 || n < FIXED_BYTES || bytes[0] >> 6 != 2 || !(bytes[0] & 0x10))
    return 0;
  type = bytes[1] & 0x7f;
  profile = GST_READ_UINT16_BE (bytes + at);
  size = 4 * (gsize) GST_READ_UINT16_BE (bytes + at + 2);
  /* 64 to 95 are RTCP's (RFC 5761, 4). */
  if ((type >= 64 && type <= 95) || n < at + 4 + size)
    return 0;
  if (profile == ONE_BYTE_PROFILE)
    renumber (self, bytes + at + 4, size, FALSE);
  else if ((profile & TWO_BYTE_MASK) == TWO_BYTE_PROFILE)
    renumber (self, bytes + at + 4, size, TRUE);
  else
    return 0;
  return at + 4 + size;
}

/* GstBufferListFunc. */
static gboolean
apply_to_buffer (GstBuffer ** packet, guint index, gpointer self)
{
  guint8 bytes[MAX_HEADER_BYTES];
  const gsize size = rewrite_header (self, bytes,
      gst_buffer_extract (*packet, 0, bytes, sizeof bytes));
  GstBuffer *written;

  if (size == 0)
    return TRUE;
  written = gst_buffer_new_memdup (bytes, size);
  gst_buffer_copy_into (written, *packet, GST_BUFFER_COPY_METADATA, 0, -1);
  if (gst_buffer_get_size (*packet) > size)
    gst_buffer_copy_into (written, *packet, GST_BUFFER_COPY_MEMORY, size, -1);
  gst_buffer_unref (*packet);
  *packet = written;
  return TRUE;
}

GstBufferList *
gst_ice_extension_map_apply (const GstIceExtensionMap * self,
    GstBufferList * list)
{
  list = gst_buffer_list_make_writable (list);
  gst_buffer_list_foreach (list, apply_to_buffer, (gpointer) self);
  return list;
}
