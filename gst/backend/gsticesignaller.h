/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticeconfig.h"
#include "gsticesignallerevents.h"

G_BEGIN_DECLS

/* Carries descriptions and candidates to the peer and back. Session thread only,
 * whose GMainContext is the thread's default. */
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

  /* May be NULL, as their functions say. */
  void (*set_direction) (GstIceSignaller * self, GstIceDirection direction);
  gboolean (*awaits_peers) (GstIceSignaller * self);
  gboolean (*can_trickle_answer) (GstIceSignaller * self);
  gboolean (*can_restart) (GstIceSignaller * self);
  void (*send_restart) (GstIceSignaller * self, GstIceDescription * fragment);
  void (*set_replaceable) (GstIceSignaller * self, gboolean replaceable);
  void (*doubt_path) (GstIceSignaller * self);
};

/* Before start(): what the elements of the session do. Who must not know does not
 * implement it. */
void gst_ice_signaller_set_direction (GstIceSignaller * self,
    GstIceDirection direction);

/* Begins: a listener listens. A caller waits for send_description(). @events is
 * static. An error is one of the settings or the system (port in use). */
gboolean gst_ice_signaller_start (GstIceSignaller * self,
    const GstIceSignallerEvents * events, gpointer user_data, GError ** error);

/* %TRUE when this side makes the first offer; may change while there is no call. */
gboolean gst_ice_signaller_is_caller (GstIceSignaller * self);

/* %TRUE when a call that failed is not the end, since another peer may come; not
 * implemented: for all but callers. */
gboolean gst_ice_signaller_awaits_peers (GstIceSignaller * self);

/* %TRUE when candidates found after an answer was sent can still be sent; not
 * implemented: %FALSE, and an answer waits until it has all. */
gboolean gst_ice_signaller_can_trickle_answer (GstIceSignaller * self);

/* Sends an offer, or the answer to the offer that came last. */
void gst_ice_signaller_send_description (GstIceSignaller * self,
    GstIceDescription * description);

/* Sends candidates found since: @fragment has the new ones only. A signaller
 * that can't, or has no peer yet, keeps or drops them as its protocol says. */
void gst_ice_signaller_send_trickle (GstIceSignaller * self,
    GstIceDescription * fragment);

/* %TRUE when this side may begin a restart of ICE; not implemented: %FALSE. Who
 * does not implement send_restart() gets a whole offer to send. */
gboolean gst_ice_signaller_can_restart (GstIceSignaller * self);
gboolean gst_ice_signaller_sends_restarts (GstIceSignaller * self);

/* Sends our new credentials and candidates: to begin a restart, or as the answer to
 * the peer's. */
void gst_ice_signaller_send_restart (GstIceSignaller * self,
    GstIceDescription * fragment);

/* Media does not come: a signaller whose connection went the same way finds out now
 * whether it still works. */
void gst_ice_signaller_doubt_path (GstIceSignaller * self);

/* Whether the call is in such a state that a new offer ends it, instead of being
 * refused. Returns: %FALSE if it is not implemented */
gboolean gst_ice_signaller_set_replaceable (GstIceSignaller * self,
    gboolean replaceable);

/* Refuses the offer, or restart, that came last; the signaller waits for another. */
void gst_ice_signaller_reject (GstIceSignaller * self, const GError * reason);

/* Ends the relation with this peer, as in a call that failed; a listener then
 * waits for the next. */
void gst_ice_signaller_hang_up (GstIceSignaller * self);

/* Says goodbye to the peer and ends; no event follows. @closed is called once,
 * on the session thread, when the goodbye has left or was given up, at most 1 s
 * later. */
void gst_ice_signaller_close (GstIceSignaller * self, GDestroyNotify closed,
    gpointer user_data);

/* Returns: (transfer full): a signaller for the config's "signalling-uri", not
 *     started; or %NULL with @error set when its value is no good */
typedef GstIceSignaller *(*GstIceSignallerFactory) (const GstIceConfig * config,
    GError ** error);

/* Before the first session. @scheme: (transfer none): "http"; static */
void gst_ice_signaller_register (const gchar * scheme,
    GstIceSignallerFactory factory);
GstIceSignaller *gst_ice_signaller_new (const GstIceConfig * config,
    GError ** error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
