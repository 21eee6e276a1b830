/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Something that is looked at again and again. All tickers of one thread with the same
 * period share a source: GLib looks at every source of a context each time that one of them
 * is due, which a thousand calls can't afford. */
typedef struct _GstIceTicker GstIceTicker;

/* Calls @func each @period_ms in the thread's default context, until it is cleared; the
 * first time within that.
 * Returns: (transfer full): for gst_ice_ticker_clear() */
GstIceTicker *gst_ice_ticker_new (guint period_ms,
    void (*func) (gpointer user_data), gpointer user_data)
    G_GNUC_WARN_UNUSED_RESULT;

/* The same thread. Ends the ticker in @ticker, if there is one, and sets it to %NULL; also
 * from inside a ticker's function. */
void gst_ice_ticker_clear (GstIceTicker ** ticker);

G_END_DECLS
