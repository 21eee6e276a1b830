/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticepayload.h"

/* RFC 3550, 5.1: the second byte of a packet is the marker bit, and this. */
#define TYPE_OFFSET 1
#define TYPE_MASK 0x7f

typedef struct
{
  gint from, to;
} PayloadTypes;

gint
gst_ice_payload_get_type (GstCaps * caps)
{
  gint type;

  if (caps == NULL || gst_caps_is_any (caps) || gst_caps_is_empty (caps) ||
      !gst_structure_get_int (gst_caps_get_structure (caps, 0), "payload",
          &type))
    return -1;
  return type;
}

static gboolean
rewrite_buffer (GstBuffer ** buffer, guint index, gpointer user_data)
{
  const PayloadTypes *types = user_data;
  guint8 byte;

  if (gst_buffer_extract (*buffer, TYPE_OFFSET, &byte, 1) != 1 ||
      (byte & TYPE_MASK) != types->from)
    return TRUE;

  byte = (guint8) ((byte & ~TYPE_MASK) | types->to);
  *buffer = gst_buffer_make_writable (*buffer);
  gst_buffer_fill (*buffer, TYPE_OFFSET, &byte, 1);
  return TRUE;
}

GstBufferList *
gst_ice_payload_rewrite (GstBufferList * list, gint from, gint to)
{
  PayloadTypes types = { from, to };

  if (from < 0 || to < 0 || from == to)
    return list;

  list = gst_buffer_list_make_writable (list);
  gst_buffer_list_foreach (list, rewrite_buffer, &types);
  return list;
}
