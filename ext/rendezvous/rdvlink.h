/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>
#include <hiredis/async.h>

G_BEGIN_DECLS

/* One connection to Redis, in the default main context. It connects once,
 * and is not used again when it breaks. */
typedef struct _RdvLink RdvLink;

/* @why: (transfer none) (nullable): NULL: the link is up; else why it broke.
 *     The callee then frees the link, at once or later. */
typedef void (*RdvLinkFunc) (RdvLink * link, const char *why,
    gpointer user_data);

/* The address of a Redis server. */
typedef struct
{
  char *host;
  int port;
  char *user;                   /* NULL: none */
  char *password;               /* NULL: none */
  int database;
  guint attempt;                /* index of the host's address to try next */
} RdvLinkAddress;

/* Returns: (transfer full) (nullable): NULL with @error set, without secrets */
RdvLinkAddress *rdv_link_address_new (const char *uri, GError ** error)
    G_GNUC_WARN_UNUSED_RESULT;
void rdv_link_address_free (RdvLinkAddress * address);

/* @address: (transfer none): outlives the link
 *
 * Returns: (transfer full): connecting; @func is called from the main loop */
RdvLink *rdv_link_new (const RdvLinkAddress * address, RdvLinkFunc func,
    gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void rdv_link_free (RdvLink * link);

/* Sends a command of words (transfer none) up to NULL. @func (nullable) gets
 * the reply once, or for SUBSCRIBE repeatedly; NULL without a connection. */
void rdv_link_command (RdvLink * link, redisCallbackFn * func,
    gpointer user_data, const char *word, ...) G_GNUC_NULL_TERMINATED;

/* Publishes @text on @channel at once. Redis sends no reply: the receivers
 * of the text would have to wait for it as well. */
void rdv_link_tell (RdvLink * link, const char *channel, const char *text);

/* Sends what is queued at once, not in the next turn of the loop. */
void rdv_link_flush (RdvLink * link);

G_END_DECLS
