/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedescription.h"
#include "gsticeserver.h"

G_BEGIN_DECLS

typedef struct _GstIceSignaller GstIceSignaller;

/* What a signaller tells, on the session thread, never from inside a call to it.
 * Errors are in domain GST_ICE_ERROR and (transfer none), as all arguments are. */
typedef struct
{
  /* An offer, or the answer to ours. The session answers an offer with
   * send_description() or reject(). */
  void (*description) (GstIceSignaller * signaller,
      GstIceDescription * description, gpointer user_data);
  /* Candidates of the peer: a description of type FRAGMENT. */
  void (*trickle) (GstIceSignaller * signaller, GstIceDescription * fragment,
      gpointer user_data);
  /* A step a user wants to see: "offer sent", "waiting for http://rx:80/cam" */
  void (*progress) (GstIceSignaller * signaller, const gchar * text,
      gpointer user_data);
  /* What a user should know, while all goes on. */
  void (*warning) (GstIceSignaller * signaller, const GError * warning,
      gpointer user_data);
  /* It can't go on: the session ends with this message. */
  void (*failed) (GstIceSignaller * signaller, const GError * error,
      gpointer user_data);
  /* The peer said goodbye: the one whose offer is not answered yet, if there is such a
   * one, and a call that it would have replaced goes on; else the call's. */
  void (*hung_up) (GstIceSignaller * signaller, gpointer user_data);
  /* New credentials and candidates, a FRAGMENT: the answer to our restart, or the
   * peer's, which the session answers with send_restart() or reject(). */
  void (*restart) (GstIceSignaller * signaller, GstIceDescription * fragment,
      gpointer user_data);
  /* The peer does not take our restart; the call goes on. */
  void (*restart_failed) (GstIceSignaller * signaller, const GError * error,
      gpointer user_data);
  /* A peer waits for an offer: is_caller() is %TRUE from now on. The session
   * answers with send_description() or reject(). Callers need not tell it. */
  void (*offer_wanted) (GstIceSignaller * signaller, gpointer user_data);
  /* A STUN or TURN server that the signalling's server tells of. */
  void (*server) (GstIceSignaller * signaller, const GstIceServer * server,
      gpointer user_data);
} GstIceSignallerEvents;

G_END_DECLS
