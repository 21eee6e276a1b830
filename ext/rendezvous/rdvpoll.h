/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Waits on thousands of descriptors with one source of the default main
 * context. With a GSource for each, every turn of the loop would walk
 * through all of them. */
typedef struct _RdvPoll RdvPoll;
typedef struct _RdvWatch RdvWatch;

/* @events: of EPOLLIN, EPOLLOUT, EPOLLHUP, EPOLLERR; 0 when woken */
typedef void (*RdvWatchFunc) (guint32 events, gpointer user_data);

/* Returns: (transfer full): free with rdv_poll_free() when no watch is left */
RdvPoll *rdv_poll_new (void) G_GNUC_WARN_UNUSED_RESULT;
void rdv_poll_free (RdvPoll * poll);

/* @fd: (transfer none): stays open until rdv_watch_free()
 *
 * Returns: (transfer full): a watch for EPOLLIN */
RdvWatch *rdv_watch_new (RdvPoll * poll, int fd, RdvWatchFunc func,
    gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void rdv_watch_free (RdvWatch * watch);

void rdv_watch_set_events (RdvWatch * watch, guint32 events);

/* Calls @watch from the main loop, even if there is no event. */
void rdv_watch_wake (RdvWatch * watch);

G_END_DECLS
