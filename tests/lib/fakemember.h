/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gsticemember.h"
#include "gsticereceiver.h"
#include "gsticesender.h"

G_BEGIN_DECLS

/* Stands in for an element: has its claim, its sender or receiver, and the
 * notices it got. */
typedef struct
{
  GstIceClaim claim;            /* for joining */
  GstIceConfig *config;
  GstIceSender *sender;         /* NULL: it receives */
  GstIceReceiver *receiver;     /* NULL: it sends */
  GstIceMember *member;             /* for the test to set */
  GstCaps *formats;             /* for set_ready; NULL: any */
  GstIceMediaKind kind;

  /* Called with each notice before it is written down. */
  void (*hook) (GstIceSession * session, const GstIceNotice * notice,
      gpointer data);
  gpointer hook_data;

  GMutex lock;
  GCond cond;
  GString *notices;             /* protected by lock: a line each */
} FakeMember;

/* @name: (transfer none); @caps: (nullable): they give the kind. Claims RTP. */
FakeMember *fake_member_new (const gchar * name, GstIceDirection direction,
    const gchar * caps) G_GNUC_WARN_UNUSED_RESULT;
void fake_member_free (FakeMember * self);

void fake_member_set_string (FakeMember * self, const gchar * property,
    const gchar * value);
void fake_member_set_boolean (FakeMember * self, const gchar * property,
    gboolean value);
void fake_member_set_uint (FakeMember * self, const gchar * property,
    guint value);
void fake_member_set_enum (FakeMember * self, const gchar * property,
    GType type, gint value);

/* A GstIceNoticeFunc; user_data is the member. Lines are "needed", "mline 0",
 * "formats 0", "candidate 0", "gathered 0", "state 0 connected", "pair 0",
 * "added 3 (2)" and "removed 3 (1): left" with a consumer's number and how many there are,
 * "warning CODE: text", "error CODE: text", where CODE is GstIceError's number.
 * An error says "late" instead, when streaming had failed before. */
void fake_member_on_notice (GstIceSession * session,
    const GstIceNotice * notice, gpointer user_data);

/* Returns: how many lines begin with @start */
guint fake_member_count (FakeMember * self, const gchar * start);

/* Waits for a line that begins with @start.
 * Returns: (transfer full): the first such line */
gchar *fake_member_wait (FakeMember * self, const gchar * start)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
