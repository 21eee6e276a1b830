/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Says why there is no path to the peer, in words that a user can act on. */

#include "config.h"

#include "gsticenopath.h"

#include "gsticeerror.h"

GError *
gst_ice_no_path_explain (const GstIceNoPath * self)
{
  const gboolean has_failures = self->failures != NULL;

  if (self->was_connected)
    return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_TIMEOUT,
        "There is a path to the peer for %s, but its DTLS handshake did not come "
        "to an end: does the peer use DTLS-SRTP (encryption=dtls-srtp)?",
        self->media);
  if (self->n_remote == 0)
    return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_NO_PATH,
        "No path to the peer for %s: it sent no candidates to try",
        self->media);
  if (!self->takes_tcp && self->n_remote_tcp == self->n_remote)
    return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_NO_PATH,
        "No path to the peer for %s: all candidates that it sent, %u, are TCP's, "
        "which ice-tcp=false leaves out; set ice-tcp to true", self->media,
        self->n_remote);
  return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_NO_PATH,
      "No path to the peer for %s: %u local and %u remote candidates, none of the "
      "pairs answered; does the peer still run, and does a firewall between the "
      "two let UDP through?%s%s%s%s", self->media, self->n_local,
      self->n_remote, !self->takes_tcp && self->n_remote_tcp > 0 ?
      " Some of the remote candidates are TCP's, which ice-tcp=false leaves out."
      : "", has_failures ? " (" : "", has_failures ? self->failures : "",
      has_failures ? ")" : "");
}
