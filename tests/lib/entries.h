/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Returns: how many entries @folder has: "/proc/self/fd" the descriptors that are open,
 *     "/proc/self/task" the threads */
guint count_entries (const gchar * folder);

G_END_DECLS
