/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  MDNS_ANSWER_US,               /* to the asker alone, as RFC 6762, 6.7 */
  MDNS_ANSWER_ALL,              /* to all, without id and question, as
                                 * Chromium */
  MDNS_ANSWER_WRONG,            /* all possible wrong answers, then a right
                                 * one */
  MDNS_ANSWER_SECOND,           /* ignores the first question */
  MDNS_ANSWER_NOT,
} MdnsAnswer;

/* Answers on loopback, with 127.0.0.1, for names that end in @suffix. */
typedef struct
{
  MdnsAnswer how;
  gchar *suffix;
  GSocket *socket;              /* at the port of multicast DNS */
  GSocket *stranger;            /* on another port */
  GSource *source;
  GHashTable *asked;            /* name -> number of questions */
} MdnsResponder;

/* @context: where the responder runs */
void mdns_responder_init (MdnsResponder * self, MdnsAnswer how,
    GMainContext * context);
void mdns_responder_clear (MdnsResponder * self);

/* Returns: (transfer full): a name that is answered for and that no other
 *     test uses */
gchar *mdns_responder_make_name (MdnsResponder * self, guint number)
    G_GNUC_WARN_UNUSED_RESULT;

/* Returns: how often @name was asked for over IPv4, for an IPv4 address */
guint mdns_responder_count (MdnsResponder * self, const gchar * name);

G_END_DECLS
