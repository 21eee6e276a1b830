/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/**
 * SECTION:element-icesink
 * @title: icesink
 * @see_also: icesrc, udpsink
 *
 * Sends RTP or RTCP to a peer over the path that ICE (RFC 8445) nominates. What it
 * offers or answers by SDP comes from its caps, so a payloader before it is all
 * that a pipeline needs. An icesrc in the same pipeline with the same media makes
 * the m-line one that sends and receives, on one path.
 *
 * EOS that is sent to the pipeline while there is no path ends the wait for one, and the
 * stream with it (#GstIceSink:wait-for-connection).
 *
 * Payload types are those of the agreed SDP: where the peer chose others than the
 * payloader, icesink writes them into the packets.
 *
 * Applications that look a sink up by a URI (gst_element_make_from_uri()) find it for
 * "whip://host/path" and "whips://host/path", which it calls by HTTP and HTTPS.
 *
 * ## Example launch lines
 * |[
 * gst-launch-1.0 videotestsrc is-live=true ! vp8enc deadline=1 ! rtpvp8pay ! icesink signalling-uri=http://localhost:8080/cam
 * ]| Calls the one who listens at that URI.
 * |[
 * gst-launch-1.0 audiotestsrc is-live=true ! opusenc ! rtpopuspay ! icesink signalling-uri=http://localhost:8080/cam videotestsrc is-live=true ! vp8enc deadline=1 ! rtpvp8pay ! icesink
 * ]| Audio and video in one call: the two share the session of the pipeline.
 */

#include "config.h"

#include "gsticesink.h"

#include "gsticecname.h"
#include "gsticeconfig.h"
#include "gsticeconsumersignals.h"
#include "gsticeformats.h"
#include "gsticeelement.h"
#include "gsticeelementclass.h"
#include "gsticemessage.h"
#include "gsticepipeline.h"
#include "gsticerelay.h"
#include "gsticesender.h"
#include "gsticestats.h"
#include "gsticeuri.h"
#include "gsticeupstream.h"

GST_DEBUG_CATEGORY_STATIC (gst_ice_sink_debug);
#define GST_CAT_DEFAULT gst_ice_sink_debug

#define DEFAULT_WAIT_FOR_CONNECTION TRUE
#define DEFAULT_KEYFRAME_INTERVAL 500

enum
{
  PROP_0,
  PROP_WAIT_FOR_CONNECTION,
  PROP_FORMATS,
  PROP_KEYFRAME_INTERVAL,
  PROP_PACING_RATE,
  PROP_MAX_CONSUMERS,
  PROP_SERVE_PAGE,
  PROP_MEMBER
};

struct _GstIceSink
{
  GstBaseSink parent;

  /* Set at construction; have their own locking. */
  GstIceElement *ice;
  GstIceUpstream *upstream;

  gint wait_for_connection;     /* atomic */
  gint relays;                  /* atomic: what it sends comes from an icesrc */

  /* Protected by the object lock. */
  GstCaps *formats;             /* the property, NULL: none */
  guint64 pacing_rate;          /* the property; the sender has a copy */

  /* State changes only. */
  gboolean async_off;           /* we set "async" to FALSE */
  gboolean started;             /* from READY to PAUSED, and not yet back */

  /* How unlock() gets hold of a streaming thread that waits for a path. */
  GMutex wait_lock;
  GCond wait_cond;
  gboolean waiting;             /* protected by wait_lock, as the next */
  gboolean unlocked;
};

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("application/x-rtp; application/x-rtcp; "
        "application/x-srtp; application/x-srtcp"));

G_DEFINE_TYPE_WITH_CODE (GstIceSink, gst_ice_sink, GST_TYPE_BASE_SINK,
    G_IMPLEMENT_INTERFACE (GST_TYPE_URI_HANDLER, gst_ice_uri_init_sink);
    GST_DEBUG_CATEGORY_INIT (gst_ice_sink_debug, "icesink", 0, "ICE sink"));
GST_ELEMENT_REGISTER_DEFINE (icesink, "icesink", GST_RANK_NONE,
    GST_TYPE_ICE_SINK);

static GstIceSender *
gst_ice_sink_get_sender (GstIceSink * self)
{
  return GST_ICE_SENDER (gst_ice_element_get_half (self->ice));
}

static void
gst_ice_sink_set_pacing_rate (GstIceSink * self, guint64 rate)
{
  g_autoptr (GObject) sender = gst_ice_element_dup_half (self->ice);

  GST_OBJECT_LOCK (self);
  self->pacing_rate = rate;
  GST_OBJECT_UNLOCK (self);
  if (sender != NULL)
    gst_ice_sender_set_pacing_rate (GST_ICE_SENDER (sender), rate);
}

static void
gst_ice_sink_set_property (GObject * object, guint id, const GValue * value,
    GParamSpec * pspec)
{
  GstIceSink *self = GST_ICE_SINK (object);

  switch (id) {
    case PROP_WAIT_FOR_CONNECTION:
      g_atomic_int_set (&self->wait_for_connection,
          g_value_get_boolean (value));
      break;
    case PROP_FORMATS:
      GST_OBJECT_LOCK (self);
      gst_caps_replace (&self->formats, (GstCaps *) gst_value_get_caps (value));
      GST_OBJECT_UNLOCK (self);
      break;
    case PROP_KEYFRAME_INTERVAL:
      gst_ice_upstream_set_interval (self->upstream, g_value_get_uint (value));
      break;
    case PROP_PACING_RATE:
      gst_ice_sink_set_pacing_rate (self, g_value_get_uint64 (value));
      break;
    default:
      gst_ice_element_set_property (self->ice, id, value, pspec);
      break;
  }
}

static void
gst_ice_sink_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  GstIceSink *self = GST_ICE_SINK (object);

  switch (id) {
    case PROP_WAIT_FOR_CONNECTION:
      g_value_set_boolean (value,
          g_atomic_int_get (&self->wait_for_connection));
      break;
    case PROP_FORMATS:
      GST_OBJECT_LOCK (self);
      gst_value_set_caps (value, self->formats);
      GST_OBJECT_UNLOCK (self);
      break;
    case PROP_KEYFRAME_INTERVAL:
      g_value_set_uint (value, gst_ice_upstream_get_interval (self->upstream));
      break;
    case PROP_PACING_RATE:
      GST_OBJECT_LOCK (self);
      g_value_set_uint64 (value, self->pacing_rate);
      GST_OBJECT_UNLOCK (self);
      break;
    default:
      gst_ice_element_get_property (self->ice, id, value, pspec);
      break;
  }
}

static GObject *
gst_ice_sink_make_half (GstElement * element)
{
  GstIceSender *sender = gst_ice_sender_new ();
  guint64 rate;

  GST_OBJECT_LOCK (element);
  rate = GST_ICE_SINK (element)->pacing_rate;
  GST_OBJECT_UNLOCK (element);
  gst_ice_sender_set_pacing_rate (sender, rate);
  gst_ice_sender_set_element (sender, element);
  gst_ice_upstream_set_requests (GST_ICE_SINK (element)->upstream,
      gst_ice_sender_get_requests (sender));
  return G_OBJECT (sender);
}

static GstStructure *
gst_ice_sink_get_stats (GObject * half)
{
  return gst_ice_stats_from_sender (GST_ICE_SENDER (half));
}

/* Session thread. A consumer may take another medium only: the stream begins for all. */
static void
gst_ice_sink_on_consumer (GstElement * element, const GstIceNotice * notice)
{
  g_autoptr (GObject) half =
      gst_ice_element_dup_half (GST_ICE_SINK (element)->ice);

  if (notice->type == GST_ICE_NOTICE_CONSUMER_ADDED && half != NULL)
    gst_ice_sender_begin (GST_ICE_SENDER (half));
  gst_ice_consumer_signals_emit (element, notice);
}

/* Session thread. */
static void
gst_ice_sink_on_formats (GstElement * element, GObject * half,
    GstCaps * formats)
{
  GstIceSink *self = GST_ICE_SINK (element);

  GST_INFO_OBJECT (self, "agreed on %" GST_PTR_FORMAT, formats);
}

/* @caps: (transfer none): of the pad
 * Returns: (transfer full): what to negotiate: @caps, with what is known of upstream, and the
 *     property's */
static GstCaps *
gst_ice_sink_add_formats (GstIceSink * self, GstCaps * caps)
{
  GstPad *pad = GST_BASE_SINK_PAD (self);
  g_autoptr (GstCaps) sent = gst_ice_cname_add (caps, pad);
  g_autoptr (GstCaps) more = NULL;
  /* What is passed on is what the next publisher sends. */
  gboolean open = g_atomic_int_get (&self->relays);

  /* RFC 4585, 6.2.1: a promise to act on a NACK. */
  if (gst_ice_upstream_resends (pad)) {
    sent = gst_caps_make_writable (sent);
    gst_caps_set_simple (sent, "rtcp-fb-nack", G_TYPE_BOOLEAN, TRUE, NULL);
  }

  GST_OBJECT_LOCK (self);
  if (self->formats != NULL) {
    more = gst_ice_formats_fixate (self->formats);
    open |= gst_ice_formats_are_open (self->formats);
  }
  GST_OBJECT_UNLOCK (self);

  if (more != NULL)
    gst_caps_take (&sent, gst_ice_formats_join (sent, more));
  return open ? gst_ice_formats_open (sent, gst_ice_formats_get_kind (caps)) :
      g_steal_pointer (&sent);
}

/* @caps: (nullable): what comes from upstream */
static void
gst_ice_sink_set_written (GstIceSink * self, GstCaps * caps)
{
  g_autoptr (GstCaps) more = NULL;

  GST_OBJECT_LOCK (self);
  if (self->formats != NULL)
    more = gst_caps_ref (self->formats);
  GST_OBJECT_UNLOCK (self);
  gst_ice_sender_set_written (gst_ice_sink_get_sender (self), caps, more);
}

/* Caps, and the property "formats", say what to negotiate: later ones again, if the peer does
 * not know of them yet. */
static gboolean
gst_ice_sink_set_caps (GstBaseSink * sink, GstCaps * caps)
{
  GstIceSink *self = GST_ICE_SINK (sink);
  g_autoptr (GstCaps) formats = gst_ice_formats_fixate (caps);
  g_autoptr (GstCaps) negotiated = NULL;

  if (gst_ice_element_get_component (self->ice) == GST_ICE_COMPONENT_RTCP)
    return TRUE;

  if (formats == NULL) {
    GST_WARNING_OBJECT (self, "the caps are %" GST_PTR_FORMAT, caps);
    gst_ice_message_error (GST_ELEMENT (self), GST_ICE_ERROR_BAD_DESCRIPTION,
        "%s can't tell from its caps which RTP it gets; put a payloader, or a "
        "capsfilter with media, encoding-name, clock-rate and payload, before "
        "it.", GST_OBJECT_NAME (self));
    return FALSE;
  }

  gst_ice_sink_set_written (self, caps);
  g_atomic_int_set (&self->relays, gst_ice_relay_is_fed (sink->sinkpad));
  gst_ice_sender_set_session (gst_ice_sink_get_sender (self),
      gst_ice_upstream_has_session (sink->sinkpad));
  negotiated = gst_ice_sink_add_formats (self, caps);
  gst_ice_element_set_ready (self->ice, gst_ice_formats_get_kind (caps),
      negotiated);
  return TRUE;
}

/* The session has posted its error before a sender fails: a source upstream that
 * saw an error too would post another, which has no reason. */
static GstFlowReturn
to_quiet_flow (GstFlowReturn flow)
{
  return flow == GST_FLOW_ERROR ? GST_FLOW_FLUSHING : flow;
}

/* What a peer has sent would be old when it leaves: it does not wait. */
static gboolean
gst_ice_sink_waits (GstIceSink * self)
{
  return g_atomic_int_get (&self->wait_for_connection)
      && !g_atomic_int_get (&self->relays);
}

/* With the preroll lock. Waits for a path without it, so that the state can be
 * changed meanwhile. unlock() does not return before the lock is held again: from
 * there on all is as if it had been held throughout, as GstBaseSink expects. */
static GstFlowReturn
gst_ice_sink_wait_route_once (GstIceSink * self)
{
  GstFlowReturn flow;
  gboolean unlocked;

  g_mutex_lock (&self->wait_lock);
  unlocked = self->unlocked;
  self->waiting = !unlocked;
  g_mutex_unlock (&self->wait_lock);
  if (unlocked)
    return GST_FLOW_FLUSHING;

  GST_BASE_SINK_PREROLL_UNLOCK (self);
  flow = gst_ice_sender_wait_route (gst_ice_sink_get_sender (self));
  GST_BASE_SINK_PREROLL_LOCK (self);

  g_mutex_lock (&self->wait_lock);
  self->waiting = FALSE;
  g_cond_broadcast (&self->wait_cond);
  g_mutex_unlock (&self->wait_lock);
  return flow;
}

/* With the preroll lock, until there is a path, as often as that is interrupted. */
static GstFlowReturn
gst_ice_sink_wait_route (GstIceSink * self)
{
  GstFlowReturn flow;

  if (!gst_ice_sink_waits (self) ||
      gst_ice_sender_has_route (gst_ice_sink_get_sender (self)))
    return GST_FLOW_OK;

  do {
    flow = gst_ice_sink_wait_route_once (self);
  } while (flow == GST_FLOW_FLUSHING &&
      (flow = gst_base_sink_wait_preroll (GST_BASE_SINK (self))) ==
      GST_FLOW_OK);
  return flow;
}

/* The state change stays asynchronous as long as this waits, also if it waits again after
 * a flush, and fails if this does: the end of the call is for render() to find. */
static GstFlowReturn
gst_ice_sink_preroll (GstBaseSink * sink, GstBuffer * buffer)
{
  GstIceSink *self = GST_ICE_SINK (sink);
  GstFlowReturn flow = gst_ice_sink_waits (self) ?
      gst_ice_sink_wait_route_once (self) : GST_FLOW_OK;

  if (flow == GST_FLOW_ERROR)
    return to_quiet_flow (flow);
  /* A flush is no first packet; GstBaseSink commits the state of playing_async, and sets that
   * again when it has flushed. Who flushes by a seek holds this element's state lock and
   * wants the pipeline's, and a state that is committed has another thread want the two the
   * other way about. */
  if (flow == GST_FLOW_FLUSHING && GST_PAD_IS_FLUSHING (sink->sinkpad))
    sink->playing_async = FALSE;
  /* Who sent EOS holds the pipeline's state lock until the source's thread is back, and
   * without that lock the pipeline does not go to PLAYING: that is not waited for. */
  if (flow == GST_FLOW_EOS)
    sink->need_preroll = FALSE;
  return GST_FLOW_OK;
}

static GstFlowReturn
gst_ice_sink_render_list (GstBaseSink * sink, GstBufferList * list)
{
  GstIceSink *self = GST_ICE_SINK (sink);
  GstFlowReturn flow = gst_ice_sink_wait_route (self);

  if (flow == GST_FLOW_OK)
    flow = gst_ice_sender_send_list (gst_ice_sink_get_sender (self), list);
  return to_quiet_flow (flow);
}

static GstFlowReturn
gst_ice_sink_render (GstBaseSink * sink, GstBuffer * packet)
{
  GstIceSink *self = GST_ICE_SINK (sink);
  GstFlowReturn flow = gst_ice_sink_wait_route (self);

  if (flow == GST_FLOW_OK)
    flow = gst_ice_sender_send_packet (gst_ice_sink_get_sender (self), packet);
  return to_quiet_flow (flow);
}

static gboolean
gst_ice_sink_query (GstBaseSink * sink, GstQuery * query)
{
  g_autofree gchar *name =
      gst_ice_element_dup_joined_name (GST_ICE_SINK (sink)->ice);

  return gst_ice_relay_answer_sink (query, name)
      || GST_BASE_SINK_CLASS (gst_ice_sink_parent_class)->query (sink, query);
}

static gboolean
gst_ice_sink_event (GstBaseSink * sink, GstEvent * event)
{
  const GstSegment *segment;

  if (GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT) {
    gst_event_parse_segment (event, &segment);
    gst_ice_sender_set_segment (gst_ice_sink_get_sender (GST_ICE_SINK (sink)),
        segment);
  }
  return GST_BASE_SINK_CLASS (gst_ice_sink_parent_class)->event (sink, event);
}

/* Also in state NULL, in which an application may send any event. */
static void
gst_ice_sink_set_flushing (GstIceSink * self, gboolean flushing)
{
  g_autoptr (GObject) half = gst_ice_element_dup_half (self->ice);

  if (half != NULL)
    gst_ice_sender_set_flushing (GST_ICE_SENDER (half), flushing);
}

/* EOS that an application sends to the pipeline comes here too, as the flag says that the
 * element is a source, and here first: a bin begins with what was added last. The source
 * whose thread waits in render() for a path can't take it before the wait is over.
 * Returns: whether a wait ends by it */
static gboolean
gst_ice_sink_end_wait (GstIceSink * self)
{
  g_autoptr (GObject) half = gst_ice_element_dup_half (self->ice);

  if (half == NULL || !gst_ice_sink_waits (self) ||
      gst_ice_sender_has_route (GST_ICE_SENDER (half)))
    return FALSE;

  GST_INFO_OBJECT (self, "EOS: a path is not waited for any more");
  gst_ice_sender_set_patient (GST_ICE_SENDER (half), FALSE);
  return TRUE;
}

static gboolean
gst_ice_sink_send_event (GstElement * element, GstEvent * event)
{
  GstIceSink *self = GST_ICE_SINK (element);
  gboolean taken = FALSE;

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_EOS:
      taken = gst_ice_sink_end_wait (self);
      break;
    case GST_EVENT_FLUSH_START:
    case GST_EVENT_FLUSH_STOP:
      /* Those of a pipeline come from its sources. */
      break;
    default:
      /* GstBaseSink sends upstream what can go there, and latency and steps are its own. */
      if (GST_EVENT_IS_UPSTREAM (event) || GST_EVENT_TYPE (event) ==
          GST_EVENT_LATENCY)
        return GST_ELEMENT_CLASS (gst_ice_sink_parent_class)->send_event
            (element, event);
      break;
  }
  gst_event_unref (event);
  return taken;
}

static gboolean
gst_ice_sink_unlock (GstBaseSink * sink)
{
  GstIceSink *self = GST_ICE_SINK (sink);

  g_mutex_lock (&self->wait_lock);
  self->unlocked = TRUE;
  g_mutex_unlock (&self->wait_lock);

  gst_ice_sink_set_flushing (self, TRUE);

  g_mutex_lock (&self->wait_lock);
  while (self->waiting)
    g_cond_wait (&self->wait_cond, &self->wait_lock);
  g_mutex_unlock (&self->wait_lock);
  return TRUE;
}

static gboolean
gst_ice_sink_unlock_stop (GstBaseSink * sink)
{
  GstIceSink *self = GST_ICE_SINK (sink);

  gst_ice_sink_set_flushing (self, FALSE);

  g_mutex_lock (&self->wait_lock);
  self->unlocked = FALSE;
  g_mutex_unlock (&self->wait_lock);
  return TRUE;
}

/* A pipeline with an icesrc is live and does not wait for a first buffer anyway;
 * but all its sinks would: this one for those that show what the peer sends, which
 * has the same and sends nothing before. RTCP comes in PLAYING only. */
static void
gst_ice_sink_choose_async (GstIceSink * self)
{
  GstBaseSink *sink = GST_BASE_SINK (self);

  self->async_off = gst_base_sink_is_async_enabled (sink) &&
      (gst_ice_element_get_component (self->ice) ==
      GST_ICE_COMPONENT_RTCP
      || gst_ice_pipeline_has (GST_ELEMENT (self), "icesrc"));
  if (self->async_off)
    gst_base_sink_set_async_enabled (sink, FALSE);
}

/* After a preroll that failed, GStreamer goes from READY to NULL at once; but only
 * from PAUSED to READY does GstBaseSink of 1.22 let go of its caps. */
static GstStateChangeReturn
gst_ice_sink_change_state (GstElement * element, GstStateChange transition)
{
  GstIceSink *self = GST_ICE_SINK (element);
  GstStateChangeReturn ret;

  switch (transition) {
    case GST_STATE_CHANGE_NULL_TO_READY:
      if (!gst_ice_element_join (self->ice))
        return GST_STATE_CHANGE_FAILURE;
      break;
    case GST_STATE_CHANGE_READY_TO_PAUSED:
      self->started = TRUE;
      gst_ice_sender_set_patient (gst_ice_sink_get_sender (self), TRUE);
      gst_ice_sink_choose_async (self);
      gst_ice_element_begin (self->ice);
      /* RTCP is the same for all formats: no caps to wait for. */
      if (gst_ice_element_get_component (self->ice) == GST_ICE_COMPONENT_RTCP)
        gst_ice_element_set_ready (self->ice, GST_ICE_MEDIA_UNSET, NULL);
      break;
    case GST_STATE_CHANGE_READY_TO_NULL:
      if (self->started)
        gst_ice_sink_change_state (element, GST_STATE_CHANGE_PAUSED_TO_READY);
      break;
    default:
      break;
  }

  ret = GST_ELEMENT_CLASS (gst_ice_sink_parent_class)->change_state (element,
      transition);

  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY) {
    self->started = FALSE;
    if (self->async_off)
      gst_base_sink_set_async_enabled (GST_BASE_SINK (self), TRUE);
  }
  if ((transition == GST_STATE_CHANGE_NULL_TO_READY &&
          ret == GST_STATE_CHANGE_FAILURE) ||
      transition == GST_STATE_CHANGE_READY_TO_NULL)
    gst_ice_element_leave (self->ice);
  return ret;
}

static void
gst_ice_sink_finalize (GObject * object)
{
  GstIceSink *self = GST_ICE_SINK (object);

  gst_ice_element_free (self->ice);
  gst_ice_upstream_free (self->upstream);
  gst_clear_caps (&self->formats);
  g_cond_clear (&self->wait_cond);
  g_mutex_clear (&self->wait_lock);
  G_OBJECT_CLASS (gst_ice_sink_parent_class)->finalize (object);
}

static void
gst_ice_sink_class_init (GstIceSinkClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSinkClass *base_class = GST_BASE_SINK_CLASS (klass);

  object_class->set_property = gst_ice_sink_set_property;
  object_class->get_property = gst_ice_sink_get_property;
  object_class->finalize = gst_ice_sink_finalize;

  gst_ice_element_class_init (object_class, PROP_MEMBER);

  /**
   * GstIceSink:wait-for-connection:
   *
   * %TRUE, the default: the first buffer waits until there is a path, and the
   * change to PAUSED with it, so that nothing of a file is lost. %FALSE: what comes
   * before is dropped and counted (packets-discarded-on-send in
   * #GstIceSrc:stats). Takes effect at once. In a pipeline with an icesrc, which is live, the first
   * buffer waits too, but the state change does not.
   */
  g_object_class_install_property (object_class, PROP_WAIT_FOR_CONNECTION,
      g_param_spec_boolean ("wait-for-connection", "Wait for connection",
          "Whether the first buffer waits for a path, or is dropped",
          DEFAULT_WAIT_FOR_CONNECTION, G_PARAM_READWRITE |
          G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING));

  /**
   * GstIceSink:formats:
   *
   * RTP formats that the stream may change to, besides that of its first caps, each with
   * media, encoding-name, clock-rate and payload: telephone-event (RFC 4733) of an
   * rtpdtmfmux, for one. They are offered, and answered, together with the first; %NULL,
   * the default: none. Telephone events that the peer does not take are dropped.
   * "application/x-rtp,media=video" stands for all of that medium: an answer has all that the
   * peer offers, an offer nothing more; so it is by itself where the packets come from an
   * icesrc. Where several watch, the call of who has not agreed on a later format ends. Read
   * when caps come.
   */
  g_object_class_install_property (object_class, PROP_FORMATS,
      g_param_spec_boxed ("formats", "Formats",
          "RTP formats that the stream may change to, besides its first",
          GST_TYPE_CAPS, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
          GST_PARAM_MUTABLE_READY));

  /**
   * GstIceSink:keyframe-interval:
   *
   * Milliseconds from one GstForceKeyUnit event to the next, at least; default 500; 0: each
   * wish is passed on. An encoder upstream is asked for a key unit when the peer asks by
   * PLI (RFC 4585, 6.3.1) or FIR (RFC 5104, 4.3.1), also where no icesrc takes RTCP, and
   * when a peer comes, or is back, in the midst of the stream. What is asked for within
   * that time is asked upstream once, when it is over. An rtpbin right before that gets
   * the RTCP passes on PLI and FIR by itself. Takes effect at once.
   */
  g_object_class_install_property (object_class, PROP_KEYFRAME_INTERVAL,
      g_param_spec_uint ("keyframe-interval", "Keyframe interval",
          "Milliseconds between two wishes of peers for a key unit that are passed "
          "upstream, at least", 0, G_MAXUINT, DEFAULT_KEYFRAME_INTERVAL,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
          GST_PARAM_MUTABLE_PLAYING));

  /**
   * GstIceSink:pacing-rate:
   *
   * Bits a second that one peer is sent at most, 0 to 2^64-1; 0, the default: packets leave as
   * they come. A key frame then leaves in bursts of at most 1 ms of the rate, or one packet if
   * that is larger, so that it does not overflow the queue of a device on its way. Counted are
   * the packets with SRTP's part, not the headers of UDP and IP. Set it to twice the bit rate of
   * the stream or more: of what does not leave in time, more than 256 KiB for one of several
   * viewers are dropped up to the next key frame, and counted; a single peer's stream waits.
   * Several viewers are then sent to by one more thread of the process. For a single peer a new
   * value holds at once, for viewers it holds for those who come later.
   */
  g_object_class_install_property (object_class, PROP_PACING_RATE,
      g_param_spec_uint64 ("pacing-rate", "Pacing rate",
          "Bits a second that one peer is sent at most, 0: no limit", 0,
          G_MAXUINT64, 0, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
          GST_PARAM_MUTABLE_PLAYING));

  /**
   * GstIceSink:max-consumers:
   *
   * How many peers a listener at http: or https:, or the producer of a room at ws: or wss:,
   * serves at once: each that comes is sent the same stream, by keys, payload types and
   * header extensions of its own. Further ones get 503 with Retry-After, in a room
   * endSession. 0: no limit. 1: one peer, which the first buffer waits for again after its
   * path is lost, and whose goodbye is EOS. Without effect where the session calls, has no
   * signalling-uri, or has an icesrc that takes media: such a session has one peer. Default
   * 64, one for the whole session, read at NULL to READY.
   */
  gst_ice_config_install_property (object_class, PROP_MAX_CONSUMERS,
      "max-consumers");
  gst_ice_consumer_signals_install (G_TYPE_FROM_CLASS (klass));

  /**
   * GstIceSink:serve-page:
   *
   * Whether a listener at http: or https: answers a browser that opens its address with a
   * page that plays picture and sound, and tells state, size and loss. The page asks
   * nobody but the listener; where auth-token is set, its users open the address
   * with the token behind it: http://host:8080/cam#token=secret. Away from localhost
   * browsers want https: (tls-certificate-file). Default FALSE, one for the whole session,
   * read at NULL to READY.
   */
  gst_ice_config_install_property (object_class, PROP_SERVE_PAGE, "serve-page");

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_set_static_metadata (element_class, "ICE sink",
      "Sink/Network", "Sends RTP over the path that ICE nominates",
      "The gst-ice authors");
  element_class->change_state = gst_ice_sink_change_state;
  element_class->send_event = gst_ice_sink_send_event;

  base_class->set_caps = gst_ice_sink_set_caps;
  base_class->event = gst_ice_sink_event;
  base_class->query = gst_ice_sink_query;
  base_class->preroll = gst_ice_sink_preroll;
  base_class->render = gst_ice_sink_render;
  base_class->render_list = gst_ice_sink_render_list;
  base_class->unlock = gst_ice_sink_unlock;
  base_class->unlock_stop = gst_ice_sink_unlock_stop;
}

static void
gst_ice_sink_init (GstIceSink * self)
{
  static const GstIceElementEvents events = {
    gst_ice_sink_make_half, gst_ice_sink_get_stats,
    gst_ice_sink_on_formats, gst_ice_sink_on_consumer
  };

  self->wait_for_connection = DEFAULT_WAIT_FOR_CONNECTION;
  self->upstream = gst_ice_upstream_new (GST_BASE_SINK_PAD (self));
  gst_ice_upstream_set_interval (self->upstream, DEFAULT_KEYFRAME_INTERVAL);
  g_mutex_init (&self->wait_lock);
  g_cond_init (&self->wait_cond);
  self->ice = gst_ice_element_new (GST_ELEMENT (self), PROP_MEMBER,
      GST_ICE_DIRECTION_SENDONLY, &events);

  /* For gst_ice_sink_send_event(). */
  GST_OBJECT_FLAG_SET (self, GST_ELEMENT_FLAG_SOURCE);

  /* A buffer kept for "last-sample" would not go back to its pool. */
  gst_base_sink_set_last_sample_enabled (GST_BASE_SINK (self), FALSE);
}
