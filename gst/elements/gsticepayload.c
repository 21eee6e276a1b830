/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Changes the RTP payload type of packets to the one that was agreed. */

#include "config.h"

#include "gsticepayload.h"

/* RFC 3550, 5.1: the second byte of a packet is the marker bit, and this. */
#define TYPE_OFFSET 1
#define TYPE_MASK 0x7f

/* A change is the old type before the new one. */
#define TYPE_BITS 8

static gint
get_type (GstCaps * caps)
{
  gint type;

  if (caps == NULL || gst_caps_is_any (caps) || gst_caps_is_empty (caps) ||
      !gst_structure_get_int (gst_caps_get_structure (caps, 0), "payload",
          &type))
    return -1;
  return type;
}

gint
gst_ice_payload_get_change (GstCaps * from, GstCaps * to)
{
  gint old = get_type (from), new = get_type (to);

  if (old < 0 || new < 0 || old == new)
    return 0;
  return (old & TYPE_MASK) << TYPE_BITS | (new & TYPE_MASK);
}

GstBuffer *
gst_ice_payload_rewrite_packet (GstBuffer * packet, gint change)
{
  guint8 byte;

  if (change == 0 ||
      gst_buffer_extract (packet, TYPE_OFFSET, &byte, 1) != 1 ||
      (byte & TYPE_MASK) != change >> TYPE_BITS)
    return packet;

  byte = (guint8) ((byte & ~TYPE_MASK) | (change & TYPE_MASK));
  packet = gst_buffer_make_writable (packet);
  gst_buffer_fill (packet, TYPE_OFFSET, &byte, 1);
  return packet;
}

static gboolean
rewrite_buffer (GstBuffer ** buffer, guint index, gpointer change)
{
  *buffer = gst_ice_payload_rewrite_packet (*buffer, GPOINTER_TO_INT (change));
  return TRUE;
}

GstBufferList *
gst_ice_payload_rewrite (GstBufferList * list, gint change)
{
  if (change == 0)
    return list;

  list = gst_buffer_list_make_writable (list);
  gst_buffer_list_foreach (list, rewrite_buffer, GINT_TO_POINTER (change));
  return list;
}
