/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Tells the members of a session what happens to a transport, in the name of each m-line
 * that has it. */

#include "config.h"

#include "gsticesubscribers.h"

struct _GstIceSubscribers
{
  GstIceMembers *members;       /* (transfer none) */
  GstIceMlines *all;            /* (transfer none): of the call */
  guint first;
  GArray *mlines;               /* of guint */
};

GstIceSubscribers *
gst_ice_subscribers_new (GstIceMembers * members, GstIceMlines * all,
    guint first)
{
  GstIceSubscribers *self = g_new0 (GstIceSubscribers, 1);

  self->members = members;
  self->all = all;
  self->first = first;
  self->mlines = g_array_new (FALSE, FALSE, sizeof (guint));
  g_array_append_val (self->mlines, first);
  return self;
}

/* @self: (transfer full) */
void
gst_ice_subscribers_free (GstIceSubscribers * self)
{
  g_array_unref (self->mlines);
  g_free (self);
}

void
gst_ice_subscribers_add (GstIceSubscribers * self, guint mline)
{
  g_array_append_val (self->mlines, mline);
}

void
gst_ice_subscribers_remove (GstIceSubscribers * self, guint mline)
{
  for (guint i = self->mlines->len; i > 0; i--) {
    if (g_array_index (self->mlines, guint, i - 1) == mline)
      g_array_remove_index (self->mlines, i - 1);
  }
}

void
gst_ice_subscribers_tell_first (GstIceSubscribers * self, GstIceNotice notice)
{
  notice.mline = (gint) self->first;
  gst_ice_members_tell (self->members, self->all, &notice);
}

void
gst_ice_subscribers_tell_all (GstIceSubscribers * self, GstIceNotice notice)
{
  /* A copy: a member that hears it may change the list. */
  g_autoptr (GArray) mlines = g_array_copy (self->mlines);

  for (guint i = 0; i < mlines->len; i++) {
    notice.mline = (gint) g_array_index (mlines, guint, i);
    gst_ice_members_tell (self->members, self->all, &notice);
  }
}

void
gst_ice_subscribers_tell_progress (GstIceSubscribers * self,
    GstProgressType type, const gchar * text)
{
  GstIceNotice notice = {.type = GST_ICE_NOTICE_PROGRESS,.progress = type,
    .text = text
  };

  gst_ice_subscribers_tell_first (self, notice);
}

void
gst_ice_subscribers_warn (GstIceSubscribers * self, GError * error)
{
  GstIceNotice notice = {.type = GST_ICE_NOTICE_WARNING,.error = error };

  gst_ice_subscribers_tell_first (self, notice);
  g_error_free (error);
}
