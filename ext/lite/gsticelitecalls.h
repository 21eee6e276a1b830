/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedemux.h"
#include "gsticeroute.h"
#include "gsticeudpstun.h"

G_BEGIN_DECLS

/* The calls of a lite agent (RFC 8445, 2.5) on one port: who has which user name and
 * which address, what is answered to a check, and which address is nominated. No
 * socket, no thread; time is an argument, monotonic microseconds. Whose it is has the
 * lock. */
typedef struct _GstIceLiteCalls GstIceLiteCalls;

/* One component of one agent. */
typedef struct _GstIceLiteCall GstIceLiteCall;

#define GST_ICE_LITE_MAX_PATHS 4

/* An address that the peer was heard from, authenticated. */
typedef struct
{
  GstIceLiteCall *call;         /* NULL: the place is free */
  GstIceUdpAddress remote;
  GstIceUdpAddress local;       /* that the peer asked; answers and media leave from it */
  guint stream;                 /* a connection of ICE-TCP; 0: UDP */
  guint32 priority;             /* as the peer's last check says */
  guint peer_name;              /* stands for the ufrag that it says is its own */
  gboolean nominated;           /* by any check */
  gint64 checked_us;            /* the last authenticated check */
  gint64 media_us;              /* the last packet of media, whoever sent it; 0: none */
} GstIceLitePath;

/* How the peer of a call is heard. */
typedef enum
{
  GST_ICE_LITE_ALIVE,
  GST_ICE_LITE_SUSPECT,         /* silent for 8 s: a consent check is late */
  GST_ICE_LITE_LOST,            /* silent for the time of consent: nothing is sent */
} GstIceLiteHealth;

typedef struct
{
  const gchar *ufrag;           /* ours; copied */
  const gchar *password;        /* ours; copied */
  GstIceDemux *demux;           /* (transfer none): where media goes; of two calls with
                                 * the same one, the second is a restart of the first */
  guint consent_ms;             /* 0: consent does not end */
  gboolean media_vouches;       /* any packet of media consents: without encryption */
  /* Another address is nominated, or the health has changed. Called with the lock
   * held: only says so to another thread. */
  void (*changed) (gpointer user_data);
  gpointer user_data;
} GstIceLiteCallSettings;

GstIceLiteCalls *gst_ice_lite_calls_new (void) G_GNUC_WARN_UNUSED_RESULT;
/* No call is left. */
void gst_ice_lite_calls_free (GstIceLiteCalls * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceLiteCalls, gst_ice_lite_calls_free)

/* Returns: (transfer none): the call, until it is removed; %NULL: a call has this
 *     user name */
GstIceLiteCall *gst_ice_lite_calls_add (GstIceLiteCalls * self,
    const GstIceLiteCallSettings * settings);
void gst_ice_lite_calls_remove (GstIceLiteCalls * self, GstIceLiteCall * call);

/* The peer has answered, and calls itself @ufrag: where several know our password, as
 * of a call that forks, this one's nominations count before the others'. */
void gst_ice_lite_calls_set_peer (GstIceLiteCalls * self, GstIceLiteCall * call,
    const gchar * ufrag, gint64 now_us);

/* Takes a packet whose first byte is below 4. @local: the address that it came to;
 * @stream: as of a path
 * Returns: how many bytes @answer has, 0: silence */
gsize gst_ice_lite_calls_take_stun (GstIceLiteCalls * self,
    const GstIceUdpAddress * from, const GstIceUdpAddress * local, guint stream,
    const guint8 * data, gsize size_bytes, gint64 now_us,
    guint8 answer[GST_ICE_UDP_STUN_MAX_SIZE]);

/* Returns: (transfer none) (nullable): whose media comes from there; %NULL: a
 *     stranger's */
GstIceLitePath *gst_ice_lite_calls_find_path (GstIceLiteCalls * self,
    const GstIceUdpAddress * from, guint stream);

/* The TCP connection @stream of @from is over. A call that it was the path of is lost. */
void gst_ice_lite_calls_forget_stream (GstIceLiteCalls * self,
    const GstIceUdpAddress * from, guint stream);

/* Looks whether peers are silent for too long, at most once a second. */
void gst_ice_lite_calls_tick (GstIceLiteCalls * self, gint64 now_us);

GstIceDemux *gst_ice_lite_call_get_demux (GstIceLiteCall * self);

/* Returns: (transfer none) (nullable): what the peer has nominated */
const GstIceLitePath *gst_ice_lite_call_get_selected (GstIceLiteCall * self);
GstIceLiteHealth gst_ice_lite_call_get_health (GstIceLiteCall * self);

/* Returns: whether a check came from a peer that knows the password */
gboolean gst_ice_lite_call_was_checked (GstIceLiteCall * self);

/* @route: (transfer none) (nullable): who asks for media that a cipher has
 *     authenticated (gst_ice_route_get_vouched_ms()) asks there */
void gst_ice_lite_call_set_route (GstIceLiteCall * self, GstIceRoute * route);

typedef struct
{
  guint64 checks;               /* answered with success */
  guint64 strangers;            /* media from an address of no call */
  guint64 unknown;              /* checks for a user name that no call has */
  guint64 forged;               /* with a wrong integrity or fingerprint */
  guint64 malformed;            /* looks like STUN and is none, or is no check */
  guint64 conflicts;            /* 487: the peer takes itself for controlled */
  guint64 claimed;              /* from an address that another call uses */
  guint64 replayed;             /* a transaction that came from two addresses */
  guint64 indications;
} GstIceLiteCounts;

/* Returns: (transfer none): to be read, and added to */
GstIceLiteCounts *gst_ice_lite_calls_get_counts (GstIceLiteCalls * self);

guint gst_ice_lite_calls_get_n_calls (GstIceLiteCalls * self);

G_END_DECLS
