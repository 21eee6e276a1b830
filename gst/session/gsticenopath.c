/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Explains why there is no path to the peer, in words that a user can act on. */

#include "config.h"

#include "gsticenopath.h"

#include "gsticeerror.h"

GError *
gst_ice_no_path_explain (const GstIceNoPath * self)
{
  const gboolean has_failures = self->failures != NULL;
  const guint n_left_out = gst_ice_left_out_get_sum (&self->left_out);
  g_autofree gchar *left_out = gst_ice_left_out_describe (&self->left_out);

  if (self->was_connected)
    return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_TIMEOUT,
        "There is a path to the peer for %s, but its DTLS handshake did not come "
        "to an end: does the peer use DTLS-SRTP (encryption=dtls-srtp)?",
        self->media);
  if (self->n_remote == 0)
    return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_NO_PATH,
        "No path to the peer for %s: it sent no candidates to try",
        self->media);
  if (n_left_out >= self->n_remote)
    return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_NO_PATH,
        "No path to the peer for %s: none of the %u candidates that it sent can "
        "be used: %s", self->media, self->n_remote, left_out);
  return g_error_new (GST_ICE_ERROR, GST_ICE_ERROR_NO_PATH,
      "No path to the peer for %s: %u local and %u remote candidates, none of the "
      "pairs answered; does the peer still run, and does a firewall between the "
      "two let UDP through?%s%s%s%s%s", self->media, self->n_local,
      self->n_remote, n_left_out > 0 ?
      " Some of the remote candidates can't be used: " : "", left_out,
      has_failures ? " (" : "", has_failures ? self->failures : "",
      has_failures ? ")" : "");
}
