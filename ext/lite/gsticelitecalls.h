/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedemux.h"
#include "gsticeroute.h"
#include "gsticeudpstun.h"

G_BEGIN_DECLS

/* The calls of lite agents (RFC 8445, 2.5) on one port: finds the call of a
 * user name or address, answers checks, and follows nominations. No socket,
 * no thread; time is an argument in monotonic microseconds. The owner's lock
 * protects all calls. */
typedef struct _GstIceLiteCalls GstIceLiteCalls;

/* One component of one agent. */
typedef struct _GstIceLiteCall GstIceLiteCall;

#define GST_ICE_LITE_MAX_PATHS 4

/* An address from which the peer sent authenticated checks. */
typedef struct
{
  GstIceLiteCall *call;         /* NULL: this entry is unused */
  GstIceUdpAddress remote;
  GstIceUdpAddress local;       /* the address that the peer asked; answers
                                 * and media leave from it */
  guint stream;                 /* number of an ICE-TCP connection; 0: UDP */
  guint32 priority;             /* from the peer's last check */
  guint peer_name;              /* identifies the peer's own ufrag */
  gboolean nominated;           /* by any check */
  gint64 checked_us;            /* when the last authenticated check came */
  gint64 media_us;              /* when media last came, from any sender; 0:
                                 * never */
} GstIceLitePath;

/* How the peer of a call is heard. */
typedef enum
{
  GST_ICE_LITE_ALIVE,
  GST_ICE_LITE_SUSPECT,         /* silent for 8 s: a check is late */
  GST_ICE_LITE_LOST,            /* silent for the consent time: nothing is
                                 * sent */
} GstIceLiteHealth;

typedef struct
{
  const gchar *ufrag;           /* ours; copied */
  const gchar *password;        /* ours; copied */
  GstIceDemux *demux;           /* (transfer none): takes media; if two calls
                                 * have the same, the second is a restart of
                                 * the first */
  guint consent_ms;             /* 0: no limit */
  gboolean media_vouches;       /* any media counts as consent: not encrypted */
  /* Another address is nominated, or the health has changed. The lock is
   * held: only passes the news to another thread. */
  void (*changed) (gpointer user_data);
  gpointer user_data;
} GstIceLiteCallSettings;

GstIceLiteCalls *gst_ice_lite_calls_new (void) G_GNUC_WARN_UNUSED_RESULT;
/* All calls must have been removed. */
void gst_ice_lite_calls_free (GstIceLiteCalls * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstIceLiteCalls, gst_ice_lite_calls_free)

/* Returns: (transfer none): the call, valid until it is removed; %NULL: the
 *     user name is in use */
GstIceLiteCall *gst_ice_lite_calls_add (GstIceLiteCalls * self,
    const GstIceLiteCallSettings * settings);
void gst_ice_lite_calls_remove (GstIceLiteCalls * self, GstIceLiteCall * call);

/* The peer that answered calls itself @ufrag. When several peers know our
 * password, as in a call that forks, the nominations of this one count
 * before those of the others. */
void gst_ice_lite_calls_set_peer (GstIceLiteCalls * self, GstIceLiteCall * call,
    const gchar * ufrag, gint64 now_us);

/* Takes a packet whose first byte is below 4.
 * @local: the address that it came to
 * @stream: as in a path
 * Returns: the size of @answer, 0: no answer */
gsize gst_ice_lite_calls_take_stun (GstIceLiteCalls * self,
    const GstIceUdpAddress * from, const GstIceUdpAddress * local, guint stream,
    const guint8 * data, gsize size_bytes, gint64 now_us,
    guint8 answer[GST_ICE_UDP_STUN_MAX_SIZE]);

/* Returns: (transfer none) (nullable): the path of media from that address;
 *     %NULL: it belongs to no call */
GstIceLitePath *gst_ice_lite_calls_find_path (GstIceLiteCalls * self,
    const GstIceUdpAddress * from, guint stream);

/* The TCP connection @stream of @from has ended. A call whose path it was
 * has lost its path. */
void gst_ice_lite_calls_forget_stream (GstIceLiteCalls * self,
    const GstIceUdpAddress * from, guint stream);

/* Checks, once a second at most, whether peers have been silent for too
 * long. */
void gst_ice_lite_calls_tick (GstIceLiteCalls * self, gint64 now_us);

GstIceDemux *gst_ice_lite_call_get_demux (GstIceLiteCall * self);

/* Returns: (transfer none) (nullable): the path that the peer has nominated */
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
  guint64 malformed;            /* begins like STUN but is not, or not a
                                 * check */
  guint64 conflicts;            /* 487: the peer believes it is controlled */
  guint64 claimed;              /* from an address that another call uses */
  guint64 replayed;             /* a transaction from two addresses */
  guint64 indications;
} GstIceLiteCounts;

/* Returns: (transfer none): may be read and added to */
GstIceLiteCounts *gst_ice_lite_calls_get_counts (GstIceLiteCalls * self);

guint gst_ice_lite_calls_get_n_calls (GstIceLiteCalls * self);

G_END_DECLS
