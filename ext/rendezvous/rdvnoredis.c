/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Replaces rdvredis.c in a build without hiredis: --redis is an error. */

#include "config.h"

#include "rdvredis.h"

#include <gio/gio.h>

RdvBus *
rdv_redis_new (const char *uri, const char *prefix, const RdvBusCalls * calls,
    gpointer user_data, GError ** error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
      "--redis needs a gst-ice-rendezvous that is built with hiredis");
  return NULL;
}
