/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecipher.h"
#include "gsticekeying.h"

G_BEGIN_DECLS

/* Agrees with the peer on the keys of one m-line, once for a whole call,
 * however often ICE restarts (RFC 8842, 4). Session thread only, but for one
 * function. */
#define GST_TYPE_ICE_KEY_EXCHANGE (gst_ice_key_exchange_get_type ())
G_DECLARE_DERIVABLE_TYPE (GstIceKeyExchange, gst_ice_key_exchange, GST, ICE_KEY_EXCHANGE,
    GObject)

/* Events, on the session thread. They never come from inside a call to the
 * key exchange, except packet() from gst_ice_key_exchange_close(). */
typedef struct
{
  /* @packet: (transfer none): of the handshake, to be sent to the peer */
  void (*packet) (GstIceKeyExchange * key_exchange, GstBuffer * packet,
      gpointer user_data);
  /* The peer is the one in its description. Comes once. @cipher: (transfer
   * none) */
  void (*ready) (GstIceKeyExchange * key_exchange, GstIceCipher * cipher,
      gpointer user_data);
  /* There will be no keys; or, after ready(), the peer did not finish the
   * exchange. Nothing may be sent. */
  void (*failed) (GstIceKeyExchange * key_exchange, const GError * error,
      gpointer user_data);
  /* The peer, and nobody else, has ended what the keys are for: its call, or
   * this m-line of it. Comes once, after ready(). */
  void (*ended) (GstIceKeyExchange * key_exchange, gpointer user_data);
  /* Returns: the round-trip time of the present path in microseconds, 0:
   *     unknown. Optional: may be %NULL. */
  guint (*get_round_trip_us) (GstIceKeyExchange * key_exchange,
      gpointer user_data);
} GstIceKeyExchangeEvents;

typedef struct
{
  const gchar *name;            /* for logs and errors, such as "audio" */
  GstIceEncryption encryption;  /* not NONE */
  const GstIceKeying *ours;     /* what our description says already, copied; NULL:
                                 * nothing yet. The certificate of DTLS is the
                                 * process's in any case. */
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

/* Returns: (transfer full): what our description says, always the same */
GstIceKeying *gst_ice_key_exchange_get_keying (GstIceKeyExchange * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* Called when the peer's description is known and ours was sent. Earlier
 * packets are kept, a few of them. With SDES this may be called again with
 * other keys of the peer; the cipher then gets these keys too. @answering:
 * the peer made the offer */
void gst_ice_key_exchange_agree (GstIceKeyExchange * self,
    const GstIceKeying * theirs, gboolean answering);

/* There is a path, so the handshake may begin. One call is enough. */
void gst_ice_key_exchange_start (GstIceKeyExchange * self);

/* Any thread. @packet: (transfer full): looks like DTLS (RFC 7983, 7) */
void gst_ice_key_exchange_receive (GstIceKeyExchange * self, GstBuffer * packet);

/* Adds W3C's "dtls-state" and the fields that belong to it. */
void gst_ice_key_exchange_add_stats (GstIceKeyExchange * self, GstStructure * stats);

/* Tells the peer that this is the end, with a packet() from inside this
 * call. No other event follows. */
void gst_ice_key_exchange_close (GstIceKeyExchange * self);

typedef struct
{
  /* Any thread. Begins in the background to make what takes long. */
  void (*prepare) (GstIceEncryption encryption);
  /* Returns: (transfer full): a key exchange, or %NULL with @error set */
  GstIceKeyExchange *(*make) (const GstIceKeyExchangeSettings * settings,
      GError ** error);
} GstIceKeyExchangeBackend;

/* Called before the first session: by the plugin for the backend (static),
 * by a test for a fake. */
void gst_ice_key_exchange_set_backend (const GstIceKeyExchangeBackend * backend);

/* Any thread. Encryption of this kind will be needed. */
void gst_ice_key_exchange_prepare (GstIceEncryption encryption);

GstIceKeyExchange *gst_ice_key_exchange_new (const GstIceKeyExchangeSettings * settings,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
