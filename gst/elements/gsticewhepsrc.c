/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/**
 * SECTION:element-icewhepsrc
 * @title: icewhepsrc
 * @see_also: icesrc, playbin
 *
 * Plays from a WHEP server: the source that playbin, uridecodebin and gst-play-1.0 find
 * for URIs of "whep://host/path" (by HTTP) and "wheps://host/path" (by HTTPS). It asks for
 * audio and video, in all formats that this machine has a depayloader and a decoder for,
 * and has a pad with RTP for each of the two that comes.
 *
 * It is a bin with two icesrc, called audio and video, which share a session; what is set at
 * one of them counts for both. In a handler of "source-setup":
 * gst_child_proxy_set (source, "video::auth-token", token, NULL). Before each pad stands an
 * rtpjitterbuffer, where there is that element.
 *
 * ## Example launch lines
 * |[
 * gst-launch-1.0 playbin uri=whep://localhost:8080/cam
 * ]| Plays what an icesink has that listens at http://localhost:8080/cam.
 */

#include "config.h"

#include "gsticewhepsrc.h"

#include "gsticesrc.h"
#include "gsticetypes.h"
#include "gsticeuri.h"

GST_DEBUG_CATEGORY_STATIC (gst_ice_whep_src_debug);
#define GST_CAT_DEFAULT gst_ice_whep_src_debug

#define DEFAULT_LATENCY_MS 200
/* How long a medium may come after the first, before an application is told that there are
 * no more. */
#define OTHER_MEDIUM_TIMEOUT (2 * GST_SECOND)

enum
{
  PROP_0,
  PROP_URI,
  PROP_LATENCY
};

enum
{
  AUDIO,
  VIDEO,
  N_MEDIA
};

static const gchar *const media_names[N_MEDIA] = { "audio", "video" };

typedef struct
{
  GstElement *src;              /* set at construction, as the next; the bin owns them */
  GstElement *jitterbuffer;     /* NULL: there is no such element */

  /* Protected by the object lock. */
  GstPad *pad;                  /* NULL: nothing has come yet */
  gboolean is_refused;
} Medium;

struct _GstIceWhepSrc
{
  GstBin parent;

  Medium media[N_MEDIA];

  /* Protected by the object lock. */
  GstClockID timer;             /* from the first pad on, NULL before */
  gboolean is_complete;         /* "no-more-pads" was emitted */
};

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("%s",
    GST_PAD_SRC, GST_PAD_SOMETIMES, GST_STATIC_CAPS ("application/x-rtp"));

static void gst_ice_whep_src_init_uri (gpointer iface, gpointer data);

G_DEFINE_TYPE_WITH_CODE (GstIceWhepSrc, gst_ice_whep_src, GST_TYPE_BIN,
    G_IMPLEMENT_INTERFACE (GST_TYPE_URI_HANDLER, gst_ice_whep_src_init_uri);
    GST_DEBUG_CATEGORY_INIT (gst_ice_whep_src_debug, "icewhepsrc", 0,
        "WHEP source"));
GST_ELEMENT_REGISTER_DEFINE (icewhepsrc, "icewhepsrc", GST_RANK_PRIMARY,
    GST_TYPE_ICE_WHEP_SRC);

/* What may be asked for, the best first. A decoder is looked for by the second caps. */
typedef struct
{
  gint medium;
  const gchar *rtp;
  const gchar *stream;
} Format;

static const Format formats[] = {
  {AUDIO, "application/x-rtp,media=audio,encoding-name=OPUS,clock-rate=48000,"
        "payload=111", "audio/x-opus,channel-mapping-family=0"},
  {AUDIO, "application/x-rtp,media=audio,encoding-name=PCMU,clock-rate=8000,"
        "payload=0", "audio/x-mulaw,rate=8000,channels=1"},
  {AUDIO, "application/x-rtp,media=audio,encoding-name=PCMA,clock-rate=8000,"
        "payload=8", "audio/x-alaw,rate=8000,channels=1"},
  {VIDEO, "application/x-rtp,media=video,encoding-name=VP8,clock-rate=90000,"
        "payload=96", "video/x-vp8"},
  {VIDEO, "application/x-rtp,media=video,encoding-name=H264,clock-rate=90000,"
        "payload=102", "video/x-h264"},
  {VIDEO, "application/x-rtp,media=video,encoding-name=VP9,clock-rate=90000,"
        "payload=98", "video/x-vp9"},
  {VIDEO, "application/x-rtp,media=video,encoding-name=H265,clock-rate=90000,"
        "payload=104", "video/x-h265"},
  {VIDEO, "application/x-rtp,media=video,encoding-name=AV1,clock-rate=90000,"
        "payload=45", "video/x-av1"},
};

static gboolean
there_is_one (GstElementFactoryListType type, const gchar * text)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);
  GList *all = gst_element_factory_list_get_elements (type, GST_RANK_MARGINAL);
  GList *fitting = gst_element_factory_list_filter (all, caps, GST_PAD_SINK,
      FALSE);
  gboolean there_is = fitting != NULL;

  gst_plugin_feature_list_free (fitting);
  gst_plugin_feature_list_free (all);
  return there_is;
}

/* Returns: (transfer full): what this machine can play of @medium; all, if it can play none:
 *     then the application has its own way */
static GstCaps *
get_formats (gint medium)
{
  GstCaps *playable = gst_caps_new_empty ();
  GstCaps *all = gst_caps_new_empty ();

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    if (formats[i].medium != medium)
      continue;
    gst_caps_append (all, gst_caps_from_string (formats[i].rtp));
    if (there_is_one (GST_ELEMENT_FACTORY_TYPE_DEPAYLOADER, formats[i].rtp) &&
        there_is_one (GST_ELEMENT_FACTORY_TYPE_DECODER, formats[i].stream))
      gst_caps_append (playable, gst_caps_from_string (formats[i].rtp));
  }
  if (gst_caps_is_empty (playable))
    gst_caps_replace (&playable, all);
  gst_caps_unref (all);
  return playable;
}

static void
emit_no_more_pads (GstElement * element, gpointer data)
{
  gst_element_no_more_pads (element);
}

/* Returns: whether nothing else will come: to be told, without the lock */
static gboolean
gst_ice_whep_src_complete_locked (GstIceWhepSrc * self, gboolean timed_out)
{
  gboolean has_pad = FALSE, misses_one = FALSE;

  for (guint i = 0; i < N_MEDIA; i++) {
    has_pad = has_pad || self->media[i].pad != NULL;
    misses_one = misses_one || (self->media[i].pad == NULL
        && !self->media[i].is_refused);
  }
  if (self->is_complete || !has_pad || (misses_one && !timed_out))
    return FALSE;
  self->is_complete = TRUE;
  return TRUE;
}

/* GstClockCallback, on the clock's thread. */
static gboolean
on_timer (GstClock * clock, GstClockTime time, GstClockID id, gpointer data)
{
  g_autoptr (GstIceWhepSrc) self = g_weak_ref_get (data);
  gboolean is_complete;

  if (self == NULL)
    return TRUE;
  GST_OBJECT_LOCK (self);
  is_complete = self->timer == id
      && gst_ice_whep_src_complete_locked (self, TRUE);
  GST_OBJECT_UNLOCK (self);
  /* Handlers may change states: not on a thread that all clocks of the process share. */
  if (is_complete)
    gst_element_call_async (GST_ELEMENT (self), emit_no_more_pads, NULL, NULL);
  return TRUE;
}

static void
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

static void
gst_ice_whep_src_start_timer (GstIceWhepSrc * self)
{
  g_autoptr (GstClock) clock = gst_system_clock_obtain ();
  GstClockID timer = gst_clock_new_single_shot_id (clock,
      gst_clock_get_time (clock) + OTHER_MEDIUM_TIMEOUT);
  GWeakRef *ref = g_new0 (GWeakRef, 1);

  g_weak_ref_init (ref, self);
  GST_OBJECT_LOCK (self);
  self->timer = gst_clock_id_ref (timer);
  GST_OBJECT_UNLOCK (self);
  gst_clock_id_wait_async (timer, on_timer, ref, weak_ref_free);
  gst_clock_id_unref (timer);
}

static gboolean
gst_ice_whep_src_has_pad (GstIceWhepSrc * self, const Medium * medium)
{
  gboolean has_pad;

  GST_OBJECT_LOCK (self);
  has_pad = medium->pad != NULL;
  GST_OBJECT_UNLOCK (self);
  return has_pad;
}

/* Streaming thread. Shows the pad of a medium as soon as its caps are known, before its first
 * packet. */
static GstPadProbeReturn
on_event (GstPad * target, GstPadProbeInfo * info, gpointer data)
{
  Medium *medium = data;
  g_autoptr (GstElement) parent = NULL;
  g_autoptr (GstPadTemplate) template = NULL;
  GstIceWhepSrc *self;
  GstPad *pad;
  gboolean is_first, is_complete;

  parent = GST_ELEMENT (gst_object_get_parent (GST_OBJECT (medium->src)));
  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) != GST_EVENT_CAPS ||
      parent == NULL || gst_ice_whep_src_has_pad (GST_ICE_WHEP_SRC (parent),
          medium))
    return GST_PAD_PROBE_OK;

  self = GST_ICE_WHEP_SRC (parent);
  template = gst_static_pad_template_get (&src_template);
  pad = gst_ghost_pad_new_from_template (GST_OBJECT_NAME (medium->src), target,
      template);
  gst_pad_set_active (pad, TRUE);
  gst_element_add_pad (parent, pad);

  GST_OBJECT_LOCK (self);
  medium->pad = pad;
  is_first = self->timer == NULL;
  is_complete = gst_ice_whep_src_complete_locked (self, FALSE);
  GST_OBJECT_UNLOCK (self);

  if (is_complete)
    gst_element_no_more_pads (parent);
  else if (is_first)
    gst_ice_whep_src_start_timer (self);
  return GST_PAD_PROBE_OK;
}

static void
gst_ice_whep_src_start (GstIceWhepSrc * self)
{
  for (guint i = 0; i < N_MEDIA; i++) {
    g_autoptr (GstCaps) caps = get_formats (i);

    GST_DEBUG_OBJECT (self, "%s: asks for %" GST_PTR_FORMAT, media_names[i],
        caps);
    g_object_set (self->media[i].src, "caps", caps, NULL);
  }
}

static void
gst_ice_whep_src_stop (GstIceWhepSrc * self)
{
  GstPad *pads[N_MEDIA];
  GstClockID timer;

  GST_OBJECT_LOCK (self);
  timer = g_steal_pointer (&self->timer);
  self->is_complete = FALSE;
  for (guint i = 0; i < N_MEDIA; i++) {
    pads[i] = g_steal_pointer (&self->media[i].pad);
    self->media[i].is_refused = FALSE;
  }
  GST_OBJECT_UNLOCK (self);

  if (timer != NULL) {
    gst_clock_id_unschedule (timer);
    gst_clock_id_unref (timer);
  }
  for (guint i = 0; i < N_MEDIA; i++) {
    if (pads[i] != NULL)
      gst_element_remove_pad (GST_ELEMENT (self), pads[i]);
  }
}

static GstStateChangeReturn
gst_ice_whep_src_change_state (GstElement * element, GstStateChange transition)
{
  GstIceWhepSrc *self = GST_ICE_WHEP_SRC (element);
  GstStateChangeReturn ret;

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED)
    gst_ice_whep_src_start (self);
  ret = GST_ELEMENT_CLASS (gst_ice_whep_src_parent_class)->change_state
      (element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    gst_ice_whep_src_stop (self);
  return ret;
}

/* That the peer does not have one of the two is not worth a warning here: nobody has asked
 * for it by name. */
static void
gst_ice_whep_src_handle_message (GstBin * bin, GstMessage * message)
{
  GstIceWhepSrc *self = GST_ICE_WHEP_SRC (bin);
  g_autoptr (GError) error = NULL;
  gboolean is_refusal = FALSE, is_complete = FALSE;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING) {
    gst_message_parse_warning (message, &error, NULL);
    is_refusal = g_error_matches (error, GST_CORE_ERROR,
        GST_CORE_ERROR_NEGOTIATION);
  }
  if (!is_refusal) {
    GST_BIN_CLASS (gst_ice_whep_src_parent_class)->handle_message (bin,
        message);
    return;
  }

  GST_INFO_OBJECT (self, "%s", error->message);
  GST_OBJECT_LOCK (self);
  for (guint i = 0; i < N_MEDIA; i++) {
    if (GST_MESSAGE_SRC (message) == GST_OBJECT (self->media[i].src))
      self->media[i].is_refused = TRUE;
  }
  is_complete = gst_ice_whep_src_complete_locked (self, FALSE);
  GST_OBJECT_UNLOCK (self);
  gst_message_unref (message);
  if (is_complete)
    gst_element_call_async (GST_ELEMENT (self), emit_no_more_pads, NULL, NULL);
}

static GstURIType
get_uri_type (GType type)
{
  return GST_URI_SRC;
}

static const gchar *const *
get_protocols (GType type)
{
  return gst_ice_uri_get_protocols (GST_URI_SRC);
}

static gchar *
gst_ice_whep_src_get_uri (GstURIHandler * handler)
{
  GstIceWhepSrc *self = GST_ICE_WHEP_SRC (handler);
  g_autofree gchar *signalling_uri = NULL;

  g_object_get (self->media[VIDEO].src, "signalling-uri", &signalling_uri,
      NULL);
  return gst_ice_uri_from_signalling (signalling_uri, GST_URI_SRC);
}

static gboolean
gst_ice_whep_src_set_uri (GstURIHandler * handler, const gchar * uri,
    GError ** error)
{
  GstIceWhepSrc *self = GST_ICE_WHEP_SRC (handler);
  g_autofree gchar *signalling_uri = gst_ice_uri_to_signalling (uri,
      GST_URI_SRC, error);

  if (signalling_uri == NULL)
    return FALSE;

  g_object_set (self->media[VIDEO].src, "signalling-uri", signalling_uri, NULL);
  return TRUE;
}

static void
gst_ice_whep_src_init_uri (gpointer iface, gpointer data)
{
  GstURIHandlerInterface *handler = iface;

  handler->get_type = get_uri_type;
  handler->get_protocols = get_protocols;
  handler->get_uri = gst_ice_whep_src_get_uri;
  handler->set_uri = gst_ice_whep_src_set_uri;
}

static void
gst_ice_whep_src_set_property (GObject * object, guint id, const GValue * value,
    GParamSpec * pspec)
{
  GstIceWhepSrc *self = GST_ICE_WHEP_SRC (object);
  g_autoptr (GError) error = NULL;

  switch (id) {
    case PROP_URI:
      if (!gst_ice_whep_src_set_uri (GST_URI_HANDLER (self),
              g_value_get_string (value), &error))
        GST_WARNING_OBJECT (self, "%s", error->message);
      break;
    case PROP_LATENCY:
      for (guint i = 0; i < N_MEDIA; i++) {
        if (self->media[i].jitterbuffer != NULL)
          g_object_set_property (G_OBJECT (self->media[i].jitterbuffer),
              "latency", value);
      }
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
}

static void
gst_ice_whep_src_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  GstIceWhepSrc *self = GST_ICE_WHEP_SRC (object);

  switch (id) {
    case PROP_URI:
      g_value_take_string (value,
          gst_ice_whep_src_get_uri (GST_URI_HANDLER (self)));
      break;
    case PROP_LATENCY:
      if (self->media[VIDEO].jitterbuffer != NULL)
        g_object_get_property (G_OBJECT (self->media[VIDEO].jitterbuffer),
            "latency", value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
}

static void
gst_ice_whep_src_class_init (GstIceWhepSrcClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBinClass *bin_class = GST_BIN_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
      GST_PARAM_MUTABLE_READY;

  object_class->set_property = gst_ice_whep_src_set_property;
  object_class->get_property = gst_ice_whep_src_get_property;

  /**
   * GstIceWhepSrc:uri:
   *
   * The WHEP endpoint: "whep://host:port/path", which is asked by HTTP, or "wheps:", by HTTPS;
   * the ports are 80 and 443 unless given. Unset, the default. Another URI is left out with a
   * line in the log. Read at NULL to READY. Read back without user, password and query, as
   * #GstIceSrc:signalling-uri is.
   */
  g_object_class_install_property (object_class, PROP_URI,
      g_param_spec_string ("uri", "URI",
          "The WHEP endpoint: whep://host:port/path, or wheps: for HTTPS", NULL,
          flags));

  /**
   * GstIceWhepSrc:latency:
   *
   * Milliseconds that packets wait for those that come late, in the rtpjitterbuffer before
   * each pad; default 200. Without that element there is no such wait.
   */
  g_object_class_install_property (object_class, PROP_LATENCY,
      g_param_spec_uint ("latency", "Latency",
          "Milliseconds that packets wait for those that come late", 0,
          G_MAXUINT, DEFAULT_LATENCY_MS, flags));

  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "WHEP source",
      "Source/Network", "Plays audio and video from a WHEP server, by ICE",
      "The gst-ice authors");
  element_class->change_state = gst_ice_whep_src_change_state;
  bin_class->handle_message = gst_ice_whep_src_handle_message;
}

static void
gst_ice_whep_src_add_medium (GstIceWhepSrc * self, Medium * medium)
{
  GstElement *last = medium->src;
  g_autoptr (GstPad) pad = NULL;

  gst_bin_add (GST_BIN (self), medium->src);
  medium->jitterbuffer = gst_element_factory_make ("rtpjitterbuffer", NULL);
  if (medium->jitterbuffer != NULL) {
    g_object_set (medium->jitterbuffer, "latency", DEFAULT_LATENCY_MS, NULL);
    gst_bin_add (GST_BIN (self), medium->jitterbuffer);
    gst_element_link (medium->src, medium->jitterbuffer);
    last = medium->jitterbuffer;
  }

  pad = gst_element_get_static_pad (last, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event, medium,
      NULL);
}

static void
gst_ice_whep_src_init (GstIceWhepSrc * self)
{
  static const GstIceMediaKind kinds[N_MEDIA] = {
    GST_ICE_MEDIA_AUDIO, GST_ICE_MEDIA_VIDEO
  };
  g_autofree gchar *session_name = g_strdup_printf ("whep:%p", self);

  for (guint i = 0; i < N_MEDIA; i++) {
    self->media[i].src = g_object_new (GST_TYPE_ICE_SRC, "name", media_names[i],
        "media", kinds[i], "session-name", session_name, NULL);
    gst_ice_whep_src_add_medium (self, &self->media[i]);
  }

  GST_OBJECT_FLAG_SET (self, GST_ELEMENT_FLAG_SOURCE);
  gst_bin_set_suppressed_flags (GST_BIN (self),
      GST_ELEMENT_FLAG_SOURCE | GST_ELEMENT_FLAG_SINK);
}
