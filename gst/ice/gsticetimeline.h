/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct
{
  gdouble at_ms;                /* since the beginning */
  gchar *what;
  gdouble until_ms;             /* of what takes time; 0: a moment; HUGE_VAL: it goes on */
} GstIceTimelineStep;

/* Returns: (transfer full): an array of GstIceTimelineStep, which frees their texts */
GArray *gst_ice_timeline_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* @begin_us: when it began, of the monotonic clock; the step is now */
void gst_ice_timeline_add (GArray * steps, gint64 begin_us, const gchar * what);

/* The same of a step at @at_us, of the monotonic clock; it need not be the last. */
void gst_ice_timeline_add_at (GArray * steps, gint64 begin_us, gint64 at_us,
    const gchar * what);

/* Something begins now, and takes time.
 * Returns: its number, for gst_ice_timeline_end() */
guint gst_ice_timeline_begin (GArray * steps, gint64 begin_us,
    const gchar * what);

/* It ends at @at_us. @result: what came of it */
void gst_ice_timeline_end (GArray * steps, gint64 begin_us, gint64 at_us,
    guint number, const gchar * result);

/* Draws @steps on one axis of time.
 * @file_name: where the drawing goes; with .html or .htm at its end it is a page, else SVG
 * Returns: (transfer full): the file's text */
gchar *gst_ice_timeline_draw (const GArray * steps, const gchar * file_name)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
