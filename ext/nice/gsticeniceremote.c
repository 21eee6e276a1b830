/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "gsticeniceremote.h"

#include "gsticeniceconvert.h"
#include "gsticeniceresolver.h"
#include "gsticetimer.h"

#include <string.h>

/* A direct pair needs one round trip, or two where both ends have to open a way
 * through a NAT: docs/nat.md. */
#define RELAY_HOLD_MS 80

/* libnice cuts off what is longer; RFC 8839, 5.4, has the same limit. */
#define MAX_CREDENTIAL_LENGTH 256

struct _GstIceNiceRemote
{
  NiceAgent *nice;              /* reference */
  guint stream;
  guint n_components;
  GMainContext *context;
  gboolean relay_only;
  gboolean takes_tcp;           /* candidates of RFC 6544 are tried */
  GstIceNiceResolver *names;    /* NULL: with relays only */

  gchar *ufrag, *password;      /* NULL: not yet known */
  gboolean told;                /* libnice knows them */

  GPtrArray *held;              /* of GstIceCandidate */
  gint64 release_time;          /* of relayed ones, 0: no other is known yet */
  GSource *timer;               /* NULL: none is held */
};

static GPtrArray *
candidates_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_ice_candidate_free);
}

/* Names that were looked up. */
static void
on_found (GPtrArray * candidates, gpointer user_data)
{
  gst_ice_nice_remote_add_candidates (user_data, candidates);
}

GstIceNiceRemote *
gst_ice_nice_remote_new (NiceAgent * nice, guint stream, guint n_components,
    GMainContext * context, const GstIceConfig * config)
{
  GstIceNiceRemote *self = g_new0 (GstIceNiceRemote, 1);

  self->nice = g_object_ref (nice);
  self->stream = stream;
  self->n_components = n_components;
  self->context = g_main_context_ref (context);
  self->relay_only = gst_ice_config_get_enum (config,
      "ice-transport-policy") == GST_ICE_POLICY_RELAY;
  self->takes_tcp = gst_ice_config_get_boolean (config, "ice-tcp");
  /* Who wants to stay hidden does not ask for names that the peer chose. */
  if (!self->relay_only)
    self->names = gst_ice_nice_resolver_new (gst_ice_config_get_string (config,
            "network-interfaces"), context, on_found, self);
  self->held = candidates_new ();
  return self;
}

/* @self: (transfer full) */
void
gst_ice_nice_remote_free (GstIceNiceRemote * self)
{
  gst_ice_timer_clear (&self->timer);
  g_clear_pointer (&self->names, gst_ice_nice_resolver_free);
  g_ptr_array_unref (self->held);
  g_main_context_unref (self->context);
  g_object_unref (self->nice);
  g_free (self->ufrag);
  g_free (self->password);
  g_free (self);
}

gboolean
gst_ice_nice_remote_set_credentials (GstIceNiceRemote * self,
    const gchar * ufrag, const gchar * password)
{
  if (ufrag == NULL || password == NULL || *ufrag == '\0' ||
      strlen (ufrag) > MAX_CREDENTIAL_LENGTH ||
      strlen (password) > MAX_CREDENTIAL_LENGTH)
    return FALSE;

  g_free (self->ufrag);
  self->ufrag = g_strdup (ufrag);
  g_free (self->password);
  self->password = g_strdup (password);
  self->told = FALSE;
  return TRUE;
}

/* Candidates first: libnice 0.1.21 has checked, without credentials and in vain, those
 * that it learned from checks that came early. It drops such a pair when it makes a new
 * one, even if it has just been told to try it again, but when it gets the credentials
 * it makes the pair anew. */
static void
give (GstIceNiceRemote * self, GPtrArray * candidates)
{
  gst_ice_nice_candidates_give (candidates, self->nice, self->stream,
      self->n_components);
  if (self->ufrag == NULL || self->told)
    return;
  self->told = TRUE;
  nice_agent_set_remote_credentials (self->nice, self->stream, self->ufrag,
      self->password);
}

static gboolean
on_release (gpointer data)
{
  GstIceNiceRemote *self = data;
  g_autoptr (GPtrArray) released = self->held;

  gst_ice_timer_clear (&self->timer);
  self->held = candidates_new ();
  give (self, released);
  return G_SOURCE_REMOVE;
}

/* @direct: those that are given at once
 * Returns: whether there are others than relayed ones */
static gboolean
sort (GstIceNiceRemote * self, GPtrArray * candidates, GPtrArray * direct)
{
  gboolean has_direct = FALSE;

  for (guint i = 0; i < candidates->len; i++) {
    const GstIceCandidate *candidate = g_ptr_array_index (candidates, i);

    /* They make libnice 0.1.21 change the way it nominates. */
    if (candidate->transport != GST_ICE_PROTOCOL_UDP && !self->takes_tcp)
      continue;
    has_direct = has_direct || candidate->type != GST_ICE_CANDIDATE_RELAY;
    if (gst_ice_nice_resolver_is_name (candidate)) {
      if (self->names != NULL && candidate->transport == GST_ICE_PROTOCOL_UDP)
        gst_ice_nice_resolver_add (self->names, candidate);
    } else {
      g_ptr_array_add (candidate->type == GST_ICE_CANDIDATE_RELAY ?
          self->held : direct, gst_ice_candidate_copy (candidate));
    }
  }
  return has_direct;
}

void
gst_ice_nice_remote_add_candidates (GstIceNiceRemote * self,
    GPtrArray * candidates)
{
  g_autoptr (GPtrArray) direct = candidates_new ();
  gint64 now = g_get_monotonic_time ();

  if (sort (self, candidates, direct) && self->release_time == 0)
    self->release_time = now + (self->relay_only ? 0 :
        RELAY_HOLD_MS * G_TIME_SPAN_MILLISECOND);
  give (self, direct);
  if (self->held->len == 0)
    return;

  /* Where there is nothing to wait for, or the time for it is over. */
  if (self->release_time <= now)
    on_release (self);
  else if (self->timer == NULL)
    gst_ice_timer_restart (&self->timer, self->context,
        (guint) ((self->release_time - now) / G_TIME_SPAN_MILLISECOND),
        on_release, self);
}

const gchar *
gst_ice_nice_remote_get_ufrag (const GstIceNiceRemote * self)
{
  return self->ufrag;
}

const gchar *
gst_ice_nice_remote_get_password (const GstIceNiceRemote * self)
{
  return self->password;
}
