/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticesrtp.h"

#include "gsticeerror.h"
#include "gsticeelementwrapper.h"

/* libsrtp remembers as many packets to tell repeated from late ones; a video frame
 * that is sent again after a loss comes behind some hundred others. */
#define REPLAY_WINDOW 1024

/* The shortest that can be a packet: a head of RTP and the short tag; one of RTCP, its
 * index and the long tag (RFC 3711, 3.1 and 3.4). */
#define MIN_SRTP_BYTES (12 + 4)
#define MIN_SRTCP_BYTES (8 + 4 + 10)

GST_DEBUG_CATEGORY_STATIC (gst_ice_srtp_debug);
#define GST_CAT_DEFAULT gst_ice_srtp_debug

struct _GstIceSrtp
{
  GstIceCipher parent;

  gchar *suite;                 /* set at construction, as are these */
  GstElement *encoder;
  GstElement *decoder;
  GstIceElementWrapper *protects[2];    /* RTP, RTCP */
  GstIceElementWrapper *unprotects[2];
  GstCaps *decoder_keys;

  /* Held across unprotecting, so that news is that of the packets under way. */
  GMutex lock;

  /* Protected by lock. */
  GArray *fresh;                /* guint32: SSRCs that the decoder just asked about */

  /* Atomic. */
  gint n_unprotectable;         /* of ours */
  gint n_refused;               /* of the peer's, or of who says so */
};

G_DEFINE_TYPE_WITH_CODE (GstIceSrtp, gst_ice_srtp, GST_TYPE_ICE_CIPHER,
    GST_DEBUG_CATEGORY_INIT (gst_ice_srtp_debug, "icesrtp", 0, "ICE: SRTP"));

static void
gst_ice_srtp_finalize (GObject * object)
{
  GstIceSrtp *self = GST_ICE_SRTP (object);

  if (self->encoder != NULL)
    gst_element_set_state (self->encoder, GST_STATE_NULL);
  if (self->decoder != NULL)
    gst_element_set_state (self->decoder, GST_STATE_NULL);
  for (guint i = 0; i < 2; i++) {
    g_clear_pointer (&self->protects[i], gst_ice_element_wrapper_free);
    g_clear_pointer (&self->unprotects[i], gst_ice_element_wrapper_free);
  }
  gst_clear_object (&self->encoder);
  gst_clear_object (&self->decoder);
  gst_clear_caps (&self->decoder_keys);
  g_array_unref (self->fresh);
  g_free (self->suite);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (gst_ice_srtp_parent_class)->finalize (object);
}

/* RTCP, or not: by what is in the clear, the packet's type (RFC 5761, 4). */
static gboolean
is_rtcp (GstBuffer * packet)
{
  guint8 head[2];

  return gst_buffer_extract (packet, 0, head, 2) == 2 &&
      (head[1] & 0x7f) >= 64 && (head[1] & 0x7f) <= 95;
}

/* @list: (transfer full); @rtcp: (out): how many are RTCP
 * Returns: (transfer full): those that are not */
static GstBufferList *
split (GstBufferList * list, GstBufferList ** rtcp)
{
  GstBufferList *rtp;
  guint n = gst_buffer_list_length (list), first = 0;

  *rtcp = NULL;
  while (first < n && !is_rtcp (gst_buffer_list_get (list, first)))
    first++;
  if (first == n)
    return list;

  rtp = gst_buffer_list_new_sized (n);
  *rtcp = gst_buffer_list_new ();
  for (guint i = 0; i < n; i++) {
    GstBuffer *packet = gst_buffer_list_get (list, i);

    gst_buffer_list_add (is_rtcp (packet) ? *rtcp : rtp,
        gst_buffer_ref (packet));
  }
  gst_buffer_list_unref (list);
  return rtp;
}

/* @list: (transfer full). Returns: (transfer full): RTP first, then RTCP */
static GstBufferList *
push (GstIceElementWrapper * const *passes, GstBufferList * list,
    gboolean one_by_one)
{
  GstBufferList *rtcp;
  GstBufferList *rtp = split (list, &rtcp);

  if (gst_buffer_list_length (rtp) > 0)
    rtp = gst_ice_element_wrapper_push (passes[0], rtp, one_by_one);
  if (rtcp == NULL)
    return rtp;

  rtcp = gst_ice_element_wrapper_push (passes[1], rtcp, one_by_one);
  rtp = gst_buffer_list_make_writable (rtp);
  for (guint i = 0; i < gst_buffer_list_length (rtcp); i++)
    gst_buffer_list_add (rtp, gst_buffer_ref (gst_buffer_list_get (rtcp, i)));
  gst_buffer_list_unref (rtcp);
  return rtp;
}

static GstBufferList *
gst_ice_srtp_protect (GstIceCipher * cipher, GstBufferList * list)
{
  GstIceSrtp *self = GST_ICE_SRTP (cipher);
  gint n = (gint) gst_buffer_list_length (list);
  GstBufferList *out = push (self->protects, list, FALSE);

  n -= (gint) gst_buffer_list_length (out);
  if (n > 0)
    g_atomic_int_add (&self->n_unprotectable, n);
  return out;
}

/* Returns: whether one of @list is of @ssrc */
static gboolean
has_ssrc (GstBufferList * list, guint32 ssrc)
{
  for (guint i = 0; i < gst_buffer_list_length (list); i++) {
    GstBuffer *packet = gst_buffer_list_get (list, i);
    guint32 network_order;

    if (gst_buffer_extract (packet, is_rtcp (packet) ? 4 : 8, &network_order,
            4) == 4 && GUINT32_FROM_BE (network_order) == ssrc)
      return TRUE;
  }
  return FALSE;
}

/* srtpdec (1.22) is not to be asked about anything else. */
static gboolean
is_packet (GstBuffer * packet)
{
  const gsize size = gst_buffer_get_size (packet);
  guint8 first;

  return size >= (is_rtcp (packet) ? MIN_SRTCP_BYTES : MIN_SRTP_BYTES) &&
      gst_buffer_extract (packet, 0, &first, 1) == 1 && (first & 0xc0) == 0x80;
}

/* @list: (transfer full). Returns: (transfer full): what can be a packet of it */
static GstBufferList *
pick_packets (GstBufferList * list)
{
  const guint n = gst_buffer_list_length (list);
  GstBufferList *picked;
  guint good = 0;

  while (good < n && is_packet (gst_buffer_list_get (list, good)))
    good++;
  if (good == n)
    return list;

  picked = gst_buffer_list_new_sized (n);
  for (guint i = 0; i < n; i++) {
    GstBuffer *packet = gst_buffer_list_get (list, i);

    if (is_packet (packet))
      gst_buffer_list_add (picked, gst_buffer_ref (packet));
  }
  gst_buffer_list_unref (list);
  return picked;
}

static GstBufferList *
gst_ice_srtp_unprotect (GstIceCipher * cipher, GstBufferList * list)
{
  GstIceSrtp *self = GST_ICE_SRTP (cipher);
  gint n = (gint) gst_buffer_list_length (list);
  GstBufferList *out;

  list = pick_packets (list);
  g_mutex_lock (&self->lock);
  out = push (self->unprotects, list, TRUE);
  /* What a forger names as a source is not remembered: there are 2^32 of them. */
  for (guint i = 0; i < self->fresh->len; i++) {
    guint32 ssrc = g_array_index (self->fresh, guint32, i);

    if (!has_ssrc (out, ssrc))
      g_signal_emit_by_name (self->decoder, "remove-key", ssrc);
  }
  g_array_set_size (self->fresh, 0);
  g_mutex_unlock (&self->lock);

  n -= (gint) gst_buffer_list_length (out);
  if (n > 0)
    g_atomic_int_add (&self->n_refused, n);
  return out;
}

static void
gst_ice_srtp_add_stats (GstIceCipher * cipher, GstStructure * stats)
{
  GstIceSrtp *self = GST_ICE_SRTP (cipher);

  gst_structure_set (stats, "srtp-cipher", G_TYPE_STRING, self->suite,
      "srtp-packets-unprotectable", G_TYPE_UINT,
      (guint) g_atomic_int_get (&self->n_unprotectable),
      "srtp-packets-refused", G_TYPE_UINT,
      (guint) g_atomic_int_get (&self->n_refused), NULL);
}

static void
gst_ice_srtp_class_init (GstIceSrtpClass * klass)
{
  GstIceCipherClass *cipher_class = GST_ICE_CIPHER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_ice_srtp_finalize;
  cipher_class->protect = gst_ice_srtp_protect;
  cipher_class->unprotect = gst_ice_srtp_unprotect;
  cipher_class->add_stats = gst_ice_srtp_add_stats;
}

static void
gst_ice_srtp_init (GstIceSrtp * self)
{
  g_mutex_init (&self->lock);
  self->fresh = g_array_new (FALSE, FALSE, sizeof (guint32));
}

gboolean
gst_ice_srtp_has_element (const gchar * name, GError ** error)
{
  g_autoptr (GstElementFactory) factory = gst_element_factory_find (name);

  if (factory != NULL)
    return TRUE;
  g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
      "Encryption needs GStreamer's element %s, which is not installed "
      "(Debian: gstreamer1.0-plugins-bad); set encryption=none to do without",
      name);
  return FALSE;
}

/* From within unprotect(), with the lock held.
 * Returns: (transfer full): how the packets of @ssrc are protected */
static GstCaps *
on_request_key (GstElement * decoder, guint ssrc, gpointer user_data)
{
  GstIceSrtp *self = user_data;
  guint32 value = ssrc;

  g_array_append_val (self->fresh, value);
  return gst_caps_ref (self->decoder_keys);
}

static void
make_encoder (GstIceSrtp * self, const gchar * auth, GstBuffer * key)
{
  static const gchar *const names[] = { "rtp", "rtcp" };

  self->encoder = gst_object_ref_sink (gst_element_factory_make ("srtpenc",
          NULL));
  g_object_set (self->encoder, "key", key, "replay-window-size", REPLAY_WINDOW,
      NULL);
  gst_util_set_object_arg (G_OBJECT (self->encoder), "rtp-cipher",
      "aes-128-icm");
  gst_util_set_object_arg (G_OBJECT (self->encoder), "rtcp-cipher",
      "aes-128-icm");
  gst_util_set_object_arg (G_OBJECT (self->encoder), "rtp-auth", auth);
  /* RFC 4568, 6.2.2, and RFC 5764, 4.1.2: SRTCP always has the long one. */
  gst_util_set_object_arg (G_OBJECT (self->encoder), "rtcp-auth",
      "hmac-sha1-80");

  for (guint i = 0; i < 2; i++) {
    g_autofree gchar *sink_name = g_strconcat (names[i], "_sink_0", NULL);
    g_autofree gchar *src_name = g_strconcat (names[i], "_src_0", NULL);
    g_autofree gchar *type = g_strconcat ("application/x-", names[i], NULL);
    g_autoptr (GstPad) sink =
        gst_element_request_pad_simple (self->encoder, sink_name);
    g_autoptr (GstPad) src = gst_element_get_static_pad (self->encoder,
        src_name);

    self->protects[i] = gst_ice_element_wrapper_new (self->encoder, sink, src,
        gst_caps_new_empty_simple (type));
  }
  gst_element_set_state (self->encoder, GST_STATE_PLAYING);
}

static void
make_decoder (GstIceSrtp * self, const gchar * auth, GstBuffer * key)
{
  static const gchar *const names[] = { "rtp", "rtcp" };

  self->decoder = gst_object_ref_sink (gst_element_factory_make ("srtpdec",
          NULL));
  g_object_set (self->decoder, "replay-window-size", REPLAY_WINDOW, NULL);
  self->decoder_keys = gst_caps_new_simple ("application/x-srtp",
      "srtp-key", GST_TYPE_BUFFER, key,
      "srtp-cipher", G_TYPE_STRING, "aes-128-icm",
      "srtp-auth", G_TYPE_STRING, auth,
      "srtcp-cipher", G_TYPE_STRING, "aes-128-icm",
      "srtcp-auth", G_TYPE_STRING, "hmac-sha1-80", NULL);
  g_signal_connect (self->decoder, "request-key", G_CALLBACK (on_request_key),
      self);

  for (guint i = 0; i < 2; i++) {
    g_autofree gchar *sink_name = g_strconcat (names[i], "_sink", NULL);
    g_autofree gchar *src_name = g_strconcat (names[i], "_src", NULL);
    g_autofree gchar *type = g_strconcat ("application/x-s", names[i], NULL);
    g_autoptr (GstPad) sink = gst_element_get_static_pad (self->decoder,
        sink_name);
    g_autoptr (GstPad) src = gst_element_get_static_pad (self->decoder,
        src_name);

    self->unprotects[i] = gst_ice_element_wrapper_new (self->decoder, sink, src,
        gst_caps_new_empty_simple (type));
  }
  gst_element_set_state (self->decoder, GST_STATE_PLAYING);
}

GstIceCipher *
gst_ice_srtp_new (const gchar * suite, GstBuffer * our_key,
    GstBuffer * their_key, GError ** error)
{
  const gchar *auth = g_str_has_suffix (suite, "_32") ? "hmac-sha1-32" :
      "hmac-sha1-80";
  GstIceSrtp *self;

  if (!gst_ice_srtp_has_element ("srtpenc", error) ||
      !gst_ice_srtp_has_element ("srtpdec", error))
    return NULL;

  self = g_object_new (GST_TYPE_ICE_SRTP, NULL);
  self->suite = g_strdup (suite);
  make_encoder (self, auth, our_key);
  make_decoder (self, auth, their_key);
  return GST_ICE_CIPHER (self);
}
