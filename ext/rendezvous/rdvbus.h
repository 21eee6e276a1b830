/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The way to the other instances. The struct of an implementation begins
 * with a bus. A bus does not read payloads and statuses. */
typedef struct _RdvBus RdvBus;

/* What a bus reports, from the main loop, never from inside a call to the bus.
 * Texts are (transfer none). */
typedef struct
{
  /* After join: all that the others have published has been reported, or the bus
   * is down. */
  void (*joined) (const char *room, gpointer user_data);
  /* A peer of another instance has come, or has a new status. */
  void (*peer) (const char *room, const char *instance, const char *peer,
      const char *status, gpointer user_data);
  /* A peer of another instance has left. Its sessions that must end are
   * ended by messages. */
  void (*gone) (const char *room, const char *instance, const char *peer,
      gpointer user_data);
  /* The last status that this instance published for its peer has a place in
   * the order that all instances see. All that comes before has been
   * reported. */
  void (*confirmed) (const char *room, const char *peer, gpointer user_data);
  /* The other instances may have forgotten the peers of this one. The bus
   * publishes all of them again, and confirms them in the new order. */
  void (*forgotten) (gpointer user_data);
  void (*message) (const char *instance, const char *payload,
      gpointer user_data);
  /* The peers of @instance are gone; NULL: those of all instances. */
  void (*lost) (const char *instance, gpointer user_data);
  /* @instance is back after a gap. Those of its peers that are not reported
   * again within seconds have left. */
  void (*renewed) (const char *instance, gpointer user_data);
  /* TRUE: like renewed for all instances, together with forgotten. */
  void (*state) (gboolean up, gpointer user_data);
} RdvBusCalls;

struct _RdvBus
{
  /* Returns: whether joined will be called; FALSE while the bus is down */
  gboolean (*join) (RdvBus * bus, const char *room);
  void (*leave) (RdvBus * bus, const char *room);
  /* For a room that was joined. The bus keeps the status, and publishes it
   * again when the others have lost it. */
  void (*publish) (RdvBus * bus, const char *room, const char *peer,
      const char *status);
  void (*withdraw) (RdvBus * bus, const char *room, const char *peer);
  void (*send) (RdvBus * bus, const char *instance, const char *payload);
  /* Withdraws everything and disconnects once that is sent. */
  void (*stop) (RdvBus * bus);
  void (*free) (RdvBus * bus);
};

G_END_DECLS
