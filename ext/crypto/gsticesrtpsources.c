/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A bounded table of the sources of one SRTP direction, with the state of
 * sources that had to leave it. */

#include "config.h"

#include "gsticesrtpsources.h"

#include <string.h>

/* How many forgotten sources are remembered. */
#define MAX_PAST 1024

/* Of a flow without packets. */
#define NO_TOP G_MAXUINT64

/* The highest index of a flow. */
typedef struct
{
  guint64 top;
  guint oldest_key;
  guint newest_key;
} PastFlow;

typedef struct
{
  PastFlow rtp;
  PastFlow rtcp;
} Past;

struct _GstIceSrtpSources
{
  guint max_sources;            /* set at construction */
  gboolean forgets;             /* set at construction */

  /* Apart from the sources, so that a search touches few cache lines. */
  GArray *ssrcs;                /* of guint32 */
  GArray *sources;              /* of GstIceSrtpSource, in the order of ssrcs */
  guint last;                   /* index of the last one found; most packets
                                 * are of the same source */
  guint64 clock;                /* number of uses */

  GArray *past_ssrcs;           /* of guint32, each once */
  GArray *past;                 /* of Past, in the order of past_ssrcs; a
                                 * ring once full */
  guint next_past;
  guint n_forgotten;
};

GstIceSrtpSources *
gst_ice_srtp_sources_new (guint max_sources, gboolean forgets)
{
  GstIceSrtpSources *self = g_new0 (GstIceSrtpSources, 1);

  self->max_sources = max_sources;
  self->forgets = forgets;
  self->ssrcs = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->sources = g_array_new (FALSE, FALSE, sizeof (GstIceSrtpSource));
  self->past_ssrcs = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->past = g_array_new (FALSE, FALSE, sizeof (Past));
  return self;
}

/* @self: (transfer full) */
void
gst_ice_srtp_sources_free (GstIceSrtpSources * self)
{
  g_array_unref (self->ssrcs);
  g_array_unref (self->sources);
  g_array_unref (self->past_ssrcs);
  g_array_unref (self->past);
  g_free (self);
}

/* Returns: the position of @ssrc in @ssrcs, or their number if it is not
 *     there */
static guint
search (const GArray * ssrcs, guint32 ssrc)
{
  guint i = 0;

  while (i < ssrcs->len && g_array_index (ssrcs, guint32, i) != ssrc)
    i++;
  return i;
}

static GstIceSrtpSource *
get_source (GstIceSrtpSources * self, guint at)
{
  return &g_array_index (self->sources, GstIceSrtpSource, at);
}

GstIceSrtpSource *
gst_ice_srtp_sources_find (GstIceSrtpSources * self, guint32 ssrc)
{
  if (self->last >= self->ssrcs->len ||
      g_array_index (self->ssrcs, guint32, self->last) != ssrc) {
    guint at = search (self->ssrcs, ssrc);

    if (at == self->ssrcs->len)
      return NULL;
    self->last = at;
  }
  return get_source (self, self->last);
}

static void
past_flow_take (PastFlow * self, const GstIceSrtpFlow * flow)
{
  self->top = gst_ice_srtp_window_is_empty (&flow->window) ? NO_TOP :
      flow->window.top;
  self->oldest_key = flow->oldest_key;
  self->newest_key = flow->newest_key;
}

static void
past_flow_give (const PastFlow * self, GstIceSrtpFlow * flow)
{
  if (self->top != NO_TOP)
    gst_ice_srtp_window_close (&flow->window, self->top);
  flow->oldest_key = self->oldest_key;
  flow->newest_key = self->newest_key;
}

/* Remembers the highest indices of the source at @at, in place of the oldest
 * entry. */
static void
remember (GstIceSrtpSources * self, guint at)
{
  const GstIceSrtpSource *source = get_source (self, at);
  guint32 ssrc = g_array_index (self->ssrcs, guint32, at);
  guint place = search (self->past_ssrcs, ssrc);
  Past past;

  past_flow_take (&past.rtp, &source->rtp);
  past_flow_take (&past.rtcp, &source->rtcp);
  self->n_forgotten++;
  if (place == self->past->len && place < MAX_PAST) {
    g_array_append_val (self->past_ssrcs, ssrc);
    g_array_append_val (self->past, past);
    return;
  }
  if (place == self->past->len) {
    place = self->next_past;
    self->next_past = (self->next_past + 1) % MAX_PAST;
  }
  g_array_index (self->past_ssrcs, guint32, place) = ssrc;
  g_array_index (self->past, Past, place) = past;
}

void
gst_ice_srtp_sources_recall (GstIceSrtpSources * self, guint32 ssrc,
    GstIceSrtpSource * source)
{
  guint place = search (self->past_ssrcs, ssrc);

  memset (source, 0, sizeof *source);
  if (place < self->past->len) {
    const Past *past = &g_array_index (self->past, Past, place);

    past_flow_give (&past->rtp, &source->rtp);
    past_flow_give (&past->rtcp, &source->rtcp);
  }
}

static guint
find_unused (GstIceSrtpSources * self)
{
  guint oldest = 0;

  for (guint i = 1; i < self->sources->len; i++) {
    if (get_source (self, i)->last_used < get_source (self, oldest)->last_used)
      oldest = i;
  }
  return oldest;
}

GstIceSrtpSource *
gst_ice_srtp_sources_add (GstIceSrtpSources * self, guint32 ssrc,
    const GstIceSrtpSource * source)
{
  guint at = self->sources->len;

  if (at < self->max_sources) {
    g_array_append_val (self->ssrcs, ssrc);
    g_array_append_vals (self->sources, source, 1);
  } else if (self->forgets) {
    at = find_unused (self);
    remember (self, at);
    g_array_index (self->ssrcs, guint32, at) = ssrc;
    *get_source (self, at) = *source;
  } else {
    return NULL;
  }
  self->last = at;
  return get_source (self, at);
}

void
gst_ice_srtp_sources_touch (GstIceSrtpSources * self, GstIceSrtpSource * source)
{
  source->last_used = ++self->clock;
}

guint
gst_ice_srtp_sources_get_n (const GstIceSrtpSources * self)
{
  return self->sources->len;
}

guint
gst_ice_srtp_sources_get_n_forgotten (const GstIceSrtpSources * self)
{
  return self->n_forgotten;
}
