/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticedtlspeer.h"

/* Packets of the other end that wait, at most: a flight of a handshake. It repeats
 * what is dropped. */
#define MAX_INBOX 32

/* RFC 6347, 4.1. */
#define RECORD_HEAD_BYTES 13
#define TYPE_HANDSHAKE 22

/* As gstdtls has them: what can be asked of dtlsdec's "srtp-auth". */
#define AUTH_HMAC_SHA1_32 1
#define AUTH_HMAC_SHA1_80 2

/* And of "connection-state". */
#define STATE_CLOSED 1
#define STATE_FAILED 2

struct _GstIceDtlsPeer
{
  const GstIceDtlsPeerEvents *events;   /* set at construction, as are these */
  gpointer user_data;
  GMainContext *context;

  /* Session thread. */
  GstElement *encoder;          /* NULL: not started, or stopped */
  GstElement *decoder;
  GstPad *feed;                 /* to decoder */
  GstPad *catcher;              /* of what encoder says */
  gboolean said_finished;       /* the other end has what it needs for its keys */
  gboolean told_keys;
  gboolean told_end;            /* broken */

  GMutex lock;                  /* never held across a push or an event */

  /* Protected by lock. */
  GSource *worker;              /* on the session thread; NULL: stopped */
  GQueue inbox;                 /* of GstBuffer */
  GQueue outbox;                /* of GstBuffer */
  gboolean has_decoder_key, has_encoder_key;
  gboolean broken;
};

/* Any thread. Has the session thread look what is new. */
static void
wake_locked (GstIceDtlsPeer * self)
{
  if (self->worker != NULL)
    g_source_set_ready_time (self->worker, 0);
}

/* The encoder's thread. */
static GstFlowReturn
on_said (GstPad * pad, GstObject * parent, GstBuffer * packet)
{
  GstIceDtlsPeer *self = gst_pad_get_element_private (pad);

  g_mutex_lock (&self->lock);
  g_queue_push_tail (&self->outbox, packet);
  wake_locked (self);
  g_mutex_unlock (&self->lock);
  return GST_FLOW_OK;
}

/* Either thread. */
static void
on_key (GstElement * element, gpointer user_data)
{
  GstIceDtlsPeer *self = user_data;

  g_mutex_lock (&self->lock);
  if (element == self->decoder)
    self->has_decoder_key = TRUE;
  else
    self->has_encoder_key = TRUE;
  wake_locked (self);
  g_mutex_unlock (&self->lock);
}

/* Either thread. */
static void
on_connection_state (GObject * element, GParamSpec * pspec, gpointer user_data)
{
  GstIceDtlsPeer *self = user_data;
  gint state;

  g_object_get (element, "connection-state", &state, NULL);
  if (state != STATE_CLOSED && state != STATE_FAILED)
    return;
  g_mutex_lock (&self->lock);
  self->broken = TRUE;
  wake_locked (self);
  g_mutex_unlock (&self->lock);
}

/* Session thread: what is new. */

static void
tell_keys (GstIceDtlsPeer * self)
{
  g_autoptr (GstBuffer) our_key = NULL;
  g_autoptr (GstBuffer) their_key = NULL;
  g_autofree gchar *pem = NULL;
  guint auth;

  g_object_get (self->encoder, "encoder-key", &our_key, "srtp-auth", &auth,
      NULL);
  g_object_get (self->decoder, "decoder-key", &their_key, "peer-pem", &pem,
      NULL);
  self->told_keys = TRUE;
  if (our_key == NULL || their_key == NULL ||
      (auth != AUTH_HMAC_SHA1_80 && auth != AUTH_HMAC_SHA1_32)) {
    self->told_end = TRUE;
    self->events->broken (self->user_data);
    return;
  }
  self->events->keys (auth == AUTH_HMAC_SHA1_80 ? "AES_CM_128_HMAC_SHA1_80" :
      "AES_CM_128_HMAC_SHA1_32", our_key, their_key, pem, self->user_data);
}

/* Whether a record of @packet is a Finished (RFC 6347, 4.1): of a handshake, and
 * encrypted, which no other message of one is. */
static gboolean
has_finished (GstBuffer * packet)
{
  GstMapInfo map;
  gboolean found = FALSE;
  gsize at = 0;

  if (!gst_buffer_map (packet, &map, GST_MAP_READ))
    return FALSE;
  /* Byte by byte: heads are at any address. */
  while (!found && at + RECORD_HEAD_BYTES <= map.size) {
    const guint8 *head = map.data + at;

    found = head[0] == TYPE_HANDSHAKE && (head[3] != 0 || head[4] != 0);
    at += RECORD_HEAD_BYTES + ((gsize) head[11] << 8 | head[12]);
  }
  gst_buffer_unmap (packet, &map);
  return found;
}

/* Returns: (transfer full) (nullable): the oldest packet of @queue */
static GstBuffer *
take (GstIceDtlsPeer * self, GQueue * queue)
{
  GstBuffer *packet;

  g_mutex_lock (&self->lock);
  packet = self->worker != NULL ? g_queue_pop_head (queue) : NULL;
  g_mutex_unlock (&self->lock);
  return packet;
}

static void
look (GstIceDtlsPeer * self)
{
  GstBuffer *packet;
  gboolean has_keys, broken;

  while (self->decoder != NULL && (packet = take (self, &self->inbox)) != NULL)
    gst_pad_push (self->feed, packet);
  while ((packet = take (self, &self->outbox)) != NULL) {
    self->events->packet (packet, self->user_data);
    self->said_finished |= has_finished (packet);
    gst_buffer_unref (packet);
  }

  g_mutex_lock (&self->lock);
  has_keys = self->worker != NULL && self->has_decoder_key &&
      self->has_encoder_key;
  broken = self->worker != NULL && self->broken;
  g_mutex_unlock (&self->lock);
  /* The encoder's own thread may still have our last words when the keys are there.
   * Who is told of these may have little to send and go away, taking them along. */
  if (has_keys && self->said_finished && !self->told_keys) {
    tell_keys (self);
  } else if (broken && !self->told_end) {
    self->told_end = TRUE;
    self->events->broken (self->user_data);
  }
}

static gboolean
on_work (gpointer user_data)
{
  look (user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch (GSource * source, GSourceFunc callback, gpointer user_data)
{
  g_source_set_ready_time (source, -1);
  return callback (user_data);
}

/* Returns: (transfer full): an end that has not begun */
GstIceDtlsPeer *
gst_ice_dtls_peer_new (GMainContext * context,
    const GstIceDtlsPeerEvents * events, gpointer user_data)
{
  static GSourceFuncs functions = {.dispatch = dispatch };
  GstIceDtlsPeer *self = g_new0 (GstIceDtlsPeer, 1);

  self->events = events;
  self->user_data = user_data;
  self->context = g_main_context_ref (context);
  g_mutex_init (&self->lock);
  self->worker = g_source_new (&functions, sizeof (GSource));
  g_source_set_ready_time (self->worker, -1);
  g_source_set_callback (self->worker, on_work, self, NULL);
  g_source_attach (self->worker, context);
  return self;
}

static void
link_pads (GstIceDtlsPeer * self)
{
  g_autoptr (GstPad) sink = gst_element_get_static_pad (self->decoder, "sink");
  g_autoptr (GstPad) src = gst_element_get_static_pad (self->encoder, "src");
  GstSegment segment;

  self->feed = gst_object_ref_sink (gst_pad_new ("feed", GST_PAD_SRC));
  self->catcher = gst_object_ref_sink (gst_pad_new ("catcher", GST_PAD_SINK));
  gst_pad_set_element_private (self->catcher, self);
  gst_pad_set_chain_function (self->catcher, on_said);
  gst_pad_set_active (self->catcher, TRUE);
  gst_pad_set_active (self->feed, TRUE);
  /* None of these pads belongs to a bin, so there is no hierarchy to check. */
  gst_pad_link_full (self->feed, sink, GST_PAD_LINK_CHECK_NOTHING);
  gst_pad_link_full (src, self->catcher, GST_PAD_LINK_CHECK_NOTHING);

  gst_element_set_state (self->decoder, GST_STATE_PLAYING);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (self->feed, gst_event_new_stream_start ("dtls"));
  gst_pad_push_event (self->feed, gst_event_new_segment (&segment));
}

void
gst_ice_dtls_peer_start (GstIceDtlsPeer * self, const gchar * pem,
    gboolean client)
{
  static gint number = 0;
  g_autofree gchar *id = g_strdup_printf ("gst-ice-%p-%d", self,
      g_atomic_int_add (&number, 1));
  GstElement *decoder = gst_element_factory_make ("dtlsdec", NULL);
  GstElement *encoder = gst_element_factory_make ("dtlsenc", NULL);

  g_mutex_lock (&self->lock);
  self->decoder = gst_object_ref_sink (decoder);
  self->encoder = gst_object_ref_sink (encoder);
  g_mutex_unlock (&self->lock);

  /* The decoder's id makes the association, by its certificate; the encoder's finds
   * it. */
  g_object_set (decoder, "pem", pem, NULL);
  g_object_set (decoder, "connection-id", id, NULL);
  g_object_set (encoder, "connection-id", id, "is-client", client, NULL);
  g_signal_connect (decoder, "on-key-received", G_CALLBACK (on_key), self);
  g_signal_connect (encoder, "on-key-received", G_CALLBACK (on_key), self);
  g_signal_connect (decoder, "notify::connection-state",
      G_CALLBACK (on_connection_state), self);

  link_pads (self);
  gst_element_set_state (encoder, GST_STATE_PLAYING);

  g_mutex_lock (&self->lock);
  wake_locked (self);
  g_mutex_unlock (&self->lock);
}

void
gst_ice_dtls_peer_receive (GstIceDtlsPeer * self, GstBuffer * packet)
{
  g_mutex_lock (&self->lock);
  if (self->worker != NULL && g_queue_get_length (&self->inbox) < MAX_INBOX) {
    g_queue_push_tail (&self->inbox, g_steal_pointer (&packet));
    wake_locked (self);
  }
  g_mutex_unlock (&self->lock);
  gst_clear_buffer (&packet);
}

void
gst_ice_dtls_peer_stop (GstIceDtlsPeer * self)
{
  GSource *worker;

  g_mutex_lock (&self->lock);
  worker = g_steal_pointer (&self->worker);
  g_mutex_unlock (&self->lock);
  if (worker == NULL)
    return;
  g_source_destroy (worker);
  g_source_unref (worker);

  if (self->encoder == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->decoder, self);
  g_signal_handlers_disconnect_by_data (self->encoder, self);
  gst_pad_set_active (self->feed, FALSE);
  gst_pad_set_active (self->catcher, FALSE);
  gst_element_set_state (self->encoder, GST_STATE_NULL);
  gst_element_set_state (self->decoder, GST_STATE_NULL);
  gst_clear_object (&self->feed);
  gst_clear_object (&self->catcher);
  gst_clear_object (&self->encoder);
  gst_clear_object (&self->decoder);
}

/* @self: (transfer full) */
void
gst_ice_dtls_peer_free (GstIceDtlsPeer * self)
{
  gst_ice_dtls_peer_stop (self);
  g_queue_clear_full (&self->inbox, (GDestroyNotify) gst_buffer_unref);
  g_queue_clear_full (&self->outbox, (GDestroyNotify) gst_buffer_unref);
  g_mutex_clear (&self->lock);
  g_main_context_unref (self->context);
  g_free (self);
}
