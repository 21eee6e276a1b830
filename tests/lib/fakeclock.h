/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

/* The clock of OpenSSL's DTLS timers, which stands still until the test
 * moves it. */
gint64 fake_clock_get_ms (void);
void fake_clock_advance (gint64 ms);
