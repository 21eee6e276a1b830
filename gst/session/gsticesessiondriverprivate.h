/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticecall.h"
#include "gsticesessiondriver.h"
#include "gsticerestartpolicy.h"
#include "gsticemembers.h"
#include "gsticesignaller.h"

G_BEGIN_DECLS

/* What the driver's files share: gsticesessiondriver.c has the members and the
 * course of things, the others its two ways to the peer. */
struct _GstIceSessionDriver
{
  GMainContext *context;
  GstIceConfig *config;         /* of all members, merged */
  GstIceMembers *members;
  GstIceServers *servers;
  GstIceClaims *claims;
  GstIceCall *call;             /* NULL: nobody was talked to yet */
  GstIceSignaller *signaller;   /* NULL: the application carries */
  gboolean described;           /* what is open was sent or handed out */
  gboolean answering;           /* the signaller's peer waits for an answer */
  gboolean asked;               /* the application was told to negotiate */
  gboolean ended;               /* an error, or the peer's goodbye */
  GstIceDescription *pending_offer;     /* came before all were ready */
  GQueue pending_fragments;     /* of GstIceDescription, that came after it */
  GError *failure;              /* of the call, not yet dealt with */
  GQueue requests;              /* who waits for a description, oldest first */
  GSource *run_source;          /* attached when something has changed */

  GstIceRestartPolicy restarts;
  gboolean restart_open;        /* ours is to be sent, or the peer's answered */
  gboolean replaceable;         /* the peer's next offer ends the call */
  GSource *silence_timer;       /* looks whether media comes, or NULL */
  GSource *restart_wait;        /* what is wanted has to wait, or NULL */
  GSource *restart_timer;       /* gives the one under way up, or NULL */
  GSource *grace_timer;         /* gives a path that was lost up, or NULL */

  guint n_closing;              /* signaller and calls, while closing */
  GDestroyNotify closed;        /* NULL: not closing */
  gpointer closed_data;
};

void gst_ice_session_driver_tell (GstIceSessionDriver * self,
    const GstIceNotice * notice);

/* @member: (nullable): %NULL: whoever speaks for the session */
void gst_ice_session_driver_tell_error (GstIceSessionDriver * self,
    GstIceNoticeType type, GstIceMember * member, const GError * error);

/* Ends the session for good: @error has been, or is now, on the bus before any
 * element's streaming stops. */
void gst_ice_session_driver_fail (GstIceSessionDriver * self, GstIceMember * member,
    const GError * error);

/* Has all that is to be done looked at again, soon. */
void gst_ice_session_driver_schedule (GstIceSessionDriver * self);

/* Returns: (transfer none): what is said to the peer, who may be new */
GstIceNegotiation *gst_ice_session_driver_get_negotiation (GstIceSessionDriver * self);

/* Takes the offer that waits, when all members are ready for it.
 * Returns: %FALSE with @error set when it is refused */
gboolean gst_ice_session_driver_take_offer (GstIceSessionDriver * self, GError ** error);

/* A listener waits for the next peer. */
void gst_ice_session_driver_forget_peer (GstIceSessionDriver * self);
void gst_ice_session_driver_forget_offer (GstIceSessionDriver * self);

/* gsticesessiondriverrestart.c: what the call and the signaller tell; begins what is
 * wanted, sends what is open; forgets all that with the peer. */
void gst_ice_session_driver_on_trouble (GstIceRestartReason reason,
    gpointer user_data);
void gst_ice_session_driver_on_restarted (gboolean works, gpointer user_data);
void gst_ice_session_driver_take_restart (GstIceSessionDriver * self,
    GstIceDescription * fragment);
/* Returns: whether there was one under way */
gboolean gst_ice_session_driver_refuse_restart (GstIceSessionDriver * self,
    const GError * error);
gboolean gst_ice_session_driver_begin_restart (GstIceSessionDriver * self,
    GError ** error);
void gst_ice_session_driver_serve_restarts (GstIceSessionDriver * self);
void gst_ice_session_driver_forget_restarts (GstIceSessionDriver * self);
/* gsticesessiondriverservers.c: reads the settings of servers; what they tell. */
void gst_ice_session_driver_start_servers (GstIceSessionDriver * self);
extern const GstIceServersEvents gst_ice_session_driver_servers_events;

/* gsticesessiondriversignalling.c: makes the signaller when its URI is known; sends
 * what it is to carry. */
void gst_ice_session_driver_start_signaller (GstIceSessionDriver * self);
void gst_ice_session_driver_serve_signaller (GstIceSessionDriver * self);
/* Whether what is to be sent has to wait for all candidates. */
gboolean gst_ice_session_driver_wants_all (GstIceSessionDriver * self,
    gboolean answering);

/* gsticesessiondriverapp.c: hands the open description to whoever waits for it, if it
 * is worth it; or tells all of them, or those who wait for an answer, that there
 * will be none. */
void gst_ice_session_driver_serve_requests (GstIceSessionDriver * self);
void gst_ice_session_driver_fail_requests (GstIceSessionDriver * self);
void gst_ice_session_driver_fail_answers (GstIceSessionDriver * self,
    const GError * error);

G_END_DECLS
