/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Ends of calls whose descriptions the test carries, as an application does. */

#include "append.h"

#include <string.h>

#define PATIENCE_US (90 * G_TIME_SPAN_SECOND)

static gboolean
count_packet (GstBuffer ** packet, guint index, gpointer user_data)
{
  Counts *self = user_data;
  guint8 byte = 0;

  gst_buffer_extract (*packet, self->offset, &byte, 1);
  self->n[byte & 127]++;
  return TRUE;
}

static GstPadProbeReturn
on_packets (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Counts *self = user_data;

  g_mutex_lock (&self->lock);
  if (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST) {
    gst_buffer_list_foreach (GST_PAD_PROBE_INFO_BUFFER_LIST (info),
        count_packet, self);
  } else {
    GstBuffer *packet = GST_PAD_PROBE_INFO_BUFFER (info);

    count_packet (&packet, 0, self);
  }
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
  return GST_PAD_PROBE_OK;
}

void
counts_start (Counts * self, GstElement * pipeline, const gchar * name)
{
  counts_start_by (self, pipeline, name, 1);
}

void
counts_start_by (Counts * self, GstElement * pipeline, const gchar * name,
    gsize offset)
{
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (pipeline),
      name);

  fail_unless (element != NULL, "%s", name);
  memset (self->n, 0, sizeof (self->n));
  self->offset = offset;
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->pad = gst_element_get_static_pad (element, "src");
  gst_pad_add_probe (self->pad, GST_PAD_PROBE_TYPE_BUFFER |
      GST_PAD_PROBE_TYPE_BUFFER_LIST, on_packets, self, NULL);
}

/* To be called after the pipeline has stopped. */
void
counts_stop (Counts * self)
{
  g_clear_object (&self->pad);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
}

guint
counts_get (Counts * self, guint value)
{
  guint n;

  g_mutex_lock (&self->lock);
  n = self->n[value];
  g_mutex_unlock (&self->lock);
  return n;
}

void
counts_wait_more (Counts * self, guint value, guint n)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE_US;
  guint enough;

  g_mutex_lock (&self->lock);
  enough = self->n[value] + n;
  while (self->n[value] < enough)
    fail_unless (g_cond_wait_until (&self->cond, &self->lock, deadline),
        "%u packets of %u", self->n[value], value);
  g_mutex_unlock (&self->lock);
}

static void
on_needed (GObject * session, GAsyncQueue * needed)
{
  g_async_queue_push (needed, GINT_TO_POINTER (1));
}

void
app_end_init (AppEnd * self, const gchar * description)
{
  GError *error = NULL;
  g_autoptr (GstElement) end = NULL;

  self->pipeline = gst_parse_launch (description, &error);
  fail_unless (error == NULL, "%s: %s", description,
      error != NULL ? error->message : "");
  gst_element_set_state (self->pipeline, GST_STATE_READY);
  end = gst_bin_get_by_name (GST_BIN (self->pipeline), "end");
  g_object_get (end, "session", &self->session, NULL);
  fail_unless (self->session != NULL);
  self->needed = g_async_queue_new ();
  g_signal_connect (self->session, "on-negotiation-needed",
      G_CALLBACK (on_needed), self->needed);
}

void
app_end_clear (AppEnd * self)
{
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_clear_object (&self->pipeline);
  g_clear_object (&self->session);
  g_clear_pointer (&self->needed, g_async_queue_unref);
}

static void
on_candidate (GObject * session, guint mline, const gchar * candidate,
    GObject * peer)
{
  g_signal_emit_by_name (peer, "add-ice-candidate", mline, candidate);
}

void
app_ends_connect (AppEnd * a, AppEnd * b)
{
  g_signal_connect (a->session, "on-ice-candidate", G_CALLBACK (on_candidate),
      b->session);
  g_signal_connect (b->session, "on-ice-candidate", G_CALLBACK (on_candidate),
      a->session);
}

void
app_ends_play (AppEnd * a, AppEnd * b)
{
  gst_element_set_state (a->pipeline, GST_STATE_PLAYING);
  gst_element_set_state (b->pipeline, GST_STATE_PLAYING);
  app_end_wait_needed (a);
  app_end_wait_needed (b);
}

void
app_ends_clear (AppEnd * a, AppEnd * b)
{
  g_signal_handlers_disconnect_by_data (a->session, b->session);
  g_signal_handlers_disconnect_by_data (b->session, a->session);
  app_end_clear (a);
  app_end_clear (b);
}

void
app_end_wait_needed (AppEnd * self)
{
  fail_unless (g_async_queue_timeout_pop (self->needed, PATIENCE_US) != NULL,
      "no on-negotiation-needed");
}

gchar *
app_end_create (AppEnd * self, const gchar * what)
{
  gchar *sdp = NULL;

  g_signal_emit_by_name (self->session, what, &sdp);
  fail_unless (sdp != NULL, "%s", what);
  return sdp;
}

gboolean
app_end_try (AppEnd * self, const gchar * sdp)
{
  gboolean taken = FALSE;

  g_signal_emit_by_name (self->session, "set-remote-description", sdp, &taken);
  return taken;
}

void
app_end_give (AppEnd * self, const gchar * sdp)
{
  fail_unless (app_end_try (self, sdp), "%s", sdp);
}

void
app_ends_negotiate (AppEnd * from, AppEnd * to)
{
  g_autofree gchar *offer = app_end_create (from, "create-offer");
  g_autofree gchar *answer = NULL;

  app_end_give (to, offer);
  answer = app_end_create (to, "create-answer");
  app_end_give (from, answer);
}

GstMessage *
app_end_wait_message (AppEnd * self, const gchar * name)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);

  while (TRUE) {
    GstMessage *message = gst_bus_timed_pop_filtered (bus,
        PATIENCE_US * GST_USECOND, GST_MESSAGE_ELEMENT | GST_MESSAGE_WARNING |
        GST_MESSAGE_ERROR);

    fail_unless (message != NULL, "no %s", name != NULL ? name : "warning");
    fail_if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR,
        "%" GST_PTR_FORMAT, message);
    if (name != NULL ? gst_message_has_name (message, name) :
        GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING)
      return message;
    gst_message_unref (message);
  }
}

gchar *
sdp_replace (const gchar * sdp, const gchar * from, const gchar * to)
{
  g_autoptr (GRegex) regex = g_regex_new (from, G_REGEX_MULTILINE, 0, NULL);

  fail_unless (g_regex_match (regex, sdp, 0, NULL), "%s", sdp);
  return g_regex_replace_literal (regex, sdp, -1, 0, to, 0, NULL);
}
