/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Calls between two pipelines whose packets are counted. */

#include "restartcall.h"
#include "listening.h"

#include <stdlib.h>
#include <string.h>

static gboolean
count_buffer (GstBuffer ** buffer, guint index, gpointer user_data)
{
  Call *call = user_data;
  guint8 head[4];
  guint16 seqnum;
  guint64 bit;
  gint16 step;

  fail_unless_equals_int (gst_buffer_extract (*buffer, 0, head, 4), 4);
  seqnum = GST_READ_UINT16_BE (head + 2);
  bit = G_GUINT64_CONSTANT (1) << seqnum % 64;
  step = call->last < 0 ? 1 : (gint16) (seqnum - call->last);
  if (call->seen[seqnum / 64] & bit)
    call->n_twice++;
  else if (step > 0)
    call->n_lost += step - 1;
  else
    call->n_lost--;             /* it came late, over another path */
  call->seen[seqnum / 64] |= bit;
  if (step > 0)
    call->last = seqnum;
  call->n_received++;
  return TRUE;
}

static GstPadProbeReturn
on_packets (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Call *call = user_data;

  g_mutex_lock (&call->lock);
  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER_LIST) {
    gst_buffer_list_foreach (GST_PAD_PROBE_INFO_BUFFER_LIST (info),
        count_buffer, call);
  } else {
    GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);

    count_buffer (&buffer, 0, call);
  }
  g_cond_broadcast (&call->cond);
  g_mutex_unlock (&call->lock);
  return GST_PAD_PROBE_OK;
}

GstElement *
parse (const gchar * format, ...)
{
  va_list args;
  GError *error = NULL;
  GstElement *pipeline;
  gchar *description;

  va_start (args, format);
  description = g_strdup_vprintf (format, args);
  va_end (args);
  pipeline = gst_parse_launch (description, &error);
  fail_unless (error == NULL, "%s: %s", description,
      error ? error->message : "");
  g_free (description);
  return pipeline;
}

/* Returns: (transfer full): the "session" of @pipeline's element "end" */
GObject *
get_session (GstElement * pipeline)
{
  GstElement *end = gst_bin_get_by_name (GST_BIN (pipeline), "end");
  GObject *session;

  g_object_get (end, "session", &session, NULL);
  fail_unless (session != NULL);
  gst_object_unref (end);
  return session;
}

/* Waits for @n more packets. */
void
wait_packets (Call * call, guint n)
{
  gint64 deadline = g_get_monotonic_time () + TIMEOUT / 1000;

  g_mutex_lock (&call->lock);
  n += call->n_received;
  while (call->n_received < n)
    fail_unless (g_cond_wait_until (&call->cond, &call->lock, deadline),
        "%u packets, not %u", call->n_received, n);
  g_mutex_unlock (&call->lock);
}

/* Returns: (transfer full): of a session's one call, or of the last of several */
static GstStructure *
get_call_stats (GObject * session)
{
  GstStructure *stats, *last;
  const GValue *several;
  guint n;

  g_object_get (session, "stats", &stats, NULL);
  several = gst_structure_get_value (stats, "consumers");
  if (several == NULL)
    return stats;
  n = gst_value_array_get_size (several);
  fail_unless (n > 0);
  last = gst_structure_copy (gst_value_get_structure (gst_value_array_get_value
          (several, n - 1)));
  gst_structure_free (stats);
  return last;
}

guint
get_n_restarts (GstElement * pipeline, gchar ** reason)
{
  GObject *session = get_session (pipeline);
  GstStructure *stats = get_call_stats (session);
  guint n;

  fail_unless (gst_structure_get_uint (stats, "restarts", &n));
  if (reason != NULL)
    *reason = g_strdup (gst_structure_get_string (stats,
            "last-restart-reason"));
  gst_structure_free (stats);
  g_object_unref (session);
  return n;
}

void
restart (GstElement * pipeline)
{
  GstElement *end = gst_bin_get_by_name (GST_BIN (pipeline), "end");

  g_signal_emit_by_name (end, "restart-ice");
  gst_object_unref (end);
}

/* The port in the receiver's pair that media comes from. */
guint
get_remote_port (GstElement * pipeline)
{
  GstElement *end = gst_bin_get_by_name (GST_BIN (pipeline), "end");
  GstStructure *pair;
  guint port = 0;

  g_object_get (end, "selected-pair", &pair, NULL);
  if (pair != NULL) {
    gst_structure_get_uint (gst_value_get_structure (gst_structure_get_value
            (pair, "remote")), "port", &port);
    gst_structure_free (pair);
  }
  gst_object_unref (end);
  return port;
}

/* Waits until the pair of @pipeline has another port than @port.
 * Returns: that port */
guint
wait_other_pair (GstElement * pipeline, guint port)
{
  GstBus *bus = gst_element_get_bus (pipeline);
  gint64 deadline = g_get_monotonic_time () + TIMEOUT / 1000;
  guint now;

  while ((now = get_remote_port (pipeline)) == port) {
    GstMessage *message = gst_bus_timed_pop_filtered (bus, 100 * GST_MSECOND,
        GST_MESSAGE_ELEMENT | GST_MESSAGE_WARNING | GST_MESSAGE_ERROR);

    fail_unless (message == NULL ||
        GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT, "%" GST_PTR_FORMAT,
        message);
    g_clear_pointer (&message, gst_message_unref);
    fail_unless (g_get_monotonic_time () < deadline, "no other pair");
  }
  gst_object_unref (bus);
  return now;
}

void
call_start (Call * call)
{
  GstElement *end = gst_bin_get_by_name (GST_BIN (call->receiver), "end");

  call->last = -1;
  g_mutex_init (&call->lock);
  g_cond_init (&call->cond);
  call->pad = gst_element_get_static_pad (end, "src");
  gst_pad_add_probe (call->pad,
      GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_packets,
      call, NULL);
  gst_object_unref (end);
}

void
call_stop (Call * call)
{
  if (call->sender != NULL)
    gst_element_set_state (call->sender, GST_STATE_NULL);
  gst_element_set_state (call->receiver, GST_STATE_NULL);
  gst_object_unref (call->pad);
  g_clear_pointer (&call->sender, gst_object_unref);
  gst_object_unref (call->receiver);
  g_mutex_clear (&call->lock);
  g_cond_clear (&call->cond);
}

guint
listen_by_http (Call * call, const gchar * more)
{
  memset (call, 0, sizeof (*call));
  call->receiver =
      parse
      ("icesrc name=end signalling-uri=http://127.0.0.1:0/call?mode=listener "
      "network-interfaces=lo %s ! fakesink async=false sync=false", more);
  call_start (call);
  gst_element_set_state (call->receiver, GST_STATE_PLAYING);
  return wait_listening (call->receiver);
}

void
call_by_http (Call * call, const gchar * more)
{
  guint port = listen_by_http (call, more);

  call->sender = parse (AUDIO "signalling-uri=http://127.0.0.1:%u/call %s",
      port, more);
  gst_element_set_state (call->sender, GST_STATE_PLAYING);
  wait_packets (call, 10);
}

void
forget_last (Call * call)
{
  g_mutex_lock (&call->lock);
  call->last = -1;
  memset (call->seen, 0, sizeof (call->seen));
  g_mutex_unlock (&call->lock);
}

void
begin_check (Call * call)
{
  g_mutex_lock (&call->lock);
  call->n_lost = 0;
  g_mutex_unlock (&call->lock);
}

void
check_nothing_lost (Call * call)
{
  g_mutex_lock (&call->lock);
  fail_unless_equals_int (call->n_lost, 0);
  fail_unless_equals_int (call->n_twice, 0);
  g_mutex_unlock (&call->lock);
}
