/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/**
 * SECTION:element-icesrc
 * @title: icesrc
 * @see_also: icesink, udpsrc
 *
 * Receives RTP or RTCP from a peer over the path that ICE (RFC 8445) nominates.
 * What it receives is agreed by SDP: it offers or accepts what the elements
 * downstream can take, and its caps come from the answer, so that a depayloader
 * behind it is all that a pipeline needs. An icesink in the same pipeline with the
 * same media makes the m-line one that sends and receives, on one path.
 *
 * When the peer ends the call, icesrc ends the stream with EOS; a listener may wait for the
 * next one (#GstIceSrc:keep-listening). While the peer sends nothing of an m-line, as was
 * agreed or since it does not have it, GAP events go downstream once a second.
 *
 * A GstForceKeyUnit event from downstream asks the peer for a key unit by PLI (RFC 4585, 6.3.1),
 * or by FIR (RFC 5104, 4.3.1) where only that was agreed, at most once in 500 ms; unless an
 * icesink sends RTCP for the m-line, as with rtpbin, which does the same.
 *
 * ## Example launch lines
 * |[
 * gst-launch-1.0 icesrc signalling-uri=http://:8080/cam ! rtpvp8depay ! vp8dec ! videoconvert ! autovideosink
 * ]| Listens, and shows the video of the one who calls.
 * |[
 * gst-launch-1.0 icesrc signalling-uri=http://:8080/cam media=audio ! rtpopusdepay ! opusdec ! audioconvert ! autoaudiosink icesrc media=video ! rtpvp8depay ! vp8dec ! videoconvert ! autovideosink
 * ]| Audio and video of one call: the two share the session of the pipeline.
 */

#include "config.h"

#include "gsticesrc.h"

#include "gsticeformats.h"
#include "gsticeelement.h"
#include "gsticeelementclass.h"
#include "gsticemessage.h"
#include "gsticereceiver.h"
#include "gsticerelay.h"
#include "gsticesharedpush.h"
#include "gsticestats.h"

GST_DEBUG_CATEGORY_STATIC (gst_ice_src_debug);
#define GST_CAT_DEFAULT gst_ice_src_debug

/* Some seconds of video while the pipeline is paused. */
#define QUEUE_BYTES (8 * 1024 * 1024)

#define DEFAULT_TIMEOUT 0
#define DEFAULT_KEEP_LISTENING FALSE

/* How often a peer's silence is told downstream. */
#define GAP_MS 1000

enum
{
  PROP_0,
  PROP_CAPS,
  PROP_TIMEOUT,
  PROP_CONTEXT,
  PROP_CONTEXT_WAIT,
  PROP_KEEP_LISTENING,
  PROP_MEMBER
};

struct _GstIceSrc
{
  GstPushSrc parent;

  GstIceElement *ice;           /* set at construction; has its own locking */
  GstIceSharedPush *pusher;     /* NULL: no context. From READY on */

  gint silent;                  /* atomic: the peer sends nothing here, as agreed */
  gint flushing;                /* atomic: a flush of the application has begun */

  /* Protected by the object lock. */
  GstCaps *caps;                /* NULL: what downstream takes */
  guint timeout_ms;             /* 0: off */
  gchar *context;               /* NULL or "": none */
  guint context_wait_ms;
};

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("application/x-rtp; application/x-rtcp; "
        "application/x-srtp; application/x-srtcp"));

G_DEFINE_TYPE_WITH_CODE (GstIceSrc, gst_ice_src, GST_TYPE_PUSH_SRC,
    GST_DEBUG_CATEGORY_INIT (gst_ice_src_debug, "icesrc", 0, "ICE source"));
GST_ELEMENT_REGISTER_DEFINE (icesrc, "icesrc", GST_RANK_NONE, GST_TYPE_ICE_SRC);

static void
gst_ice_src_set_property (GObject * object, guint id, const GValue * value,
    GParamSpec * pspec)
{
  GstIceSrc *self = GST_ICE_SRC (object);

  if (id >= PROP_MEMBER) {
    gst_ice_element_set_property (self->ice, id, value, pspec);
    return;
  }
  if (id == PROP_KEEP_LISTENING) {
    gst_ice_element_set_keep_listening (self->ice, g_value_get_boolean (value));
    return;
  }

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_CAPS:
      gst_caps_replace (&self->caps, g_value_get_boxed (value));
      break;
    case PROP_TIMEOUT:
      self->timeout_ms = g_value_get_uint (value);
      break;
    case PROP_CONTEXT:
      g_free (self->context);
      self->context = g_value_dup_string (value);
      break;
    case PROP_CONTEXT_WAIT:
      self->context_wait_ms = g_value_get_uint (value);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_ice_src_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  GstIceSrc *self = GST_ICE_SRC (object);

  if (id >= PROP_MEMBER) {
    gst_ice_element_get_property (self->ice, id, value, pspec);
    return;
  }
  if (id == PROP_KEEP_LISTENING) {
    g_value_set_boolean (value, gst_ice_element_get_keep_listening (self->ice));
    return;
  }

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_CAPS:
      gst_value_set_caps (value, self->caps);
      break;
    case PROP_TIMEOUT:
      g_value_set_uint (value, self->timeout_ms);
      break;
    case PROP_CONTEXT:
      g_value_set_string (value, self->context != NULL ? self->context : "");
      break;
    case PROP_CONTEXT_WAIT:
      g_value_set_uint (value, self->context_wait_ms);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static GObject *
gst_ice_src_make_half (GstElement * element)
{
  return G_OBJECT (gst_ice_receiver_new (QUEUE_BYTES));
}

static GstStructure *
gst_ice_src_get_stats (GObject * half)
{
  return gst_ice_stats_from_receiver (GST_ICE_RECEIVER (half));
}

static GstIceReceiver *
gst_ice_src_get_receiver (GstIceSrc * self)
{
  return GST_ICE_RECEIVER (gst_ice_element_get_half (self->ice));
}

/* Session thread. */
static void
gst_ice_src_on_formats (GstElement * element, GObject * half, GstCaps * formats)
{
  GstIceSrc *self = GST_ICE_SRC (element);
  g_autoptr (GstCaps) caps = NULL;

  if (gst_ice_element_get_component (self->ice) == GST_ICE_COMPONENT_RTCP)
    caps = gst_caps_new_empty_simple ("application/x-rtcp");
  else
    caps = gst_ice_formats_to_stream_caps (formats);

  /* If this peer is silent here, too, that follows. */
  g_atomic_int_set (&self->silent, FALSE);
  GST_INFO_OBJECT (self, "agreed on %" GST_PTR_FORMAT, caps);
  gst_ice_receiver_set_formats (GST_ICE_RECEIVER (half), formats);
  gst_ice_receiver_set_caps (GST_ICE_RECEIVER (half), caps);
}

/* %TRUE when @caps say what media they mean. */
static gboolean
caps_have_media (GstCaps * caps)
{
  if (gst_caps_is_any (caps))
    return FALSE;

  for (guint i = 0; i < gst_caps_get_size (caps); i++) {
    if (!gst_structure_has_field (gst_caps_get_structure (caps, i), "media"))
      return FALSE;
  }
  return !gst_caps_is_empty (caps);
}

/* What can be received: the property's caps, as far as downstream takes them.
 * Returns: (transfer full): may be empty, ANY, or without any media */
static GstCaps *
gst_ice_src_get_acceptable (GstIceSrc * self)
{
  GstPad *pad = GST_BASE_SRC_PAD (self);
  g_autoptr (GstCaps) filter = NULL;

  GST_OBJECT_LOCK (self);
  if (self->caps != NULL)
    filter = gst_caps_ref (self->caps);
  GST_OBJECT_UNLOCK (self);

  if (filter == NULL)
    filter = gst_caps_from_string ("application/x-rtp; application/x-srtp");
  return gst_pad_peer_query_caps (pad, filter);
}

/* Downstream is up already: a pipeline starts with its sinks. */
static void
gst_ice_src_get_ready (GstIceSrc * self)
{
  g_autoptr (GstCaps) caps = NULL;

  if (gst_ice_element_get_component (self->ice) == GST_ICE_COMPONENT_RTCP) {
    gst_ice_element_set_ready (self->ice, GST_ICE_MEDIA_UNSET, NULL);
    return;
  }

  caps = gst_ice_src_get_acceptable (self);
  if (gst_caps_is_empty (caps)) {
    gst_ice_message_error (GST_ELEMENT (self), GST_ICE_ERROR_UNSUPPORTED,
        "What is downstream of %s takes no RTP of the caps that are set.",
        GST_OBJECT_NAME (self));
    return;
  }

  GST_DEBUG_OBJECT (self, "downstream takes %" GST_PTR_FORMAT, caps);
  gst_ice_element_set_ready (self->ice, GST_ICE_MEDIA_UNSET,
      caps_have_media (caps) ? caps : NULL);
}

/* Session thread. An icesink downstream gets its caps, and can say what it sends. */
static void
gst_ice_src_on_offered (GstElement * element, GObject * half, GstCaps * formats)
{
  GstIceSrc *self = GST_ICE_SRC (element);
  g_autofree gchar *name = gst_ice_element_dup_joined_name (self->ice);
  g_autoptr (GstCaps) caps = NULL;

  if (!gst_ice_relay_is_echo (GST_BASE_SRC_PAD (self), name))
    return;
  caps = gst_ice_formats_to_stream_caps (formats);
  if (caps == NULL)
    return;
  GST_DEBUG_OBJECT (self, "the peer offers %" GST_PTR_FORMAT, caps);
  gst_ice_receiver_announce (GST_ICE_RECEIVER (half), caps);
}

/* Returns: (transfer full) (nullable): caps of a stream that does not come: GAP events can't
 *     go before caps */
static GstCaps *
gst_ice_src_get_gap_caps (GstIceSrc * self)
{
  GstCaps *now = gst_pad_get_current_caps (GST_BASE_SRC_PAD (self));
  g_autoptr (GstCaps) acceptable = NULL;
  g_autoptr (GstCaps) formats = NULL;

  if (now != NULL)
    return now;
  acceptable = gst_ice_src_get_acceptable (self);
  if (caps_have_media (acceptable))
    formats = gst_ice_formats_fixate (acceptable);
  return formats != NULL ? gst_ice_formats_to_stream_caps (formats) : NULL;
}

/* Session thread. */
static void
gst_ice_src_on_silent (GstElement * element, GObject * half, gboolean silent)
{
  GstIceSrc *self = GST_ICE_SRC (element);
  g_autoptr (GstCaps) caps = NULL;

  if (gst_ice_element_get_component (self->ice) == GST_ICE_COMPONENT_RTCP)
    return;
  if (silent)
    caps = gst_ice_src_get_gap_caps (self);
  g_atomic_int_set (&self->silent, caps != NULL);
  if (caps != NULL)
    gst_ice_receiver_announce (GST_ICE_RECEIVER (half), caps);
}

/* Stamps @list (transfer full) with the running time, if that is wanted.
 * GstBaseSrc would do so for single buffers only. Returns: (transfer full) */
static GstBufferList *
gst_ice_src_timestamp (GstBaseSrc * src, GstBufferList * list)
{
  GstClockTime time = gst_element_get_current_running_time (GST_ELEMENT (src));

  if (!gst_base_src_get_do_timestamp (src) || !GST_CLOCK_TIME_IS_VALID (time))
    return list;

  list = gst_buffer_list_make_writable (list);
  for (guint i = 0; i < gst_buffer_list_length (list); i++) {
    GstBuffer *packet = gst_buffer_list_get (list, i);

    /* What nobody else has, as nearly all, is writable: to ask costs more. */
    if (GST_MINI_OBJECT_REFCOUNT_VALUE (packet) > 1)
      packet = gst_buffer_list_get_writable (list, i);
    GST_BUFFER_PTS (packet) = GST_BUFFER_DTS (packet) = time;
  }
  return list;
}

/* Returns: %FALSE when that can't be; an error was posted */
static gboolean
gst_ice_src_join (GstIceSrc * self)
{
  g_autofree gchar *context = NULL;
  g_autoptr (GError) error = NULL;
  guint wait_ms;

  GST_OBJECT_LOCK (self);
  context = g_strdup (self->context);
  wait_ms = self->context_wait_ms;
  GST_OBJECT_UNLOCK (self);

  if (!gst_ice_element_join (self->ice))
    return FALSE;
  if (context == NULL || *context == '\0')
    return TRUE;

  self->pusher = gst_ice_shared_push_new (GST_BASE_SRC (self),
      gst_ice_src_get_receiver (self), context, wait_ms, gst_ice_src_timestamp,
      &error);
  if (self->pusher == NULL) {
    gst_ice_message_error (GST_ELEMENT (self), GST_ICE_ERROR_LOCAL,
        "%s can't have the thread that its context is to share: %s",
        GST_OBJECT_NAME (self), error->message);
    gst_ice_element_leave (self->ice);
  }
  return self->pusher != NULL;
}

static void
gst_ice_src_leave (GstIceSrc * self)
{
  g_clear_pointer (&self->pusher, gst_ice_shared_push_free);
  gst_ice_element_leave (self->ice);
  gst_ice_receiver_close (gst_ice_src_get_receiver (self));
}

static GstStateChangeReturn
gst_ice_src_change_state (GstElement * element, GstStateChange transition)
{
  GstIceSrc *self = GST_ICE_SRC (element);
  GstStateChangeReturn ret;

  if (transition == GST_STATE_CHANGE_NULL_TO_READY && !gst_ice_src_join (self))
    return GST_STATE_CHANGE_FAILURE;

  ret = GST_ELEMENT_CLASS (gst_ice_src_parent_class)->change_state (element,
      transition);

  if ((transition == GST_STATE_CHANGE_NULL_TO_READY &&
          ret == GST_STATE_CHANGE_FAILURE) ||
      transition == GST_STATE_CHANGE_READY_TO_NULL)
    gst_ice_src_leave (self);

  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY && self->pusher != NULL)
    gst_ice_shared_push_reset (self->pusher);
  /* The pad has forgotten them, and the call may go on. */
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    gst_ice_receiver_repeat_caps (gst_ice_src_get_receiver (self));
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED &&
      ret != GST_STATE_CHANGE_FAILURE)
    gst_ice_src_get_ready (self);
  return ret;
}

/* Caps come with the packets, from the answer: there is nothing to ask. */
static gboolean
gst_ice_src_negotiate (GstBaseSrc * src)
{
  return TRUE;
}

static gboolean
gst_ice_src_query (GstBaseSrc * src, GstQuery * query)
{
  return gst_ice_relay_answer_source (query)
      || GST_BASE_SRC_CLASS (gst_ice_src_parent_class)->query (src, query);
}

static gboolean
gst_ice_src_event (GstBaseSrc * src, GstEvent * event)
{
  /* Of what rtpsession sends on there is the same event. */
  if (GST_EVENT_TYPE (event) == GST_EVENT_CUSTOM_UPSTREAM
      && gst_event_has_name (event, "GstForceKeyUnit")) {
    gst_ice_element_ask_key_unit (GST_ICE_SRC (src)->ice);
    return TRUE;
  }
  return GST_BASE_SRC_CLASS (gst_ice_src_parent_class)->event (src, event);
}

static gboolean
gst_ice_src_send_event (GstElement * element, GstEvent * event)
{
  GstIceSrc *self = GST_ICE_SRC (element);

  /* GstBaseSrc would leave it to a thread of its own. */
  if (self->pusher != NULL && GST_EVENT_TYPE (event) == GST_EVENT_EOS) {
    gst_event_unref (event);
    gst_ice_shared_push_end_stream (self->pusher);
    return TRUE;
  }
  /* GstBaseSrc 1.22 waits at the end of a flush for its thread, which only the beginning of
   * one gets out of create(): an end without a beginning would wait for ever. */
  if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP &&
      !g_atomic_int_get (&self->flushing))
    gst_ice_src_send_event (element, gst_event_new_flush_start ());
  if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_START ||
      GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP)
    g_atomic_int_set (&self->flushing,
        GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_START);
  if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP && self->pusher != NULL)
    gst_ice_shared_push_unend (self->pusher);
  return GST_ELEMENT_CLASS (gst_ice_src_parent_class)->send_event (element,
      event);
}

/* Also in state NULL, in which an application may send any event. */
static void
gst_ice_src_set_flushing (GstIceSrc * self, gboolean flushing)
{
  g_autoptr (GObject) half = gst_ice_element_dup_half (self->ice);

  if (half != NULL)
    gst_ice_receiver_set_flushing (GST_ICE_RECEIVER (half), flushing);
}

static gboolean
gst_ice_src_unlock (GstBaseSrc * src)
{
  gst_ice_src_set_flushing (GST_ICE_SRC (src), TRUE);
  return TRUE;
}

static gboolean
gst_ice_src_unlock_stop (GstBaseSrc * src)
{
  gst_ice_src_set_flushing (GST_ICE_SRC (src), FALSE);
  return TRUE;
}

static void
gst_ice_src_post_timeout (GstIceSrc * self, guint timeout_ms)
{
  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_element (GST_OBJECT (self),
          gst_structure_new ("ice-timeout", "timeout", G_TYPE_UINT, timeout_ms,
              NULL)));
}

/* So that who waits for all streams, a muxer or a sink, goes on without this one. */
static void
gst_ice_src_push_gap (GstIceSrc * self)
{
  GstPad *pad = GST_BASE_SRC_PAD (self);
  GstClockTime now = gst_element_get_current_running_time (GST_ELEMENT (self));
  g_autoptr (GstEvent) segment =
      gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0);

  if (!GST_CLOCK_TIME_IS_VALID (now))
    return;
  if (segment == NULL)
    gst_pad_push_event (pad,
        gst_event_new_segment (&GST_BASE_SRC (self)->segment));
  gst_pad_push_event (pad, gst_event_new_gap (now, GAP_MS * GST_MSECOND));
}

/* Waits for packets, however often the timeout passes.
 * @list, @caps: as of gst_ice_receiver_receive() */
static GstFlowReturn
gst_ice_src_receive (GstIceSrc * self, GstBufferList ** list, GstCaps ** caps)
{
  GstIceReceiver *receiver = gst_ice_src_get_receiver (self);
  GstFlowReturn flow;
  guint timeout_ms;
  gboolean silent;

  do {
    silent = g_atomic_int_get (&self->silent);
    GST_OBJECT_LOCK (self);
    timeout_ms = silent ? GAP_MS : self->timeout_ms;
    GST_OBJECT_UNLOCK (self);

    flow = gst_ice_receiver_receive (receiver, timeout_ms, list, caps);
    if (flow == GST_FLOW_CUSTOM_SUCCESS && silent)
      gst_ice_src_push_gap (self);
    else if (flow == GST_FLOW_CUSTOM_SUCCESS)
      gst_ice_src_post_timeout (self, timeout_ms);
  } while (flow == GST_FLOW_CUSTOM_SUCCESS);

  /* The session has posted the error with its reason: GstBaseSrc, seeing one
   * here, would post another that has none. */
  if (flow == GST_FLOW_ERROR)
    flow = GST_FLOW_EOS;
  return flow;
}

/* @list: (out) (transfer full): packets; their caps are downstream when this returns */
static GstFlowReturn
gst_ice_src_take_list (GstIceSrc * self, GstBufferList ** list)
{
  GstFlowReturn flow;

  do {
    g_autoptr (GstCaps) caps = NULL;

    flow = gst_ice_src_receive (self, list, &caps);
    if (flow != GST_FLOW_OK || caps == NULL)
      continue;
    flow = gst_ice_shared_push_set_caps (GST_BASE_SRC (self),
        gst_ice_src_get_receiver (self), caps);
    if (flow != GST_FLOW_OK) {
      g_clear_pointer (list, gst_buffer_list_unref);
      return flow;
    }
    /* Of a peer that has come, nothing goes on from what was before. */
    if (*list != NULL) {
      *list = gst_buffer_list_make_writable (*list);
      GST_BUFFER_FLAG_SET (gst_buffer_list_get_writable (*list, 0),
          GST_BUFFER_FLAG_DISCONT);
    }
  } while (flow == GST_FLOW_OK && *list == NULL);
  return flow;
}

static GstFlowReturn
gst_ice_src_create (GstPushSrc * src, GstBuffer ** buffer)
{
  GstIceSrc *self = GST_ICE_SRC (src);
  GstBufferList *list = NULL;
  GstFlowReturn flow;

  if (self->pusher != NULL)
    return gst_ice_shared_push_take_over (self->pusher);

  flow = gst_ice_src_take_list (self, &list);
  if (flow != GST_FLOW_OK)
    return flow;

  GST_LOG_OBJECT (self, "%u packets", gst_buffer_list_length (list));
  list = gst_ice_src_timestamp (GST_BASE_SRC (self), list);
  if (gst_buffer_list_length (list) == 1) {
    *buffer = gst_buffer_ref (gst_buffer_list_get (list, 0));
    gst_buffer_list_unref (list);
    return GST_FLOW_OK;
  }
  /* GstBaseSrc 1.22 drops what comes while it goes to PAUSED as a buffer. */
  if (!gst_ice_shared_push_may_push (GST_BASE_SRC (self))) {
    gst_buffer_list_unref (list);
    return GST_FLOW_FLUSHING;
  }
  gst_base_src_submit_buffer_list (GST_BASE_SRC (self), list);
  return GST_FLOW_OK;
}

static void
gst_ice_src_finalize (GObject * object)
{
  GstIceSrc *self = GST_ICE_SRC (object);

  gst_ice_element_free (self->ice);
  gst_clear_caps (&self->caps);
  g_free (self->context);

  G_OBJECT_CLASS (gst_ice_src_parent_class)->finalize (object);
}

static void
gst_ice_src_class_init (GstIceSrcClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSrcClass *base_class = GST_BASE_SRC_CLASS (klass);
  GstPushSrcClass *push_class = GST_PUSH_SRC_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->set_property = gst_ice_src_set_property;
  object_class->get_property = gst_ice_src_get_property;
  object_class->finalize = gst_ice_src_finalize;

  gst_ice_element_class_init (object_class, PROP_MEMBER);

  /**
   * GstIceSrc:caps:
   *
   * What RTP to offer or accept, where downstream does not say, or to have less
   * than it could take. Unset, the default: all that downstream takes. The caps of the packets are
   * those of the agreed format that has their payload type, and change with it. Read at
   * READY to PAUSED. If downstream takes none of it, the element posts
   * %GST_CORE_ERROR_NEGOTIATION.
   */
  g_object_class_install_property (object_class, PROP_CAPS,
      g_param_spec_boxed ("caps", "Caps",
          "RTP to offer or accept; unset: what downstream takes",
          GST_TYPE_CAPS, flags | GST_PARAM_MUTABLE_READY));

  /**
   * GstIceSrc:timeout:
   *
   * Milliseconds without a packet after which an element message ice-timeout, with
   * the uint field timeout, is posted; again after the same time, until packets
   * come. 0, the default: never. Takes effect with the next packet.
   */
  g_object_class_install_property (object_class, PROP_TIMEOUT,
      g_param_spec_uint ("timeout", "Timeout",
          "Milliseconds without a packet until a message is posted, 0: never",
          0, G_MAXUINT, DEFAULT_TIMEOUT, flags | GST_PARAM_MUTABLE_PLAYING));

  /**
   * GstIceSrc:context:
   *
   * Elements that name the same context, in the whole process, share one thread
   * that reads their sockets and pushes their packets downstream: for hundreds
   * of them. What blocks one of their pipelines blocks all. Empty, the
   * default: threads of its own. Of elements on one m-line, that for RTP counts.
   * #GstIceSrc:timeout and num-buffers have no effect with a context. Read at NULL
   * to READY.
   */
  g_object_class_install_property (object_class, PROP_CONTEXT,
      g_param_spec_string ("context", "Context",
          "Elements of the same context share threads, empty: its own", "",
          flags | GST_PARAM_MUTABLE_READY));

  /**
   * GstIceSrc:context-wait:
   *
   * Milliseconds that the context's thread lets packets gather before it reads
   * them, 0 to 1000; 0, the default: as they come. It saves most of the cost of
   * many slow streams, and adds up to this to their latency. The first element of a
   * context sets it for all. Read at NULL to READY; without effect if there is no
   * context.
   */
  g_object_class_install_property (object_class, PROP_CONTEXT_WAIT,
      g_param_spec_uint ("context-wait", "Context wait",
          "Milliseconds that packets gather in the context", 0, 1000, 0,
          flags | GST_PARAM_MUTABLE_READY));

  /**
   * GstIceSrc:keep-listening:
   *
   * %TRUE: a listener whose peer says goodbye waits for the next one, and the stream goes
   * on with that: its caps, if they are others, go before its first buffer, which has the
   * flag DISCONT. %FALSE, the default: the stream ends with EOS. Of no effect where this
   * side calls, or an application carries the descriptions. One icesrc with %TRUE is
   * enough for a session. Read at NULL to READY.
   */
  g_object_class_install_property (object_class, PROP_KEEP_LISTENING,
      g_param_spec_boolean ("keep-listening", "Keep listening",
          "Whether a listener waits for the next peer when one has gone",
          DEFAULT_KEEP_LISTENING, flags | GST_PARAM_MUTABLE_READY));

  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "ICE source",
      "Source/Network", "Receives RTP over the path that ICE nominates",
      "The gst-ice authors");
  element_class->change_state = gst_ice_src_change_state;
  element_class->send_event = gst_ice_src_send_event;

  base_class->negotiate = gst_ice_src_negotiate;
  base_class->event = gst_ice_src_event;
  base_class->query = gst_ice_src_query;
  base_class->unlock = gst_ice_src_unlock;
  base_class->unlock_stop = gst_ice_src_unlock_stop;
  push_class->create = gst_ice_src_create;
}

static void
gst_ice_src_init (GstIceSrc * self)
{
  static const GstIceElementEvents events = {
    .make_half = gst_ice_src_make_half,
    .get_stats = gst_ice_src_get_stats,
    .formats = gst_ice_src_on_formats,
    .offered = gst_ice_src_on_offered,
    .silent = gst_ice_src_on_silent,
  };

  self->ice = gst_ice_element_new (GST_ELEMENT (self), PROP_MEMBER,
      GST_ICE_DIRECTION_RECVONLY, &events);

  gst_base_src_set_live (GST_BASE_SRC (self), TRUE);
  gst_base_src_set_format (GST_BASE_SRC (self), GST_FORMAT_TIME);
  gst_base_src_set_do_timestamp (GST_BASE_SRC (self), TRUE);
}
