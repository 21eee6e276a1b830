/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Reports to elements and users which consumers come and go, and their statistics. */

#include "config.h"

#include "gsticeconsumers.h"

#include "gsticeerror.h"

/* Returns: (transfer full) (nullable): where its signalling comes from */
static gchar *
get_address (const GstIceCall * call)
{
  GstIceSignaller *signaller =
      gst_ice_exchange_get_signaller (gst_ice_call_get_exchange (call));
  g_autoptr (GstStructure) peer = signaller != NULL ?
      gst_ice_signaller_describe_peer (signaller) : NULL;

  return peer != NULL ? g_strdup (gst_structure_get_string (peer, "address")) :
      NULL;
}

/* Returns: (transfer full): "viewer 3 (192.0.2.7)" */
static gchar *
describe (const GstIceCall * call)
{
  const guint consumer = gst_ice_call_get_consumer (call);
  g_autofree gchar *address = get_address (call);

  return address != NULL ?
      g_strdup_printf ("viewer %u (%s)", consumer, address) :
      g_strdup_printf ("viewer %u", consumer);
}

/* Returns: to how many media can flow; @but: (nullable): does not count */
static guint
count (const GstIceCalls * calls, const GstIceCall * but)
{
  guint n = 0;

  for (guint i = 0; i < gst_ice_calls_get_size (calls); i++) {
    const GstIceCall *call = gst_ice_calls_get (calls, i);

    n += call != but && gst_ice_call_get_since_us (call) != 0;
  }
  return n;
}

/* The text says which viewer it is: the notice does not have its number, too. */
static void
tell_progress (GstIceMembers * members, const GstIceCall * call,
    const gchar * what, guint n)
{
  g_autofree gchar *who = describe (call);
  g_autofree gchar *text = g_strdup_printf ("%s %s: %u viewer%s", who, what, n,
      n == 1 ? "" : "s");
  const GstIceNotice notice = {.type = GST_ICE_NOTICE_PROGRESS,.mline = -1,
    .progress = GST_PROGRESS_TYPE_CONTINUE,.text = text,
    .call_id = gst_ice_call_get_id (call)
  };

  gst_ice_members_tell (members, NULL, &notice);
}

void
gst_ice_consumers_tell_added (const GstIceCalls * calls,
    GstIceMembers * members, const GstIceCall * call)
{
  g_autofree gchar *address = get_address (call);
  const GstIceNotice notice = {.type = GST_ICE_NOTICE_CONSUMER_ADDED,
    .mline = -1,.consumer = gst_ice_call_get_consumer (call),
    .call_id = gst_ice_call_get_id (call),.address = address,
    .n_consumers = count (calls, NULL)
  };

  if (notice.consumer == 0)
    return;
  gst_ice_members_tell (members, NULL, &notice);
  tell_progress (members, call, "is there", notice.n_consumers);
}

static void
warn (GstIceMembers * members, const GstIceCall * call, const gchar * what,
    const GError * error)
{
  g_autofree gchar *who = describe (call);
  g_autoptr (GError) warning = g_error_copy (error);

  g_prefix_error (&warning, "The %s %s: ", who, what);
  gst_ice_members_warn_of_call (members, gst_ice_call_get_id (call), warning);
}

void
gst_ice_consumers_tell_removed (const GstIceCalls * calls,
    GstIceMembers * members, const GstIceCall * call, const GError * error,
    const gchar * reason)
{
  const gboolean was_there = gst_ice_call_get_since_us (call) != 0;
  g_autofree gchar *address = get_address (call);
  const GstIceNotice notice = {.type = GST_ICE_NOTICE_CONSUMER_REMOVED,
    .mline = -1,.consumer = gst_ice_call_get_consumer (call),
    .call_id = gst_ice_call_get_id (call),.address = address,
    .n_consumers = count (calls, call),
    .text = error != NULL ? error->message : reason
  };

  /* Who only waited for the place of another. */
  if (notice.consumer == 0)
    return;
  if (error != NULL)
    warn (members, call, was_there ? "is gone" : "was not reached", error);
  if (!was_there)
    return;
  gst_ice_members_tell (members, NULL, &notice);
  tell_progress (members, call, error != NULL ? "is gone" : "has left",
      notice.n_consumers);
}

void
gst_ice_consumers_tell_refused (GstIceMembers * members,
    const GstIceCall * call, const GError * error)
{
  g_autofree gchar *address = get_address (call);
  g_autoptr (GError) warning = g_error_copy (error);

  g_prefix_error (&warning, "Refused a call from %s: ",
      address != NULL ? address : "the peer");
  /* An application hears of it by the exchange. */
  if (gst_ice_exchange_has_signaller (gst_ice_call_get_exchange (call)))
    gst_ice_members_warn_of_call (members, gst_ice_call_get_id (call), warning);
}

void
gst_ice_consumers_tell_given_up (GstIceMembers * members,
    const GstIceCall * call)
{
  g_autofree gchar *address = get_address (call);
  g_autoptr (GError) warning = g_error_new (GST_ICE_ERROR,
      GST_ICE_ERROR_SIGNALLING,
      "A call from %s was given up there before there " "was a path",
      address != NULL ? address : "the peer");

  gst_ice_members_warn_of_call (members, gst_ice_call_get_id (call), warning);
}

/* Statistics. */

static const gchar *const sums[] = {
  "packets-sent", "bytes-sent", "packets-discarded-on-send",
  "packets-discarded-slow"
};

/* Adds what an m-line's structure has to @total, by number of sum. */
static void
add_up (const GstStructure * mline, guint64 * total)
{
  for (guint i = 0; i < G_N_ELEMENTS (sums); i++) {
    guint64 value;

    if (gst_structure_get_uint64 (mline, sums[i], &value))
      total[i] += value;
  }
}

/* GstStructureForeachFunc of a consumer's structure. */
static gboolean
add_up_mline (GQuark field, const GValue * value, gpointer total)
{
  if (GST_VALUE_HOLDS_STRUCTURE (value))
    add_up (gst_value_get_structure (value), total);
  return TRUE;
}

/* Returns: (transfer full) */
static GstStructure *
describe_consumer (const GstIceCall * call)
{
  const gint64 since_us = gst_ice_call_get_since_us (call);
  g_autofree gchar *address = get_address (call);
  GstStructure *stats = gst_structure_new ("ice-consumer",
      "id", G_TYPE_UINT, gst_ice_call_get_consumer (call),
      "ice-connection-state", G_TYPE_STRING,
      gst_ice_connection_state_to_string (gst_ice_call_get_connection_state
          (call)), NULL);

  if (address != NULL)
    gst_structure_set (stats, "address", G_TYPE_STRING, address, NULL);
  if (since_us != 0)
    gst_structure_set (stats, "connected-ms", G_TYPE_UINT64,
        (guint64) (g_get_monotonic_time () - since_us) / 1000, NULL);
  gst_ice_restarter_add_stats (gst_ice_call_get_restarter ((GstIceCall *) call),
      stats);
  gst_ice_call_add_stats (call, stats);
  return stats;
}

static void
add_all (const GstIceCalls * calls, GstStructure * stats)
{
  guint64 total[G_N_ELEMENTS (sums)] = { 0, };
  GValue list = G_VALUE_INIT;

  gst_value_array_init (&list, gst_ice_calls_get_size (calls));
  for (guint i = 0; i < gst_ice_calls_get_size (calls); i++) {
    g_autoptr (GstStructure) one =
        describe_consumer (gst_ice_calls_get (calls, i));
    GValue value = G_VALUE_INIT;

    gst_structure_foreach (one, add_up_mline, total);
    g_value_init (&value, GST_TYPE_STRUCTURE);
    gst_value_set_structure (&value, one);
    gst_value_array_append_and_take_value (&list, &value);
  }
  gst_structure_take_value (stats, "consumers", &list);
  for (guint i = 0; i < G_N_ELEMENTS (sums); i++)
    gst_structure_set (stats, sums[i], G_TYPE_UINT64, total[i], NULL);
}

GstStructure *
gst_ice_consumers_make_stats (const GstIceCalls * calls,
    GstIceConnectionState connection, GstIceGatheringState gathering)
{
  GstIceCall *first = gst_ice_calls_get_first (calls);
  GstStructure *stats = gst_structure_new ("ice-session",
      "ice-connection-state", G_TYPE_STRING,
      gst_ice_connection_state_to_string (connection),
      "ice-gathering-state", G_TYPE_STRING,
      gst_ice_gathering_state_to_string (gathering), NULL);

  if (first != NULL && gst_ice_call_get_consumer (first) != 0) {
    add_all (calls, stats);
    return stats;
  }
  gst_ice_restarter_add_stats (first != NULL ? gst_ice_call_get_restarter
      (first) : NULL, stats);
  if (first != NULL)
    gst_ice_call_add_stats (first, stats);
  return stats;
}
