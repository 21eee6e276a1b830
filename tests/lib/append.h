/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/check/gstcheck.h>

G_BEGIN_DECLS

/* Counts the packets that leave an element, by payload type or another byte. */
typedef struct
{
  GstPad *pad;
  gsize offset;                 /* of that byte in the packet */
  GMutex lock;
  GCond cond;

  /* Protected by lock. */
  guint n[128];
} Counts;

void counts_start (Counts * self, GstElement * pipeline, const gchar * element);

/* The same by the lower 7 bits of byte number @offset. */
void counts_start_by (Counts * self, GstElement * pipeline, const gchar * element,
    gsize offset);
void counts_stop (Counts * self);

/* @value: the payload type, or of that byte */
guint counts_get (Counts * self, guint value);

/* Waits for @n more packets of @value. */
void counts_wait_more (Counts * self, guint value, guint n);

/* A pipeline whose descriptions the test exchanges. Static in a test that
 * may fail. */
typedef struct
{
  GstElement *pipeline;
  GObject *session;
  GAsyncQueue *needed;          /* an entry for each on-negotiation-needed */
} AppEnd;

/* @description: for gst-launch; one element must be called "end". Sets the
 *     pipeline to READY. */
void app_end_init (AppEnd * self, const gchar * description);
void app_end_clear (AppEnd * self);

/* Gives each end the candidates of the other. */
void app_ends_connect (AppEnd * a, AppEnd * b);

/* Sets both to PLAYING, and waits until both need to negotiate. */
void app_ends_play (AppEnd * a, AppEnd * b);
void app_ends_clear (AppEnd * a, AppEnd * b);

void app_end_wait_needed (AppEnd * self);

/* @what: "create-offer", "create-answer". Returns: (transfer full) */
gchar *app_end_create (AppEnd * self, const gchar * what);

/* Returns: whether @sdp was accepted */
gboolean app_end_try (AppEnd * self, const gchar * sdp);
void app_end_give (AppEnd * self, const gchar * sdp);
void app_ends_negotiate (AppEnd * from, AppEnd * to);

/* Waits for an element message called @name or, with %NULL, a warning. Fails on
 * an error.
 * Returns: (transfer full) */
GstMessage *app_end_wait_message (AppEnd * self, const gchar * name);

/* Returns: (transfer full): @sdp with @to in place of what matches @from,
 *     which must be there */
gchar *sdp_replace (const gchar * sdp, const gchar * from, const gchar * to);

G_END_DECLS
