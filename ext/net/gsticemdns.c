/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Looks up .local names by multicast DNS (RFC 6762), one question for each name. */

#include "config.h"

#include "gsticemdns.h"

#include "gsticemdnslink.h"
#include "gsticemdnsmessage.h"
#include "gsticetimer.h"

/* A lost question is asked once more, after 1 s: RFC 6762, 5.2 forbids less. */
static const guint waits_ms[] = { 1000, 2000 };

static const GSocketFamily families[] = {
  G_SOCKET_FAMILY_IPV4, G_SOCKET_FAMILY_IPV6
};

typedef struct
{
  GstIceMdns *owner;
  gchar *name;
  guint16 id;
  guint n_sent;
  GPtrArray *addresses;         /* of GInetAddress; empty: no answer yet */
  GSource *timer;
} Question;

struct _GstIceMdns
{
  gchar *interfaces;
  GMainContext *context;
  GstIceMdnsDone done;
  gpointer user_data;

  GstIceMdnsLink *link;         /* NULL: no question is open */
  GPtrArray *questions;         /* of Question */
};

static gboolean on_time (gpointer data);

static void
question_free (gpointer data)
{
  Question *question = data;

  gst_ice_timer_clear (&question->timer);
  g_clear_pointer (&question->addresses, g_ptr_array_unref);
  g_free (question->name);
  g_free (question);
}

/* @interfaces: (nullable)
 * Returns: (transfer full) */
GstIceMdns *
gst_ice_mdns_new (const gchar * interfaces, GMainContext * context,
    GstIceMdnsDone done, gpointer user_data)
{
  GstIceMdns *self = g_new0 (GstIceMdns, 1);

  self->interfaces = g_strdup (interfaces);
  self->context = g_main_context_ref (context);
  self->done = done;
  self->user_data = user_data;
  self->questions = g_ptr_array_new_with_free_func (question_free);
  return self;
}

/* @self: (transfer full) */
void
gst_ice_mdns_free (GstIceMdns * self)
{
  g_ptr_array_unref (self->questions);
  g_clear_pointer (&self->link, gst_ice_mdns_link_free);
  g_main_context_unref (self->context);
  g_free (self->interfaces);
  g_free (self);
}

static void
remove_question (GstIceMdns * self, Question * question)
{
  g_ptr_array_remove (self->questions, question);
  if (self->questions->len == 0)
    g_clear_pointer (&self->link, gst_ice_mdns_link_free);
}

/* Returns: (nullable): the question for @name */
static Question *
find_question (const GstIceMdns * self, const gchar * name)
{
  for (guint i = 0; i < self->questions->len; i++) {
    Question *question = g_ptr_array_index (self->questions, i);

    if (g_str_equal (question->name, name))
      return question;
  }
  return NULL;
}

/* The callback may free the owner. */
static void
finish (Question * question)
{
  GstIceMdns *self = question->owner;
  g_autofree gchar *name = g_steal_pointer (&question->name);
  g_autoptr (GPtrArray) addresses = g_steal_pointer (&question->addresses);

  remove_question (self, question);
  self->done (name, addresses, self->user_data);
}

static void
send_question (Question * question)
{
  GstIceMdnsLink *link = question->owner->link;

  for (guint i = 0; i < G_N_ELEMENTS (families); i++) {
    g_autoptr (GByteArray) message = NULL;

    if (!gst_ice_mdns_link_has_family (link, families[i]))
      continue;
    message = gst_ice_mdns_message_new_query (question->name, families[i],
        question->id);
    gst_ice_mdns_link_send (link, message);
  }
  gst_ice_timer_restart (&question->timer, question->owner->context,
      waits_ms[question->n_sent++], on_time, question);
}

static gboolean
on_time (gpointer data)
{
  Question *question = data;

  if (question->addresses->len > 0 ||
      question->n_sent == G_N_ELEMENTS (waits_ms))
    finish (question);
  else
    send_question (question);
  return G_SOURCE_REMOVE;
}

/* Handles a packet from the link. RFC 6762, 6.7 and 18.1: an answer to us
 * alone repeats the id of the question; one to all need not. */
static void
on_received (const guint8 * data, gsize size, gboolean to_all,
    gpointer user_data)
{
  GstIceMdns *self = user_data;

  for (guint i = 0; i < self->questions->len; i++) {
    Question *question = g_ptr_array_index (self->questions, i);
    g_autoptr (GPtrArray) addresses = NULL;

    if (question->addresses->len > 0 || (!to_all &&
            gst_ice_mdns_message_get_id (data, size) != question->id))
      continue;
    addresses = gst_ice_mdns_message_read_answer (data, size, question->name);
    if (addresses->len == 0)
      continue;
    g_ptr_array_unref (question->addresses);
    question->addresses = g_steal_pointer (&addresses);
    gst_ice_timer_restart (&question->timer, question->owner->context, 0,
        on_time, question);
  }
}

gboolean
gst_ice_mdns_ask (GstIceMdns * self, const gchar * name)
{
  guint16 id = (guint16) g_random_int_range (1, G_MAXUINT16 + 1);
  g_autoptr (GByteArray) message = gst_ice_mdns_message_new_query (name,
      G_SOCKET_FAMILY_IPV4, id);
  Question *question;

  if (message == NULL)
    return FALSE;
  if (self->link == NULL)
    self->link = gst_ice_mdns_link_new (self->interfaces, self->context,
        on_received, self);
  if (self->link == NULL)
    return FALSE;

  question = g_new0 (Question, 1);
  question->owner = self;
  question->name = g_strdup (name);
  question->id = id;
  question->addresses = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (self->questions, question);
  send_question (question);
  return TRUE;
}

void
gst_ice_mdns_forget (GstIceMdns * self, const gchar * name)
{
  Question *question = find_question (self, name);

  if (question != NULL)
    remove_question (self, question);
}
