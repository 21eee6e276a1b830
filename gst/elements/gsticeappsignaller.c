/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/**
 * SECTION:object-GstIceAppSignaller
 * @title: GstIceAppSignaller
 * @short_description: a session, for applications that carry its descriptions
 *
 * The object in the property #GstIceSrc:session and #GstIceSink:session: offers
 * and answers (RFC 3264) as SDP, candidates (RFC 8838) one by one, with the names
 * of webrtcbin's signals. It is of use when no signalling-uri is set.
 *
 * It is there from the element's construction on, so that handlers can be connected
 * before a pipeline starts, and stays the same when the element goes to NULL and back.
 * Actions need a session, from state READY on. Elements of one session that are in one
 * pipeline, or have the same session-name, show the same object.
 *
 * The side that calls waits for #GstIceAppSignaller::on-negotiation-needed, emits
 * #GstIceAppSignaller::create-offer and sends the text to its peer, which gives it
 * to #GstIceAppSignaller::set-remote-description and answers with
 * #GstIceAppSignaller::create-answer. Candidates go both ways from
 * #GstIceAppSignaller::on-ice-candidate to #GstIceAppSignaller::add-ice-candidate.
 * Without trickling: wait until #GstIceAppSignaller:ice-gathering-state is
 * complete; an offer or answer created then has all candidates.
 *
 * Signals are emitted on the session's thread, where every action may be called.
 * An action that fails returns %NULL or %FALSE, and an element of the session
 * posts a warning message that says why.
 */

#include "config.h"

#include "gsticeappsignaller.h"

#include "gsticeappsignallerclass.h"
#include "gsticecandidatetext.h"
#include "gsticeerror.h"
#include "gsticelog.h"
#include "gsticemessage.h"
#include "gsticesdp.h"

GST_ICE_LOG_CATEGORY (gst_ice_app_signaller_log, "iceappsignaller",
    "ICE signalling by the application");
#define GST_CAT_DEFAULT gst_ice_app_signaller_log ()

enum
{
  SIGNAL_NEGOTIATION_NEEDED,
  SIGNAL_ICE_CANDIDATE,
  SIGNAL_SELECTED_PAIR_CHANGE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

struct _GstIceAppSignaller
{
  GObject parent;

  GWeakRef session;             /* the last that was attached */

  GMutex lock;                  /* never held while calling out */

  /* Protected by lock. */
  GList *elements;              /* of GstElement, not owned: all that show us */
  guint n_attached;             /* those of them that are in the session; 0: there is
                                 * none, and the one of the weak reference is over */
  gboolean was_attached;

  /* Session thread: what was last told of. */
  GstIceConnectionState connection_state;
  GstIceGatheringState gathering_state;
};

G_DEFINE_TYPE (GstIceAppSignaller, gst_ice_app_signaller, G_TYPE_OBJECT);

static GMutex names_lock;       /* taken before that of an object */

/* Protected by names_lock. */
static GHashTable *names;       /* of a session -> GstIceAppSignaller, not owned, which
                                 * has an element */

/* Of a session: our offer to its peer waits for an answer, whichever object made it. */
static G_DEFINE_QUARK (gst - ice - offered, offered);

/* Returns: (transfer full) (nullable): the session, if an element is in it */
static GstIceSession *
gst_ice_app_signaller_dup_session (GstIceAppSignaller * self)
{
  gboolean attached;

  g_mutex_lock (&self->lock);
  attached = self->n_attached > 0;
  g_mutex_unlock (&self->lock);
  return attached ? g_weak_ref_get (&self->session) : NULL;
}

/* Returns: (transfer full) (nullable): the session, or %NULL with @error set */
static GstIceSession *
gst_ice_app_signaller_get_session (GstIceAppSignaller * self, GError ** error)
{
  GstIceSession *session = gst_ice_app_signaller_dup_session (self);

  if (session == NULL)
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
        "There is no session: the elements are in state NULL, or gone");
  return session;
}

/* Says on the bus, and in the log, that the action @name failed. */
static void
gst_ice_app_signaller_warn (GstIceAppSignaller * self, const gchar * name,
    GError * error)
{
  g_autoptr (GstElement) element = NULL;

  GST_WARNING_OBJECT (self, "%s: %s", name, error->message);

  g_mutex_lock (&self->lock);
  if (self->elements != NULL)
    element = gst_object_ref (self->elements->data);
  g_mutex_unlock (&self->lock);

  g_prefix_error (&error, "%s failed: ", name);
  if (element != NULL)
    gst_ice_message_post_error (element, GST_MESSAGE_WARNING, error);
  g_error_free (error);
}

static gchar *
gst_ice_app_signaller_create (GstIceAppSignaller * self,
    GstIceDescriptionType type, GError ** error)
{
  g_autoptr (GstIceDescription) description = NULL;
  g_autoptr (GstIceSession) session = NULL;

  session = gst_ice_app_signaller_get_session (self, error);
  if (session == NULL)
    return NULL;

  description = gst_ice_session_create_description (session, type, error);
  if (description == NULL)
    return NULL;

  g_object_set_qdata (G_OBJECT (session), offered_quark (),
      GINT_TO_POINTER (type == GST_ICE_DESCRIPTION_OFFER));
  return gst_ice_sdp_write (description);
}

static gchar *
gst_ice_app_signaller_create_offer (GstIceAppSignaller * self)
{
  GError *error = NULL;
  gchar *text = gst_ice_app_signaller_create (self, GST_ICE_DESCRIPTION_OFFER,
      &error);

  if (text == NULL)
    gst_ice_app_signaller_warn (self, "create-offer", error);
  return text;
}

static gchar *
gst_ice_app_signaller_create_answer (GstIceAppSignaller * self)
{
  GError *error = NULL;
  gchar *text = gst_ice_app_signaller_create (self, GST_ICE_DESCRIPTION_ANSWER,
      &error);

  if (text == NULL)
    gst_ice_app_signaller_warn (self, "create-answer", error);
  return text;
}

/* The words of W3C's RTCSdpType, and what they mean. */
static const struct
{
  const gchar *word;
  GstIceDescriptionType type;
  gboolean provisional;
} remote_types[] = {
  {"offer", GST_ICE_DESCRIPTION_OFFER, FALSE},
  {"pranswer", GST_ICE_DESCRIPTION_ANSWER, TRUE},
  {"answer", GST_ICE_DESCRIPTION_ANSWER, FALSE}
};

/* Returns: the number of the type, -1: there is no such type, and @error is set */
static gint
find_remote_type (const gchar * word, GError ** error)
{
  for (guint i = 0; i < G_N_ELEMENTS (remote_types); i++) {
    if (g_str_equal (remote_types[i].word, word))
      return (gint) i;
  }
  g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
      "There is no type %s of descriptions: it is offer, answer or pranswer",
      word);
  return -1;
}

/* Whether @description, read as an answer, is an offer by what it says of DTLS: an answer
 * chooses who begins (RFC 5763, 5). */
static gboolean
is_plainly_offer (const GstIceDescription * description)
{
  for (guint i = 0; i < description->media->len; i++) {
    const GstIceKeying *keying =
        gst_ice_description_get_media (description, i)->keying;

    if (keying != NULL && keying->setup == GST_ICE_SETUP_ACTPASS)
      return TRUE;
  }
  return FALSE;
}

/* @word: (nullable): the type; %NULL: an answer if an offer of ours is open, else an offer
 * Returns: (transfer full) (nullable): what @text describes */
static GstIceDescription *
parse_remote (GstIceSession * session, const gchar * text, const gchar * word,
    GError ** error)
{
  const gboolean open =
      g_object_get_qdata (G_OBJECT (session), offered_quark ()) != NULL;
  const gint type = find_remote_type (word != NULL ? word : open ? "answer" :
      "offer", error);
  g_autoptr (GstIceDescription) description = NULL;

  if (type < 0)
    return NULL;
  description = gst_ice_sdp_parse (text != NULL ? text : "", -1,
      remote_types[type].type, error);
  if (description != NULL && word == NULL && open
      && is_plainly_offer (description))
    return gst_ice_sdp_parse (text, -1, GST_ICE_DESCRIPTION_OFFER, error);
  if (description != NULL)
    description->provisional = remote_types[type].provisional;
  return g_steal_pointer (&description);
}

/* @word: (nullable): as in parse_remote() */
static gboolean
gst_ice_app_signaller_try_set_remote (GstIceAppSignaller * self,
    const gchar * text, const gchar * word, GError ** error)
{
  g_autoptr (GstIceDescription) description = NULL;
  g_autoptr (GstIceSession) session = NULL;

  session = gst_ice_app_signaller_get_session (self, error);
  if (session == NULL)
    return FALSE;

  description = parse_remote (session, text, word, error);
  if (description == NULL || !gst_ice_session_set_remote_description (session,
          description, error))
    return FALSE;

  /* After a provisional answer the offer is still open. */
  if (!description->provisional)
    g_object_set_qdata (G_OBJECT (session), offered_quark (), NULL);
  return TRUE;
}

static gboolean
gst_ice_app_signaller_set_remote_description (GstIceAppSignaller * self,
    const gchar * text)
{
  const GSignalInvocationHint *hint = g_signal_get_invocation_hint (self);
  GError *error = NULL;

  if (gst_ice_app_signaller_try_set_remote (self, text,
          g_quark_to_string (hint->detail), &error))
    return TRUE;

  /* Nothing is wrong: the peer takes our offer instead. */
  if (g_error_matches (error, GST_ICE_ERROR, GST_ICE_ERROR_GLARE)) {
    GST_INFO_OBJECT (self, "%s", error->message);
    g_error_free (error);
    return FALSE;
  }
  gst_ice_app_signaller_warn (self, "set-remote-description", error);
  return FALSE;
}

static void
gst_ice_app_signaller_add_ice_candidate (GstIceAppSignaller * self,
    guint mline, const gchar * text)
{
  g_autoptr (GstIceSession) session = NULL;
  g_autoptr (GstIceCandidate) candidate = NULL;
  GError *error = NULL;

  session = gst_ice_app_signaller_get_session (self, &error);
  if (session != NULL && text != NULL && *text != '\0')
    candidate = gst_ice_candidate_from_text (text, &error);

  if (error != NULL)
    gst_ice_app_signaller_warn (self, "add-ice-candidate", error);
  else
    gst_ice_session_add_remote_candidate (session, mline, candidate);
}

static void
gst_ice_app_signaller_restart_ice (GstIceAppSignaller * self)
{
  g_autoptr (GstIceSession) session = NULL;
  GError *error = NULL;

  session = gst_ice_app_signaller_get_session (self, &error);
  if (session != NULL)
    gst_ice_session_restart (session);
  else
    gst_ice_app_signaller_warn (self, "restart-ice", error);
}

static void
gst_ice_app_signaller_update_states (GstIceAppSignaller * self,
    GstIceSession * session)
{
  GstIceConnectionState connection =
      gst_ice_session_get_connection_state (session);
  GstIceGatheringState gathering =
      gst_ice_session_get_gathering_state (session);

  if (gathering != self->gathering_state) {
    self->gathering_state = gathering;
    g_object_notify (G_OBJECT (self), "ice-gathering-state");
  }
  if (connection != self->connection_state) {
    self->connection_state = connection;
    g_object_notify (G_OBJECT (self), "ice-connection-state");
  }
}

/* Session thread. */
static void
gst_ice_app_signaller_on_notice (GstIceSession * session,
    const GstIceNotice * notice, gpointer user_data)
{
  g_autoptr (GstIceAppSignaller) self = g_weak_ref_get (user_data);
  g_autoptr (GstIceSession) current = NULL;

  /* One that closes still says that it is closed, unless there is the next already. */
  if (self == NULL ||
      ((current = g_weak_ref_get (&self->session)) != NULL
          && current != session))
    return;

  switch (notice->type) {
    case GST_ICE_NOTICE_NEGOTIATION_NEEDED:
      g_signal_emit (self, signals[SIGNAL_NEGOTIATION_NEEDED], 0);
      break;
    case GST_ICE_NOTICE_CANDIDATE:{
      g_autofree gchar *text = notice->candidate != NULL ?
          gst_ice_candidate_to_text (notice->candidate) : g_strdup ("");

      g_signal_emit (self, signals[SIGNAL_ICE_CANDIDATE], 0,
          (guint) notice->mline, text);
      break;
    }
    case GST_ICE_NOTICE_SELECTED_PAIR:
      g_signal_emit (self, signals[SIGNAL_SELECTED_PAIR_CHANGE], 0,
          (guint) notice->mline);
      break;
    case GST_ICE_NOTICE_GATHERING_STATE:
    case GST_ICE_NOTICE_CONNECTION_STATE:
      gst_ice_app_signaller_update_states (self, session);
      break;
    default:
      break;
  }
}

static void
weak_ref_free (GWeakRef * ref)
{
  g_weak_ref_clear (ref);
  g_free (ref);
}

/* Returns: (transfer full) (nullable): the one of @name */
static GstIceAppSignaller *
find_named_locked (const gchar * name)
{
  GstIceAppSignaller *self = names != NULL ? g_hash_table_lookup (names, name) :
      NULL;

  return self != NULL ? g_object_ref (self) : NULL;
}

static void
gst_ice_app_signaller_add_name_locked (GstIceAppSignaller * self,
    const gchar * name)
{
  if (names == NULL)
    names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!g_hash_table_contains (names, name))
    g_hash_table_insert (names, g_strdup (name), self);
}

/* GHRFunc */
static gboolean
is_value (gpointer name, gpointer value, gpointer self)
{
  return value == self;
}

static void
gst_ice_app_signaller_remove_names_locked (GstIceAppSignaller * self)
{
  if (names != NULL)
    g_hash_table_foreach_remove (names, is_value, self);
}

GstIceAppSignaller *
gst_ice_app_signaller_show (const gchar * name, GstElement * element)
{
  GstIceAppSignaller *self;

  g_mutex_lock (&names_lock);
  self = find_named_locked (name);
  if (self == NULL) {
    self = g_object_new (GST_TYPE_ICE_APP_SIGNALLER, NULL);
    gst_ice_app_signaller_add_name_locked (self, name);
  }
  g_mutex_lock (&self->lock);
  self->elements = g_list_append (self->elements, element);
  g_mutex_unlock (&self->lock);
  g_mutex_unlock (&names_lock);
  return self;
}

void
gst_ice_app_signaller_hide (GstIceAppSignaller * self, GstElement * element)
{
  g_mutex_lock (&names_lock);
  g_mutex_lock (&self->lock);
  self->elements = g_list_remove (self->elements, element);
  if (self->elements == NULL)
    gst_ice_app_signaller_remove_names_locked (self);
  g_mutex_unlock (&self->lock);
  g_mutex_unlock (&names_lock);
  g_object_unref (self);
}

gboolean
gst_ice_app_signaller_attach (GstIceAppSignaller * self, const gchar * name,
    GstIceSession * session)
{
  g_autoptr (GstIceSession) last = g_weak_ref_get (&self->session);
  gboolean fits;
  GWeakRef *ref;

  g_mutex_lock (&names_lock);
  g_mutex_lock (&self->lock);
  fits = self->n_attached == 0 || last == session;
  if (fits) {
    self->n_attached++;
    self->was_attached = TRUE;
    g_weak_ref_set (&self->session, session);
    gst_ice_app_signaller_add_name_locked (self, name);
  }
  g_mutex_unlock (&self->lock);
  g_mutex_unlock (&names_lock);
  if (!fits || last == session)
    return fits;

  ref = g_new0 (GWeakRef, 1);
  g_weak_ref_init (ref, self);
  gst_ice_session_observe (session, gst_ice_app_signaller_on_notice, ref,
      (GDestroyNotify) weak_ref_free);
  return TRUE;
}

void
gst_ice_app_signaller_detach (GstIceAppSignaller * self)
{
  g_mutex_lock (&names_lock);
  g_mutex_lock (&self->lock);
  /* A pipeline's name is its address, which another may have next. */
  if (--self->n_attached == 0)
    gst_ice_app_signaller_remove_names_locked (self);
  g_mutex_unlock (&self->lock);
  g_mutex_unlock (&names_lock);
}

static void
gst_ice_app_signaller_get_property (GObject * object, guint id,
    GValue * value, GParamSpec * pspec)
{
  GstIceAppSignaller *self = GST_ICE_APP_SIGNALLER (object);
  g_autoptr (GstIceSession) session = gst_ice_app_signaller_dup_session (self);
  gboolean is_over;

  g_mutex_lock (&self->lock);
  is_over = self->was_attached;
  g_mutex_unlock (&self->lock);

  switch (id) {
    case PROP_ICE_CONNECTION_STATE:
      g_value_set_enum (value, session != NULL ?
          gst_ice_session_get_connection_state (session) : is_over ?
          GST_ICE_CONNECTION_CLOSED : GST_ICE_CONNECTION_NEW);
      break;
    case PROP_ICE_GATHERING_STATE:
      g_value_set_enum (value, session != NULL ?
          gst_ice_session_get_gathering_state (session) : is_over ?
          GST_ICE_GATHERING_COMPLETE : GST_ICE_GATHERING_NEW);
      break;
    case PROP_STATS:
      g_value_take_boxed (value, session == NULL ? NULL :
          gst_ice_session_get_stats (session));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
}

static void
gst_ice_app_signaller_finalize (GObject * object)
{
  GstIceAppSignaller *self = GST_ICE_APP_SIGNALLER (object);

  g_weak_ref_clear (&self->session);
  g_list_free (self->elements);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (gst_ice_app_signaller_parent_class)->finalize (object);
}

static void
gst_ice_app_signaller_init (GstIceAppSignaller * self)
{
  g_mutex_init (&self->lock);
  g_weak_ref_init (&self->session, NULL);
}

static void
install_signals (GType type)
{
  /**
   * GstIceAppSignaller::on-negotiation-needed:
   * @self: the session
   *
   * All elements know what they carry: it is time for an offer, if this side is
   * the one that calls. In mid-call either side may offer: an element has come or
   * left, one sends another format, or ICE is to restart.
   */
  signals[SIGNAL_NEGOTIATION_NEEDED] = g_signal_new ("on-negotiation-needed",
      type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * GstIceAppSignaller::on-ice-candidate:
   * @self: the session
   * @mline: number of the m-line, from 0
   * @candidate: a local candidate, "candidate:…" (RFC 8839, 5.1); "" after the
   *     last
   *
   * To be sent to the peer.
   */
  signals[SIGNAL_ICE_CANDIDATE] = g_signal_new ("on-ice-candidate", type,
      G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT,
      G_TYPE_STRING);

  /**
   * GstIceAppSignaller::on-selected-candidate-pair-change:
   * @self: the session
   * @mline: number of the m-line, from 0
   *
   * Media of this m-line takes another path from now on.
   */
  signals[SIGNAL_SELECTED_PAIR_CHANGE] =
      g_signal_new ("on-selected-candidate-pair-change", type,
      G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
install_description_actions (GType type)
{
  const GSignalFlags action = G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION;

  /**
   * GstIceAppSignaller::create-offer:
   * @self: the session
   *
   * Waits until there is something to offer, a few milliseconds; in a handler of
   * the session's signals it does not wait, and the candidates follow one by one.
   *
   * Returns: (transfer full) (nullable): the offer as SDP, with the candidates
   *     known by now
   */
  g_signal_new_class_handler ("create-offer", type, action,
      G_CALLBACK (gst_ice_app_signaller_create_offer), NULL, NULL, NULL,
      G_TYPE_STRING, 0);

  /**
   * GstIceAppSignaller::create-answer:
   * @self: the session
   *
   * As create-offer, after an offer was set.
   *
   * Returns: (transfer full) (nullable): the answer as SDP
   */
  g_signal_new_class_handler ("create-answer", type, action,
      G_CALLBACK (gst_ice_app_signaller_create_answer), NULL, NULL, NULL,
      G_TYPE_STRING, 0);

  /**
   * GstIceAppSignaller::set-remote-description:
   * @self: the session
   * @sdp: the peer's answer if an offer of ours is open, else its offer
   *
   * The signal's detail may name the type, in the words of W3C's RTCSdpType:
   * `set-remote-description::offer`, `set-remote-description::answer`,
   * `set-remote-description::pranswer`. After a provisional answer (RFC 8829,
   * 4.1.10.1) the offer stays open, and its media can flow. To the first offer of a
   * call other peers may answer provisionally, each with ICE credentials of its own,
   * 8 at most; all are checked side by side. The elements get the first, until
   * another is reached before it is. The final answer says which of them it is, or names
   * one more, and the others' agents close. A peer that is not reached is left out
   * with a warning.
   *
   * Both ends may offer at once. An offer that comes while ours is open takes ours back, if
   * this end answered the first offer of the call; what ours was for is asked for again by
   * #GstIceAppSignaller::on-negotiation-needed. The other end gets %FALSE, without a
   * warning: its offer is the one to be answered. Say the type where that may happen.
   *
   * Returns: %FALSE when it is no good; all is then as before
   */
  g_signal_new_class_handler ("set-remote-description", type,
      action | G_SIGNAL_DETAILED,
      G_CALLBACK (gst_ice_app_signaller_set_remote_description), NULL, NULL,
      NULL, G_TYPE_BOOLEAN, 1, G_TYPE_STRING);
}

static void
install_path_actions (GType type)
{
  const GSignalFlags action = G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION;

  /**
   * GstIceAppSignaller::add-ice-candidate:
   * @self: the session
   * @mline: number of the m-line, from 0
   * @candidate: (nullable): the peer's, with or without "a="; "" or %NULL: that
   *     was the last
   *
   * Those that come before the peer's description are kept until then. One for an
   * m-line that the call does not have is not used, nor is any while
   * #GstIceSrc:signalling-uri is set and there is no call: each posts a warning. Where
   * several peers have answered it is of the one that its extension `ufrag` names, without
   * that of the one whose description came last.
   */
  g_signal_new_class_handler ("add-ice-candidate", type, action,
      G_CALLBACK (gst_ice_app_signaller_add_ice_candidate), NULL, NULL, NULL,
      G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_STRING);

  /**
   * GstIceAppSignaller::restart-ice:
   * @self: the session
   *
   * Looks for new paths with new credentials (RFC 8445, 9), beside those that are
   * in use: no packet is lost. By HTTP the side that called does so, the other
   * posts a warning; without signalling-uri there comes
   * #GstIceAppSignaller::on-negotiation-needed, and the next offer is the restart.
   * A restart that finds no path posts a warning, and the call goes on as before.
   */
  g_signal_new_class_handler ("restart-ice", type, action,
      G_CALLBACK (gst_ice_app_signaller_restart_ice), NULL, NULL, NULL,
      G_TYPE_NONE, 0);
}

static void
gst_ice_app_signaller_class_init (GstIceAppSignallerClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = gst_ice_app_signaller_get_property;
  object_class->finalize = gst_ice_app_signaller_finalize;

  gst_ice_app_signaller_install_properties (object_class);
  install_signals (G_TYPE_FROM_CLASS (klass));
  install_description_actions (G_TYPE_FROM_CLASS (klass));
  install_path_actions (G_TYPE_FROM_CLASS (klass));
}
