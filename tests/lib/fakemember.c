/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "fakemember.h"

#include "gsticeformats.h"

#include <string.h>

/* How long a test waits for what must come; only a hang takes that long. */
#define PATIENCE (15 * G_TIME_SPAN_SECOND)

#define QUEUE_BYTES (1024 * 1024)

/* @pspec: (transfer floating) */
static void
set_value (FakeMember * self, GParamSpec * pspec, const GValue * value)
{
  g_param_spec_ref_sink (pspec);
  gst_ice_config_set (self->config, pspec, value);
  g_param_spec_unref (pspec);
}

FakeMember *
fake_member_new (const gchar * name, GstIceDirection direction,
    const gchar * caps)
{
  FakeMember *self = g_new0 (FakeMember, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->notices = g_string_new (NULL);
  self->config = gst_ice_config_new ();
  /* The core does not define this property. */
  fake_member_set_enum (self, "encryption", GST_TYPE_ICE_ENCRYPTION,
      GST_ICE_ENCRYPTION_NONE);
  if (direction == GST_ICE_DIRECTION_SENDONLY)
    self->sender = gst_ice_sender_new ();
  else
    self->receiver = gst_ice_receiver_new (QUEUE_BYTES);
  if (caps != NULL) {
    self->formats = gst_caps_from_string (caps);
    self->kind = gst_ice_formats_get_kind (self->formats);
  }
  self->claim.name = g_strdup (name);
  self->claim.direction = direction;
  self->claim.component = GST_ICE_COMPONENT_RTP;
  self->claim.kind = self->kind;
  self->claim.owner = self->sender != NULL ? G_OBJECT (self->sender) :
      G_OBJECT (self->receiver);
  return self;
}

void
fake_member_free (FakeMember * self)
{
  g_clear_pointer (&self->member, gst_ice_member_unref);
  gst_clear_caps (&self->formats);
  g_clear_object (&self->sender);
  g_clear_object (&self->receiver);
  gst_ice_config_free (self->config);
  g_free (self->claim.name);
  g_string_free (self->notices, TRUE);
  g_cond_clear (&self->cond);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
fake_member_set_string (FakeMember * self, const gchar * property,
    const gchar * value)
{
  GValue holder = G_VALUE_INIT;

  g_value_init (&holder, G_TYPE_STRING);
  g_value_set_string (&holder, value);
  set_value (self, g_param_spec_string (property, property, property, NULL,
          G_PARAM_READWRITE), &holder);
  g_value_unset (&holder);
}

void
fake_member_set_boolean (FakeMember * self, const gchar * property,
    gboolean value)
{
  GValue holder = G_VALUE_INIT;

  g_value_init (&holder, G_TYPE_BOOLEAN);
  g_value_set_boolean (&holder, value);
  set_value (self, g_param_spec_boolean (property, property, property, FALSE,
          G_PARAM_READWRITE), &holder);
  g_value_unset (&holder);
}

void
fake_member_set_uint (FakeMember * self, const gchar * property, guint value)
{
  GValue holder = G_VALUE_INIT;

  g_value_init (&holder, G_TYPE_UINT);
  g_value_set_uint (&holder, value);
  set_value (self, g_param_spec_uint (property, property, property, 0,
          G_MAXUINT, 0, G_PARAM_READWRITE), &holder);
  g_value_unset (&holder);
}

void
fake_member_set_enum (FakeMember * self, const gchar * property, GType type,
    gint value)
{
  GValue holder = G_VALUE_INIT;

  g_value_init (&holder, type);
  g_value_set_enum (&holder, value);
  set_value (self, g_param_spec_enum (property, property, property, type, value,
          G_PARAM_READWRITE), &holder);
  g_value_unset (&holder);
}

/* The error must come before streaming stops. */
static gboolean
has_failed (FakeMember * self)
{
  g_autoptr (GstBufferList) list = gst_buffer_list_new ();
  GstCaps *caps = NULL;

  if (self->sender == NULL)
    return gst_ice_receiver_receive_now (self->receiver, &list, &caps) ==
        GST_FLOW_ERROR;
  gst_buffer_list_add (list, gst_buffer_new ());
  return gst_ice_sender_send_list (self->sender, list) == GST_FLOW_ERROR;
}

/* Returns: (transfer full): the line for @notice */
static gchar *
to_line (FakeMember * self, const GstIceNotice * notice)
{
  switch (notice->type) {
    case GST_ICE_NOTICE_NEGOTIATION_NEEDED:
      return g_strdup ("needed\n");
    case GST_ICE_NOTICE_MLINE:
      return g_strdup_printf ("mline %d\n", notice->mline);
    case GST_ICE_NOTICE_DIRECTION:
      return g_strdup_printf ("direction %d %s\n", notice->mline,
          gst_ice_direction_to_string (notice->direction));
    case GST_ICE_NOTICE_FORMATS:
      return g_strdup_printf ("formats %d\n", notice->mline);
    case GST_ICE_NOTICE_CANDIDATE:
      return g_strdup_printf ("%s %d\n", notice->candidate != NULL ?
          "candidate" : "gathered", notice->mline);
    case GST_ICE_NOTICE_CONNECTION_STATE:
      return g_strdup_printf ("state %d %s\n", notice->mline,
          gst_ice_connection_state_to_string (notice->connection_state));
    case GST_ICE_NOTICE_CONSUMER_ADDED:
      return g_strdup_printf ("added %u (%u)\n", notice->consumer,
          notice->n_consumers);
    case GST_ICE_NOTICE_CONSUMER_REMOVED:
      return g_strdup_printf ("removed %u (%u): %s\n", notice->consumer,
          notice->n_consumers, notice->text);
    case GST_ICE_NOTICE_PROGRESS:
      return g_strdup_printf ("progress %s\n", notice->text);
    case GST_ICE_NOTICE_SELECTED_PAIR:
      return g_strdup_printf ("pair %d\n", notice->mline);
    case GST_ICE_NOTICE_WARNING:
      return g_strdup_printf ("warning %d: %s\n", notice->error->code,
          notice->error->message);
    case GST_ICE_NOTICE_ERROR:
      return g_strdup_printf ("%s %d: %s\n", has_failed (self) ? "late" :
          "error", notice->error->code, notice->error->message);
    default:
      return g_strdup ("");
  }
}

void
fake_member_on_notice (GstIceSession * session, const GstIceNotice * notice,
    gpointer user_data)
{
  FakeMember *self = user_data;
  g_autofree gchar *line = to_line (self, notice);

  if (self->hook != NULL)
    self->hook (session, notice, self->hook_data);

  g_mutex_lock (&self->lock);
  g_string_append (self->notices, line);
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}

/* Returns: (transfer none) (nullable): the first line that begins with
 *     @start; @n: (out): how many do */
static const gchar *
find_locked (FakeMember * self, const gchar * start, guint * n)
{
  const gchar *line = self->notices->str;
  const gchar *found = NULL;

  *n = 0;
  while (*line != '\0') {
    if (g_str_has_prefix (line, start)) {
      found = found != NULL ? found : line;
      (*n)++;
    }
    line = strchr (line, '\n') + 1;
  }
  return found;
}

guint
fake_member_count (FakeMember * self, const gchar * start)
{
  guint n;

  g_mutex_lock (&self->lock);
  find_locked (self, start, &n);
  g_mutex_unlock (&self->lock);
  return n;
}

gchar *
fake_member_wait (FakeMember * self, const gchar * start)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE;
  const gchar *line;
  gchar *copy;
  guint n;

  g_mutex_lock (&self->lock);
  while ((line = find_locked (self, start, &n)) == NULL) {
    if (!g_cond_wait_until (&self->cond, &self->lock, deadline))
      g_error ("%s was not told \"%s\", but:\n%s", self->claim.name, start,
          self->notices->str);
  }
  copy = g_strndup (line, (gsize) (strchr (line, '\n') - line));
  g_mutex_unlock (&self->lock);
  return copy;
}
