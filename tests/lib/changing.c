/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Pipelines whose streams change in the middle of a call. */

#include "changing.h"

#include <string.h>

#define PATIENCE_US (90 * G_TIME_SPAN_SECOND)

void
change_push (GstElement * pipeline, const gchar * name, guint8 payload_type)
{
  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN (pipeline),
      name);
  static guint16 seqnum = 0;
  guint8 packet[16] = { 0x80, payload_type };
  g_autoptr (GstBuffer) buffer = NULL;
  GstFlowReturn flow;

  GST_WRITE_UINT16_BE (packet + 2, seqnum++);
  buffer = gst_buffer_new_memdup (packet, sizeof (packet));
  g_signal_emit_by_name (source, "push-buffer", buffer, &flow);
  fail_unless_equals_int (flow, GST_FLOW_OK);
}

void
change_push_until (GstElement * pipeline, const gchar * name,
    guint8 payload_type, Counts * received, guint expected)
{
  const guint before = counts_get (received, expected);
  gint64 deadline = g_get_monotonic_time () + PATIENCE_US;

  while (counts_get (received, expected) == before) {
    fail_unless (g_get_monotonic_time () < deadline, "%u does not come as %u",
        payload_type, expected);
    change_push (pipeline, name, payload_type);
    g_usleep (5000);
  }
}

void
change_caps (GstElement * pipeline, const gchar * name, const gchar * caps)
{
  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN (pipeline),
      name);
  g_autoptr (GstCaps) other = gst_caps_from_string (caps);
  gint payload = 0;

  g_object_set (source, "caps", other, NULL);
  gst_structure_get_int (gst_caps_get_structure (other, 0), "payload",
      &payload);
  change_push (pipeline, name, (guint8) payload);
}

gchar *
change_get_encoding (GstElement * pipeline, const gchar * name)
{
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (pipeline),
      name);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "src");
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);

  return caps == NULL ? NULL : g_strdup (gst_structure_get_string
      (gst_caps_get_structure (caps, 0), "encoding-name"));
}

void
change_add (GstElement * pipeline, const gchar * description)
{
  GError *error = NULL;
  GstElement *bin = gst_parse_bin_from_description (description, FALSE, &error);

  fail_unless (error == NULL, "%s", error != NULL ? error->message : "");
  gst_object_set_name (GST_OBJECT (bin), "added");
  gst_bin_add (GST_BIN (pipeline), bin);
  gst_element_sync_state_with_parent (bin);
}

void
change_take_out (GstElement * pipeline)
{
  GstElement *bin = gst_bin_get_by_name (GST_BIN (pipeline), "added");

  gst_bin_remove (GST_BIN (pipeline), bin);
  gst_element_set_state (bin, GST_STATE_NULL);
  gst_object_unref (bin);
}

void
change_wait_eos (GstElement * pipeline, const gchar * name)
{
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (pipeline),
      name);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "src");
  gint64 deadline = g_get_monotonic_time () + PATIENCE_US;
  g_autoptr (GstEvent) eos = NULL;

  while ((eos = gst_pad_get_sticky_event (pad, GST_EVENT_EOS, 0)) == NULL) {
    fail_unless (g_get_monotonic_time () < deadline, "no EOS");
    g_usleep (5000);
  }
}

void
change_wait_warning (GstElement * pipeline, const gchar * one,
    const gchar * other)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  gboolean told = FALSE;

  while (!told) {
    g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus,
        PATIENCE_US * GST_USECOND, GST_MESSAGE_WARNING | GST_MESSAGE_ERROR);
    g_autoptr (GError) error = NULL;

    fail_unless (message != NULL, "no warning of \"%s\"", one);
    fail_if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR);
    gst_message_parse_warning (message, &error, NULL);
    told = strstr (error->message, one) != NULL &&
        strstr (error->message, other) != NULL;
  }
}
