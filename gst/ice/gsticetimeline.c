/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Keeps what happened in a call, and draws it on an axis of time. */

#include "config.h"

#include "gsticetimeline.h"

#include <math.h>

#define WIDTH 960
#define LEFT 20
#define AXIS_Y 40
#define ROW 24
#define N_MARKS 5
/* A text that begins right of here ends at its mark instead. */
#define MIDDLE (WIDTH / 2)

static void
step_clear (gpointer data)
{
  g_free (((GstIceTimelineStep *) data)->what);
}

GArray *
gst_ice_timeline_new (void)
{
  GArray *steps = g_array_new (FALSE, TRUE, sizeof (GstIceTimelineStep));

  g_array_set_clear_func (steps, step_clear);
  return steps;
}

static gdouble
to_ms (gint64 begin_us, gint64 at_us)
{
  return (at_us - begin_us) / 1000.0;
}

void
gst_ice_timeline_add_at (GArray * steps, gint64 begin_us, gint64 at_us,
    const gchar * what)
{
  const GstIceTimelineStep step = {
    .at_ms = to_ms (begin_us, at_us),.what = g_strdup (what)
  };

  g_array_append_val (steps, step);
}

void
gst_ice_timeline_add (GArray * steps, gint64 begin_us, const gchar * what)
{
  gst_ice_timeline_add_at (steps, begin_us, g_get_monotonic_time (), what);
}

guint
gst_ice_timeline_begin (GArray * steps, gint64 begin_us, const gchar * what)
{
  gst_ice_timeline_add (steps, begin_us, what);
  g_array_index (steps, GstIceTimelineStep, steps->len - 1).until_ms = HUGE_VAL;
  return steps->len - 1;
}

void
gst_ice_timeline_end (GArray * steps, gint64 begin_us, gint64 at_us,
    guint number, const gchar * result)
{
  GstIceTimelineStep *step = &g_array_index (steps, GstIceTimelineStep, number);
  gchar *what = g_strconcat (step->what, ": ", result, NULL);

  g_free (step->what);
  step->what = what;
  step->until_ms = to_ms (begin_us, at_us);
}

static gdouble
get_end_ms (const GPtrArray * rows)
{
  gdouble end_ms = 1;

  for (guint i = 0; i < rows->len; i++) {
    const GstIceTimelineStep *step = g_ptr_array_index (rows, i);

    end_ms = MAX (end_ms, step->at_ms);
    if (isfinite (step->until_ms))
      end_ms = MAX (end_ms, step->until_ms);
  }
  return end_ms;
}

static gint
compare_rows (gconstpointer a, gconstpointer b)
{
  const GstIceTimelineStep *one = *(const GstIceTimelineStep * const *) a;
  const GstIceTimelineStep *other = *(const GstIceTimelineStep * const *) b;

  /* Those of one moment as they were added. */
  if (one->at_ms == other->at_ms)
    return one < other ? -1 : one > other;
  return one->at_ms < other->at_ms ? -1 : 1;
}

/* Returns: (transfer container): @steps in the order of time */
static GPtrArray *
sort_rows (const GArray * steps)
{
  GPtrArray *rows = g_ptr_array_sized_new (steps->len);

  for (guint i = 0; i < steps->len; i++)
    g_ptr_array_add (rows, &g_array_index (steps, GstIceTimelineStep, i));
  g_ptr_array_sort (rows, compare_rows);
  return rows;
}

static gdouble
get_x (gdouble at_ms, gdouble end_ms)
{
  return LEFT + (WIDTH - 2 * LEFT) * at_ms / end_ms;
}

static void
draw_axis (GString * svg, gdouble end_ms, guint height)
{
  g_string_append_printf (svg,
      "<line x1='%d' y1='%d' x2='%d' y2='%d' stroke='#333'/>\n", LEFT, AXIS_Y,
      WIDTH - LEFT, AXIS_Y);
  for (guint i = 0; i <= N_MARKS; i++) {
    const gdouble at_ms = end_ms * i / N_MARKS;
    const gdouble x = get_x (at_ms, end_ms);

    g_string_append_printf (svg,
        "<line x1='%.0f' y1='%d' x2='%.0f' y2='%u' stroke='#ddd'/>\n"
        "<text x='%.0f' y='%d' text-anchor='%s' fill='#333'>%.0f ms</text>\n",
        x, AXIS_Y, x, height, x, AXIS_Y - 8, i == 0 ? "start" :
        i == N_MARKS ? "end" : "middle", at_ms);
  }
}

/* A bar below the text. */
static void
draw_bar (GString * svg, const GstIceTimelineStep * step, gdouble end_ms,
    guint y)
{
  const gdouble x = get_x (step->at_ms, end_ms);
  const gdouble until_x = get_x (MIN (step->until_ms, end_ms), end_ms);

  g_string_append_printf (svg,
      "<rect x='%.0f' y='%u' width='%.1f' height='4' fill='#06c' "
      "fill-opacity='0.5'/>\n", x, y + 7, MAX (until_x - x, 1));
}

static void
draw_step (GString * svg, const GstIceTimelineStep * step, gdouble end_ms,
    guint row)
{
  const gdouble x = get_x (step->at_ms, end_ms);
  const guint y = AXIS_Y + ROW * (row + 1);
  const gboolean lasts = step->until_ms > step->at_ms;
  g_autofree gchar *what = g_markup_escape_text (step->what, -1);
  g_autofree gchar *when = lasts && isfinite (step->until_ms) ?
      g_strdup_printf ("%.1f to %.1f ms", step->at_ms, step->until_ms) :
      g_strdup_printf (lasts ? "%.1f ms and on" : "%.1f ms", step->at_ms);

  if (lasts)
    draw_bar (svg, step, end_ms, y);
  else
    g_string_append_printf (svg, "<circle cx='%.0f' cy='%u' r='4' fill='#06c'/>"
        "<line x1='%.0f' y1='%d' x2='%.0f' y2='%u' stroke='#06c' "
        "stroke-opacity='0.3'/>\n", x, y, x, AXIS_Y, x, y);
  g_string_append_printf (svg,
      "<text x='%.0f' y='%u' text-anchor='%s'>%s (%s)</text>\n",
      x < MIDDLE ? x + 8 : x - 8, y + 4, x < MIDDLE ? "start" : "end", what,
      when);
}

static gchar *
draw_svg (const GArray * steps)
{
  g_autoptr (GPtrArray) rows = sort_rows (steps);
  const gdouble end_ms = get_end_ms (rows);
  const guint height = AXIS_Y + ROW * (rows->len + 2);
  GString *svg = g_string_new (NULL);

  g_string_append_printf (svg,
      "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%u' "
      "font-family='sans-serif' font-size='12'>\n"
      "<rect width='100%%' height='100%%' fill='white'/>\n", WIDTH, height);
  draw_axis (svg, end_ms, height);
  for (guint i = 0; i < rows->len; i++)
    draw_step (svg, g_ptr_array_index (rows, i), end_ms, i);
  g_string_append (svg, "</svg>\n");
  return g_string_free (svg, FALSE);
}

gchar *
gst_ice_timeline_draw (const GArray * steps, const gchar * file_name)
{
  g_autofree gchar *svg = draw_svg (steps);

  if (!g_str_has_suffix (file_name, ".html")
      && !g_str_has_suffix (file_name, ".htm"))
    return g_steal_pointer (&svg);
  return g_strconcat ("<!DOCTYPE html>\n<html lang='en'><head>"
      "<meta charset='utf-8'><title>gst-ice: timeline of a call</title></head>"
      "<body>\n", svg, "</body></html>\n", NULL);
}
