/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Keeps the state of a transport, and reports each change. */

#include "config.h"

#include "gsticetransportstate.h"

#include "gsticelog.h"
#include "gsticestats.h"

GST_ICE_LOG_CATEGORY (gst_ice_transport_state_log, "icetransportstate",
    "States of ICE transports");
#define GST_CAT_DEFAULT gst_ice_transport_state_log ()

void
gst_ice_transport_state_init (GstIceTransportState * self,
    const GstIceCallSettings * settings, GstIceMlines * all, guint own,
    const gchar * media)
{
  self->settings = settings;
  self->all = all;
  self->media = media;
  self->mlines = g_array_new (FALSE, FALSE, sizeof (guint));
  g_array_append_val (self->mlines, own);
}

void
gst_ice_transport_state_clear (GstIceTransportState * self)
{
  g_array_unref (self->mlines);
}

void
gst_ice_transport_state_add_mline (GstIceTransportState * self, guint mline)
{
  g_array_append_val (self->mlines, mline);
}

void
gst_ice_transport_state_remove_mline (GstIceTransportState * self, guint mline)
{
  for (guint i = self->mlines->len; i > 0; i--) {
    if (g_array_index (self->mlines, guint, i - 1) == mline)
      g_array_remove_index (self->mlines, i - 1);
  }
}

/* Telling. */

void
gst_ice_transport_state_tell_own (GstIceTransportState * self,
    GstIceNotice notice)
{
  notice.mline = (gint) g_array_index (self->mlines, guint, 0);
  gst_ice_call_settings_sign (self->settings, &notice);
  gst_ice_members_tell (self->settings->members, self->all, &notice);
}

void
gst_ice_transport_state_tell_all (GstIceTransportState * self,
    GstIceNotice notice)
{
  /* A copy: a member that hears it may change the list. */
  g_autoptr (GArray) mlines = g_array_copy (self->mlines);

  gst_ice_call_settings_sign (self->settings, &notice);
  for (guint i = 0; i < mlines->len; i++) {
    notice.mline = (gint) g_array_index (mlines, guint, i);
    gst_ice_members_tell (self->settings->members, self->all, &notice);
  }
}

void
gst_ice_transport_state_record_remote (GstIceTransportState * self,
    const GstIceCandidate * candidate)
{
  GstIceNotice notice = {.type = GST_ICE_NOTICE_PEER_CANDIDATE,
    .mline = (gint) g_array_index (self->mlines, guint, 0),
    .candidate = candidate
  };

  gst_ice_call_settings_sign (self->settings, &notice);
  gst_ice_members_record (self->settings->members, self->all, &notice);
}

void
gst_ice_transport_state_tell_progress (GstIceTransportState * self,
    GstProgressType type, const gchar * text)
{
  GstIceNotice notice = {.type = GST_ICE_NOTICE_PROGRESS,.progress = type,
    .text = text
  };

  gst_ice_transport_state_tell_own (self, notice);
}

void
gst_ice_transport_state_tell_pair (GstIceTransportState * self,
    const GstIceCandidate * local, const GstIceCandidate * remote, gint64 at_us)
{
  g_autofree gchar *pair = gst_ice_stats_describe_pair (local, remote);
  g_autofree gchar *text = g_strdup_printf ("connected %s", pair);
  const GstIceNotice progress = {.type = GST_ICE_NOTICE_PROGRESS,
    .progress = GST_PROGRESS_TYPE_COMPLETE,.text = text,.at_us = at_us
  };
  const GstIceNotice notice = {.type = GST_ICE_NOTICE_SELECTED_PAIR,
    .local = local,.remote = remote,.at_us = at_us
  };

  GST_INFO_ID (self->settings->id, "%s: %s", self->media, pair);
  gst_ice_transport_state_tell_own (self, progress);
  gst_ice_transport_state_tell_all (self, notice);
}

void
gst_ice_transport_state_tell_secured (GstIceTransportState * self, gint64 at_us)
{
  const GstIceNotice progress = {.type = GST_ICE_NOTICE_PROGRESS,
    .progress = GST_PROGRESS_TYPE_COMPLETE,.text = "encrypted",.at_us = at_us
  };
  const GstIceNotice notice = {.type = GST_ICE_NOTICE_SECURED,.at_us = at_us };

  gst_ice_transport_state_tell_own (self, progress);
  gst_ice_transport_state_tell_all (self, notice);
}

void
gst_ice_transport_state_warn (GstIceTransportState * self, GError * error)
{
  GstIceNotice notice = {.type = GST_ICE_NOTICE_WARNING,.error = error };

  gst_ice_transport_state_tell_own (self, notice);
  g_error_free (error);
}

/* States. */

void
gst_ice_transport_state_set_gathering (GstIceTransportState * self,
    GstIceGatheringState state)
{
  GstIceNotice notice = {.type = GST_ICE_NOTICE_GATHERING_STATE,
    .gathering_state = state
  };

  if (self->gathering == state)
    return;
  self->gathering = state;
  gst_ice_transport_state_tell_all (self, notice);
}

void
gst_ice_transport_state_set_connection (GstIceTransportState * self,
    GstIceConnectionState state)
{
  const gchar *name = gst_ice_connection_state_to_string (state);
  const GstIceNotice progress = {.type = GST_ICE_NOTICE_PROGRESS,
    .progress = GST_PROGRESS_TYPE_CONTINUE,.text = name
  };
  const GstIceNotice notice = {.type = GST_ICE_NOTICE_CONNECTION_STATE,
    .connection_state = state
  };

  if (self->connection == state)
    return;
  GST_INFO_ID (self->settings->id, "%s: %s", self->media, name);
  self->connection = state;
  if (self->was_connected && (state == GST_ICE_CONNECTION_DISCONNECTED ||
          state == GST_ICE_CONNECTION_CHECKING))
    gst_ice_transport_state_tell_all (self, progress);
  gst_ice_transport_state_tell_all (self, notice);
}

void
gst_ice_transport_state_tell_again (GstIceTransportState * self)
{
  const GstIceNotice gathering = {.type = GST_ICE_NOTICE_GATHERING_STATE,
    .gathering_state = self->gathering
  };
  const GstIceNotice connection = {.type = GST_ICE_NOTICE_CONNECTION_STATE,
    .connection_state = self->connection
  };

  gst_ice_transport_state_tell_all (self, gathering);
  gst_ice_transport_state_tell_all (self, connection);
}
