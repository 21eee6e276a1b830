/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

/* The clock that OpenSSL's DTLS timers read, in the hands of a test: it stands still until it
 * is told to go on. */
gint64 fake_clock_get_ms (void);
void fake_clock_advance (gint64 ms);
