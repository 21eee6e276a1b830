/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What icesrc and icesink share: their place in a session, and what the session tells
 * them. */

#include "config.h"

#include "gsticeelement.h"

#include "gsticeappsignaller.h"
#include "gsticecandidatetext.h"
#include "gsticeelementclass.h"
#include "gsticemessage.h"
#include "gsticepipeline.h"
#include "gsticeregistry.h"
#include "gsticestats.h"

/* What notices of one membership come with. The element may be gone, or may have
 * joined again, before the last of them comes. */
typedef struct
{
  GWeakRef element;
  GstIceElement *owner;         /* lives as long as the element */
  GObject *half;                /* as of GstIceElementEvents */
} Listener;

struct _GstIceElement
{
  GstElement *element;          /* owns us */
  guint first_id;               /* set at construction, as all up to events */
  GstIceDirection direction;
  const GstIceElementEvents *events;

  /* Protected by the element's object lock: what the user sets. */
  GstIceConfig *config;
  gchar *session_name;          /* NULL: the pipeline's */
  GstIceMediaKind media;
  gchar *mid;
  GstIceComponent component;
  gboolean keep_listening;

  /* Protected by the element's object lock: the membership. */
  Listener *listener;           /* of the present one, owned by the session */
  GstIceSession *session;       /* NULL in state NULL, as the next two */
  GstIceMember *member;
  gchar *joined_name;
  GstIceAppSignaller *face;     /* NULL until it is asked for, or the element joins */
  gboolean ready;
  GstIceMediaKind joined_media; /* what was set when it joined, */
  GstIceComponent joined_component;     /* as this */
  GObject *half;                /* stays after leaving, for stats */
  GstIceConnectionState connection_state;
  GstIceGatheringState gathering_state;
  GstStructure *selected_pair;  /* NULL while there is none */
};

static G_DEFINE_QUARK (gst - ice - member, member);

static void
listener_free (Listener * listener)
{
  g_weak_ref_clear (&listener->element);
  g_object_unref (listener->half);
  g_free (listener);
}

/* Returns: (transfer full): a member of no session yet */
GstIceElement *
gst_ice_element_new (GstElement * element, guint first_id,
    GstIceDirection direction, const GstIceElementEvents * events)
{
  GstIceElement *self = g_new0 (GstIceElement, 1);

  self->element = element;
  self->first_id = first_id;
  self->direction = direction;
  self->events = events;
  self->config = gst_ice_config_new ();
  self->component = GST_ICE_COMPONENT_RTP;
  g_object_set_qdata (G_OBJECT (element), member_quark (), self);
  return self;
}

gboolean
gst_ice_element_add_turn_server (GstElement * element, const gchar * uri)
{
  GstIceElement *self = g_object_get_qdata (G_OBJECT (element),
      member_quark ());
  g_autoptr (GstIceSession) session = NULL;
  g_autoptr (GstIceServer) server = NULL;
  g_autoptr (GError) error = NULL;

  server = gst_ice_server_from_uri (uri != NULL ? uri : "", &error);
  if (server == NULL || server->kind == GST_ICE_SERVER_STUN) {
    GST_WARNING_OBJECT (element, "add-turn-server: %s",
        error != NULL ? error->message : "it is a STUN server");
    return FALSE;
  }

  GST_OBJECT_LOCK (element);
  gst_ice_config_append (self->config, "turn-servers", uri);
  session = self->session != NULL ? g_object_ref (self->session) : NULL;
  GST_OBJECT_UNLOCK (element);
  if (session != NULL)
    gst_ice_session_add_server (session, server);
  return TRUE;
}

gboolean
gst_ice_element_remove_consumer (GstElement * element, guint id)
{
  GstIceElement *self = g_object_get_qdata (G_OBJECT (element),
      member_quark ());
  g_autoptr (GstIceSession) session = NULL;

  GST_OBJECT_LOCK (element);
  session = self->session != NULL ? g_object_ref (self->session) : NULL;
  GST_OBJECT_UNLOCK (element);
  if (session != NULL)
    gst_ice_session_remove_consumer (session, id);
  return session != NULL;
}

void
gst_ice_element_set_property (GstIceElement * self, guint id,
    const GValue * value, GParamSpec * pspec)
{
  GST_OBJECT_LOCK (self->element);
  switch (id - self->first_id) {
    case GST_ICE_ELEMENT_SESSION_NAME:
      g_free (self->session_name);
      self->session_name = g_value_dup_string (value);
      break;
    case GST_ICE_ELEMENT_MEDIA:
      self->media = g_value_get_enum (value);
      break;
    case GST_ICE_ELEMENT_MID:
      g_free (self->mid);
      self->mid = g_value_dup_string (value);
      break;
    case GST_ICE_ELEMENT_COMPONENT:
      self->component = g_value_get_enum (value);
      break;
    default:
      gst_ice_config_set (self->config, pspec, value);
      break;
  }
  GST_OBJECT_UNLOCK (self->element);
}

/* Returns: (transfer full) */
static GstStructure *
gst_ice_element_create_stats_locked (GstIceElement * self)
{
  GstStructure *stats = self->half != NULL ?
      self->events->get_stats (self->half) :
      gst_structure_new_empty ("ice-stats");

  gst_structure_set (stats,
      "ice-connection-state", GST_TYPE_ICE_CONNECTION_STATE,
      self->connection_state,
      "ice-gathering-state", GST_TYPE_ICE_GATHERING_STATE,
      self->gathering_state, NULL);
  if (self->selected_pair != NULL)
    gst_structure_set (stats, "selected-pair", GST_TYPE_STRUCTURE,
        self->selected_pair, NULL);
  return stats;
}

/* Returns: (transfer full): what the user has set, or else the pipeline's */
static gchar *
gst_ice_element_dup_session_name (GstIceElement * self)
{
  gchar *name;

  GST_OBJECT_LOCK (self->element);
  name = g_strdup (self->session_name);
  GST_OBJECT_UNLOCK (self->element);

  if (name != NULL && *name != '\0')
    return name;
  g_free (name);
  return gst_ice_pipeline_get_name (self->element);
}

/* Returns: (transfer full): what the element shows as its session, also before there is
 *     one */
static GstIceAppSignaller *
gst_ice_element_dup_face (GstIceElement * self)
{
  g_autofree gchar *name = NULL;
  GstIceAppSignaller *face, *made;

  GST_OBJECT_LOCK (self->element);
  face = self->face != NULL ? g_object_ref (self->face) : NULL;
  GST_OBJECT_UNLOCK (self->element);
  if (face != NULL)
    return face;

  name = gst_ice_element_dup_session_name (self);
  made = gst_ice_app_signaller_show (name, self->element);
  GST_OBJECT_LOCK (self->element);
  if (self->face == NULL)
    self->face = g_steal_pointer (&made);
  face = g_object_ref (self->face);
  GST_OBJECT_UNLOCK (self->element);

  /* Another thread was faster. */
  if (made != NULL)
    gst_ice_app_signaller_hide (made, self->element);
  return face;
}

/* What the element shows as its session is @session, called @name, from now on. */
static void
gst_ice_element_attach_face (GstIceElement * self, const gchar * name,
    GstIceSession * session)
{
  g_autoptr (GstIceAppSignaller) face = gst_ice_element_dup_face (self);
  GstIceAppSignaller *other, *last;

  while (!gst_ice_app_signaller_attach (face, name, session)) {
    /* It was asked for in another pipeline, whose elements have it in their session. */
    other = gst_ice_app_signaller_show (name, self->element);
    GST_OBJECT_LOCK (self->element);
    last = self->face;
    self->face = other;
    GST_OBJECT_UNLOCK (self->element);
    gst_ice_app_signaller_hide (last, self->element);
    g_set_object (&face, other);
  }
}

void
gst_ice_element_get_property (GstIceElement * self, guint id, GValue * value,
    GParamSpec * pspec)
{
  if (id == self->first_id + GST_ICE_ELEMENT_SESSION) {
    g_value_take_object (value, gst_ice_element_dup_face (self));
    return;
  }

  GST_OBJECT_LOCK (self->element);
  switch (id - self->first_id) {
    case GST_ICE_ELEMENT_SESSION_NAME:
      g_value_set_string (value, self->session_name);
      break;
    case GST_ICE_ELEMENT_MEDIA:
      g_value_set_enum (value, self->media);
      break;
    case GST_ICE_ELEMENT_MID:
      g_value_set_string (value, self->mid);
      break;
    case GST_ICE_ELEMENT_COMPONENT:
      g_value_set_enum (value, self->component);
      break;
    case GST_ICE_ELEMENT_ICE_CONNECTION_STATE:
      g_value_set_enum (value, self->connection_state);
      break;
    case GST_ICE_ELEMENT_ICE_GATHERING_STATE:
      g_value_set_enum (value, self->gathering_state);
      break;
    case GST_ICE_ELEMENT_SELECTED_PAIR:
      g_value_set_boxed (value, self->selected_pair);
      break;
    case GST_ICE_ELEMENT_STATS:
      g_value_take_boxed (value, gst_ice_element_create_stats_locked (self));
      break;
    default:
      gst_ice_config_get (self->config, pspec, value);
      break;
  }
  GST_OBJECT_UNLOCK (self->element);
}

/* A pair of another component is not the path of this element's packets; RTCP
 * takes RTP's where there is no path of its own (RFC 5761). */
static gboolean
is_own_pair_locked (GstIceElement * self, const GstIceNotice * notice)
{
  const GstStructure *pair = self->selected_pair;
  const GstStructure *local = NULL;
  guint component = 0;

  if (notice->local->component == self->joined_component)
    return TRUE;
  if (notice->local->component > self->joined_component)
    return FALSE;

  if (pair != NULL)
    local = gst_value_get_structure (gst_structure_get_value (pair, "local"));
  if (local != NULL)
    gst_structure_get_uint (local, "component", &component);
  return component != self->joined_component;
}

/* Takes over what @notice says. @changed: (out) (nullable): the property to notify
 * Returns: %FALSE when it does not concern this membership */
static gboolean
gst_ice_element_take_notice (GstIceElement * self, Listener * listener,
    const GstIceNotice * notice, const gchar ** changed)
{
  gboolean concerned;

  GST_OBJECT_LOCK (self->element);
  concerned = self->listener == listener;
  if (concerned) {
    switch (notice->type) {
      case GST_ICE_NOTICE_CONNECTION_STATE:
        /* Of one of several it is not the element's. */
        self->connection_state = notice->consumer == 0 ||
            self->session == NULL ? notice->connection_state :
            gst_ice_session_get_connection_state (self->session);
        *changed = "ice-connection-state";
        break;
      case GST_ICE_NOTICE_GATHERING_STATE:
        self->gathering_state = notice->gathering_state;
        *changed = "ice-gathering-state";
        break;
      case GST_ICE_NOTICE_SELECTED_PAIR:
        concerned = is_own_pair_locked (self, notice);
        if (!concerned)
          break;
        g_clear_pointer (&self->selected_pair, gst_structure_free);
        self->selected_pair =
            gst_ice_stats_from_pair (notice->local, notice->remote);
        *changed = "selected-pair";
        break;
      default:
        break;
    }
  }
  GST_OBJECT_UNLOCK (self->element);
  return concerned;
}

static void
gst_ice_element_emit_candidate (GstIceElement * self,
    const GstIceNotice * notice)
{
  g_autofree gchar *text = notice->candidate != NULL ?
      gst_ice_candidate_to_text (notice->candidate) : g_strdup ("");

  g_signal_emit_by_name (self->element, "on-ice-candidate",
      (guint) notice->mline, text);
}

/* Session thread. */
static void
gst_ice_element_on_notice (GstIceSession * session, const GstIceNotice * notice,
    gpointer user_data)
{
  Listener *listener = user_data;
  g_autoptr (GstElement) element = g_weak_ref_get (&listener->element);
  g_autoptr (GPtrArray) bins = NULL;
  GstIceElement *self = listener->owner;
  const gchar *changed = NULL;

  if (element == NULL ||
      !gst_ice_element_take_notice (self, listener, notice, &changed))
    return;
  bins = gst_ice_pipeline_hold (element);

  if (changed != NULL)
    g_object_notify (G_OBJECT (element), changed);
  gst_ice_message_post_notice (element, notice);

  switch (notice->type) {
    case GST_ICE_NOTICE_CANDIDATE:
      gst_ice_element_emit_candidate (self, notice);
      break;
    case GST_ICE_NOTICE_SELECTED_PAIR:
      g_signal_emit_by_name (element, "on-selected-candidate-pair-change");
      break;
    case GST_ICE_NOTICE_FORMATS:
      if (notice->formats != NULL)
        self->events->formats (element, listener->half, notice->formats);
      break;
    case GST_ICE_NOTICE_CONSUMER_CONNECTING:
    case GST_ICE_NOTICE_CONSUMER_ADDED:
    case GST_ICE_NOTICE_CONSUMER_REMOVED:
      if (self->events->consumer != NULL)
        self->events->consumer (element, notice);
      break;
    case GST_ICE_NOTICE_OFFERED:
      if (self->events->offered != NULL)
        self->events->offered (element, listener->half, notice->formats);
      break;
    case GST_ICE_NOTICE_DIRECTION:
      if (self->events->silent != NULL)
        self->events->silent (element, listener->half,
            !(notice->direction & GST_ICE_DIRECTION_RECVONLY));
      break;
    default:
      break;
  }
}

static Listener *
gst_ice_element_add_listener (GstIceElement * self)
{
  Listener *listener = g_new0 (Listener, 1);

  g_weak_ref_init (&listener->element, self->element);
  listener->owner = self;
  listener->half = self->events->make_half (self->element);

  GST_OBJECT_LOCK (self->element);
  self->listener = listener;
  g_set_object (&self->half, listener->half);
  self->ready = FALSE;
  self->joined_media = self->media;
  self->joined_component = self->component;
  self->connection_state = GST_ICE_CONNECTION_NEW;
  self->gathering_state = GST_ICE_GATHERING_NEW;
  g_clear_pointer (&self->selected_pair, gst_structure_free);
  GST_OBJECT_UNLOCK (self->element);
  return listener;
}

/* The system has no more for this element. */
static void
gst_ice_element_fail_to_join (GstIceElement * self, Listener * listener,
    const GError * error)
{
  GST_OBJECT_LOCK (self->element);
  self->listener = NULL;
  GST_OBJECT_UNLOCK (self->element);
  listener_free (listener);
  gst_ice_message_post_error (self->element, GST_MESSAGE_ERROR, error);
}

gboolean
gst_ice_element_join (GstIceElement * self)
{
  Listener *listener = gst_ice_element_add_listener (self);
  g_autofree gchar *element_name = gst_object_get_name (GST_OBJECT
      (self->element));
  g_autofree gchar *mid = NULL;
  g_autoptr (GstIceConfig) config = NULL;
  g_autoptr (GError) error = NULL;
  GstIceClaim claim = {.direction = self->direction };
  GstIceSession *session;
  GstIceMember *member;
  gchar *name;

  GST_OBJECT_LOCK (self->element);
  config = gst_ice_config_copy (self->config);
  mid = g_strdup (self->mid);
  claim.kind = self->joined_media;
  claim.component = self->joined_component;
  claim.keep_listening = self->keep_listening;
  GST_OBJECT_UNLOCK (self->element);

  name = gst_ice_element_dup_session_name (self);
  claim.name = element_name;
  claim.mid = mid != NULL && *mid != '\0' ? mid : NULL;
  claim.owner = listener->half;

  session = gst_ice_registry_join (name, &error);
  if (session == NULL) {
    g_free (name);
    gst_ice_element_fail_to_join (self, listener, error);
    return FALSE;
  }
  gst_ice_element_attach_face (self, name, session);
  member = gst_ice_session_join (session, &claim, config,
      gst_ice_element_on_notice, listener, (GDestroyNotify) listener_free);

  GST_OBJECT_LOCK (self->element);
  self->joined_name = name;
  self->session = session;
  self->member = member;
  GST_OBJECT_UNLOCK (self->element);
  g_object_notify (G_OBJECT (self->element), "session");
  return TRUE;
}

/* Returns: %FALSE when it was no member */
static gboolean
gst_ice_element_drop_out (GstIceElement * self)
{
  g_autoptr (GstIceSession) session = NULL;
  g_autoptr (GstIceAppSignaller) face = NULL;
  g_autofree gchar *name = NULL;
  GstIceMember *member;

  GST_OBJECT_LOCK (self->element);
  self->listener = NULL;
  session = g_steal_pointer (&self->session);
  member = g_steal_pointer (&self->member);
  face = self->face != NULL ? g_object_ref (self->face) : NULL;
  name = g_steal_pointer (&self->joined_name);
  if (session != NULL)
    self->connection_state = GST_ICE_CONNECTION_CLOSED;
  GST_OBJECT_UNLOCK (self->element);

  if (session == NULL)
    return FALSE;

  gst_ice_app_signaller_detach (face);
  gst_ice_session_leave (session, member);
  gst_ice_registry_leave (name);
  return TRUE;
}

void
gst_ice_element_leave (GstIceElement * self)
{
  if (gst_ice_element_drop_out (self))
    g_object_notify (G_OBJECT (self->element), "ice-connection-state");
}

/* @self: (transfer full). An element that is freed in another state than NULL,
 * its application's mistake, leaves here. */
void
gst_ice_element_free (GstIceElement * self)
{
  gst_ice_element_drop_out (self);
  if (self->face != NULL)
    gst_ice_app_signaller_hide (self->face, self->element);
  gst_ice_config_free (self->config);
  g_free (self->session_name);
  g_free (self->mid);
  g_clear_object (&self->half);
  g_clear_pointer (&self->selected_pair, gst_structure_free);
  g_free (self);
}

void
gst_ice_element_set_ready (GstIceElement * self, GstIceMediaKind kind,
    GstCaps * formats)
{
  gboolean first;

  GST_OBJECT_LOCK (self->element);
  first = !self->ready;
  self->ready = TRUE;
  if (self->joined_media != GST_ICE_MEDIA_UNSET)
    kind = self->joined_media;
  GST_OBJECT_UNLOCK (self->element);

  if (first || self->direction == GST_ICE_DIRECTION_SENDONLY)
    gst_ice_session_set_ready (self->session, self->member, kind, formats);
}

void
gst_ice_element_begin (GstIceElement * self)
{
  gst_ice_session_begin (self->session);
}

void
gst_ice_element_ask_key_unit (GstIceElement * self)
{
  g_autoptr (GstIceSession) session = NULL;
  GstIceMember *member = NULL;

  GST_OBJECT_LOCK (self->element);
  if (self->session != NULL && self->member != NULL) {
    session = g_object_ref (self->session);
    member = gst_ice_member_ref (self->member);
  }
  GST_OBJECT_UNLOCK (self->element);

  if (member != NULL) {
    gst_ice_session_ask_key_unit (session, member);
    gst_ice_member_unref (member);
  }
}

void
gst_ice_element_set_keep_listening (GstIceElement * self,
    gboolean keep_listening)
{
  GST_OBJECT_LOCK (self->element);
  self->keep_listening = keep_listening;
  GST_OBJECT_UNLOCK (self->element);
}

gboolean
gst_ice_element_get_keep_listening (GstIceElement * self)
{
  gboolean keep_listening;

  GST_OBJECT_LOCK (self->element);
  keep_listening = self->keep_listening;
  GST_OBJECT_UNLOCK (self->element);
  return keep_listening;
}

gchar *
gst_ice_element_dup_joined_name (GstIceElement * self)
{
  gchar *name;

  GST_OBJECT_LOCK (self->element);
  name = g_strdup (self->joined_name);
  GST_OBJECT_UNLOCK (self->element);
  return name;
}

GstIceComponent
gst_ice_element_get_component (GstIceElement * self)
{
  GstIceComponent component;

  GST_OBJECT_LOCK (self->element);
  component = self->joined_component;
  GST_OBJECT_UNLOCK (self->element);
  return component;
}

GObject *
gst_ice_element_get_half (GstIceElement * self)
{
  return self->half;
}

GObject *
gst_ice_element_dup_half (GstIceElement * self)
{
  GObject *half;

  GST_OBJECT_LOCK (self->element);
  half = self->half != NULL ? g_object_ref (self->half) : NULL;
  GST_OBJECT_UNLOCK (self->element);
  return half;
}
