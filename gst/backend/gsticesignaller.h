/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeconfig.h"
#include "gsticesignallerevents.h"

G_BEGIN_DECLS

/* Carries descriptions and candidates to the peer and back. Session thread only,
 * whose GMainContext is the thread's default.
 *
 * As accept() makes a socket for each client, a listener may make a signaller for each
 * peer, which is the first argument of that peer's events. Such a one is not started and
 * not closed: hang_up() ends it. */
#define GST_TYPE_ICE_SIGNALLER (gst_ice_signaller_get_type ())
G_DECLARE_INTERFACE (GstIceSignaller, gst_ice_signaller, GST, ICE_SIGNALLER,
    GObject)

struct _GstIceSignallerInterface
{
  GTypeInterface g_iface;

  gboolean (*start) (GstIceSignaller * self,
      const GstIceSignallerEvents * events, gpointer user_data,
      GError ** error);
  gboolean (*is_caller) (GstIceSignaller * self);
  void (*send_description) (GstIceSignaller * self,
      GstIceDescription * description);
  void (*send_trickle) (GstIceSignaller * self, GstIceDescription * fragment);
  void (*reject) (GstIceSignaller * self, const GError * reason);
  void (*hang_up) (GstIceSignaller * self);
  void (*close) (GstIceSignaller * self, GDestroyNotify closed,
      gpointer user_data);

  /* Each may be NULL, with the result that its function documents. */
  void (*set_direction) (GstIceSignaller * self, GstIceDirection direction);
  gboolean (*awaits_peers) (GstIceSignaller * self);
  gboolean (*can_trickle_answer) (GstIceSignaller * self);
  gboolean (*can_restart) (GstIceSignaller * self);
  void (*send_restart) (GstIceSignaller * self, GstIceDescription * fragment);
  void (*set_full) (GstIceSignaller * self, gboolean full);
  void (*doubt_path) (GstIceSignaller * self);
  GstStructure *(*describe_peer) (GstIceSignaller * self);
};

/* Called before start(): what the elements of the session do. Not
 * implemented by signallers that do not need it. */
void gst_ice_signaller_set_direction (GstIceSignaller * self,
    GstIceDirection direction);

/* Begins. A listener listens; a caller waits for send_description(). @events
 * is static. An error means wrong settings, or the system, such as a port in
 * use. */
gboolean gst_ice_signaller_start (GstIceSignaller * self,
    const GstIceSignallerEvents * events, gpointer user_data, GError ** error);

/* Returns: whether this side makes the first offer. May change while there
 *     is no call. */
gboolean gst_ice_signaller_is_caller (GstIceSignaller * self);

/* Returns: whether another peer may come after a call that failed. Default:
 *     %TRUE for all but callers. */
gboolean gst_ice_signaller_awaits_peers (GstIceSignaller * self);

/* Returns: whether candidates found after the answer can still be sent.
 *     Default: %FALSE, and an answer waits for all candidates. */
gboolean gst_ice_signaller_can_trickle_answer (GstIceSignaller * self);

/* Sends an offer, or the answer to the last offer. */
void gst_ice_signaller_send_description (GstIceSignaller * self,
    GstIceDescription * description);

/* Sends the new candidates in @fragment. A signaller that can't send them,
 * or has no peer yet, keeps or drops them as its protocol says. */
void gst_ice_signaller_send_trickle (GstIceSignaller * self,
    GstIceDescription * fragment);

/* Returns: whether this side may begin an ICE restart. Default: %FALSE. A
 *     signaller without send_restart() gets a whole offer to send. */
gboolean gst_ice_signaller_can_restart (GstIceSignaller * self);
gboolean gst_ice_signaller_sends_restarts (GstIceSignaller * self);

/* Sends our new credentials and candidates, to begin a restart or to answer
 * the peer's. */
void gst_ice_signaller_send_restart (GstIceSignaller * self,
    GstIceDescription * fragment);

/* No media comes: a signaller whose connection takes the same way checks at
 * once whether it still works. */
void gst_ice_signaller_doubt_path (GstIceSignaller * self);

/* Whether a listener has as many peers as the session wants: it may refuse the next before
 * it is told. Who does not implement it tells all, and the session refuses. */
void gst_ice_signaller_set_full (GstIceSignaller * self, gboolean full);

/* Returns: (transfer full): who the peer is: "address" and "path", strings, and of HTTP
 *     "headers", a structure of strings without those that are secrets; empty when
 *     nothing is known */
GstStructure *gst_ice_signaller_describe_peer (GstIceSignaller * self)
    G_GNUC_WARN_UNUSED_RESULT;

/* Refuses the last offer or restart. The signaller waits for another. */
void gst_ice_signaller_reject (GstIceSignaller * self, const GError * reason);

/* Ends the relation with this peer, as after a failed call. A listener waits
 * for the next peer. */
void gst_ice_signaller_hang_up (GstIceSignaller * self);

/* Says goodbye to the peer and ends. No event follows. @closed is called
 * once, on the session thread, when the goodbye has left or was given up,
 * after 1 s at most. */
void gst_ice_signaller_close (GstIceSignaller * self, GDestroyNotify closed,
    gpointer user_data);

/* Returns: (transfer full): a signaller for the config's "signalling-uri",
 *     not started; or %NULL with @error set when the value is wrong */
typedef GstIceSignaller *(*GstIceSignallerFactory) (const GstIceConfig * config,
    GError ** error);

/* Called before the first session. @scheme: (transfer none): "http"; static */
void gst_ice_signaller_register (const gchar * scheme,
    GstIceSignallerFactory factory);
GstIceSignaller *gst_ice_signaller_new (const GstIceConfig * config,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
