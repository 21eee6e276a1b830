/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Posts what a session tells as messages on the bus. */

/**
 * SECTION:messages
 *
 * On the bus, from the element concerned. Element messages have the field mline (uint),
 * the number of the m-line, where there is one. What is about one call has the field
 * call-id (string), eight hexadecimal digits that #GstIceSession:stats and the log have as
 * well; with one of several viewers, also consumer (uint), the viewer's number. Progress
 * messages have both in their structure, errors and warnings in their details.
 *
 * - ice-candidate: a local candidate. Field candidate (string), "candidate:…"; "" after
 *   the last.
 * - ice-gathering-state, ice-connection-state: field state, with the values of the
 *   property of that name.
 * - ice-selected-pair: fields local and remote, structures with the names of W3C's
 *   RTCIceCandidateStats.
 * - ice-direction: field direction (string): sendrecv, sendonly, recvonly or inactive, as
 *   this end sees it, when the peer holds or resumes the call.
 * - ice-timeout: icesrc has had no packet for #GstIceSrc:timeout. Field timeout (uint),
 *   milliseconds.
 *
 * Progress messages (GST_MESSAGE_PROGRESS) with the code ice tell each step in words;
 * gst-launch-1.0 shows them. An error ends the call, a warning says that it goes on
 * without something. Their domains and codes are GStreamer's. Their details
 * (gst_message_parse_error_details(), gst_message_parse_warning_details()) have the fields
 *
 * - ice-error (string): what is to be done about it, in a finer division than GStreamer's:
 *   settings, bad-description, unsupported, bad-state, signalling, unauthorized, busy,
 *   timeout, no-path, path-lost, insecure, local or glare; docs/troubleshooting.md has the
 *   table.
 *   Missing where a library of the system says what went wrong.
 * - call-id (string) and consumer (uint): as above.
 */

#include "config.h"

#include "gsticemessage.h"

#include "gsticecandidatetext.h"
#include "gsticepipeline.h"
#include "gsticestats.h"

/* What applications know of GStreamer's errors for what went wrong in the core. */
static void
map_error (GstElement * element, const GError * error, GQuark * domain,
    gint * code)
{
  gboolean is_source = GST_OBJECT_FLAG_IS_SET (element,
      GST_ELEMENT_FLAG_SOURCE);

  *domain = GST_RESOURCE_ERROR;
  *code = GST_RESOURCE_ERROR_OPEN_READ_WRITE;
  if (error->domain != GST_ICE_ERROR)
    return;

  switch ((GstIceError) error->code) {
    case GST_ICE_ERROR_SETTINGS:
      *code = GST_RESOURCE_ERROR_SETTINGS;
      break;
    case GST_ICE_ERROR_BAD_DESCRIPTION:
      *domain = GST_STREAM_ERROR;
      *code = GST_STREAM_ERROR_FORMAT;
      break;
    case GST_ICE_ERROR_UNSUPPORTED:
      *domain = GST_CORE_ERROR;
      *code = GST_CORE_ERROR_NEGOTIATION;
      break;
    case GST_ICE_ERROR_BAD_STATE:
    case GST_ICE_ERROR_GLARE:
      *domain = GST_CORE_ERROR;
      *code = GST_CORE_ERROR_FAILED;
      break;
    case GST_ICE_ERROR_UNAUTHORIZED:
      *code = GST_RESOURCE_ERROR_NOT_AUTHORIZED;
      break;
    case GST_ICE_ERROR_BUSY:
      *code = GST_RESOURCE_ERROR_BUSY;
      break;
    case GST_ICE_ERROR_PATH_LOST:
      *code = is_source ? GST_RESOURCE_ERROR_READ : GST_RESOURCE_ERROR_WRITE;
      break;
    case GST_ICE_ERROR_INSECURE:
      *domain = GST_STREAM_ERROR;
      *code = GST_STREAM_ERROR_DECRYPT;
      break;
    case GST_ICE_ERROR_SIGNALLING:
    case GST_ICE_ERROR_TIMEOUT:
    case GST_ICE_ERROR_NO_PATH:
    case GST_ICE_ERROR_LOCAL:
      break;
  }
}

/* Adds which call it is about. */
static void
add_call (GstStructure * structure, const GstIceNotice * notice)
{
  if (notice->consumer != 0)
    gst_structure_set (structure, "consumer", G_TYPE_UINT, notice->consumer,
        NULL);
  if (notice->call_id != NULL)
    gst_structure_set (structure, "call-id", G_TYPE_STRING, notice->call_id,
        NULL);
}

/* @notice: (nullable): that has the error */
static void
post_error (GstElement * element, GstMessageType type, const GError * error,
    const GstIceNotice * notice)
{
  const gchar *name = gst_ice_error_get_name (error);
  GstStructure *details = gst_structure_new_empty ("details");
  GQuark domain;
  gint code;

  if (name != NULL)
    gst_structure_set (details, "ice-error", G_TYPE_STRING, name, NULL);
  if (notice != NULL)
    add_call (details, notice);
  map_error (element, error, &domain, &code);
  gst_element_message_full_with_details (element, type, domain, code,
      g_strdup (error->message),
      g_strdup_printf ("%s, code %d", g_quark_to_string (error->domain),
          error->code), __FILE__, GST_FUNCTION, __LINE__, details);
}

void
gst_ice_message_post_error (GstElement * element, GstMessageType type,
    const GError * error)
{
  post_error (element, type, error, NULL);
}

void
gst_ice_message_error (GstElement * element, GstIceError code,
    const gchar * format, ...)
{
  g_autoptr (GError) error = NULL;
  va_list arguments;

  va_start (arguments, format);
  error = g_error_new_valist (GST_ICE_ERROR, code, format, arguments);
  va_end (arguments);
  gst_ice_message_post_error (element, GST_MESSAGE_ERROR, error);
}

/* gst-launch-1.0 does not go from PAUSED to PLAYING while a task is under way; but
 * a path may need the PLAYING pipeline, as where a live source gives an icesink its
 * caps only then. What would make it wait is told there as done. */
static GstProgressType
get_harmless_progress (GstElement * element, GstProgressType type)
{
  if (!gst_ice_pipeline_is_asked_to_play (element)
      && (type == GST_PROGRESS_TYPE_START
          || type == GST_PROGRESS_TYPE_CONTINUE))
    return GST_PROGRESS_TYPE_COMPLETE;
  return type;
}

/* Returns: (transfer full) */
static GstStructure *
consumer_to_structure (const gchar * name, const GstIceNotice * notice)
{
  GstStructure *structure = gst_structure_new (name, "consumers", G_TYPE_UINT,
      notice->n_consumers, NULL);

  if (notice->address != NULL)
    gst_structure_set (structure, "address", G_TYPE_STRING, notice->address,
        NULL);
  if (notice->text != NULL)
    gst_structure_set (structure, "reason", G_TYPE_STRING, notice->text, NULL);
  return structure;
}

static GstStructure *
notice_to_structure (const GstIceNotice * notice)
{
  switch (notice->type) {
    case GST_ICE_NOTICE_CANDIDATE:{
      g_autofree gchar *text = notice->candidate != NULL ?
          gst_ice_candidate_to_text (notice->candidate) : g_strdup ("");

      return gst_structure_new ("ice-candidate",
          "candidate", G_TYPE_STRING, text, NULL);
    }
    case GST_ICE_NOTICE_GATHERING_STATE:
      return gst_structure_new ("ice-gathering-state", "state",
          GST_TYPE_ICE_GATHERING_STATE, notice->gathering_state, NULL);
    case GST_ICE_NOTICE_CONNECTION_STATE:
      return gst_structure_new ("ice-connection-state", "state",
          GST_TYPE_ICE_CONNECTION_STATE, notice->connection_state, NULL);
    case GST_ICE_NOTICE_DIRECTION:
      return gst_structure_new ("ice-direction", "direction", G_TYPE_STRING,
          gst_ice_direction_to_string (notice->direction), NULL);
    case GST_ICE_NOTICE_SELECTED_PAIR:
      return gst_ice_stats_from_pair (notice->local, notice->remote);
    case GST_ICE_NOTICE_CONSUMER_ADDED:
      return consumer_to_structure ("ice-consumer-added", notice);
    case GST_ICE_NOTICE_CONSUMER_REMOVED:
      return consumer_to_structure ("ice-consumer-removed", notice);
    default:
      return NULL;
  }
}

/* With one of several peers, the user is told with which. */
static void
post_progress (GstElement * element, const GstIceNotice * notice)
{
  g_autofree gchar *text = notice->consumer != 0 ?
      g_strdup_printf ("viewer %u: %s", notice->consumer, notice->text) :
      g_strdup (notice->text);
  GstMessage *message = gst_message_new_progress (GST_OBJECT (element),
      get_harmless_progress (element, notice->progress), "ice", text);

  add_call (gst_message_writable_structure (message), notice);
  gst_element_post_message (element, message);
}

static void
post_warning (GstElement * element, const GstIceNotice * notice)
{
  g_autoptr (GError) warning = g_error_copy (notice->error);

  if (notice->consumer != 0)
    g_prefix_error (&warning, "Viewer %u: ", notice->consumer);
  post_error (element, GST_MESSAGE_WARNING, warning, notice);
}

void
gst_ice_message_post_notice (GstElement * element, const GstIceNotice * notice)
{
  GstObject *object = GST_OBJECT (element);
  GstStructure *structure;

  switch (notice->type) {
    case GST_ICE_NOTICE_PROGRESS:
      post_progress (element, notice);
      return;
    case GST_ICE_NOTICE_WARNING:
      post_warning (element, notice);
      return;
    case GST_ICE_NOTICE_ERROR:
      post_error (element, GST_MESSAGE_ERROR, notice->error, notice);
      return;
    default:
      break;
  }

  structure = notice_to_structure (notice);
  if (structure == NULL)
    return;

  add_call (structure, notice);
  if (notice->mline >= 0)
    gst_structure_set (structure, "mline", G_TYPE_UINT, notice->mline, NULL);
  gst_element_post_message (element,
      gst_message_new_element (object, structure));
}
