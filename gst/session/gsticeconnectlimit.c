/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Gives up the transports of a call that find no path in time, and callers that do not show
 * that they are there. */

#include "config.h"

#include "gsticeconnectlimit.h"

#include "gsticetimer.h"
#include "gsticetransports.h"

/* A caller by HTTP that has not shown this long after our answer that it is there, and may be
 * a stranger, makes room for the next one: five checks of RFC 8445 are sent within 7.5 s. */
#define UNHEARD_MS 8000

struct _GstIceConnectLimit
{
  GPtrArray *transports;        /* of GstIceTransport, in the order of opening */
  GstIceExchange *exchange;
  const GstIceConfig *config;
  const GstIceConnectLimitEvents *events;
  gpointer user_data;

  GSource *timer;               /* NULL: not running */
  gboolean done;                /* it has passed */
};

GstIceConnectLimit *
gst_ice_connect_limit_new (GPtrArray * transports, GstIceExchange * exchange,
    const GstIceConfig * config, const GstIceConnectLimitEvents * events,
    gpointer user_data)
{
  GstIceConnectLimit *self = g_new0 (GstIceConnectLimit, 1);

  self->transports = transports;
  self->exchange = exchange;
  self->config = config;
  self->events = events;
  self->user_data = user_data;
  return self;
}

/* @self: (transfer full) */
void
gst_ice_connect_limit_free (GstIceConnectLimit * self)
{
  gst_ice_connect_limit_stop (self);
  g_free (self);
}

void
gst_ice_connect_limit_stop (GstIceConnectLimit * self)
{
  gst_ice_timer_clear (&self->timer);
}

void
gst_ice_connect_limit_renew (GstIceConnectLimit * self)
{
  self->done = FALSE;
}

static gboolean
on_timeout (gpointer data)
{
  GstIceConnectLimit *self = data;
  GstIceTransport *first_dead = NULL;

  gst_ice_timer_clear (&self->timer);
  self->done = TRUE;

  for (guint i = 0; i < self->transports->len; i++) {
    GstIceTransport *transport = g_ptr_array_index (self->transports, i);

    if (gst_ice_transport_is_given_up (transport) ||
        gst_ice_transport_is_usable (transport))
      continue;
    if (first_dead == NULL)
      first_dead = transport;
    if (gst_ice_transports_are_usable (self->transports))
      self->events->late (transport, self->user_data);
  }

  if (first_dead != NULL && !gst_ice_transports_are_usable (self->transports)) {
    g_autoptr (GError) error = gst_ice_transport_explain_no_path (first_dead);

    self->events->failed (error, self->user_data);
  }
  return G_SOURCE_REMOVE;
}

static guint
get_timeout_ms (GstIceConnectLimit * self)
{
  return gst_ice_config_get_uint (self->config, "connect-timeout");
}

static gboolean
on_unheard_timeout (gpointer data)
{
  GstIceConnectLimit *self = data;
  const guint timeout_ms = get_timeout_ms (self);
  const guint wait_ms = gst_ice_exchange_get_left_ms (self->exchange,
      UNHEARD_MS);

  gst_ice_timer_clear (&self->timer);
  self->done = wait_ms == 0;
  if (wait_ms > 0)
    self->timer = gst_ice_timer_new (wait_ms, on_unheard_timeout, self);
  else if (!gst_ice_transports_have_heard_peer (self->transports)
      && self->transports->len > 0) {
    g_autoptr (GError) error = gst_ice_transport_explain_no_path
        (g_ptr_array_index (self->transports, 0));

    g_prefix_error (&error, "The caller is let go after %g s. ",
        UNHEARD_MS / 1000.0);
    self->events->failed (error, self->user_data);
  } else if (timeout_ms != 0) {
    self->timer = gst_ice_timer_new (timeout_ms - UNHEARD_MS, on_timeout, self);
  }
  return G_SOURCE_REMOVE;
}

void
gst_ice_connect_limit_start (GstIceConnectLimit * self)
{
  const guint timeout_ms = get_timeout_ms (self);

  if (self->timer != NULL || self->done)
    return;
  if (!gst_ice_exchange_may_restart (self->exchange) &&
      (timeout_ms == 0 || timeout_ms > UNHEARD_MS))
    self->timer = gst_ice_timer_new (UNHEARD_MS, on_unheard_timeout, self);
  else if (timeout_ms != 0)
    self->timer = gst_ice_timer_new (timeout_ms, on_timeout, self);
}
