/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "rdvlink.h"

G_BEGIN_DECLS

/* Whose instance lives: keeps the key of our own, and looks at those of the
 * others. */
typedef struct _RdvLease RdvLease;

typedef struct
{
  /* Our lease had run out: the others have forgotten our peers. */
  void (*expired) (gpointer user_data);
  /* Another instance has none any more. */
  void (*lost) (const char *instance, gpointer user_data);
} RdvLeaseCalls;

/* @prefix: of the keys
 * @id: of this instance
 * @calls: (transfer none): outlives the lease
 *
 * Returns: (transfer full): free with rdv_lease_free() */
RdvLease *rdv_lease_new (const char *prefix, const char *id,
    const RdvLeaseCalls * calls, gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void rdv_lease_free (RdvLease * lease);

/* A new connection, on which nothing has been answered yet.
 *
 * @epoch: what the key is set to */
void rdv_lease_reset (RdvLease * lease, guint64 epoch);

/* Once a second.
 *
 * Returns: FALSE when Redis has not answered for too long */
gboolean rdv_lease_beat (RdvLease * lease, RdvLink * link)
    G_GNUC_WARN_UNUSED_RESULT;

/* Gives the own lease up. */
void rdv_lease_drop (RdvLease * lease, RdvLink * link);

/* An instance gave a sign of life; from now on it is watched. */
void rdv_lease_note (RdvLease * lease, const char *instance);

/* No other instance is watched any more. */
void rdv_lease_forget_all (RdvLease * lease);

G_END_DECLS
