/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_ICE_ERROR (gst_ice_error_quark ())
GQuark gst_ice_error_quark (void);

/* What went wrong, divided by what to do about it. Messages are whole
 * sentences for the user, without secrets. */
typedef enum
{
  GST_ICE_ERROR_SETTINGS,       /* a property's value, or two that contradict
                                 * each other */
  GST_ICE_ERROR_BAD_DESCRIPTION,        /* not SDP, or SDP that breaks a
                                         * rule: HTTP 400 */
  GST_ICE_ERROR_UNSUPPORTED,    /* valid SDP that we can't accept: HTTP 422 */
  GST_ICE_ERROR_BAD_STATE,      /* not at this time, such as an answer
                                 * without an offer */
  GST_ICE_ERROR_SIGNALLING,     /* the peer or server can't be reached */
  GST_ICE_ERROR_UNAUTHORIZED,   /* the server wants another token: HTTP 401,
                                 * 403 */
  GST_ICE_ERROR_BUSY,           /* the server is in a call: HTTP 503 */
  GST_ICE_ERROR_TIMEOUT,        /* connect-timeout passed */
  GST_ICE_ERROR_NO_PATH,        /* no pair works */
  GST_ICE_ERROR_PATH_LOST,      /* the nominated pair stopped working */
  GST_ICE_ERROR_INSECURE,       /* the peer is not the one in its description */
  GST_ICE_ERROR_LOCAL,          /* the system refuses: no address, port in
                                 * use */
  GST_ICE_ERROR_GLARE,          /* both ends offer at once, and the peer has to
                                 * give way */
} GstIceError;

/* Returns: (nullable): the name of the error's code, such as "no-path"; %NULL: the error has
 *     another domain */
const gchar *gst_ice_error_get_name (const GError * error);

G_END_DECLS
