/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The way to the other instances. An implementation has this as its first
 * member. Payloads and statuses are text that it does not look into. */
typedef struct _RdvBus RdvBus;

/* What a bus tells, from the main loop, never from inside a call to it. Texts are
 * (transfer none). */
typedef struct
{
  /* After join: all that others published is told, or the bus is down. */
  void (*joined) (const char *room, gpointer user_data);
  /* A peer of another instance is there, or has another status. */
  void (*peer) (const char *room, const char *instance, const char *peer,
      const char *status, gpointer user_data);
  /* A peer of another instance went; its sessions were ended by messages, or
   * are to go on without it. */
  void (*gone) (const char *room, const char *instance, const char *peer,
      gpointer user_data);
  /* What this instance published last of its peer has its place in the order
   * that all see, and all that comes before was told. */
  void (*confirmed) (const char *room, const char *peer, gpointer user_data);
  /* The others may have forgotten our peers: all are published again, and
   * confirmed in the new order. */
  void (*forgotten) (gpointer user_data);
  void (*message) (const char *instance, const char *payload,
      gpointer user_data);
  /* @instance: its peers are gone; NULL: those of all instances */
  void (*lost) (const char *instance, gpointer user_data);
  /* @instance is back after a gap: those of its peers that are not told again
   * within seconds are not there any more. */
  void (*renewed) (const char *instance, gpointer user_data);
  /* TRUE: as renewed, for all instances, and as forgotten. */
  void (*state) (gboolean up, gpointer user_data);
} RdvBusCalls;

struct _RdvBus
{
  /* Returns: whether joined will be called; FALSE while the bus is down */
  gboolean (*join) (RdvBus * bus, const char *room);
  void (*leave) (RdvBus * bus, const char *room);
  /* In a room that was joined. Kept, and published again where needed. */
  void (*publish) (RdvBus * bus, const char *room, const char *peer,
      const char *status);
  void (*withdraw) (RdvBus * bus, const char *room, const char *peer);
  void (*send) (RdvBus * bus, const char *instance, const char *payload);
  /* Withdraws everything and disconnects once that is sent. */
  void (*stop) (RdvBus * bus);
  void (*free) (RdvBus * bus);
};

G_END_DECLS
