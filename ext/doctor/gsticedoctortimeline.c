/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Draws what happened in a call on an axis of time. */

#include "config.h"

#include "gsticedoctortimeline.h"

#define WIDTH 960
#define LEFT 20
#define AXIS_Y 40
#define ROW 24
#define N_MARKS 5
/* A text that begins right of here ends at its mark instead. */
#define MIDDLE (WIDTH / 2)

static gdouble
get_end_ms (const GstIceDoctorCall * call)
{
  gdouble end_ms = 1;

  for (guint i = 0; i < call->steps->len; i++)
    end_ms = MAX (end_ms, g_array_index (call->steps, GstIceDoctorStep,
            i).at_ms);
  return end_ms;
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

static void
draw_step (GString * svg, const GstIceDoctorStep * step, gdouble end_ms,
    guint row)
{
  const gdouble x = get_x (step->at_ms, end_ms);
  const guint y = AXIS_Y + ROW * (row + 1);
  g_autofree gchar *what = g_markup_escape_text (step->what, -1);

  g_string_append_printf (svg,
      "<line x1='%.0f' y1='%d' x2='%.0f' y2='%u' stroke='#06c'/>\n"
      "<circle cx='%.0f' cy='%u' r='4' fill='#06c'/>\n"
      "<text x='%.0f' y='%u' text-anchor='%s'>%s (%.1f ms)</text>\n", x, AXIS_Y,
      x, y, x, y, x < MIDDLE ? x + 8 : x - 8, y + 4, x < MIDDLE ? "start" :
      "end", what, step->at_ms);
}

gchar *
gst_ice_doctor_timeline_to_svg (const GstIceDoctorCall * call)
{
  const gdouble end_ms = get_end_ms (call);
  const guint height = AXIS_Y + ROW * (call->steps->len + 2);
  GString *svg = g_string_new (NULL);

  g_string_append_printf (svg,
      "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%u' "
      "font-family='sans-serif' font-size='12'>\n"
      "<rect width='100%%' height='100%%' fill='white'/>\n", WIDTH, height);
  draw_axis (svg, end_ms, height);
  for (guint i = 0; i < call->steps->len; i++)
    draw_step (svg, &g_array_index (call->steps, GstIceDoctorStep, i), end_ms,
        i);
  g_string_append (svg, "</svg>\n");
  return g_string_free (svg, FALSE);
}
