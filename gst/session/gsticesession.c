/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Passes the requests of other threads to the session's thread, and returns the answers. */

#include "config.h"

#include "gsticesession.h"

#include "gsticesessiondriver.h"
#include "gsticeerror.h"
#include "gsticeworker.h"

struct _GstIceSession
{
  GObject parent;

  gchar *name;                  /* set at construction */
  GMainContext *context;        /* set at construction */

  gint connection_state;        /* atomic; written by the session thread */
  gint gathering_state;         /* atomic; written by the session thread */

  GstIceSessionDriver *driver;  /* session thread only; NULL: closed */
};

G_DEFINE_TYPE (GstIceSession, gst_ice_session, G_TYPE_OBJECT);

/* Something to do on the session thread; what it needs, and no more. */
typedef struct
{
  GstIceSession *session;       /* reference */
  void (*func) (GstIceSession * session, gpointer data);
  gpointer data;
} Task;

static void
gst_ice_session_finalize (GObject * object)
{
  GstIceSession *self = GST_ICE_SESSION (object);

  g_warn_if_fail (self->driver == NULL);
  g_main_context_unref (self->context);
  g_free (self->name);

  G_OBJECT_CLASS (gst_ice_session_parent_class)->finalize (object);
}

static void
gst_ice_session_class_init (GstIceSessionClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_ice_session_finalize;
}

static void
gst_ice_session_init (GstIceSession * self)
{
}

/* Session thread, before any other hears of it. */
static void
on_notice (GstIceSession * self, const GstIceNotice * notice,
    gpointer user_data)
{
  g_atomic_int_set (&self->connection_state,
      (gint) gst_ice_session_driver_get_connection_state (self->driver));
  g_atomic_int_set (&self->gathering_state,
      (gint) gst_ice_session_driver_get_gathering_state (self->driver));
}

GstIceSession *
gst_ice_session_new (const gchar * name, GError ** error)
{
  GMainContext *context = gst_ice_worker_get_context (error);
  GstIceSession *self;
  GstIceMember *member;

  if (context == NULL)
    return NULL;

  self = g_object_new (GST_TYPE_ICE_SESSION, NULL);
  member = gst_ice_member_new (self, NULL, on_notice, NULL, NULL);
  self->name = g_strdup (name);
  self->context = context;
  self->driver = gst_ice_session_driver_new (self->context);
  gst_ice_session_driver_join (self->driver, member, NULL);
  gst_ice_member_unref (member);
  return self;
}

static gboolean
run_task (gpointer data)
{
  Task *task = data;

  task->func (task->session, task->data);
  return G_SOURCE_REMOVE;
}

static void
task_free (gpointer data)
{
  Task *task = data;

  g_object_unref (task->session);
  g_free (task);
}

/* Has @func called on the session thread, after what was asked for before. */
static void
gst_ice_session_post (GstIceSession * self,
    void (*func) (GstIceSession * session, gpointer data), gpointer data)
{
  GSource *source = g_idle_source_new ();
  Task *task = g_new0 (Task, 1);

  task->session = g_object_ref (self);
  task->func = func;
  task->data = data;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, run_task, task, task_free);
  g_source_attach (source, self->context);
  g_source_unref (source);
}

/* A question from another thread, which waits for the answer. It lives on the stack of
 * who asks, until the latch is open. */
typedef struct
{
  GstIceLatch *answered;

  /* What is asked and what comes of it: the session thread's until then. */
  GstIceDescriptionType type;
  gboolean wait;
  GstIceDescription *description;       /* in, or (transfer full) out */
  GError *error;
  GstStructure *stats;
} Question;

/* Session thread. @question is not to be looked at after. */
static void
question_answer (Question * question)
{
  g_autoptr (GstIceLatch) answered = gst_ice_latch_ref (question->answered);

  gst_ice_latch_open (answered);
}

/* Calls @func on the session thread and waits until it, or something later, has
 * called question_answer(). On that thread itself there is nothing to wait for. */
static void
gst_ice_session_invoke (GstIceSession * self,
    void (*func) (GstIceSession * session, gpointer data), Question * question)
{
  g_autoptr (GstIceLatch) answered = gst_ice_latch_new ();

  question->answered = answered;
  question->wait = !g_main_context_is_owner (self->context);
  if (!question->wait) {
    func (self, question);
    return;
  }

  gst_ice_session_post (self, func, question);
  gst_ice_latch_wait (answered, GST_ICE_LATCH_FOREVER);
}

/* Members. */

typedef struct
{
  GstIceMember *member;         /* reference */
  GstIceClaim claim;            /* owns its name and mid, has a reference to owner */
  gboolean observer;
} Joining;

static void
do_join (GstIceSession * self, gpointer data)
{
  Joining *joining = data;

  if (self->driver != NULL)
    gst_ice_session_driver_join (self->driver, joining->member,
        joining->observer ? NULL : &joining->claim);

  gst_ice_member_unref (joining->member);
  g_free (joining->claim.name);
  g_free (joining->claim.mid);
  g_clear_object (&joining->claim.owner);
  g_free (joining);
}

GstIceMember *
gst_ice_session_join (GstIceSession * self, const GstIceClaim * claim,
    const GstIceConfig * config, GstIceNoticeFunc notice, gpointer user_data,
    GDestroyNotify destroy)
{
  GstIceMember *member = gst_ice_member_new (self, config, notice, user_data,
      destroy);
  Joining *joining = g_new0 (Joining, 1);

  joining->member = gst_ice_member_ref (member);
  joining->claim = *claim;
  joining->claim.name = g_strdup (claim->name);
  joining->claim.mid = g_strdup (claim->mid);
  joining->claim.owner = g_object_ref (claim->owner);
  joining->claim.formats = NULL;
  joining->claim.ready = FALSE;
  gst_ice_session_post (self, do_join, joining);
  return member;
}

void
gst_ice_session_observe (GstIceSession * self, GstIceNoticeFunc notice,
    gpointer user_data, GDestroyNotify destroy)
{
  Joining *joining = g_new0 (Joining, 1);

  joining->member = gst_ice_member_new (self, NULL, notice, user_data, destroy);
  joining->observer = TRUE;
  gst_ice_session_post (self, do_join, joining);
}

typedef struct
{
  GstIceMember *member;         /* reference */
  GstIceMediaKind kind;
  GstCaps *formats;
} Readiness;

static void
do_set_ready (GstIceSession * self, gpointer data)
{
  Readiness *ready = data;

  if (self->driver != NULL)
    gst_ice_session_driver_set_ready (self->driver, ready->member,
        ready->kind, ready->formats);

  gst_ice_member_unref (ready->member);
  gst_clear_caps (&ready->formats);
  g_free (ready);
}

void
gst_ice_session_set_ready (GstIceSession * self, GstIceMember * member,
    GstIceMediaKind kind, GstCaps * formats)
{
  Readiness *ready = g_new0 (Readiness, 1);

  ready->member = gst_ice_member_ref (member);
  ready->kind = kind;
  ready->formats = formats != NULL ? gst_caps_ref (formats) : NULL;
  gst_ice_session_post (self, do_set_ready, ready);
}

static void
do_begin (GstIceSession * self, gpointer data)
{
  if (self->driver != NULL)
    gst_ice_session_driver_begin (self->driver);
}

void
gst_ice_session_begin (GstIceSession * self)
{
  gst_ice_session_post (self, do_begin, NULL);
}

static void
do_ask_key_unit (GstIceSession * self, gpointer data)
{
  GstIceMember *member = data;

  if (self->driver != NULL)
    gst_ice_session_driver_ask_key_unit (self->driver, member);
  gst_ice_member_unref (member);
}

void
gst_ice_session_ask_key_unit (GstIceSession * self, GstIceMember * member)
{
  gst_ice_session_post (self, do_ask_key_unit, gst_ice_member_ref (member));
}

static void
do_leave (GstIceSession * self, gpointer data)
{
  GstIceMember *member = data;

  if (self->driver != NULL)
    gst_ice_session_driver_leave (self->driver, member);
  gst_ice_member_unref (member);
}

void
gst_ice_session_leave (GstIceSession * self, GstIceMember * member)
{
  gst_ice_session_post (self, do_leave, member);
}

/* Applications. */

static void
do_restart (GstIceSession * self, gpointer data)
{
  if (self->driver != NULL)
    gst_ice_session_driver_restart (self->driver);
}

void
gst_ice_session_restart (GstIceSession * self)
{
  gst_ice_session_post (self, do_restart, NULL);
}

typedef struct
{
  guint mline;
  GstIceCandidate *candidate;
} RemoteCandidate;

static void
do_add_remote (GstIceSession * self, gpointer data)
{
  RemoteCandidate *remote = data;

  if (self->driver != NULL)
    gst_ice_session_driver_add_remote (self->driver, remote->mline,
        remote->candidate);
  g_clear_pointer (&remote->candidate, gst_ice_candidate_free);
  g_free (remote);
}

void
gst_ice_session_add_remote_candidate (GstIceSession * self, guint mline,
    const GstIceCandidate * candidate)
{
  RemoteCandidate *remote = g_new0 (RemoteCandidate, 1);

  remote->mline = mline;
  if (candidate != NULL)
    remote->candidate = gst_ice_candidate_copy (candidate);
  gst_ice_session_post (self, do_add_remote, remote);
}

static void
do_add_server (GstIceSession * self, gpointer data)
{
  g_autoptr (GstIceServer) server = data;

  if (self->driver != NULL)
    gst_ice_session_driver_add_server (self->driver, server);
}

void
gst_ice_session_add_server (GstIceSession * self, const GstIceServer * server)
{
  gst_ice_session_post (self, do_add_server, gst_ice_server_copy (server));
}

static void
do_remove_consumer (GstIceSession * self, gpointer data)
{
  if (self->driver != NULL)
    gst_ice_session_driver_remove_consumer (self->driver,
        GPOINTER_TO_UINT (data));
}

void
gst_ice_session_remove_consumer (GstIceSession * self, guint consumer)
{
  gst_ice_session_post (self, do_remove_consumer, GUINT_TO_POINTER (consumer));
}

static GError *
closed_error (void)
{
  return g_error_new_literal (GST_ICE_ERROR, GST_ICE_ERROR_BAD_STATE,
      "The session is closed: no element is in it any more");
}

static void
on_described (GstIceDescription * description, const GError * error,
    gpointer user_data)
{
  Question *question = user_data;

  if (description != NULL)
    question->description = gst_ice_description_ref (description);
  else
    question->error = g_error_copy (error);
  question_answer (question);
}

static void
do_describe (GstIceSession * self, gpointer data)
{
  Question *question = data;

  if (self->driver != NULL) {
    gst_ice_session_driver_describe (self->driver, question->type,
        question->wait, on_described, question);
  } else {
    question->error = closed_error ();
    question_answer (question);
  }
}

GstIceDescription *
gst_ice_session_create_description (GstIceSession * self,
    GstIceDescriptionType type, GError ** error)
{
  Question question = { 0, };

  question.type = type;
  gst_ice_session_invoke (self, do_describe, &question);

  if (question.error != NULL)
    g_propagate_error (error, question.error);
  return question.description;
}

static void
do_set_remote (GstIceSession * self, gpointer data)
{
  Question *question = data;

  if (self->driver != NULL)
    gst_ice_session_driver_set_remote (self->driver, question->description,
        &question->error);
  else
    question->error = closed_error ();
  question_answer (question);
}

gboolean
gst_ice_session_set_remote_description (GstIceSession * self,
    GstIceDescription * description, GError ** error)
{
  Question question = { 0, };

  question.description = description;
  gst_ice_session_invoke (self, do_set_remote, &question);

  if (question.error != NULL) {
    g_propagate_error (error, question.error);
    return FALSE;
  }
  return TRUE;
}

static void
do_get_stats (GstIceSession * self, gpointer data)
{
  Question *question = data;

  question->stats = self->driver != NULL ?
      gst_ice_session_driver_get_stats (self->driver) :
      gst_structure_new_empty ("ice-session");
  question_answer (question);
}

GstStructure *
gst_ice_session_get_stats (GstIceSession * self)
{
  Question question = { 0, };

  gst_ice_session_invoke (self, do_get_stats, &question);
  return question.stats;
}

GstIceConnectionState
gst_ice_session_get_connection_state (GstIceSession * self)
{
  return (GstIceConnectionState) g_atomic_int_get (&self->connection_state);
}

GstIceGatheringState
gst_ice_session_get_gathering_state (GstIceSession * self)
{
  return (GstIceGatheringState) g_atomic_int_get (&self->gathering_state);
}

/* The end. */

typedef struct
{
  GstIceSession *session;       /* reference */
  GstIceLatch *quiet;           /* reference */
  GDestroyNotify closed;
  gpointer user_data;
} Closing;

static void
on_closed (gpointer data)
{
  g_autofree Closing *closing = data;

  g_object_unref (closing->session);
  /* Last: a process may end as soon as it hears of it. */
  closing->closed (closing->user_data);
}

static void
do_close (GstIceSession * self, gpointer data)
{
  Closing *closing = data;
  g_autoptr (GstIceLatch) quiet = g_steal_pointer (&closing->quiet);

  g_atomic_int_set (&self->connection_state, GST_ICE_CONNECTION_CLOSED);
  gst_ice_session_driver_close (g_steal_pointer (&self->driver), on_closed,
      closing);
  gst_ice_latch_open (quiet);
}

void
gst_ice_session_close (GstIceSession * self, GstIceLatch * quiet,
    GDestroyNotify closed, gpointer user_data)
{
  Closing *closing = g_new0 (Closing, 1);

  closing->session = g_object_ref (self);
  closing->quiet = gst_ice_latch_ref (quiet);
  closing->closed = closed;
  closing->user_data = user_data;

  gst_ice_session_post (self, do_close, closing);
}
