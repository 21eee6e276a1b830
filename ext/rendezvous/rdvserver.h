/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "rdvcontext.h"

G_BEGIN_DECLS

/* The listening server: brings peers to their rooms, and has pages for
 * health and metrics. Runs in the default main context. */
typedef struct _RdvServer RdvServer;

typedef void (*RdvServerFunc) (gpointer user_data);

/* @config: (transfer none): outlives the server
 *
 * Returns: (transfer full) (nullable): listening, or NULL with @error set */
RdvServer *rdv_server_new (const RdvConfig * config, GError ** error)
    G_GNUC_WARN_UNUSED_RESULT;
void rdv_server_free (RdvServer * server);

/* Returns: the port that the server listens on */
guint rdv_server_get_port (RdvServer * server);

/* Accepts no more peers and sends the present ones away; the health page
 * says 503. @stopped is called when all have gone, or the time is over. */
void rdv_server_stop (RdvServer * server, RdvServerFunc stopped,
    gpointer user_data);

G_END_DECLS
