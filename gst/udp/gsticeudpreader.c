/* GStreamer ICE transport
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Reads the packets of one peer from a socket into lists. */

#include "config.h"

#include "gsticeudpreader.h"

#include "gsticelog.h"
#include "gsticeudp.h"
#include "gsticeudpbatch.h"

#include <poll.h>
#include <string.h>

GST_ICE_LOG_CATEGORY (gst_ice_udp_reader_log, "iceudpreader",
    "ICE reader of a UDP socket");
#define GST_CAT_DEFAULT gst_ice_udp_reader_log ()

/* RFC 7983, 7: a first byte of 0 to 3 is STUN. */
#define FIRST_NOT_STUN 4

#define MAX_REMOTES 4

/* So many messages within the time are worth merging: at the rates of most
 * calls it saves nothing. How many come in one read says little, as a thread
 * that got no processor for a while finds many. */
#define N_FAST 250
#define FAST_US (500 * G_TIME_SPAN_MILLISECOND)

/* Limit of drain(): more than the largest socket buffer holds in practice. */
#define MAX_DRAIN_READS 4096

struct _GstIceUdpReader
{
  GstIceUdpSource source;       /* set at construction */
  GstIceDemux *demux;           /* set at construction */
  const GstIceUdpReaderHooks *hooks;    /* set at construction, or NULL */
  gpointer user_data;           /* set at construction */

  GMutex reading;               /* held by who reads, and called into the
                                 * demux; taken before all others of here */

  /* Protected by reading. */
  GstIceUdpAddress remotes[MAX_REMOTES];        /* the newest first */
  guint n_remotes;
  gint64 due_us;                /* when to call tick() */
  guint kinds;                  /* of the packets of this read, as the demux
                                 * tells them */
  gboolean merged;              /* the kernel merged some packets of this
                                 * read */
  gint64 since_us;              /* when n_single began */
  guint n_single;               /* messages since then, none of them merged */

  GMutex lock;                  /* never held across a system call or a push */

  /* Protected by lock. */
  GstIceUdpReaderCounts counts;
};

/* Returns: (transfer full): a buffer with a copy of the packet. A copy is as
 *     cheap as a slice, and does not keep 64 KiB alive for the 160 bytes
 *     that wait in a jitter buffer. The memory is filled before GStreamer
 *     has it, so it needs no mapping, which would cost as much as all the
 *     rest. */
static GstBuffer *
copy_packet (const guint8 * data, gsize size)
{
  return gst_buffer_new_wrapped (g_memdup2 (data, size), size);
}

static gboolean
gst_ice_udp_reader_is_remote (GstIceUdpReader * self,
    const GstIceUdpAddress * from)
{
  for (guint i = 0; i < self->n_remotes; i++) {
    if (gst_ice_udp_address_equal (&self->remotes[i], from))
      return TRUE;
  }
  return FALSE;
}

static void
gst_ice_udp_reader_take_stun (GstIceUdpReader * self,
    const GstIceUdpAddress * from, const guint8 * data, gsize size,
    gint64 now_us)
{
  if (self->hooks == NULL)
    return;
  if (self->hooks->stun != NULL)
    self->hooks->stun (from, data, size, now_us, self->user_data);
  self->due_us = now_us;
}

/* Adds the packets of one message to @list. */
static void
gst_ice_udp_reader_take_message (GstIceUdpReader * self,
    const GstIceUdpMessage * message, gint64 now_us, GstBufferList * list,
    GstIceUdpReaderCounts * counts)
{
  const guint8 *data = message->data;
  gsize offset = 0, length = 0;

  if (!gst_ice_udp_reader_is_remote (self, message->from)) {
    counts->packets_foreign++;
    return;
  }
  if (message->size_bytes == 0 || message->is_cut) {
    counts->packets_malformed++;
    return;
  }

  self->merged |= message->stride_bytes > 0;
  while (gst_ice_udp_batch_next_packet (message->size_bytes,
          message->stride_bytes, &offset, &length)) {
    guint kind;

    /* STUN may be inside a merged message too: the network card merges
     * packets by their length alone. */
    if (data[offset] < FIRST_NOT_STUN) {
      counts->packets_stun++;
      gst_ice_udp_reader_take_stun (self, message->from, data + offset, length,
          now_us);
      continue;
    }
    kind = gst_ice_demux_tell (data + offset, length);
    if (kind == 0) {
      counts->packets_malformed++;
      continue;
    }
    self->kinds |= kind;
    gst_buffer_list_add (list, copy_packet (data + offset, length));
    counts->packets_received++;
    counts->bytes_received += length;
  }
}

static void
gst_ice_udp_reader_count (GstIceUdpReader * self,
    const GstIceUdpReaderCounts * more)
{
  GstIceUdpReaderCounts *counts = &self->counts;

  g_mutex_lock (&self->lock);
  counts->packets_received += more->packets_received;
  counts->bytes_received += more->bytes_received;
  counts->packets_foreign += more->packets_foreign;
  counts->packets_stun += more->packets_stun;
  counts->packets_malformed += more->packets_malformed;
  counts->messages += more->messages;
  counts->reads++;
  g_mutex_unlock (&self->lock);
}

/* Of a read that gave @n messages.
 * Returns: whether packets come fast, and the kernel merges none of them */
static gboolean
gst_ice_udp_reader_is_unmerged (GstIceUdpReader * self, guint n, gint64 now_us)
{
  if (self->merged || now_us - self->since_us > FAST_US) {
    self->since_us = now_us;
    self->n_single = 0;
  }
  self->n_single += self->merged ? 0 : n;
  return self->n_single >= N_FAST;
}

static GstIceUdpRead
gst_ice_udp_reader_read_locked (GstIceUdpReader * self,
    GstIceUdpScratch * scratch, gint64 now_us)
{
  GstIceUdpRead got = gst_ice_udp_scratch_read (scratch, self->source.fd);
  const guint n = gst_ice_udp_scratch_get_n_messages (scratch);
  GstIceUdpReaderCounts counts = {.messages = n };
  GstIceUdpMessage message;
  GstBufferList *list;

  if (got == GST_ICE_UDP_READ_BROKEN)
    GST_WARNING ("nothing can be received on socket %d any more",
        self->source.fd);
  if (n == 0)
    return got;

  list = gst_buffer_list_new_sized (n);
  self->kinds = 0;
  self->merged = FALSE;
  for (guint i = 0; i < n; i++) {
    gst_ice_udp_scratch_get_message (scratch, i, &message);
    gst_ice_udp_reader_take_message (self, &message, now_us, list, &counts);
  }
  gst_ice_udp_reader_count (self, &counts);

  GST_LOG ("%u messages, %" G_GUINT64_FORMAT " packets", n,
      counts.packets_received);
  if (counts.packets_received > 0) {
    gst_ice_demux_deliver_known (self->demux, list, self->kinds,
        counts.bytes_received);
    if (self->hooks != NULL && self->hooks->media != NULL)
      self->hooks->media (now_us, self->user_data);
    if (self->hooks != NULL && self->hooks->unmerged != NULL
        && gst_ice_udp_reader_is_unmerged (self, n, now_us))
      self->hooks->unmerged (self->user_data);
  } else {
    gst_buffer_list_unref (list);
  }
  return got;
}

GstIceUdpRead
gst_ice_udp_reader_read (GstIceUdpReader * self, GstIceUdpScratch * scratch,
    gint64 now_us)
{
  GstIceUdpRead got;

  g_mutex_lock (&self->reading);
  got = gst_ice_udp_reader_read_locked (self, scratch, now_us);
  g_mutex_unlock (&self->reading);
  return got;
}

void
gst_ice_udp_reader_flush (GstIceUdpReader * self)
{
  gst_ice_udp_reader_drain (self);
  /* Another thread may have read them, and not delivered them yet. */
  g_mutex_lock (&self->reading);
  g_mutex_unlock (&self->reading);
}

void
gst_ice_udp_reader_drain (GstIceUdpReader * self)
{
  struct pollfd readable = { self->source.fd, POLLIN, 0 };
  g_autoptr (GstIceUdpScratch) scratch = NULL;
  gint64 now_us = g_get_monotonic_time ();

  /* Mostly it is empty, and the memory to read into is large. */
  if (poll (&readable, 1, 0) == 0)
    return;
  scratch = gst_ice_udp_scratch_new ();
  for (guint i = 0; i < MAX_DRAIN_READS; i++) {
    if (gst_ice_udp_reader_read (self, scratch, now_us) !=
        GST_ICE_UDP_READ_SOME)
      return;
  }
}

gint64
gst_ice_udp_reader_tick (GstIceUdpReader * self, gint64 now_us)
{
  gint64 due_us;

  g_mutex_lock (&self->reading);
  if (now_us >= self->due_us) {
    self->due_us = G_MAXINT64;
    if (self->hooks != NULL && self->hooks->tick != NULL)
      self->due_us = self->hooks->tick (now_us, self->user_data);
  }
  due_us = self->due_us;
  g_mutex_unlock (&self->reading);
  return due_us;
}

static GstIceUdpRead
read_source (GstIceUdpSource * source, GstIceUdpScratch * scratch,
    gint64 now_us)
{
  return gst_ice_udp_reader_read ((GstIceUdpReader *) source, scratch, now_us);
}

static gint64
tick_source (GstIceUdpSource * source, gint64 now_us)
{
  return gst_ice_udp_reader_tick ((GstIceUdpReader *) source, now_us);
}

/* Returns: (transfer full): a reader without remotes */
GstIceUdpReader *
gst_ice_udp_reader_new (gint fd, GstIceDemux * demux,
    const GstIceUdpReaderHooks * hooks, gpointer user_data)
{
  GstIceUdpReader *self = g_new0 (GstIceUdpReader, 1);

  self->source = (GstIceUdpSource) {
  fd, read_source, tick_source};
  self->demux = g_object_ref (demux);
  self->hooks = hooks;
  self->user_data = user_data;
  g_mutex_init (&self->reading);
  g_mutex_init (&self->lock);
  return self;
}

/* @self: (transfer full): not in the pool */
void
gst_ice_udp_reader_free (GstIceUdpReader * self)
{
  g_object_unref (self->demux);
  g_mutex_clear (&self->lock);
  g_mutex_clear (&self->reading);
  g_free (self);
}

void
gst_ice_udp_reader_add_remote (GstIceUdpReader * self,
    const GstIceUdpAddress * remote)
{
  memmove (&self->remotes[1], &self->remotes[0],
      (MAX_REMOTES - 1) * sizeof (self->remotes[0]));
  self->remotes[0] = *remote;
  self->n_remotes = MIN (self->n_remotes + 1, MAX_REMOTES);
  self->due_us = 0;
}

GstIceUdpSource *
gst_ice_udp_reader_get_source (GstIceUdpReader * self)
{
  return &self->source;
}

void
gst_ice_udp_reader_get_counts (GstIceUdpReader * self,
    GstIceUdpReaderCounts * counts)
{
  g_mutex_lock (&self->lock);
  *counts = self->counts;
  g_mutex_unlock (&self->lock);

  counts->kernel_drops = gst_ice_udp_get_kernel_drops (self->source.fd);
}
