/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_ICE_ERROR (gst_ice_error_quark ())
GQuark gst_ice_error_quark (void);

/* What went wrong, as far as somebody acts differently on it. Messages are whole
 * sentences for the user, without secrets. */
typedef enum
{
  GST_ICE_ERROR_SETTINGS,       /* a property's value, or two that contradict */
  GST_ICE_ERROR_BAD_DESCRIPTION,        /* not SDP, or breaks a rule: HTTP 400 */
  GST_ICE_ERROR_UNSUPPORTED,    /* fine SDP, nothing we can take: HTTP 422 */
  GST_ICE_ERROR_BAD_STATE,      /* not now: an answer to no offer, … */
  GST_ICE_ERROR_SIGNALLING,     /* the peer or server can't be reached */
  GST_ICE_ERROR_UNAUTHORIZED,   /* it asks for another token: HTTP 401, 403 */
  GST_ICE_ERROR_BUSY,           /* it is in a call: HTTP 503 */
  GST_ICE_ERROR_TIMEOUT,        /* connect-timeout passed */
  GST_ICE_ERROR_NO_PATH,        /* no pair works */
  GST_ICE_ERROR_PATH_LOST,      /* the nominated pair stopped working */
  GST_ICE_ERROR_INSECURE,       /* the peer is not who its description says */
  GST_ICE_ERROR_LOCAL,          /* the system refused: no address, port in use */
} GstIceError;

G_END_DECLS
