/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Finds the caps of received packets by their payload types. */

#include "config.h"

#include "gsticestreamcaps.h"

#include "gsticeformats.h"

void
gst_ice_stream_caps_clear (GstIceStreamCaps * self)
{
  gst_clear_caps (&self->streams);
}

void
gst_ice_stream_caps_set_formats (GstIceStreamCaps * self, GstCaps * formats)
{
  gst_clear_caps (&self->streams);
  if (formats == NULL || gst_caps_is_any (formats))
    return;
  self->streams = gst_ice_formats_list_streams (formats);
  if (gst_caps_get_size (self->streams) < 2)
    gst_clear_caps (&self->streams);
}

static gint
get_type (GstCaps * formats, guint index)
{
  gint type;

  return index < gst_caps_get_size (formats)
      && gst_structure_get_int (gst_caps_get_structure (formats, index),
      "payload", &type) ? type : -1;
}

/* Returns: the payload type of @packet (RFC 3550, 5.1); -1: it is not RTP */
static gint
read_type (GstBuffer * packet)
{
  guint8 head[2];

  return gst_buffer_extract (packet, 0, head, sizeof (head)) == sizeof (head)
      && (head[0] & 0xc0) == 0x80 ? head[1] & 0x7f : -1;
}

/* Returns: the place of the stream with payload type @type; -1: there is none */
static gint
find_stream (const GstIceStreamCaps * self, gint type)
{
  for (guint i = 0; type >= 0 && i < gst_caps_get_size (self->streams); i++) {
    if (get_type (self->streams, i) == type)
      return (gint) i;
  }
  return -1;
}

/* Returns: (transfer full): the packets of @list from number @first on, which leave it */
static GstBufferList *
cut_off (GstBufferList ** list, guint first)
{
  const guint n = gst_buffer_list_length (*list) - first;
  GstBufferList *rest = gst_buffer_list_new_sized (n);

  for (guint i = 0; i < n; i++)
    gst_buffer_list_add (rest,
        gst_buffer_ref (gst_buffer_list_get (*list, first + i)));
  *list = gst_buffer_list_make_writable (*list);
  gst_buffer_list_remove (*list, first, n);
  return rest;
}

gboolean
gst_ice_stream_caps_follow (const GstIceStreamCaps * self, GstCaps ** caps,
    GstBufferList ** list, GstBufferList ** rest)
{
  gint now = self->streams != NULL && *caps != NULL ? get_type (*caps, 0) : -1;
  gboolean begun = FALSE, changed = FALSE;

  *rest = NULL;
  for (guint i = 0; now >= 0 && i < gst_buffer_list_length (*list); i++) {
    const gint type = read_type (gst_buffer_list_get (*list, i));
    const gint place = type == now ? -1 : find_stream (self, type);

    if (place >= 0 && begun) {
      *rest = cut_off (list, i);
      break;
    }
    begun |= place >= 0 || type == now;
    if (place < 0)
      continue;
    gst_caps_take (caps, gst_caps_copy_nth (self->streams, (guint) place));
    changed = TRUE;
    now = type;
  }
  return changed;
}
