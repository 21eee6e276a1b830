/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Asks the system whether a call can still be made. If not, that call fails
 * with an error, and the process goes on. */

#include "config.h"

#include "gsticelimits.h"

#include "gsticeerror.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* Opens descriptors to find out: this respects the limits of the process and
 * of the system, and counts unused numbers between open descriptors. */
gboolean
gst_ice_limits_check (guint n_descriptors, GError ** error)
{
  g_autofree gint *fds = g_new (gint, n_descriptors);
  guint n = 0;
  gint reason = 0;

  while (n < n_descriptors) {
    fds[n] = n == 0 ? open ("/dev/null", O_RDONLY | O_CLOEXEC) :
        fcntl (fds[0], F_DUPFD_CLOEXEC, 0);
    if (fds[n] < 0)
      break;
    n++;
  }
  if (n < n_descriptors)
    reason = errno;
  for (guint i = 0; i < n; i++)
    close (fds[i]);

  if (n == n_descriptors)
    return TRUE;
  g_set_error (error, GST_ICE_ERROR, GST_ICE_ERROR_LOCAL,
      "No call can be made: a call takes up to %u file descriptors, and %u are left "
      "(%s). Is the limit of the process (ulimit -n) high enough?",
      n_descriptors, n, g_strerror (reason));
  return FALSE;
}
