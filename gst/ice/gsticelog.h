/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

/* What a log shows instead of a password, a credential or a token. */
#define GST_ICE_HIDDEN(secret) ((secret) != NULL ? "(hidden)" : "(none)")

/* The debug category of a file, made when it is first needed, by whichever thread:
 *
 *     GST_ICE_LOG_CATEGORY (gst_ice_sender_log, "icesender", "ICE sender");
 *     #define GST_CAT_DEFAULT gst_ice_sender_log ()
 *
 * Files that name the same share it. */
#ifndef GST_DISABLE_GST_DEBUG
#define GST_ICE_LOG_CATEGORY(func, name, description)                         \
static G_GNUC_UNUSED GstDebugCategory *                                       \
func (void)                                                                   \
{                                                                             \
  static gsize category = 0;                                                  \
                                                                              \
  if (g_once_init_enter (&category)) {                                        \
    GstDebugCategory *made = NULL;                                            \
                                                                              \
    GST_DEBUG_CATEGORY_INIT (made, name, 0, description);                     \
    g_once_init_leave (&category, (gsize) made);                              \
  }                                                                           \
  return (GstDebugCategory *) category;                                       \
}                                                                             \
G_STATIC_ASSERT (TRUE)
#else
#define GST_ICE_LOG_CATEGORY(func, name, description) G_STATIC_ASSERT (TRUE)
#endif
