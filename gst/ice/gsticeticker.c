/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Calls many functions of one thread at the same moments, by one source. */

#include "config.h"

#include "gsticeticker.h"

#include "gsticetimer.h"

/* Tickers of one thread, context and period. That thread only. */
typedef struct
{
  GMainContext *context;
  guint period_ms;
  GSource *source;
  GPtrArray *tickers;           /* of GstIceTicker, not owned; NULL: one that went while
                                 * they were called */
  gboolean is_calling;
  GPtrArray *clocks;            /* (transfer none): where it is in */
} Clock;

struct _GstIceTicker
{
  Clock *clock;
  guint index;                  /* in its tickers */
  void (*func) (gpointer user_data);
  gpointer user_data;
};

/* Of Clock, owned by their tickers together. */
static GPrivate thread_clocks =
G_PRIVATE_INIT ((GDestroyNotify) g_ptr_array_unref);

static void
remove_at (Clock * self, guint index)
{
  GstIceTicker *moved;

  g_ptr_array_remove_index_fast (self->tickers, index);
  if (index == self->tickers->len)
    return;
  moved = g_ptr_array_index (self->tickers, index);
  if (moved != NULL)
    moved->index = index;
}

static void
free_if_empty (Clock * self)
{
  if (self->tickers->len > 0)
    return;
  g_ptr_array_remove_fast (self->clocks, self);
  gst_ice_timer_clear (&self->source);
  g_ptr_array_unref (self->tickers);
  g_main_context_unref (self->context);
  g_free (self);
}

static gboolean
on_time (gpointer user_data)
{
  Clock *self = user_data;

  self->is_calling = TRUE;
  for (guint i = 0; i < self->tickers->len; i++) {
    GstIceTicker *ticker = g_ptr_array_index (self->tickers, i);

    if (ticker != NULL)
      ticker->func (ticker->user_data);
  }
  self->is_calling = FALSE;
  for (guint i = self->tickers->len; i > 0; i--) {
    if (g_ptr_array_index (self->tickers, i - 1) == NULL)
      remove_at (self, i - 1);
  }
  free_if_empty (self);
  return G_SOURCE_CONTINUE;
}

static Clock *
get_clock (guint period_ms)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  GPtrArray *clocks = g_private_get (&thread_clocks);
  Clock *made;

  if (clocks == NULL) {
    clocks = g_ptr_array_new ();
    g_private_set (&thread_clocks, clocks);
  }
  for (guint i = 0; i < clocks->len; i++) {
    Clock *clock = g_ptr_array_index (clocks, i);

    if (clock->context == context && clock->period_ms == period_ms)
      return clock;
  }
  made = g_new0 (Clock, 1);
  made->context = g_steal_pointer (&context);
  made->period_ms = period_ms;
  made->tickers = g_ptr_array_new ();
  made->clocks = clocks;
  made->source = gst_ice_timer_new (period_ms, on_time, made);
  g_ptr_array_add (clocks, made);
  return made;
}

GstIceTicker *
gst_ice_ticker_new (guint period_ms, void (*func) (gpointer user_data),
    gpointer user_data)
{
  GstIceTicker *self = g_new0 (GstIceTicker, 1);

  self->clock = get_clock (period_ms);
  self->func = func;
  self->user_data = user_data;
  self->index = self->clock->tickers->len;
  g_ptr_array_add (self->clock->tickers, self);
  return self;
}

void
gst_ice_ticker_clear (GstIceTicker ** ticker)
{
  GstIceTicker *self = *ticker;
  Clock *clock;

  if (self == NULL)
    return;
  *ticker = NULL;
  clock = self->clock;
  if (clock->is_calling) {
    g_ptr_array_index (clock->tickers, self->index) = NULL;
  } else {
    remove_at (clock, self->index);
    free_if_empty (clock);
  }
  g_free (self);
}
