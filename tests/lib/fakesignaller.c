/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "fakesignaller.h"

#include "gsticeerror.h"

#include <string.h>

/* How long a test waits for what must come; only a hang takes that long. */
#define PATIENCE (15 * G_TIME_SPAN_SECOND)

struct _FakeSignaller
{
  GObject parent;

  /* Set at construction. */
  gchar *uri;
  const gchar *room;            /* in uri */
  gboolean refused;             /* its restarts are */
  gboolean caller;              /* but for a counter-offer */
  FakeSignaller *listener;      /* of a newcomer, (transfer none); else NULL */
  gint answered;                /* by a newcomer; atomic */

  /* Protected by signallers_lock. */
  GMainContext *context;        /* NULL: not started */
  const GstIceSignallerEvents *events;
  gpointer user_data;
  gboolean closed;
  GString *log;
  GstIceDescription *sent[3];   /* by type, the last */
};

static void fake_signaller_iface_init (GstIceSignallerInterface * iface);

G_DEFINE_TYPE_WITH_CODE (FakeSignaller, fake_signaller, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (GST_TYPE_ICE_SIGNALLER, fake_signaller_iface_init));

static GMutex signallers_lock;
static GCond signallers_cond;   /* signalled when one is started */
static GPtrArray *signallers;   /* protected by signallers_lock */
static gint offer_again;        /* atomic */

static void
note_locked (FakeSignaller * self, const gchar * what)
{
  if (self->listener != NULL)
    self = self->listener;
  g_string_append_printf (self->log, "%s%s", self->log->len > 0 ? " " : "",
      what);
}

/* An event, which is emitted from the signaller's context. */
typedef struct
{
  FakeSignaller *signaller;
  GstIceDescription *description;       /* NULL: a goodbye, a wish or an error */
  gboolean offer_wanted;
  GError *error;                /* a failure */
} Tell;

static void
tell_free (gpointer data)
{
  Tell *tell = data;

  g_clear_pointer (&tell->description, gst_ice_description_unref);
  g_clear_error (&tell->error);
  g_object_unref (tell->signaller);
  g_free (tell);
}

static gboolean
on_tell (gpointer data)
{
  Tell *tell = data;
  FakeSignaller *self = tell->signaller;
  GstIceSignaller *signaller = GST_ICE_SIGNALLER (self);
  gboolean closed;

  g_mutex_lock (&signallers_lock);
  closed = self->closed;
  g_mutex_unlock (&signallers_lock);

  if (closed)
    return G_SOURCE_REMOVE;
  if (tell->error != NULL)
    self->events->failed (signaller, tell->error, self->user_data);
  else if (tell->offer_wanted)
    self->events->offer_wanted (signaller, self->user_data);
  else if (tell->description == NULL)
    self->events->hung_up (signaller, self->user_data);
  else if (tell->description->type == GST_ICE_DESCRIPTION_FRAGMENT)
    self->events->trickle (signaller, tell->description, self->user_data);
  else
    self->events->description (signaller, tell->description, self->user_data);
  return G_SOURCE_REMOVE;
}

/* @error: (transfer full)
 * Returns: (transfer none): not told yet */
static Tell *
post (FakeSignaller * self, GstIceDescription * description, GError * error)
{
  GSource *source = g_idle_source_new ();
  Tell *tell = g_new0 (Tell, 1);

  tell->signaller = g_object_ref (self);
  tell->error = error;
  if (description != NULL)
    tell->description = gst_ice_description_ref (description);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_tell, tell, tell_free);
  g_source_attach (source, self->context);
  g_source_unref (source);
  return tell;
}

void
fake_signaller_tell_description (FakeSignaller * self,
    GstIceDescription * description)
{
  g_atomic_int_set (&self->answered,
      description->type == GST_ICE_DESCRIPTION_ANSWER);
  post (self, description, NULL);
}

void
fake_signaller_tell_counter_offer (FakeSignaller * self,
    GstIceDescription * offer)
{
  g_mutex_lock (&signallers_lock);
  self->caller = FALSE;
  g_mutex_unlock (&signallers_lock);
  post (self, offer, NULL);
}

FakeSignaller *
fake_signaller_tell_newcomer (FakeSignaller * self, GstIceDescription * offer)
{
  FakeSignaller *newcomer = g_object_new (FAKE_TYPE_SIGNALLER, NULL);

  newcomer->uri = g_strdup (self->uri);
  newcomer->room = "";
  newcomer->listener = self;
  newcomer->context = g_main_context_ref (self->context);
  newcomer->events = self->events;
  newcomer->user_data = self->user_data;
  newcomer->caller = offer == NULL;
  post (newcomer, offer, NULL)->offer_wanted = offer == NULL;
  return newcomer;
}

void
fake_signaller_tell_hung_up (FakeSignaller * self)
{
  post (self, NULL, NULL);
}

void
fake_signaller_tell_failed (FakeSignaller * self, const GError * error)
{
  post (self, NULL, g_error_copy (error));
}

/* Returns: (transfer none) (nullable): the other signaller of the room */
static FakeSignaller *
find_peer_locked (FakeSignaller * self)
{
  for (guint i = signallers->len; i > 0; i--) {
    FakeSignaller *other = g_ptr_array_index (signallers, i - 1);

    if (other->caller != self->caller && !other->closed &&
        other->context != NULL && g_str_equal (other->room, self->room))
      return other;
  }
  return NULL;
}

static gboolean
fake_signaller_start (GstIceSignaller * signaller,
    const GstIceSignallerEvents * events, gpointer user_data, GError ** error)
{
  FakeSignaller *self = FAKE_SIGNALLER (signaller);

  if (g_str_equal (self->uri, "fake:broken")) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
        "The port is in use");
    return FALSE;
  }

  g_mutex_lock (&signallers_lock);
  self->events = events;
  self->user_data = user_data;
  self->context = g_main_context_ref_thread_default ();
  note_locked (self, "start");
  g_cond_broadcast (&signallers_cond);
  g_mutex_unlock (&signallers_lock);
  return TRUE;
}

static gboolean
fake_signaller_is_caller (GstIceSignaller * signaller)
{
  gboolean caller;

  g_mutex_lock (&signallers_lock);
  caller = FAKE_SIGNALLER (signaller)->caller;
  g_mutex_unlock (&signallers_lock);
  return caller;
}

/* Remembers and delivers @description; NULL is a goodbye. */
static void
carry (FakeSignaller * self, const gchar * what,
    GstIceDescription * description, GError * error)
{
  FakeSignaller *peer;

  g_mutex_lock (&signallers_lock);
  note_locked (self, what);
  if (description != NULL) {
    g_clear_pointer (&self->sent[description->type], gst_ice_description_unref);
    self->sent[description->type] = gst_ice_description_ref (description);
  }
  peer = find_peer_locked (self);
  if (peer != NULL)
    post (peer, description, error);
  else
    g_clear_error (&error);
  g_mutex_unlock (&signallers_lock);
}

static void
fake_signaller_send_description (GstIceSignaller * signaller,
    GstIceDescription * description)
{
  carry (FAKE_SIGNALLER (signaller),
      description->type == GST_ICE_DESCRIPTION_OFFER ? "offer" : "answer",
      description, NULL);
}

static void
fake_signaller_send_trickle (GstIceSignaller * signaller,
    GstIceDescription * fragment)
{
  carry (FAKE_SIGNALLER (signaller), "trickle", fragment, NULL);
}

static void
fake_signaller_reject (GstIceSignaller * signaller, const GError * reason)
{
  g_autofree gchar *what = g_strdup_printf ("reject:%d", reason->code);

  carry (FAKE_SIGNALLER (signaller), what, NULL, g_error_copy (reason));
}

static gboolean
fake_signaller_can_restart (GstIceSignaller * signaller)
{
  FakeSignaller *self = FAKE_SIGNALLER (signaller);

  /* Who has not answered can't be in a call. */
  return self->refused || (self->caller && g_atomic_int_get (&offer_again)
      && (self->listener == NULL || g_atomic_int_get (&self->answered)));
}

static gboolean
on_refused (gpointer data)
{
  FakeSignaller *self = data;
  g_autoptr (GError) error = g_error_new_literal (GST_ICE_ERROR,
      GST_ICE_ERROR_SIGNALLING, "No such session");

  self->events->restart_failed (GST_ICE_SIGNALLER (self), error,
      self->user_data);
  return G_SOURCE_REMOVE;
}

/* Called only if restarts are possible. */
static void
fake_signaller_send_restart (GstIceSignaller * signaller,
    GstIceDescription * fragment)
{
  FakeSignaller *self = FAKE_SIGNALLER (signaller);
  GSource *source = g_idle_source_new ();

  carry (self, "restart", fragment, NULL);
  g_source_set_callback (source, on_refused, g_object_ref (self),
      g_object_unref);
  g_source_attach (source, self->context);
  g_source_unref (source);
}

/* Without send_restart(), a session sends whole offers. */
static void
set_offer_again (gboolean again)
{
  GTypeClass *klass = g_type_class_ref (FAKE_TYPE_SIGNALLER);
  GstIceSignallerInterface *iface =
      g_type_interface_peek (klass, GST_TYPE_ICE_SIGNALLER);

  g_atomic_int_set (&offer_again, again);
  iface->send_restart = again ? NULL : fake_signaller_send_restart;
  g_type_class_unref (klass);
}

void
fake_signallers_let_offer_again (void)
{
  set_offer_again (TRUE);
}

static void
fake_signaller_hang_up (GstIceSignaller * signaller)
{
  carry (FAKE_SIGNALLER (signaller), "hang-up", NULL, NULL);
}

typedef struct
{
  GDestroyNotify closed;
  gpointer user_data;
} Closing;

static gboolean
on_close (gpointer data)
{
  Closing *closing = data;

  closing->closed (closing->user_data);
  return G_SOURCE_REMOVE;
}

static void
fake_signaller_close (GstIceSignaller * signaller, GDestroyNotify closed,
    gpointer user_data)
{
  FakeSignaller *self = FAKE_SIGNALLER (signaller);
  GSource *source = g_idle_source_new ();
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  Closing *closing = g_new0 (Closing, 1);

  carry (self, "close", NULL, NULL);
  g_mutex_lock (&signallers_lock);
  self->closed = TRUE;
  g_mutex_unlock (&signallers_lock);

  closing->closed = closed;
  closing->user_data = user_data;
  g_source_set_callback (source, on_close, closing, g_free);
  g_source_attach (source, context);
  g_source_unref (source);
}

static void
fake_signaller_iface_init (GstIceSignallerInterface * iface)
{
  iface->start = fake_signaller_start;
  iface->is_caller = fake_signaller_is_caller;
  iface->send_description = fake_signaller_send_description;
  iface->send_trickle = fake_signaller_send_trickle;
  iface->reject = fake_signaller_reject;
  iface->can_restart = fake_signaller_can_restart;
  iface->send_restart = fake_signaller_send_restart;
  iface->hang_up = fake_signaller_hang_up;
  iface->close = fake_signaller_close;
}

static void
fake_signaller_finalize (GObject * object)
{
  FakeSignaller *self = FAKE_SIGNALLER (object);

  for (guint i = 0; i < G_N_ELEMENTS (self->sent); i++)
    g_clear_pointer (&self->sent[i], gst_ice_description_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_string_free (self->log, TRUE);
  g_free (self->uri);
  G_OBJECT_CLASS (fake_signaller_parent_class)->finalize (object);
}

static void
fake_signaller_class_init (FakeSignallerClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_signaller_finalize;
}

static void
fake_signaller_init (FakeSignaller * self)
{
  self->log = g_string_new (NULL);
}

static GstIceSignaller *
fake_signaller_new (const GstIceConfig * config, GError ** error)
{
  const gchar *uri = gst_ice_config_get_string (config, "signalling-uri");
  FakeSignaller *self;

  if (g_str_equal (uri, "fake:malformed")) {
    g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        "signalling-uri has no room");
    return NULL;
  }

  self = g_object_new (FAKE_TYPE_SIGNALLER, NULL);
  self->uri = g_strdup (uri);
  self->refused = g_str_has_prefix (uri, "fake:refused/");
  self->caller = self->refused || g_str_has_prefix (uri, "fake:call/");
  self->room = strchr (self->uri, '/') != NULL ? strchr (self->uri, '/') : "";

  g_mutex_lock (&signallers_lock);
  g_ptr_array_add (signallers, g_object_ref (self));
  g_mutex_unlock (&signallers_lock);
  return GST_ICE_SIGNALLER (self);
}

void
fake_signallers_start (void)
{
  fake_signallers_stop ();
  set_offer_again (FALSE);
  g_mutex_lock (&signallers_lock);
  signallers = g_ptr_array_new_with_free_func (g_object_unref);
  g_mutex_unlock (&signallers_lock);
  gst_ice_signaller_register ("fake", fake_signaller_new);
}

void
fake_signallers_stop (void)
{
  g_mutex_lock (&signallers_lock);
  g_clear_pointer (&signallers, g_ptr_array_unref);
  g_mutex_unlock (&signallers_lock);
}

static FakeSignaller *
find_locked (const gchar * uri)
{
  for (guint i = signallers->len; i > 0; i--) {
    FakeSignaller *signaller = g_ptr_array_index (signallers, i - 1);

    if (signaller->context != NULL && g_str_equal (signaller->uri, uri))
      return signaller;
  }
  return NULL;
}

FakeSignaller *
fake_signallers_find (const gchar * uri)
{
  FakeSignaller *signaller;

  g_mutex_lock (&signallers_lock);
  signaller = find_locked (uri);
  g_mutex_unlock (&signallers_lock);
  return signaller;
}

FakeSignaller *
fake_signallers_wait (const gchar * uri)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE;
  FakeSignaller *signaller;

  g_mutex_lock (&signallers_lock);
  while ((signaller = find_locked (uri)) == NULL) {
    if (!g_cond_wait_until (&signallers_cond, &signallers_lock, deadline))
      g_error ("no signaller was started for %s", uri);
  }
  g_mutex_unlock (&signallers_lock);
  return signaller;
}

gchar *
fake_signaller_get_log (FakeSignaller * self)
{
  gchar *copy;

  g_mutex_lock (&signallers_lock);
  copy = g_strdup (self->log->str);
  g_mutex_unlock (&signallers_lock);
  return copy;
}

GstIceDescription *
fake_signaller_get_sent (FakeSignaller * self, GstIceDescriptionType type)
{
  GstIceDescription *sent;

  g_mutex_lock (&signallers_lock);
  sent = self->sent[type] != NULL ?
      gst_ice_description_ref (self->sent[type]) : NULL;
  g_mutex_unlock (&signallers_lock);
  return sent;
}
