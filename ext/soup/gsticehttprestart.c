/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Holds a caller's restart of ICE until the session has answered it. */

#include "config.h"

#include "gsticehttprestart.h"

#include "gsticehttpfragment.h"
#include "gsticehttpserver.h"
#include "gsticesdp.h"

#define FRAGMENT_TYPE "application/trickle-ice-sdpfrag"

struct _GstIceHttpRestart
{
  GstIceDescription *fragment;  /* the last one, or NULL */
  SoupServerMessage *pending;   /* which waits for an answer, or NULL */
  gchar *answer;                /* to it; NULL: not yet */
  gchar *etag;
};

/* Returns: (transfer full): no restart so far */
GstIceHttpRestart *
gst_ice_http_restart_new (void)
{
  return g_new0 (GstIceHttpRestart, 1);
}

/* @self: (transfer full) */
void
gst_ice_http_restart_free (GstIceHttpRestart * self)
{
  gst_ice_http_restart_refuse (self, SOUP_STATUS_NOT_FOUND,
      "This session has ended");
  g_free (self);
}

static void
clear (GstIceHttpRestart * self)
{
  g_clear_pointer (&self->fragment, gst_ice_description_unref);
  g_clear_pointer (&self->answer, g_free);
  g_clear_pointer (&self->etag, g_free);
}

static void
respond (GstIceHttpRestart * self, SoupServerMessage * message)
{
  soup_message_headers_replace (soup_server_message_get_response_headers
      (message), "ETag", self->etag);
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, FRAGMENT_TYPE, SOUP_MEMORY_COPY,
      self->answer, strlen (self->answer));
}

/* Lets go of the request that waits; a newer one has taken its place. */
static void
supersede (GstIceHttpRestart * self)
{
  SoupServerMessage *message = g_steal_pointer (&self->pending);

  if (message == NULL)
    return;
  gst_ice_http_server_respond (message, SOUP_STATUS_CONFLICT,
      "Another restart has come");
  gst_ice_http_server_release (message);
}

gboolean
gst_ice_http_restart_take (GstIceHttpRestart * self,
    SoupServerMessage * message, GstIceDescription * fragment)
{
  gboolean same = self->fragment != NULL &&
      !gst_ice_http_fragment_restarts (fragment, self->fragment);

  supersede (self);
  self->pending = gst_ice_http_server_hold (message);
  if (same)
    return FALSE;

  clear (self);
  self->fragment = gst_ice_description_ref (fragment);
  return TRUE;
}

gboolean
gst_ice_http_restart_repeat (GstIceHttpRestart * self,
    SoupServerMessage * message, const GstIceDescription * fragment)
{
  if (self->answer == NULL ||
      gst_ice_http_fragment_restarts (fragment, self->fragment))
    return FALSE;
  respond (self, message);
  return TRUE;
}

GstIceDescription *
gst_ice_http_restart_answer (GstIceHttpRestart * self,
    GstIceDescription * fragment, const gchar * etag)
{
  SoupServerMessage *message = g_steal_pointer (&self->pending);

  if (self->fragment == NULL || self->answer != NULL)
    return NULL;

  self->answer = gst_ice_sdp_write_fragment (fragment);
  self->etag = g_strdup (etag);
  if (message != NULL) {
    respond (self, message);
    gst_ice_http_server_release (message);
  }
  return gst_ice_description_ref (self->fragment);
}

gboolean
gst_ice_http_restart_refuse (GstIceHttpRestart * self, guint status,
    const gchar * text)
{
  SoupServerMessage *message = g_steal_pointer (&self->pending);
  gboolean open = self->fragment != NULL && self->answer == NULL;

  if (message != NULL) {
    gst_ice_http_server_respond (message, status, text);
    gst_ice_http_server_release (message);
  }
  clear (self);
  return open;
}

gboolean
gst_ice_http_restart_gone (GstIceHttpRestart * self,
    SoupServerMessage * message)
{
  if (self->pending != message)
    return FALSE;
  g_clear_object (&self->pending);
  return TRUE;
}
