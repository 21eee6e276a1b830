/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Replaces gettimeofday() of the C library in a test program: OpenSSL takes
 * the time from nowhere else. */

#include "config.h"

#include "fakeclock.h"

#include <sys/time.h>

/* Any time in 2026. */
static gint64 now_ms = G_GINT64_CONSTANT (1790000000000);

/* Visible, so that OpenSSL uses it. */
__attribute__((visibility ("default")))
     int
     gettimeofday (struct timeval *restrict now, void *restrict zone)
{
  now->tv_sec = now_ms / 1000;
  now->tv_usec = now_ms % 1000 * 1000;
  return 0;
}

gint64
fake_clock_get_ms (void)
{
  return now_ms;
}

void
fake_clock_advance (gint64 ms)
{
  now_ms += ms;
}
