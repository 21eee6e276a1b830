/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticedescription.h"
#include "gsticeserver.h"

G_BEGIN_DECLS

typedef struct _GstIceSignaller GstIceSignaller;

/* What a signaller tells, on the session thread, never from inside a call to it.
 * Errors are in domain GST_ICE_ERROR and (transfer none), as all arguments are.
 *
 * A listener that can have several peers tells of each by a signaller of its own, which is
 * @signaller in all that is about that peer: who keeps it takes a reference. */
typedef struct
{
  /* An offer, or the answer to ours. The session answers an offer with
   * send_description() or reject(). */
  void (*description) (GstIceSignaller * signaller,
      GstIceDescription * description, gpointer user_data);
  /* Candidates of the peer, in a description of type FRAGMENT. */
  void (*trickle) (GstIceSignaller * signaller, GstIceDescription * fragment,
      gpointer user_data);
  /* A step to show to the user: "offer sent", "waiting for
   * http://rx:80/cam". */
  void (*progress) (GstIceSignaller * signaller, const gchar * text,
      gpointer user_data);
  /* Something that the user should know. The call goes on. */
  void (*warning) (GstIceSignaller * signaller, const GError * warning,
      gpointer user_data);
  /* The signaller can't go on. The session ends with this message. */
  void (*failed) (GstIceSignaller * signaller, const GError * error,
      gpointer user_data);
  /* The peer said goodbye. Its signaller, if it is not the listener, is at its end. */
  void (*hung_up) (GstIceSignaller * signaller, gpointer user_data);
  /* New credentials and candidates in a FRAGMENT: the answer to our restart,
   * or a restart of the peer, which the session answers with send_restart()
   * or reject(). */
  void (*restart) (GstIceSignaller * signaller, GstIceDescription * fragment,
      gpointer user_data);
  /* The peer refuses our restart. The call goes on. */
  void (*restart_failed) (GstIceSignaller * signaller, const GError * error,
      gpointer user_data);
  /* A peer waits for an offer: is_caller() is %TRUE from this event on. The
   * session answers with send_description() or reject(). Callers need not
   * emit this. */
  void (*offer_wanted) (GstIceSignaller * signaller, gpointer user_data);
  /* The signalling server names a STUN or TURN server. */
  void (*server) (GstIceSignaller * signaller, const GstIceServer * server,
      gpointer user_data);
} GstIceSignallerEvents;

G_END_DECLS
