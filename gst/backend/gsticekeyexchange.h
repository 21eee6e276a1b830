/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecipher.h"
#include "gsticekeying.h"

G_BEGIN_DECLS

/* How the two ends of one m-line come by the keys that protect it: one of them for
 * the life of a call, however often ICE restarts (RFC 8842, 4). Session thread only,
 * but for one function. */
#define GST_TYPE_ICE_KEY_EXCHANGE (gst_ice_key_exchange_get_type ())
G_DECLARE_DERIVABLE_TYPE (GstIceKeyExchange, gst_ice_key_exchange, GST, ICE_KEY_EXCHANGE,
    GObject)

/* What it tells, on the session thread, never from inside a call to it but for what is
 * said of gst_ice_key_exchange_close(). */
typedef struct
{
  /* @packet: (transfer none): of a handshake, to be sent to the peer */
  void (*packet) (GstIceKeyExchange * key_exchange, GstBuffer * packet,
      gpointer user_data);
  /* @cipher: (transfer none): the peer is who its description says; once */
  void (*ready) (GstIceKeyExchange * key_exchange, GstIceCipher * cipher,
      gpointer user_data);
  /* There will be no keys, or, after ready(), the peer did not bring the exchange to its
   * end: nothing may be sent. */
  void (*failed) (GstIceKeyExchange * key_exchange, const GError * error,
      gpointer user_data);
  /* Returns: microseconds to the peer and back on the present path, 0: not known.
   *     Optional: %NULL */
  guint (*get_round_trip_us) (GstIceKeyExchange * key_exchange,
      gpointer user_data);
} GstIceKeyExchangeEvents;

typedef struct
{
  const gchar *name;            /* for logs and errors: "audio" */
  GstIceEncryption encryption;  /* not NONE */
  GMainContext *context;        /* of the session thread */
  const GstIceKeyExchangeEvents *events;   /* static */
  gpointer user_data;
} GstIceKeyExchangeSettings;

struct _GstIceKeyExchangeClass
{
  GObjectClass parent_class;

  GstIceKeying *(*get_keying) (GstIceKeyExchange * self);
  void (*agree) (GstIceKeyExchange * self, const GstIceKeying * theirs,
      gboolean answering);
  void (*start) (GstIceKeyExchange * self);
  void (*receive) (GstIceKeyExchange * self, GstBuffer * packet);
  void (*add_stats) (GstIceKeyExchange * self, GstStructure * stats);
  void (*close) (GstIceKeyExchange * self);
};

/* Returns: (transfer full): what the peer is to be told, always the same */
GstIceKeying *gst_ice_key_exchange_get_keying (GstIceKeyExchange * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* The peer's description is known, and ours was told. @answering: the peer made the
 * offer. Packets that come before are kept, a few of them. With SDES it may be called
 * again with other keys of the peer; the cipher that was told then has these as well. */
void gst_ice_key_exchange_agree (GstIceKeyExchange * self,
    const GstIceKeying * theirs, gboolean answering);

/* Packets can go: a handshake may begin. Once is enough. */
void gst_ice_key_exchange_start (GstIceKeyExchange * self);

/* Any thread. @packet: (transfer full): that looks like DTLS (RFC 7983, 7) */
void gst_ice_key_exchange_receive (GstIceKeyExchange * self, GstBuffer * packet);

/* Adds W3C's "dtls-state" and what goes with it. */
void gst_ice_key_exchange_add_stats (GstIceKeyExchange * self, GstStructure * stats);

/* Tells the peer, by a packet from inside this call, that this is the end. No event
 * follows. */
void gst_ice_key_exchange_close (GstIceKeyExchange * self);

typedef struct
{
  /* Any thread. Has made, in the background, what takes long to make. */
  void (*prepare) (GstIceEncryption encryption);
  /* Returns: (transfer full): or %NULL with @error set */
  GstIceKeyExchange *(*make) (const GstIceKeyExchangeSettings * settings,
      GError ** error);
} GstIceKeyExchangeBackend;

/* Before the first session; the plugin sets the backend (static), a test its fake. */
void gst_ice_key_exchange_set_backend (const GstIceKeyExchangeBackend * backend);

/* Any thread. Encryption of this kind is going to be wanted. */
void gst_ice_key_exchange_prepare (GstIceEncryption encryption);

GstIceKeyExchange *gst_ice_key_exchange_new (const GstIceKeyExchangeSettings * settings,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
