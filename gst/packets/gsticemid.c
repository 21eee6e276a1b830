/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Writes the MID of an m-line into the RTP packets that it sends, so that
 * the peer can tell apart the m-lines of a shared transport. */

#include "config.h"

#include "gsticemid.h"

#include "gsticeformats.h"

#include <string.h>

#define FIXED_BYTES 12
#define ONE_BYTE_PROFILE 0xbede
#define TWO_BYTE_PROFILE 0x1000
#define TWO_BYTE_MASK 0xfff0

/* The limit of the one-byte header (RFC 8285, 4.2). */
#define ONE_BYTE_MAX_ID 14
#define ONE_BYTE_MAX_BYTES 16

/* Packets with more bytes of extensions than this are sent without MID. */
#define MAX_EXTENSION_BYTES 256

/* Fixed header, contributing sources, extension header, extensions, MID and
 * padding. */
#define MAX_HEADER_BYTES (FIXED_BYTES + 4 * 15 + 4 + MAX_EXTENSION_BYTES + \
    2 + GST_ICE_MID_MAX_BYTES + 3)

void
gst_ice_mid_init (GstIceMid * self, const gchar * mid, GstCaps * formats)
{
  gsize size = mid != NULL ? strlen (mid) : 0;

  memset (self, 0, sizeof (*self));
  if (size == 0 || size > sizeof (self->mid) || formats == NULL)
    return;
  self->id = (guint8) gst_ice_formats_find_extension (formats,
      GST_ICE_FORMATS_MID_URI);
  self->size = (guint8) size;
  memcpy (self->mid, mid, size);
}

/* The header of a packet. */
typedef struct
{
  guint8 bytes[MAX_HEADER_BYTES];
  gsize old_size;               /* size of the packet's own header */
  gsize extension;              /* offset of the extension header, present or
                                 * to be made */
  gsize size;                   /* size of bytes, with extensions but without
                                 * padding */
} Header;

/* Whether the extensions of @header contain @id already, or end in a way
 * that no more can be appended. */
static gboolean
is_closed (const Header * header, gboolean two_bytes, guint id)
{
  gsize i = header->extension + 4;

  while (i < header->size) {
    guint found = two_bytes ? header->bytes[i] : header->bytes[i] >> 4;

    if (header->bytes[i] == 0) {
      i++;
      continue;
    }
    if (found == id || (!two_bytes && found == 15) ||
        (two_bytes && i + 1 >= header->size))
      return TRUE;
    i += two_bytes ? 2 + (gsize) header->bytes[i + 1] :
        2 + (gsize) (header->bytes[i] & 0x0f);
  }
  return i > header->size;
}

/* Returns: %FALSE when @packet can't get an extension */
static gboolean
read_header (const GstIceMid * self, GstBuffer * packet, Header * header)
{
  const gboolean fits_one = self->id <= ONE_BYTE_MAX_ID &&
      self->size <= ONE_BYTE_MAX_BYTES;
  guint profile = fits_one ? ONE_BYTE_PROFILE : TWO_BYTE_PROFILE;
  gsize n = gst_buffer_extract (packet, 0, header->bytes,
      FIXED_BYTES + 4 * 15 + 4 + MAX_EXTENSION_BYTES), at;
  guint type;

  if (n < FIXED_BYTES)
    return FALSE;
  type = header->bytes[1] & 0x7f;
  at = FIXED_BYTES + 4 * (gsize) (header->bytes[0] & 0x0f);

  /* Types 64 to 95 are RTCP (RFC 5761, 4). */
  if (n < at || header->bytes[0] >> 6 != 2 || (type >= 64 && type <= 95))
    return FALSE;
  header->extension = at;
  header->old_size = at;
  header->size = at + 4;
  if (!(header->bytes[0] & 0x10)) {
    header->bytes[0] |= 0x10;
    GST_WRITE_UINT16_BE (header->bytes + at, profile);
    return TRUE;
  }

  if (n < at + 4)
    return FALSE;
  profile = GST_READ_UINT16_BE (header->bytes + at);
  header->size += 4 * (gsize) GST_READ_UINT16_BE (header->bytes + at + 2);
  header->old_size = header->size;
  if (header->size > n || header->size > at + 4 + MAX_EXTENSION_BYTES)
    return FALSE;
  if (profile == ONE_BYTE_PROFILE)
    return fits_one && !is_closed (header, FALSE, self->id);
  return (profile & TWO_BYTE_MASK) == TWO_BYTE_PROFILE &&
      !is_closed (header, TRUE, self->id);
}

/* Appends the extension and pads to 32 bits. */
static void
append (const GstIceMid * self, Header * header)
{
  guint8 *bytes = header->bytes;

  if (GST_READ_UINT16_BE (bytes + header->extension) == ONE_BYTE_PROFILE) {
    bytes[header->size++] = (guint8) (self->id << 4 | (self->size - 1));
  } else {
    bytes[header->size++] = self->id;
    bytes[header->size++] = self->size;
  }
  memcpy (bytes + header->size, self->mid, self->size);
  header->size += self->size;
  while ((header->size - header->extension) % 4 != 0)
    bytes[header->size++] = 0;
  GST_WRITE_UINT16_BE (bytes + header->extension + 2,
      (guint16) ((header->size - header->extension - 4) / 4));
}

GstBuffer *
gst_ice_mid_write (const GstIceMid * self, GstBuffer * packet)
{
  Header header;
  GstBuffer *written;

  if (self->id == 0 || !read_header (self, packet, &header))
    return packet;

  append (self, &header);
  written = gst_buffer_new_memdup (header.bytes, header.size);
  gst_buffer_copy_into (written, packet, GST_BUFFER_COPY_METADATA, 0, -1);
  if (gst_buffer_get_size (packet) > header.old_size)
    gst_buffer_copy_into (written, packet, GST_BUFFER_COPY_MEMORY,
        header.old_size, -1);
  gst_buffer_unref (packet);
  return written;
}

static gboolean
write_buffer (GstBuffer ** buffer, guint index, gpointer user_data)
{
  *buffer = gst_ice_mid_write (user_data, *buffer);
  return TRUE;
}

GstBufferList *
gst_ice_mid_write_list (const GstIceMid * self, GstBufferList * list)
{
  if (self->id == 0)
    return list;
  list = gst_buffer_list_make_writable (list);
  gst_buffer_list_foreach (list, write_buffer, (gpointer) self);
  return list;
}
