/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "rdvlink.h"

G_BEGIN_DECLS

/* Which instances live: keeps the key of this one, and watches those of the
 * others. */
typedef struct _RdvLease RdvLease;

typedef struct
{
  /* Our lease had expired: the other instances have forgotten our peers. */
  void (*expired) (gpointer user_data);
  /* The lease of another instance has expired. */
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

/* There is a new connection, on which nothing has been answered yet.
 *
 * @epoch: the new value of the key */
void rdv_lease_reset (RdvLease * lease, guint64 epoch);

/* To be called once a second.
 *
 * Returns: FALSE when Redis has not answered for too long */
gboolean rdv_lease_beat (RdvLease * lease, RdvLink * link)
    G_GNUC_WARN_UNUSED_RESULT;

/* Gives up our own lease. */
void rdv_lease_drop (RdvLease * lease, RdvLink * link);

/* Another instance gave a sign of life. It is watched from now on. */
void rdv_lease_note (RdvLease * lease, const char *instance);

/* Stops watching all other instances. */
void rdv_lease_forget_all (RdvLease * lease);

G_END_DECLS
