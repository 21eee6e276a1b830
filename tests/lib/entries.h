/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Returns: the number of entries in @folder: of open descriptors for
 *     "/proc/self/fd", of threads for "/proc/self/task" */
guint count_entries (const gchar * folder);

G_END_DECLS
