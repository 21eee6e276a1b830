/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  RDV_LOG_ERROR,
  RDV_LOG_WARNING,
  RDV_LOG_INFO,
  RDV_LOG_DEBUG,
} RdvLogLevel;

/* Events above @level are not written. Default: RDV_LOG_INFO. */
void rdv_log_set_level (RdvLogLevel level);

/* Returns: whether @name is a level (error, warning, info, debug); if so,
 *     sets @level */
gboolean rdv_log_level_from_name (const char *name, RdvLogLevel * level);

/* Writes one line of JSON to stderr: ts, level, event, then pairs of key and
 * value, both strings (transfer none), up to a NULL key. A pair without a
 * value is left out. Secrets, SDP and candidates must not be given. */
void rdv_log (RdvLogLevel level, const char *event, ...) G_GNUC_NULL_TERMINATED;

G_END_DECLS
