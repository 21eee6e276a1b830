/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What players make of a whep: URI: an icesrc for each medium, and a pad for each that the
 * peer sends. */

/**
 * SECTION:element-iceurisrc
 *
 * A bin with one icesrc for audio and one for video, each with an rtpjitterbuffer behind
 * it. It has a pad with application/x-rtp for each medium that the peer sends, which is
 * added when that medium's caps are known; "no-more-pads" follows when the others are
 * refused, or 500 ms after the first. playbin, uridecodebin and gst-play-1.0 find it by
 * the URI, and put the depayloaders behind it.
 *
 * All properties of icesrc that are a session's are its own too, and take effect from
 * NULL to READY: an application sets them in uridecodebin's signal "source-setup".
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 uridecodebin uri=whep://localhost:8080/cam ! videoconvert ! autovideosink
 * ]|
 */

#include "config.h"

#include "gsticeurisrc.h"

#include "gsticeconfig.h"
#include "gsticelog.h"
#include "gsticeuri.h"

#define AUDIO_FORMATS \
    "application/x-rtp, media=audio, encoding-name=OPUS, clock-rate=48000, payload=111; " \
    "application/x-rtp, media=audio, encoding-name=G722, clock-rate=8000, payload=9; " \
    "application/x-rtp, media=audio, encoding-name=PCMU, clock-rate=8000, payload=0; " \
    "application/x-rtp, media=audio, encoding-name=PCMA, clock-rate=8000, payload=8"
#define VIDEO_FORMATS \
    "application/x-rtp, media=video, encoding-name=VP8, clock-rate=90000, payload=96; " \
    "application/x-rtp, media=video, encoding-name=H264, clock-rate=90000, payload=97, " \
    "packetization-mode=(string)1, profile-level-id=(string)42e01f; " \
    "application/x-rtp, media=video, encoding-name=VP9, clock-rate=90000, payload=98; " \
    "application/x-rtp, media=video, encoding-name=H265, clock-rate=90000, payload=99; " \
    "application/x-rtp, media=video, encoding-name=AV1, clock-rate=90000, payload=100"

#define DEFAULT_LATENCY_MS 100
/* What the others have after the first medium came. */
#define PATIENCE_MS 500

enum
{
  PROP_LATENCY = 1,
  PROP_CONFIG,
};

typedef struct
{
  GstIceUriSrc *owner;
  const gchar *media;
  GstElement *source;           /* icesrc, of the bin */
  gboolean exposed;             /* protected by the owner's object lock, as */
  gboolean refused;             /* this: the peer does not send it */
} Medium;

#define N_MEDIA 2

struct _GstIceUriSrc
{
  GstBin parent;

  Medium media[N_MEDIA];        /* sources: set at construction */
  GstElement *buffers[N_MEDIA]; /* rtpjitterbuffer; NULL: without, or it is not there */

  /* Protected by the object lock. */
  guint latency_ms;
  gboolean complete;            /* no-more-pads was emitted */
  GstClockID patience;          /* or NULL: not waiting */
};

static GstStaticPadTemplate src_template =
GST_STATIC_PAD_TEMPLATE ("src_%s", GST_PAD_SRC, GST_PAD_SOMETIMES,
    GST_STATIC_CAPS ("application/x-rtp"));

GST_ICE_LOG_CATEGORY (gst_ice_uri_src_log, "iceurisrc",
    "ICE source of players");
#define GST_CAT_DEFAULT gst_ice_uri_src_log ()

G_DEFINE_TYPE_WITH_CODE (GstIceUriSrc, gst_ice_uri_src, GST_TYPE_BIN,
    G_IMPLEMENT_INTERFACE (GST_TYPE_URI_HANDLER, gst_ice_uri_init_source));
GST_ELEMENT_REGISTER_DEFINE (iceurisrc, "iceurisrc", GST_RANK_PRIMARY,
    GST_TYPE_ICE_URI_SRC);

/* --- Pads --- */

/* @over: whether the rest is not waited for */
static void
complete_if_all_there (GstIceUriSrc * self, gboolean over)
{
  gboolean all = TRUE;

  GST_OBJECT_LOCK (self);
  for (guint i = 0; i < N_MEDIA; i++)
    all = all && (self->media[i].exposed || self->media[i].refused);
  all = (all || over) && !self->complete;
  self->complete = self->complete || all;
  GST_OBJECT_UNLOCK (self);
  if (all)
    gst_element_no_more_pads (GST_ELEMENT (self));
}

static gboolean
on_patience_over (GstClock * clock, GstClockTime time, GstClockID id,
    gpointer user_data)
{
  g_autoptr (GstIceUriSrc) self = g_weak_ref_get (user_data);

  if (self != NULL)
    complete_if_all_there (self, TRUE);
  return TRUE;
}

static void
free_weak_ref (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

static void
begin_patience (GstIceUriSrc * self)
{
  g_autoptr (GstClock) clock = gst_system_clock_obtain ();
  GWeakRef *weak = g_new0 (GWeakRef, 1);
  GstClockID id = gst_clock_new_single_shot_id (clock,
      gst_clock_get_time (clock) + PATIENCE_MS * GST_MSECOND);

  g_weak_ref_init (weak, self);
  GST_OBJECT_LOCK (self);
  if (self->patience != NULL) {
    GST_OBJECT_UNLOCK (self);
    gst_clock_id_unref (id);
    free_weak_ref (weak);
    return;
  }
  self->patience = gst_clock_id_ref (id);
  GST_OBJECT_UNLOCK (self);
  gst_clock_id_wait_async (id, on_patience_over, weak, free_weak_ref);
  gst_clock_id_unref (id);
}

static void
end_patience (GstIceUriSrc * self)
{
  GstClockID id;

  GST_OBJECT_LOCK (self);
  id = g_steal_pointer (&self->patience);
  GST_OBJECT_UNLOCK (self);
  if (id == NULL)
    return;
  gst_clock_id_unschedule (id);
  gst_clock_id_unref (id);
}

/* Streaming thread: nothing has passed @pad but the events before its caps, which
 * stay on it for who is linked now. */
static GstPadProbeReturn
on_event (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Medium *medium = user_data;
  GstIceUriSrc *self = medium->owner;
  g_autofree gchar *name = NULL;
  GstPad *ghost;

  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) != GST_EVENT_CAPS)
    return GST_PAD_PROBE_OK;

  name = g_strconcat ("src_", medium->media, NULL);
  ghost = gst_ghost_pad_new_from_template (name, pad,
      gst_element_get_pad_template (GST_ELEMENT (self), "src_%s"));
  GST_OBJECT_LOCK (self);
  medium->exposed = TRUE;
  GST_OBJECT_UNLOCK (self);
  gst_pad_set_active (ghost, TRUE);
  gst_element_add_pad (GST_ELEMENT (self), ghost);
  begin_patience (self);
  complete_if_all_there (self, FALSE);
  return GST_PAD_PROBE_REMOVE;
}

static void
watch_pad (GstIceUriSrc * self, guint number)
{
  GstElement *last = self->buffers[number] != NULL ? self->buffers[number] :
      self->media[number].source;
  g_autoptr (GstPad) pad = gst_element_get_static_pad (last, "src");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event,
      &self->media[number], NULL);
}

static void
remove_pads (GstIceUriSrc * self)
{
  for (guint i = 0; i < N_MEDIA; i++) {
    g_autofree gchar *name = g_strconcat ("src_", self->media[i].media, NULL);
    g_autoptr (GstPad) pad =
        gst_element_get_static_pad (GST_ELEMENT (self), name);

    if (pad != NULL) {
      gst_pad_set_active (pad, FALSE);
      gst_element_remove_pad (GST_ELEMENT (self), pad);
      watch_pad (self, i);
    }
    self->media[i].exposed = FALSE;
    self->media[i].refused = FALSE;
  }
  self->complete = FALSE;
}

/* --- Elements --- */

static void
add_medium (GstIceUriSrc * self, guint number, const gchar * session_name)
{
  static const gchar *const media[N_MEDIA] = { "audio", "video" };
  static const gchar *const formats[N_MEDIA] = { AUDIO_FORMATS, VIDEO_FORMATS };
  g_autoptr (GstCaps) caps = gst_caps_from_string (formats[number]);
  GstElement *source = gst_element_factory_make ("icesrc", NULL);

  self->media[number].owner = self;
  self->media[number].media = media[number];
  self->media[number].source = source;
  g_object_set (source, "caps", caps, "session-name", session_name, NULL);
  gst_util_set_object_arg (G_OBJECT (source), "media", media[number]);
  gst_bin_add (GST_BIN (self), source);
}

static void
add_buffer (GstIceUriSrc * self, guint number)
{
  GstElement *buffer = gst_element_factory_make ("rtpjitterbuffer", NULL);

  if (buffer == NULL) {
    GST_INFO_OBJECT (self,
        "there is no rtpjitterbuffer: packets pass as they come");
    return;
  }
  g_object_set (buffer, "latency", self->latency_ms, NULL);
  gst_bin_add (GST_BIN (self), buffer);
  gst_element_link (self->media[number].source, buffer);
  gst_element_sync_state_with_parent (buffer);
  self->buffers[number] = buffer;
}

static void
add_buffers (GstIceUriSrc * self)
{
  for (guint i = 0; i < N_MEDIA; i++) {
    if (self->buffers[i] == NULL && self->latency_ms > 0)
      add_buffer (self, i);
    watch_pad (self, i);
  }
}

/* That a medium is refused is no news for who plays what is there. */
static void
gst_ice_uri_src_handle_message (GstBin * bin, GstMessage * message)
{
  GstIceUriSrc *self = GST_ICE_URI_SRC (bin);
  g_autoptr (GError) warning = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING)
    gst_message_parse_warning (message, &warning, NULL);
  if (g_error_matches (warning, GST_CORE_ERROR, GST_CORE_ERROR_NEGOTIATION)) {
    gboolean known = FALSE;

    GST_OBJECT_LOCK (self);
    for (guint i = 0; i < N_MEDIA; i++) {
      if (GST_MESSAGE_SRC (message) == GST_OBJECT (self->media[i].source) &&
          !self->media[i].exposed)
        known = self->media[i].refused = TRUE;
    }
    GST_OBJECT_UNLOCK (self);
    if (known) {
      GST_INFO_OBJECT (self, "%s", warning->message);
      gst_message_unref (message);
      complete_if_all_there (self, FALSE);
      return;
    }
  }
  GST_BIN_CLASS (gst_ice_uri_src_parent_class)->handle_message (bin, message);
}

static GstStateChangeReturn
gst_ice_uri_src_change_state (GstElement * element, GstStateChange transition)
{
  GstIceUriSrc *self = GST_ICE_URI_SRC (element);
  GstStateChangeReturn result;

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED)
    add_buffers (self);
  result = GST_ELEMENT_CLASS (gst_ice_uri_src_parent_class)->change_state
      (element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY) {
    end_patience (self);
    remove_pads (self);
  }
  return result;
}

/* --- Properties --- */

static void
gst_ice_uri_src_set_property (GObject * object, guint id, const GValue * value,
    GParamSpec * pspec)
{
  GstIceUriSrc *self = GST_ICE_URI_SRC (object);

  if (id == PROP_LATENCY)
    self->latency_ms = g_value_get_uint (value);
  else
    g_object_set_property (G_OBJECT (self->media[0].source), pspec->name,
        value);
}

static void
gst_ice_uri_src_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  GstIceUriSrc *self = GST_ICE_URI_SRC (object);

  if (id == PROP_LATENCY)
    g_value_set_uint (value, self->latency_ms);
  else
    g_object_get_property (G_OBJECT (self->media[0].source), pspec->name,
        value);
}

static void
gst_ice_uri_src_class_init (GstIceUriSrcClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  object_class->set_property = gst_ice_uri_src_set_property;
  object_class->get_property = gst_ice_uri_src_get_property;
  element_class->change_state = gst_ice_uri_src_change_state;
  GST_BIN_CLASS (klass)->handle_message = gst_ice_uri_src_handle_message;

  /**
   * GstIceUriSrc:latency:
   *
   * How long packets wait in the rtpjitterbuffer, in milliseconds, for those that are late.
   * 0: no jitter buffer. Takes effect from READY to PAUSED.
   */
  g_object_class_install_property (object_class, PROP_LATENCY,
      g_param_spec_uint ("latency", "Latency",
          "ms that packets wait in the jitter " "buffer; 0: there is none", 0,
          G_MAXUINT, DEFAULT_LATENCY_MS,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
  gst_ice_config_install_properties (object_class, PROP_CONFIG);

  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "ICE URI source",
      "Source/Network/RTP", "Receives the media of a WHEP URI for players",
      "The gst-ice authors");
}

static void
gst_ice_uri_src_init (GstIceUriSrc * self)
{
  static gint last_number;
  /* Nobody else joins: two players in one pipeline are two sessions. */
  g_autofree gchar *session_name = g_strdup_printf ("iceurisrc-%d",
      g_atomic_int_add (&last_number, 1));

  self->latency_ms = DEFAULT_LATENCY_MS;
  for (guint i = 0; i < N_MEDIA; i++)
    add_medium (self, i, session_name);
  GST_OBJECT_FLAG_SET (self, GST_ELEMENT_FLAG_SOURCE);
  gst_bin_set_suppressed_flags (GST_BIN (self),
      GST_ELEMENT_FLAG_SOURCE | GST_ELEMENT_FLAG_SINK);
}
