/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Lists the elements of a session, and chooses those that get a notice. */

#include "config.h"

#include "gsticemembers.h"

#include "gsticeerror.h"
#include "gsticerecorder.h"

struct _GstIceMembers
{
  GPtrArray *members;           /* of GstIceMember */
  GstIceRecorder *recorder;     /* NULL: nothing is written */
};

/* Returns: (transfer full): a list without members */
GstIceMembers *
gst_ice_members_new (void)
{
  GstIceMembers *self = g_new0 (GstIceMembers, 1);

  self->members = g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_ice_member_unref);
  return self;
}

/* @self: (transfer full) */
void
gst_ice_members_free (GstIceMembers * self)
{
  g_clear_pointer (&self->recorder, gst_ice_recorder_free);
  g_ptr_array_unref (self->members);
  g_free (self);
}

void
gst_ice_members_add (GstIceMembers * self, GstIceMember * member)
{
  g_ptr_array_add (self->members, gst_ice_member_ref (member));
}

void
gst_ice_members_remove (GstIceMembers * self, GstIceMember * member)
{
  g_ptr_array_remove (self->members, member);
}

static gboolean
check_encryption (const GstIceConfig * config, GError ** error)
{
  if (gst_ice_config_get_enum (config, "encryption") !=
      GST_ICE_ENCRYPTION_DTLS_SRTP
      || gst_ice_config_get_boolean (config, "rtcp-mux"))
    return TRUE;
  g_set_error_literal (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
      "encryption=dtls-srtp needs rtcp-mux; leave that at true, or set "
      "encryption to sdes or none");
  return FALSE;
}

gboolean
gst_ice_members_merge_config (GstIceMembers * self, GstIceMember * member,
    GstIceConfig * config, GError ** error)
{
  const gchar *property = gst_ice_config_merge (config, member->config);

  if (property == NULL) {
    if (self->recorder == NULL)
      self->recorder = gst_ice_recorder_new (gst_ice_config_get_string (config,
              "timeline"));
    return check_encryption (config, error);
  }

  for (guint i = 0; i < self->members->len; i++) {
    GstIceMember *other = g_ptr_array_index (self->members, i);
    g_autoptr (GstIceConfig) both = NULL;

    if (other->config == NULL)
      continue;
    both = gst_ice_config_copy (other->config);
    if (gst_ice_config_merge (both, member->config) == NULL)
      continue;
    g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
        "%s and %s are in one session but set %s to different values; set it on "
        "one of them, or to the same", other->claim->name, member->claim->name,
        property);
    return FALSE;
  }
  g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_SETTINGS,
      "%s sets %s to another value than an element that has left the session",
      member->claim->name, property);
  return FALSE;
}

static gboolean
has_mline (const GstIceMember * member, GstIceMlines * mlines, gint mline)
{
  return mlines != NULL &&
      gst_ice_mlines_find_claim (mlines, member->claim) == mline;
}

/* Returns: (transfer none) (nullable): who speaks for m-line @mline, or, when
 *     nobody does or it is -1, for the session */
static GstIceMember *
find_speaker (GstIceMembers * self, GstIceMlines * mlines, gint mline)
{
  GstIceMember *first = NULL;

  for (guint i = 0; i < self->members->len; i++) {
    GstIceMember *member = g_ptr_array_index (self->members, i);

    if (member->claim == NULL)
      continue;
    if (first == NULL)
      first = member;
    if (mline >= 0 && has_mline (member, mlines, mline))
      return member;
  }
  return first;
}

static gboolean
is_for_one (const GstIceNotice * notice)
{
  return notice->type == GST_ICE_NOTICE_PROGRESS ||
      notice->type == GST_ICE_NOTICE_WARNING ||
      notice->type == GST_ICE_NOTICE_ERROR;
}

static gboolean
is_for (const GstIceNotice * notice, GstIceMlines * mlines,
    const GstIceMember * member)
{
  return member->claim == NULL || notice->mline < 0 ||
      has_mline (member, mlines, notice->mline);
}

/* Tells the one who speaks for it. A line that gst-launch-1.0 prints names its medium. */
static void
tell_one (GstIceMembers * self, GstIceMlines * mlines, GstIceNotice notice)
{
  GstIceMember *speaker = find_speaker (self, mlines, notice.mline);
  g_autofree gchar *text = NULL;

  if (notice.type == GST_ICE_NOTICE_PROGRESS && notice.mline >= 0
      && mlines != NULL) {
    text = g_strdup_printf ("%s: %s", gst_ice_mlines_get (mlines,
            (guint) notice.mline)->media, notice.text);
    notice.text = text;
  }
  if (speaker != NULL)
    gst_ice_member_tell (speaker, &notice);
}

gboolean
gst_ice_members_are_recorded (const GstIceMembers * self)
{
  return self->recorder != NULL;
}

/* What can't be written is told once, and the rest is not tried. */
void
gst_ice_members_record (GstIceMembers * self, GstIceMlines * mlines,
    const GstIceNotice * notice)
{
  const gchar *medium = notice->mline >= 0 && mlines != NULL ?
      gst_ice_mlines_get (mlines, (guint) notice->mline)->media : NULL;
  g_autoptr (GError) error = NULL;

  if (self->recorder == NULL)
    return;
  if (gst_ice_recorder_note (self->recorder, notice, medium, &error))
    return;
  g_clear_pointer (&self->recorder, gst_ice_recorder_free);
  gst_ice_members_warn (self, error);
}

void
gst_ice_members_tell (GstIceMembers * self, GstIceMlines * mlines,
    const GstIceNotice * notice)
{
  g_autoptr (GPtrArray) listeners = NULL;

  gst_ice_members_record (self, mlines, notice);

  if (is_for_one (notice)) {
    tell_one (self, mlines, *notice);
    return;
  }

  /* A copy: whoever hears it may leave. */
  listeners = g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_ice_member_unref);
  for (guint i = 0; i < self->members->len; i++) {
    GstIceMember *member = g_ptr_array_index (self->members, i);

    if (is_for (notice, mlines, member))
      g_ptr_array_add (listeners, gst_ice_member_ref (member));
  }
  for (guint i = 0; i < listeners->len; i++)
    gst_ice_member_tell (g_ptr_array_index (listeners, i), notice);
}

void
gst_ice_members_tell_progress (GstIceMembers * self, const gchar * text)
{
  const GstIceNotice notice = {.type = GST_ICE_NOTICE_PROGRESS,.mline = -1,
    .progress = GST_PROGRESS_TYPE_CONTINUE,.text = text
  };

  gst_ice_members_tell (self, NULL, &notice);
}

void
gst_ice_members_tell_claim (GstIceMembers * self, const GstIceClaim * claim,
    const GstIceNotice * notice)
{
  for (guint i = 0; i < self->members->len; i++) {
    GstIceMember *member = g_ptr_array_index (self->members, i);

    /* Whoever hears it may leave. */
    if (member->claim == claim) {
      gst_ice_member_tell (member, notice);
      return;
    }
  }
}

void
gst_ice_members_warn (GstIceMembers * self, const GError * error)
{
  gst_ice_members_warn_of_call (self, NULL, error);
}

void
gst_ice_members_warn_of_call (GstIceMembers * self, const gchar * call_id,
    const GError * error)
{
  const GstIceNotice notice = {.type = GST_ICE_NOTICE_WARNING,.mline = -1,
    .call_id = call_id,.error = error
  };

  gst_ice_members_tell (self, NULL, &notice);
}

void
gst_ice_members_end (GstIceMembers * self, GstIceEnding ending)
{
  for (guint i = 0; i < self->members->len; i++) {
    gst_ice_member_end (g_ptr_array_index (self->members, i), ending);
  }
}
