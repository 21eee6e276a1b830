/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The signals and actions that icesrc and icesink share, with their documentation. */

#include "config.h"

#include "gsticeelementsignals.h"

#include "gsticeelement.h"

/* An element's actions are those of its session. */

static void
add_ice_candidate (GstElement * element, guint mline, const gchar * candidate)
{
  g_autoptr (GObject) session = NULL;

  g_object_get (element, "session", &session, NULL);
  g_signal_emit_by_name (session, "add-ice-candidate", mline, candidate);
}

static gchar *
create_offer (GstElement * element)
{
  g_autoptr (GObject) session = NULL;
  gchar *offer = NULL;

  g_object_get (element, "session", &session, NULL);
  g_signal_emit_by_name (session, "create-offer", &offer);
  return offer;
}

static gchar *
create_answer (GstElement * element)
{
  g_autoptr (GObject) session = NULL;
  gchar *answer = NULL;

  g_object_get (element, "session", &session, NULL);
  g_signal_emit_by_name (session, "create-answer", &answer);
  return answer;
}

static gboolean
set_remote_description (GstElement * element, const gchar * sdp)
{
  const GSignalInvocationHint *hint = g_signal_get_invocation_hint (element);
  g_autofree gchar *name = g_strconcat ("set-remote-description",
      hint->detail != 0 ? "::" : NULL, g_quark_to_string (hint->detail), NULL);
  g_autoptr (GObject) session = NULL;
  gboolean taken = FALSE;

  g_object_get (element, "session", &session, NULL);
  g_signal_emit_by_name (session, name, sdp, &taken);
  return taken;
}

static void
restart_ice (GstElement * element)
{
  g_autoptr (GObject) session = NULL;

  g_object_get (element, "session", &session, NULL);
  g_signal_emit_by_name (session, "restart-ice");
}

static void
install_signals (GType type)
{
  /**
   * GstIceSrc::on-ice-candidate:
   * @self: the element
   * @mline: number of its m-line, from 0
   * @candidate: a local candidate, "candidate:…" (RFC 8839, 5.1); "" after the
   *     last
   *
   * To be sent to the peer, if there is no signalling-uri. Emitted on the session's
   * thread, for the m-line of this element; #GstIceSrc:session has the same for
   * all. The message ice-candidate tells the same.
   */
  g_signal_new ("on-ice-candidate", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
      NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_STRING);

  /**
   * GstIceSrc::on-selected-candidate-pair-change:
   * @self: the element
   *
   * #GstIceSrc:selected-pair has changed. Emitted on the session's thread; the
   * message ice-selected-pair tells the same.
   */
  g_signal_new ("on-selected-candidate-pair-change", type, G_SIGNAL_RUN_LAST, 0,
      NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
install_descriptions (GType type)
{
  const GSignalFlags action = G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION;

  /**
   * GstIceSrc::create-offer:
   * @self: the element
   *
   * The same as #GstIceAppSignaller::create-offer, for all m-lines of the session.
   *
   * Returns: (transfer full) (nullable): the offer as SDP
   */
  g_signal_new_class_handler ("create-offer", type, action,
      G_CALLBACK (create_offer), NULL, NULL, NULL, G_TYPE_STRING, 0);

  /**
   * GstIceSrc::create-answer:
   * @self: the element
   *
   * The same as #GstIceAppSignaller::create-answer, for all m-lines of the session.
   *
   * Returns: (transfer full) (nullable): the answer as SDP
   */
  g_signal_new_class_handler ("create-answer", type, action,
      G_CALLBACK (create_answer), NULL, NULL, NULL, G_TYPE_STRING, 0);

  /**
   * GstIceSrc::set-remote-description:
   * @self: the element
   * @sdp: the peer's answer if an offer of ours is open, else its offer
   *
   * The same as #GstIceAppSignaller::set-remote-description.
   *
   * Returns: %FALSE when it is no good; all is then as before
   */
  g_signal_new_class_handler ("set-remote-description", type,
      action | G_SIGNAL_DETAILED, G_CALLBACK (set_remote_description), NULL,
      NULL, NULL, G_TYPE_BOOLEAN, 1, G_TYPE_STRING);
}

static void
install_actions (GType type)
{
  /**
   * GstIceSrc::add-ice-candidate:
   * @self: the element
   * @mline: number of the m-line, from 0
   * @candidate: (nullable): the peer's, with or without "a="; "" or %NULL: that
   *     was the last
   *
   * The same as #GstIceAppSignaller::add-ice-candidate.
   */
  g_signal_new_class_handler ("add-ice-candidate", type,
      G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, G_CALLBACK (add_ice_candidate), NULL,
      NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_STRING);

  /**
   * GstIceSrc::restart-ice:
   * @self: the element
   *
   * The same as #GstIceAppSignaller::restart-ice, for all m-lines of the session.
   */
  g_signal_new_class_handler ("restart-ice", type,
      G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, G_CALLBACK (restart_ice), NULL, NULL,
      NULL, G_TYPE_NONE, 0);

  /**
   * GstIceSrc::add-turn-server:
   * @self: the element
   * @uri: as in #GstIceSrc:turn-server
   *
   * One more TURN server, for the whole session. Agents that gather or check
   * already use it as well.
   *
   * Returns: %FALSE when @uri is not that of a TURN server
   */
  g_signal_new_class_handler ("add-turn-server", type,
      G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION,
      G_CALLBACK (gst_ice_element_add_turn_server), NULL, NULL, NULL,
      G_TYPE_BOOLEAN, 1, G_TYPE_STRING);
}

void
gst_ice_element_signals_install (GType type)
{
  install_signals (type);
  install_descriptions (type);
  install_actions (type);
}
